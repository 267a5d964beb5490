# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An object made anew, for what is fixed in it: with what was bound to it, and for those who use it.

Where the new one is refused, the old one comes back: what takes the deletion back is planned before anything is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..core.errors import ConflictError
from ..model.netscaler.resources import BINDINGS
from ..model.netscaler.steps import Call, Found, State, Step, Wanted
from ..model.netscaler.table import Resource
from .netscaler_bindings import bind, writable
from .netscaler_objects import creation, is_disabled, removal, told
from .netscaler_values import is_address


def anew(resource: Resource, wanted: Wanted, found: Found) -> tuple[list[Step], Mapping[str, list[Step]]]:
    """A deletion and a creation, and the steps of each binding that is to be there after them.

    What the options do not name is carried over from the old object.

    :raises ConflictError: somebody uses it in a way that would be lost
    """
    _refuse_losses(resource, wanted.name, found)
    old = _as_wanted(resource, wanted.name, found)
    members = {**old.bindings, **wanted.bindings}
    attributes = {**_carried(resource, wanted, old), **wanted.attributes}
    disabled = old.disabled if wanted.disabled is None else wanted.disabled
    made = creation(resource, replace(wanted, attributes=attributes, disabled=disabled))
    steps = {name: [bind(resource, BINDINGS[name][1], wanted.name, item) for item in members[name]] for name in members}
    users = {name: [_again(name, item) for item in items] for name, items in found.users.items() if name in BINDINGS}
    undo = _restoring(resource, old, [step for items in users.values() for step in items])
    calls = (removal(resource, wanted.name, found.attributes),)
    gone = Step(resource.name, wanted.name, told(resource, found), None, calls, undo)
    return [gone, made], {**steps, **users}


def _refuse_losses(resource: Resource, name: str, found: Found) -> None:
    blocking = {key: items for key, items in found.users.items() if key not in BINDINGS and items}
    if blocking or found.foreign:
        kinds = ", ".join(sorted({*blocking, *found.foreign}))
        raise ConflictError(
            f"{resource.noun} {name} cannot be made anew, for that would lose its {kinds}: "
            "remove or move these first, then run again"
        )


def _as_wanted(resource: Resource, name: str, found: Found) -> Wanted:
    """What is there, as somebody would ask for it."""
    bindings = {}
    for binding in resource.bindings:
        kept = [
            item for item in found.bindings.get(binding.name, ()) if item.get(binding.identity[0][0]) not in binding.built_in
        ]
        bindings[binding.name] = tuple(writable(binding, item) for item in kept)
    off = is_disabled(resource, found) if resource.switch else None
    return Wanted(resource.name, name, attributes=_givable(resource, found.attributes), disabled=off, bindings=bindings)


def _givable(resource: Resource, attributes: State) -> dict[str, Any]:
    """The attributes that were read and can be given: of two that exclude each other one, and no value that none may give."""
    given = {}
    for item in resource.attributes:
        value = attributes.get(item.key)
        foreign = item.choices and str(value).upper() not in {choice.upper() for choice in item.choices}
        if value not in (None, "", []) and not (item.means or item.secret or foreign):
            given[item.key] = value
    for first, second in resource.exclusive:
        if first in given and second in given:
            given.pop(second if second != "servername" or is_address(given[second]) else first)
    return given


def _carried(resource: Resource, wanted: Wanted, old: Wanted) -> dict[str, Any]:
    """The old attributes, without those that exclude what is wanted."""
    excluded = {name for names in resource.exclusive if any(name in wanted.attributes for name in names) for name in names}
    return {key: value for key, value in old.attributes.items() if key not in excluded}


def _again(name: str, item: State) -> Step:
    owner, binding = BINDINGS[name]
    return bind(owner, binding, str(item[binding.parent]), writable(binding, item))


def _restoring(resource: Resource, old: Wanted, users: list[Step]) -> tuple[Call, ...]:
    own = [bind(resource, BINDINGS[name][1], old.name, item) for name, items in old.bindings.items() for item in items]
    return tuple(call for step in (creation(resource, old), *own, *users) for call in step.calls)
