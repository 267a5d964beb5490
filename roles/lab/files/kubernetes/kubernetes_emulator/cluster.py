# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an object: stamped when created, counted when changed, held by finalizers when deleted.

Both the API and the controllers go through here, so both follow the same rules.
"""

from __future__ import annotations

import copy
import random
import uuid
from typing import Any

from . import admission
from .ownership import now
from .resources import CRDS, TABLE, Registry, Resource
from .store import Store

Object = dict[str, Any]
LETTERS = "bcdfghjklmnpqrstvwxz2456789"
FINALIZER_OF_POLICY = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}
KEPT_META = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "generateName")


def random_suffix() -> str:
    return "".join(random.choices(LETTERS, k=5))


def is_deleting(obj: Object) -> bool:
    return "deletionTimestamp" in obj["metadata"]


def has_generation(resource: Resource) -> bool:
    """Whether the API counts changes of the specification of this kind."""
    return bool(resource.group) or resource.plural in ("pods", "replicationcontrollers")


def _specification(obj: Object) -> Object:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status", "apiVersion", "kind")}


class Cluster:
    def __init__(self, store: Store):
        self.store = store
        self.resources = Registry(lambda: store.list(CRDS))

    def get(self, key: str, namespace: str, name: str) -> Object | None:
        return self.store.get(key, namespace, name)

    def list(self, key: str, namespace: str | None = None) -> list[Object]:
        return self.store.list(key, namespace)

    def owned(self, key: str, owner: Object) -> list[Object]:
        """The objects of a kind that ``owner`` controls."""
        uid = owner["metadata"]["uid"]
        children = (obj for _place, obj in self.store.dependents(uid, key))
        return [one for one in children if (controller_of(one) or {}).get("uid") == uid]

    def stamp(self, resource: Resource, obj: Object) -> Object:
        """A new object as it would be stored: named, numbered, dated, completed."""
        obj = copy.deepcopy(obj)
        meta = obj["metadata"]
        if not meta.get("name"):
            meta["name"] = meta["generateName"] + random_suffix()
        meta["uid"] = str(uuid.uuid4())
        meta["creationTimestamp"] = now()
        for key in ("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"):
            meta.pop(key, None)
        if has_generation(resource):
            meta["generation"] = 1
        if "status" in resource.subresources:
            obj.pop("status", None)
            obj |= {} if resource.custom else {"status": admission.initial_status(resource.key, resource.schema)}
        admission.admit(resource.key, obj, self.store)
        return obj

    def create(self, key: str, obj: Object) -> Object:
        """What controllers create: ``obj`` lacks only what every object gets."""
        resource = TABLE[key]
        full = {"apiVersion": resource.api_version, "kind": resource.kind, **obj}
        status = obj.get("status")
        stamped = self.stamp(resource, full)
        return self.store.put(key, {**stamped, "status": status} if status else stamped)

    def prepare_update(self, resource: Resource, old: Object, new: Object, status_only: bool = False) -> Object:
        """``new`` with what no client may change, and its generation."""
        new = copy.deepcopy(new)
        meta, was = new["metadata"], old["metadata"]
        if status_only:
            return {**copy.deepcopy(old), **({"status": new["status"]} if "status" in new else {})}
        for key in KEPT_META:
            meta.pop(key, None)
            if key in was:
                meta[key] = was[key]
        meta["resourceVersion"] = was["resourceVersion"]
        if "status" in resource.subresources:
            new.pop("status", None)
            if "status" in old:
                new["status"] = old["status"]
        admission.admit(resource.key, new, self.store, old)
        if has_generation(resource) and _specification(new) != _specification(old):
            meta["generation"] = was.get("generation", 0) + 1
        return new

    def update(self, key: str, old: Object, new: Object) -> Object:
        """Stores ``new``; an unchanged object keeps its version, a deleted one without finalizers goes."""
        if new == old:
            return old
        if is_deleting(new) and not new["metadata"].get("finalizers") and not self._lingers(key, new):
            return self.store.remove(key, new)
        return self.store.put(key, new)

    def change(self, key: str, obj: Object, **parts: Any) -> Object:
        """A controller's change of top-level parts (``status=``, ``spec=``, ``metadata=``)."""
        return self.update(key, obj, {**obj, **parts})

    @staticmethod
    def _lingers(key: str, obj: Object) -> bool:
        """Whether something other than a finalizer still holds a deleted object."""
        on_node = key == "/pods" and obj["spec"].get("nodeName") and obj["metadata"].get("deletionGracePeriodSeconds")
        return bool(on_node or (key == "/namespaces" and obj.get("spec", {}).get("finalizers")))

    def delete(self, key: str, obj: Object, policy: str = "Background", grace: int | None = None) -> Object:
        """Deletes at once, or marks for deletion what finalizers, a node or its contents hold."""
        marked = copy.deepcopy(obj)
        meta = marked["metadata"]
        if grace is None:
            grace = marked["spec"].get("terminationGracePeriodSeconds", 30) if key == "/pods" else 0
        finalizer = FINALIZER_OF_POLICY.get(policy)
        if finalizer and not is_deleting(obj):
            meta["finalizers"] = sorted({*meta.get("finalizers", ()), finalizer})
        meta.setdefault("deletionTimestamp", now())
        meta["deletionGracePeriodSeconds"] = min(grace, meta.get("deletionGracePeriodSeconds", grace))
        if not is_deleting(obj) and has_generation(TABLE.get(key) or self.resources.by_key(key)):
            meta["generation"] = meta.get("generation", 0) + 1
        if key == "/namespaces":
            marked["status"] = {**marked.get("status", {}), "phase": "Terminating"}
        return self.update(key, obj, marked)


def controller_of(obj: Object) -> Object | None:
    owners = obj["metadata"].get("ownerReferences", ())
    return next((one for one in owners if one.get("controller")), None)


def owner_reference(owner: Object, controller: bool = True) -> Object:
    meta = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": controller,
        "blockOwnerDeletion": True,
    }
