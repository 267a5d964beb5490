# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object of a NetScaler: how it is made, how it goes, and what is told of it."""

from __future__ import annotations

from typing import Any

from ..core.errors import InputError
from ..model.netscaler.steps import Call, Found, State, Step, Wanted
from ..model.netscaler.table import Resource
from .netscaler_bindings import parent_value

HIDDEN = "********"


def creation(resource: Resource, wanted: Wanted) -> Step:
    """The step that makes an object; taking it back is its deletion.

    :raises InputError: an option is missing without which there is no such object
    """
    given = {key: value for key, value in wanted.attributes.items() if value != ""}
    for names in resource.required:
        if not any(name in given for name in names):
            raise InputError(f"there is no {resource.noun} {wanted.name}, and to make it {' or '.join(names)} is needed")
    key = {resource.key: parent_value(resource, wanted.name)}
    state = {"state": "DISABLED"} if wanted.disabled and resource.switch else {}
    payload = {**key, **{_added(resource, name): value for name, value in given.items()}, **wanted.secrets, **state}
    shown = {**given, **dict.fromkeys(wanted.secrets, HIDDEN), **_switched(resource, wanted.disabled)}
    call = Call("POST", resource.name, payload, repeatable=False)
    undo = (removal(resource, wanted.name, given),)
    return Step(resource.name, wanted.name, None, shown, (call,), undo)


def _added(resource: Resource, key: str) -> str:
    attribute = resource.attribute(key)
    return attribute.key_added if attribute else key


def _switched(resource: Resource, disabled: bool | None) -> dict[str, bool]:
    return {"disabled": disabled} if resource.switch and disabled is not None else {}


def removal(resource: Resource, name: str, attributes: State) -> Call:
    args = tuple((key, str(attributes[key])) for key in resource.with_delete if attributes.get(key))
    return Call("DELETE", resource.name, name=name, args=args)


def told(resource: Resource, found: Found) -> dict[str, Any]:
    """What is there, in the table's words."""
    keys = [item.key for item in resource.attributes if not item.secret and not item.means]
    shown = {key: found.attributes[key] for key in keys if found.attributes.get(key) not in (None, "")}
    return {**shown, **_switched(resource, is_disabled(resource, found))}


def is_disabled(resource: Resource, found: Found) -> bool:
    """Whether it is disabled itself: the first attribute that tells decides, and one on a disabled server cannot be asked."""
    for key, values in resource.switch.shows.items() if resource.switch else ():
        if found.attributes.get(key) and (key == "state" or not found.host_down):
            return str(found.attributes[key]).upper() in values
    return False
