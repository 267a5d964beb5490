# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The placement of chains with the least energy as a mixed-integer linear program.

``x`` says that a function is on a server, ``y`` that the server is on, and ``z`` that one function is on a server and the next
on another: ``Σ z`` over the next server is ``x`` of the one, over the first ``x`` of the other. For f functions and s servers
there are ``f·s`` binary variables and at most ``f·s²`` others.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from .energy_model import UNLIMITED, Chain, Hosts, Link, Problem
from .milp import ElasticProgram, Solution

LIMITS = ("cpu", "memory", "latency", "max_rate")
SECONDS = 3.0
"""For each limit that is looked at, where there is no placement."""
SHOWN = 3
Terms = list[tuple[int, float]]


@dataclass
class Formulation:
    problem: Problem
    program: ElasticProgram
    on: dict[int, int] = field(default_factory=dict)
    at: dict[tuple[int, int, int], int] = field(default_factory=dict)
    traffic: dict[tuple[int, int], Terms] = field(default_factory=lambda: defaultdict(list))


def formulate(problem: Problem, elastic: frozenset[str] = frozenset(), relaxed: bool = False) -> Formulation:
    """The whole program; with ``elastic`` limits only what it takes to break them is minimised."""
    made = Formulation(problem, ElasticProgram(elastic=elastic))
    priced = 0.0 if elastic else 1.0
    for number, server in enumerate(problem.servers):
        made.on[number] = made.program.variable(server.idle * priced, integer=not relaxed)
    for one, chain in enumerate(problem.chains):
        for two, function in enumerate(chain.functions):
            for number, server in enumerate(problem.servers):
                cost = server.slope * function.cpu + problem.moving(function, number)
                made.at[one, two, number] = made.program.variable(cost * priced, integer=not relaxed)
                made.program.row([(made.at[one, two, number], 1.0), (made.on[number], -1.0)], most=0)
            made.program.row([(made.at[one, two, number], 1.0) for number in made.on], least=1, most=1)
    _capacities(made)
    for one, chain in enumerate(problem.chains):
        _chain(made, one, chain, priced)
    for pair, terms in made.traffic.items():
        way = problem.way(*pair)
        if way and way.max_rate < UNLIMITED:
            size = way.max_rate or 1.0
            names = " and ".join(problem.servers[number].name for number in pair)
            scaled = [(variable, kbps / size) for variable, kbps in terms]
            made.program.limit("max_rate", names, scaled, way.max_rate / size, size)
    return made


def _capacities(made: Formulation) -> None:
    for number, server in enumerate(made.problem.servers):
        for what in ("cpu", "memory"):
            size = getattr(server, what) or 1.0
            terms = [
                (made.at[one, two, number], getattr(function, what) / size)
                for one, chain in enumerate(made.problem.chains)
                for two, function in enumerate(chain.functions)
                if getattr(function, what)
            ]
            made.program.limit(what, server.name, [*terms, (made.on[number], -getattr(server, what) / size)], 0, size)


def _chain(made: Formulation, one: int, chain: Chain, priced: float) -> None:
    """The ways between the stops of a chain: their power, their traffic, and all of its delay."""
    problem, spent = made.problem, []
    for two in range(len(chain.functions) - 1):
        spent += _between(made, one, two, chain, priced)
    for two, end in ((0, chain.source), (len(chain.functions) - 1, chain.destination)):
        for number in made.on if end is not None else ():
            variable, way = made.at[one, two, number], problem.way(end or 0, number)
            if way is None:
                made.program.upper[variable] = 0.0
                continue
            spent.append((variable, way.delay))
            _load(made, variable, chain, (end or 0, number), way, priced)
    if chain.latency < UNLIMITED:
        size = chain.latency or 1.0
        left = chain.latency - sum(function.delay for function in chain.functions)
        made.program.limit("latency", chain.name, [(one, delay / size) for one, delay in spent if delay], left / size, size)


def _load(made: Formulation, variable: int, chain: Chain, pair: tuple[int, int], way: Link, priced: float) -> None:
    made.program.costs[variable] += chain.kbps * way.power_per_kbps * priced
    if pair[0] != pair[1] and chain.kbps:
        made.traffic[min(pair), max(pair)].append((variable, chain.kbps))


def _between(made: Formulation, one: int, two: int, chain: Chain, priced: float) -> Iterator[tuple[int, float]]:
    """The way from one function to the next, as terms of its delay."""
    leaving: dict[int, Terms] = {number: [(made.at[one, two, number], -1.0)] for number in made.on}
    coming: dict[int, Terms] = {number: [(made.at[one, two + 1, number], -1.0)] for number in made.on}
    for start in made.on:
        for end in made.on:
            way = made.problem.way(start, end)
            if way is not None:
                variable = made.program.variable(integer=False)
                leaving[start].append((variable, 1.0))
                coming[end].append((variable, 1.0))
                _load(made, variable, chain, (start, end), way, priced)
                yield variable, way.delay
    for terms in (*leaving.values(), *coming.values()):
        made.program.row(terms, least=0, most=0)


def hosts(made: Formulation, solution: Solution) -> Hosts:
    """The server of each function."""
    values = solution.values or ()
    chosen = {key[:2]: key[2] for key, variable in made.at.items() if values[variable] > 0.5}
    return tuple(
        tuple(chosen[one, two] for two in range(len(chain.functions))) for one, chain in enumerate(made.problem.chains)
    )


def reason(problem: Problem, time_limit: float) -> str:
    """A sentence that names each limit whose change alone would give a placement, and by how much."""
    ends = time.monotonic() + time_limit
    clauses = [_broken(problem, frozenset({limit}), min(SECONDS, ends - time.monotonic())) for limit in LIMITS]
    if any(clauses):
        return f"there is no placement: {', or '.join(clause for clause in clauses if clause)}"
    together = _broken(problem, frozenset(LIMITS), SECONDS)
    if together:
        return f"there is no placement, and no change of one limit makes one: {together}"
    return "there is no placement: some chain's source, destination and functions cannot be linked; see links"


def _broken(problem: Problem, limits: frozenset[str], time_limit: float) -> str:
    if time_limit <= 0:
        return ""
    made = formulate(problem, limits)
    found = made.program.broken(made.program.solve(time_limit))
    return " and ".join([_clause(problem, *row, short) for row, short in found.items()][:SHOWN])


def _clause(problem: Problem, limit: str, whose: str, short: float) -> str:
    if limit == "max_rate":
        return f"max_rate of the link of {whose} is {short:g} kbit/s too small"
    if limit == "latency":
        place = [chain.name for chain in problem.chains].index(whose)
        return f"chains[{place}].latency of {whose!r} is {short:g} ms too small"
    place = [server.name for server in problem.servers].index(whose)
    return f"servers[{place}].{limit} of {whose!r} is {short:g} {'cores' if limit == 'cpu' else 'MiB'} too small"
