# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a module → chains and servers, every value checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..core.errors import InputError, Place
from .checks import known, named, number
from .energy_model import UNLIMITED, Chain, Function, Link, Problem, Server

Options = Mapping[str, Any]


def problem(options: Options) -> Problem:
    """The chains and servers that the options of ``energy_placement`` describe.

    :raises InputError: a value is missing, no finite number, negative or unknown; a name stands twice
    """
    items = named(options["servers"], "servers")
    chains = named(options["chains"], "chains")
    for name, there in (("servers", items), ("chains", chains)):
        if not there:
            raise InputError("is empty; give one at least", Place(path=name))
    servers = tuple(_server(name, item, f"servers[{at}]") for at, (name, item) in enumerate(items.items()))
    numbers = {name: at for at, name in enumerate(items)}
    moving = options.get("migration")
    return Problem(
        servers,
        tuple(_chain(name, item, numbers, f"chains[{at}]") for at, (name, item) in enumerate(chains.items())),
        None if options.get("links") is None else dict(_links(options["links"], numbers)),
        Link(power_per_kbps=number(options["power_per_kbps"], "power_per_kbps")),
        0.0 if moving is None else _moving(moving),
    )


def _server(name: str, item: Options, path: str) -> Server:
    power = item.get("power")
    if not isinstance(power, Mapping):
        raise InputError("is missing; give idle and max in W", Place(path=f"{path}.power"))
    idle = number(power.get("idle"), f"{path}.power.idle")
    most = number(power.get("max"), f"{path}.power.max", least=idle)
    return Server(name, number(item.get("cpu"), f"{path}.cpu"), number(item.get("memory"), f"{path}.memory"), idle, most)


def _chain(name: str, item: Options, servers: Mapping[str, int], path: str) -> Chain:
    kbps = _or(item, "kbps", 0.0, path)
    functions = named(item["functions"], f"{path}.functions")
    if not functions:
        raise InputError("is empty; give one function at least", Place(path=f"{path}.functions"))
    ends = (_server_of(item, end, servers, path) for end in ("source", "destination"))
    made = (_function(one, of, kbps, servers, f"{path}.functions[{at}]") for at, (one, of) in enumerate(functions.items()))
    return Chain(name, tuple(made), kbps, _or(item, "latency", UNLIMITED, path), *ends)


def _function(name: str, item: Options, kbps: float, servers: Mapping[str, int], path: str) -> Function:
    cpu = _or(item, "cpu", 0.0, path) + kbps * _or(item, "cpu_per_kbps", 0.0, path)
    here = _server_of(item, "server", servers, path)
    return Function(name, cpu, _or(item, "memory", 0.0, path), _or(item, "delay", 0.0, path), here)


def _or(item: Options, key: str, default: float, path: str) -> float:
    return default if item.get(key) is None else number(item[key], f"{path}.{key}")


def _server_of(item: Options, key: str, servers: Mapping[str, int], path: str) -> int | None:
    if item.get(key) is None:
        return None
    known([item[key]], servers, f"{path}.{key}", "server")
    return servers[item[key]]


def _links(items: Sequence[Options], servers: Mapping[str, int]) -> Iterator[tuple[tuple[int, int], Link]]:
    seen: dict[tuple[int, int], int] = {}
    for at, item in enumerate(items):
        path = f"links[{at}]"
        known(item["ends"], servers, f"{path}.ends", "server")
        ends = tuple(sorted(servers[name] for name in item["ends"]))
        if len(set(ends)) != 2 or len(ends) != 2:
            raise InputError("has not two servers; give two", Place(path=f"{path}.ends"))
        if ends in seen:
            raise InputError(f"has the servers of links[{seen[ends]}]; give each pair once", Place(path=f"{path}.ends"))
        seen[ends] = at
        amounts = [_or(item, key, default, path) for key, default in LINK.items()]
        yield ends, Link(*amounts)


LINK = {"delay": 0.0, "power_per_kbps": 0.0, "max_rate": UNLIMITED}


def _moving(item: Options) -> float:
    """W for each MiB that is moved, over the time for which the placement is meant."""
    slot = number(item.get("slot"), "migration.slot", above=True)
    return number(item.get("joules_per_mib"), "migration.joules_per_mib") / slot
