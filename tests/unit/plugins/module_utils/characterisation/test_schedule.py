# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Designs, the order of experiments, ramps of users and the search for a rate, each against what it promises."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import design, ramp, schedule, throughput
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from hypothesis import given, settings
from hypothesis import strategies as st

VARIED = {"ram": (2048, 4092), "vcpus": (2, 4), "vnic": ("normal", "direct"), "pages": ("small", "large")}


def test_the_campaign_of_the_deliverable_has_16_configurations_and_48_experiments() -> None:
    chosen = design.configurations(VARIED, "full", None, 0)
    assert len({tuple(one.items()) for one in chosen}) == 16
    plan = schedule.planned(chosen, 3, seed=0)
    assert [one.number for one in plan] == list(range(1, 49))
    assert Counter(one.key for one in plan).most_common(1)[0][1] == 1
    for block in itertools.batched(plan, 16) if hasattr(itertools, "batched") else [plan[:16], plan[16:32], plan[32:]]:
        assert len({one.iteration for one in block}) == 1


def test_more_iterations_leave_the_first_ones_as_they_were() -> None:
    chosen = design.configurations(VARIED, "full", None, 0)
    assert schedule.planned(chosen, 5, 7)[:48] == schedule.planned(chosen, 3, 7)
    assert schedule.planned(chosen, 3, 7) != schedule.planned(chosen, 3, 8)
    first, second = (schedule.planned(chosen, 2, 7)[at : at + 16] for at in (0, 16))
    assert [one.configuration for one in first] != [one.configuration for one in second]


def test_what_is_finished_is_not_done_again() -> None:
    plan = schedule.planned(design.configurations(VARIED, "full", None, 0), 3, 0)
    done = {one.key for one in plan[5:30]}
    assert schedule.remaining(plan, done) == plan[:5] + plan[30:]


@pytest.mark.parametrize("iterations", [schedule.MOST // 16 + 1, 10**9])
def test_more_experiments_than_can_be_made_are_refused_and_not_listed(iterations: int) -> None:
    chosen = design.configurations(VARIED, "full", None, 0)
    with pytest.raises(InputError, match=rf"methodology.iterations: {iterations} is too many for 16 .* take 6250 at the most"):
        schedule.planned(chosen, iterations, 0)


def test_the_expected_end() -> None:
    assert schedule.expected_seconds(4, []) is None
    assert schedule.expected_seconds(4, [1, 2, 6]) == 12
    assert schedule.expected_seconds(0, [1.5]) == 0


@settings(max_examples=60)
@given(levels=st.lists(st.integers(1, 5), min_size=1, max_size=5), data=st.data(), seed=st.integers(0, 99))
def test_a_latin_hypercube_has_different_points_inside_the_space(levels: list[int], data, seed: int) -> None:
    space = 1
    for level in levels:
        space *= level
    if space == 1:
        return
    size = data.draw(st.integers(1, min(space - 1, 30)))
    points = design.latin_hypercube(levels, size, seed)
    assert len(set(points)) == len(points) == size
    assert all(0 <= at < level for point in points for at, level in zip(point, levels, strict=True))
    assert points == design.latin_hypercube(levels, size, seed)


@pytest.mark.parametrize(("levels", "size"), [([2, 2, 2, 2], 8), ([3, 4, 5], 12), ([7, 7, 7], 7), ([4, 4, 4, 4, 4, 4], 10)])
def test_every_value_comes_equally_often_up_to_one(levels: list[int], size: int) -> None:
    for seed in range(5):
        points = design.latin_hypercube(levels, size, seed)
        for column, level in zip(zip(*points, strict=True), levels, strict=True):
            counts = Counter(column)
            assert {counts[at] for at in range(level)} <= {size // level, -(-size // level)}


@pytest.mark.parametrize("size", [0, 16, 17])
def test_a_latin_hypercube_is_smaller_than_the_space(size: int) -> None:
    with pytest.raises(InputError, match=f"experiments: {size} is out of range: there are 16 permutations; take from 1 to 15"):
        design.configurations(VARIED, "latin_hypercube", size, 0)


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ([1], "there is 1 permutation; take design: full"),
        ([2], "there are 2 permutations; take 1, or design: full"),
        ([3], "there are 3 permutations; take from 1 to 2, or design: full"),
        ([10] * 5, "there are 100000 permutations; take from 1 to 10000"),
    ],
)
def test_the_sizes_that_there_are_are_told_in_words(levels: list[int], told: str) -> None:
    with pytest.raises(InputError, match=f"experiments: 20000 is out of range: {told}$"):
        design.latin_hypercube(levels, 20_000, 0)


def test_too_many_permutations_are_refused_before_they_are_made() -> None:
    with pytest.raises(InputError, match="there are 1000000000000 permutations, more than 10000; take design: latin_hypercube"):
        design.full([10] * 12)


@settings(max_examples=200)
@given(true=st.floats(0, 120), precision=st.floats(0.01, 5))
def test_the_search_finds_the_highest_rate_that_is_held(true: float, precision: float) -> None:
    rates = throughput.search(1, 100, precision)
    tried, rate, answer = [], next(rates), None
    try:
        while True:
            tried.append(rate)
            rate = rates.send(rate <= true)
    except StopIteration as found:
        answer = found.value
    assert answer is not None
    assert answer == 0 if true < 1 else answer <= min(true, 100) and answer >= min(true, 100) - precision
    assert len(tried) == len(set(tried)) <= 3 + (99 / precision).__ceil__().bit_length()


def test_the_ramp_of_the_deliverable() -> None:
    found = ramp.steps([20], [10], [100], 10_000)
    assert (len(found), found[0], found[-1]) == (100, (20, 10), (2000, 10))
    assert ramp.steps([10, -5], [2, 1], [2, 3], 100) == [(10, 2), (20, 2), (15, 1), (10, 1), (5, 1)]


@pytest.mark.parametrize(
    ("phases", "wrong"),
    [
        (([], [], []), "have one number each for every phase"),
        (([1, 2], [1], [1]), "have one number each for every phase"),
        (([0], [1], [1]), r"step_deltas\[0\]: leads to 0 users; take from 1 to 50"),
        (([20], [1], [3]), "leads to 60 users"),
        (([5, -6], [1, 1], [1, 1]), r"step_deltas\[1\]: leads to -1 users"),
        (([1], [0], [1]), r"step_periods\[0\]: 0 is out of range; take from 1 to 86400 seconds"),
        (([1], [10**12], [1]), r"step_periods\[0\]: 1000000000000 is out of range"),
        (([1], [1], [0]), r"step_repetitions\[0\]: 0 is out of range"),
        (([1], [1], [10**12]), "is out of range"),
    ],
)
def test_ramps_that_are_none(phases: tuple, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        ramp.steps(*phases, 50)
