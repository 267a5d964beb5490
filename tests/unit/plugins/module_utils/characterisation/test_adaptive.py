# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of the next experiment: its algebra against elimination, and replays of campaigns against all experiments.

``recorded_campaign.json`` is the shipped campaign as it was measured on two cores: throughput and latency under 15 users.
"""

from __future__ import annotations

import itertools
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import adaptive

VARIED = {"ram": (32, 64), "vcpus": (0.1, 0.5), "vnic_type": ("normal", "direct"), "file_cache": ("small", "large")}
COSTS = {"ram": (1, 2), "vcpus": (1, 2), "vnic_type": (1, 10), "file_cache": (1, 5)}
CLASSES = {"class_A": ((310, math.inf), (0, 5)), "class_B": ((200, 310), (0, 7))}
Runs = Mapping[tuple[int, ...], Sequence[Sequence[Sequence[float]]]]


def recorded() -> Runs:
    """By point, the samples of each iteration."""
    found: dict[tuple[int, ...], list[Any]] = {}
    for row in json.loads((Path(__file__).parent / "recorded_campaign.json").read_text(encoding="utf-8")):
        found.setdefault(tuple(values.index(row[name]) for name, values in VARIED.items()), []).append(row["samples"])
    return found


def cost(point: Sequence[int]) -> float:
    return sum(table[at] for table, at in zip(COSTS.values(), point, strict=True))


def templates(runs: Runs, classes: Mapping[str, Any], price: Callable[[Sequence[int]], float]) -> dict[str, Any]:
    """The cheapest configuration all of whose samples are of the class, by looking at each of them."""
    found = {}
    for name, bounds in classes.items():
        inside = [
            point
            for point, trials in runs.items()
            if all(
                low < one < high
                for trial in trials
                for sample in trial
                for one, (low, high) in zip(sample, bounds, strict=True)
            )
        ]
        found[name] = min(inside, key=lambda point: (price(point), point), default=None)
    return found


def replayed(
    runs: Runs, varied: Any, budget: int, seed: int, price: Callable[[Sequence[int]], float], classes: Mapping[str, Any]
) -> Runs:
    """What a campaign of so many experiments would have measured."""

    def sla_class(metrics: Sequence[float]) -> str | None:
        return next(
            (
                name
                for name, box in classes.items()
                if all(low < one < high for one, (low, high) in zip(metrics, box, strict=True))
            ),
            None,
        )

    observed: list[tuple[tuple[int, ...], list[float]]] = []
    taken: dict[tuple[int, ...], list[Any]] = {}
    for _step in range(budget):
        point = adaptive.next_point(varied, observed, 3, price, frozenset(), seed, sla_class)
        trial = runs[point][len(taken.get(point, []))]
        taken.setdefault(point, []).append(trial)
        observed.append((point, [sum(column) / len(column) for column in zip(*trial, strict=True)]))
    return taken


def test_all_experiments_have_the_templates_that_are_told_of() -> None:
    """The oracle of the replays: only processors and the link decide."""
    assert templates(recorded(), CLASSES, cost) == {"class_A": (0, 1, 1, 0), "class_B": (0, 1, 0, 0)}


@pytest.mark.parametrize("budget", [12, 28])
def test_the_recorded_campaign_has_its_templates_with_58_percent_of_the_experiments_and_with_a_quarter(budget: int) -> None:
    for seed in range(5):
        taken = replayed(recorded(), VARIED, budget, seed, cost, CLASSES)
        assert templates(taken, CLASSES, cost) == templates(recorded(), CLASSES, cost)


@pytest.mark.one_python
def test_made_up_campaigns_have_their_templates_with_60_percent_of_the_experiments() -> None:
    """Three parameters of three values, of which some have no effect and two may act together; noise of 3 %. Classes are cut
    where the gap between configurations is widest, and at least six times as wide as the noise.
    """
    same = tried = 0
    for seed in range(14):
        chance = random.Random(seed)
        effects = [chance.choice([0, 0, 0.3, 0.6, -0.6]) for _parameter in range(3)]
        together = chance.choice([0, 0.4])
        points = list(itertools.product(range(3), repeat=3))
        level = {
            point: sum(effect * at / 2 for effect, at in zip(effects, point, strict=True)) + together * point[0] * point[1] / 4
            for point in points
        }
        steps = sorted(set(level.values()))
        gap, cut = max(((high - low, (high + low) / 2) for low, high in itertools.pairwise(steps)), default=(0, 0))
        if gap < 0.18:
            continue
        runs = {
            point: [[[math.exp(level[point] + chance.gauss(0, 0.03))] for _sample in range(2)] for _iteration in range(3)]
            for point in points
        }
        prices = [chance.sample([1, 2, 5], 3) for _parameter in range(3)]

        def price(point: Sequence[int], prices: Any = prices) -> float:
            return sum(table[at] for table, at in zip(prices, point, strict=True))

        classes = {"good": ((math.exp(cut), math.inf),), "rest": ((0, math.exp(cut)),)}
        taken = replayed(runs, {"a": (1, 2, 3), "b": (1, 2, 3), "c": (1, 2, 3)}, 48, seed, price, classes)
        tried += 1
        same += templates(taken, classes, price) == templates(runs, classes, price)
    assert tried >= 5
    assert same == tried


def eliminated(matrix: list[list[float]], right: list[float]) -> tuple[list[float], float]:
    """The solution and the determinant, by Gauss with pivots."""
    rows, determinant = [[*row, value] for row, value in zip(matrix, right, strict=True)], 1.0
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        if pivot != at:
            rows[at], rows[pivot], determinant = rows[pivot], rows[at], -determinant
        determinant *= rows[at][at]
        for below in range(at + 1, len(rows)):
            share = rows[below][at] / rows[at][at]
            rows[below] = [one - share * other for one, other in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        known = sum(rows[at][column] * found[column] for column in range(at + 1, len(rows)))
        found[at] = (rows[at][-1] - known) / rows[at][at]
    return found, determinant


def test_what_is_uncertain_is_as_elimination_has_it() -> None:
    chance = random.Random(1)
    distances = [adaptive._distances(values) for values in ((1, 2, 4, 8), ("a", "b", "c"))]
    points = [(chance.randrange(4), chance.randrange(3)) for _one in range(9)]
    values = [chance.gauss(0, 1) for _one in range(9)]
    process = adaptive.learned(points, values, distances)
    assert set(process.lengths) <= set(adaptive.LENGTHS)

    def near(one: tuple[int, ...], other: tuple[int, ...], lengths: Sequence[float]) -> float:
        first = abs(one[0] - other[0]) / 3 / lengths[0]
        second = (one[1] != other[1]) / lengths[1]
        return math.exp(-(first**2 + second**2) / 2)

    def covariance(lengths: Sequence[float], noise: float) -> list[list[float]]:
        return [
            [near(one, other, lengths) + noise * (x == y) for y, other in enumerate(points)] for x, one in enumerate(points)
        ]

    for point in itertools.product(range(4), range(3)):
        shared = [near(point, other, process.lengths) for other in points]
        solution, _determinant = eliminated(covariance(process.lengths, process.noise), shared)
        assert process.uncertain(point) == pytest.approx(1 - sum(map(float.__mul__, shared, solution)), abs=1e-9)

    centred = [one - sum(values) / 9 for one in values]

    def likelihood(lengths: Sequence[float], noise: float) -> float:
        solution, determinant = eliminated(covariance(lengths, noise), centred)
        return -4.5 * math.log(sum(map(float.__mul__, centred, solution)) / 9) - math.log(determinant) / 2

    own = likelihood(process.lengths, process.noise)
    for at in range(2):
        for length in adaptive.LENGTHS:
            other = [*process.lengths]
            other[at] = length
            assert likelihood(other, process.noise) <= own + 1e-9
    for noise in adaptive.NOISES:
        assert likelihood(process.lengths, noise) <= own + 1e-9


def free(point: Sequence[int]) -> float:
    return 0


def test_the_first_experiments_are_far_from_one_another() -> None:
    observed: list[Any] = []
    for _step in range(2):
        observed.append((adaptive.next_point(VARIED, observed, 1, free), [1.0]))
    assert sum(x != y for x, y in zip(observed[0][0], observed[1][0], strict=True)) == 4


def test_of_those_that_tell_as_much_the_rarest_class_is_measured_again() -> None:
    """All four were measured once; one alone is fast, and it is the dearest."""
    observed = [((one, two), [100.0 if one and two else 10.0 + one + two]) for one in range(2) for two in range(2)]

    def dear(point: Sequence[int]) -> float:
        return sum(point)

    varied = {"a": (1, 2), "b": (1, 2)}
    assert adaptive.next_point(varied, observed, 2, dear, sla_class=lambda metrics: metrics[0] > 50) == (1, 1)
    assert adaptive.next_point(varied, observed, 2, dear) == (0, 0)


def test_everything_is_measured_at_last_and_then_nothing() -> None:
    observed: list[Any] = []
    while (point := adaptive.next_point({"a": (1, 2), "b": ("x", "y", "z")}, observed, 2, free)) is not None:
        observed.append((point, [1.0 + point[0], 0.0]))
    assert set(Counter(point for point, _metrics in observed).values()) == {2}
    assert len(observed) == 12


def test_what_cannot_be_measured_is_not_chosen() -> None:
    excluded = frozenset(itertools.product(range(2), range(2))) - {(1, 0)}
    varied = {"a": (1, 2), "b": (1, 2)}
    assert adaptive.next_point(varied, [], 1, free, excluded) == (1, 0)
    assert adaptive.next_point(varied, [((1, 0), [1.0])], 1, free, excluded) is None


def test_of_equal_ones_the_cheapest_is_measured() -> None:
    assert adaptive.next_point(VARIED, [], 1, cost) == (0, 0, 0, 0)
    assert adaptive.next_point(VARIED, [], 1, lambda point: -cost(point)) == (1, 1, 1, 1)


def test_a_parameter_without_effect_gets_a_long_length() -> None:
    chance = random.Random(2)
    points = [(x, y) for x in range(4) for y in range(4)]
    values = [math.sin(2 * x) + chance.gauss(0, 0.01) for x, _y in points]
    process = adaptive.learned(points, values, [adaptive._distances((1, 2, 3, 4))] * 2)
    assert process.lengths[1] == max(adaptive.LENGTHS)
    assert process.lengths[0] == min(adaptive.LENGTHS)


def test_large_spaces_are_looked_at_in_part() -> None:
    varied = {name: tuple(range(10)) for name in "abcdef"}
    point = adaptive.next_point(varied, [((0,) * 6, [1.0])], 1, free)
    assert len(point) == 6
    assert point == adaptive.next_point(varied, [((0,) * 6, [1.0])], 1, free)
