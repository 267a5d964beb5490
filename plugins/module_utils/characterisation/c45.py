# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""C4.5: a decision tree by gain ratio, with thresholds for numbers and a branch for each word, pruned pessimistically.

Source: J. R. Quinlan, C4.5: Programs for Machine Learning, 1993; the correction for thresholds is that of Release 8 (Improved
Use of Continuous Attributes in C4.5, 1996). Cases with the same configuration are one case with counts, so the cost depends on
how many configurations there are and not on how many samples. What is left out: missing values, windowing, grouping of words,
the raising of subtrees, and the larger least number of cases on each side of a threshold.

Ties go to the parameter that is named first and to the lowest threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import TypeAlias

from .tree import DEEPEST, Condition, Node, entropy
from .values import Configuration, Value, order

Counts: TypeAlias = "tuple[int, ...]"
Cases: TypeAlias = Mapping[Configuration, Counts]
FEWEST = 2
"""Cases that at least two branches of a test must have."""
CONFIDENCE = 0.25
"""Of pruning: the chance that a leaf's true error rate is higher than the one that it is taken for."""
NOTHING = 1e-9
"""A gain up to here is a rounding error."""


@dataclass(frozen=True)
class Test:
    """A way to split cases. ``gain`` and ``spread`` (the information of the split itself) are in bits for each case."""

    gain: float
    spread: float
    branches: tuple[tuple[Condition, Cases], ...]

    @property
    def ratio(self) -> float:
        return self.gain / self.spread


def grown(cases: Cases, confidence: float | None = CONFIDENCE) -> Node:
    """The tree of labelled configurations.

    O(depth · configurations · log configurations · parameters · classes).

    :param cases: at least one configuration, with the number of its cases of each class
    :param confidence: of pruning, above 0 and below 1; the smaller, the more is pruned. None leaves the tree as it grows.
    """
    thresholds = [sorted({one for one in column if not isinstance(one, str)}) for column in zip(*cases, strict=True)]
    root = _grown(cases, thresholds, DEEPEST)
    return root if confidence is None else pruned(root, confidence)


def _grown(cases: Cases, thresholds: Sequence[Sequence[Value]], depth: int) -> Node:
    counts = _sum(cases.values())
    test = best(list(tests(cases, thresholds))) if depth and sum(map(bool, counts)) > 1 else None
    if test is None:
        return Node(counts)
    return Node(counts, tuple((condition, _grown(part, thresholds, depth - 1)) for condition, part in test.branches))


def best(found: Sequence[Test]) -> Test | None:
    """The highest gain ratio among tests whose gain is at least average; None where no test tells anything."""
    telling = [test for test in found if test.gain > NOTHING]
    if not telling:
        return None
    average = math.fsum(test.gain for test in telling) / len(telling)
    chosen = None
    for test in telling:
        if test.gain >= average - NOTHING and (chosen is None or test.ratio > chosen.ratio + NOTHING):
            chosen = test
    return chosen


def tests(cases: Cases, thresholds: Sequence[Sequence[Value]]) -> Iterator[Test]:
    """The one test of each parameter that has two values and leaves two branches cases enough."""
    for parameter in range(len(thresholds)):
        values = {configuration[parameter] for configuration in cases}
        if len(values) < 2:
            continue
        words = any(isinstance(one, str) for one in values)
        test = _by_word(cases, parameter) if words else _by_threshold(cases, parameter, thresholds[parameter])
        if test is not None:
            yield test


def _by_word(cases: Cases, parameter: int) -> Test | None:
    """A branch for each value."""
    parts = _parts(cases, parameter)
    sums = [_sum(part.values()) for part in parts.values()]
    if sum(sum(one) >= FEWEST for one in sums) < 2:
        return None
    gain, spread = _told(sums)
    return Test(gain, spread, tuple((Condition(parameter, "=", one), part) for one, part in parts.items()))


def _by_threshold(cases: Cases, parameter: int, values: Sequence[Value]) -> Test | None:
    """Two branches at the threshold with the highest gain, less log2(thresholds) bits for the choice among them.

    The threshold is the largest value of all cases that is not above the middle of the gap.
    """
    parts = _parts(cases, parameter)
    sums = [_sum(part.values()) for part in parts.values()]
    low, high = (0,) * len(sums[0]), _sum(sums)
    chosen = None
    for (below, above), moved in zip(pairwise(parts), sums, strict=False):
        low, high = _sum([low, moved]), tuple(a - b for a, b in zip(high, moved, strict=True))
        if min(sum(low), sum(high)) >= FEWEST:
            gain, spread = _told([low, high])
            if chosen is None or gain > chosen[0] + NOTHING:
                chosen = gain, spread, below, above
    if chosen is None:
        return None
    gain, spread, below, above = chosen
    cut = max(one for one in values if below <= one <= (below + above) / 2)
    sides = {
        sign: {key: one for key, one in cases.items() if (key[parameter] <= cut) == (sign == "<=")} for sign in ("<=", ">")
    }
    corrected = gain - math.log2(len(parts) - 1) / sum(map(sum, sums))
    return Test(corrected, spread, tuple((Condition(parameter, sign, cut), part) for sign, part in sides.items()))


def _parts(cases: Cases, parameter: int) -> dict[Value, dict[Configuration, Counts]]:
    """The cases by their value of a parameter, sorted."""
    found: dict[Value, dict[Configuration, Counts]] = {}
    for configuration in sorted(cases, key=lambda one: order([one[parameter]])):
        found.setdefault(configuration[parameter], {})[configuration] = cases[configuration]
    return found


def _told(sums: Sequence[Counts]) -> tuple[float, float]:
    """What a split tells of the class, and what it tells at all, in bits for each case."""
    sizes = [sum(one) for one in sums]
    after = math.fsum(size * entropy(one) for size, one in zip(sizes, sums, strict=True)) / sum(sizes)
    return entropy(_sum(sums)) - after, entropy(sizes)


def _sum(counts: Sequence[Counts] | Iterator[Counts]) -> Counts:
    return tuple(map(sum, zip(*counts, strict=True)))


def pruned(node: Node, confidence: float) -> Node:
    """The tree with each subtree made a leaf that is expected to err no more as one.

    A subtree whose leaves err on no fewer of the cases than it would as a leaf goes in any case.
    """
    if not node.branches:
        return node
    kept = Node(node.counts, tuple((condition, pruned(branch, confidence)) for condition, branch in node.branches))
    leaf = Node(node.counts)
    if node.errors <= _errors(kept) or expected(leaf, confidence) <= _expected(kept, confidence) + 0.1:
        return leaf
    return kept


def _errors(node: Node) -> int:
    return sum(_errors(branch) for _condition, branch in node.branches) if node.branches else node.errors


def _expected(node: Node, confidence: float) -> float:
    if not node.branches:
        return expected(node, confidence)
    return math.fsum(_expected(branch, confidence) for _condition, branch in node.branches)


def expected(leaf: Node, confidence: float) -> float:
    """The errors of a leaf, taken as high as the confidence allows: the upper limit of the binomial distribution, as in C4.5.

    Without errors it is exact, from one error on it is the normal approximation with the correction for continuity.
    """
    cases, errors = leaf.cases, leaf.errors
    if errors == 0:
        return cases * (1 - confidence ** (1 / cases)) if cases else 0.0
    if errors + 0.5 >= cases:
        return errors + 0.67 * (cases - errors)
    square = NormalDist().inv_cdf(confidence) ** 2
    inner = square * ((errors + 0.5) * (1 - (errors + 0.5) / cases) + square / 4)
    return cases * (errors + 0.5 + square / 2 + math.sqrt(inner)) / (cases + square)
