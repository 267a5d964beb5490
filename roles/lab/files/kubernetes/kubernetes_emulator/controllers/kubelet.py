# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the nodes' agents do to pods: say that they run, or that they have ended. Nothing runs."""

from __future__ import annotations

from typing import Any

from ..admission import POD_NETWORK, free_address
from ..cluster import Cluster, controller_of, is_deleting
from ..ownership import now
from ..selectors import value_at
from . import pods

Object = dict[str, Any]


def reconcile(cluster: Cluster, pod: Object) -> None:
    node = cluster.get("/nodes", "", pod["spec"].get("nodeName", ""))
    if is_deleting(pod):
        cluster.delete("/pods", pod, grace=0)
    elif node and value_at(pod, "status.phase") == "Pending":
        cluster.change("/pods", pod, status=_started(cluster, pod, node))
    elif node and _image_changed(pod):
        cluster.change("/pods", pod, status={**pod["status"], "containerStatuses": _states(pod, ended=False)})


def _image_changed(pod: Object) -> bool:
    images = [one["image"] for one in pod["spec"]["containers"]]
    return images != [one["image"] for one in pod["status"].get("containerStatuses", ())]


def _started(cluster: Cluster, pod: Object, node: Object) -> Object:
    ended = (controller_of(pod) or {}).get("kind") == "Job"
    ready = ("False", "PodCompleted") if ended else ("True", "")
    conditions = pods.with_condition(pod["status"].get("conditions", []), "PodScheduled", "True")
    conditions = pods.with_condition(conditions, "Initialized", "True", ready[1])
    for kind in ("Ready", "ContainersReady"):
        conditions = pods.with_condition(conditions, kind, *ready)
    address = free_address(POD_NETWORK, {value_at(one, "status.podIP") for one in cluster.list("/pods")})
    host = next((one["address"] for one in value_at(node, "status.addresses") or () if one["type"] == "InternalIP"), "")
    status = {
        **pod["status"],
        "phase": "Succeeded" if ended else "Running",
        "conditions": conditions,
        "startTime": now(),
        "podIP": address,
        "podIPs": [{"ip": address}],
        "containerStatuses": _states(pod, ended),
    }
    if pod["spec"].get("initContainers"):
        status["initContainerStatuses"] = [_state(one, True) for one in pod["spec"]["initContainers"]]
    return {**status, "hostIP": host, "hostIPs": [{"ip": host}]} if host else status


def _states(pod: Object, ended: bool) -> list[Object]:
    return [_state(container, ended) for container in pod["spec"]["containers"]]


def _state(container: Object, ended: bool) -> Object:
    finished = {"exitCode": 0, "reason": "Completed", "startedAt": now(), "finishedAt": now()}
    state = {"terminated": finished} if ended else {"running": {"startedAt": now()}}
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "restartCount": 0,
        "ready": not ended,
        "started": not ended,
        "state": state,
    }
