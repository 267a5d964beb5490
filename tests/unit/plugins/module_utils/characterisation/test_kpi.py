# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KPI mapping against definitions written out, and on data whose cause is known."""

from __future__ import annotations

import math
import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import kpi
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.lists(st.integers(-3, 3), min_size=1, max_size=30)


def rank_by_counting(values: list[float], at: int) -> float:
    """Smaller ones, and half of the equal others, before it."""
    smaller = sum(one < values[at] for one in values)
    equal = sum(one == values[at] for one in values)
    return smaller + (equal + 1) / 2


@given(VALUES)
def test_ranks(values: list[int]) -> None:
    assert kpi.ranked(values) == [rank_by_counting(values, at) for at in range(len(values))]


@given(VALUES, st.integers(2, 6))
def test_bins_keep_equal_values_together_and_the_order(values: list[int], bins: int) -> None:
    found = kpi.binned(values, bins)
    assert set(found) <= set(range(bins))
    for one, at in zip(values, found, strict=True):
        for other, there in zip(values, found, strict=True):
            assert at == there if one == other else (at <= there if one < other else at >= there)


def test_bins_have_equal_frequency() -> None:
    assert sorted(kpi.binned(random.Random(1).sample(range(100), 20), 5)) == sorted(list(range(5)) * 4)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_mutual_information_by_its_definition(pairs: list[tuple[int, int]]) -> None:
    size, total = len(pairs), 0.0
    for x in range(4):
        for y in range(4):
            both = sum(one == (x, y) for one in pairs) / size
            if both:
                alone = sum(one[0] == x for one in pairs) / size * sum(one[1] == y for one in pairs) / size
                total += both * math.log2(both / alone)
    assert kpi.mutual_information(*zip(*pairs, strict=True)) == pytest.approx(max(0, total), abs=1e-9)


def test_spearman_by_the_formula_without_ties() -> None:
    chance = random.Random(3)
    one, two = chance.sample(range(1000), 30), chance.sample(range(1000), 30)
    places = [sorted(values) for values in (one, two)]
    squares = sum((places[0].index(x) - places[1].index(y)) ** 2 for x, y in zip(one, two, strict=True))
    assert kpi.spearman(one, two) == pytest.approx(1 - 6 * squares / (30 * (30**2 - 1)))
    assert kpi.spearman(one, [x**3 for x in one]) == pytest.approx(1)
    assert kpi.spearman(one, [5] * 30) == 0


def test_the_cause_comes_first_whatever_its_shape() -> None:
    chance = random.Random(4)
    cause = [chance.uniform(-1, 1) for _one in range(60)]
    noise = {f"noise{at}": [chance.random() for _one in range(60)] for at in range(6)}
    for shape in (lambda x: 3 * x, lambda x: -math.exp(3 * x), lambda x: x * x):
        target = [shape(x) + chance.gauss(0, 0.01) for x in cause]
        first, *rest = kpi.ranking(target, {**noise, "cause": cause, "constant": [1.0] * 60})
        assert (first["metric"], first["significant"]) == ("cause", True)
        assert first["strength"] > 0.3
        assert not any(one["significant"] for one in rest)
        assert rest[-1]["strength"] == 0


def test_what_is_unrelated_is_seldom_called_significant() -> None:
    """At most one of 20 campaigns may have one, by the meaning of 0.05; three in 30 leave room for chance."""
    chance, wrong = random.Random(5), 0
    for _campaign in range(30):
        metrics = {f"m{at}": [chance.random() for _one in range(24)] for at in range(4)}
        wrong += any(one["significant"] for one in kpi.ranking([chance.random() for _one in range(24)], metrics))
    assert wrong <= 3


def test_too_few_or_unchanging_values_rank_nothing() -> None:
    assert kpi.ranking([1, 2, 3], {"a": [1, 2, 3]}) == []
    assert kpi.ranking([1] * 20, {"a": list(range(20))}) == []
    assert kpi.ranking([], {"a": []}) == []


def test_the_same_input_has_the_same_answer_in_any_order() -> None:
    chance = random.Random(6)
    target = [chance.random() for _one in range(20)]
    metrics = {name: [chance.random() for _one in range(20)] for name in "abc"}
    assert kpi.ranking(target, metrics) == kpi.ranking(target, dict(reversed(metrics.items())))
