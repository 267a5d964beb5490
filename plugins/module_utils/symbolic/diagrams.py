# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets as binary decision diagrams; the only file that knows OxiDD.

Symbols come one below the other in the order in which they are declared; :meth:`Diagrams.declare` interleaves those that
are declared together, which relations between two fields need: equality of two 32-bit fields takes 98 nodes interleaved,
and more than 2^32 one after the other.

Source: R. Bryant, Graph-based algorithms for Boolean function manipulation, IEEE ToC 1986.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import and_

from ..core.errors import FailedError, InputError
from .relations import LARGEST, PacketSet, Relations, Vector

try:
    from oxidd.bcdd import BCDDManager
    from oxidd.util import DDMemoryError
except ImportError:  # said where it is needed, see Diagrams
    BCDDManager = None
    DDMemoryError = MemoryError

NODES = 1 << 25
CACHE = 1 << 18


class OutOfMemory(FailedError):
    """The sets need more nodes than were allowed."""


@contextmanager
def manager_errors() -> Iterator[None]:
    """Say in the collection's own words that memory ran out inside the block."""
    try:
        yield
    except DDMemoryError as error:
        raise OutOfMemory("the packet sets outgrew the memory that they may use") from error


class Diagrams(Relations):
    """The symbols of one analysis, and diagrams over their bits.

    :param nodes: how many BDD nodes may be alive, some 16 bytes each
    :param largest: nodes of one relation or one bit of a sum, from which on building it raises TooLarge
    :raises InputError: OxiDD is not installed
    """

    def __init__(self, nodes: int = NODES, largest: int = LARGEST):
        if BCDDManager is None:
            raise InputError("oxidd is missing in this Python: install it there with pip")
        self._manager = BCDDManager(nodes, CACHE, 1)
        super().__init__(self._manager.false(), self._manager.true(), largest)
        self._bits: dict[str, tuple[int, ...]] = {}
        self._places: dict[int, tuple[str, int]] = {}
        self.widths: dict[str, int] = {}

    def declare(self, widths: Mapping[str, int]) -> dict[str, Vector]:
        """New symbols whose bits alternate, from the most significant ones on."""
        for name in widths:
            if name in self._bits:
                raise ValueError(f"the symbol {name} is declared already")
        longest = max(widths.values(), default=0)
        places = [(at, name) for at in range(longest) for name, width in widths.items() if at >= longest - width]
        found: dict[str, list[int]] = {name: [] for name in widths}
        for number, (_at, name) in zip(self._manager.add_vars(len(places)), places, strict=True):
            found[name].append(number)
            self._places[number] = (name, widths[name] - len(found[name]))
        self._bits |= {name: tuple(numbers) for name, numbers in found.items()}
        self.widths |= widths
        return {name: self.vector(name) for name in widths}

    @property
    def names(self) -> list[str]:
        return list(self._bits)

    def __contains__(self, name: str) -> bool:
        """Whether a symbol is declared."""
        return name in self._bits

    def vector(self, name: str) -> Vector:
        return tuple(self._manager.var(number) for number in self._bits[name])

    # Sets.

    def forget(self, packets: PacketSet, names: Iterable[str]) -> PacketSet:
        """The packets that agree with one of ``packets`` but for these symbols."""
        numbers = sorted((number for name in names for number in self._bits[name]), reverse=True)
        if not numbers:
            return packets
        cube = self.full
        for number in numbers:  # from the bottom upwards, where each is one new node
            cube = self._manager.var(number) & cube
        return packets.exists(cube)

    def count(self, packets: PacketSet, names: Iterable[str]) -> int:
        """How many different values of these symbols the packets have."""
        kept = set(names)
        free = [name for name in self._bits if name not in kept]
        size = self._manager.num_vars()
        return self.forget(packets, free).sat_count(size) >> (size - sum(len(self._bits[name]) for name in kept))

    def any(self, packets: PacketSet) -> dict[str, int] | None:
        """The values of all symbols in one element of the set, zero where it does not matter; None for the empty set."""
        cube = packets.pick_cube()
        return None if cube is None else {name: self._number(cube, bits) for name, bits in self._bits.items()}

    def just(self, values: Mapping[str, int]) -> PacketSet:
        """The packets with exactly these values of these symbols."""
        parts = (self.masked(self.vector(name), value, -1 % (1 << len(self._bits[name]))) for name, value in values.items())
        return reduce(and_, parts, self.full)

    def number(self, vector: Vector, values: Mapping[str, int]) -> int:
        """The value of a vector where the symbols have these values; a symbol without one is zero."""
        bits = [
            (number, bool(values.get(name, 0) >> (len(numbers) - 1 - at) & 1))
            for name, numbers in self._bits.items()
            for at, number in enumerate(numbers)
        ]
        return reduce(lambda number, bit: number << 1 | bit.eval(bits), vector, 0)

    def contains(self, packets: PacketSet, values: Mapping[str, int]) -> bool:
        """Whether a packet with these values of all symbols is among them; a symbol without one is zero."""
        return bool(self.number((packets,), values))

    def bit(self, packets: PacketSet) -> tuple[str, int]:
        """The symbol that stands at the root of a diagram, and which of its bits, the least significant being 0."""
        return self._places[packets.node_var()]

    def ranges(self, packets: PacketSet, name: str) -> Iterator[tuple[int, int]]:
        """The values that a symbol has in a set which says something of this symbol alone: first and last, ascending."""
        pending: tuple[int, int] | None = None
        for low, high in self._runs(packets, self._bits[name], 0):
            if pending and low == pending[1] + 1:
                pending = (pending[0], high)
                continue
            if pending:
                yield pending
            pending = (low, high)
        if pending:
            yield pending

    def _runs(self, packets: PacketSet, bits: Sequence[int], prefix: int) -> Iterator[tuple[int, int]]:
        """Aligned blocks of values; neighbours may be two blocks where they could be one."""
        if packets == self.full:
            yield prefix << len(bits), ((prefix + 1) << len(bits)) - 1
        elif packets != self.empty:
            split = packets.node_var() == bits[0]
            for bit, part in (
                ((0, packets.cofactor_false()), (1, packets.cofactor_true())) if split else ((0, packets), (1, packets))
            ):
                yield from self._runs(part, bits[1:], prefix << 1 | bit)

    @staticmethod
    def _number(cube: Sequence[bool | None], bits: Iterable[int]) -> int:
        return reduce(lambda number, bit: number << 1 | bool(cube[bit]), bits, 0)
