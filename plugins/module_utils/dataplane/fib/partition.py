# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The longest-prefix match of a whole table at once: which interval of addresses leaves where.

The answer covers every address exactly once, so questions about all packets ("what can leave by this
port?") become questions about a few sorted numbers.
"""

from __future__ import annotations

import functools
import typing as t
from bisect import bisect_right
from dataclasses import dataclass, field

from ...core.errors import UnavailableError
from .addresses import WIDTH
from .table import DROP, Egress, Route, Table

if t.TYPE_CHECKING:
    import numpy as np

NO_ROUTE = -1


@dataclass(frozen=True, eq=False)
class Partition:
    """Disjoint intervals that cover all addresses, in ascending order.

    Interval ``i`` holds the addresses ``starts[i]`` to ``ends[i]``, both included. They leave by
    ``egresses[choices[i]]``, and ``table.routes[deciders[i]]`` says so; where no route covers them,
    ``deciders[i]`` is :data:`NO_ROUTE` and the egress is drop. Neighbours differ in the route, not always
    in the egress. The four arrays have one shape, (intervals,); ``starts`` and ``ends`` are int64 for
    IPv4 and Python's numbers (dtype object) for IPv6.
    """

    table: Table = field(repr=False)
    starts: np.ndarray
    ends: np.ndarray
    choices: np.ndarray
    deciders: np.ndarray
    egresses: tuple[Egress, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def decide(self, address: int) -> tuple[Egress, Route | None]:
        """Where one address (0 to 2^32 - 1, or 2^128 - 1) leaves, and the route that says so (None: no route).

        Time: O(log intervals).
        """
        index = bisect_right(self.starts, address) - 1
        decider = int(self.deciders[index])
        return self.egresses[self.choices[index]], None if decider == NO_ROUTE else self.table.routes[decider]

    def intervals(self, choice: int) -> tuple[np.ndarray, np.ndarray]:
        """``(starts, ends)`` of all that leaves by ``egresses[choice]``, neighbours joined; O(intervals)."""
        mine = self.choices == choice
        firsts, lasts = mine.copy(), mine.copy()
        firsts[1:] &= ~mine[:-1]
        lasts[:-1] &= ~mine[1:]
        return self.starts[firsts], self.ends[lasts]


def partition(table: Table) -> Partition:
    """The intervals of each egress of a table by the longest-prefix match.

    The starts of the prefixes and the addresses after their ends cut all addresses into segments. Prefixes
    are painted over the segments, the shorter before the longer ones, each length in one stroke: two
    prefixes of one length never overlap, and of all that cover a segment the longest is painted last. At
    last, neighbouring segments with the same route are joined.

    Example: 0.0.0.0/0 → a and 128.0.0.0/1 → b give two segments; the first stroke paints both with route
    0, the second the upper one with route 1.

    Time: O(n log n + d·n) for n routes of d different lengths, all of it in numpy. Memory: O(n). Should a
    prefix stand in the table more than once, its first route counts.

    :raises UnavailableError: when numpy is not installed
    """
    np = _numpy()
    lengths = np.array(table.lengths, dtype=np.int64)
    points, lows, highs = _segments(table)
    owners = np.full(len(points) - 1, NO_ROUTE, dtype=np.int64)
    for length in np.unique(lengths):
        routes = np.flatnonzero(lengths == length)[::-1]  # the last stroke stays: that of the first route
        counts = highs[routes] - lows[routes]
        begins = np.cumsum(counts) - counts
        owners[np.arange(counts.sum()) + np.repeat(lows[routes] - begins, counts)] = np.repeat(routes, counts)
    return _joined(table, points, owners)


def _segments(table: Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(points, lows, highs)``: segment ``i`` is from ``points[i]`` up to, not including, ``points[i + 1]``.

    Route ``r`` covers the segments ``lows[r]`` up to, not including, ``highs[r]``. Shapes: (segments + 1,),
    (routes,), (routes,).
    """
    np = _numpy()
    count, width = len(table), WIDTH[table.version]
    if table.version == 4:
        starts = np.array(table.prefixes, dtype=np.int64)
        stops = starts + (1 << width - np.array(table.lengths, dtype=np.int64))
        points, ranks = np.unique(np.concatenate((starts, stops, (0, 1 << width))), return_inverse=True)
        return points, ranks[:count], ranks[count : 2 * count]
    stops = [prefix + (1 << width - length) for prefix, length in zip(table.prefixes, table.lengths, strict=True)]
    points, ranks = _ranked([*table.prefixes, *stops, 0])
    highs = ranks[count : 2 * count]
    return np.append(points, 1 << width), ranks[:count], np.where(highs == 0, len(points), highs)


def _ranked(numbers: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The different numbers below 2^128 in ascending order (dtype object), and the place of each given one there.

    They are sorted as two halves of 64 bits. 2^128 itself, where the last prefix stops, counts as 0.
    """
    np = _numpy()
    half = (1 << 64) - 1
    high = np.array([number >> 64 & half for number in numbers], dtype=np.uint64)
    low = np.array([number & half for number in numbers], dtype=np.uint64)
    order = np.lexsort((low, high))
    high, low = high[order], low[order]
    fresh = np.concatenate(([True], (high[1:] != high[:-1]) | (low[1:] != low[:-1])))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.cumsum(fresh) - 1
    return high[fresh].astype(object) << 64 | low[fresh].astype(object), ranks


def _joined(table: Table, points: np.ndarray, owners: np.ndarray) -> Partition:
    """The partition of segments that belong to routes (shape (segments,)), neighbours with one route joined."""
    np = _numpy()
    changes = np.flatnonzero(np.diff(owners)) + 1
    firsts = np.concatenate(([0], changes))
    stops = np.concatenate((changes, [len(owners)]))
    deciders = owners[firsts]
    egresses = table.egresses if DROP in table.egresses else (*table.egresses, DROP)
    choices = np.array((*table.choices, egresses.index(DROP)), dtype=np.int64)[deciders]  # NO_ROUTE: the last
    return Partition(table, points[firsts], points[stops] - 1, choices, deciders, egresses)


@functools.cache
def _numpy() -> t.Any:
    try:
        import numpy
    except ImportError as missing:
        raise UnavailableError("the Python library numpy is missing; install it for the Python that runs Ansible") from missing
    return numpy
