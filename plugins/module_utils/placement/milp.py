# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixed-integer linear programs, written variable by variable and row by row, solved by HiGHS through SciPy.

``minimise c·x  subject to  lower ≤ A·x ≤ upper, x within its bounds, some of x integers``. To maximise, negate the costs.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..core.errors import UnavailableError

try:
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp
except ImportError as missing:
    MISSING: ImportError | None = missing
else:
    MISSING = None

INFINITE = math.inf
TOLERANCE = 1e-6
"""HiGHS's, of rows and of whole numbers."""
LEAST, GREATEST = 2.0**-10, 2.0**20
LIMIT_REACHED = 1  # milp's status for a limit of time or nodes


def scale(factors: Iterable[float]) -> float:
    """The power of two by which a row is multiplied, so that its least factor is ``LEAST`` or its greatest ``GREATEST``.

    HiGHS's presolve takes factors below its tolerance of 1e-6 for less than they are and then calls an answer optimal that is
    not (seen with HiGHS 1.12: 4 where 1 is possible). Rows without small factors stay as they are.
    """
    sizes = [abs(factor) for factor in factors if factor]
    if not sizes or min(sizes) >= LEAST:
        return 1.0
    return 2.0 ** max(0, math.ceil(min(math.log2(LEAST / min(sizes)), math.log2(GREATEST / max(sizes)))))


@dataclass(frozen=True)
class Solution:
    """What is known of the optimum.

    ``status`` is ``optimal`` (within the gap that was asked for), ``feasible`` (the limit came first), ``infeasible``,
    ``unbounded`` or ``unknown`` (the limit came before any solution). ``values`` has a number for each variable, None where
    there is no solution; those of integers are whole. ``bound`` is a lower bound of the optimum, and ``gap`` is
    ``(cost - bound) / max(1, |cost|)``.
    """

    status: str
    values: tuple[float, ...] | None
    cost: float | None
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        if self.cost is None:
            return INFINITE
        return max(0.0, self.cost - self.bound) / max(1.0, abs(self.cost))


@dataclass
class Program:
    """A program under construction. Variables and rows are numbered from 0 in the order in which they are added."""

    costs: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    _least: list[float] = field(default_factory=list)
    _most: list[float] = field(default_factory=list)
    _columns: list[int] = field(default_factory=list)
    _factors: list[float] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])

    def variable(self, cost: float = 0.0, lower: float = 0.0, upper: float = 1.0, integer: bool = True) -> int:
        """A new variable, binary unless said otherwise; its number."""
        self.costs.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(int(integer))
        return len(self.costs) - 1

    def row(self, terms: Iterable[tuple[int, float]], least: float = -INFINITE, most: float = INFINITE) -> None:
        """Demand that the sum of ``factor * variable`` lies within ``least`` and ``most``; a variable may stand in it twice."""
        for column, factor in terms:
            self._columns.append(column)
            self._factors.append(factor)
        self._starts.append(len(self._columns))
        self._least.append(least)
        self._most.append(most)

    def solve(self, time_limit: float = INFINITE, gap: float = 1e-4) -> Solution:
        """The best solution that is found.

        :param time_limit: in seconds
        :param gap: the relative gap at which a solution counts as optimal
        :raises UnavailableError: SciPy is missing
        """
        if MISSING is not None:
            raise UnavailableError(
                "the Python library scipy is missing; install it for the Python that runs Ansible"
            ) from MISSING
        if not self.costs:
            return self._empty()
        started = time.monotonic()
        options = {"mip_rel_gap": gap, **({"time_limit": time_limit} if math.isfinite(time_limit) else {})}
        found = milp(
            self.costs, integrality=self.integer, bounds=Bounds(self.lower, self.upper), options=options, **self._rows()
        )
        seconds = time.monotonic() - started
        bound = -INFINITE if found.mip_dual_bound is None else float(found.mip_dual_bound)  # None without integers
        if found.x is None:
            return Solution(NOTHING_FOUND.get(found.status, "unknown"), None, None, bound, seconds)
        values = tuple(round(value) if whole else float(value) for value, whole in zip(found.x, self.integer, strict=True))
        cost = math.fsum(factor * value for factor, value in zip(self.costs, values, strict=True))
        if found.status == LIMIT_REACHED:
            return Solution("feasible", values, cost, bound, seconds)
        return Solution("optimal", values, cost, min(bound, cost) if any(self.integer) else cost, seconds)

    def _rows(self) -> dict[str, object]:
        if not self._least:
            return {}
        shape = (len(self._least), len(self.costs))
        scales = [scale(self._factors[start:end]) for start, end in itertools.pairwise(self._starts)]
        counts = (end - start for start, end in itertools.pairwise(self._starts))
        of_factor = itertools.chain.from_iterable(map(itertools.repeat, scales, counts))
        factors = [factor * by for factor, by in zip(self._factors, of_factor, strict=True)]
        matrix = sparse.csr_array((factors, self._columns, self._starts), shape=shape, dtype=float)
        matrix.sum_duplicates()
        least, most = ([limit * by for limit, by in zip(side, scales, strict=True)] for side in (self._least, self._most))
        return {"constraints": LinearConstraint(matrix, least, most)}

    def _empty(self) -> Solution:
        """Without variables every row is the sum 0."""
        holds = all(least <= 0 <= most for least, most in zip(self._least, self._most, strict=True))
        return Solution("optimal", (), 0.0, 0.0, 0.0) if holds else Solution("infeasible", None, None, INFINITE, 0.0)


@dataclass
class ElasticProgram(Program):
    """A program of which some limits may be broken, to learn which of them are too small.

    ``elastic`` are the names of these limits. ``slack`` has, by the limit's name and whose it is, the variable that says by how
    much its row is broken, at a cost of 1 for 1, and what 1 of the row means.
    """

    elastic: frozenset[str] = frozenset()
    slack: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)

    def limit(self, name: str, whose: str, terms: Iterable[tuple[int, float]], most: float, size: float = 1.0) -> None:
        """The sum of the terms is ``most`` at the most, unless the limit is elastic; ``size`` is what 1 of the row means."""
        terms = list(terms)
        if name in self.elastic:
            variable = self.variable(cost=1.0, upper=INFINITE, integer=False)
            self.slack[name, whose] = variable, size
            terms.append((variable, -1.0))
        self.row(terms, most=most)

    def broken(self, solution: Solution) -> dict[tuple[str, str], float]:
        """By how much each limit is broken, where it is."""
        values = solution.values or ()
        broken = {row: (values[variable], size) for row, (variable, size) in self.slack.items() if values}
        return {row: amount * size for row, (amount, size) in broken.items() if amount > TOLERANCE}


NOTHING_FOUND = {2: "infeasible", 3: "unbounded"}
"""milp's status → ours, where there is no solution."""
