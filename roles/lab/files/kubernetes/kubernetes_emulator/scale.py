# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scale subresource: how many replicas a workload, or a custom object that says where, shall have."""

from __future__ import annotations

import json
from typing import Any

from . import selectors
from .resources import Resource

Object = dict[str, Any]
SCALE_META = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def view(obj: Object, resource: Resource) -> Object:
    """The Scale of a workload or of a custom object that declares one."""
    paths, meta = resource.scale, obj["metadata"]
    status: Object = {"replicas": selectors.value_at(obj, paths["status"]) or 0}
    selector = obj.get("spec", {}).get("selector")
    if resource.custom:
        text = selectors.value_at(obj, paths["selector"]) if paths["selector"] else None
    else:
        text = selectors.as_text(selector if resource.group else {"matchLabels": selector or {}})
    if text:
        status["selector"] = text
    kept = {key: value for key, value in meta.items() if key in SCALE_META}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": kept,
        "spec": {"replicas": selectors.value_at(obj, paths["spec"]) or 0},
        "status": status,
    }


def scaled(obj: Object, wanted: Object, resource: Resource) -> Object:
    replicas = selectors.value_at(wanted, "spec.replicas") or 0
    new = json.loads(json.dumps(obj))
    *parents, last = resource.scale["spec"].split(".")
    inner = new
    for key in parents:
        inner = inner.setdefault(key, {})
    inner[last] = replicas
    return new
