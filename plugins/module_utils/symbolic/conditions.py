# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions as vectors and conditions as packet sets, for the values that one memory has.

Neither depends on which packets are looked at: a condition is the set of all packets that meet it, so it is
computed once for a memory and intersected with whatever arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import NamedTuple

from . import sefl
from .memory import Memory, PathError
from .packet_sets import PacketSet, PacketSets, Vector


class Truth(NamedTuple):
    """Where a condition holds and where looking at it is an error; nowhere else it is false."""

    holds: PacketSet
    wrong: PacketSet
    reason: str | None = None


class Evaluation:
    """Evaluates for one memory, in one element.

    :param fresh: makes the vector of a free choice from its name and width; None where none is allowed
    """

    def __init__(self, sets: PacketSets, memory: Memory, element: str, fresh: Callable[[sefl.Symbol], Vector] | None = None):
        self._sets = sets
        self._memory = memory
        self._element = element
        self._fresh = fresh

    # Expressions.

    def vector(self, expression: sefl.Expression, width: int | None = None) -> Vector:
        """The value, of ``width`` bits where one is given.

        :raises PathError: something unreadable, or widths that do not go together
        """
        value = EXPRESSIONS[type(expression)](self, expression, width)
        if width is not None and len(value) != width:
            raise PathError(f"a value of {width} bits is needed, not one of {len(value)}")
        return value

    def pair(self, left: sefl.Expression, right: sefl.Expression, width: int | None = None) -> tuple[Vector, Vector]:
        """Two operands of one width, which a number takes from the other."""
        if width is None and isinstance(left, sefl.Number) and left.width is None:
            second = self.vector(right)
            return self.vector(left, len(second)), second
        first = self.vector(left, width)
        return first, self.vector(right, len(first))

    def _number(self, number: sefl.Number, width: int | None) -> Vector:
        width = number.width or width
        if width is None:
            raise PathError(f"the number {number.value} has no width here: write it as {number.value}:WIDTH")
        if number.value >> width or number.value < 0:
            raise PathError(f"{number.value} does not fit into {width} bits")
        return self._sets.constant(number.value, width)

    def _read(self, read: sefl.Read, _width: int | None) -> Vector:
        return self._memory.read(read.target, self._element).value

    def _symbol(self, symbol: sefl.Symbol, _width: int | None) -> Vector:
        if self._fresh is None:
            raise PathError(f"a condition cannot choose the value {symbol.name}: assign it to metadata first")
        return self._fresh(symbol)

    def _sum(self, term: sefl.Sum, width: int | None) -> Vector:
        return self._sets.add(*self.pair(term.left, term.right, width))

    def _difference(self, term: sefl.Difference, width: int | None) -> Vector:
        return self._sets.subtract(*self.pair(term.left, term.right, width))

    def _slice(self, term: sefl.Slice, _width: int | None) -> Vector:
        value = self.vector(term.value)
        if term.low < 0 or term.width < 1 or term.low + term.width > len(value):
            raise PathError(f"bits {term.low} to {term.low + term.width - 1} are not in a value of {len(value)} bits")
        end = len(value) - term.low
        return value[end - term.width : end]

    def _extend(self, term: sefl.Extend, _width: int | None) -> Vector:
        value = self.vector(term.value)
        if term.width < len(value):
            raise PathError(f"a value of {len(value)} bits cannot be extended to {term.width}")
        return self._sets.constant(0, term.width - len(value)) + value

    # Conditions.

    def truth(self, condition: sefl.Condition) -> Truth:
        try:
            return CONDITIONS[type(condition)](self, condition)
        except PathError as error:
            return Truth(self._sets.empty, self._sets.full, str(error))

    def _atom(self, holds: PacketSet) -> Truth:
        return Truth(holds, self._sets.empty)

    def _compare(self, atom: sefl.Compare) -> Truth:
        left, right = self.pair(atom.left, atom.right)
        return self._atom(RELATIONS[atom.operator](self._sets, left, right))

    def _within(self, atom: sefl.Within) -> Truth:
        value = self.vector(atom.value)
        if atom.ranges and atom.ranges[-1][1] >> len(value):
            raise PathError(f"{atom.ranges[-1][1]} does not fit into {len(value)} bits")
        return self._atom(self._sets.within(value, atom.ranges))

    def _masked(self, atom: sefl.Masked) -> Truth:
        value = self.vector(atom.value)
        if (atom.mask | atom.match) >> len(value):
            raise PathError(f"the mask {atom.mask:#x} does not fit into {len(value)} bits")
        return self._atom(self._sets.masked(value, atom.match, atom.mask))

    def _present(self, atom: sefl.Present) -> Truth:
        return self._atom(self._sets.full if self._memory.has(atom.target, self._element) else self._sets.empty)

    def _not(self, condition: sefl.Not) -> Truth:
        holds, wrong, reason = self.truth(condition.condition)
        return Truth(~(holds | wrong), wrong, reason)

    def _all(self, condition: sefl.All) -> Truth:
        return self._sequence(condition.conditions, self._sets.full, goes_on=lambda truth: truth.holds)

    def _any(self, condition: sefl.Any) -> Truth:
        answer = self._sequence(condition.conditions, self._sets.full, goes_on=lambda truth: ~(truth.holds | truth.wrong))
        return Truth(~(answer.holds | answer.wrong), answer.wrong, answer.reason)

    def _sequence(
        self, conditions: tuple[sefl.Condition, ...], start: PacketSet, goes_on: Callable[[Truth], PacketSet]
    ) -> Truth:
        """Look at one condition after the other with the packets that go on; an error counts for those alone."""
        going, wrong, reason = start, self._sets.empty, None
        for condition in conditions:
            truth = self.truth(condition)
            hit = going & truth.wrong
            if hit.satisfiable():
                wrong, reason = wrong | hit, reason or truth.reason
            going = going & goes_on(truth)
            if not going.satisfiable():
                break
        return Truth(going, wrong, reason)


Relation = Callable[[PacketSets, Vector, Vector], PacketSet]

RELATIONS: dict[str, Relation] = {
    "==": PacketSets.equal,
    "!=": lambda sets, a, b: ~sets.equal(a, b),
    "<": PacketSets.less,
    ">": lambda sets, a, b: sets.less(b, a),
    "<=": lambda sets, a, b: ~sets.less(b, a),
    ">=": lambda sets, a, b: ~sets.less(a, b),
}
EXPRESSIONS = {
    sefl.Number: Evaluation._number,
    sefl.Read: Evaluation._read,
    sefl.Symbol: Evaluation._symbol,
    sefl.Sum: Evaluation._sum,
    sefl.Difference: Evaluation._difference,
    sefl.Slice: Evaluation._slice,
    sefl.Extend: Evaluation._extend,
}
CONDITIONS = {
    sefl.Compare: Evaluation._compare,
    sefl.Within: Evaluation._within,
    sefl.Masked: Evaluation._masked,
    sefl.Present: Evaluation._present,
    sefl.Not: Evaluation._not,
    sefl.All: Evaluation._all,
    sefl.Any: Evaluation._any,
}


def targets(term: object) -> Iterator[sefl.Target]:
    """Every target that a condition or an expression looks at."""
    if isinstance(term, sefl.Header | sefl.Meta):
        yield term
    elif isinstance(term, sefl.Within):  # its ranges may be many
        yield from targets(term.value)
    elif isinstance(term, tuple):
        for item in term:
            yield from targets(item)
    elif is_dataclass(term):
        for item in fields(term):
            yield from targets(getattr(term, item.name))
