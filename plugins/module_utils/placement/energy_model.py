# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains of virtual functions on servers, and what a placement of them draws.

The setting is that of deliverable D6.1, section 4.4: chains are to be placed such that the nodes draw the least energy while
users keep their quality. Its paper [7] is not named in the text, so the model is a plain one: a server draws ``idle + (max -
idle) · used CPU / CPU`` while it is on, traffic between two servers draws power for each kbit/s, and a chain has a budget of
delay.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Hosts: TypeAlias = tuple[tuple[int, ...], ...]
"""The server of each function of each chain."""
UNLIMITED = math.inf


@dataclass(frozen=True)
class Server:
    """``idle`` and ``max`` in W, CPU in cores, memory in MiB."""

    name: str
    cpu: float
    memory: float
    idle: float
    max: float

    @property
    def slope(self) -> float:
        """W for each core that is used."""
        return (self.max - self.idle) / self.cpu if self.cpu else 0.0


@dataclass(frozen=True)
class Function:
    """``cpu`` at the rate of its chain; ``delay`` in ms is what it adds; ``server`` is where it runs now."""

    name: str
    cpu: float
    memory: float
    delay: float = 0.0
    server: int | None = None


@dataclass(frozen=True)
class Chain:
    """Functions in the order of the packets, which come from ``source`` and go to ``destination`` where these are known."""

    name: str
    functions: tuple[Function, ...]
    kbps: float = 0.0
    latency: float = UNLIMITED
    source: int | None = None
    destination: int | None = None


@dataclass(frozen=True)
class Link:
    """A way between two servers: delay in ms, W for each kbit/s, and the kbit/s that it takes in both directions together."""

    delay: float = 0.0
    power_per_kbps: float = 0.0
    max_rate: float = UNLIMITED


HERE = Link()


@dataclass(frozen=True)
class Problem:
    """``links`` by pairs of servers in rising order; where it is None each reaches all others over ``usual``.

    ``move`` is what it draws to move a MiB, in W on the average of the time for which the placement is meant.
    """

    servers: tuple[Server, ...]
    chains: tuple[Chain, ...]
    links: Mapping[tuple[int, int], Link] | None = None
    usual: Link = HERE
    move: float = 0.0

    def way(self, start: int, end: int) -> Link | None:
        """The way from one server to another, None where there is none."""
        if start == end:
            return HERE
        return self.usual if self.links is None else self.links.get((min(start, end), max(start, end)))

    def moving(self, function: Function, server: int) -> float:
        """W for bringing a function to a server."""
        return 0.0 if function.server in (None, server) else function.memory * self.move

    def stops(self, chain: Chain, hosts: Sequence[int]) -> list[int]:
        """All servers that the packets of a chain pass, with source and destination."""
        ends = [[] if at is None else [at] for at in (chain.source, chain.destination)]
        return [*ends[0], *hosts, *ends[1]]

    def latency(self, chain: Chain, hosts: Sequence[int]) -> float:
        """ms from the source to the destination; infinite where two stops are not linked."""
        stops = self.stops(chain, hosts)
        ways = [self.way(start, end) for start, end in itertools.pairwise(stops)]
        if None in ways:
            return UNLIMITED
        return math.fsum([*(way.delay for way in ways if way), *(function.delay for function in chain.functions)])


@dataclass(frozen=True)
class Draw:
    """W of a placement: of each active server, of the network, and of moving functions."""

    servers: Mapping[int, float]
    network: float
    migration: float

    @property
    def total(self) -> float:
        return math.fsum([*self.servers.values(), self.network, self.migration])


def draw(problem: Problem, hosts: Hosts) -> Draw:
    """What a placement draws; O(functions)."""
    cores: dict[int, float] = {}
    network = migration = 0.0
    for chain, at in zip(problem.chains, hosts, strict=True):
        for function, server in zip(chain.functions, at, strict=True):
            cores[server] = cores.get(server, 0.0) + function.cpu
            migration += problem.moving(function, server)
        stops = problem.stops(chain, at)
        for start, end in itertools.pairwise(stops):
            way = problem.way(start, end)
            network += chain.kbps * way.power_per_kbps if way else 0.0
    of = {server: problem.servers[server].idle + problem.servers[server].slope * used for server, used in sorted(cores.items())}
    return Draw(of, network, migration)
