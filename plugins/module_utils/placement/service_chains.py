# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On which hypervisors of a site the functions of a service's chains run: an ``ocm_placement`` at each site.

Only what is new is decided. A function that runs stays where it runs, because a server cannot be told another place without
being made anew; what Nova was asked for when it was made stands in its marks, and is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from .ocm_answer import answer
from .service_facts import flavors_of, machines, needs, servers_of

Data = Mapping[str, Any]


def place_chains(service: Data, here: Sequence[Data], site: str, facts: Data, policy: Data) -> dict[str, Any]:
    """The chains of a service at one site, one after the other: ``{chains, hypervisors, zones}``.

    ``chains`` are the placements of ``ocm_placement``, ``hypervisors`` its servers with their size, ``zones`` the
    availability zone of each function of ``here`` that shall have one. A chain without ``pps`` has no traffic to switch and
    is left to Nova's scheduler. A function of several chains stands where the first of them puts it.

    :param here: the functions that stand at the site
    :param facts: of the site; without hypervisors nothing is decided
    :param policy: ``{switching, strategy, normalisation, max_exact_length}``
    """
    functions = {function["name"]: function for function in here if machines(function)}
    known = {one["name"]: one for one in facts.get("hypervisors") or ()}
    runs = {name: on for name, function in functions.items() if (on := _runs_on(function, facts)) in known}
    servers = [_server(one) for one in known.values() if one["available"] or one["name"] in runs.values()]
    chains = [
        chain for chain in service.get("chains", ()) if chain.get("pps") and not functions.keys().isdisjoint(chain["functions"])
    ]
    stands, placements, told = dict(runs), [], []
    for chain in chains if servers else ():
        names = [name for name in chain["functions"] if name in functions]
        cores = {name: 0.0 if name in stands else needs(functions[name], flavors_of(facts))["cpu"] for name in names}
        found = answer({**policy, "servers": servers, "chains": [_chain(chain, names, cores, stands)], "batch": False})
        placements.append({"site": site, **found["placements"][0]})
        stands |= {name: block["server"] for block in found["placements"][0]["blocks"] for name in block["functions"]}
        told = found["servers"]
        if found["placements"][0]["accepted"]:
            servers = [_carrying(server, chain["pps"], names, cores, stands) for server in servers]
    new = {name: _zone(known[on]) for name, on in stands.items() if name not in runs}
    sizes = {server["name"]: server["cpu"] for server in servers}
    carried = {server["name"]: sorted(name for name, on in stands.items() if on == server["name"]) for server in servers}
    return {
        "chains": placements,
        "hypervisors": [{"site": site, "cpu": sizes[one["name"]], "functions": carried[one["name"]], **one} for one in told],
        "zones": {**new, **dict(_known_zones(here, facts))},
    }


def _runs_on(function: Data, facts: Data) -> str | None:
    return next((one["hypervisor"] for one in servers_of(facts, function) if one["hypervisor"]), None)


def _zone(hypervisor: Data) -> str:
    """The form in which Nova takes a zone with its host and its hypervisor."""
    return ":".join((hypervisor["zone"] or "", hypervisor["host"], hypervisor["name"]))


def _server(hypervisor: Data) -> dict[str, Any]:
    """Nova may promise more cores than there are: such a hypervisor is full, not wrong."""
    used, size = float(hypervisor["vcpus_used"]), float(hypervisor["vcpus"])
    return {"name": hypervisor["name"], "cpu": max(size, used), "guest_cpu": used, "load": [], "site": None}


def _chain(chain: Data, names: Sequence[str], cores: Mapping[str, float], stands: Mapping[str, str]) -> dict[str, Any]:
    """The part of a chain that is at the site, as ``ocm_placement`` takes it; what stands already takes no cores anew."""
    functions = [
        {"name": name, "cpu": cores[name], "server": stands.get(name), "site": None, "site_role": None} for name in names
    ]
    none = {"latency": None, "affinity": [], "anti_affinity": []}
    return {"name": chain["name"], "pps": chain["pps"], "functions": functions, **none}


def _carrying(
    server: Data, pps: float, names: Sequence[str], cores: Mapping[str, float], stands: Mapping[str, str]
) -> dict[str, Any]:
    """A server with what an accepted chain brought to it: a sub-chain for each run of functions."""
    runs = [list(run) for on, run in groupby(names, key=stands.__getitem__) if on == server["name"]]
    load = [{"functions": len(run), "pps": pps} for run in runs]
    brought = sum(cores[name] for run in runs for name in run)
    return {**server, "guest_cpu": server["guest_cpu"] + brought, "load": [*server["load"], *load]}


def _known_zones(here: Sequence[Data], facts: Data) -> Iterator[tuple[str, str]]:
    """Where Nova was asked to start what runs."""
    for function in here:
        zones = [one["availability_zone"] for one in servers_of(facts, function) if one["availability_zone"]]
        if zones:
            yield function["name"], zones[0]
