# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cheapest way of a chain through sites, within its latency: branch and bound, function by function, and exact.

Latency depends on the sites of successive functions alone, and cost on which functions each site has. So the cheapest cover of
every set of functions is found once for each site (``ocm_arrays.cover``), and the search chooses a site for each function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .ocm_model import NANOCORE, SLACK

Costs = Sequence[float]
Delay = Callable[[int, int], float]


def cheapest_way(tables: Sequence[Costs], prices: Sequence[float], delay: Delay, latency: float) -> list[int] | None:
    """A site for each function, at the least cost within the latency; None where there is none.

    The bound is that of Lagrange: a function that has no site yet pays its price, and each site takes of those functions what
    suits it best at these prices. It holds for any prices, and good ones make it close. The worst case stays exponential.

    :param tables: for each site, the least cost of each set of functions (bit i is function i) on its servers
    :param prices: of the functions
    :param delay: of two sites by number, in ms
    :param latency: what the delays between successive functions may add up to
    """
    length = len(prices)
    paid = [0.0]
    for price in prices:
        paid += [one + price for one in paid]
    priced = [[cost - part for cost, part in zip(table, paid, strict=True)] for table in tables]
    search = _Search([_bounds(table, length) for table in priced], length, delay, latency)
    search.extend(0, (0,) * len(tables), [], 0.0)
    return search.best


def _bounds(table: Costs, length: int) -> list[Costs]:
    """``bounds[i][M]``: the least of M, a set of the first i functions, with any of the later ones or none."""
    bounds = [list(table)]
    while len(bounds) <= length:
        last, half = bounds[-1], len(bounds[-1]) // 2
        bounds.append([min(pair) for pair in zip(last[:half], last[half:], strict=True)])
    return bounds[::-1]


@dataclass
class _Search:
    """Depth first, cheapest site first; what cannot be better than the best way so far is left.

    Costs are those with the prices taken off, which makes a difference of the same sum for all ways.
    """

    bounds: Sequence[Sequence[Costs]]
    length: int
    delay: Delay
    latency: float
    best: list[int] | None = None
    cost: float = math.inf

    def extend(self, done: int, sets: tuple[int, ...], way: list[int], spent: float) -> None:
        """:param sets: the functions of each site so far; ``spent`` of the latency"""
        if done == self.length:
            self.best, self.cost = list(way), math.fsum(self.bounds[site][done][one] for site, one in enumerate(sets))
            return
        for bound, site in sorted(self._ways_on(done, sets)):
            if bound >= self.cost - NANOCORE / 4:
                return
            now = spent + (self.delay(way[-1], site) if way else 0.0)
            if now <= self.latency + SLACK:
                after = (*sets[:site], sets[site] | 1 << done, *sets[site + 1 :])
                self.extend(done + 1, after, [*way, site], now)

    def _ways_on(self, done: int, sets: tuple[int, ...]) -> list[tuple[float, int]]:
        """A lower bound of all ways on, for each site of the next function."""
        level = [self.bounds[site][done + 1] for site in range(len(sets))]
        stays = [level[site][one] for site, one in enumerate(sets)]
        found = []
        for site, one in enumerate(sets):
            bound = math.fsum((*stays[:site], level[site][one | 1 << done], *stays[site + 1 :]))
            if not math.isinf(bound):
                found.append((bound, site))
        return found
