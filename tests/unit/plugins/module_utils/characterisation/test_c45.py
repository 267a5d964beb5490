# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""C4.5 against an oracle that shares no code: every test of every parameter, counted case by case."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import c45
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.tree import (
    Node,
    decided,
    importance,
    leaves,
    plain,
    rules,
    short,
)
from hypothesis import given, settings
from hypothesis import strategies as st

Rows = list[tuple[tuple[Any, ...], int]]
NAMES = ["a", "b", "c"]
CLASSES = ["A", "B", "None"]


def cases(rows: Rows) -> dict[tuple[Any, ...], tuple[int, ...]]:
    found = Counter(rows)
    return {one: tuple(found[one, label] for label in range(3)) for one in sorted({row[0] for row in rows}, key=repr)}


def bits(labels: Sequence[Any]) -> float:
    return -sum(count / len(labels) * math.log2(count / len(labels)) for count in Counter(labels).values())


def split(rows: Rows, sides: list[Any]) -> tuple[float, float]:
    """Gain and information of the split that puts each row on its side."""
    after = 0.0
    for side in set(sides):
        part = [label for (_values, label), own in zip(rows, sides, strict=True) if own == side]
        after += len(part) / len(rows) * bits(part)
    return bits([label for _values, label in rows]) - after, bits(sides)


def enough(sides: list[Any]) -> bool:
    return sum(count >= 2 for count in Counter(sides).values()) >= 2


def all_tests(rows: Rows) -> list[tuple[float, float, int, Any]]:
    """Gain, information, parameter and threshold of the best test of each parameter."""
    found = []
    for parameter in range(len(rows[0][0])):
        column = [values[parameter] for values, _label in rows]
        distinct = sorted(set(column), key=lambda one: (isinstance(one, str), one))
        if len(distinct) < 2:
            continue
        if any(isinstance(one, str) for one in column):
            found += [(*split(rows, column), parameter, None)] if enough(column) else []
            continue
        cuts = [cut for cut in distinct[:-1] if enough([one <= cut for one in column])]
        if cuts:
            gains = {cut: split(rows, [one <= cut for one in column]) for cut in cuts}
            cut = max(cuts, key=lambda one: (round(gains[one][0], 9), -one))
            found.append((gains[cut][0] - math.log2(len(distinct) - 1) / len(rows), gains[cut][1], parameter, cut))
    return [test for test in found if test[0] > 1e-9]


NUMERIC = st.sampled_from([1, 2, 4, 8])
WORDS = st.sampled_from(["x", "y", "z"])
MIXED = st.sampled_from([1, 2, "many"])
ROWS = st.lists(st.tuples(st.tuples(NUMERIC, WORDS, MIXED), st.integers(0, 2)), min_size=1, max_size=24)


@settings(max_examples=300)
@given(ROWS)
def test_the_root_is_the_test_that_counting_finds(rows: Rows) -> None:
    found = all_tests(rows)
    root = c45.grown(cases(rows), confidence=None)
    if not found or len({label for _values, label in rows}) == 1:
        assert root.branches == ()
        return
    average = sum(test[0] for test in found) / len(found)
    ratio, parameter, cut = max((round(t[0] / t[1], 9), -t[2], t[3]) for t in found if t[0] >= average - 1e-9)
    condition = root.branches[0][0]
    assert (condition.parameter, condition.value if condition.sign == "<=" else None) == (-parameter, cut)
    assert ratio > 0


@settings(max_examples=200)
@given(ROWS)
def test_each_case_ends_at_the_one_leaf_that_counts_it(rows: Rows) -> None:
    for confidence in (None, 0.25):
        root = c45.grown(cases(rows), confidence)
        counted: Counter[int] = Counter()
        for values, label in rows:
            ways = [leaf for path, leaf in leaves(root) if all(condition.holds(values) for condition in path)]
            [leaf] = ways
            assert decided(root, values) == leaf.label
            assert leaf.counts[label] > 0
            counted[id(leaf)] += 1
        assert all(counted[id(leaf)] == leaf.cases for _path, leaf in leaves(root))
        for path, _leaf in leaves(root):
            shorter = short(path)
            assert all(all(one.holds(v) for one in path) == all(one.holds(v) for one in shorter) for v, _label in rows)


@settings(max_examples=200)
@given(ROWS)
def test_pruning_cuts_subtrees_and_nothing_else(rows: Rows) -> None:
    grown, pruned = c45.grown(cases(rows), None), c45.grown(cases(rows))

    def part(whole: Node, kept: Node) -> bool:
        pairs = zip(whole.branches, kept.branches, strict=True) if kept.branches else ()
        return whole.counts == kept.counts and all(a[0] == b[0] and part(a[1], b[1]) for a, b in pairs)

    assert part(grown, pruned)
    assert all(len({leaf.label for _p, leaf in leaves(branch)}) > 1 for branch in [pruned] if branch.branches)


def upper_limit(errors: int, count: int, confidence: float) -> float:
    """The error rate under which so few errors are just as rare as the confidence says: by bisection."""
    low, high = 0.0, 1.0
    for _step in range(60):
        middle = (low + high) / 2
        chance = sum(math.comb(count, one) * middle**one * (1 - middle) ** (count - one) for one in range(errors + 1))
        low, high = (middle, high) if chance > confidence else (low, middle)
    return low


@pytest.mark.parametrize(("errors", "count"), [(0, 1), (0, 6), (0, 9), (1, 16), (5, 30), (20, 100), (3, 8)])
def test_expected_errors_are_near_the_binomial_limit(errors: int, count: int) -> None:
    leaf = Node((count - errors, errors))
    assert c45.expected(leaf, 0.25) == pytest.approx(count * upper_limit(errors, count, 0.25), rel=0.06 if errors else 1e-9)


def test_the_books_example_of_pessimistic_errors() -> None:
    """Quinlan 1993, section 4.2: U(0, 6) = 0.206, U(0, 9) = 0.143, U(0, 1) = 0.750 at 25 %."""
    rates = [c45.expected(Node((count, 0)), 0.25) / count for count in (6, 9, 1)]
    assert rates == pytest.approx([0.206, 0.143, 0.750], abs=5e-4)


PLAY = """sunny 85 85 false 1|sunny 80 90 true 1|overcast 83 86 false 0|rainy 70 96 false 0|rainy 68 80 false 0
rainy 65 70 true 1
overcast 64 65 true 0|sunny 72 95 false 1|sunny 69 70 false 0|rainy 75 80 false 0|sunny 75 70 true 0|overcast 72 90 true 0
overcast 81 75 false 0|rainy 71 91 true 1"""


def test_the_weather_of_the_book() -> None:
    """The golf example that comes with C4.5: outlook first, then humidity and wind."""
    rows = []
    for line in PLAY.replace("\n", "|").split("|"):
        outlook, warm, humid, windy, label = line.split()
        rows.append(((outlook, int(warm), int(humid), windy), int(label)))
    root = c45.grown(cases(rows), None)
    texts = [rule["text"] for rule in rules(root, ["outlook", "temperature", "humidity", "windy"], CLASSES)]
    assert sorted(texts) == [
        "outlook = overcast → A",
        "outlook = rainy and windy = false → A",
        "outlook = rainy and windy = true → B",
        "outlook = sunny and humidity <= 75 → A",
        "outlook = sunny and humidity > 75 → B",
    ]


def test_a_leaf_of_as_many_promises_less() -> None:
    assert Node((2, 2, 1)).label == 1
    assert Node((2, 1, 2)).label == 2


def test_importance_and_the_plain_tree() -> None:
    rows = [((1, "x", 1), 0)] * 4 + [((1, "y", 1), 1)] * 2 + [((2, "y", 2), 2)] * 2
    root = c45.grown(cases(rows))
    matter = importance(root, NAMES)
    assert sum(matter.values()) == pytest.approx(1)
    assert matter["b"] > matter["a"] > matter["c"] == 0
    told = plain(root, NAMES, CLASSES)
    assert (told["parameter"], told["support"], told["classes"]) == ("b", 8, {"A": 4, "B": 2, "None": 2})
    assert [branch["condition"] for branch in told["branches"]] == ["b = x", "b = y"]
    assert importance(Node((3, 0, 0)), NAMES) == {"a": 0.0, "b": 0.0, "c": 0.0}


def test_many_values_do_not_exhaust_the_stack() -> None:
    rows = {(number,): ((3, 0, 0), (0, 3, 0), (0, 0, 3))[number * number % 7 % 3] for number in range(600)}
    assert c45.grown(rows, None).cases == 1800
