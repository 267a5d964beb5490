# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""At which sites the functions of a service stand that ask for a number of sites of a role.

A function is an app of ``mec_placement``, a site of its role a host: it stands where it reaches the base stations with the
least delay and fits into what is free. All functions that ask for sites of a role are placed together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..core.errors import InputError, Place
from ..model.service_parts import VMS
from ..model.service_requirements import missing_services
from ..model.service_stages import functions_at
from .checks import known
from .mec_answer import place
from .mec_input import problem
from .service_facts import RESOURCES, Facts, flavors_of, free, needs, running, too_large
from .site_ways import ways_between

Data = Mapping[str, Any]
EVERYWHERE = "everywhere"
"""The base station that stands for all where the sites file names none: every site is equally near to it."""
TIME_LIMIT, GAP = 30.0, 1e-4
WEIGHTS = {"cost": 0.001}
"""A function gets as many sites as it asks for in any case, so an instance costs next to nothing."""


def choose_sites(service: Data, sites: Mapping[str, Data], facts: Facts) -> list[dict[str, Any]]:
    """Of each function that asks for a number of sites, ``{function, sites, enbs, unserved}``.

    ``sites`` are the names, as many as it asks for where so many hold it; ``enbs`` says by which of them each base station
    is served, ``unserved`` has a sentence for each that is not.

    :raises InputError: a base station is unknown, or no site holds a function
    """
    asking = [one for one in service["functions"] if _asks(one)]
    if not asking:
        return []
    delays = ways_between(sites)
    enbs = {enb: name for name, site in sites.items() for enb in site.get("enbs") or ()}
    far = 1.0 + max([*delays.values(), *(_maximum(function) for function in asking)])
    room = _room(service, sites, facts, asking)
    apps = {one["name"]: _app(one, service, sites, facts, enbs, far) for one in asking}
    answers = {}
    for role in {one["site"]["role"]: None for one in asking}:  # functions of different roles share no site
        here = [name for name, site in sorted(sites.items()) if site["role"] == role]
        ours = [one for one in asking if one["site"]["role"] == role]
        current = [{"app": one["name"], "host": site} for one in ours for site in here if running(facts, site, one)]
        hosts = [_host(name, room[name], enbs, delays, far) for name in here]
        asked = {"hosts": hosts, "apps": [apps[one["name"]] for one in ours], "current": current, "weights": WEIGHTS}
        answers[role] = place(problem(asked), TIME_LIMIT, GAP)
    return [_chosen(one, apps[one["name"]], answers[one["site"]["role"]]) for one in asking]


def _asks(function: Data) -> bool:
    return "instances" in function.get("site", {}) and "names" not in function["site"]


def _maximum(function: Data) -> float:
    return function["site"].get("delay", {}).get("maximum", 0.0)


def _room(service: Data, sites: Mapping[str, Data], facts: Facts, asking: Sequence[Data]) -> dict[str, dict[str, float]]:
    """What is free at each site beside the functions that stand there in any case; what runs there already is counted once."""
    everywhere = [{"name": name, "role": site["role"]} for name, site in sorted(sites.items())]
    room = {name: free(sites[name], facts.get(name)) for name in sites}
    for site in everywhere:
        here = room[site["name"]]
        for function in service["functions"]:
            runs = running(facts, site["name"], function)
            taken = function not in asking and function in functions_at(dict(service), site, everywhere)
            takes = needs(function, flavors_of(facts.get(site["name"]))) if runs != taken else {}
            for resource, amount in takes.items():
                here[resource] += amount * (runs - taken)
    return {name: {resource: max(0.0, amount) for resource, amount in here.items()} for name, here in room.items()}


def _host(
    name: str, room: Data, enbs: Mapping[str, str], delays: Mapping[tuple[str, str], float], far: float
) -> dict[str, Any]:
    """A site as a host. Where no delay is known it is ``far``: further than any function may be that says how far."""
    reached = {enb: delays.get((site, name), far) for enb, site in enbs.items()} or {EVERYWHERE: 0.0}
    return {"name": name, **room, "enbs": reached}


def _app(
    function: Data, service: Data, sites: Mapping[str, Data], facts: Facts, enbs: Mapping[str, str], far: float
) -> dict[str, Any]:
    wanted = function["site"]
    path = f"functions[{[one['name'] for one in service['functions']].index(function['name'])}].site"
    if "enbs" in wanted:
        known(wanted["enbs"], enbs, f"{path}.enbs", "eNB")
    hosts = _hosts(function, sites, facts, path)
    if "delay" in wanted and not enbs:
        raise InputError("is of no use where the sites name no eNBs; give them, or leave it out", Place(path=f"{path}.delay"))
    return {
        "name": function["name"],
        **needs(function),
        "delay": wanted.get("delay") or {"maximum": far},
        "enbs": wanted.get("enbs") or sorted(enbs) or [EVERYWHERE],
        "allowed_hosts": hosts,
        "licences": wanted["instances"],
    }


def _hosts(function: Data, sites: Mapping[str, Data], facts: Facts, path: str) -> list[str]:
    """The sites of the role that have the VIMs, the MEC services, the flavors and a hypervisor for each machine.

    :raises InputError: there is none, with what is missing at each
    """
    role = function["site"]["role"]
    of_role = [name for name, site in sorted(sites.items()) if site["role"] == role]
    if not of_role:
        raise InputError(f"there is no site of the role {role} for {function['name']}", Place(path=path))
    lacks = {name: _lacks(function, name, sites[name], facts) for name in of_role}
    if all(lacks.values()):
        reasons = "; ".join(f"{name}: {why}" for name, why in lacks.items())
        raise InputError(f"no site of the role {role} can hold {function['name']}: {reasons}", Place(path=path))
    return [name for name, why in lacks.items() if not why]


def _lacks(function: Data, name: str, site: Data, facts: Facts) -> str:
    """What the site lacks that the function needs; empty where it lacks nothing."""
    services = missing_services(function, site)
    if services:
        return f"it does not offer the MEC service {', '.join(services)}"
    if running(facts, name, function):
        return ""
    vims = _missing_vims(function, site)
    if vims:
        return f"it has no {', '.join(vims)}"
    try:
        needs(function, flavors_of(facts.get(name)))
    except InputError as error:
        return str(error)
    return too_large(function, facts.get(name))


def _missing_vims(function: Data, site: Data) -> list[str]:
    kinds = {vdu["kind"] for vdu in function["vdus"]}
    wanted = {"openstack": not kinds.isdisjoint(VMS), "kubernetes": "pod" in kinds, "servers": "process" in kinds}
    return [vim for vim, is_wanted in wanted.items() if is_wanted and not site.get(vim)]


def _chosen(function: Data, app: Data, answer: Data) -> dict[str, Any]:
    """The sites that serve, and as many more of those that hold the function as it asks for."""
    name = function["name"]
    serving = {one["host"]: one["enbs"] for one in answer["placements"] if one["app"] == name}
    unserved = [f"{name} does not serve {one['enb']}: {one['message']}" for one in answer["unserved"] if one["app"] == name]
    free_now = {one["name"]: one["free"] for one in answer["hosts"]}
    more = (site for site in app["allowed_hosts"] if site not in serving and _holds(free_now[site], app))
    chosen = sorted([*serving, *_first(more, app["licences"] - len(serving))])
    if not serving:
        reasons = "; ".join(dict.fromkeys(one["message"] for one in answer["unserved"] if one["app"] == name))
        raise InputError(f"function {name} finds no site of the role {function['site']['role']} that holds it: {reasons}")
    if len(chosen) < app["licences"]:
        unserved.append(
            f"{name} asks for {app['licences']} sites of the role {function['site']['role']}, and {len(chosen)} hold it"
        )
    served = {enb: site for site, enbs in serving.items() for enb in enbs if enb != EVERYWHERE}
    return {"function": name, "sites": chosen, "enbs": served, "unserved": unserved}


def _holds(room: Data, app: Data) -> bool:
    return all(room.get(resource, math.inf) >= app[resource] for resource in RESOURCES)


def _first(items: Iterator[str], count: int) -> list[str]:
    return [item for item, _number in zip(items, range(count), strict=False)]
