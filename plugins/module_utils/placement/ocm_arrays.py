# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Costs of blocks on all servers at once, and the cheapest cover of a chain by blocks: the OCM's arrays.

The optimal step of the deliverable lists the set partitions of a chain and solves an assignment problem for each. The same
optimum is found here by a dynamic program over the servers: ``best[M]`` is the least cost of the functions M on the servers so
far, and a server takes a subset B of M for ``best[M - B] + cost[B]``. That is O(servers * 3^n) instead of Bell(n) assignments.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import UnavailableError
from .ocm_blocks import Blocks
from .ocm_model import NANOCORE, SLACK, Chain, Server, blocks_of, run_lengths
from .switching import COMBINED, Load, Switching

try:
    import numpy as np
except ImportError as missing:
    MISSING: ImportError | None = missing
else:
    MISSING = None

DUST = 1e-12
DECIMALS = 12
"""Costs are rounded to a millionth of a millionth of a core, so that equal costs are equal numbers."""


@dataclass
class Cluster:
    """The servers' state, one array each: it grows with the servers, and never with the chains that were placed.

    ``count``, ``total`` and ``weight`` are of the sub-chains on each server, as :data:`switching.COMBINED` takes them.
    """

    switching: Switching
    normalisation: str
    cpu: Any
    guest: Any
    count: Any
    total: Any
    weight: Any

    @classmethod
    def of(cls, servers: Sequence[Server], switching: Switching, normalisation: str) -> Cluster:
        """:raises UnavailableError: numpy is missing"""
        if MISSING is not None:
            raise UnavailableError(
                "the Python library numpy is missing; install it for the Python that runs Ansible"
            ) from MISSING
        loads = [one.load for one in servers]
        return cls(
            switching,
            normalisation,
            np.array([one.cpu for one in servers], dtype=float),
            np.array([one.guest_cpu for one in servers], dtype=float),
            np.array([len(load) for load in loads], dtype=float),
            np.array([sum(switching.cost(*one) for one in load) for load in loads], dtype=float),
            np.array([sum(switching.weight(pps) * size for size, pps in load) for load in loads], dtype=float),
        )

    def copy(self) -> Cluster:
        return Cluster(self.switching, self.normalisation, self.cpu, *(one.copy() for one in self._sums()))

    def costs(self) -> Any:
        """The cores that switching takes on each server."""
        return self._combined(self.count, self.total, self.weight)

    def free(self) -> Any:
        return self.cpu - self.guest - self.costs()

    def _combined(self, count: Any, total: Any, weight: Any) -> Any:
        return COMBINED[self.normalisation](Load(np.maximum(count, 1.0), total, weight), self.switching.alpha)

    def overfull(self) -> bool:
        """Whether a server has more than it can carry, as one may where sub-chains have left it and costs are not monotone."""
        return bool((self.free() < -SLACK).any())

    def add(self, chain: Chain, places: tuple[int, ...]) -> float:
        """Put the chain there; the cores of switching that it adds."""
        blocks = blocks_of(places)
        used = list(blocks)
        before = self._costs_of(used)
        for server, block in blocks.items():
            self._put(server, chain, block)
        return float(np.sum(self._costs_of(used) - before))

    def rebuild(self, server: int, start: Cluster, parts: Iterable[tuple[Chain, list[int]]]) -> None:
        """Make a server carry what it carried at the ``start``, and these blocks: nothing is left of what was taken away."""
        for mine, first in zip(self._sums(), start._sums(), strict=True):
            mine[server] = first[server]
        for chain, block in parts:
            self._put(server, chain, block)

    def _sums(self) -> tuple[Any, Any, Any, Any]:
        return self.guest, self.count, self.total, self.weight

    def _put(self, server: int, chain: Chain, block: list[int]) -> None:
        runs = run_lengths(block)
        self.guest[server] += sum(chain.functions[one].cpu for one in block)
        self.count[server] += len(runs)
        self.total[server] += self.switching.unit(chain.pps) * sum(length**self.switching.alpha for length in runs)
        self.weight[server] += self.switching.weight(chain.pps) * len(block)

    def _costs_of(self, servers: Sequence[int]) -> Any:
        return self._combined(self.count[servers], self.total[servers], self.weight[servers])

    def table(self, chain: Chain, blocks: Blocks, allowed: Any = None) -> Any:
        """The added cost of each block on each server, with a nanocore for each run; infinite where it does not fit.

        :param allowed: functions × servers, whether the function may run there; None where all may
        :return: blocks × servers
        """
        shape, members = _numbers(blocks)
        unit, weight = self.switching.unit(chain.pps), self.switching.weight(chain.pps)
        runs, powers, sizes = _shapes(blocks, self.switching.alpha)
        with np.errstate(over="ignore", invalid="ignore"):
            after = self._combined(self.count + runs, self.total + unit * powers, self.weight + weight * sizes)
            rise = np.round(after - self.costs(), DECIMALS) + NANOCORE * runs
            room = self.cpu + SLACK - self.guest - after
            guest = members @ np.array([one.cpu for one in chain.functions])
            fits = guest[:, None] <= room[shape]
        if allowed is not None:
            fits &= (members @ ~allowed) == 0
        for broken in _broken(blocks, chain):
            fits[broken] = False
        return np.where(fits, rise[shape], np.inf)


def indices(numbers: Iterable[int]) -> Any:
    return np.array(list(numbers), dtype=int)


def cheapest_of_each(costs: Any, most: int) -> list[list[tuple[float, int]]]:
    """For each block its ``most`` cheapest servers with their costs, those that are equal by name."""
    order = np.argsort(costs, axis=1, kind="stable")[:, :most]
    return [
        [(float(row[one]), int(one)) for one in servers if np.isfinite(row[one])]
        for row, servers in zip(costs, order, strict=True)
    ]


def room_of(cluster: Cluster) -> Any:
    """The cores free on each server, and never less than none."""
    return np.maximum(cluster.free(), 0.0)


def row_numbers(costs: Any, order: Any) -> list[int]:
    """The servers on which a block fits, by ``order`` and then by name."""
    fitting = np.flatnonzero(np.isfinite(costs))
    return [int(one) for one in fitting[np.argsort(np.round(order[fitting], DECIMALS - 3), kind="stable")]]


def shortlists(costs: Any, order: Any, sites: Iterable[Any], most: int) -> list[list[int]]:
    """For each block the servers on which it fits, by ``order`` and then by name, and of each site only the first ``most``."""
    ranking = np.argsort(np.round(order, DECIMALS - 3), kind="stable")
    inside = [np.isin(ranking, site) for site in sites]
    found = []
    for row in costs:
        fits = np.isfinite(row[ranking])
        kept = np.zeros(len(ranking), dtype=bool)
        for site in inside:
            kept[np.flatnonzero(fits & site)[:most]] = True
        found.append([int(one) for one in ranking[kept]])
    return found


def truths(rows: Sequence[Sequence[bool]]) -> Any:
    return np.array(rows, dtype=bool)


def _broken(blocks: Blocks, chain: Chain) -> Iterable[int]:
    """The blocks that part functions which belong together, or join some that do not."""
    if not chain.affinity and not chain.anti_affinity:
        return
    for number, members in enumerate(map(frozenset, blocks.members)):
        parted = any(members & group and not group <= members for group in chain.affinity)
        if parted or any(len(members & group) > 1 for group in chain.anti_affinity):
            yield number


@functools.lru_cache(maxsize=64)
def _numbers(blocks: Blocks) -> tuple[Any, Any]:
    """The number of each block's shape, and blocks × functions: whether it is in the block."""
    members = np.zeros((len(blocks.masks), blocks.length))
    for row, functions in enumerate(blocks.members):
        members[row, list(functions)] = 1
    return np.array(blocks.shape), members


@functools.lru_cache(maxsize=64)
def _shapes(blocks: Blocks, alpha: float) -> tuple[Any, Any, Any]:
    """Of each shape: its runs, the sum of length^alpha, its functions; as columns."""
    columns = [(len(shape), sum(length**alpha for length in shape), sum(shape)) for shape in blocks.shapes]
    return tuple(np.array(column, dtype=float)[:, None] for column in zip(*columns, strict=True))


@dataclass(frozen=True)
class Steps:
    """For each set of functions M, the blocks B within M, as flat arrays.

    ``row`` is the block's number plus one (0 is the empty block), ``rest`` is M - B, and ``start`` is where M begins.
    """

    row: Any
    rest: Any
    start: Any


@functools.lru_cache(maxsize=64)
def _steps(blocks: Blocks) -> Steps:
    every = np.arange(1 << blocks.length)
    masks = np.array(blocks.masks)
    sets = [every, *(every[every & mask == mask] for mask in masks)]
    rows = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    within = np.concatenate(sets)
    rest = within ^ np.concatenate([[0], masks])[rows]
    order = np.lexsort((rows, within))
    start = np.searchsorted(within[order], every)
    return Steps(rows[order], rest[order], start)


@dataclass(frozen=True)
class Cover:
    """What a dynamic program over some servers has found.

    ``tables[k][M]`` is the least cost of the functions M on the first k of ``servers``.
    """

    blocks: Blocks
    costs: Any
    servers: Sequence[int]
    tables: Sequence[Any]

    def places(self, mask: int) -> dict[int, int]:
        """A server for each function of ``mask``, at the least cost.

        A server that is not needed takes nothing, and of equal blocks a later server takes that of the latest functions.
        """
        found: dict[int, int] = {}
        for before, after, server in zip(self.tables[-2::-1], self.tables[:0:-1], reversed(self.servers), strict=True):
            if before[mask] == after[mask]:
                continue
            mask = self._taken(mask, server, before, found)
        return found

    def _taken(self, mask: int, server: int, before: Any, found: dict[int, int]) -> int:
        inside = [number for number, block in enumerate(self.blocks.masks) if block & mask == block][::-1]
        costs = [before[mask ^ self.blocks.masks[number]] + self.costs[number, server] for number in inside]
        chosen = self.blocks.masks[inside[int(np.argmin(costs))]]
        found.update({bit: server for bit in range(self.blocks.length) if chosen >> bit & 1})
        return mask ^ chosen


def cover(costs: Any, blocks: Blocks, servers: Sequence[int]) -> Cover:
    """The least cost of every set of functions on ``servers``, each of which takes one block or none.

    :param costs: blocks × all servers
    """
    steps = _steps(blocks)
    table = np.full(1 << blocks.length, np.inf)
    table[0] = 0.0
    tables = [table]
    column = np.zeros(len(blocks.masks) + 1)
    for server in servers:
        column[1:] = costs[:, server]
        tables.append(np.minimum.reduceat(tables[-1][steps.rest] + column[steps.row], steps.start))
    return Cover(blocks, costs, servers, tables)


def candidates(costs: Any, blocks: Blocks, among: Any) -> list[int]:
    """The servers that an optimal cover may need.

    A cover that has k blocks besides B can always put B on one of the k + 1 servers that are cheapest for B, and k is at most
    the number of the other functions. Where costs are equal, the first by name are taken.

    :param among: the numbers of the servers to choose from, in order
    """
    needed = np.zeros(len(among), dtype=bool)
    sizes = _numbers(blocks)[1].sum(axis=1)
    for size in range(1, blocks.length + 1):
        rows, most = costs[np.ix_(sizes == size, among)], blocks.length - size + 1
        if not len(rows):
            continue
        needed |= _cheapest(rows, min(most, len(among)))
    return [int(one) for one in among[needed]]


def _cheapest(rows: Any, most: int) -> Any:
    """Whether a column is among the ``most`` least and finite of any row, the first of equal ones; ``rows`` is used up."""
    found, number = np.zeros(rows.shape[1], dtype=bool), np.arange(len(rows))
    for _turn in range(most):  # a sort, or numpy's partition, takes many times as long where most columns are equal
        least = rows.argmin(axis=1)
        found[least[np.isfinite(rows[number, least])]] = True
        rows[number, least] = np.inf
    return found


ROUNDS = 150
"""Steps of the search for prices; they only decide how soon the branch and bound ends."""


def prices(tables: Sequence[Any], least: float) -> list[float]:
    """Prices of the functions at which sites that buy what suits them best buy each function about once (a subgradient ascent).

    :param tables: for each site, the least cost of each set of functions; at least one of all functions is finite
    :param least: the least cost where latency does not matter, which no bound exceeds
    """
    costs, length = np.stack(tables), len(tables[0]).bit_length() - 1
    members = np.arange(1 << length)[:, None] >> np.arange(length) & 1
    price = np.full(length, least / length)
    best, bound = price, -np.inf
    for _round in range(ROUNDS):
        gains = costs - members @ price
        bought = gains.argmin(axis=1)
        reached = price.sum() + gains[np.arange(len(costs)), bought].sum()
        if reached > bound:
            best, bound = price, reached
        lack = 1 - members[bought].sum(axis=0)
        if not lack.any() or least - reached <= DUST:
            break
        price = price + (least - reached) / (lack @ lack) * lack
    return [float(one) for one in best]
