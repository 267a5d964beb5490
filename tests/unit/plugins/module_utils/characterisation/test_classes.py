# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math
from collections import Counter
from itertools import permutations, product
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.classes import (
    NONE,
    Classes,
    boxes,
    exact,
    goals,
    ordered,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError

from .figures import CLASSES, GOALS

GRID = list(product([0.8 + 0.01 * step for step in range(41)] + [0.92, 1.05], [140.0 + step for step in range(71)]))
LATENCY, THROUGHPUT = ([point[number] for point in GRID] for number in (0, 1))


def named(classes: Classes) -> list[str]:
    met = classes.met({"latency": LATENCY, "throughput": THROUGHPUT})
    return [classes.names[label] for label in classes.labels(met)]


def literal(latency: float, throughput: float) -> str:
    if latency < 0.92 and throughput > 180:
        return "class_A"
    return "class_B" if 0.92 < latency < 1.05 and 150 < throughput < 180 else NONE


def prose(latency: float, throughput: float) -> str:
    if latency < 0.92 and throughput > 180:
        return "class_A"
    return "class_B" if latency < 1.05 and throughput > 150 else NONE


@pytest.mark.parametrize("order", list(permutations(CLASSES)))
def test_exact_is_what_is_written_and_ordered_what_is_meant(order: tuple[str, ...]) -> None:
    given = boxes({name: CLASSES[name] for name in order})
    assert named(exact(given, {})) == [literal(*point) for point in GRID]
    assert named(ordered(given, goals({}, given) | GOALS)) == [prose(*point) for point in GRID]


@pytest.mark.parametrize("order", list(permutations(["gold", "silver", "rest"])))
def test_nested_classes_go_to_the_strictest_in_any_order(order: tuple[str, ...]) -> None:
    nested = {
        "gold": {"latency": "{} < 0.92", "throughput": "{} > 180"},
        "silver": {"latency": "{} < 1.05", "throughput": "{} > 150"},
        "rest": None,
    }
    given = boxes({name: nested[name] for name in order})
    names = {"class_A": "gold", "class_B": "silver", NONE: "rest"}
    for classes in (exact(given, {}), ordered(given, goals({}, given))):
        assert named(classes) == [names[prose(*point)] for point in GRID]
        assert classes.names == ("gold", "silver", "rest", NONE)


def test_of_classes_that_overlap_the_first_one_counts() -> None:
    given = {"fast": {"latency": "{} < 1"}, "broad": {"throughput": "{} > 160"}}
    first, second = (
        Counter(named(exact(boxes({name: given[name] for name in order}), {}))) for order in (given, reversed(given))
    )
    both = sum(latency < 1 and throughput > 160 for latency, throughput in GRID)
    assert first["fast"] - second["fast"] == second["broad"] - first["broad"] == both


def test_goals_are_told_by_one_sided_bounds() -> None:
    assert goals({}, boxes(CLASSES)) == GOALS
    assert goals({"latency": "minimize"}, boxes(CLASSES)) == GOALS
    assert goals({}, boxes({"a": {"x": "{} > 1"}, "b": {"x": "{} < 1"}, "c": {"y": "1 < {} < 2"}})) == {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "sla_classes: is empty"),
        ({"a": {}}, "no class has a bound"),
        ({None: {"x": "{} < 1"}}, "sla_classes.None: is the name of what meets no class"),
        ({"None": {"x": "{} < 1"}}, "is the name of what meets no class"),
        ({1: {"x": "{} < 1"}, "1": {"x": "{} < 1"}}, "sla_classes.1: stands twice"),
        ({"a": ["{} < 1"]}, "sla_classes.a: expected a list of bounds for each metric"),
        ({"a": {"x": ["{} < 1", "{} > 2"]}}, "sla_classes.a.x: no value meets all of '{} < 1', '{} > 2'"),
        ({"a": {"x": None}}, "sla_classes.a.x: give a list of bounds"),
    ],
)
def test_wrong_classes(given: Any, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        boxes(given)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"jitter": "minimise"}, "goals.jitter: no class has a bound for it; there are: latency, throughput"),
        ({"latency": "little"}, "goals.latency: 'little' is no goal; write minimise or maximise"),
        ({"latency": ["minimise"]}, "is no goal"),
        ({"latency": math.nan}, "is no goal"),
    ],
)
def test_wrong_goals(given: Any, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        goals(given, boxes(CLASSES))
    assert sentence in str(caught.value)


def test_ordered_needs_goals_that_some_bound_serves() -> None:
    both = boxes({"a": {"x": "1 < {} < 2"}})
    with pytest.raises(InputError, match=r"goals.x: is missing"):
        ordered(both, {})
    with pytest.raises(InputError, match=r"goals.x: is to minimise, but no class bounds it from above"):
        ordered(boxes({"a": {"x": "{} > 1"}}), {"x": "minimise"})
