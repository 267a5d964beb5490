# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds of service level objectives: ``'{} < 0.92'`` read by a grammar of one line, never evaluated.

::

    bound  = [number operator] "{}" [operator number]      at least one of the two
    operator = "<" | "<=" | ">" | ">=" | "=="

A bound becomes an open interval of floats. A closed end is the open end one float further, which is the same for floats.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..core.errors import InputError, Place

NUMBER = r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)"
OPERATOR = r"(<=|>=|==|<|>)"
BOUND = re.compile(rf"\s*(?:{NUMBER}\s*{OPERATOR}\s*)?\{{\s*\}}\s*(?:{OPERATOR}\s*{NUMBER})?\s*", re.ASCII)
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
EXAMPLE = "write '{} < 0.92', with one of < <= > >= =="


@dataclass(frozen=True)
class Interval:
    """The floats between ``low`` and ``high``, both excluded."""

    low: float = -math.inf
    high: float = math.inf

    def holds(self, values: Iterable[float]) -> list[bool]:
        """Which of the values lie within."""
        low, high = self.low, self.high
        return [low < one < high for one in values]

    def within(self, other: Interval) -> bool:
        return self.low >= other.low and self.high <= other.high

    def meeting(self, other: Interval) -> Interval:
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def guaranteeing(self, goal: str) -> Interval:
        """The side that matters to somebody who wants much (``maximise``) or little (``minimise``) of the metric."""
        return Interval(low=self.low) if goal == "maximise" else Interval(high=self.high)

    @property
    def empty(self) -> bool:
        return math.nextafter(self.low, math.inf) >= self.high

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The numbers that were written, None for an open side."""
        return _finite_end(self.low, -math.inf), _finite_end(self.high, math.inf)

    def __str__(self) -> str:
        ends = [(self.low, ">", -math.inf), (self.high, "<", math.inf)]
        return " and ".join(_end(end, sign, limit) for end, sign, limit in ends if end != limit) or "any"


EVERYTHING = Interval()


def _written(end: float, limit: float) -> tuple[float, bool]:
    """The number of an end, and whether it was included: one float beside a number of few digits, that number was."""
    inside = math.nextafter(end, -limit)
    return (inside, True) if len(repr(inside)) < len(repr(end)) else (end, False)


def _finite_end(end: float, limit: float) -> float | None:
    return None if end == limit else _written(end, limit)[0]


def _end(end: float, sign: str, limit: float) -> str:
    number, included = _written(end, limit)
    return f"{sign}{'=' if included else ''} {number:.15g}"


def interval(bounds: Any, path: str) -> Interval:
    """The values that meet all bounds of a metric.

    :param bounds: one bound or a list of them, as text
    :raises InputError: a bound is not of the grammar, or no value meets all of them
    """
    texts = [bounds] if isinstance(bounds, str) else bounds
    if not isinstance(texts, list) or not texts:
        raise InputError(f"give a list of bounds; {EXAMPLE}", Place(path=path))
    found = EVERYTHING
    for text in texts:
        found = found.meeting(_bound(text, path))
    if found.empty:
        raise InputError(f"no value meets all of {', '.join(map(repr, texts))}", Place(path=path))
    return found


def _bound(text: Any, path: str) -> Interval:
    parts = BOUND.fullmatch(text) if isinstance(text, str) else None
    if parts is None or not any(parts.groups()):
        raise InputError(f"{text!r} is not a bound; {EXAMPLE}", Place(path=path))
    before, mirrored, sign, after = parts.groups()
    found = EVERYTHING
    for operator, digits in ((MIRRORED.get(mirrored), before), (sign, after)):
        if operator:
            found = found.meeting(_half(operator, _finite(digits, text, path)))
    return found


def _finite(digits: str, text: str, path: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise InputError(f"{text!r} has a number that is too large", Place(path=path))
    return number


def _half(operator: str, number: float) -> Interval:
    below, above = math.nextafter(number, -math.inf), math.nextafter(number, math.inf)
    return {
        "<": Interval(high=number),
        "<=": Interval(high=above),
        ">": Interval(low=number),
        ">=": Interval(low=below),
        "==": Interval(below, above),
    }[operator]
