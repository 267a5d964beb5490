# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decision trees over deployment parameters: the tree as data, its rules, and what each parameter matters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .values import Configuration, Value

HOLDS = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
}

DEEPEST = 100
"""Tests one after the other, at the most: what is deeper Python and Ansible cannot hand on."""


@dataclass(frozen=True)
class Condition:
    """``parameter`` is a number; ``sign`` is one of :data:`HOLDS`, where ``<=`` and ``>`` are of numbers only."""

    parameter: int
    sign: str
    value: Value

    def accepts(self, one: Value) -> bool:
        return HOLDS[self.sign](one, self.value)

    def holds(self, configuration: Configuration) -> bool:
        return self.accepts(configuration[self.parameter])

    def text(self, parameters: Sequence[str]) -> str:
        return f"{parameters[self.parameter]} {self.sign} {self.value}"


@dataclass(frozen=True)
class Node:
    """``counts`` has the cases of each class; ``branches`` exclude each other and are empty at a leaf."""

    counts: tuple[int, ...]
    branches: tuple[tuple[Condition, Node], ...] = ()

    @property
    def label(self) -> int:
        """The class of most cases; of those with as many, the one that promises least, which is the last."""
        return max(range(len(self.counts)), key=lambda number: (self.counts[number], number))

    @property
    def cases(self) -> int:
        return sum(self.counts)

    @property
    def errors(self) -> int:
        """Cases that are of another class than the node's."""
        return self.cases - self.counts[self.label]


def decided(node: Node, configuration: Configuration) -> int:
    """The class that the tree gives to a configuration; a value that no branch knows ends at its node."""
    for condition, branch in node.branches:
        if condition.holds(configuration):
            return decided(branch, configuration)
    return node.label


def leaves(node: Node, path: tuple[Condition, ...] = ()) -> Iterator[tuple[tuple[Condition, ...], Node]]:
    """The leaves with the conditions that lead to them."""
    if not node.branches:
        yield path, node
    for condition, branch in node.branches:
        yield from leaves(branch, (*path, condition))


def entropy(counts: Sequence[int]) -> float:
    """In bits; 0 for no cases."""
    total = sum(counts)
    return math.log2(total) - math.fsum(one * math.log2(one) for one in counts if one) / total if total else 0.0


def importance(node: Node, parameters: Sequence[str]) -> dict[str, float]:
    """The share of each parameter in what the tree's tests tell of the class, in bits over all cases; the sum is 1, or 0."""
    told = dict.fromkeys(range(len(parameters)), 0.0)
    for inner in _inner(node):
        after = math.fsum(branch.cases * entropy(branch.counts) for _condition, branch in inner.branches)
        told[inner.branches[0][0].parameter] += inner.cases * entropy(inner.counts) - after
    total = math.fsum(told.values())
    return {name: round(told[number] / total, 6) if total > 0 else 0.0 for number, name in enumerate(parameters)}


def _inner(node: Node) -> Iterator[Node]:
    if node.branches:
        yield node
    for _condition, branch in node.branches:
        yield from _inner(branch)


def short(path: Sequence[Condition]) -> list[Condition]:
    """The same set of configurations with each end of a range named once, in the order of the parameters."""
    kept: dict[tuple[Any, ...], Condition] = {}
    for one in path:
        key = (one.parameter, one.sign) if one.sign in {"<=", ">"} else (one.parameter, one.sign, one.value)
        kept[key] = one  # what stands further down is narrower
    named = {one.parameter for one in kept.values() if one.sign == "="}
    found = [one for one in kept.values() if one.sign != "!=" or one.parameter not in named]
    return sorted(found, key=lambda one: (one.parameter, one.sign != ">"))


def rules(root: Node, parameters: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    """A rule for each leaf; those of the best class first, of these the one with most support."""
    found = [_rule(short(path), leaf, root.cases, parameters, names) for path, leaf in leaves(root)]
    return sorted(found, key=lambda rule: (names.index(rule["class"]), -rule["support"], rule["conditions"]))


def _rule(path: Sequence[Condition], leaf: Node, cases: int, parameters: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    conditions = [condition.text(parameters) for condition in path]
    return {
        "class": names[leaf.label],
        "conditions": conditions,
        "text": f"{' and '.join(conditions) or 'always'} → {names[leaf.label]}",
        "support": leaf.cases,
        "coverage": _share(leaf.cases, cases),
        "confidence": _share(leaf.counts[leaf.label], leaf.cases),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


def plain(node: Node, parameters: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """The tree as nested mappings. A node that is no leaf has ``parameter`` and ``branches``."""
    counts: Mapping[str, int] = {name: count for name, count in zip(names, node.counts, strict=True) if count}
    found: dict[str, Any] = {"class": names[node.label], "support": node.cases, "classes": counts}
    found["confidence"] = _share(node.counts[node.label], node.cases)
    if node.branches:
        found["parameter"] = parameters[node.branches[0][0].parameter]
        branches = ((condition.text(parameters), plain(branch, parameters, names)) for condition, branch in node.branches)
        found["branches"] = [{"condition": text, **branch} for text, branch in branches]
    return found
