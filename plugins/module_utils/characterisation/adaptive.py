# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which configuration to measure next: the one that is expected to tell most of how all of them perform.

Each metric is a Gaussian process over the configurations, on the scale of logarithms: near configurations perform alike, and
how near two values of a parameter are is learnt from what was measured, so a parameter without effect soon needs no more
experiments. The information that an experiment is expected to give is the sum over the metrics of log(1 + s²/n)/2, with s²
what is uncertain of the configuration and n the noise of an experiment (C. E. Rasmussen and C. K. I. Williams, Gaussian
Processes for Machine Learning, chapters 2 and 5; D. J. C. MacKay, Neural Computation 4, 1992). Where several tell nearly as
much, that is measured whose class of service level was least often: a tree prunes what few samples speak for. Of these it is
the cheapest: what is cheap may be a template.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import mul
from typing import TypeAlias

from .campaign import Value
from .design import Point

LENGTHS = (0.5, 1.0, 2.0, 8.0)
"""Lengths of scale that are tried; the whole range of a parameter is 1, and with 8 it has next to no effect."""
NOISES = (0.001, 0.01, 0.1, 0.5)
"""Variances of the noise that are tried, as shares of the whole variance."""
START = (1.0, 0.01)
"""Length and noise while there are too few observations to learn them."""
NEARLY = 0.7
"""This share of the most information is nearly as much."""
MOST = 500
"""Configurations that are looked at for each choice; more are drawn at random."""

Distances: TypeAlias = "Sequence[Sequence[Sequence[float]]]"
"""How far two values of a parameter are from one another, from 0 to 1, by parameter and their indices."""


@dataclass(frozen=True)
class Process:
    """A Gaussian process of variance 1 by its lengths, its noise, and the factor of its observations' covariance."""

    distances: Distances
    lengths: tuple[float, ...]
    noise: float
    points: tuple[Point, ...]
    factor: Sequence[Sequence[float]]

    def uncertain(self, point: Point) -> float:
        """What is not known of a point, as a share of the whole variance. O(observations²)."""
        shared = [_covariance(point, other, self.distances, self.lengths) for other in self.points]
        return max(0.0, 1.0 - math.fsum(one * one for one in _solved(self.factor, shared)))


def next_point(
    varied: Mapping[str, Sequence[Value]],
    observed: Sequence[tuple[Point, Sequence[float]]],
    repeats: int,
    cost: Callable[[Point], float],
    excluded: frozenset[Point] = frozenset(),
    seed: int = 0,
    sla_class: Callable[[Sequence[float]], Hashable] = len,
) -> Point | None:
    """The configuration to measure next, by the index of each value; None where each was measured ``repeats`` times.

    :param observed: a point and its metrics for each experiment so far
    :param cost: what a configuration costs
    :param excluded: configurations that cannot be measured
    :param sla_class: the class of metrics; all are of one if not given
    """
    levels = [len(values) for values in varied.values()]
    often = Counter(point for point, _metrics in observed)
    open_points = [
        point for point in _candidates(levels, random.Random(f"{seed}/{len(observed)}"))
        if often[point] < repeats and point not in excluded
    ]  # fmt: skip
    if not open_points:
        return None
    distances = [_distances(values) for values in varied.values()]
    points = [point for point, _metrics in observed]
    columns = list(zip(*(metrics for _point, metrics in observed), strict=True)) or [()]
    learnt = [learned(points, _scaled(column), distances) for column in columns]
    gains = {point: math.fsum(math.log1p(one.uncertain(point) / one.noise) / 2 for one in learnt) for point in open_points}
    enough, spoken = NEARLY * max(gains.values()), _spoken_for(observed, sla_class)
    return min(
        (point for point in open_points if gains[point] >= enough),
        key=lambda point: (spoken.get(point, 0), cost(point), -gains[point], point),
    )


def _spoken_for(
    observed: Sequence[tuple[Point, Sequence[float]]], sla_class: Callable[[Sequence[float]], Hashable]
) -> dict[Point, int]:
    """How many experiments there are of the class that each measured point is of, by the means of its metrics."""
    trials: dict[Point, list[Sequence[float]]] = {}
    for point, metrics in observed:
        trials.setdefault(point, []).append(metrics)
    found = {
        point: sla_class([math.fsum(column) / len(rows) for column in zip(*rows, strict=True)])
        for point, rows in trials.items()
    }
    sizes = Counter(found[point] for point, _metrics in observed)
    return {point: sizes[one] for point, one in found.items()}


def learned(points: Sequence[Point], values: Sequence[float], distances: Distances) -> Process:
    """The process under which the observations are most likely, by one coordinate after the other, twice.

    O(parameters · observations³).
    """
    middle = math.fsum(values) / len(values) if values else 0.0
    centred = [one - middle for one in values]
    lengths, noise = [START[0]] * len(distances), START[1]

    def likelihood(tried: Sequence[float], noisy: float) -> float:
        return _likelihood(_factor(points, distances, tried, noisy), centred)

    if len(values) > len(distances) + 1 and any(abs(one) > 1e-9 for one in centred):
        for _sweep in range(2):
            for at in range(len(distances)):
                tries = [[*lengths[:at], one, *lengths[at + 1 :]] for one in LENGTHS]
                lengths = max(tries, key=partial(likelihood, noisy=noise))
            noise = max(NOISES, key=partial(likelihood, lengths))
    return Process(distances, tuple(lengths), noise, tuple(points), _factor(points, distances, lengths, noise))


def _scaled(column: Sequence[float]) -> list[float]:
    """Logarithms; a metric that may be 0, such as a share of errors, as it is."""
    return [math.log(one) for one in column] if min(column, default=0.0) > 0 else list(column)


def _likelihood(factor: Sequence[Sequence[float]], centred: Sequence[float]) -> float:
    """The logarithm of the likelihood but for a constant, with the variance that makes it largest."""
    size = len(centred)
    variance = max(math.fsum(one * one for one in _solved(factor, centred)) / size, 1e-12)
    return -size / 2 * math.log(variance) - math.fsum(math.log(row[-1]) for row in factor)


def _distances(values: Sequence[Value]) -> list[list[float]]:
    """Numbers by their ranks; words are all equally far from one another."""
    if any(isinstance(one, bool | str) for one in values):
        return [[float(one != other) for other in range(len(values))] for one in range(len(values))]
    ranks = [sorted(values).index(one) for one in values]
    return [[abs(one - other) / max(len(values) - 1, 1) for other in ranks] for one in ranks]


def _covariance(one: Point, other: Point, distances: Distances, lengths: Sequence[float]) -> float:
    apart = 0.0
    for table, x, y, length in zip(distances, one, other, lengths, strict=True):
        apart += (table[x][y] / length) ** 2
    return math.exp(-apart / 2)


def _factor(points: Sequence[Point], distances: Distances, lengths: Sequence[float], noise: float) -> list[list[float]]:
    """The lower factor of Cholesky of the covariance of the observations, by rows."""
    rows: list[list[float]] = []
    for at, point in enumerate(points):
        row = _solved(rows, [_covariance(point, other, distances, lengths) for other in points[:at]])
        rows.append([*row, math.sqrt(max(1.0 + noise - math.fsum(one * one for one in row), 1e-12))])
    return rows


def _solved(factor: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a system with a lower factor, row by row."""
    found: list[float] = []
    for row, value in zip(factor, right, strict=True):
        found.append((value - sum(map(mul, row, found))) / row[-1])
    return found


def _candidates(levels: Sequence[int], chance: random.Random) -> list[Point]:
    if math.prod(levels) <= MOST:
        return list(itertools.product(*(range(one) for one in levels)))
    return sorted({tuple(chance.randrange(one) for one in levels) for _draw in range(MOST)})
