# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who owns which field: metadata.managedFields, and server-side apply, which goes by it.

A field is a path of steps as managedFields writes them: ``f:spec``, ``k:{"name":"web"}`` for an item of a
keyed list, ``v:"x"`` for a member of a set. An item that is owned itself has a path that ends in its step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from . import schemas
from .errors import StatusError
from .schemas import Schema

Path = tuple[str, ...]
Entry = dict[str, Any]
SYSTEM_META = (
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "managedFields",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generateName",
    "selfLink",
)
ABSENT = object()


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fields(obj: dict[str, Any], schema: Schema) -> dict[Path, Any]:
    """Every field of an object that can be owned, with its value."""
    meta = {key: value for key, value in obj.get("metadata", {}).items() if key not in SYSTEM_META}
    rest = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind", "metadata")}
    return dict(_fields({"metadata": meta, **rest} if meta else rest, schema, ()))


def _fields(value: Any, schema: Schema, path: Path) -> Iterator[tuple[Path, Any]]:
    kind = _list_type(value, schema)
    if isinstance(value, dict) and value and not _is_atomic_map(schema):
        for key, one in value.items():
            yield from _fields(one, schemas.child(schema, key), (*path, f"f:{key}"))
    elif kind == "map":
        for one in value:
            step = _step(one, schema)
            yield (*path, step), {}
            yield from _fields(one, schemas.items(schema), (*path, step))
    elif kind == "set":
        yield from (((*path, f"v:{json.dumps(one)}"), one) for one in value)
    else:
        yield path, value


def _is_atomic_map(schema: Schema) -> bool:
    return "atomic" in (schema.get("x-kubernetes-map-type"), schemas.resolve(schema).get("x-kubernetes-map-type"))


def _list_type(value: Any, schema: Schema) -> str | None:
    """How a list merges: by key, as a set, or (None) as a whole."""
    return schema.get("x-kubernetes-list-type") if isinstance(value, list) else None


def _step(item: dict[str, Any], schema: Schema) -> str:
    defaults = schemas.resolve(schemas.items(schema)).get("properties", {})
    keys = schema["x-kubernetes-list-map-keys"]
    found = {key: item.get(key, "TCP" if key == "protocol" and key in defaults else None) for key in keys}
    return "k:" + json.dumps({key: value for key, value in found.items() if value is not None}, sort_keys=True)


def as_tree(paths: set[Path]) -> dict[str, Any]:
    """The paths of one manager in the form of fieldsV1."""
    tree: dict[str, Any] = {}
    for path in sorted(paths):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        if any(other[: len(path)] == path and other != path for other in paths):
            node["."] = {}
    return tree


def as_paths(tree: dict[str, Any], path: Path = ()) -> set[Path]:
    if not tree:
        return {path} if path else set()
    found = {path} if "." in tree else set()
    return found.union(*(as_paths(node, (*path, step)) for step, node in tree.items() if step != "."))


def _entry(manager: str, operation: str, api_version: str, subresource: str, paths: set[Path]) -> Entry:
    entry = {
        "manager": manager,
        "operation": operation,
        "apiVersion": api_version,
        "time": now(),
        "fieldsType": "FieldsV1",
        "fieldsV1": as_tree(paths),
    }
    return {**entry, "subresource": subresource} if subresource else entry


def _identity(entry: Entry) -> tuple[str, str, str]:
    return entry["manager"], entry["operation"], entry.get("subresource", "")


def _record(entries: list[Entry], mine: Entry, others_lose: set[Path]) -> list[Entry]:
    """``entries`` with ``mine`` in its place, and the fields that the others lose taken from them."""
    at = next((index for index, one in enumerate(entries) if _identity(one) == _identity(mine)), len(entries))
    if at < len(entries) and entries[at]["fieldsV1"] == mine["fieldsV1"]:
        mine = entries[at]  # keeps its time: a write that changes nothing changes no entry
    others = [_without(entry, others_lose) for entry in entries]
    return [entry for entry in (*others[:at], mine, *others[at + 1 :]) if entry["fieldsV1"]]


def _without(entry: Entry, lost: set[Path]) -> Entry:
    paths = as_paths(entry["fieldsV1"])
    return {**entry, "time": now(), "fieldsV1": as_tree(paths - lost)} if paths & lost else entry


def track(old: dict[str, Any], new: dict[str, Any], schema: Schema, manager: str, subresource: str) -> dict[str, Any]:
    """``new`` with managedFields after an ordinary write: the writer owns what it changed."""
    before, after = fields(old, schema), fields(new, schema)
    entries = old.get("metadata", {}).get("managedFields", [])
    meta = {key: value for key, value in new["metadata"].items() if key != "managedFields"}
    changed = {path for path, value in after.items() if before.get(path, ABSENT) != value}
    gone = before.keys() - after.keys()
    if changed or gone:
        mine = _entry(manager, "Update", new["apiVersion"], subresource, set())
        held = [as_paths(one["fieldsV1"]) for one in entries if _identity(one) == _identity(mine)]
        mine["fieldsV1"] = as_tree((changed.union(*held)) - gone)
        entries = _record(entries, mine, changed | gone)
    return {**new, "metadata": {**meta, "managedFields": entries} if entries else meta}


def apply(live: dict[str, Any], wanted: dict[str, Any], schema: Schema, manager: str, force: bool) -> dict[str, Any]:
    """Server-side apply: ``wanted`` merged into ``live``; what the manager owned and left out goes."""
    entries = live.get("metadata", {}).get("managedFields", [])
    mine = _entry(manager, "Apply", wanted["apiVersion"], "", set())
    asked, present = fields(wanted, schema), fields(live, schema)
    mine["fieldsV1"] = as_tree(set(asked))
    others = [one for one in entries if _identity(one) != _identity(mine)]
    taken = {path for path, value in asked.items() if path in present and present[path] != value}
    if not force:
        _refuse_conflicts(others, taken)
    held = set().union(*(as_paths(one["fieldsV1"]) for one in entries if _identity(one) == _identity(mine)))
    foreign = set().union(*(as_paths(one["fieldsV1"]) for one in others))
    merged = _merge(live, wanted, schema)
    for path in sorted(held - asked.keys(), key=len):  # an item before what is in it
        if not any(other[: len(path)] == path for other in foreign):
            _remove(merged, path, schema)
    merged["metadata"]["managedFields"] = _record(entries, mine, taken)
    return merged


def _refuse_conflicts(others: list[Entry], taken: set[Path]) -> None:
    causes = []
    for entry in others:
        for path in sorted(as_paths(entry["fieldsV1"]) & taken):
            field = "".join(f"[{step[2:]}]" if step[0] in "kv" else f".{step[2:]}" for step in path)
            message = f'conflict with "{entry["manager"]}" using {entry["apiVersion"]}'
            causes.append({"reason": "FieldManagerConflict", "message": message, "field": field})
    if causes:
        count = f"{len(causes)} conflict{'s' if len(causes) > 1 else ''}"
        listed = ", ".join(f"{one['message']}: {one['field']}" for one in causes)
        raise StatusError(409, f"Apply failed with {count}: {listed}", details={"causes": causes})


def _merge(live: Any, wanted: Any, schema: Schema) -> Any:
    kind = _list_type(wanted, schema)
    if isinstance(wanted, dict) and isinstance(live, dict) and not _is_atomic_map(schema):
        merged = {key: _merge(live.get(key), value, schemas.child(schema, key)) for key, value in wanted.items()}
        return {**live, **merged}
    if kind == "map":
        merged = {_step(one, schema): one for one in live or ()}
        for one in wanted:
            step = _step(one, schema)
            merged[step] = _merge(merged.get(step, {}), one, schemas.items(schema))
        return list(merged.values())
    if kind == "set":
        return [*(live or ()), *(one for one in wanted if one not in (live or ()))]
    return wanted


def _remove(obj: Any, path: Path, schema: Schema) -> None:
    """Takes one field out of an object, if it is there."""
    for step in path[:-1]:
        obj, schema = _inside(obj, step, schema)
        if obj is None:
            return
    last = path[-1]
    if last.startswith("f:"):
        obj.pop(last[2:], None)
    else:
        obj[:] = [one for one in obj if last not in (f"v:{json.dumps(one)}", _step_of(one, schema))]


def _inside(obj: Any, step: str, schema: Schema) -> tuple[Any, Schema]:
    if step.startswith("f:"):
        return obj.get(step[2:]), schemas.child(schema, step[2:])
    found = next((one for one in obj if _step_of(one, schema) == step), None)
    return found, schemas.items(schema)


def _step_of(item: Any, schema: Schema) -> str | None:
    return _step(item, schema) if isinstance(item, dict) else None
