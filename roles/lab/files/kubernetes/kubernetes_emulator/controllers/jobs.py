# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job: pods that end at once, as nothing runs in them, until enough have succeeded."""

from __future__ import annotations

from typing import Any

from ..cluster import Cluster, is_deleting
from ..ownership import now
from ..selectors import value_at
from . import pods

Object = dict[str, Any]


def reconcile(cluster: Cluster, job: Object) -> None:
    if is_deleting(job) or pods.condition_status(job, "Complete") == "True":
        return
    owned = cluster.owned("/pods", job)
    active = sum(map(pods.is_active, owned))
    succeeded = sum(value_at(pod, "status.phase") == "Succeeded" for pod in owned)
    completions = job["spec"].get("completions")
    wanted = min(job["spec"]["parallelism"], (completions or job["spec"]["parallelism"]) - succeeded)
    if not job["spec"].get("suspend"):
        for _index in range(wanted - active if completions or not succeeded else 0):
            cluster.create("/pods", pods.from_template(job))
            active += 1
    done = not active and succeeded >= (completions or 1)
    cluster.change("batch/jobs", job, status=_status(job, active, succeeded, done))


def _status(job: Object, active: int, succeeded: int, done: bool) -> Object:
    known = job.get("status", {})
    status = {
        **known,
        "active": active,
        "ready": active,
        "succeeded": succeeded,
        "terminating": 0,
        "uncountedTerminatedPods": {},
        "startTime": known.get("startTime", now()),
    }
    if done:
        conditions = known.get("conditions", [])
        for kind in ("SuccessCriteriaMet", "Complete"):
            message = "Reached expected number of succeeded pods"
            conditions = pods.with_condition(conditions, kind, "True", "CompletionsReached", message, lastProbeTime=now())
        status |= {"completionTime": now(), "conditions": conditions}
    return pods.counted(status, always=("ready", "terminating"))
