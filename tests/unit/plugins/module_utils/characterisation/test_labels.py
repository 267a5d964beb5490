# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import statistics
from array import array
from collections.abc import Sequence
from fractions import Fraction

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import classes as sla
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.labels import of_points, of_trials
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.samples import Samples, Trial
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.window import (
    Spread,
    groups,
    outliers,
    under_load,
)
from hypothesis import given
from hypothesis import strategies as st


def samples(trial: Sequence[int], **columns: Sequence[float]) -> Samples:
    trials = tuple(Trial((number,)) for number in range(max(trial, default=0) + 1))
    return Samples(trials, array("l", trial), {name: array("d", column) for name, column in columns.items()})


def test_the_window_is_a_share_of_the_trials_own_peak() -> None:
    one = samples([0, 0, 0, 1, 1, 1, 2], users=[1000, 900, 899, 10, 9, 8, 0])
    assert under_load(one, "users", 0.9) == [True, True, False, True, True, False, False]
    assert under_load(one, "users", 0.0) == [True] * 6 + [False]
    assert under_load(one, "users", 1.0) == [True, False, False, True, False, False, False]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.integers(0, 100))
def test_the_window_is_exact_where_floats_are_not(loads: list[int], percent: int) -> None:
    least = Fraction(percent, 100) * max(loads)
    expected = [max(loads) > 0 and one >= least for one in loads]
    assert under_load(samples([0] * len(loads), users=loads), "users", percent / 100) == expected


def far(one: Samples) -> tuple[list[bool], int]:
    return outliers(one, groups(one, ["x"]))


def test_outliers_are_few_and_far() -> None:
    steady = [100.0 + number % 5 for number in range(100)]
    flags, many = far(samples([0] * 102, x=[*steady, 500.0, 0.0]))
    assert (flags, many) == ([False] * 100 + [True, True], 0)
    flags, many = far(samples([0] * 110, x=[*steady, *[500.0] * 10]))
    assert (any(flags), many) == (False, 1)
    assert far(samples([0] * 4, x=[1.0, 1.0, 1.0, 99.0])) == ([False] * 4, 0)
    assert not any(far(samples([0] * 100, x=[0.9] * 98 + [0.9001] * 2))[0])
    assert not any(far(samples([0] * 50 + [1] * 50, x=[1.0] * 50 + [9.0] * 50))[0])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-50, 50)), min_size=1, max_size=60))
def test_the_spread_of_each_configuration_that_has_samples(pairs: list[tuple[int, int]]) -> None:
    trial, values = zip(*pairs, strict=True)
    found = groups(samples(trial, x=values), ["x"])
    assert [one.configuration for one in found] == [(number,) for number in sorted(set(trial))]
    for one in found:
        own = sorted(value for number, value in pairs if (number,) == one.configuration)
        spread: Spread = one.spreads["x"]
        assert (spread.lowest, spread.median, spread.highest) == (own[0], statistics.median(own), own[-1])
        assert own[0] <= spread.low_quartile <= spread.high_quartile <= own[-1]
        assert [values[row] for row in one.rows] == [value for number, value in pairs if (number,) == one.configuration]


BOXES = sla.boxes({"a": {"up": "{} > 6", "down": "{} < 3"}, "b": {"up": "{} > 3", "down": "{} < 6"}})
CLASSES = sla.ordered(BOXES, sla.goals({}, BOXES))
ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40)


@given(ROWS, st.integers(1, 100))
def test_a_trial_is_of_the_best_class_whose_bounds_a_share_of_it_meets(rows: list[tuple[int, int, int]], percent: int) -> None:
    """The definition read backwards: a bound holds of the quantile where it holds of that share of the samples."""
    trial, up, down = zip(*rows, strict=True)
    share = Fraction(percent, 100)
    found = of_trials(samples(trial, up=up, down=down), CLASSES, percent / 100)
    for number in set(trial):
        own = [row for row in rows if row[0] == number]

        def enough(*flags: bool) -> bool:
            return Fraction(sum(flags), len(flags)) >= share

        good = [
            enough(*(row[1] > low for row in own)) and enough(*(row[2] < high for row in own)) for low, high in ((6, 3), (3, 6))
        ]
        expected = 0 if good[0] else 1 if good[1] else 2
        assert found.counts[(number,)] == tuple(int(label == expected) for label in range(3))


@given(ROWS)
def test_the_whole_trial_is_its_worst_values(rows: list[tuple[int, int, int]]) -> None:
    trial, up, down = zip(*rows, strict=True)
    worst = {one: (min(r[1] for r in rows if r[0] == one), max(r[2] for r in rows if r[0] == one)) for one in set(trial)}
    points = samples(sorted(worst), up=[worst[one][0] for one in sorted(worst)], down=[worst[one][1] for one in sorted(worst)])
    labels = CLASSES.labels(CLASSES.met(points.columns))
    assert of_trials(samples(trial, up=up, down=down), CLASSES, 1.0) == of_points(points, CLASSES, labels)


def test_points_are_counted_by_configuration() -> None:
    one = samples([1, 0, 1, 1], up=[9, 5, 9, 0], down=[0, 5, 0, 0])
    assert of_points(one, CLASSES, CLASSES.labels(CLASSES.met(one.columns))).counts == {(0,): (0, 1, 0), (1,): (2, 0, 1)}
    assert of_points(one, CLASSES, [0, 0, 0, 2]).total == (3, 0, 1)


@pytest.mark.parametrize(("share", "label"), [(0.5, 0), (0.75, 0), (0.76, 2), (1.0, 2)])
def test_a_quantile_is_a_sample_and_nothing_between(share: float, label: int) -> None:
    one = samples([0] * 4, up=[9, 9, 9, 0], down=[0, 0, 0, 0])
    assert of_trials(one, CLASSES, share).counts[(0,)][label] == 1
