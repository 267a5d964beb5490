# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects as the API takes them in: unknown fields dropped, defaults filled in, then checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from . import defaults, schemas
from .errors import StatusError, cause, invalid
from .resources import Resource
from .schemas import Schema
from .selectors import matches, of_object, value_at

Object = dict[str, Any]
Causes = Iterator[dict[str, str]]


def normalise(obj: Object, resource: Resource) -> tuple[Object, list[str]]:
    """The object with defaults and without unknown fields, and the paths of those."""
    unknown: list[str] = []
    return _normalise(obj, resource.schema, "", unknown), unknown


def _normalise(value: Any, schema: Schema, path: str, unknown: list[str]) -> Any:
    resolved = schemas.resolve(schema)
    if isinstance(value, list):
        inner = resolved.get("items", {})
        return [_normalise(one, inner, f"{path}[{index}]", unknown) for index, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    said = {key: one for key, one in value.items() if one is not None or _may_be_null(resolved, key)}
    value = defaults.fill(said, schemas.name_of(schema))
    for key, one in resolved.get("properties", {}).items():
        if key not in value and "default" in one:
            value[key] = one["default"]
    return dict(_known(value, resolved, path, unknown))


def _may_be_null(schema: Schema, key: str) -> bool:
    """Only custom kinds tell null from absent, where their schema says so; elsewhere null means absent."""
    return bool(schema.get("properties", {}).get(key, {}).get("nullable"))


def _known(value: Object, schema: Schema, path: str, unknown: list[str]) -> Iterator[tuple[str, Any]]:
    properties, extra = schema.get("properties"), schema.get("additionalProperties")
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields") or (properties is None and not extra)
    for key, one in value.items():
        where = f"{path}.{key}" if path else key
        inner = (properties or {}).get(key, extra if extra and extra is not True else None)
        if inner is None and not open_ended and extra is not True:
            unknown.append(where)
        else:
            yield key, _normalise(one, inner or {"x-kubernetes-preserve-unknown-fields": True}, where, unknown)


class _Hashed:
    """A schema as a key of a cache: by identity, since registries keep theirs."""

    def __init__(self, value: Schema):
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other.value is self.value


@lru_cache(maxsize=128)
def _validator(schema: _Hashed) -> Any:
    from jsonschema import Draft202012Validator  # read at the first check, to start quickly

    return Draft202012Validator(schemas.document(schema.value))


def _field(path: Any) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def check(obj: Object, resource: Resource) -> None:
    """Refuses an object that breaks its schema."""
    errors = list(_validator(_Hashed(resource.schema)).iter_errors(obj))
    wrong_type = next((one for one in errors if one.validator in ("type", "oneOf")), None)
    if wrong_type is not None and not resource.custom:
        raise StatusError(
            400,
            f'{resource.kind} in version "{resource.version}" cannot be handled as a {resource.kind}: '
            f"{_field(wrong_type.absolute_path)}: {wrong_type.message}",
        )
    if errors:
        raise invalid(resource, obj["metadata"].get("name", ""), [_of_schema(one) for one in errors])


def _of_schema(error: Any) -> dict[str, str]:
    field = _field(error.absolute_path)
    if error.validator == "required":
        missing = error.message.split("'")[1]  # each missing key is an error of its own
        return cause(f"{field}.{missing}".lstrip("."), "Required value", "FieldValueRequired")
    reasons = {"type": "FieldValueTypeInvalid", "enum": "FieldValueNotSupported"}
    return cause(field or "<nil>", f"Invalid value: {error.message}", reasons.get(error.validator, "FieldValueInvalid"))


TEMPLATED = {"/replicationcontrollers", "apps/replicasets", "apps/deployments", "apps/statefulsets", "apps/daemonsets"}
LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
NAMES = {
    "/services": r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
    "/namespaces": LABEL,
    **{
        f"rbac.authorization.k8s.io/{kind}": r"(?!\.\.?$)[^/%]+"
        for kind in ("roles", "clusterroles", "rolebindings", "clusterrolebindings")
    },
}
SUBDOMAIN = r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
LABEL_VALUE = r"(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?"
LABEL_KEY = rf"({SUBDOMAIN.replace('253}$', '253}/')}/)?([A-Za-z0-9][-A-Za-z0-9_.]{{0,61}})?[A-Za-z0-9]"


def _names(obj: Object, resource: Resource) -> Causes:
    name, pattern = obj["metadata"]["name"], NAMES.get(resource.key, SUBDOMAIN)
    if not re.fullmatch(pattern, name):
        yield cause("metadata.name", f'Invalid value: "{name}": must match {pattern}')


def _labels(obj: Object, _resource: Resource) -> Causes:
    for key, value in obj["metadata"].get("labels", {}).items():
        if not re.fullmatch(LABEL_KEY, key) or not re.fullmatch(LABEL_VALUE, value):
            yield cause("metadata.labels", f'Invalid value: "{key}={value}": no valid label')


def _selector(obj: Object, resource: Resource) -> Causes:
    """A workload's selector must select the pods of its own template."""
    template = value_at(obj, "spec.template.metadata.labels") or {}
    selector = value_at(obj, "spec.selector")
    if resource.key == "/replicationcontrollers":
        selector = {"matchLabels": selector or {}}
    if resource.key not in TEMPLATED:
        return
    if "template" not in obj.get("spec", {}):
        yield cause("spec.template", "Required value", "FieldValueRequired")
    elif not of_object(selector) or not matches(of_object(selector), template):
        message = f"Invalid value: {template}: `selector` does not match template `labels`"
        yield cause("spec.template.metadata.labels", message)


def _pod(obj: Object, resource: Resource) -> Causes:
    prefix = "spec" if resource.key == "/pods" else "spec.template.spec"
    spec = None if resource.custom else value_at(obj, prefix)
    if not spec or "containers" not in spec:
        return
    if not spec["containers"]:
        yield cause(f"{prefix}.containers", "Required value", "FieldValueRequired")
    seen: set[str] = set()
    for index, container in enumerate(spec["containers"]):
        place = f"{prefix}.containers[{index}]"
        if container["name"] in seen:
            yield cause(f"{place}.name", f'Duplicate value: "{container["name"]}"', "FieldValueDuplicate")
        if not re.fullmatch(LABEL, container["name"]):
            yield cause(f"{place}.name", f'Invalid value: "{container["name"]}": must be a DNS label')
        if not container.get("image"):
            yield cause(f"{place}.image", "Required value", "FieldValueRequired")
        seen.add(container["name"])
        yield from _ports(f"{place}.ports", "containerPort", container.get("ports", ()))


def _ports(place: str, key: str, ports: Any) -> Causes:
    for index, port in enumerate(ports):
        if not 1 <= port[key] <= 65535:
            yield cause(f"{place}[{index}].{key}", f"Invalid value: {port[key]}: must be between 1 and 65535")


def _service(obj: Object, resource: Resource) -> Causes:
    if resource.key != "/services":
        return
    spec = obj.get("spec", {})
    if not spec.get("ports") and spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None":
        yield cause("spec.ports", "Required value", "FieldValueRequired")
    yield from _ports("spec.ports", "port", spec.get("ports", ()))


def _replicas(obj: Object, resource: Resource) -> Causes:
    replicas = value_at(obj, "spec.replicas")
    if not resource.custom and isinstance(replicas, int) and replicas < 0:
        yield cause("spec.replicas", f"Invalid value: {replicas}: must be greater than or equal to 0")


def _definition(obj: Object, resource: Resource) -> Causes:
    spec = obj.get("spec", {})
    if resource.kind != "CustomResourceDefinition":
        return
    if obj["metadata"]["name"] != f"{spec['names']['plural']}.{spec['group']}":
        yield cause("metadata.name", 'Invalid value: must be spec.names.plural+"."+spec.group')
    if [one.get("storage") for one in spec["versions"]].count(True) != 1:
        yield cause("spec.versions", "Invalid value: must have exactly one version marked as storage version")


RULES: tuple[Callable[[Object, Resource], Causes], ...] = (
    _names,
    _labels,
    _selector,
    _pod,
    _service,
    _replicas,
    _definition,
)


def check_rules(obj: Object, resource: Resource) -> None:
    """Refuses a complete object that breaks a rule of its kind."""
    causes = [one for rule in RULES for one in rule(obj, resource)]
    if causes:
        raise invalid(resource, obj["metadata"]["name"], causes)


IMMUTABLE = {
    "apps/deployments": ("spec.selector",),
    "apps/replicasets": ("spec.selector",),
    "apps/daemonsets": ("spec.selector",),
    "apps/statefulsets": ("spec.selector", "spec.serviceName", "spec.volumeClaimTemplates", "spec.podManagementPolicy"),
    "batch/jobs": ("spec.selector", "spec.template", "spec.completions"),
    "/services": ("spec.clusterIP",),
    "/secrets": ("type",),
}


FIXED_POD = (
    "Forbidden: pod updates may not change fields other than images, tolerations, activeDeadlineSeconds "
    "and terminationGracePeriodSeconds"
)


def check_update(old: Object, new: Object, resource: Resource) -> None:
    """Refuses changes of what cannot be changed."""
    frozen = list(IMMUTABLE.get(resource.key, ()))
    if old.get("immutable") is True:
        frozen += ["data", "binaryData", "immutable"]
    causes = [cause(path, "Invalid value: field is immutable") for path in frozen if _differs(old, new, path)]
    if resource.key == "/pods" and _fixed(old["spec"]) != _fixed(new["spec"]):
        causes.append(cause("spec", FIXED_POD, "FieldValueForbidden"))
    if causes:
        raise invalid(resource, new["metadata"]["name"], causes)


def _differs(old: Object, new: Object, path: str) -> bool:
    before, after = value_at(old, path), value_at(new, path)
    if path == "spec.clusterIP":  # an address may come and go with the type of the service
        return bool(before and after) and before != after
    return before != after


def _fixed(spec: Object) -> Object:
    open_keys = ("tolerations", "activeDeadlineSeconds", "terminationGracePeriodSeconds")
    kept = {key: value for key, value in spec.items() if key not in open_keys}
    for key in ("containers", "initContainers"):
        kept[key] = [{**one, "image": ""} for one in spec.get(key, ())]
    return kept
