# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster writes into new objects besides plain defaults: addresses, selectors, finalizers."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
from collections.abc import Callable
from typing import Any

from . import schemas
from .store import Store

Object = dict[str, Any]
SERVICE_NETWORK = ipaddress.ip_network("10.96.0.0/16")
POD_NETWORK = ipaddress.ip_network("10.244.0.0/16")
NODE_PORTS = range(30000, 32768)
CRD_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
TOLERATION_SECONDS = 300


INITIAL_STATUS = {
    "/pods": {"phase": "Pending", "qosClass": "BestEffort"},
    "/namespaces": {"phase": "Active"},
    "/persistentvolumeclaims": {"phase": "Pending"},
    "/services": {"loadBalancer": {}},
}


def initial_status(key: str, schema: schemas.Schema) -> Object:
    """The status of a new object: what its kind starts with, and zero for every count that must be there."""
    status = schemas.resolve(schemas.child(schema, "status"))
    return {**dict.fromkeys(status.get("required", ()), 0), **INITIAL_STATUS.get(key, {})}


def free_address(network: ipaddress.IPv4Network, used: set[str]) -> str:
    first = int(network.network_address) + 1
    addresses = (str(ipaddress.ip_address(first + step)) for step in range(network.num_addresses - 2))
    return next(address for address in addresses if address not in used)


def service(obj: Object, store: Store, old: Object | None) -> None:
    spec, held = obj["spec"], (old or {}).get("spec", {})
    if spec["type"] == "ExternalName":
        return
    others = [one["spec"] for one in store.list("/services") if one["metadata"].get("uid") != obj["metadata"]["uid"]]
    if not spec.get("clusterIP"):
        used = {one.get("clusterIP") for one in others}
        spec["clusterIP"] = held.get("clusterIP") or free_address(SERVICE_NETWORK, used)
    spec["clusterIPs"] = [spec["clusterIP"]]
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        _node_ports(spec, held, {port.get("nodePort") for one in others for port in one.get("ports", ())})


def _node_ports(spec: Object, held: Object, used: set[int | None]) -> None:
    kept = {(port["port"], port["protocol"]): port.get("nodePort") for port in held.get("ports", ())}
    for port in spec.get("ports", ()):
        if not port.get("nodePort"):
            known = kept.get((port["port"], port["protocol"]))
            port["nodePort"] = known or next(number for number in NODE_PORTS if number not in used)
        used.add(port["nodePort"])


def pod(obj: Object, _store: Store, _old: Object | None) -> None:
    spec = obj["spec"]
    spec.setdefault("serviceAccountName", "default")
    spec.setdefault("serviceAccount", spec["serviceAccountName"])
    spec.setdefault("enableServiceLinks", True)
    spec.setdefault("priority", 0)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    known = {(one.get("key"), one.get("effect")) for one in spec.get("tolerations", ())}
    for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        if (key, "NoExecute") not in known:
            toleration = {"key": key, "operator": "Exists", "effect": "NoExecute"}
            added = {**toleration, "tolerationSeconds": TOLERATION_SECONDS}
            spec["tolerations"] = [*spec.get("tolerations", ()), added]


def secret(obj: Object, _store: Store, _old: Object | None) -> None:
    for key, text in obj.pop("stringData", {}).items():
        obj.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()


def job(obj: Object, _store: Store, old: Object | None) -> None:
    if old or obj["spec"].get("manualSelector"):
        return
    label = {"batch.kubernetes.io/controller-uid": obj["metadata"]["uid"]}
    obj["spec"]["selector"] = {"matchLabels": label}
    meta = obj["spec"]["template"].setdefault("metadata", {})
    named = {"batch.kubernetes.io/job-name": obj["metadata"]["name"], "job-name": obj["metadata"]["name"]}
    meta["labels"] = {**meta.get("labels", {}), **label, **named, "controller-uid": obj["metadata"]["uid"]}


def namespace(obj: Object, _store: Store, old: Object | None) -> None:
    if not old:
        obj["spec"] = {"finalizers": ["kubernetes"]}
        obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"]["name"]


def definition(obj: Object, _store: Store, old: Object | None) -> None:
    if not old:
        obj["metadata"]["finalizers"] = [CRD_FINALIZER, *obj["metadata"].get("finalizers", ())]


BY_KEY: dict[str, Callable[[Object, Store, Object | None], None]] = {
    "/services": service,
    "/pods": pod,
    "/secrets": secret,
    "batch/jobs": job,
    "/namespaces": namespace,
    "apiextensions.k8s.io/customresourcedefinitions": definition,
}


def admit(key: str, obj: Object, store: Store, old: Object | None = None) -> None:
    """Completes ``obj``, which the caller owns, in place."""
    if key in BY_KEY:
        BY_KEY[key](obj, store, old)


def short_hash(value: Any) -> str:
    """A stable ten-letter name for any JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:10]
