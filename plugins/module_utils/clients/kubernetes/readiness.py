# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether objects of Kubernetes are ready, why pods are not, and where a Service is reached; from what the API says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...core.errors import FailedError

Object = Mapping[str, Any]


def is_ready(one: Object) -> bool:
    """Whether an object is as its specification wants it; one of a kind that is not waited for always is."""
    spec, status = one.get("spec") or {}, one.get("status") or {}
    seen = status.get("observedGeneration", 0) >= (one["metadata"].get("generation") or 0)
    check = WAITED_FOR.get(one["kind"])
    return check is None or ((seen or one["kind"] in ("Pod", "Job")) and check(spec, status))


def _wanted(spec: Object) -> int:
    return 1 if spec.get("replicas") is None else spec["replicas"]


def _has(status: Object, kind: str) -> bool:
    return any(one.get("type") == kind and one.get("status") == "True" for one in status.get("conditions") or [])


WAITED_FOR: Mapping[str, Callable[[Object, Object], bool]] = {
    "Deployment": lambda spec, status: (
        min(status.get("updatedReplicas") or 0, status.get("availableReplicas") or 0) >= _wanted(spec)
    ),
    "StatefulSet": lambda spec, status: (status.get("readyReplicas") or 0) >= _wanted(spec),
    "ReplicaSet": lambda spec, status: (status.get("readyReplicas") or 0) >= _wanted(spec),
    "ReplicationController": lambda spec, status: (status.get("readyReplicas") or 0) >= _wanted(spec),
    "DaemonSet": lambda _spec, status: (
        "desiredNumberScheduled" in status and (status.get("numberReady") or 0) >= status["desiredNumberScheduled"]
    ),
    "Pod": lambda _spec, status: _has(status, "Ready") or status.get("phase") == "Succeeded",
    "Job": lambda _spec, status: _has(status, "Complete"),
}
"""The kinds that run something, and when one is ready, by its specification and its status."""


def trouble(pods: Iterable[Object]) -> str | None:
    """Why the first pod that is not ready is not; None where none says."""
    for pod in pods:
        status = pod.get("status") or {}
        if is_ready({**pod, "kind": "Pod"}):
            continue
        for container in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
            state = container.get("state") or {}
            why = state.get("waiting") or state.get("terminated")
            if why:
                return f"pod {pod['metadata']['name']}, container {container['name']}: {_told(why)}"
        for condition in status.get("conditions") or []:
            if condition.get("status") == "False" and condition.get("message"):
                return f"pod {pod['metadata']['name']}: {_told(condition)}"
    return None


def _told(state: Object) -> str:
    parts = (state.get("reason"), state.get("message"))
    return " ".join(": ".join(str(part) for part in parts if part).split())[:300] or "no reason"


def endpoint(service: Object, port: Any, nodes: Sequence[Object]) -> tuple[str, int]:
    """Where a Service is reached: at its load balancer, at a node, or at its address within the cluster.

    :param port: the number or the name of the Service's port; None for the first
    :param nodes: the nodes of the cluster
    :raises FailedError: it has no such port, or no address
    """
    name, spec = service["metadata"]["name"], service.get("spec") or {}
    entry = _port(name, spec.get("ports") or [], port)
    balanced = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    address = next((one.get("ip") or one.get("hostname") for one in balanced), None)
    if spec.get("type") == "LoadBalancer" and not address:
        raise FailedError(f"Service {name} has no address of a load balancer; wait longer with timeout, or take type NodePort")
    if spec.get("externalIPs") or address:
        return address or spec["externalIPs"][0], entry["port"]
    if spec.get("type") == "NodePort":
        return _node_address(nodes), entry["nodePort"]
    address = spec.get("externalName") or spec.get("clusterIP")
    if not address or address == "None":
        raise FailedError(f"Service {name} is headless and has no address; give it another type")
    return address, entry["port"]


def _port(name: str, ports: Sequence[Object], wanted: Any) -> Object:
    found = [one for one in ports if wanted is None or str(wanted) in (str(one["port"]), one.get("name"))]
    if not found:
        there = ", ".join(str(one.get("name") or one["port"]) for one in ports) or "none"
        raise FailedError(f"Service {name} has no port {wanted!r}; it has: {there}")
    return found[0]


def _node_address(nodes: Sequence[Object]) -> str:
    for kind in ("ExternalIP", "InternalIP"):
        for node in nodes:
            for one in (node.get("status") or {}).get("addresses") or []:
                if one.get("type") == kind:
                    return one["address"]
    raise FailedError("no node of the cluster tells an address; take a Service of another type than NodePort")
