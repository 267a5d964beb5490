# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service placed: at which sites its functions stand, and on which hypervisors the functions of its chains run.

The answer holds the service itself with what was decided: ``site.names`` of the functions that ask for a number of sites,
``availability_zone`` of the VMs, for each site, and the sizes that the templates of its class give them. Every later step
reads it from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..core.errors import InputError
from ..model.service import validate
from ..model.service_stages import functions_at
from ..model.service_templates import sized, unused
from .cran_blocks import refusals
from .service_chains import place_chains
from .service_facts import Facts, machines
from .service_inputs import check_facts, check_sites
from .service_sites import choose_sites
from .site_ways import late_chains, ways_between

Data = Mapping[str, Any]


def place_service(service: Data, sites: Mapping[str, Data], facts: Facts, policy: Data) -> dict[str, Any]:
    """``{service, sites, chains, hypervisors, findings}``; see the RETURN block of the module ``service_placement``.

    :param sites: by name, as the sites inventory has them
    :param facts: by site, what ``site_info`` told of its region for this service
    :param policy: ``{switching, strategy, normalisation, max_exact_length}`` of ``ocm_placement``
    :raises InputError: an option is wrong, a function finds no site that holds it, or a C-RAN block stands where it must not
    """
    validate(dict(service))
    check_sites(sites)
    check_facts(facts, sites)
    findings, service = list(unused(service)), sized(service)
    chosen = choose_sites(service, sites, facts)
    names = {one["function"]: one["sites"] for one in chosen}
    sited = {**service, "functions": [_at(function, names.get(function["name"])) for function in service["functions"]]}
    everywhere = [{"name": name, "role": site["role"]} for name, site in sorted(sites.items())]
    here = {site["name"]: functions_at(sited, site, everywhere) for site in everywhere}
    _check_blocks(here, {name: site["role"] for name, site in sites.items()})
    placed = [place_chains(sited, here[site], site, facts[site], policy) for site in sorted(facts)]
    zones = _zones(dict(zip(sorted(facts), placed, strict=True)))
    chains = [chain for one in placed for chain in one["chains"]]
    return {
        "service": {**sited, "functions": [_in(function, zones.get(function["name"])) for function in sited["functions"]]},
        "sites": [{key: one[key] for key in ("function", "sites", "enbs")} for one in chosen],
        "chains": chains,
        "hypervisors": [hypervisor for one in placed for hypervisor in one["hypervisors"]],
        "findings": [
            *findings,
            *(sentence for one in chosen for sentence in one["unserved"]),
            *late_chains(sited, _stands(sited, here), ways_between(sites)),
            *_left(chains),
        ],
    }


def _at(function: Data, names: Sequence[str] | None) -> Data:
    return function if names is None else {**function, "site": {**function["site"], "names": list(names)}}


def _in(function: Data, zones: Mapping[str, str] | None) -> Data:
    """The function with its zones; a VDU that has one of its own keeps it."""
    if not zones:
        return function
    ours = [vdu["name"] for vdu in machines(function)]
    where = {"availability_zone": dict(zones)}
    return {**function, "vdus": [{**where, **vdu} if vdu["name"] in ours else vdu for vdu in function["vdus"]]}


def _zones(placed: Mapping[str, Data]) -> dict[str, dict[str, str]]:
    """Of each function the zone at each site that has one for it."""
    found: dict[str, dict[str, str]] = {}
    for site, one in placed.items():
        for name, zone in one["zones"].items():
            found.setdefault(name, {})[site] = zone
    return found


def _stands(service: Data, here: Mapping[str, Sequence[Data]]) -> dict[str, list[str]]:
    """The sites of each function."""
    return {
        function["name"]: [site for site, functions in here.items() if function in functions]
        for function in service["functions"]
    }


def _check_blocks(here: Mapping[str, Sequence[Data]], roles: Mapping[str, str]) -> None:
    """Refuse what the rules of a C-RAN's functional blocks do not allow."""
    placed = [
        {"name": function["name"], "cran_block": function["cran_block"], "site": site, "kind": vdu["kind"]}
        for site, functions in here.items()
        for function in functions
        if "cran_block" in function
        for vdu in function["vdus"][:1]
    ]
    wrong = refusals(placed, roles)
    if wrong:
        raise InputError("; ".join(wrong))


def _left(chains: Sequence[Data]) -> Iterator[str]:
    for chain in chains:
        if chain["new"] and not chain["accepted"]:
            yield f"chain {chain['chain']} at {chain['site']} is left to Nova's scheduler: {chain['reason']}"
