# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NetScaler is to be told so that what is there becomes what is wanted, and nothing beyond the difference.

Objects are made and changed first, in the order of the table, then what is bound, then what is unbound, and deletions come
last: what serves clients goes out of use only when what follows it is in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..core.errors import ConflictError
from ..core.plan import Plan
from ..model.netscaler.resources import RESOURCES
from ..model.netscaler.steps import Call, Found, Id, State, Step, Wanted
from ..model.netscaler.table import Attribute, Resource
from .netscaler_bindings import binding_steps, parent_value, switching
from .netscaler_objects import HIDDEN, creation, is_disabled, removal, told
from .netscaler_recreation import anew
from .netscaler_values import MILLISECONDS, UNIT, duration, same, written

ORDER = {name: index for index, name in enumerate(RESOURCES)}


def plan(current: Mapping[Id, Found], desired: Iterable[Wanted]) -> Plan:
    """The steps, in order, from what was read to what is wanted; what nobody asks for is left alone.

    :raises InputError: something is missing that a new object needs
    :raises ConflictError: something fixed differs and may not be made anew
    """
    made: list[Step] = []
    bound: list[Step] = []
    unbound: list[Step] = []
    gone: list[Step] = []
    for wanted in sorted(desired, key=lambda item: ORDER[item.kind]):
        resource, found = RESOURCES[wanted.kind], current.get(wanted.id)
        if not wanted.present:
            gone = [*([_deletion(resource, wanted, found)] if found else []), *gone]
            continue
        steps, members = _object(resource, wanted, found)
        made += steps
        for binding in resource.bindings:
            if binding.name in wanted.bindings and binding.name not in members:
                there = found.bindings.get(binding.name, ()) if found else ()
                here, off = binding_steps(resource, binding, wanted.name, there, wanted.bindings[binding.name])
                bound += here
                unbound += off
        bound += [step for steps in members.values() for step in steps]
    return Plan((*made, *_once(bound), *unbound, *gone))


def _once(steps: Iterable[Step]) -> Iterable[Step]:
    """Each binding once: where both of its ends are made anew, each brings it."""
    return {(step.kind, step.name): step for step in steps}.values()


def _object(resource: Resource, wanted: Wanted, found: Found | None) -> tuple[list[Step], Mapping[str, list[Step]]]:
    """The steps for the object itself, and, where it is made anew, those for its bindings."""
    if found is None:
        return [creation(resource, wanted)], {}
    fixed = [item for item in resource.attributes if item.fixed and _differs(item, wanted, found)]
    if not fixed:
        step = _update(resource, wanted, found)
        return ([step] if step else []), {}
    if not wanted.recreate:
        raise ConflictError(_refusal(resource, wanted, found, fixed))
    return anew(resource, wanted, found)


def _differs(attribute: Attribute, wanted: Wanted, found: Found) -> bool:
    key = attribute.key
    if attribute.means or key not in wanted.attributes:
        return False
    there, asked = _told(found, key), wanted.attributes[key]
    untold = there is None and attribute.default is not None  # what an appliance leaves out has its default
    return asked != written(attribute, attribute.default, "") if untold else not same(attribute, there, asked)


def _told(found: Found, key: str) -> Any:
    return found.attributes.get(key)


def _refusal(resource: Resource, wanted: Wanted, found: Found, fixed: list[Attribute]) -> str:
    parts = [f"{item.name} is {_told(found, item.key)} and cannot become {wanted.attributes[item.key]}" for item in fixed]
    return (
        f"{resource.noun} {wanted.name}: {', '.join(parts)}, for a NetScaler lets one give that only when the object is made; "
        f"ask for what is there, take another name, or let recreate=true delete the {resource.noun} and make it again"
    )


def _deletion(resource: Resource, wanted: Wanted, found: Found) -> Step:
    return Step(resource.name, wanted.name, told(resource, found), None, (removal(resource, wanted.name, found.attributes),))


def _update(resource: Resource, wanted: Wanted, found: Found) -> Step | None:
    """What differs, in one step: the attributes that are set, those that go back to their defaults, and the switch."""
    before, after = _differences(resource, wanted, found)
    is_off = is_disabled(resource, found)
    turned = bool(resource.switch) and wanted.disabled is not None and wanted.disabled != is_off
    calls = _setting(resource, wanted, found, after)
    if turned and resource.switch:
        action = "disable" if wanted.disabled else "enable"
        calls.append(switching(resource.switch, action, {resource.key: wanted.name}, wanted.shutdown))
        before, after = {**before, "disabled": is_off}, {**after, "disabled": wanted.disabled}
    if wanted.renew_secrets and wanted.secrets:
        before = {**before, **dict.fromkeys(wanted.secrets, HIDDEN)}
        after = {**after, **dict.fromkeys(wanted.secrets, f"{HIDDEN} (sent again)")}
    return Step(resource.name, wanted.name, before, after, tuple(calls)) if calls else None


def _setting(resource: Resource, wanted: Wanted, found: Found, after: State) -> list[Call]:
    set_to = {key: value for key, value in after.items() if value != ""}
    emptied = {key: True for key, value in after.items() if value == ""}
    secrets = dict(wanted.secrets) if wanted.renew_secrets else {}
    key = {resource.key: parent_value(resource, wanted.name)}
    repeated = {name: found.attributes[name] for name in resource.with_update if found.attributes.get(name)}
    calls = [Call("PUT", resource.name, {**key, **repeated, **set_to, **secrets})] if set_to or secrets else []
    unset = [Call("POST", resource.name, {**key, **repeated, **emptied}, action="unset")] if emptied else []
    return calls + unset


def _differences(resource: Resource, wanted: Wanted, found: Found) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    units = {item.unit for item in resource.attributes if item.unit}
    for item in resource.attributes:
        if item.means or item.key in units or item.key not in wanted.attributes:
            continue
        keys = (item.key, item.unit) if item.unit else (item.key,)
        if not (_same_duration(item, wanted, found) if item.unit else not _differs(item, wanted, found)):
            before |= {key: _told(found, key) for key in keys}
            after |= {key: wanted.attributes.get(key, UNIT) for key in keys}
    return before, after


def _same_duration(attribute: Attribute, wanted: Wanted, found: Found) -> bool:
    """Sixty seconds are a minute; a unit that nobody gave is seconds."""
    here = duration(_told(found, attribute.key), _told(found, attribute.unit))
    return here == wanted.attributes[attribute.key] * MILLISECONDS[wanted.attributes.get(attribute.unit, UNIT)]
