# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagram of a long list of ranges, such as the prefixes behind one port of a router, level by level.

One bit at a time from the least significant: a block of numbers is known as soon as its two halves are, and only
blocks with a border inside are looked at, so the cost is near linear in the ranges whatever their width. This is the
only file of the symbolic execution that knows numpy.
"""

from __future__ import annotations

from collections.abc import Sequence

try:
    import numpy as np
except ImportError:  # said where it is needed, see diagram
    np = None

WIDEST = 62
"""Bits of a number, at the most: what 64-bit integers hold with room for a pair of node numbers."""

Level = tuple[list[int], list[int]]
"""Of each node of a level the node for a 0 and the node for a 1 of its bit."""


def diagram(ranges: Sequence[tuple[int, int]], width: int) -> tuple[list[Level], int] | None:
    """The levels of the diagram, the least significant bit first, and its root.

    Nodes are numbered over all levels in order, from 2 on; 0 is the empty set and 1 the full one.

    :param ranges: sorted, disjoint pairs of a first and a last number
    :return: None where numpy is missing or the numbers are wider than :data:`WIDEST` bits
    """
    if np is None or width > WIDEST:
        return None
    pairs = np.asarray(ranges, dtype=np.int64)
    borders = np.unique(np.concatenate([pairs[:, 0], pairs[:, 1] + 1]))
    inside = _Membership(pairs)
    levels: list[Level] = []
    blocks = codes = np.empty(0, np.int64)
    count = 2
    for bit in range(width):
        split = _distinct(borders[borders & ((2 << bit) - 1) != 0] >> (bit + 1))
        halves = [_codes(split * 2 + half, bit, inside, blocks, codes) for half in (0, 1)]
        blocks, codes, level = _numbered(split, halves, count)
        levels.append(level)
        count += len(level[0])
    root = int(codes[0]) if len(codes) else int(inside.of(np.zeros(1, np.int64))[0])
    return levels, root


def _distinct(numbers: np.ndarray) -> np.ndarray:
    """Sorted numbers, each once; quicker than numpy's own, which does not know that they are sorted."""
    return numbers[np.concatenate([np.ones(min(1, len(numbers)), bool), numbers[1:] != numbers[:-1]])]


class _Membership:
    """Which numbers lie in the ranges."""

    def __init__(self, pairs: np.ndarray):
        self._first, self._last = pairs[:, 0], pairs[:, 1]

    def of(self, numbers: np.ndarray) -> np.ndarray:
        at = np.searchsorted(self._first, numbers, "right") - 1
        return ((at >= 0) & (numbers <= self._last[at])).astype(np.int64)


def _codes(halves: np.ndarray, bit: int, inside: _Membership, blocks: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The nodes of blocks of 2^bit numbers: those of the level below, or all or nothing where no border is inside."""
    answer = inside.of(halves << bit)
    if len(blocks):
        at = np.minimum(np.searchsorted(blocks, halves), len(blocks) - 1)
        known = blocks[at] == halves
        answer[known] = codes[at[known]]
    return answer


def _numbered(split: np.ndarray, halves: list[np.ndarray], count: int) -> tuple[np.ndarray, np.ndarray, Level]:
    """Give equal pairs of halves one number; a block whose halves are the same is that half."""
    pairs, which = np.unique(halves[0] * (count + 1) + halves[1], return_inverse=True)
    low, high = pairs // (count + 1), pairs % (count + 1)
    different = low != high
    numbers = np.where(different, count - 1 + np.cumsum(different), low)
    return split, numbers[which], (low[different].tolist(), high[different].tolist())
