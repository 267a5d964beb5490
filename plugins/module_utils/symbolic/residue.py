# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The residue: relations and sums of unknowns that are too large for packet sets, left to a solver.

Such a value becomes a *derived* symbol: bits of its own in the sets, and an operation on other symbols that defines
it. So sets over derived symbols are joined, met and complemented like all others, and stay exact as formulas; but a
set may be without packets although it is not empty, where no packet has such values. Only that question is left to
the solver, and of the set only the part that is connected with the definitions (cf. lazy satisfiability modulo
theories: R. Nieuwenhuis, A. Oliveras, C. Tinelli, Solving SAT and SAT modulo theories, JACM 2006).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .bitvectors import EFFORT, BitVectors, Undecided
from .terms import Numbers, Operation, Texts

if TYPE_CHECKING:
    from .packet_sets import PacketSet, PacketSets

RECENT = 16
"""Packets that answered a question and are tried on the next."""


class Residue:
    """The derived symbols of one universe of packet sets.

    What was asked once is not asked again, and a packet that answered one question is tried on the next.
    """

    def __init__(self, sets: PacketSets, effort: int = EFFORT):
        self._sets = sets
        self._effort = effort
        self._solver: BitVectors | None = None
        self._texts: dict[Operation, Any] = {}
        self._formulas: dict[Any, Any] = {}
        self._packets: deque[Mapping[str, int]] = deque(maxlen=RECENT)
        self._answers: dict[PacketSet, Mapping[str, int] | Undecided | None] = {}
        self.derived: dict[str, Operation] = {}
        self.gave_up: str | None = None

    def name(self, operation: Operation) -> str:
        """The derived symbol that stands for an operation: its text over input symbols."""
        text = self._sets.terms.value(operation, Texts(self._sets.widths), self._texts)[0]
        self.derived[text] = operation
        return text

    def is_relation(self, name: str) -> bool:
        """Whether the symbol is derived and says no more than whether something holds."""
        return name in self.derived and self.derived[name].operator not in "+-"

    def depending(self, names: Iterable[str]) -> list[str]:
        """The derived symbols whose value may change with one of these symbols."""
        changed = set(names)
        return [name for name, operation in self.derived.items() if operation.symbols & changed]

    def among(self, packets: PacketSet) -> list[str]:
        """The derived symbols that the set speaks of."""
        if not self.derived or self._sets.forget(packets, self.derived) == packets:
            return []
        return [name for name in self.derived if self._sets.forget(packets, [name]) != packets]

    def connected(self, packets: PacketSet) -> list[str]:
        """The same with the symbols that they depend on."""
        names = self.among(packets)
        return [*names, *sorted(frozenset().union(*(self.derived[name].symbols for name in names)))]

    def completed(self, values: Mapping[str, int]) -> Mapping[str, int]:
        """The values with those of the derived symbols that are not among them."""
        missing = [name for name in self.derived if name not in values]
        if not missing:
            return values
        known = {one: values[name] for name, one in self.derived.items() if name in values}
        numbers = Numbers(values)
        return {**values, **{name: self._sets.terms.value(self.derived[name], numbers, known) for name in missing}}

    def solve(self, packets: PacketSet) -> dict[str, int] | None:
        """The values of all symbols in one packet of the set; None where there is none.

        :raises Undecided: the solver gave up
        """
        connected = self.connected(packets)
        if connected:
            part = self._sets.forget(packets, [name for name in self._sets.names if name not in connected])
            found = self._decided(part, [name for name in connected if name not in self.derived])
            if found is None:
                return None
            packets = packets & self._sets.just(self._completed(found, connected))
        found = self._sets.any(packets)
        return None if found is None else self._completed(found, self._sets.names)

    def _completed(self, values: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
        """The values of these symbols, those of derived ones computed from the others."""
        complete = self.completed({name: value for name, value in values.items() if name not in self.derived})
        return {name: complete.get(name, 0) for name in names}

    def _decided(self, part: PacketSet, symbols: list[str]) -> Mapping[str, int] | None:
        if part not in self._answers:
            try:
                self._answers[part] = self._tried(part) or self._solved(part, symbols)
            except Undecided as error:
                self._answers[part], self.gave_up = error, str(error)
        answer = self._answers[part]
        if isinstance(answer, Undecided):
            raise answer
        return answer

    def _tried(self, part: PacketSet) -> Mapping[str, int] | None:
        self._packets = deque(map(self.completed, self._packets), RECENT)
        return next((values for values in self._packets if self._sets.contains(part, values)), None)

    def _solved(self, part: PacketSet, symbols: list[str]) -> dict[str, int] | None:
        self._solver = self._solver or BitVectors(self._sets.widths, self._effort)
        found = self._solver.solve(self._formula(part), symbols)
        if found is not None:
            self._packets.append(found)
        return found

    def _formula(self, part: PacketSet) -> Any:
        """The set as a condition on the input symbols: each node of its diagram a choice, each derived bit its term."""
        solver, formulas = self._solver, self._formulas
        formulas |= {self._sets.empty: solver.empty, self._sets.full: solver.full}
        waiting = [part]
        while waiting:
            node = waiting[-1]
            high, low = (node, node) if node in formulas else node.cofactors()
            missing = [one for one in (high, low) if one not in formulas]
            waiting += missing
            if not missing:
                waiting.pop()
                if node not in formulas:
                    name, at = self._sets.bit(node)
                    formulas[node] = solver.choose(self._bits(name), at, formulas[high], formulas[low])
        return formulas[part]

    def _bits(self, name: str) -> Any:
        if name not in self.derived:
            return self._solver.symbol(name)
        return self._sets.terms.value(self.derived[name], self._solver, self._formulas)
