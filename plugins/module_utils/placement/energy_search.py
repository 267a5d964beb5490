# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A quick placement of chains with little energy: chain by chain where it costs least, then servers are emptied one by one."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from .energy_model import Chain, Hosts, Problem, draw

WIDTH, TRIES = 24, 10
"""How many beginnings of a chain are followed, and how often all is placed anew, in another order and with other surcharges."""
ROUNDING = 1e-9


@dataclass
class Load:
    """What is used by the chains that have been placed; ``surcharge`` in W keeps functions off a server, for a try."""

    cpu: dict[int, float] = field(default_factory=dict)
    memory: dict[int, float] = field(default_factory=dict)
    rate: dict[tuple[int, int], float] = field(default_factory=dict)
    surcharge: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Start:
    """The beginning of a chain: what it adds in W, the ms so far, and the servers."""

    watts: float
    delay: float
    hosts: tuple[int, ...]


def search(problem: Problem, time_limit: float, seed: int = 0) -> Hosts | None:
    """The least energy that is found, None where no placement is.

    A try takes O(functions · servers · ``WIDTH``), and so does each change after it.
    """
    ends, chance = time.monotonic() + time_limit, random.Random(seed)
    order = sorted(range(len(problem.chains)), key=lambda at: _room(problem.chains[at]))
    best: Hosts | None = None
    highest, surcharge = max(server.max for server in problem.servers), dict[int, float]()
    for _try in range(TRIES):
        found = _placed(problem, {}, order, (), surcharge)
        if found is not None:
            found = _emptied(problem, found, ends)
            if best is None or draw(problem, found).total < draw(problem, best).total - ROUNDING:
                best = found
        if time.monotonic() > ends:
            break
        chance.shuffle(order)
        surcharge = {at: chance.random() * highest for at in range(len(problem.servers))}
    return best


def _room(chain: Chain) -> tuple[float, float]:
    """How choosy a chain is, the choosiest first: what latency is left for ways, and its cores."""
    return chain.latency - sum(one.delay for one in chain.functions), -sum(one.cpu for one in chain.functions)


def _emptied(problem: Problem, hosts: Hosts, ends: float) -> Hosts:
    """Place anew what is on one server, elsewhere, or one chain, as long as that saves energy."""
    changes = [(at, None) for at in range(len(problem.servers))] + [(None, at) for at in range(len(hosts))]
    saving, least = True, draw(problem, hosts).total
    while saving:
        saving = False
        for banned, chain in changes:
            if time.monotonic() > ends:
                return hosts
            chains = [at for at, of in enumerate(hosts) if at == chain or banned in of]
            kept = {at: of for at, of in enumerate(hosts) if at not in chains}
            found = _placed(problem, kept, chains, () if banned is None else (banned,), {}) if chains else None
            if found is not None and draw(problem, found).total < least - ROUNDING:
                hosts, saving, least = found, True, draw(problem, found).total
    return hosts


def _placed(
    problem: Problem,
    kept: dict[int, tuple[int, ...]],
    order: Collection[int],
    banned: Collection[int],
    surcharge: dict[int, float],
) -> Hosts | None:
    """All chains, those of ``order`` one after the other; None where one finds no room."""
    load, hosts = Load(surcharge=surcharge), dict(kept)
    for at, of in kept.items():
        _add(problem, load, problem.chains[at], of)
    for at in order:
        found = _cheapest(problem, load, problem.chains[at], banned)
        if found is None:
            return None
        hosts[at] = found
        _add(problem, load, problem.chains[at], found)
    return tuple(hosts[at] for at in range(len(problem.chains)))


def _add(problem: Problem, load: Load, chain: Chain, hosts: tuple[int, ...]) -> None:
    for function, server in zip(chain.functions, hosts, strict=True):
        load.cpu[server] = load.cpu.get(server, 0.0) + function.cpu
        load.memory[server] = load.memory.get(server, 0.0) + function.memory
    for pair, kbps in _rates(problem, chain, hosts).items():
        load.rate[pair] = load.rate.get(pair, 0.0) + kbps


def _rates(problem: Problem, chain: Chain, hosts: tuple[int, ...]) -> dict[tuple[int, int], float]:
    """kbit/s of a chain on each link."""
    stops, found = problem.stops(chain, hosts), {}
    for start, end in itertools.pairwise(stops):
        if start != end:
            pair = (min(start, end), max(start, end))
            found[pair] = found.get(pair, 0.0) + chain.kbps
    return found


def _cheapest(problem: Problem, load: Load, chain: Chain, banned: Collection[int]) -> tuple[int, ...] | None:
    """The servers of a chain that add the least power and keep its latency, as far as the search goes."""
    starts = [Start(0.0, 0.0, ())]
    for _function in chain.functions:
        longer = [more for start in starts for more in _extended(problem, load, chain, start, banned)]
        by_watts = sorted(longer, key=lambda one: (one.watts, one.delay, one.hosts))[:WIDTH]
        by_delay = sorted(longer, key=lambda one: (one.delay, one.watts, one.hosts))[: WIDTH // 4]
        starts = list(dict.fromkeys([*by_watts, *by_delay]))
    whole = [one for one in starts if problem.latency(chain, one.hosts) <= chain.latency + ROUNDING]
    whole = [one for one in whole if _links_take(problem, load, chain, one.hosts)]
    return min(whole, key=lambda one: (_watts(problem, chain, one), one.hosts)).hosts if whole else None


def _links_take(problem: Problem, load: Load, chain: Chain, hosts: tuple[int, ...]) -> bool:
    ways = ((problem.way(*pair), kbps + load.rate.get(pair, 0.0)) for pair, kbps in _rates(problem, chain, hosts).items())
    return all(way is not None and kbps <= way.max_rate + ROUNDING for way, kbps in ways)


def _watts(problem: Problem, chain: Chain, start: Start) -> float:
    """With the way to the destination."""
    last = None if chain.destination is None else problem.way(start.hosts[-1], chain.destination)
    return start.watts + (chain.kbps * last.power_per_kbps if last else 0.0)


def _extended(problem: Problem, load: Load, chain: Chain, start: Start, banned: Collection[int]) -> Iterator[Start]:
    """One function more, on each server that takes it."""
    function = chain.functions[len(start.hosts)]
    before = start.hosts[-1] if start.hosts else chain.source
    beside = list(zip(chain.functions, start.hosts, strict=False))
    for number, server in enumerate(problem.servers):
        way = problem.way(number if before is None else before, number)
        own = [one for one, host in beside if host == number]
        cpu = load.cpu.get(number, 0.0) + sum(one.cpu for one in own) + function.cpu
        memory = load.memory.get(number, 0.0) + sum(one.memory for one in own) + function.memory
        if number in banned or way is None or cpu > server.cpu + ROUNDING or memory > server.memory + ROUNDING:
            continue
        delay = start.delay + way.delay + function.delay
        if delay <= chain.latency + ROUNDING:
            watts = load.surcharge.get(number, 0.0) + (0.0 if own or number in load.cpu else server.idle)
            watts += server.slope * function.cpu + problem.moving(function, number) + chain.kbps * way.power_per_kbps
            yield Start(start.watts + watts, delay, (*start.hosts, number))
