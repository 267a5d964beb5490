# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployment: one ReplicaSet for each version of the template, and the way from the old ones to the new."""

from __future__ import annotations

import math
from typing import Any

from ..cluster import Cluster, is_deleting, owner_reference
from . import pods

Object = dict[str, Any]
SETS = "apps/replicasets"
REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"


def reconcile(cluster: Cluster, deployment: Object) -> None:
    if is_deleting(deployment):
        return
    new, old = _sets(cluster, deployment)
    if deployment["spec"].get("paused"):
        if new and not old:
            _scale(cluster, new, deployment["spec"]["replicas"])
    else:
        new = new or _create(cluster, deployment)
        new = _number(cluster, new, old)
        deployment = _annotate(cluster, deployment, new)
        for one, count in rollout(deployment, new, old).items():
            _scale(cluster, next(known for known in (new, *old) if known["metadata"]["name"] == one), count)
        _forget(cluster, deployment, old)
    cluster.change("apps/deployments", deployment, status=_status(cluster, deployment))


def _sets(cluster: Cluster, deployment: Object) -> tuple[Object | None, list[Object]]:
    """The ReplicaSet of the present template, and the others, oldest first."""
    owned = sorted(cluster.owned(SETS, deployment), key=_revision)
    wanted = pods.template_hash(deployment)
    new = next((one for one in owned if one["metadata"]["labels"].get(HASH) == wanted), None)
    return new, [one for one in owned if one is not new]


def _revision(one: Object) -> int:
    return int(one["metadata"].get("annotations", {}).get(REVISION, 0))


def _create(cluster: Cluster, deployment: Object) -> Object:
    meta, spec, label = deployment["metadata"], deployment["spec"], {HASH: pods.template_hash(deployment)}
    template = spec["template"]
    labels = {**template["metadata"]["labels"], **label}
    selector = {**spec["selector"], "matchLabels": {**spec["selector"].get("matchLabels", {}), **label}}
    return cluster.create(
        SETS,
        {
            "metadata": {
                "name": f"{meta['name']}-{label[HASH]}",
                "namespace": meta["namespace"],
                "labels": labels,
                "ownerReferences": [owner_reference(deployment)],
            },
            "spec": {
                "replicas": 0,
                "selector": selector,
                "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
            },
        },
    )


def _number(cluster: Cluster, new: Object, old: list[Object]) -> Object:
    """The newest revision belongs to the present template, also after a way back to an earlier one."""
    highest = max(map(_revision, old), default=0)
    if _revision(new) > highest:
        return new
    return _annotated(cluster, SETS, new, str(highest + 1))


def _annotate(cluster: Cluster, deployment: Object, new: Object) -> Object:
    return _annotated(cluster, "apps/deployments", deployment, new["metadata"]["annotations"][REVISION])


def _annotated(cluster: Cluster, key: str, obj: Object, revision: str) -> Object:
    annotations = {**obj["metadata"].get("annotations", {}), REVISION: revision}
    return cluster.change(key, obj, metadata={**obj["metadata"], "annotations": annotations})


def _share(value: Any, whole: int, round_to: Any) -> int:
    """A count, or a percentage of ``whole``."""
    return round_to(int(value.rstrip("%")) * whole / 100) if isinstance(value, str) else value


def bounds(deployment: Object) -> tuple[int, int]:
    """How many pods more and fewer than wanted a rollout may have."""
    wanted, strategy = deployment["spec"]["replicas"], deployment["spec"]["strategy"]
    rolling = strategy.get("rollingUpdate", {})
    surge = _share(rolling.get("maxSurge", "25%"), wanted, math.ceil)
    fewer = _share(rolling.get("maxUnavailable", "25%"), wanted, math.floor)
    return surge, fewer if surge or fewer else 1


def _available(one: Object) -> int:
    return one.get("status", {}).get("availableReplicas", 0)


def rollout(deployment: Object, new: Object, old: list[Object]) -> dict[str, int]:
    """The next replica counts by name of the ReplicaSet."""
    wanted, size = deployment["spec"]["replicas"], new["spec"]["replicas"]
    name = new["metadata"]["name"]
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        present = sum(one.get("status", {}).get("replicas", 0) for one in old)
        return {**{one["metadata"]["name"]: 0 for one in old}, name: size if present else wanted}
    surge, fewer = bounds(deployment)
    total = size + sum(one["spec"]["replicas"] for one in old)
    grown = min(wanted, size + max(0, wanted + surge - total))
    counts = {name: grown if old else wanted}
    removable = max(0, total - (wanted - fewer) - max(0, size - _available(new)))
    for one in old:
        gone = min(removable, one["spec"]["replicas"])
        counts[one["metadata"]["name"]] = one["spec"]["replicas"] - gone
        removable -= gone
    return counts


def _scale(cluster: Cluster, one: Object, count: int) -> None:
    if one["spec"]["replicas"] != count:
        meta = {**one["metadata"], "generation": one["metadata"]["generation"] + 1}
        cluster.change(SETS, one, spec={**one["spec"], "replicas": count}, metadata=meta)


def _forget(cluster: Cluster, deployment: Object, old: list[Object]) -> None:
    empty = [one for one in old if not one["spec"]["replicas"] and not one.get("status", {}).get("replicas")]
    for one in empty[: max(0, len(empty) - deployment["spec"]["revisionHistoryLimit"])]:
        cluster.delete(SETS, one)


def _status(cluster: Cluster, deployment: Object) -> Object:
    new, old = _sets(cluster, deployment)
    owned = [one for one in (new, *old) if one]
    counts = {
        key: sum(one.get("status", {}).get(key, 0) for one in owned)
        for key in ("replicas", "readyReplicas", "availableReplicas")
    }
    counts["updatedReplicas"] = (new or {}).get("status", {}).get("replicas", 0)
    asked = sum(one["spec"]["replicas"] for one in owned)
    counts["unavailableReplicas"] = max(0, asked - counts["availableReplicas"])
    counts["observedGeneration"] = deployment["metadata"]["generation"]
    return {**pods.counted(counts), "conditions": _conditions(deployment, counts, new)}


def _conditions(deployment: Object, counts: Object, new: Object | None) -> list[Object]:
    wanted, known = deployment["spec"]["replicas"], deployment.get("status", {}).get("conditions", [])
    enough = counts["availableReplicas"] >= wanted - bounds(deployment)[1]
    reason = "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable"
    message = f"Deployment {'has' if enough else 'does not have'} minimum availability."
    stamp = {"lastUpdateTime": pods.now()}
    known = pods.with_condition(known, "Available", str(enough), reason, message, **stamp)
    if deployment["spec"].get("paused"):
        return pods.with_condition(known, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", **stamp)
    done = counts["updatedReplicas"] == counts["replicas"] == counts["availableReplicas"] == wanted
    name, word = (new or deployment)["metadata"]["name"], "has successfully progressed" if done else "is progressing"
    reason = "NewReplicaSetAvailable" if done else "ReplicaSetUpdated"
    return pods.with_condition(known, "Progressing", "True", reason, f'ReplicaSet "{name}" {word}.', **stamp)
