# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""StatefulSet: numbered pods, made in order and replaced from the highest number down."""

from __future__ import annotations

from typing import Any

from ..cluster import Cluster, is_deleting
from . import pods

Object = dict[str, Any]


def reconcile(cluster: Cluster, owner: Object) -> None:
    if is_deleting(owner):
        return
    revision = f"{owner['metadata']['name']}-{pods.template_hash(owner)}"
    _place(cluster, owner, revision)
    cluster.change("apps/statefulsets", owner, status=_status(cluster, owner, revision))


def _place(cluster: Cluster, owner: Object, revision: str) -> None:
    """One step towards the wanted pods; ordered sets go one pod at a time."""
    wanted, ordered = owner["spec"]["replicas"], owner["spec"]["podManagementPolicy"] == "OrderedReady"
    present = {_number(pod): pod for pod in cluster.owned("/pods", owner)}
    for number in range(wanted):
        if number not in present:
            cluster.create("/pods", _pod(owner, number, revision))
        if ordered and not (number in present and pods.is_ready(present[number])):
            return
    surplus = sorted((number for number in present if number >= wanted), reverse=True)
    for number in surplus[: 1 if ordered else None]:
        cluster.delete("/pods", present[number])
    if not surplus and owner["spec"]["updateStrategy"]["type"] == "RollingUpdate":
        _replace(cluster, owner, present, revision)


def _replace(cluster: Cluster, owner: Object, present: dict[int, Object], revision: str) -> None:
    partition = owner["spec"]["updateStrategy"].get("rollingUpdate", {}).get("partition", 0)
    old = [number for number, pod in present.items() if number >= partition and not _is_of(pod, revision)]
    if old and all(map(pods.is_ready, present.values())):
        cluster.delete("/pods", present[max(old)])


def _number(pod: Object) -> int:
    return int(pod["metadata"]["name"].rpartition("-")[2])


def _is_of(pod: Object, revision: str) -> bool:
    return pod["metadata"]["labels"].get(pods.REVISION_LABEL) == revision


def _pod(owner: Object, number: int, revision: str) -> Object:
    name = f"{owner['metadata']['name']}-{number}"
    labels = {
        pods.REVISION_LABEL: revision,
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": str(number),
    }
    pod = pods.from_template(owner, name, labels)
    pod["spec"] |= {"hostname": name, "subdomain": owner["spec"].get("serviceName", "")}
    return pod


def _status(cluster: Cluster, owner: Object, revision: str) -> Object:
    present = pods.active(cluster, owner)
    ready = sum(map(pods.is_ready, present))
    updated = sum(_is_of(pod, revision) for pod in present)
    settled = updated == len(present)
    current = revision if settled else owner.get("status", {}).get("currentRevision", revision)
    status = {
        "replicas": len(present),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "updatedReplicas": updated,
        "currentReplicas": updated if settled else len(present) - updated,
        "currentRevision": current,
        "updateRevision": revision,
        "collisionCount": 0,
        "observedGeneration": owner["metadata"]["generation"],
    }
    return pods.counted(status, always=("replicas", "collisionCount", "availableReplicas"))
