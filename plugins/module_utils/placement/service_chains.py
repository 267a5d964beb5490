# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On which hypervisors of a site the functions of a service's chains run: an ``ocm_placement`` at each site.

Only what is new is decided. A function that runs stays where it runs, because a server cannot be told another place without
being made anew; what Nova was asked for when it was made stands in its marks, and is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    placing = _Placing.of(here, site, facts, policy)
    for chain in service.get("chains", ()):
        names = [name for name in chain["functions"] if name in placing.functions]
        if names and chain.get("pps") and placing.servers:
            placing.add(chain, names)
    zones = {name: _zone(placing.hypervisors[on]) for name, on in placing.stands.items() if name not in placing.runs}
    return {
        "chains": placing.placements,
        "hypervisors": placing.carried() if placing.placements else [],
        "zones": {**zones, **dict(_known_zones(here, facts))},
    }


@dataclass
class _Placing:
    """Chains being placed at one site.

    ``functions`` are those to place: one that runs on a hypervisor which takes no servers is passed over, and so is one
    whose descriptor names a zone and no hypervisor of it. ``runs`` and ``stands`` say on which hypervisor a function runs
    already, and where it stands by now; ``counted`` are those whose cores and memory an earlier chain has brought.
    ``servers`` are those of ``ocm_placement`` with what the chains so far have brought, ``memory`` what each has left (MiB).
    """

    site: str
    facts: Data
    policy: Data
    functions: Mapping[str, Data]
    hypervisors: Mapping[str, Data]
    runs: Mapping[str, str]
    stands: dict[str, str]
    servers: list[dict[str, Any]]
    memory: dict[str, float]
    counted: set[str] = field(default_factory=set)
    placements: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, here: Sequence[Data], site: str, facts: Data, policy: Data) -> _Placing:
        hypervisors = {one["name"]: one for one in facts.get("hypervisors") or () if one["available"]}
        runs = {function["name"]: on for function in here if (on := _runs_on(function, facts))}
        asked = {function["name"]: _asked(function, site, hypervisors) for function in here if _own_zone(function, site)}
        functions = {
            function["name"]: function
            for function in here
            if machines(function) and {**asked, **runs}.get(function["name"], next(iter(hypervisors), None)) in hypervisors
        }
        runs = {name: on for name, on in runs.items() if name in functions}
        stands = {**{name: on for name, on in asked.items() if name in functions}, **runs}
        memory = {name: float(one["memory"] - one["memory_used"]) for name, one in hypervisors.items()}
        servers = [_server(one) for one in hypervisors.values()]
        return cls(site, facts, policy, functions, hypervisors, runs, stands, servers, memory)

    def add(self, chain: Data, names: Sequence[str]) -> None:
        """Place one chain on the hypervisors that have the memory for all that is new of it."""
        new = [name for name in names if name not in self.runs and name not in self.counted]
        takes = {name: needs(self.functions[name], flavors_of(self.facts)) for name in new}
        memory = sum(amounts["memory"] for amounts in takes.values())
        cores = {name: takes[name]["cpu"] if name in takes else 0.0 for name in names}
        there = {self.stands[name] for name in names if name in self.stands}
        roomy = [one for one in self.servers if one["name"] in there or self.memory[one["name"]] >= memory]
        if not roomy:
            reason = f"no hypervisor has {memory:g} MiB of memory left"
            self.placements.append({"site": self.site, "new": new, **_rejected(chain, self.policy, reason)})
            return
        found = answer({**self.policy, "servers": roomy, "chains": [_chain(chain, names, cores, self.stands)], "batch": False})
        placement = found["placements"][0]
        self.placements.append({"site": self.site, "new": new, **placement})
        if placement["accepted"]:
            self.stands |= {name: block["server"] for block in placement["blocks"] for name in block["functions"]}
            self.servers = [_carrying(server, chain["pps"], names, cores, self.stands) for server in self.servers]
            self.counted.update(new)
            for name, amounts in takes.items():
                self.memory[self.stands[name]] -= amounts["memory"]

    def carried(self) -> list[dict[str, Any]]:
        """The hypervisors with what they carry at the end."""
        told = answer({**self.policy, "servers": self.servers, "chains": [], "batch": False})["servers"]
        sizes = {server["name"]: server["cpu"] for server in self.servers}
        functions = {name: sorted(one for one, on in self.stands.items() if on == name) for name in sizes}
        return [{"site": self.site, "cpu": sizes[one["name"]], "functions": functions[one["name"]], **one} for one in told]


def _rejected(chain: Data, policy: Data, reason: str) -> dict[str, Any]:
    empty = {"blocks": [], "switching_cpu": 0.0, "reason": reason}
    return {"chain": chain["name"], "accepted": False, "strategy": policy["strategy"], **empty}


def _runs_on(function: Data, facts: Data) -> str | None:
    return next((one["hypervisor"] for one in servers_of(facts, function) if one["hypervisor"]), None)


def _own_zone(function: Data, site: str) -> str | None:
    """The zone that the descriptor itself names for a machine of the function."""
    zones = (vdu["availability_zone"] for vdu in machines(function) if "availability_zone" in vdu)
    return next((found for zone in zones if (found := zone.get(site) if isinstance(zone, Mapping) else zone)), None)


def _asked(function: Data, site: str, hypervisors: Mapping[str, Data]) -> str | None:
    """The hypervisor that this zone means, in one of Nova's forms zone:host and zone:host:hypervisor."""
    _zone_name, _colon, rest = (_own_zone(function, site) or "").partition(":")
    host, _colon, name = rest.partition(":")
    return next(
        (one["name"] for one in hypervisors.values() if name == one["name"] or (not name and host == one["host"])), None
    )


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
