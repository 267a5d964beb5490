# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import c45, cart, templates
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.tree import Node, decided, leaves
from hypothesis import given, settings
from hypothesis import strategies as st

VALUES: list[list[Any]] = [[1, 2, 4], ["x", "y"], [1, "many"]]
ALL = list(product(*VALUES))
COSTS = st.lists(st.integers(0, 3), min_size=7, max_size=7)
LABELS = st.dictionaries(st.sampled_from(ALL), st.tuples(*[st.integers(0, 3)] * 3).filter(any), min_size=1)


def prices(costs: list[int], there: dict[Any, Any]) -> list[dict[Any, float]]:
    """Costs of the values that stand in some configuration."""
    drawn = iter(costs)
    return [
        {one: next(drawn) for one in column if one in {key[number] for key in there}} for number, column in enumerate(VALUES)
    ]


def cheapest(configurations: list[Any], tables: list[dict[Any, float]]) -> Any:
    def rank(one: Any) -> Any:
        return sum(table[part] for table, part in zip(tables, one, strict=True)), [
            (isinstance(part, str), part) for part in one
        ]

    return min(configurations, key=rank)


@settings(max_examples=200)
@given(LABELS, COSTS)
def test_the_cheapest_of_each_class_is_that_of_enumeration(labels: Any, costs: list[int]) -> None:
    tables, root = prices(costs, labels), c45.grown(labels, None)
    found = templates.measured(root, list(labels), tables)
    by_class: dict[int, list[Any]] = {}
    for one in labels:
        by_class.setdefault(decided(root, one), []).append(one)
    assert {label: choice.configuration for label, choice in found.items()} == {
        k: cheapest(v, tables) for k, v in by_class.items()
    }
    ideal = templates.possible(root, tables)
    for label in {leaf.label for _path, leaf in leaves(root)}:
        fitting = [
            one
            for one in product(*tables)
            if any(leaf.label == label and all(c.holds(one) for c in path) for path, leaf in leaves(root))
        ]
        assert ideal[label].configuration == cheapest(fitting, tables)


@settings(max_examples=60)
@given(LABELS)
def test_cart_tells_all_configurations_apart_that_differ(labels: Any) -> None:
    pytest.importorskip("sklearn")
    root = cart.grown(labels)
    for one, counts in labels.items():
        [leaf] = [leaf for path, leaf in leaves(root) if all(condition.holds(one) for condition in path)]
        assert leaf == Node(leaf.counts)
        assert leaf.label == decided(root, one)
        assert all(whole >= part for whole, part in zip(leaf.counts, counts, strict=True))
        if (
            len({Node(other).label for other in labels.values() if sum(map(bool, other)) == 1}) > 1
            and sum(map(bool, counts)) == 1
        ):
            assert leaf.label == Node(counts).label


def test_cart_tells_large_numbers_apart() -> None:
    pytest.importorskip("sklearn")
    close = {(2**30 + number,): ((5, 0), (0, 5))[number % 2] for number in range(6)}
    assert all(decided(cart.grown(close), one) == Node(counts).label for one, counts in close.items())
