# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SLA classes: a box of metric values each, the strictest first, and the class of a point.

``exact`` takes the bounds as they are written. ``ordered`` takes those that guarantee something - upper ones of a metric to be
minimised, lower ones of one to be maximised - so that nothing is too good for a class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..core.errors import InputError, Place
from .bounds import EVERYTHING, Interval, interval

NONE = "None"
"""The class of what meets no other: best effort."""
GOALS = {"minimise": "minimise", "maximise": "maximise", "minimize": "minimise", "maximize": "maximise"}
Box: TypeAlias = "Mapping[str, Interval]"
Columns: TypeAlias = "Mapping[str, Sequence[float]]"
"""The values of each metric, point by point."""


@dataclass(frozen=True)
class Classes:
    """``boxes`` by name, the strictest first; ``written`` has the names in the user's order; ``goals`` by metric.

    A point that lies in several boxes is of the first. The number of a class is its place in ``boxes``; that of
    :data:`NONE` is their count.
    """

    boxes: Mapping[str, Box]
    written: tuple[str, ...]
    goals: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """By number, :data:`NONE` last."""
        return (*self.boxes, NONE)

    @property
    def metrics(self) -> list[str]:
        """The metrics that decide."""
        return metrics(self.boxes)

    def met(self, columns: Columns) -> dict[str, list[bool]]:
        """For each class, which points lie in its box, whatever else they lie in."""
        return {name: inside(box, columns) for name, box in self.boxes.items()}

    def label(self, point: Mapping[str, float]) -> int:
        """The number of the class of one point, by its metrics."""
        return self.labels(self.met({metric: [one] for metric, one in point.items()}))[0]

    def labels(self, met: Mapping[str, Sequence[bool]]) -> list[int]:
        """The number of each point's class, from what :meth:`met` tells."""
        found = [len(self.boxes)] * len(next(iter(met.values()), ()))
        for number, name in reversed(list(enumerate(self.boxes))):
            found = [number if inner else label for inner, label in zip(met[name], found, strict=True)]
        return found


def inside(box: Box, columns: Columns) -> list[bool]:
    """Which points lie in a box; O(points · bounds)."""
    found = [True] * len(next(iter(columns.values()), ()))
    for metric, bounds in box.items():
        found = [both and one for both, one in zip(found, bounds.holds(columns[metric]), strict=True)]
    return found


def boxes(given: Mapping[Any, Any]) -> dict[str, dict[str, Interval]]:
    """The classes as they are written.

    :param given: ``{class: {metric: [bound]}}``; a class without metrics takes everything
    :raises InputError: a name or a bound is wrong, or there is no class
    """
    if not given:
        raise InputError("is empty; give at least one class", Place(path="sla_classes"))
    found: dict[str, dict[str, Interval]] = {}
    for key, metrics in given.items():
        name, path = str(key), f"sla_classes.{key}"
        if name == NONE or name in found:
            why = "is the name of what meets no class" if name == NONE else "stands twice"
            raise InputError(f"{why}; give the class another name", Place(path=path))
        if metrics is not None and not isinstance(metrics, Mapping):
            raise InputError("expected a list of bounds for each metric, with braces for its value", Place(path=path))
        found[name] = {str(metric): interval(bounds, f"{path}.{metric}") for metric, bounds in (metrics or {}).items()}
    if not any(found.values()):
        raise InputError("no class has a bound; give one at least", Place(path="sla_classes"))
    return found


def metrics(given: Mapping[str, Box]) -> list[str]:
    """The metrics that classes have bounds for, in the order in which they are first named."""
    return list(dict.fromkeys(metric for box in given.values() for metric in box))


def goals(given: Mapping[Any, Any], classes: Mapping[str, Box]) -> dict[str, str]:
    """Whether each metric is to be minimised or maximised, as far as that is known.

    A metric that is not ``given`` has the goal that its one-sided bounds tell, if they agree.

    :raises InputError: a goal is of no metric of the classes, or is neither
    """
    names = metrics(classes)
    for metric, goal in given.items():
        if str(metric) not in names:
            raise InputError(f"no class has a bound for it; there are: {', '.join(names)}", Place(path=f"goals.{metric}"))
        if not isinstance(goal, str) or goal not in GOALS:
            raise InputError(f"{goal!r} is no goal; write minimise or maximise", Place(path=f"goals.{metric}"))
    told = {metric: _told(box[metric] for box in classes.values() if metric in box) for metric in names}
    told |= {str(metric): GOALS[goal] for metric, goal in given.items()}
    return {metric: goal for metric, goal in told.items() if goal}


def _told(intervals: Iterable[Interval]) -> str | None:
    sides = {("minimise" if one.low == EVERYTHING.low else "maximise") for one in intervals if _one_sided(one)}
    return sides.pop() if len(sides) == 1 else None


def _one_sided(one: Interval) -> bool:
    return (one.low == EVERYTHING.low) != (one.high == EVERYTHING.high)


def known_goals(known: Mapping[str, str], names: Iterable[str], why: str) -> None:
    """:raises InputError: a metric has no goal, though ``why`` asks for one"""
    for metric in names:
        if metric not in known:
            message = f"is missing; say minimise or maximise, since {why} and the bounds do not tell"
            raise InputError(message, Place(path=f"goals.{metric}"))


def exact(written: Mapping[str, Box], known: Mapping[str, str]) -> Classes:
    """Classes with all of their bounds."""
    return Classes(_strictest_first(written), tuple(written), known)


def ordered(written: Mapping[str, Box], known: Mapping[str, str]) -> Classes:
    """Classes with the bounds that guarantee something.

    :raises InputError: a metric has no goal, or no bound of any class is of its goal's side
    """
    names = metrics(written)
    known_goals(known, names, "class_rule is ordered")
    found = {name: _guaranteeing(box, known) for name, box in written.items()}
    for metric in set(names) - set(metrics(found)):
        side = "below" if known[metric] == "maximise" else "above"
        raise InputError(f"is to {known[metric]}, but no class bounds it from {side}", Place(path=f"goals.{metric}"))
    return Classes(_strictest_first(found), tuple(written), known)


def _guaranteeing(box: Box, known: Mapping[str, str]) -> dict[str, Interval]:
    sides = {metric: bounds.guaranteeing(known[metric]) for metric, bounds in box.items()}
    return {metric: side for metric, side in sides.items() if side != EVERYTHING}


def _strictest_first(given: Mapping[str, Box]) -> dict[str, Box]:
    """A class before those whose box holds its own; beyond that the order stays as it is. O(classes³)."""
    left, found = dict(given), {}
    while left:
        name = next((one for one in left if not any(_stricter(left[other], left[one]) for other in left)), next(iter(left)))
        found[name] = left.pop(name)
    return found


def _stricter(one: Box, other: Box) -> bool:
    return _within(one, other) and not _within(other, one)


def _within(inner: Box, outer: Box) -> bool:
    return all(inner.get(metric, EVERYTHING).within(bounds) for metric, bounds in outer.items())
