# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schemas that objects are checked against: those of one Kubernetes version, and those of CRDs.

The built-in ones come with the package kubernetes-validate; besides types they carry the merge keys that
strategic merge patches and server-side apply go by. They are read when the first object needs them.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "1.34"
Schema = dict[str, Any]
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


@cache
def definitions() -> dict[str, Schema]:
    spec = importlib.util.find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The Kubernetes emulator needs the Python package kubernetes-validate: install it.")
    folder = Path(spec.submodule_search_locations[0]) / "kubernetes-json-schema" / f"v{VERSION}.0-local"
    return json.loads((folder / "_definitions.json").read_text())["$defs"]


@cache
def _names() -> dict[tuple[str, str, str], str]:
    found = {}
    for name, schema in definitions().items():
        for kind in schema.get("x-kubernetes-group-version-kind", ()):
            found[kind["group"], kind["version"], kind["kind"]] = name
    return found


def reference(group: str, version: str, kind: str) -> Schema:
    """A schema that names a built-in kind without reading it yet."""
    return {"x-kind": (group, version, kind)}


def name_of(schema: Schema) -> str | None:
    """The name of the definition that a schema points to."""
    if "x-kind" in schema:
        return _names()[schema["x-kind"]]
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def resolve(schema: Schema) -> Schema:
    name = name_of(schema)
    return definitions()[name] if name else schema


def child(schema: Schema, key: str) -> Schema:
    """The schema of one key of an object; empty where there is none."""
    resolved = resolve(schema)
    extra = resolved.get("additionalProperties")
    return resolved.get("properties", {}).get(key) or (extra if isinstance(extra, dict) else {})


def items(schema: Schema) -> Schema:
    return resolve(schema).get("items", {})


def document(schema: Schema) -> Schema:
    """A schema that stands on its own, as a JSON Schema validator wants it."""
    name = name_of(schema)
    return {"$defs": definitions(), **({"$ref": f"#/$defs/{name}"} if name else schema)}


def of_custom(schema: Schema) -> Schema:
    """A CRD's structural schema as JSON Schema, with the metadata of every object."""
    converted = _convert(schema)
    meta = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    meta["metadata"] = {"$ref": f"#/$defs/{OBJECT_META}"}
    return {**converted, "properties": {**converted.get("properties", {}), **meta}}


def _convert(schema: Schema) -> Schema:
    kept = {key: value for key, value in schema.items() if key not in ("description", "example", "externalDocs")}
    for key in ("items", "additionalProperties", "not"):
        if isinstance(kept.get(key), dict):
            kept[key] = _convert(kept[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in kept:
            kept[key] = [_convert(one) for one in kept[key]]
    if "properties" in kept:
        kept["properties"] = {key: _convert(one) for key, one in kept["properties"].items()}
    elif kept.get("type") == "object" and not kept.get("additionalProperties"):
        kept["properties"] = {}  # an object without declared fields is pruned to nothing
    return _types(kept)


def _types(schema: Schema) -> Schema:
    if schema.get("x-kubernetes-int-or-string"):
        schema["type"] = ["integer", "string"]
    if schema.get("nullable") and "type" in schema:
        kinds = schema["type"]
        schema["type"] = [*(kinds if isinstance(kinds, list) else [kinds]), "null"]
    for side in ("Minimum", "Maximum"):  # OpenAPI 3.0 writes a flag, JSON Schema the bound itself
        if schema.pop(f"exclusive{side}", False):
            schema[f"exclusive{side}"] = schema.pop(side.lower())
    return schema
