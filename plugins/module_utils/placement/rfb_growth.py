# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One placement of RFBs made from a position of the swarm: the greedy half of the heuristic.

A position has four numbers within 0 and 1 for each node that may have an RRH: which type stands there or none, the price of
being served there, and which host its BBU and its MEC try first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from .rfb_model import KINDS, UNLIMITED, Host, Network, Placement
from .rfb_traffic import filled

GENES = 4
TYPE, PRICE, BBU, MEC = range(GENES)
HOST_GENES = {"bbu": BBU, "mec": MEC}
Position: TypeAlias = Sequence[float]


@dataclass(frozen=True)
class Terrain:
    """What all positions have in common: the places of RRHs by node, and for each user the rates that suffice."""

    network: Network
    radios: Mapping[int, tuple[int, ...]]
    options: tuple[tuple[tuple[int, int, float], ...], ...]
    highest: float

    def genes(self, position: Position, node_at: int) -> Position:
        return position[GENES * node_at : GENES * (node_at + 1)]


def terrain(network: Network) -> Terrain:
    radios: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for node, radio in network.usable:
        radios[node] += (radio,)
    options = tuple(tuple((*place, user.rates[place]) for place in sorted(network.options(user))) for user in network.users)
    return Terrain(network, dict(radios), options, max((rate for of in options for *_place, rate in of), default=1.0))


@dataclass
class Room:
    """What is left of each host while BBUs and MECs are put on hosts."""

    network: Network
    dedicated: list[float]
    cpu: list[float]
    memory: list[float]
    counts: dict[str, list[float]]
    running: set[tuple[str, int, int]] = field(default_factory=set)

    def takes(self, kind: str, host: Host, users: int, traffic: float) -> bool:
        """Put one more function there, if it fits."""
        node, number = host
        of = self.network.function(kind, host)
        base = 0.0 if (kind, *host) in self.running else 1.0
        cpu = base * of.cpu + of.cpu_per_kbps * traffic
        memory = base * of.memory + of.memory_per_user * users
        fits = of.dedicated <= self.dedicated[node] and cpu <= self.cpu[node] and memory <= self.memory[node]
        if not fits or self.counts[kind][number] < 1:
            return False
        self.dedicated[node] -= of.dedicated
        self.cpu[node] -= cpu
        self.memory[node] -= memory
        self.counts[kind][number] -= 1
        self.running.add((kind, *host))
        return True


def grown(ground: Terrain, position: Position, wanted: str) -> tuple[Placement | None, int]:
    """The placement of a position, or None and how much of it is missing: users without an RRH, RRHs without a host.

    Users choose in the order of their regret, each the best rate less the price; O(users · nodes).
    """
    radios = _radios(ground, position)
    network, users = ground.network, _association(ground, position, radios)
    missing = users.count(-1)
    counts, offered, least = _sums(ground, users, radios)
    radios = {node: radio for node, radio in radios.items() if counts[node]}
    room = _room(network, radios, offered)
    missing += sum(left < 0 for left in room.dedicated) + max(0, len(radios) - network.max_nodes)
    hosts: dict[str, dict[int, Host]] = {kind: {} for kind in KINDS}
    numbers = {node: at for at, node in enumerate(ground.radios)}
    for node in sorted(radios, key=lambda node: (-counts[node], node)):
        genes = ground.genes(position, numbers[node])
        for kind in KINDS:
            host = _host(network, room, kind, node, radios[node], genes[HOST_GENES[kind]], counts[node], least[node])
            if host is None:
                missing += 1
            else:
                hosts[kind][node] = host
    if missing:
        return None, math.ceil(missing)
    found = Placement(radios, hosts["bbu"], hosts["mec"], tuple(users), least)
    over = len(found.active()) - network.max_nodes
    if over > 0:
        return None, math.ceil(over)
    full = filled(network, found, wanted)
    return full, int(full is None)


def _radios(ground: Terrain, position: Position) -> dict[int, int]:
    """The type of RRH of each node that has one; where there are too few of a type the lowest numbers get none."""
    wishes = []
    for at, (node, radios) in enumerate(ground.radios.items()):
        gene = ground.genes(position, at)[TYPE]
        choice = min(int(gene * (len(radios) + 1)), len(radios))
        if choice:
            wishes.append((-gene, node, radios[choice - 1]))
    left = [radio.count for radio in ground.network.radios]
    found = {}
    for _gene, node, radio in sorted(wishes):
        left[radio] -= 1
        if left[radio] >= 0:
            found[node] = radio
    return found


def _association(ground: Terrain, position: Position, radios: Mapping[int, int]) -> list[int]:
    """The node of each user, -1 for one that finds no room."""
    network = ground.network
    price = {node: ground.genes(position, at)[PRICE] * ground.highest for at, node in enumerate(ground.radios)}
    users_left = {node: network.radios[radio].max_users + 1e-9 for node, radio in radios.items()}
    rate_left = {node: _rate_room(network, node, radio) for node, radio in radios.items()}
    wishes = []
    for user, options in enumerate(ground.options):
        there = [(rate - price[node], node, rate) for node, radio, rate in options if radios.get(node) == radio]
        there.sort(reverse=True)
        regret = there[0][0] - there[1][0] if len(there) > 1 else UNLIMITED
        wishes.append((-regret, user, there))
    wishes.sort()
    found = [-1] * len(wishes)
    for _regret, user, options in wishes:
        for _worth, node, rate in options:
            if users_left[node] >= 1 and rate_left[node] >= rate:
                users_left[node] -= 1
                rate_left[node] -= rate
                found[user] = node
                break
    return found


def _rate_room(network: Network, node: int, radio: int) -> float:
    """The sum of rates that the RRH and the dedicated hardware at its node take."""
    of = network.radios[radio]
    if not of.dedicated_per_kbps:
        return of.max_rate
    return min(of.max_rate, (network.nodes[node].dedicated - of.dedicated) / of.dedicated_per_kbps)


def _sums(
    ground: Terrain, users: Sequence[int], radios: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, float], dict[int, float]]:
    """Of each RRH: how many users, the sum of the channel's rates, and of the least rates."""
    counts: dict[int, int] = defaultdict(int)
    offered: dict[int, float] = defaultdict(float)
    least: dict[int, float] = defaultdict(float)
    for user, node in zip(ground.network.users, users, strict=True):
        if node >= 0:
            counts[node] += 1
            offered[node] += user.rates[node, radios[node]]
            least[node] += user.min_rate
    return counts, offered, least


def _room(network: Network, radios: Mapping[int, int], offered: Mapping[int, float]) -> Room:
    dedicated = [node.dedicated for node in network.nodes]
    for node, radio in radios.items():
        of = network.radios[radio]
        dedicated[node] -= of.dedicated + of.dedicated_per_kbps * offered[node]
    cpu, memory = [node.cpu for node in network.nodes], [node.memory for node in network.nodes]
    return Room(network, dedicated, cpu, memory, {kind: [of.count for of in network.types(kind)] for kind in KINDS})


def _host(
    network: Network, room: Room, kind: str, node: int, radio: int, gene: float, users: int, traffic: float
) -> Host | None:
    """The first host with room, from the one that the gene says on; the RRH's own node is the first of all."""
    hosts = network.bbu_hosts(node, radio) if kind == "bbu" else list(network.hosts[kind][node])
    hosts.sort(key=lambda host: host[0] != node)
    first = min(int(gene * len(hosts)), len(hosts) - 1)
    return next((host for host in (*hosts[first:], *hosts[:first]) if room.takes(kind, host, users, traffic)), None)
