# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that ``kubectl get`` prints: columns for the usual kinds, name and age for the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .resources import Resource
from .selectors import value_at

Object = dict[str, Any]
Column = tuple[str, Callable[[Object], Any]]


def _age(obj: Object) -> str:
    created = obj["metadata"].get("creationTimestamp")
    if not created:
        return "<unknown>"
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(created)).total_seconds())
    amounts = ((seconds // size, unit) for size, unit in ((86400, "d"), (3600, "h"), (60, "m")))
    return next((f"{amount}{unit}" for amount, unit in amounts if amount > 1), f"{seconds}s")


def _at(path: str, missing: Any = "") -> Callable[[Object], Any]:
    return lambda obj: missing if (value := value_at(obj, path)) is None else value


def _ratio(part: str, whole: str) -> Callable[[Object], str]:
    return lambda obj: f"{value_at(obj, part) or 0}/{value_at(obj, whole) or 0}"


def _containers_ready(pod: Object) -> str:
    states = value_at(pod, "status.containerStatuses") or ()
    return f"{sum(one['ready'] for one in states)}/{len(pod['spec']['containers'])}"


def _pod_status(pod: Object) -> str:
    return "Terminating" if "deletionTimestamp" in pod["metadata"] else _at("status.phase")(pod)


def _node_status(node: Object) -> str:
    conditions = value_at(node, "status.conditions") or ()
    ready = any((one["type"], one["status"]) == ("Ready", "True") for one in conditions)
    cordoned = ",SchedulingDisabled" if value_at(node, "spec.unschedulable") else ""
    return ("Ready" if ready else "NotReady") + cordoned


def _service_ports(service: Object) -> str:
    ports = value_at(service, "spec.ports") or ()
    numbers = ([str(one[key]) for key in ("port", "nodePort") if key in one] for one in ports)
    return ",".join(f"{':'.join(known)}/{one['protocol']}" for known, one in zip(numbers, ports, strict=True))


def _endpoints(obj: Object) -> str:
    pairs = [
        f"{address['ip']}:{port['port']}"
        for subset in obj.get("subsets", ())
        for address in subset.get("addresses", ())
        for port in subset.get("ports", ())
    ]
    return ",".join(pairs) or "<none>"


COLUMNS: dict[str, tuple[Column, ...]] = {
    "/pods": (
        ("Ready", _containers_ready),
        ("Status", _pod_status),
        ("Restarts", lambda _: 0),
        ("IP", _at("status.podIP", "<none>")),
        ("Node", _at("spec.nodeName", "<none>")),
    ),
    "/services": (
        ("Type", _at("spec.type")),
        ("Cluster-IP", _at("spec.clusterIP", "<none>")),
        ("External-IP", lambda one: "<pending>" if one["spec"]["type"] == "LoadBalancer" else "<none>"),
        ("Port(s)", _service_ports),
    ),
    "/nodes": (("Status", _node_status), ("Version", _at("status.nodeInfo.kubeletVersion"))),
    "/namespaces": (("Status", _at("status.phase")),),
    "/endpoints": (("Endpoints", _endpoints),),
    "/configmaps": (("Data", lambda one: len(one.get("data", {}))),),
    "/secrets": (("Type", _at("type")), ("Data", lambda one: len(one.get("data", {})))),
    "apps/deployments": (
        ("Ready", _ratio("status.readyReplicas", "spec.replicas")),
        ("Up-to-date", _at("status.updatedReplicas", 0)),
        ("Available", _at("status.availableReplicas", 0)),
    ),
    "apps/replicasets": (
        ("Desired", _at("spec.replicas")),
        ("Current", _at("status.replicas", 0)),
        ("Ready", _at("status.readyReplicas", 0)),
    ),
    "apps/statefulsets": (("Ready", _ratio("status.readyReplicas", "spec.replicas")),),
    "apps/daemonsets": (
        ("Desired", _at("status.desiredNumberScheduled", 0)),
        ("Ready", _at("status.numberReady", 0)),
    ),
    "batch/jobs": (("Completions", _ratio("status.succeeded", "spec.completions")),),
}


def _columns(resource: Resource) -> tuple[Column, ...]:
    printed = tuple((one["name"], _at(one["jsonPath"].lstrip("."))) for one in resource.columns)
    return COLUMNS.get(resource.key, printed)


def table(resource: Resource, content: Object) -> Object:
    """An object or a list of them as a Table of meta.k8s.io."""
    columns = (("Name", _at("metadata.name")), *_columns(resource), ("Age", _age))
    items = content["items"] if content["kind"].endswith("List") and "items" in content else [content]
    headers = [{"name": name, "type": "string", "format": "", "priority": 0, "description": name} for name, _value in columns]
    rows = [{"cells": [value(one) for _name, value in columns], "object": _partial(one)} for one in items]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": _meta(content),
        "columnDefinitions": headers,
        "rows": rows,
    }


def _meta(content: Object) -> Object:
    return {key: value for key, value in content["metadata"].items() if key in ("resourceVersion", "continue")}


def _partial(obj: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}
