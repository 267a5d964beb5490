# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints and EndpointSlices: the addresses of the pods that a service selects."""

from __future__ import annotations

from typing import Any

from ..admission import short_hash
from ..cluster import Cluster, is_deleting, owner_reference
from ..selectors import value_at
from . import pods

Object = dict[str, Any]


def reconcile(cluster: Cluster, service: Object) -> None:
    selector = service["spec"].get("selector")
    if not selector or is_deleting(service):
        return
    chosen = [pod for pod in cluster.list("/pods", service["metadata"]["namespace"]) if _is_chosen(pod, selector)]
    _keep(cluster, "/endpoints", service, service["metadata"]["name"], _endpoints(service, chosen))
    name = f"{service['metadata']['name']}-{short_hash(service['metadata']['uid'])[:5]}"
    _keep(cluster, "discovery.k8s.io/endpointslices", service, name, _slice(service, chosen))


def _is_chosen(pod: Object, selector: dict[str, str]) -> bool:
    labels = pod["metadata"].get("labels", {})
    return (
        pods.is_active(pod)
        and bool(value_at(pod, "status.podIP"))
        and all(labels.get(key) == value for key, value in selector.items())
    )


def _keep(cluster: Cluster, key: str, service: Object, name: str, content: Object) -> None:
    """Creates the object, or brings it to ``content``; the service owns it, so it goes with it."""
    namespace, labels = service["metadata"]["namespace"], service["metadata"].get("labels", {})
    if key != "/endpoints":
        labels = {
            **labels,
            "kubernetes.io/service-name": service["metadata"]["name"],
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        }
    found = cluster.get(key, namespace, name)
    if found is None:
        meta = {"name": name, "namespace": namespace, "ownerReferences": [owner_reference(service)]}
        cluster.create(key, {"metadata": {**meta, **({"labels": labels} if labels else {})}, **content})
    else:
        rest = {part: value for part, value in found.items() if part in ("apiVersion", "kind", "metadata")}
        cluster.update(key, found, {**rest, **content})


def _ports(service: Object, pod: Object | None) -> list[Object]:
    found = []
    for port in service["spec"].get("ports", ()):
        number = _number(port["targetPort"], pod)
        if number:
            named = {"name": port["name"]} if "name" in port else {}
            found.append({**named, "port": number, "protocol": port["protocol"]})
    return found


def _number(target: int | str, pod: Object | None) -> int | None:
    if isinstance(target, int) or pod is None:
        return target if isinstance(target, int) else None
    named = (port for one in pod["spec"]["containers"] for port in one.get("ports", ()) if port.get("name") == target)
    return next((port["containerPort"] for port in named), None)


def _target(pod: Object) -> Object:
    meta = pod["metadata"]
    return {"kind": "Pod", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]}


def _endpoints(service: Object, chosen: list[Object]) -> Object:
    groups: dict[str, list[Object]] = {"addresses": [], "notReadyAddresses": []}
    for pod in chosen:
        address = {"ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"], "targetRef": _target(pod)}
        groups["addresses" if _is_ready(service, pod) else "notReadyAddresses"].append(address)
    subset = {key: value for key, value in groups.items() if value}
    ports = _ports(service, chosen[0]) if chosen else []
    return {"subsets": [{**subset, **({"ports": ports} if ports else {})}]} if subset else {}


def _is_ready(service: Object, pod: Object) -> bool:
    return pods.is_ready(pod) or bool(service["spec"].get("publishNotReadyAddresses"))


def _slice(service: Object, chosen: list[Object]) -> Object:
    listed = [
        {
            "addresses": [pod["status"]["podIP"]],
            "nodeName": pod["spec"]["nodeName"],
            "targetRef": _target(pod),
            "conditions": {"ready": _is_ready(service, pod), "serving": pods.is_ready(pod), "terminating": False},
        }
        for pod in chosen
    ]
    ports = _ports(service, chosen[0] if chosen else None)
    return {"addressType": "IPv4", "endpoints": listed, "ports": [{"name": "", **port} for port in ports]}
