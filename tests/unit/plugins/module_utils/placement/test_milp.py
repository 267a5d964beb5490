# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import math

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.milp import (
    GREATEST,
    LEAST,
    ElasticProgram,
    Program,
    scale,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SMALL = st.integers(-4, 4)


@pytest.mark.one_python
@settings(max_examples=150)
@given(st.data())
def test_small_programs_are_solved_as_by_enumeration(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 4))
    costs = data.draw(st.lists(SMALL, min_size=size, max_size=size))
    rows = data.draw(st.lists(st.tuples(st.lists(SMALL, min_size=size, max_size=size), SMALL), max_size=4))
    program = Program()
    for cost in costs:
        program.variable(cost, lower=-1, upper=2)
    for factors, most in rows:
        program.row(enumerate(factors), most=most)
    points = itertools.product(range(-1, 3), repeat=size)
    fitting = [x for x in points if all(sum(map(int.__mul__, factors, x)) <= most for factors, most in rows)]
    solution = program.solve(gap=0)
    if not fitting:
        assert (solution.status, solution.values, solution.gap) == ("infeasible", None, math.inf)
        return
    best = min(sum(map(int.__mul__, costs, x)) for x in fitting)
    assert solution.status == "optimal"
    assert solution.values in fitting
    assert solution.cost == pytest.approx(best)
    assert solution.bound <= best + 1e-6


def test_a_continuous_variable_may_lie_between_integers() -> None:
    program = Program()
    x = program.variable(cost=-1, upper=math.inf, integer=False)
    program.row([(x, 2), (x, 2)], most=10)  # a variable that stands in a row twice counts twice
    assert program.solve().values == (2.5,)


def test_an_objective_without_end_is_told() -> None:
    program = Program()
    program.variable(cost=-1, upper=math.inf, integer=False)
    assert program.solve().status == "unbounded"


def test_no_variables_leave_the_rows() -> None:
    program = Program()
    assert program.solve().cost == 0
    program.row([], least=1)
    assert program.solve().status == "infeasible"


def test_no_time_gives_no_answer_or_one_with_its_gap() -> None:
    program = Program()
    items = [program.variable(cost=-(7 + number % 13)) for number in range(60)]
    for row in range(30):
        program.row([(item, 1 + (item * 7 + row * 5) % 11) for item in items], most=97)
    solution = program.solve(time_limit=0.0)
    assert solution.status in {"feasible", "unknown"}
    assert solution.gap > 0


@settings(max_examples=60)
@given(st.lists(st.floats(-1e9, 1e9).filter(lambda one: one == 0 or abs(one) > 1e-9), max_size=6))
def test_a_row_is_scaled_by_a_power_of_two_until_no_factor_is_small(factors: list[float]) -> None:
    by, sizes = scale(factors), [abs(one) for one in factors if one]
    assert math.frexp(by)[0] == 0.5
    assert by >= 1
    if sizes and min(sizes) >= LEAST:
        assert by == 1
    elif sizes and max(sizes) / min(sizes) < GREATEST / LEAST / 2:
        assert by * min(sizes) >= LEAST
        assert by * max(sizes) <= 2 * GREATEST


def test_limits_that_may_be_broken_say_by_how_much() -> None:
    program = ElasticProgram(elastic=frozenset({"cpu"}))
    x = program.variable(lower=3, upper=9)
    program.limit("cpu", "a", [(x, 0.5)], most=1, size=10)
    program.limit("memory", "a", [(x, 1)], most=4)
    solution = program.solve()
    assert program.broken(solution) == pytest.approx({("cpu", "a"): 5})
    program.limit("memory", "b", [(x, 1)], most=2)
    assert program.broken(program.solve()) == {}
    assert program.solve().status == "infeasible"


def test_without_integers_the_bound_is_the_optimum() -> None:
    program = Program()
    program.variable(cost=2, lower=1.5, upper=9, integer=False)
    assert (program.solve().cost, program.solve().gap) == (3.0, 0.0)
