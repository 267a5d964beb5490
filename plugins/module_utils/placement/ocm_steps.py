# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One chain onto the servers as they are: the step of each strategy.

A step changes nothing. It returns a server's number for each function, or None where nothing fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from .ocm_arrays import Cluster, candidates, cover, prices, row_numbers
from .ocm_beam import contiguous_by_beam
from .ocm_blocks import Blocks, intervals, subsets, whole
from .ocm_ground import Ground
from .ocm_latency import cheapest_way
from .ocm_model import Chain
from .ocm_spread import spread

Places = tuple[int, ...]
Step = Callable[[Cluster, Ground, Chain], "Places | None"]

LONGEST_EXACT = 12
"""Functions up to which the optimal step is offered: its tables have 3^n entries."""

LONGEST_RELAXED = 14
"""Functions up to which the relaxed step is exact; a longer chain is cut by a beam search."""


def optimal(cluster: Cluster, ground: Ground, chain: Chain) -> Places | None:
    """The cheapest placement of all: any set partition of the chain, any server for each block."""
    return _cheapest(cluster, ground, chain, subsets(len(chain.functions)))


def relaxed(cluster: Cluster, ground: Ground, chain: Chain) -> Places | None:
    """The cheapest placement in which the chain goes through each server at most once."""
    length = len(chain.functions)
    if length > LONGEST_RELAXED:
        return contiguous_by_beam(cluster, ground, chain)
    return _cheapest(cluster, ground, chain, intervals(length))


def gather(cluster: Cluster, ground: Ground, chain: Chain) -> Places | None:
    """The whole chain on the fullest server that it fits on, switching included: the one with the least cores free."""
    costs = cluster.table(chain, whole(len(chain.functions)), ground.allowed(chain))[0]
    fitting = row_numbers(costs, cluster.free())
    return (fitting[0],) * len(chain.functions) if fitting else None


def distribute(cluster: Cluster, ground: Ground, chain: Chain) -> Places | None:
    """Each function, or each set of functions with affinity, on a server of its own; the one with the most cores free first."""
    return spread(cluster, ground, chain)


def _cheapest(cluster: Cluster, ground: Ground, chain: Chain, blocks: Blocks) -> Places | None:
    length, every = len(chain.functions), (1 << len(chain.functions)) - 1
    costs = cluster.table(chain, blocks, ground.allowed(chain))
    found = cover(costs, blocks, candidates(costs, blocks, ground.everywhere))
    if math.isinf(found.tables[-1][every]):
        return None
    chosen = found.places(every)
    places = tuple(chosen[one] for one in range(length))
    if ground.within(chain, places):
        return places
    return _within_latency(costs, ground, chain, blocks, float(found.tables[-1][every]))


def _within_latency(costs: object, ground: Ground, chain: Chain, blocks: Blocks, least: float) -> Places | None:
    """The cheapest placement that keeps the chain's latency, where the cheapest of all, which costs ``least``, does not."""
    sites = list(ground.sites)
    covers = [cover(costs, blocks, candidates(costs, blocks, ground.sites[site])) for site in sites]
    tables = [one.tables[-1] for one in covers]
    delays = [[ground.geography.delay(start, end) for end in sites] for start in sites]
    costs_of_sites = [table.tolist() for table in tables]
    way = cheapest_way(costs_of_sites, prices(tables, least), lambda start, end: delays[start][end], chain.latency)
    if way is None:
        return None
    chosen: dict[int, int] = {}
    for number, one in enumerate(covers):
        chosen.update(one.places(sum(1 << function for function, site in enumerate(way) if site == number)))
    return tuple(chosen[one] for one in range(len(chain.functions)))


STEPS: Mapping[str, Step] = {"ocm": optimal, "relaxed": relaxed, "gather": gather, "distribute": distribute}


def strategy_of(strategy: str, chain: Chain, max_exact_length: int) -> str:
    """The strategy that is really used: the optimal step only up to some length."""
    return "relaxed" if strategy == "ocm" and len(chain.functions) > max_exact_length else strategy
