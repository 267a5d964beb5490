# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Service of a Kubernetes cluster, and which pods serve it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.errors import InputError
from .connection import TIMEOUT, connected

Object = dict[str, Any]


def service_with_endpoints(options: Mapping[str, Any], namespace: str, name: str) -> tuple[Object, list[Object]]:
    """The Service and its EndpointSlices, as the cluster's API writes them.

    :raises InputError: there is no such Service
    """
    from kubernetes import client

    with connected(options) as api:
        try:
            service = client.CoreV1Api(api).read_namespaced_service(name, namespace, _request_timeout=TIMEOUT)
        except client.ApiException as error:
            if error.status != 404:
                raise
            text = f"the cluster has no Service {namespace}/{name}: make it, or ask for state=absent"
            raise InputError(text) from error
        selector = f"kubernetes.io/service-name={name}"
        discovery = client.DiscoveryV1Api(api)
        slices = discovery.list_namespaced_endpoint_slice(namespace, label_selector=selector, _request_timeout=TIMEOUT)
        return api.sanitize_for_serialization(service), api.sanitize_for_serialization(slices)["items"]
