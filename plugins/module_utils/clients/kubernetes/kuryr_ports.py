# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kubernetes tells of Neutron ports: which of them pods have, and on which nodes pods run.

Kuryr writes nothing into a port that a pod uses. It keeps that in objects of kind KuryrPort (since its Ussuri
release) or in annotations of the pods (before), both as the serialised objects of the library os_vif.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .connection import TIMEOUT, connected

GROUP, VERSION, PLURAL = "openstack.org", "v1", "kuryrports"
ANNOTATION = "openstack.org/kuryr-vif"


def ports_in_use(options: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the ports that pods of the cluster have.

    :param options: the shared options of ``glue.options.KUBERNETES``, each absent for the client's default
    :raises NfvError: the cluster does not answer, or refuses the credentials
    """
    with connected(options) as cluster:
        from kubernetes.client import ApiException, CoreV1Api, CustomObjectsApi

        try:
            found = CustomObjectsApi(cluster).list_cluster_custom_object(GROUP, VERSION, PLURAL, _request_timeout=TIMEOUT)
        except ApiException as error:
            if error.status != 404:
                raise
            found = {"items": []}
        pods = CoreV1Api(cluster).list_pod_for_all_namespaces(_request_timeout=TIMEOUT).items
    written = [_json((pod.metadata.annotations or {}).get(ANNOTATION)) for pod in pods]
    return frozenset(port for told in (*(item.get("status") for item in found["items"]), *written) for port in vif_ids(told))


def nodes(options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``{name, address, labels}`` of each node; the address is the internal one, which trunks of VMs are found by.

    :param options: as of :func:`ports_in_use`
    :raises NfvError: the cluster does not answer, or refuses the credentials
    """
    with connected(options) as cluster:
        from kubernetes.client import CoreV1Api

        items = CoreV1Api(cluster).list_node(_request_timeout=TIMEOUT).items
    return [
        {"name": node.metadata.name, "address": _address(node), "labels": dict(node.metadata.labels or {})} for node in items
    ]


def vif_ids(told: Any) -> Iterator[str]:
    """The ids of all interfaces in serialised objects of os_vif, however they are nested."""
    waiting = [told]  # no recursion: whoever owns a pod may nest its annotation as deep as he likes
    while waiting:
        told = waiting.pop()
        if isinstance(told, list):
            waiting += reversed(told)
        if not isinstance(told, Mapping):
            continue
        if str(told.get("versioned_object.name", "")).startswith("VIF"):
            data = told.get("versioned_object.data")
            port = data.get("id") if isinstance(data, Mapping) else None
            yield from (port,) if isinstance(port, str) else ()
        waiting += reversed(told.values())


def _json(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):  # whoever owns a pod writes there what he likes
        return None


def _address(node: Any) -> str | None:
    addresses = {address.type: address.address for address in node.status.addresses or []}
    return addresses.get("InternalIP")
