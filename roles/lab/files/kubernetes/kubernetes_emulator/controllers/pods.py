# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods as controllers see them: made from a template, active, ready, old or new."""

from __future__ import annotations

import json
from typing import Any

from ..admission import short_hash
from ..cluster import Cluster, is_deleting, owner_reference, random_suffix
from ..ownership import now
from ..selectors import value_at

Object = dict[str, Any]
REVISION_LABEL = "controller-revision-hash"


def from_template(owner: Object, name: str | None = None, labels: dict[str, str] | None = None) -> Object:
    """A pod that ``owner`` controls, by its template."""
    template = json.loads(json.dumps(owner["spec"]["template"]))
    meta = template.get("metadata", {})
    return {
        "metadata": {
            "name": name or f"{owner['metadata']['name']}-{random_suffix()}",
            "namespace": owner["metadata"]["namespace"],
            "labels": {**meta.get("labels", {}), **(labels or {})},
            "annotations": meta.get("annotations", {}),
            "ownerReferences": [owner_reference(owner)],
        },
        "spec": template["spec"],
    }


def template_hash(owner: Object) -> str:
    return short_hash(owner["spec"]["template"])


def active(cluster: Cluster, owner: Object) -> list[Object]:
    """The pods of ``owner`` that neither ended nor are ending."""
    return [one for one in cluster.owned("/pods", owner) if is_active(one)]


def is_active(pod: Object) -> bool:
    return not is_deleting(pod) and value_at(pod, "status.phase") not in ("Succeeded", "Failed")


def is_ready(pod: Object) -> bool:
    return condition_status(pod, "Ready") == "True"


def condition_status(obj: Object, kind: str) -> str | None:
    conditions = value_at(obj, "status.conditions") or ()
    return next((one["status"] for one in conditions if one["type"] == kind), None)


def with_condition(
    conditions: list[Object], kind: str, status: str, reason: str = "", message: str = "", **times: str
) -> list[Object]:
    """``conditions`` with one of them set; its time stays where its status stays."""
    new = {"type": kind, "status": status, "reason": reason, "message": message}
    new = {key: value for key, value in new.items() if value}
    old = next((one for one in conditions if one["type"] == kind), None)
    if old and {key: value for key, value in old.items() if not key.endswith("Time")} == new:
        return conditions
    since = old["lastTransitionTime"] if old and old["status"] == status else now()
    new |= {"lastTransitionTime": since, **times}
    return [*(one for one in conditions if one["type"] != kind), new]


def counted(status: Object, always: tuple[str, ...] = ()) -> Object:
    """A status without the counts that are zero, as the API writes it."""
    return {key: value for key, value in status.items() if value != 0 or key in always}
