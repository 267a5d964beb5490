# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ReplicaSet and ReplicationController: as many pods as they say."""

from __future__ import annotations

from typing import Any

from ..cluster import Cluster, controller_of, is_deleting, owner_reference
from ..selectors import matches, of_object
from . import pods

Object = dict[str, Any]
KEYS = {"ReplicaSet": "apps/replicasets", "ReplicationController": "/replicationcontrollers"}


def reconcile(cluster: Cluster, owner: Object) -> None:
    if is_deleting(owner):
        return
    _adopt(cluster, owner)
    present, wanted = pods.active(cluster, owner), owner["spec"]["replicas"]
    for _index in range(wanted - len(present)):
        cluster.create("/pods", pods.from_template(owner))
    surplus = len(present) - wanted
    for pod in sorted(present, key=_keep_last)[: max(0, surplus)]:
        cluster.delete("/pods", pod)
    cluster.change(KEYS[owner["kind"]], owner, status=_status(cluster, owner))


def _keep_last(pod: Object) -> tuple[bool, bool, int]:
    """Deleted first: pods without a node, then those that are not ready, then the newest."""
    return "nodeName" in pod["spec"], pods.is_ready(pod), -int(pod["metadata"]["resourceVersion"])


def _adopt(cluster: Cluster, owner: Object) -> None:
    selector = owner["spec"]["selector"]
    requirements = of_object(selector if owner["kind"] == "ReplicaSet" else {"matchLabels": selector})
    for pod in cluster.list("/pods", owner["metadata"]["namespace"]):
        labels = pod["metadata"].get("labels", {})
        if not controller_of(pod) and pods.is_active(pod) and matches(requirements, labels):
            owners = [*pod["metadata"].get("ownerReferences", ()), owner_reference(owner)]
            cluster.change("/pods", pod, metadata={**pod["metadata"], "ownerReferences": owners})


def _status(cluster: Cluster, owner: Object) -> Object:
    present = pods.active(cluster, owner)
    ready = sum(map(pods.is_ready, present))
    status = {
        "replicas": len(present),
        "fullyLabeledReplicas": len(present),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "observedGeneration": owner["metadata"]["generation"],
    }
    return pods.counted(status, always=("replicas",))
