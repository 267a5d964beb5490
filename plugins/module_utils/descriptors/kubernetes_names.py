# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of Kubernetes objects: fit for the API, and different where two VDUs bring the same file."""

from __future__ import annotations

import re
import typing as t

from ..core.errors import InputError

MAX_LENGTH = 63

REFERENCES = {
    ("configMap", "name"): "ConfigMap",
    ("configMapRef", "name"): "ConfigMap",
    ("configMapKeyRef", "name"): "ConfigMap",
    ("secret", "secretName"): "Secret",
    ("secret", "name"): "Secret",
    ("secretRef", "name"): "Secret",
    ("secretKeyRef", "name"): "Secret",
    ("persistentVolumeClaim", "claimName"): "PersistentVolumeClaim",
}
"""Where a pod names another object: (key of the mapping, key of the name) → kind of the object."""


def dns_name(text: str) -> str:
    """``text`` in the letters that a DNS label may have: ``vnf_1`` becomes ``vnf-1``."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:MAX_LENGTH].rstrip("-")
    if not name:
        raise InputError(f"no Kubernetes name can be made of {text!r}; use letters or digits")
    return name


def unique_names(owners: list[tuple[str, str, list[dict]]]) -> list[dict[tuple[str, str], str]]:
    """For each owner (function, VDU or service, objects): (kind, name) → the name to give.

    A name that one owner alone uses stays. The others get the function's name, and where that is
    not enough the owner's too. Objects that refer to each other belong to one function, so a
    Service and the workload behind it are renamed by the same rule.
    """
    users: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for function, owner, objects in owners:
        for thing in objects:
            users.setdefault(_key(thing), []).append((function, owner))
    names = [
        {_key(thing): _name(_key(thing)[1], function, owner, users[_key(thing)]) for thing in objects}
        for function, owner, objects in owners
    ]
    given = [(kind, name) for renamed in names for (kind, _old), name in renamed.items()]
    for (_function, owner, objects), renamed in zip(owners, names, strict=True):
        for (kind, _old), name in renamed.items():
            if given.count((kind, name)) > 1 or len(objects) > len(renamed):
                raise InputError(f"two objects of {owner} would be called {kind} {name}; rename one in its descriptor")
    return names


def _key(thing: dict) -> tuple[str, str]:
    return thing["kind"], thing["metadata"]["name"]


def _name(name: str, function: str, owner: str, users: list[tuple[str, str]]) -> str:
    if len(users) == 1:
        return name
    same_function = sum(1 for other, _owner in users if other == function)
    suffix = dns_name(function) if same_function == 1 else f"{dns_name(function)}-{dns_name(owner)}"
    if len(name) + 1 + len(suffix) > MAX_LENGTH:
        raise InputError(f"{name}-{suffix} is longer than {MAX_LENGTH} letters; shorten the name of the object")
    return f"{name}-{suffix}"


def rename_references(value: t.Any, names: dict[tuple[str, str], str], under: str = "") -> t.Any:
    """``value`` with every reference to a renamed object following it."""
    if isinstance(value, list):
        return [rename_references(item, names, under) for item in value]
    if not isinstance(value, dict):
        return value
    answer = {}
    for key, item in value.items():
        kind = REFERENCES.get((under, key))
        if under == "scaleTargetRef" and key == "name":  # of an autoscaler, which says the kind beside the name
            kind = str(value.get("kind"))
        if kind is not None and isinstance(item, str):
            answer[key] = names.get((kind, item), item)
        else:
            answer[key] = rename_references(item, names, key)
    return answer
