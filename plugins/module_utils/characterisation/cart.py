# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CART as scikit-learn grows it, for comparison with C4.5: two branches a test, words one by one, not pruned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from ..core.errors import UnavailableError
from .tree import DEEPEST, Condition, Node
from .values import Configuration, Value, order

Columns: TypeAlias = list[tuple[int, Mapping[Value, float], Any]]
"""Parameter, the number that stands for each of its values, and the word that a column asks for, or None."""


def grown(cases: Mapping[Configuration, tuple[int, ...]]) -> Node:
    """The tree of labelled configurations, as ``c45.grown``.

    :raises UnavailableError: scikit-learn is missing
    """
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError as missing:
        message = "the Python library scikit-learn is missing; install it for the Python that runs Ansible, or take c45"
        raise UnavailableError(message) from missing
    columns = _columns(list(cases))
    rows, labels, weights = [], [], []
    for configuration, counts in cases.items():
        for label, count in enumerate(counts):
            if count:
                rows.append([numbers[configuration[parameter]] for parameter, numbers, _word in columns])
                labels.append(label)
                weights.append(count)
    fitted = DecisionTreeClassifier(random_state=0, max_depth=DEEPEST).fit(rows, labels, sample_weight=weights).tree_
    return _node(fitted, 0, columns, cases)


def _columns(configurations: Sequence[Configuration]) -> Columns:
    """A column for each parameter of numbers, one for each value of a parameter that has words.

    Numbers are replaced by their rank, since scikit-learn keeps them in 24 bits.
    """
    found: Columns = []
    for parameter, column in enumerate(zip(*configurations, strict=True)):
        values = sorted(set(column), key=lambda one: order([one]))
        if any(isinstance(one, str) for one in values):
            found += [(parameter, {one: float(one == word) for one in values}, word) for word in values]
        else:
            found.append((parameter, {one: float(rank) for rank, one in enumerate(values)}, None))
    return found


def _node(fitted: Any, at: int, columns: Columns, cases: Mapping[Configuration, tuple[int, ...]]) -> Node:
    counts = tuple(map(sum, zip(*cases.values(), strict=True)))
    low, high = int(fitted.children_left[at]), int(fitted.children_right[at])
    if low == high:  # a leaf has no children, which is told as -1 twice
        return Node(counts)
    parameter, numbers, word = columns[fitted.feature[at]]
    if word is None:
        cut = max(one[parameter] for one in cases if numbers[one[parameter]] <= fitted.threshold[at])
        sides = {low: Condition(parameter, "<=", cut), high: Condition(parameter, ">", cut)}
    else:
        sides = {high: Condition(parameter, "=", word), low: Condition(parameter, "!=", word)}
    branches = []
    for child, condition in sides.items():
        part = {one: cases[one] for one in cases if condition.holds(one)}
        branches.append((condition, _node(fitted, child, columns, part)))
    return Node(counts, tuple(branches))
