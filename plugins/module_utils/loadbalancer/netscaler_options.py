# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options of a NetScaler module ask for, and which options a resource has; both come from the one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..core.errors import InputError, Place
from ..model.netscaler.resources import RESOURCES
from ..model.netscaler.steps import Wanted
from ..model.netscaler.table import Attribute, Binding, Resource
from .netscaler_bindings import identity_of
from .netscaler_values import FORMS, address, number, written

Options = Mapping[str, Any]
Spec = dict[str, dict[str, Any]]
LONGEST_NAME = 127
STATES = {"type": "str", "choices": ["present", "absent"]}
PASSWORDS = {"type": "str", "choices": ["always", "on_create"], "no_log": False}


def of_one(kind: str) -> Spec:
    """The options of a module that keeps one object."""
    return {"state": {**STATES, "default": "present"}, **specs(kind), **_passwords(kind, default="on_create")}


def of_each(kind: str) -> Spec:
    """The options of one object of several in a task."""
    return {"state": STATES, **specs(kind, with_defaults=False), **_passwords(kind)}


def _passwords(kind: str, **more: Any) -> Spec:
    secret = any(item.secret for item in RESOURCES[kind].attributes)
    return {"update_password": {**PASSWORDS, **more}} if secret else {}


def specs(kind: str, *, with_defaults: bool = True) -> Spec:
    """The options of one object of a resource, as an argument spec; one of several in a task has no defaults."""
    resource = RESOURCES[kind]
    alias = {} if resource.number or resource.key == "name" else {"aliases": ["name"]}
    found: Spec = {resource.key: {"type": "int" if resource.number else "str", **alias}}
    found |= {item.name: _option(item, with_defaults) for item in resource.attributes}
    if resource.switch:
        found["disabled"] = {"type": "bool", **({"default": False} if with_defaults else {})}
        types = {"graceful": "bool", "delay": "int"}
        found |= {name: {"type": types[name]} for name in resource.switch.with_args}
    return found | {item.option: members_spec(item) for item in resource.bindings}


def _option(attribute: Attribute, with_defaults: bool) -> dict[str, Any]:
    option = {**FORMS[attribute.form].option, **({"choices": list(attribute.choices)} if attribute.choices else {})}
    if attribute.secret:
        option["no_log"] = True
    if attribute.aliases:
        option["aliases"] = list(attribute.aliases)
    if with_defaults and attribute.default is not None:
        option["default"] = attribute.default
    return option


def members_spec(binding: Binding) -> dict[str, Any]:
    """The option that lists what is bound; the members are texts where one attribute is all that they have."""
    if binding.scalar or binding.plain:
        return {"type": "list", "elements": "str" if binding.scalar else "raw"}
    return {"type": "list", "elements": "dict", "options": {item.name: _option(item, True) for item in binding.attributes}}


def all_wanted(kind: str, options: Options) -> list[Wanted]:
    """The objects that a task asks for: the one of its own options, or those of ``bulk``, which take the rest from the task.

    :raises InputError: options that do not go together, or two of the same name
    """
    if options.get("bulk") is None:
        return [wanted(kind, options)]
    given = ({**options, **_given(item)} for item in options["bulk"])
    found = [wanted(kind, item, f"bulk[{index}].") for index, item in enumerate(given)]
    _refuse_twice((item.name for item in found), "bulk", "object")
    return found


def _given(item: Options) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}


def wanted(kind: str, options: Options, where: str = "") -> Wanted:
    """One object in one state.

    :param where: goes before the name of an option in an error
    """
    resource = RESOURCES[kind]
    name = _name(resource, options, where)
    if options.get("state") == "absent":
        return Wanted(
            kind, name, present=False, attributes=_selected(resource.attributes, options, where, resource.with_delete)
        )
    plain = tuple(item for item in resource.attributes if not item.secret)
    attributes = _selected(plain, options, where)
    _refuse_together(resource, attributes, where)
    return Wanted(
        kind,
        name,
        attributes=attributes,
        secrets=_selected(tuple(item for item in resource.attributes if item.secret), options, where),
        disabled=options.get("disabled"),
        shutdown=_shutdown(resource, options),
        bindings={
            item.name: _members(item, options, where) for item in resource.bindings if options.get(item.option) is not None
        },
        recreate=bool(options.get("recreate")),
        renew_secrets=options.get("update_password") == "always",
    )


def _name(resource: Resource, options: Options, where: str) -> str:
    value = options.get(resource.key)
    text = "" if value is None else str(value)
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        wrong = f"{text[:40]!r} is no name: give 1 to {LONGEST_NAME} characters that can be printed"
        raise InputError(wrong, Place(path=f"{where}{resource.key}"))
    if resource.number and not 1 <= int(text) <= resource.number:
        raise InputError(f"{text} is out of range: give 1 to {resource.number}", Place(path=f"{where}{resource.key}"))
    return text


def _selected(
    attributes: Iterable[Attribute], options: Options, where: str, only: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """NITRO's names and values of the options that are given; another spelling counts where the option itself is not given."""
    values: dict[str, Any] = {}
    for item in sorted(attributes, key=lambda item: bool(item.means)):
        value, key = options.get(item.name), item.means or item.key
        if item.only_with and value == item.default and options.get(item.only_with) is None:
            continue
        if value is not None and key not in values and (only is None or key in only):
            values[key] = written(item, value, where)
    return values


def _refuse_together(resource: Resource, attributes: Mapping[str, Any], where: str) -> None:
    for names in resource.exclusive:
        given = [name for name in names if attributes.get(name)]
        if len(given) > 1:
            raise InputError(f"{' and '.join(given)} do not go together: give one of them", Place(path=f"{where}{given[1]}"))


def _shutdown(resource: Resource, options: Options) -> dict[str, Any]:
    names = resource.switch.with_args if resource.switch else ()
    given = {name: options[name] for name in names if options.get(name) is not None}
    return {name: ("YES" if value else "NO") if isinstance(value, bool) else value for name, value in given.items()}


def _members(binding: Binding, options: Options, where: str) -> tuple[dict[str, Any], ...]:
    members, place = [], f"{where}{binding.option}"
    for index, item in enumerate(options[binding.option]):
        given = {binding.scalar: item} if binding.scalar else _member(binding, item, f"{place}[{index}]")
        member = _selected(binding.attributes, given, f"{place}[{index}].")
        if identity_of(binding, member) is None or "" in member.values():
            names = " or ".join(" and ".join(names) for names in binding.identity)
            raise InputError(f"a member needs {names}", Place(path=f"{place}[{index}]"))
        _refuse_both(binding, member, f"{place}[{index}]")
        members.append(member)
    _refuse_twice((_shown(identity_of(binding, member)) for member in members), place, "member")
    return tuple(members)


def _member(binding: Binding, item: Any, place: str) -> Mapping[str, Any]:
    """A member whose options nobody has checked yet: a dictionary, or the name alone."""
    if not binding.plain:
        return item
    if isinstance(item, str):
        return {binding.plain: item}
    names = [attribute.name for attribute in binding.attributes]
    if not isinstance(item, Mapping) or set(item) - set(names):
        raise InputError(f"{item!r} is no member: give a name, or a dictionary of {', '.join(names)}", Place(path=place))
    return {key: _checked(binding, key, value, f"{place}.{key}") for key, value in item.items() if value is not None}


def _checked(binding: Binding, key: str, value: Any, place: str) -> Any:
    form = {attribute.name: attribute.form for attribute in binding.attributes}[key]
    if form == "number" and (isinstance(value, bool) or number(value) is None):
        raise InputError(f"{value!r} is no number", Place(path=place))
    if form == "switch" and str(value).lower() not in ("enabled", "disabled"):
        raise InputError(f"{value!r} is neither enabled nor disabled", Place(path=place))
    return number(value) if form == "number" else value


def _refuse_both(binding: Binding, member: Mapping[str, Any], place: str) -> None:
    if len(binding.identity) > 1 and all(all(name in member for name in names) for names in binding.identity):
        one, other = ({*names} for names in binding.identity[:2])
        names = sorted(one ^ other)
        raise InputError(f"{' and '.join(names)} do not go together: give one of them", Place(path=place))


def _shown(identity: tuple[tuple[str, ...], tuple[Any, ...]] | None) -> str:
    return ":".join(str(address(value)) for value in (identity or ((), ()))[1])


def _refuse_twice(names: Iterable[str], place: str, noun: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"the {noun} {name} is there twice: give each once", Place(path=place))
        seen.add(name)
