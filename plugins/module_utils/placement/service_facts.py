# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a function of a service takes, what is free at a site, and what of a service runs there already.

The facts of a site are those of ``site_info`` at its region, asked for the service; a site without a region has none. cpu in
cores, memory in MiB, storage in GiB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..model.deployment import holder
from ..model.flavors import choose_flavor

Data = Mapping[str, Any]
Facts = Mapping[str, Data]
RESOURCES = ("cpu", "memory", "storage")
MACHINES = ("vm", "click")
"""The kinds of VDU that take a share of a hypervisor."""
AMPLE = 1e9
"""What is free of a resource that nobody limits."""
LIMITS = {"cpu": ("total_cores", "total_cores_used"), "memory": ("total_ram", "total_ram_used")}
SIZES = {"cpu": ("vcpus", "vcpus_used"), "memory": ("memory", "memory_used")}
KEYS = {"cpu": ("vcpus", "vcpus"), "memory": ("memory", "ram"), "storage": ("storage", "disk")}
"""Of each resource the key of a VDU and that of a flavor."""
LEAST = {"cpu": 1.0, "memory": 0.0, "storage": 0.0}
"""What a VDU takes that does not say."""


def flavors_of(facts: Data | None) -> list[Data]:
    return list((facts or {}).get("flavors") or ())


def machines(function: Data) -> list[Data]:
    """The VDUs of a function that take a share of a hypervisor."""
    return [vdu for vdu in function["vdus"] if vdu["kind"] in MACHINES and holder(vdu) is None]


def needs(function: Data, flavors: Sequence[Data] = ()) -> dict[str, float]:
    """What the machines of a function take together.

    :param flavors: of the site; without them each takes what it says itself, a core if it says nothing
    :raises InputError: no flavor holds one of them
    """
    total = dict.fromkeys(RESOURCES, 0.0)
    for vdu in machines(function):
        size = _flavor(vdu, flavors) or {of_flavor: vdu.get(own) for own, of_flavor in KEYS.values()}
        for resource, (_own, of_flavor) in KEYS.items():
            amount = size.get(of_flavor)
            total[resource] += (LEAST[resource] if amount is None else amount) * vdu.get("instances", 1)
    return total


def _flavor(vdu: Data, flavors: Sequence[Data]) -> Data | None:
    """The flavor that the VDU gets; none where one is made for it, or where it is not known."""
    if vdu.get("create_flavor") or not flavors:
        return None
    name = choose_flavor(vdu, flavors)
    return next((flavor for flavor in flavors if flavor["name"] == name), None)


def free(site: Data, facts: Data | None) -> dict[str, float]:
    """What is free at a site: the least of what its hypervisors have left and what the project may still use.

    Where neither is known the site's own ``capacity`` stands for it, and where that says nothing there is enough of it.
    """
    told = {resource: min(amounts) for resource in RESOURCES if (amounts := list(_told(resource, facts or {})))}
    capacity = site.get("capacity") or {}
    return {resource: told.get(resource, capacity.get(resource, AMPLE)) for resource in RESOURCES}


def _told(resource: str, facts: Data) -> Iterator[float]:
    hypervisors, limits = facts.get("hypervisors"), facts.get("limits") or {}
    if hypervisors and resource in SIZES:
        size, used = SIZES[resource]
        yield float(sum(max(0, one[size] - one[used]) for one in hypervisors if one["available"]))
    if resource in LIMITS:
        most, used = LIMITS[resource]
        if limits.get(most, -1) >= 0:  # -1 is no limit
            yield float(max(0, limits[most] - limits.get(used, 0)))


def too_large(function: Data, facts: Data | None) -> str:
    """What no hypervisor has room for at once; empty where all fits, or nobody tells of hypervisors."""
    hypervisors = [one for one in (facts or {}).get("hypervisors") or () if one["available"]]
    flavors = flavors_of(facts)
    for vdu in machines(function) if hypervisors else ():
        one = needs({"vdus": [{**vdu, "instances": 1}]}, flavors)
        if not any(all(hv[size] - hv[used] >= one[key] for key, (size, used) in SIZES.items()) for hv in hypervisors):
            return f"no hypervisor has {one['cpu']:g} cores and {one['memory']:g} MiB left for {vdu['name']}"
    limits, count = (facts or {}).get("limits") or {}, sum(vdu.get("instances", 1) for vdu in machines(function))
    left = limits.get("instances", -1) - limits.get("instances_used", 0)
    if limits.get("instances", -1) >= 0 and left < count:
        return f"the project may start {left} more servers, and it needs {count}"
    return ""


def servers_of(facts: Data | None, function: Data) -> list[Data]:
    """The servers that run already of a function's machines."""
    names = {vdu["name"] for vdu in machines(function)}
    servers = (facts or {}).get("servers") or ()
    return [one for one in servers if one["function"] == function["name"] and one["vdu"] in names]


def running(facts: Facts, site: str, function: Data) -> bool:
    """Whether servers of the function run at the site already."""
    return bool(servers_of(facts.get(site), function))
