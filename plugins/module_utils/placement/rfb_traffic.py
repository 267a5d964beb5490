# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traffic for a placement whose choices are made: a greedy answer where the exact method solves a linear program."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from .rfb_loads import Load, loads, rate_limits, units
from .rfb_model import KINDS, UNLIMITED, Network, Placement


def filled(network: Network, placement: Placement, wanted: str) -> Placement | None:
    """The placement with as much traffic as fits, first for the RRHs whose traffic takes the least CPU.

    It begins with the users' least rates. None where a MEC's limit is below one of these. Energy is not spent on more than
    these, nor hardware bought for it.
    """
    limits = rate_limits(network, placement)
    if any(limit < user.min_rate for limit, user in zip(limits, network.users, strict=True)):
        return None
    used = loads(network, placement)
    left = {node: _capacity(network, node, load, wanted) - load.cpu for node, load in used.items()}
    traffic = dict(placement.traffic)
    prices = {node: _prices(network, placement, node) for node in placement.radios}
    for node in sorted(prices, key=lambda node: (sum(prices[node].values()), node)):
        wish = math.fsum(limit for limit, at in zip(limits, placement.users, strict=True) if at == node) - traffic[node]
        if wanted == "energy" and any(_spends(network, host) and price for host, price in prices[node].items()):
            continue
        more = max(0.0, min([wish, *(left[host] / price for host, price in prices[node].items() if price)]))
        traffic[node] += more
        for host, price in prices[node].items():
            left[host] -= price * more
    return replace(placement, traffic=traffic)


def _capacity(network: Network, node: int, load: Load, wanted: str) -> float:
    """The CPU of a node; where money is saved, of the servers that its load needs anyhow."""
    hardware, there = network.hardware, network.nodes[node].cpu
    if wanted != "installation_cost" or hardware is None or hardware.cpu == UNLIMITED or not hardware.commodity_cost:
        return there
    return min(there, units(hardware, load)[1] * hardware.cpu)


def _prices(network: Network, placement: Placement, node: int) -> Mapping[int, float]:
    """Cores for a kbit/s of an RRH, by the host that gives them."""
    found: dict[int, float] = {}
    for kind in KINDS:
        host = placement.hosts(kind)[node]
        found[host[0]] = found.get(host[0], 0.0) + network.function(kind, host).cpu_per_kbps
    return found


def _spends(network: Network, node: int) -> bool:
    power = network.nodes[node].power
    return power is not None and power.max > power.idle
