# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A radio network of reusable functional blocks: nodes, users, and the types of RRH, BBU and MEC that may stand on the nodes.

Everything is numbered from 0 in the order of the options. Rates are in kbit/s, powers in W, money is without a unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

Host: TypeAlias = tuple[int, int]
"""A node and a type of BBU or MEC that may run there."""
KINDS = ("bbu", "mec")
UNLIMITED = math.inf


@dataclass(frozen=True)
class Power:
    """W of a node without work and with all of its CPU at work; in between it is linear."""

    idle: float
    max: float


@dataclass(frozen=True)
class Node:
    name: str
    dedicated: float
    cpu: float
    memory: float
    site_cost: float = 0.0
    power: Power | None = None
    role: str | None = None

    @property
    def has_antenna(self) -> bool:
        """Whether an RRH may stand here: a site whose role is known is an antenna site only at the front end."""
        return self.role in (None, "cran")


@dataclass(frozen=True)
class User:
    """``rates`` has what the radio channel gives, by the node and the type of RRH there; what is not in it is not covered."""

    name: str
    rates: Mapping[tuple[int, int], float]
    min_rate: float = 0.0


@dataclass(frozen=True)
class Radio:
    """A type of RRH. ``bbu`` has the types of BBU that can drive it."""

    name: str
    bbu: frozenset[int]
    count: float = UNLIMITED
    max_users: float = UNLIMITED
    max_rate: float = UNLIMITED
    dedicated: float = 0.0
    dedicated_per_kbps: float = 0.0
    cost: float = 0.0
    power: float = 0.0


@dataclass(frozen=True)
class Function:
    """A type of BBU or MEC. ``dedicated`` and ``cost`` count for each RRH served, ``cpu`` and ``memory`` once a node.

    ``per_node`` has the type as it is on nodes where it takes other CPU or memory.
    """

    name: str
    count: float = UNLIMITED
    dedicated: float = 0.0
    cpu: float = 0.0
    cpu_per_kbps: float = 0.0
    memory: float = 0.0
    memory_per_user: float = 0.0
    max_user_rate: float = UNLIMITED
    max_delay: float = UNLIMITED
    cost: float = 0.0
    blocks: tuple[str, ...] = ()
    per_node: Mapping[int, Function] = field(default_factory=dict)


@dataclass(frozen=True)
class Hardware:
    """What is bought by the unit: dedicated hardware, and commodity servers of ``cpu`` and ``memory``."""

    dedicated: float = UNLIMITED
    dedicated_cost: float = 0.0
    cpu: float = UNLIMITED
    memory: float = UNLIMITED
    commodity_cost: float = 0.0


@dataclass(frozen=True)
class Refusal:
    """What a C-RAN rule or a deadline forbids: an ``rrh``, ``bbu`` or ``mec``, for the RRH of one node, or of all (None)."""

    kind: str
    node: int | None
    sentence: str


@dataclass(frozen=True)
class Network:
    """``hosts[kind][node]`` are the hosts that may run a BBU or a MEC for an RRH at the node."""

    nodes: tuple[Node, ...]
    users: tuple[User, ...]
    radios: tuple[Radio, ...]
    bbu: tuple[Function, ...]
    mec: tuple[Function, ...]
    hosts: Mapping[str, tuple[tuple[Host, ...], ...]]
    hardware: Hardware | None = None
    max_nodes: float = UNLIMITED
    refused: tuple[Refusal, ...] = ()

    def types(self, kind: str) -> tuple[Function, ...]:
        return self.bbu if kind == "bbu" else self.mec

    def function(self, kind: str, host: Host) -> Function:
        """The type as it is on its node."""
        of = self.types(kind)[host[1]]
        return of.per_node.get(host[0], of)

    def bbu_hosts(self, node: int, radio: int) -> list[Host]:
        """The hosts of BBUs that can drive this type of RRH at this node."""
        return [host for host in self.hosts["bbu"][node] if host[1] in self.radios[radio].bbu]

    @cached_property
    def usable(self) -> list[tuple[int, int]]:
        """The places of RRHs, each a node and a type, that cover somebody and for which there is a BBU and a MEC."""
        covering = sorted({place for user in self.users for place in user.rates if self.nodes[place[0]].has_antenna})
        return [(node, radio) for node, radio in covering if self.bbu_hosts(node, radio) and self.hosts["mec"][node]]

    def options(self, user: User) -> set[tuple[int, int]]:
        """The places whose RRH and some MEC give the user the least rate that it needs."""
        through = max(function.max_user_rate for function in self.mec)
        return {place for place in self.usable if min(user.rates.get(place, -1.0), through) >= user.min_rate}


@dataclass(frozen=True)
class Placement:
    """An answer. All is by the node of the RRH but ``users``, which has the node of each user."""

    radios: Mapping[int, int]
    bbu: Mapping[int, Host]
    mec: Mapping[int, Host]
    users: tuple[int, ...]
    traffic: Mapping[int, float] = field(default_factory=dict)

    def hosts(self, kind: str) -> Mapping[int, Host]:
        return self.bbu if kind == "bbu" else self.mec

    def active(self) -> list[int]:
        """The nodes that must be on."""
        return sorted({*self.radios, *(node for node, _type in (*self.bbu.values(), *self.mec.values()))})

    def throughput(self) -> float:
        return math.fsum(self.traffic.values())
