# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of packets, exactly: diagrams over the bits of input symbols, and a solver for what they cannot hold.

A *set* is a Boolean function of the bits of input symbols: ``&``, ``|``, ``^``, ``~`` and ``-`` (as ``difference``)
work on it, equal sets are ``==``, and ``satisfiable()`` says whether it is not empty. A *vector* is a value as
functions of those bits: a tuple of sets, the most significant bit first. A constant, an input symbol, a part of
one and a sum of two are all vectors, so nothing below asks what kind of value it is given. A relation or a sum that
is too large for a diagram becomes a symbol of its own, see :mod:`.residue`; then ``satisfiable()`` says only that a set
may have packets, and :meth:`PacketSets.possible` and :meth:`PacketSets.example` whether it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .bitvectors import EFFORT, Undecided
from .diagrams import NODES, Diagrams, OutOfMemory, manager_errors
from .relations import LARGEST, PacketSet, Ranges, TooLarge, Vector
from .residue import Residue
from .terms import Operation, Terms

__all__ = ["OutOfMemory", "PacketSet", "PacketSets", "Ranges", "Vector", "manager_errors"]


class PacketSets(Diagrams):
    """The symbols of one analysis and the sets over them.

    :param nodes: how many BDD nodes may be alive, some 16 bytes each
    :param largest: nodes of one relation or one bit of a sum, from which on it is left to a solver
    :param effort: steps of that solver for one question
    :raises InputError: OxiDD is not installed
    """

    def __init__(self, nodes: int = NODES, largest: int = LARGEST, effort: int = EFFORT):
        super().__init__(nodes, largest)
        self._derived: dict[tuple[str, Vector, Vector], Vector] = {}
        self.terms = Terms(self.empty, self.full)
        self.residue = Residue(self, effort)

    def symbol(self, name: str, width: int) -> Vector:
        """A new symbol of ``width`` bits, below all others in the order of variables."""
        return self.symbols({name: width})[name]

    def symbols(self, widths: Mapping[str, int]) -> dict[str, Vector]:
        """New symbols whose bits alternate, from the most significant ones on."""
        found = self.declare(widths)
        for name, vector in found.items():
            self.terms.remember(name, vector)
        return found

    # Relations and arithmetic modulo 2^width; all vectors of one operation have the same width.

    def equal(self, left: Vector, right: Vector) -> PacketSet:
        return self._computed("==", left, right)[0]

    def less(self, left: Vector, right: Vector) -> PacketSet:
        """Where ``left < right``, both unsigned."""
        return self._computed("<", left, right)[0]

    def add(self, left: Vector, right: Vector) -> Vector:
        return self._computed("+", left, right)

    def subtract(self, left: Vector, right: Vector) -> Vector:
        return self._computed("-", left, right)

    def _computed(self, operator: str, left: Vector, right: Vector) -> Vector:
        """The result as a diagram, or as a symbol that is the same for the same operands."""
        key = (operator, left, right)
        if key in self._derived:
            return self._derived[key]
        try:
            with manager_errors():
                value = BUILT[operator](self, left, right)
        except (TooLarge, OutOfMemory):
            value = self._derived[key] = self._derive(self.terms.operation(*key))
        if operator in "+-":
            self.terms.remember(self.terms.operation(*key), value)
        return value

    def _derive(self, operation: Operation) -> Vector:
        name = self.residue.name(operation)
        value = self.declare({name: operation.width})[name]
        self.terms.remember(operation, value)
        return value

    # Packets.

    def chosen(self, packets: PacketSet, names: Iterable[str], least: bool) -> PacketSet:
        """The packets for which some choice of these symbols is among ``packets``; a lower bound for ``least``, else an upper.

        Both are the same unless ``packets`` speak of a derived symbol that depends on the choice. Then the upper bound leaves
        its value open, and the lower one leaves the choice in: it is to be read as *for some choice*, its complement as
        *for every one*.
        """
        derived = [name for name in self.residue.depending(names) if self.forget(packets, [name]) != packets]
        if derived and least:
            return packets
        return self.forget(packets, [*names, *derived])

    def possible(self, packets: PacketSet) -> bool:
        """Whether there may be a packet: False only where it is proven that there is none."""
        if not self.residue.among(packets):
            return packets.satisfiable()
        try:
            return self.residue.solve(packets) is not None
        except Undecided:
            return True

    def example(self, packets: PacketSet) -> Mapping[str, int] | None:
        """The values of all symbols in one packet, zero where it does not matter; None where none was found."""
        try:
            return self.residue.solve(packets)
        except Undecided:
            return None

    def number(self, vector: Vector, values: Mapping[str, int]) -> int:
        """The value of a vector in the packet with these values of all symbols; those of derived ones may be left out."""
        return super().number(vector, self.residue.completed(values))


BUILT: dict[str, Callable[[Diagrams, Vector, Vector], Vector]] = {
    "==": lambda sets, left, right: (sets.built_equal(left, right),),
    "<": lambda sets, left, right: (sets.built_less(left, right),),
    "+": Diagrams.built_sum,
    "-": lambda sets, left, right: sets.built_sum(left, right, subtract=True),
}
