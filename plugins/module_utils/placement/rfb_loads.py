# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a placement uses, draws and costs: pure sums over a network and an answer, whoever found it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .rfb_model import KINDS, Hardware, Network, Placement

SLACK = 1e-6
"""How much of a unit of hardware, or of a capacity, counts as nothing: the tolerance of the solver."""


@dataclass(frozen=True)
class Load:
    """What is used of a node: dedicated hardware in its units, CPU in cores, memory in MiB."""

    dedicated: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0


def loads(network: Network, placement: Placement) -> dict[int, Load]:
    """The load of each active node; O(users + RRHs).

    The CPU and memory that a type takes without work count once on each node, however many RRHs it serves there.
    """
    counts, offered = _served(network, placement)
    sums: dict[int, dict[str, float]] = {node: defaultdict(float) for node in placement.active()}
    for node, radio in placement.radios.items():
        of = network.radios[radio]
        sums[node]["dedicated"] += of.dedicated + of.dedicated_per_kbps * offered[node]
    for kind in KINDS:
        for host in set(placement.hosts(kind).values()):
            sums[host[0]]["cpu"] += network.function(kind, host).cpu
            sums[host[0]]["memory"] += network.function(kind, host).memory
        for node, (host, number) in placement.hosts(kind).items():
            function = network.function(kind, (host, number))
            sums[host]["dedicated"] += function.dedicated
            sums[host]["cpu"] += function.cpu_per_kbps * placement.traffic.get(node, 0.0)
            sums[host]["memory"] += function.memory_per_user * counts[node]
    return {node: Load(**of) for node, of in sums.items()}


def _served(network: Network, placement: Placement) -> tuple[dict[int, int], dict[int, float]]:
    """How many users each RRH has, and the sum of the rates that the channel gives them."""
    counts: dict[int, int] = defaultdict(int)
    offered: dict[int, float] = defaultdict(float)
    for user, node in zip(network.users, placement.users, strict=True):
        counts[node] += 1
        offered[node] += user.rates[node, placement.radios[node]]
    return counts, offered


def powers(network: Network, placement: Placement) -> dict[int, float] | None:
    """W of each active node: ``idle + (max - idle) · used CPU / CPU``, and its RRH; None where some node's power is unknown."""
    used = loads(network, placement)
    if any(network.nodes[node].power is None for node in used):
        return None
    return {node: _power(network, placement, node, load) for node, load in used.items()}


def _power(network: Network, placement: Placement, number: int, load: Load) -> float:
    node = network.nodes[number]
    radio = network.radios[placement.radios[number]].power if number in placement.radios else 0.0
    if node.power is None:
        return radio
    return radio + node.power.idle + (node.power.max - node.power.idle) * (load.cpu / node.cpu if node.cpu else 0.0)


def units(hardware: Hardware, load: Load) -> tuple[int, int]:
    """How many units of dedicated hardware and of commodity servers carry the load."""
    dedicated = math.ceil(load.dedicated / hardware.dedicated - SLACK)
    return max(0, dedicated), max(0, math.ceil(max(load.cpu / hardware.cpu, load.memory / hardware.memory) - SLACK))


def installation_cost(network: Network, placement: Placement) -> float:
    """Sites, hardware by the unit, and what each RRH, BBU and MEC costs."""
    return math.fsum(_costs(network, placement))


def _costs(network: Network, placement: Placement) -> Iterator[float]:
    for node, load in loads(network, placement).items():
        yield network.nodes[node].site_cost
        if network.hardware:
            dedicated, commodity = units(network.hardware, load)
            yield network.hardware.dedicated_cost * dedicated + network.hardware.commodity_cost * commodity
    yield from (network.radios[radio].cost for radio in placement.radios.values())
    for kind in KINDS:
        yield from (network.types(kind)[number].cost for _host, number in placement.hosts(kind).values())


def rate_limits(network: Network, placement: Placement) -> list[float]:
    """The highest rate of each user: what the channel gives, and what its MEC lets through."""
    return [
        min(user.rates[node, placement.radios[node]], network.mec[placement.mec[node][1]].max_user_rate)
        for user, node in zip(network.users, placement.users, strict=True)
    ]


def user_rates(network: Network, placement: Placement) -> list[float]:
    """The traffic of each RRH, shared by its users: first the least rate of each, then evenly up to the limit of each."""
    limits = rate_limits(network, placement)
    found = [0.0] * len(limits)
    for node, traffic in placement.traffic.items():
        members = [user for user, at in enumerate(placement.users) if at == node]
        left = traffic - math.fsum(network.users[user].min_rate for user in members)
        order = sorted(members, key=lambda user: limits[user] - network.users[user].min_rate)
        for place, user in enumerate(order):
            more = min(limits[user] - network.users[user].min_rate, max(0.0, left) / (len(order) - place))
            found[user], left = network.users[user].min_rate + more, left - more
    return found
