# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CustomResourceDefinitions: accepted as soon as they are there; their objects go before they do."""

from __future__ import annotations

from typing import Any

from ..admission import CRD_FINALIZER
from ..cluster import Cluster, is_deleting
from ..resources import CRDS
from . import pods

Object = dict[str, Any]


def reconcile(cluster: Cluster, crd: Object) -> None:
    key = f"{crd['spec']['group']}/{crd['spec']['names']['plural']}"
    if not is_deleting(crd):
        cluster.change(CRDS, crd, status=_status(crd))
        return
    for obj in cluster.list(key):
        cluster.delete(key, obj)
    if not cluster.list(key):
        left = [one for one in crd["metadata"].get("finalizers", ()) if one != CRD_FINALIZER]
        cluster.change(CRDS, crd, metadata={**crd["metadata"], "finalizers": left})


def _status(crd: Object) -> Object:
    conditions = crd.get("status", {}).get("conditions", [])
    conditions = pods.with_condition(conditions, "NamesAccepted", "True", "NoConflicts", "no conflicts found")
    established = "the initial names have been accepted"
    conditions = pods.with_condition(conditions, "Established", "True", "InitialNamesAccepted", established)
    stored = [one["name"] for one in crd["spec"]["versions"] if one["storage"]]
    return {"acceptedNames": crd["spec"]["names"], "conditions": conditions, "storedVersions": stored}
