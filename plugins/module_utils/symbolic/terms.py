# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bits of vectors were computed from: terms over input symbols, and their values in any algebra.

A bit of a packet set does not tell how it came about. :class:`Terms` remembers it, so that a vector can be told as
text (:class:`Texts`), computed for one packet (:class:`Numbers`) or given to a solver (see :mod:`.bitvectors`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

Vector = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Operation:
    """``operator`` is one of ``+ - == <``, and ``width`` that of the result; ``symbols`` are all that it depends on."""

    operator: str
    left: tuple[Part, ...]
    right: tuple[Part, ...]
    width: int
    symbols: frozenset[str]


Term: TypeAlias = "str | int | Operation"
"""A symbol by name, a constant, or the result of an operation."""


class Part(NamedTuple):
    """``width`` bits of a term, from bit ``low`` upwards."""

    term: Term
    low: int
    width: int


class Algebra(Protocol):
    """What terms can be valued in; ``pieces`` are a value, the lowest bit and the width, the most significant first."""

    def symbol(self, name: str) -> Any: ...

    def joined(self, pieces: Sequence[tuple[Any, int, int]]) -> Any: ...

    def apply(self, operation: Operation, left: Any, right: Any) -> Any: ...


class Terms:
    """The terms of one universe of packet sets.

    :param empty: the set that stands for a bit that is 0
    :param full: the set that stands for a bit that is 1
    """

    def __init__(self, empty: Any, full: Any):
        self._bits: dict[Any, tuple[Term, int]] = {empty: (0, 0), full: (1, 0)}
        self._operations: dict[tuple[str, Vector, Vector], Operation] = {}
        self._numbers: dict[Operation, int] = {}

    def remember(self, term: Term, value: Vector) -> None:
        """Bits that are known already keep the term that they had first: both are the same function."""
        for at, bit in enumerate(reversed(value)):
            self._bits.setdefault(bit, (term, at))

    def operation(self, operator: str, left: Vector, right: Vector) -> Operation:
        """The same one for the same operands.

        :raises KeyError: an operand has a bit that nothing is known of
        """
        key = (operator, left, right)
        if key not in self._operations:
            operands = self.parts(left), self.parts(right)
            symbols = frozenset().union(*(_symbols(part.term) for parts in operands for part in parts))
            made = Operation(operator, *operands, len(left) if operator in "+-" else 1, symbols)
            self._operations[key] = made
            self._numbers[made] = len(self._numbers)
        return self._operations[key]

    def parts(self, vector: Vector) -> tuple[Part, ...]:
        """A vector as the longest parts of terms, the most significant first."""
        found: list[Part] = []
        for term, at in map(self._bits.__getitem__, vector):
            last = found[-1] if found else None
            if last and isinstance(term, int) and isinstance(last.term, int):
                found[-1] = Part(last.term << 1 | term, 0, last.width + 1)
            elif last and last.term is term and last.low == at + 1:
                found[-1] = Part(term, at, last.width + 1)
            else:
                found.append(Part(term, at, 1))
        return tuple(found)

    def value(self, wanted: Operation, algebra: Algebra, known: dict[Operation, Any]) -> Any:
        """The value of an operation; ``known`` are those that were computed before, and are after."""
        for operation in sorted(self._missing(wanted, known), key=self._numbers.__getitem__):
            sides = (
                algebra.joined([(self._valued(part.term, algebra, known), part.low, part.width) for part in parts])
                for parts in (operation.left, operation.right)
            )
            known[operation] = algebra.apply(operation, *sides)
        return known[wanted]

    def _missing(self, wanted: Operation, known: Mapping[Operation, Any]) -> set[Operation]:
        """The operation and those below it; a chain of them may be longer than what recursion bears."""
        found: set[Operation] = set()
        waiting = [wanted]
        while waiting:
            operation = waiting.pop()
            if operation not in known and operation not in found:
                found.add(operation)
                waiting += [part.term for part in (*operation.left, *operation.right) if isinstance(part.term, Operation)]
        return found

    def _valued(self, term: Term, algebra: Algebra, known: Mapping[Operation, Any]) -> Any:
        if isinstance(term, Operation):
            return known[term]
        return term if isinstance(term, int) else algebra.symbol(term)


def _symbols(term: Term) -> frozenset[str]:
    if isinstance(term, Operation):
        return term.symbols
    return frozenset() if isinstance(term, int) else frozenset({term})


class Numbers:
    """The values in one packet, which has ``values`` of the symbols; a symbol without one is zero."""

    def __init__(self, values: Mapping[str, int]):
        self._values = values

    def symbol(self, name: str) -> int:
        return self._values.get(name, 0)

    def joined(self, pieces: Sequence[tuple[int, int, int]]) -> int:
        answer = 0
        for value, low, width in pieces:
            answer = answer << width | value >> low & ((1 << width) - 1)
        return answer

    def apply(self, operation: Operation, left: int, right: int) -> int:
        return OPERATORS[operation.operator](left, right) & ((1 << operation.width) - 1)


OPERATORS = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "==": lambda left, right: left == right,
    "<": lambda left, right: left < right,
}


class Texts:
    """Terms as SEFL writes them: ``ip.src + bits(tcp.seq, 0, 16) < 80``. Only a whole symbol goes without ``bits``.

    :param widths: of all symbols
    """

    def __init__(self, widths: Mapping[str, int]):
        self._widths = widths

    def symbol(self, name: str) -> tuple[str, int]:
        return name, self._widths[name]

    def joined(self, pieces: Sequence[tuple[Any, int, int]]) -> str:
        """Zeros before one part are ``extend``; parts of several terms are joined by ``::``."""
        told = [self._piece(*piece) for piece in pieces]
        if len(pieces) == 2 and pieces[0][0] == 0:
            return f"extend({told[1].strip('()')}, {pieces[0][2] + pieces[1][2]})"
        return told[0] if len(told) == 1 else f"({' :: '.join(told)})"

    def _piece(self, value: Any, low: int, width: int) -> str:
        if isinstance(value, int):
            return str(value)
        text, whole = value
        plain = text if " " not in text else f"({text})"
        return plain if (low, width) == (0, whole) else f"bits({text}, {low}, {width})"

    def apply(self, operation: Operation, left: str, right: str) -> tuple[str, int]:
        return f"{left} {operation.operator} {right}", operation.width
