# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be bound, changed in place and unbound, so that members in use stay in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.netscaler.resources import BINDINGS
from ..model.netscaler.steps import Call, State, Step
from ..model.netscaler.table import Attribute, Binding, Resource, Switch
from .netscaler_values import FORMS, is_address, same

NORMAL = {
    name: {item.key: FORMS[item.form].normal for item in binding.attributes} for name, (_owner, binding) in BINDINGS.items()
}
Identity = tuple[tuple[str, ...], tuple[Any, ...]]
"""The names of the attributes that tell a member from others, and their values in one spelling."""


def identity_of(binding: Binding, member: State) -> Identity | None:
    """By what a member is known: the first alternative that it has in full; a name that is an address is none."""
    for names in binding.identity:
        given = all(member.get(name) not in (None, "") for name in names)
        if given and (names == binding.identity[-1] or not any(is_address(member[name]) for name in names)):
            return names, _values(binding, names, member)
    return None


def binding_steps(
    resource: Resource, binding: Binding, name: str, there: tuple[State, ...], wanted: tuple[State, ...]
) -> tuple[list[Step], list[Step]]:
    """What is to be bound, then changed, and what is to be unbound thereafter: a change may take a member out of service.

    Complexity: linear in the members.
    """
    kept = [_completed(binding, item) for item in there if str(item.get(binding.identity[0][0])) not in binding.built_in]
    index = {(names, _values(binding, names, item)): item for item in kept for names in binding.identity}
    used, made, changed = set(), [], []
    for member in wanted:
        identity = identity_of(binding, member)
        if identity is None or str(member.get(binding.identity[0][0])) in binding.built_in:
            continue
        found = index.get(identity)
        if found is None:
            made.append(bind(resource, binding, name, member))
            continue
        used.add(id(found))
        step = _change(resource, binding, name, found, member)
        changed += [step] if step else []
    return [*made, *changed], [unbind(resource, binding, name, item) for item in kept if id(item) not in used]


def _completed(binding: Binding, member: State) -> State:
    """A member with all its names: one that has only an address is called by it."""
    first, last = binding.identity[0], binding.identity[-1]
    names = {name: member.get(name) or member.get(other) for name, other in zip(first, last, strict=True)}
    return {**member, **{name: value for name, value in names.items() if value is not None}}


def _values(binding: Binding, names: tuple[str, ...], member: State) -> tuple[Any, ...]:
    normal = NORMAL[binding.name]
    return tuple(None if member.get(name) is None else normal[name](member[name]) for name in names)


def label(binding: Binding, name: str, member: State) -> str:
    """``web/monitor-1``: what a plan calls a member."""
    values = (identity_of(binding, member) or ((), ()))[1]
    return f"{name}/{':'.join(map(str, values))}"


def parent_value(resource: Resource, name: str) -> Any:
    return int(name) if resource.number else name


def bind(resource: Resource, binding: Binding, name: str, member: State) -> Step:
    payload = {binding.parent: parent_value(resource, name), **member}
    call = Call("PUT", binding.name, payload, repeatable=False)
    undo = (_unbinding(binding, name, member),)
    return Step(binding.name, label(binding, name, member), None, dict(member), (call,), undo, (resource.name, name))


def unbind(resource: Resource, binding: Binding, name: str, member: State) -> Step:
    before = writable(binding, member)
    again = (Call("PUT", binding.name, {binding.parent: parent_value(resource, name), **before}, repeatable=False),)
    call = _unbinding(binding, name, member)
    return Step(binding.name, label(binding, name, member), before, None, (call,), again, (resource.name, name))


def _unbinding(binding: Binding, name: str, member: State) -> Call:
    names, _normal = identity_of(binding, member) or ((), ())
    return Call("DELETE", binding.name, name=name, args=tuple((key, str(member[key])) for key in names))


def writable(binding: Binding, member: State) -> dict[str, Any]:
    """A member that was read, as it can be bound again: of two ways to name it, one."""
    names = (identity_of(binding, member) or ((), ()))[0]
    others = {key for alternative in binding.identity for key in alternative} - set(names)
    own = [item.key for item in binding.attributes if not item.means]
    values = {key: member[key] for key in own if member.get(key) not in (None, "")}
    return {key: value for key, value in values.items() if key not in others}


def _change(resource: Resource, binding: Binding, name: str, there: State, wanted: State) -> Step | None:
    """One member as it is to be: changed in place, and bound anew only for what nothing can change in place."""
    attributes = {item.key: item for item in binding.attributes}
    known = {key for names in binding.identity for key in names}
    differing = [key for key in wanted if key not in known and not same(attributes[key], there.get(key), wanted[key])]
    if not differing:
        return None
    before, after = {key: there.get(key) for key in differing}, {key: wanted[key] for key in differing}
    if any(attributes[key].fixed for key in differing):
        calls: tuple[Call, ...] = (
            _unbinding(binding, name, there),
            Call("PUT", binding.name, {binding.parent: parent_value(resource, name), **wanted}, repeatable=False),
        )
    else:
        calls = _in_place(resource, binding, name, there, after, attributes)
    return Step(binding.name, label(binding, name, wanted), before, after, calls, (), (resource.name, name))


def _in_place(
    resource: Resource, binding: Binding, name: str, there: State, after: State, attributes: Mapping[str, Attribute]
) -> tuple[Call, ...]:
    known = {key for names in binding.identity for key in names}
    calls, parent = [], parent_value(resource, name)
    plain = {binding.update[key]: value for key, value in after.items() if key in binding.update}
    if plain:
        who = {binding.update[key]: _told(attributes[key], there[key]) for key in binding.update if key in known}
        calls.append(Call("PUT", resource.name, {binding.parent: parent, **who, **plain}))
    if binding.switch and (shown := [key for key in binding.switch.shows if key in after]):
        action = "disable" if str(after[shown[0]]) in binding.switch.shows[shown[0]] else "enable"
        calls.append(switching(binding.switch, action, {**there, binding.parent: parent}))
    return tuple(calls)


def _told(attribute: Attribute, value: Any) -> Any:
    return FORMS[attribute.form].normal(value) if attribute.form == "number" else value


def switching(switch: Switch, action: str, names: State, arguments: State | None = None) -> Call:
    """The call that enables or disables; its arguments go with disabling alone."""
    payload = {field: names[key] for key, field in switch.fields.items()}
    more = dict(arguments or {}) if action == "disable" else {}
    return Call("POST", switch.resource, {**payload, **more}, action=action)
