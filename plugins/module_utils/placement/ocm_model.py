# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain data of a placement: servers, chains, and what was decided of each chain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .switching import Switching

NANOCORE = 1e-9
"""What a run of functions counts besides its cost, so that of equal placements the one with fewer runs is taken."""

SLACK = 1e-9
"""Cores by which sums of decimal fractions may miss a server's capacity."""


@dataclass(frozen=True)
class Server:
    """``cpu`` is all it has, ``guest_cpu`` what its functions take already, those of ``load`` among them.

    ``load`` has the sub-chains that are there: functions, and packets per second.
    """

    name: str
    cpu: float
    guest_cpu: float = 0.0
    load: tuple[tuple[int, float], ...] = ()
    site: str | None = None


@dataclass(frozen=True)
class Function:
    """``server``, ``site`` and ``site_role`` say where it must run; None says nothing."""

    name: str
    cpu: float
    server: str | None = None
    site: str | None = None
    site_role: str | None = None

    def may_run_on(self, server: Server, roles: Mapping[str, str]) -> bool:
        """:param roles: of the sites"""
        if self.server not in (None, server.name) or self.site not in (None, server.site):
            return False
        return self.site_role is None or (server.site is not None and roles.get(server.site) == self.site_role)


@dataclass(frozen=True)
class Chain:
    """``affinity`` and ``anti_affinity`` have sets of functions, by their numbers in the chain."""

    name: str
    pps: float
    functions: tuple[Function, ...]
    latency: float = math.inf
    affinity: tuple[frozenset[int], ...] = ()
    anti_affinity: tuple[frozenset[int], ...] = ()

    @property
    def cpu(self) -> float:
        return math.fsum(function.cpu for function in self.functions)

    @property
    def pinned(self) -> bool:
        return any(one.server or one.site or one.site_role for one in self.functions)


@dataclass(frozen=True)
class Geography:
    """The roles of the sites, and the delay of the shortest way between two of them in ms; no entry, no way.

    Servers without a site are at one place that has no name (None): within it there is no delay, and to sites there is no way.
    """

    roles: Mapping[str, str]
    delays: Mapping[tuple[str, str], float]

    def delay(self, start: str | None, end: str | None) -> float:
        if start == end:
            return 0.0
        return math.inf if start is None or end is None else self.delays.get((start, end), math.inf)


NOWHERE = Geography({}, {})


@dataclass(frozen=True)
class Task:
    """All that a call is about.

    ``servers`` stand in the order of their names, which decides where costs are equal; ``listed`` has the names as they were
    given.
    """

    servers: tuple[Server, ...]
    listed: tuple[str, ...]
    chains: tuple[Chain, ...]
    switching: Switching
    normalisation: str = "monotone"
    geography: Geography = NOWHERE


@dataclass(frozen=True)
class Placement:
    """``places`` has the number of a server for each function of the chain, None where it was rejected, with the reason."""

    strategy: str
    places: tuple[int, ...] | None
    cost: float = 0.0
    reason: str | None = None


def blocks_of(places: tuple[int, ...]) -> dict[int, list[int]]:
    """The functions of each server, by number, in the order in which packets reach the servers first."""
    found: dict[int, list[int]] = {}
    for function, server in enumerate(places):
        found.setdefault(server, []).append(function)
    return found


def run_lengths(functions: list[int]) -> list[int]:
    """The lengths of the runs of successive numbers: each run is a sub-chain, which packets enter and leave once."""
    lengths: list[int] = []
    for position, function in enumerate(functions):
        if position and functions[position - 1] == function - 1:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths
