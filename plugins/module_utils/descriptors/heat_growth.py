# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines of which there may be more: the template holds all that there may be, and a parameter says how many there are.

An ``OS::Heat::ResourceGroup`` counts from zero and has one definition for all members, so names, ports, trunks and marks of
each would take a nested template, which a template alone cannot bring. Here each instance has resources of its own, as without
scaling, and those that need not be there have a condition.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..core.errors import InputError
from ..model.service_parts import VMS
from ..model.service_requirements import least
from .heat_stack import resource

MOST_IN_A_TEMPLATE = 32
"""Instances of a VDU up to which a template holds those that need not be there; Heat takes half a MiB of template."""
MOST_IN_A_STACK = 1000
"""Resources, of which each instance is one at least; Heat's own default."""
OF_ONE_ALONE = ("fixed_ip", "mac")


def most(function: dict, vdu: dict) -> int:
    """How many instances of a machine a template that is scalable holds."""
    count = vdu.get("instances", 1)
    grows = "scaling" in vdu and not _addressed(function, vdu)
    return max(count, min(vdu["scaling"]["max"], MOST_IN_A_TEMPLATE)) if grows else count


def _addressed(function: dict, vdu: dict) -> list[str]:
    """Connection points that two instances cannot both have."""
    points = [point for point in function.get("connection_points", []) if point.get("vdu") == vdu["name"]]
    return [
        point["name"]
        for point in points
        if any(key in point for key in OF_ONE_ALONE) or "address" in point.get("floating_ip", {})
    ]


def suffixes(function: dict, vdu: dict, scalable: bool) -> list[str]:
    """What follows the name of the VDU in that of each instance. One that is alone at first has no number, and keeps it so.

    :raises InputError: there are more at first than Heat takes
    """
    count = vdu.get("instances", 1)
    if count > MOST_IN_A_STACK:
        raise InputError(
            f"{function['name']}.{vdu['name']}: {count} instances are more than the {MOST_IN_A_STACK} resources "
            "that Heat takes in a stack"
        )
    there = most(function, vdu) if scalable else count
    return ["" if count == 1 else "-1", *(f"-{number}" for number in range(2, there + 1))]


def growing(parameters: dict[str, dict], function: dict, vdu: dict) -> dict[str, dict]:
    """The condition of each instance that need not be there; adds the parameter that says how many are."""
    whole, low = most(function, vdu), least(vdu)
    if "scaling" not in vdu or whole <= low:
        return {}
    count = resource("count", function["name"], vdu["name"])
    parameters[count] = {
        "type": "number",
        "description": f"How many there are of {vdu['name']} in {function['name']}",
        "default": vdu.get("instances", 1),
        "constraints": [{"range": {"min": min(low, whole), "max": whole}}],
    }
    names = [f"{function['name']}.{vdu['name']}{suffix}" for suffix in suffixes(function, vdu, scalable=True)]
    conditions: dict[str, dict] = {}
    for number in range(whole, low, -1):
        exactly = {"equals": [{"get_param": count}, number]}
        conditions[names[number - 1]] = exactly if number == whole else {"or": [exactly, names[number]]}
    return dict(reversed(conditions.items()))


def unsaid(service: dict, scalable: bool) -> Iterator[str]:
    """A sentence for each thing of scaling that a template does not do."""
    machines = [(one, vdu) for one in service["functions"] for vdu in one["vdus"] if vdu["kind"] in VMS and "scaling" in vdu]
    for function, vdu in machines:
        what, points = f"{function['name']}.{vdu['name']}", _addressed(function, vdu)
        if not scalable:
            yield f"{what}: scaling is not said: the template has as many as there are to begin with; give scalable for all"
            continue
        if points:
            yield f"{what}: scaling is not said, as {', '.join(points)} has an address that two cannot have"
            continue
        if vdu["scaling"]["max"] > most(function, vdu):
            yield f"{what}: of the {vdu['scaling']['max']} that there may be the template holds {most(function, vdu)}"
        if vdu["scaling"].get("rules") or vdu["scaling"].get("step", 1) > 1:
            count = resource("count", what)
            yield f"{what}: rules and steps of scaling are not said: there are as many as the parameter {count} says"
