# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scheduler: binds pods to nodes, and takes pods off nodes that are gone or repel them.

It looks at the node's name, labels, affinity, cordon and taints; it counts pods, not their resources.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..cluster import Cluster, is_deleting
from ..selectors import matches, of_expressions, value_at
from . import pods

Object = dict[str, Any]
CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def reconcile(cluster: Cluster, pod: Object) -> None:
    if is_deleting(pod):
        return
    if pod["spec"].get("nodeName"):
        _stay_or_go(cluster, pod)
        return
    nodes = cluster.list("/nodes")
    fitting = [node["metadata"]["name"] for node in nodes if fits(pod["spec"], node)]
    if fitting and not pod["spec"].get("schedulingGates"):
        load = Counter(one["spec"].get("nodeName") for one in cluster.list("/pods"))
        best = min(fitting, key=lambda name: (load[name], name))
        status = _scheduled(pod, "True")
        cluster.change("/pods", pod, spec={**pod["spec"], "nodeName": best}, status=status)
    else:
        message = f"0/{len(nodes)} nodes are available: none fits the pod's node selector, affinity and tolerations."
        cluster.change("/pods", pod, status=_scheduled(pod, "False", "Unschedulable", message))


def _scheduled(pod: Object, status: str, reason: str = "", message: str = "") -> Object:
    known = pod.get("status", {})
    conditions = pods.with_condition(known.get("conditions", []), "PodScheduled", status, reason, message)
    return {**known, "conditions": conditions}


def _stay_or_go(cluster: Cluster, pod: Object) -> None:
    node = cluster.get("/nodes", "", pod["spec"]["nodeName"])
    repelled = node and any(one["effect"] == "NoExecute" for one in _repelling(pod["spec"], node))
    if node is None or repelled:
        cluster.delete("/pods", pod, grace=0)


def fits(spec: Object, node: Object) -> bool:
    """Whether a pod with this specification may be put on a node."""
    labels = node["metadata"].get("labels", {})
    selected = all(labels.get(key) == value for key, value in spec.get("nodeSelector", {}).items())
    return selected and _attracted(spec, node) and not _repelling(spec, node)


def _attracted(spec: Object, node: Object) -> bool:
    required = value_at(spec, "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return True
    labels, name = node["metadata"].get("labels", {}), {"metadata.name": node["metadata"]["name"]}
    return any(
        matches(of_expressions(term.get("matchExpressions", ())), labels)
        and matches(of_expressions(term.get("matchFields", ())), name)
        for term in required["nodeSelectorTerms"]
    )


def _repelling(spec: Object, node: Object) -> list[Object]:
    """The taints of a node that keep such pods away."""
    taints = [*node.get("spec", {}).get("taints", ())]
    if value_at(node, "spec.unschedulable") and CORDON["key"] not in {one["key"] for one in taints}:
        taints.append(CORDON)
    hard = [one for one in taints if one["effect"] != "PreferNoSchedule"]
    return [one for one in hard if not any(_tolerates(each, one) for each in spec.get("tolerations", ()))]


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint["key"])
    return toleration.get("key") == taint["key"] and toleration.get("value", "") == taint.get("value", "")
