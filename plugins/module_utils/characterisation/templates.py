# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cheapest configuration of each class, by the rules of a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .tree import Condition, Node, decided, leaves
from .values import Configuration, Value, order, total

Prices: TypeAlias = Sequence[Mapping[Value, float]]
"""For each parameter the cost of each of its values."""


@dataclass(frozen=True)
class Choice:
    configuration: Configuration
    cost: float


def measured(root: Node, configurations: Sequence[Configuration], prices: Prices) -> dict[int, Choice]:
    """For each class that the tree gives to some of the configurations, the cheapest of these.

    Of those that cost the same, the first by its values in the order of the parameters: numbers by size, words by letters.
    """
    return _cheapest((decided(root, one), Choice(one, total(prices, one))) for one in configurations)


def possible(root: Node, prices: Prices) -> dict[int, Choice]:
    """For each class of a leaf, the cheapest combination of measured values that leads there, whether it was measured or not.

    Costs add up and the conditions of a rule are on one parameter each, so each parameter is chosen by itself.
    """
    return _cheapest((leaf.label, choice) for path, leaf in leaves(root) for choice in _filled(path, prices))


def _filled(path: Sequence[Condition], prices: Prices) -> Iterator[Choice]:
    chosen = []
    for parameter, table in enumerate(prices):
        conditions = [one for one in path if one.parameter == parameter]
        values = [one for one in table if all(condition.accepts(one) for condition in conditions)]
        if not values:
            return
        chosen.append(min(values, key=lambda one: (table[one], order([one]))))
    yield Choice(tuple(chosen), total(prices, tuple(chosen)))


def _cheapest(found: Iterable[tuple[int, Choice]]) -> dict[int, Choice]:
    best: dict[int, Choice] = {}
    for label, choice in found:
        if label not in best or _rank(choice) < _rank(best[label]):
            best[label] = choice
    return best


def _rank(choice: Choice) -> tuple[float, list[tuple[bool, Value]]]:
    return choice.cost, order(choice.configuration)
