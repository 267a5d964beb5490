# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owner references: dependents go with their owners, before them or not at all, as the deletion asked."""

from __future__ import annotations

from typing import Any

from ..cluster import Cluster, is_deleting
from ..store import Place, place_of

Object = dict[str, Any]


def reconcile(cluster: Cluster, obj: Object, key: str) -> None:
    owners = obj["metadata"].get("ownerReferences", ())
    if owners and not any(cluster.store.place(owner["uid"]) for owner in owners):
        cluster.delete(key, obj)
        return
    finalizers = obj["metadata"].get("finalizers", ())
    if is_deleting(obj) and "orphan" in finalizers:
        for place, dependent in cluster.store.dependents(obj["metadata"]["uid"]):
            _disown(cluster, place, dependent, obj["metadata"]["uid"])
        _release(cluster, key, obj, "orphan")
    elif is_deleting(obj) and "foregroundDeletion" in finalizers:
        for place, dependent in cluster.store.dependents(obj["metadata"]["uid"]):
            if not is_deleting(dependent):
                cluster.delete(place[0], dependent, policy="Foreground")
        if not cluster.store.dependents(obj["metadata"]["uid"]):
            _release(cluster, key, obj, "foregroundDeletion")


def _disown(cluster: Cluster, place: Place, obj: Object, uid: str) -> None:
    left = [owner for owner in obj["metadata"]["ownerReferences"] if owner["uid"] != uid]
    cluster.change(place[0], obj, metadata={**obj["metadata"], "ownerReferences": left})


def _release(cluster: Cluster, key: str, obj: Object, finalizer: str) -> None:
    current = cluster.get(*place_of(key, obj)) or obj
    left = [one for one in current["metadata"]["finalizers"] if one != finalizer]
    cluster.change(key, current, metadata={**current["metadata"], "finalizers": left})
