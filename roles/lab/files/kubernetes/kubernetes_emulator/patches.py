# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three kinds of patches that need no bookkeeping: JSON patch, merge patch, strategic merge patch."""

from __future__ import annotations

from typing import Any

import jsonpatch

from . import schemas
from .errors import StatusError
from .schemas import Schema

DIRECTIVES = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")


def json_patch(obj: Any, patch: Any, _schema: Schema) -> Any:
    """RFC 6902; a failed test or a missing path refuses the whole patch."""
    try:
        return jsonpatch.JsonPatch(patch).apply(obj)
    except (jsonpatch.JsonPatchConflict, jsonpatch.JsonPatchTestFailed, jsonpatch.JsonPointerException) as error:
        raise StatusError(422, f"the server rejected our request due to an error in our request: {error}") from error
    except (jsonpatch.InvalidJsonPatch, TypeError, AttributeError) as error:
        raise StatusError(400, f"the body is no JSON patch: {error}") from error


def merge_patch(obj: Any, patch: Any, _schema: Schema) -> Any:
    """RFC 7386: maps are merged, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(obj) if isinstance(obj, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value, {})
    return merged


def strategic_merge_patch(obj: Any, patch: Any, schema: Schema) -> Any:
    """A merge patch whose lists are merged too, by the key that the schema names."""
    if not isinstance(patch, dict):
        return patch
    if patch.get("$patch") == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    merged = dict(obj) if isinstance(obj, dict) else {}
    if "$retainKeys" in patch:
        merged = {key: value for key, value in merged.items() if key in patch["$retainKeys"]}
    for key, value in patch.items():
        if key.startswith("$deleteFromPrimitiveList/"):
            name = key.partition("/")[2]
            merged[name] = [one for one in merged.get(name, ()) if one not in value]
        elif key.startswith(DIRECTIVES):
            continue  # $setElementOrder only orders lists whose order has no meaning to the emulator
        elif value is None or (isinstance(value, dict) and value.get("$patch") == "delete"):
            merged.pop(key, None)
        else:
            merged[key] = _strategic(merged.get(key), value, schemas.child(schema, key))
    return merged


def _strategic(old: Any, new: Any, schema: Schema) -> Any:
    if isinstance(new, dict):
        return strategic_merge_patch(old, new, schema)
    if not isinstance(new, list) or "merge" not in schema.get("x-kubernetes-patch-strategy", ""):
        return new
    key = schema.get("x-kubernetes-patch-merge-key")
    if any(isinstance(one, dict) and one.get("$patch") == "replace" for one in new):
        return [one for one in new if one.get("$patch") != "replace"]
    return _keyed(old or [], new, key, schemas.items(schema)) if key else _united(old or [], new)


def _united(old: list[Any], new: list[Any]) -> list[Any]:
    return [*old, *(one for one in new if one not in old)]


def _keyed(old: list[Any], new: list[Any], key: str, schema: Schema) -> list[Any]:
    merged = list(old)
    for one in new:
        if key not in one:
            raise StatusError(400, f"map: {one} does not contain declared merge key: {key}")
        at = next((index for index, other in enumerate(merged) if other.get(key) == one[key]), None)
        if one.get("$patch") == "delete":
            merged = [other for other in merged if other.get(key) != one[key]]
        elif at is None:
            merged.append(strategic_merge_patch({}, one, schema))
        else:
            merged[at] = strategic_merge_patch(merged[at], one, schema)
    return merged


BY_CONTENT_TYPE = {
    "application/json-patch+json": json_patch,
    "application/merge-patch+json": merge_patch,
    "application/strategic-merge-patch+json": strategic_merge_patch,
}
