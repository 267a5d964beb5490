# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service consists of in one Kubernetes cluster now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.ownership import label
from .connection import TIMEOUT, connected

Part = dict[str, Any]

KINDS: tuple[tuple[str, str], ...] = (
    ("v1", "Namespace"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("v1", "ReplicationController"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "Pod"),
)
"""The kinds that descriptors hold and that say something of a running service, owners first."""


def parts(options: Mapping[str, Any], service: str | None) -> list[Part]:
    """The parts of ``service`` (of every service for None), each ``{service, kind, name, id, status, …}``."""
    from kubernetes import dynamic

    selector = f"{label('service')}={service}" if service else label("service")
    with connected(options) as client:
        cluster = dynamic.DynamicClient(client)
        return [part for version, kind in KINDS for part in _list(cluster, version, kind, selector)]


def _list(cluster: Any, version: str, kind: str, selector: str) -> Iterator[Part]:
    resource = cluster.resources.get(api_version=version, kind=kind)
    for item in resource.get(label_selector=selector, _request_timeout=TIMEOUT).to_dict()["items"]:
        labels = item["metadata"].get("labels", {})
        yield {
            "service": labels.get(label("service")),
            "api_version": version,
            "kind": kind,
            "owned": bool(item["metadata"].get("ownerReferences")),
            "name": item["metadata"]["name"],
            "namespace": item["metadata"].get("namespace"),
            "id": item["metadata"]["uid"],
            "status": _status(item),
            "function": labels.get(label("function")),
            "vdu": labels.get(label("vdu")),
            **_where(item),
        }


def _status(item: Mapping[str, Any]) -> str:
    """A phase where the kind has one, ``ready/wanted`` where it has replicas, else that it is there."""
    status, spec = item.get("status") or {}, item.get("spec") or {}
    if "replicas" in spec:
        return f"{status.get('readyReplicas', 0)}/{spec['replicas']} ready"
    return str(status.get("phase", "present"))


def _where(item: Mapping[str, Any]) -> Part:
    status, spec = item.get("status") or {}, item.get("spec") or {}
    address = status.get("podIP") or spec.get("clusterIP")
    place = {"node": spec["nodeName"]} if spec.get("nodeName") else {}
    return {**place, "addresses": [address] if address and address != "None" else []}
