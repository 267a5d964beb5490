# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Relations and sums of vectors as sets, built bit by bit: what is done with ``&``, ``|``, ``^``, ``~`` and ``ite`` alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .range_diagrams import Level, diagram

PacketSet = Any
"""An OxiDD function; the library's own type says nothing more."""
Vector = tuple[PacketSet, ...]
Ranges = Sequence[tuple[int, int]]

LARGEST = 1 << 16
"""Nodes of one relation or one bit of a sum, at the most. Two fields of 14 bits fit, of 16 bits only interleaved: sets over
the larger ones cost more than a solver."""
MANY = 32
"""Ranges from which on a diagram is built level by level."""


class TooLarge(Exception):
    """A relation or a sum takes more than :data:`LARGEST` nodes."""


class Relations:
    """Relations and sums over sets of one kind.

    :param empty: the set of no packets
    :param full: the set of all packets
    :param largest: nodes of one relation or one bit of a sum, from which on building it raises TooLarge
    """

    def __init__(self, empty: PacketSet, full: PacketSet, largest: int = LARGEST):
        self.empty = empty
        self.full = full
        self._largest = largest
        self._constants: dict[tuple[int, int], Vector] = {}

    def constant(self, value: int, width: int) -> Vector:
        key = (value, width)
        if key not in self._constants:
            self._constants[key] = tuple(self.full if value >> at & 1 else self.empty for at in reversed(range(width)))
        return self._constants[key]

    def union(self, sets: Iterable[PacketSet]) -> PacketSet:
        """The union of many sets, joined in pairs so that most joins are of small ones."""
        row = list(sets) or [self.empty]
        while len(row) > 1:
            row = [a | b for a, b in zip(row[::2], row[1::2], strict=False)] + row[len(row) & ~1 :]
        return row[0]

    # Relations of vectors; all vectors of one relation have the same width.

    def built_equal(self, left: Vector, right: Vector) -> PacketSet:
        """Where both are the same.

        :raises TooLarge: the relation does not fit
        """
        answer = self.full
        for a, b in zip(reversed(left), reversed(right), strict=True):
            answer = self._small(a.equiv(b) & answer)
            if answer == self.empty:
                break
        return answer

    def built_less(self, left: Vector, right: Vector) -> PacketSet:
        """Where ``left < right``, both unsigned.

        :raises TooLarge: the relation does not fit
        """
        answer = self.empty
        for a, b in zip(reversed(left), reversed(right), strict=True):
            answer = self._small((a ^ b).ite(b, answer))
        return answer

    def _small(self, packets: PacketSet) -> PacketSet:
        if packets.node_count() > self._largest:
            raise TooLarge
        return packets

    def masked(self, vector: Vector, match: int, mask: int) -> PacketSet:
        """Where ``vector & mask == match``."""
        if match & ~mask:
            return self.empty
        wanted = (at for at in range(len(vector)) if mask >> at & 1)
        return self._all(vector[-1 - at] if match >> at & 1 else ~vector[-1 - at] for at in wanted)

    def _all(self, sets: Iterable[PacketSet]) -> PacketSet:
        """The intersection of sets, the lowest variable last; no further than it is empty."""
        answer = self.full
        for one in sets:
            answer = one & answer
            if answer == self.empty:
                break
        return answer

    def at_least(self, vector: Vector, low: int) -> PacketSet:
        answer = self.full
        for at, bit in enumerate(reversed(vector)):
            answer = bit & answer if low >> at & 1 else bit | answer
        return answer

    def at_most(self, vector: Vector, high: int) -> PacketSet:
        answer = self.full
        for at, bit in enumerate(reversed(vector)):
            answer = ~bit | answer if high >> at & 1 else ~bit & answer
        return answer

    def within(self, vector: Vector, ranges: Ranges) -> PacketSet:
        """Where the value lies in one of the ranges, sorted and disjoint pairs of a first and a last number."""
        if len(ranges) > MANY and (found := diagram(ranges, len(vector))):
            return self._of_diagram(vector, *found)
        return self.union(self._between(vector, low, high) for low, high in ranges)

    def _of_diagram(self, vector: Vector, levels: Sequence[Level], root: int) -> PacketSet:
        nodes = [self.empty, self.full]
        for bit, level in zip(reversed(vector), levels, strict=True):
            choose = bit.ite
            nodes += [choose(nodes[high], nodes[low]) for low, high in zip(*level, strict=True)]
        return nodes[root]

    def _between(self, vector: Vector, low: int, high: int) -> PacketSet:
        size = high - low
        if size & (size + 1) == 0 and low & size == 0:  # all numbers with one prefix
            return self.masked(vector, low, (1 << len(vector)) - 1 - size)
        return self.at_least(vector, low) & self.at_most(vector, high)

    # Arithmetic.

    def built_sum(self, left: Vector, right: Vector, *, subtract: bool = False) -> Vector:
        """``left + right`` or ``left - right`` modulo 2^width.

        :raises TooLarge: a bit of it does not fit
        """
        carry = self.full if subtract else self.empty
        right = tuple(~bit for bit in right) if subtract else right
        answer = []
        for a, b in zip(reversed(left), reversed(right), strict=True):
            odd = a ^ b
            answer.append(self._small(odd ^ carry))
            carry = odd.ite(carry, a)
        return tuple(reversed(answer))
