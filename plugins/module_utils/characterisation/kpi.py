# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which metrics of the host and the service explain a service level: KPI mapping.

For each pair the strength is the mutual information between the two, as a share of what there is to know of the service level:

- both are ranked and cut into bins of equal frequency, so neither units nor outliers matter, and a relation may have any shape;
- what mutual information is found by chance in so few values is subtracted: the mean over random permutations;
- the same permutations give the probability of as much by chance alone (E. S. Edgington, Randomization Tests), which is
  multiplied for the number of metrics that were tried (S. Holm, 1979).

Spearman's rank correlation stands beside it and tells the direction, where the relation has one.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

BINS = 5
PERMUTATIONS = 1000
FEWEST = 8
"""Experiments without which nothing is ranked."""
SIGNIFICANT = 0.05


def ranking(target: Sequence[float], metrics: Mapping[str, Sequence[float]], seed: int = 0) -> list[dict[str, Any]]:
    """The metrics that may explain ``target``, the strongest first; ties in order of their names.

    :param target: a service level, one value for each experiment
    :param metrics: telemetry, likewise
    :returns: ``metric``, ``strength`` (0 to 1), ``correlation`` (-1 to 1), ``probability`` of as much by chance,
        ``significant``. Empty where there are fewer than :data:`FEWEST` values, or the target never changes.

    O(metrics · permutations · values).
    """
    bins = min(BINS, max(2, math.isqrt(len(target))))
    aim, ranks = binned(target, bins), ranked(target)
    entropy = _entropy(Counter(aim).values(), len(target)) if target else 0.0
    if len(target) < FEWEST or not entropy:
        return []
    found = []
    for name in sorted(metrics):
        strength, probability = _dependence(aim, binned(metrics[name], bins), entropy, random.Random(f"{seed}/{name}"))
        correlation = _correlation(ranks, ranked(metrics[name]))
        found.append({"metric": name, "strength": strength, "correlation": correlation, "probability": probability})
    found.sort(key=lambda one: (-one["strength"], -abs(one["correlation"]), one["metric"]))
    return [
        {**one, "probability": chance, "significant": chance <= SIGNIFICANT}
        for one, chance in zip(found, _holm([one["probability"] for one in found]), strict=True)
    ]


def ranked(values: Sequence[float]) -> list[float]:
    """The rank of each value from 1 on; equal values share the mean of their ranks."""
    places = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(places):
        end = start
        while end + 1 < len(places) and values[places[end + 1]] == values[places[start]]:
            end += 1
        for at in range(start, end + 1):
            ranks[places[at]] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def binned(values: Sequence[float], bins: int) -> list[int]:
    """Bins of equal frequency, by rank; equal values are in one bin."""
    return [min(int((rank - 0.5) * bins / len(values)), bins - 1) for rank in ranked(values)]


def spearman(one: Sequence[float], two: Sequence[float]) -> float:
    """Spearman's rank correlation with ties; 0 where one of them never changes."""
    return _correlation(ranked(one), ranked(two))


def mutual_information(one: Sequence[int], two: Sequence[int]) -> float:
    """In bits: H(one) + H(two) - H(one, two)."""
    size = len(one)
    both = _entropy(Counter(zip(one, two, strict=True)).values(), size)
    return max(0.0, _entropy(Counter(one).values(), size) + _entropy(Counter(two).values(), size) - both)


def _correlation(one: Sequence[float], two: Sequence[float]) -> float:
    middle = (len(one) + 1) / 2
    shared = math.fsum((x - middle) * (y - middle) for x, y in zip(one, two, strict=True))
    widths = math.fsum((x - middle) ** 2 for x in one) * math.fsum((y - middle) ** 2 for y in two)
    return max(-1.0, min(1.0, shared / math.sqrt(widths))) if widths else 0.0


def _dependence(aim: Sequence[int], own: Sequence[int], entropy: float, chance: random.Random) -> tuple[float, float]:
    """The strength, and the probability of as much where the two have nothing to do with each other."""
    measured = mutual_information(aim, own)
    if not measured:
        return 0.0, 1.0
    shuffled = list(aim)
    by_chance = []
    for _permutation in range(PERMUTATIONS):
        chance.shuffle(shuffled)
        by_chance.append(mutual_information(shuffled, own))
    usual = math.fsum(by_chance) / PERMUTATIONS
    as_much = sum(one >= measured - 1e-12 for one in by_chance)
    share = (measured - usual) / (entropy - usual) if entropy > usual else 0.0
    return min(1.0, max(0.0, share)), (as_much + 1) / (PERMUTATIONS + 1)


def _entropy(counts: Any, size: int) -> float:
    return -math.fsum(count / size * math.log2(count / size) for count in counts)


def _holm(probabilities: Sequence[float]) -> list[float]:
    """Each probability as it is after so many attempts, in the same order."""
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__)
    adjusted, highest = [0.0] * len(order), 0.0
    for place, at in enumerate(order):
        highest = max(highest, min(1.0, probabilities[at] * (len(order) - place)))
        adjusted[at] = highest
    return adjusted
