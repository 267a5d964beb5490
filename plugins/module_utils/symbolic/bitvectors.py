# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Terms and packet sets as bit-vectors of z3, and packets that meet them; the only file that knows z3.

z3 is imported when the first formula is built, not before: most networks need none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from .terms import Operation

if TYPE_CHECKING:
    import z3

EFFORT = 20_000_000
"""Steps of the solver for one question, some ten seconds; counted and not timed, so that an answer does not vary."""


class Undecided(Exception):
    """The solver gave up; the message says at what."""


class BitVectors:
    """An algebra of terms, see :class:`.terms.Algebra`, with conditions over their bits.

    :param widths: of all symbols; they may become more
    :raises InputError: z3 is not installed
    """

    def __init__(self, widths: Mapping[str, int], effort: int = EFFORT):
        try:
            import z3
        except ImportError:
            raise InputError(
                "z3-solver, which compares and adds up fields, is missing in this Python: install it there with pip"
            ) from None
        self._z3 = z3
        self._widths = widths
        self._effort = effort
        self.empty, self.full = z3.BoolVal(False), z3.BoolVal(True)

    def symbol(self, name: str) -> z3.BitVecRef:
        return self._z3.BitVec(name, self._widths[name])

    def joined(self, pieces: Sequence[tuple[Any, int, int]]) -> z3.BitVecRef:
        parts = [self._part(*piece) for piece in pieces]
        return parts[0] if len(parts) == 1 else self._z3.Concat(*parts)

    def _part(self, value: Any, low: int, width: int) -> z3.BitVecRef:
        if isinstance(value, int):
            return self._z3.BitVecVal(value, width)
        return value if width == value.size() else self._z3.Extract(low + width - 1, low, value)

    def apply(self, operation: Operation, left: z3.BitVecRef, right: z3.BitVecRef) -> z3.BitVecRef:
        if operation.operator in "+-":
            return left + right if operation.operator == "+" else left - right
        truth = left == right if operation.operator == "==" else self._z3.ULT(left, right)
        return self._z3.If(truth, self._z3.BitVecVal(1, 1), self._z3.BitVecVal(0, 1))

    def choose(self, value: z3.BitVecRef, at: int, then: z3.BoolRef, otherwise: z3.BoolRef) -> z3.BoolRef:
        """``then`` where bit ``at`` of the value is 1, else ``otherwise``."""
        return self._z3.If(self._z3.Extract(at, at, value) == 1, then, otherwise)

    def solve(self, condition: z3.BoolRef, names: Iterable[str]) -> dict[str, int] | None:
        """The values of some symbols in one packet that meets the condition; None where no packet does.

        :raises Undecided: it takes more effort than allowed
        """
        solver = self._z3.SolverFor("QF_BV")
        solver.set("rlimit", self._effort)
        solver.add(condition)
        answer = solver.check()
        if answer == self._z3.unknown:
            raise Undecided(f"z3 gave up after {self._effort} steps")
        if answer == self._z3.unsat:
            return None
        model = solver.model()
        return {name: model.eval(self.symbol(name), model_completion=True).as_long() for name in names}
