# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a placement, read: every value is looked at once, and what is wrong is one sentence."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..core.errors import InputError, Place
from ..model.sites import parse
from .checks import known, named, number
from .ocm_model import NOWHERE, SLACK, Chain, Function, Geography, Server, Task
from .ocm_steps import LONGEST_EXACT
from .site_ways import shortest_ways
from .switching import Switching, server_cost, switching_of

LONGEST = 64
"""Functions that a chain may have."""

Options = Mapping[str, Any]


def task_of(options: Options) -> Task:
    """What is asked, as plain data.

    :raises InputError: with the key and one sentence
    """
    switching, normalisation = switching_of(options["switching"]), options["normalisation"]
    geography = geography_of(options.get("sites"), options.get("delays"))
    given = named(options["servers"], "servers")
    if not given:
        raise InputError("is empty; give at least one server", Place(path="servers"))
    servers = [_server(one, f"servers[{index}]", geography) for index, one in enumerate(given.values())]
    for index, server in enumerate(servers):
        _check_room(server, f"servers[{index}]", switching, normalisation)
    named(options["chains"], "chains")
    chains = [_chain(one, f"chains[{index}]", given, geography) for index, one in enumerate(options["chains"])]
    if not 1 <= options["max_exact_length"] <= LONGEST_EXACT:
        message = f"{options['max_exact_length']} is not within 1 and {LONGEST_EXACT}: the optimal step takes 3^n operations"
        raise InputError(message, Place(path="max_exact_length"))
    ordered = tuple(sorted(servers, key=lambda server: server.name))
    return Task(ordered, tuple(given), tuple(chains), switching, normalisation, geography)


def geography_of(sites: Any, delays: Any) -> Geography:
    """The sites with the delays between them, both as a sites file has them or as the inventory does.

    Of a site only its role counts here, and its ``delays`` to others, as which the inventory tells them.
    """
    if not sites:
        known(delays or (), (), "delays", "site")
        return NOWHERE
    if not isinstance(sites, Mapping):
        raise InputError("a mapping of sites by name is expected here", Place(path="sites"))
    stand_in = {"openstack": {"cloud": "any"}}  # the reader of sites files wants to know how a site is reached
    whole = {name: {**stand_in, "role": one.get("role")} if isinstance(one, Mapping) else one for name, one in sites.items()}
    told = {name: one["delays"] for name, one in sites.items() if isinstance(one, Mapping) and one.get("delays")}
    found = parse({"sites": whole, "delays": delays or told}, "")
    roles = {site.name: site.role for site in found.sites}
    return Geography(roles, shortest_ways(list(roles), found.delays))


def _server(given: Options, path: str, geography: Geography) -> Server:
    site = given.get("site")
    if site is not None:
        known([site], geography.roles, f"{path}.site", "site")
    load = tuple(_subchain(one, f"{path}.load[{index}]") for index, one in enumerate(given.get("load") or ()))
    guest = number(0.0 if given.get("guest_cpu") is None else given["guest_cpu"], f"{path}.guest_cpu")
    return Server(given["name"], number(given.get("cpu"), f"{path}.cpu"), guest, load, site)


def _subchain(given: Options, path: str) -> tuple[int, float]:
    functions = given.get("functions")
    if not isinstance(functions, int) or not 1 <= functions <= 10**6:
        raise InputError(f"{functions} is not a number of functions; give a whole one from 1", Place(path=f"{path}.functions"))
    return functions, number(given.get("pps"), f"{path}.pps")


def _check_room(server: Server, path: str, switching: Switching, normalisation: str) -> None:
    cost = server_cost(switching, normalisation, server.load)
    if server.guest_cpu + cost > server.cpu + SLACK:
        message = (
            f"server {server.name!r} has {server.cpu:g} cores, but its functions take {server.guest_cpu:g} and switching "
            f"its load takes {cost:.6g}; correct cpu, guest_cpu or load"
        )
        raise InputError(message, Place(path=path))


def _chain(given: Options, path: str, servers: Collection[str], geography: Geography) -> Chain:
    functions = given.get("functions") or []
    if not 1 <= len(functions) <= LONGEST:
        raise InputError(f"has {len(functions)} functions; give 1 to {LONGEST}", Place(path=f"{path}.functions"))
    numbers = {name: index for index, name in enumerate(named(functions, f"{path}.functions"))}
    latency = given.get("latency")
    return Chain(
        given["name"],
        number(given.get("pps"), f"{path}.pps"),
        tuple(_function(one, f"{path}.functions[{index}]", servers, geography) for index, one in enumerate(functions)),
        math.inf if latency is None else number(latency, f"{path}.latency"),
        _groups(given.get("affinity"), numbers, f"{path}.affinity"),
        _groups(given.get("anti_affinity"), numbers, f"{path}.anti_affinity"),
    )


def _function(given: Options, path: str, servers: Collection[str], geography: Geography) -> Function:
    server, site, role = (given.get(key) for key in ("server", "site", "site_role"))
    for name, there, key in ((server, servers, "server"), (site, geography.roles, "site")):
        if name is not None:
            known([name], there, f"{path}.{key}", key)
    if role is not None:
        known([role], set(geography.roles.values()), f"{path}.site_role", "site of the role")
    return Function(given["name"], number(given.get("cpu"), f"{path}.cpu"), server, site, role)


def _groups(given: Any, numbers: Mapping[str, int], path: str) -> tuple[frozenset[int], ...]:
    """Lists of functions' names, as sets of their numbers."""
    groups = []
    for index, names in enumerate(given or ()):
        if not isinstance(names, Sequence) or isinstance(names, str):
            raise InputError(f"{names!r} is not a list of names of functions", Place(path=f"{path}[{index}]"))
        known([str(one) for one in names], numbers, f"{path}[{index}]", "function")
        group = frozenset(numbers[str(one)] for one in names)
        if len(group) < 2:
            raise InputError("names less than two functions", Place(path=f"{path}[{index}]"))
        groups.append(group)
    return tuple(groups)
