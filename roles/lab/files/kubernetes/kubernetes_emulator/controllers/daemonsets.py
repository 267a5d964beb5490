# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DaemonSet: one pod on every node that its template fits."""

from __future__ import annotations

from typing import Any

from ..cluster import Cluster, is_deleting
from . import pods, scheduling

Object = dict[str, Any]
ANYWHERE = [
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect}
    for key, effect in (("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("unschedulable", "NoSchedule"))
]


def reconcile(cluster: Cluster, owner: Object) -> None:
    if is_deleting(owner):
        return
    revision, nodes = pods.template_hash(owner), _nodes(cluster, owner)
    present = {pod["spec"]["nodeName"]: pod for pod in pods.active(cluster, owner)}
    for node in nodes - present.keys():
        cluster.create("/pods", _pod(owner, node, revision))
    for node in present.keys() - nodes:
        cluster.delete("/pods", present[node])
    old = [pod for node, pod in sorted(present.items()) if node in nodes and not _is_of(pod, revision)]
    if owner["spec"]["updateStrategy"]["type"] == "RollingUpdate" and all(map(pods.is_ready, present.values())):
        for pod in old[:1]:
            cluster.delete("/pods", pod)
    cluster.change("apps/daemonsets", owner, status=_status(cluster, owner, len(nodes), revision))


def _tolerant(spec: Object) -> Object:
    return {**spec, "tolerations": [*spec.get("tolerations", ()), *ANYWHERE]}


def _nodes(cluster: Cluster, owner: Object) -> set[str]:
    spec = _tolerant(owner["spec"]["template"]["spec"])
    return {node["metadata"]["name"] for node in cluster.list("/nodes") if scheduling.fits(spec, node)}


def _pod(owner: Object, node: str, revision: str) -> Object:
    pod = pods.from_template(owner, labels={pods.REVISION_LABEL: revision})
    return {**pod, "spec": {**_tolerant(pod["spec"]), "nodeName": node}}


def _is_of(pod: Object, revision: str) -> bool:
    return pod["metadata"]["labels"].get(pods.REVISION_LABEL) == revision


def _status(cluster: Cluster, owner: Object, wanted: int, revision: str) -> Object:
    present = pods.active(cluster, owner)
    ready = sum(map(pods.is_ready, present))
    status = {
        "desiredNumberScheduled": wanted,
        "currentNumberScheduled": len(present),
        "numberMisscheduled": 0,
        "numberReady": ready,
        "numberAvailable": ready,
        "numberUnavailable": max(0, wanted - ready),
        "updatedNumberScheduled": sum(_is_of(pod, revision) for pod in present),
        "observedGeneration": owner["metadata"]["generation"],
    }
    always = ("desiredNumberScheduled", "currentNumberScheduled", "numberMisscheduled", "numberReady")
    return pods.counted(status, always)
