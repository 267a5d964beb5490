# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked for: the options of the module, checked as far as that is possible without samples."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import InputError, Place
from .classes import Box, Classes, boxes, exact, goals, known_goals, metrics, ordered
from .samples import Wanted
from .values import value

RULES = {"exact": exact, "ordered": ordered}
RANGES = {
    "window": (lambda number: 0 <= number <= 1, "a share from 0 to 1"),
    "probability": (lambda number: 0 < number <= 1, "a share above 0 and up to 1"),
    "pruning": (lambda number: 0 < number < 1, "between 0 and 1"),
    "outlier_fence": (lambda number: number > 0, "a finite number above 0"),
}
"""What a number must be, and the words for it."""


@dataclass(frozen=True)
class Task:
    """Checked options. ``boxes`` are the classes as written, whatever the rule makes of them."""

    wanted: Wanted
    boxes: Mapping[str, Box]
    classes: Classes
    options: Mapping[str, Any]

    @property
    def unit(self) -> str:
        """What is counted."""
        return "samples" if self.options["labels"] == "point" else "trials"


def task(options: Mapping[str, Any]) -> Task:
    """The options of the module, checked as far as that is possible without samples.

    :raises InputError: they contradict each other, or a number is out of its range
    """
    for name in RANGES:
        _within(options[name], name)
    if options["store"] is None and options["influxdb"] is None:
        _names(options["samples"] or [], "samples")
    written = boxes(options["sla_classes"])
    known = goals(options["goals"], written)
    names = metrics(written)
    if options["labels"] != "point":
        known_goals(known, names, f"labels are by {options['labels']}")
    wanted = Wanted(
        _names(options["parameters"], "parameters"),
        tuple(names),
        options["load"],
        None if options["trial"] is None else _names(options["trial"], "trial", empty=True),
        _fixed(options["fixed"]),
    )
    _apart(wanted, options["costs"])
    return Task(wanted, written, RULES[options["class_rule"]](written, known), options)


def classes_of(options: Mapping[str, Any]) -> Classes:
    """The classes that ``sla_classes``, ``class_rule`` and ``goals`` say.

    :raises InputError: a bound or a goal is wrong, or they do not fit the rule
    """
    written = boxes(options["sla_classes"])
    return RULES[options["class_rule"]](written, goals(options["goals"], written))


def _within(number: float | None, name: str) -> None:
    fits, asked = RANGES[name]
    if number is not None and not (math.isfinite(number) and fits(number)):
        raise InputError(f"{number:g} is not {asked}", Place(path=name))


def _names(given: Sequence[str], path: str, empty: bool = False) -> tuple[str, ...]:
    """Names that stand once each."""
    if not given and not empty:
        raise InputError("is empty; name at least one", Place(path=path))
    for at, name in enumerate(given):
        if name in given[:at]:
            raise InputError(f"{name!r} stands twice", Place(path=path))
    return tuple(given)


def _fixed(given: Mapping[Any, Any]) -> dict[str, Any]:
    try:
        json.dumps(given, allow_nan=False)
    except (TypeError, ValueError):
        raise InputError("holds what JSON cannot say, as NaN", Place(path="fixed")) from None
    return {str(name): one for name, one in given.items() if _scalar(name, one)}


def _scalar(name: Any, one: Any) -> bool:
    """Lists and mappings are copied into templates and not compared; what is no value at all is refused."""
    if not isinstance(one, list | dict):
        try:
            value(one)
        except InputError as error:
            raise InputError(error.message, Place(path=f"fixed.{name}")) from error
    return True


def _apart(wanted: Wanted, costs: Mapping[Any, Any]) -> None:
    """Each name has one part to play."""
    for name in wanted.parameters:
        if name in wanted.numbers():
            raise InputError(f"{name!r} is the load or a metric, and cannot be a parameter too", Place(path="parameters"))
        if name in wanted.fixed:
            raise InputError("is a parameter already; leave it out of one of them", Place(path=f"fixed.{name}"))
    for name in costs:
        if name not in wanted.parameters and name not in wanted.fixed:
            there = ", ".join(wanted.parameters)
            raise InputError(f"there is no parameter of that name; there are: {there}", Place(path=f"costs.{name}"))
