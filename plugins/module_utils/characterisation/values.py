# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of deployment parameters: numbers and words that stand for themselves, and what they cost.

A CSV file says ``2048`` or ``2048.0`` where YAML says 2048 or ``'2048'``; all of them are one value. A value is never
corrected: ``4092`` stays what it is.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ..core.errors import InputError, Place

Value: TypeAlias = "int | float | str"
"""Integral numbers are int. Truth values are the words ``true`` and ``false``, since True and 1 would be one key."""
Configuration: TypeAlias = "tuple[Value, ...]"
"""A value for each parameter, in the order of the parameters."""

YAML_TRUTH = {"on": "true", "yes": "true", "off": "false", "no": "false"}
"""Words that are text in CSV, while YAML reads them as truth values where they are not quoted."""
WHOLE = 2.0**53
"""From here on a float does not tell neighbouring integers apart."""
DEAREST = 1e100
"""The highest cost of a value: sums of costs stay finite."""


def value(raw: Any) -> Value:
    """The value that a cell, a JSON value or a YAML key means.

    :raises InputError: it is missing, not finite, or a list or mapping
    """
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return _word(raw.strip())
    if isinstance(raw, int | float):
        return _number(raw)
    raise InputError("is missing; give a value" if raw is None else f"{raw!r} is neither a number nor a word")


def _word(text: str) -> Value:
    if not text:
        raise InputError("is empty; give a value")
    try:
        return text if "_" in text else _number(float(text))  # Python takes 1_000 for a number
    except ValueError:
        return text.lower() if text.lower() in {"true", "false"} else text


def _number(given: float) -> Value:
    if not math.isfinite(given):
        raise InputError(f"{given!r} is not a finite number")
    return int(given) if given == int(given) and abs(given) < WHOLE else given


def shown(one: Value) -> int | float | str | bool:
    """The value as it goes into a template."""
    return {"true": True, "false": False}.get(one, one) if isinstance(one, str) else one


def order(configuration: Iterable[Value]) -> list[tuple[bool, Value]]:
    """A key to sort by: numbers by size, then words by their letters."""
    return [(isinstance(one, str), one) for one in configuration]


def priced(costs: Mapping[str, Any], there: Mapping[str, Collection[Value]]) -> dict[str, dict[Value, float]]:
    """``{parameter: {value: cost}}`` for all values that are ``there``.

    :param costs: as the user gives them, by parameter and value
    :raises InputError: a value has no cost, two keys mean one value, or a cost is no finite number from 0 on
    """
    found = {}
    for name, values in there.items():
        table = _table(costs.get(name), f"costs.{name}")
        for one in sorted(values, key=lambda one: order([one])):
            if one not in table and (one not in YAML_TRUTH or YAML_TRUTH[str(one)] not in table):
                raise InputError(f"there is no cost for its value {one!r}{_hint(one, table)}", _at(name))
        found[name] = {one: table[one] if one in table else table[YAML_TRUTH[str(one)]] for one in values}
    return found


def _table(costs: Any, path: str) -> dict[Value, float]:
    if not isinstance(costs, Mapping):
        raise InputError(
            "is missing; give a cost for each value" if costs is None else "give a cost for each value", _place(path)
        )
    table: dict[Value, float] = {}
    for key, cost in costs.items():
        at = f"{path}.{key}"
        try:
            one = value(key)
        except InputError as error:
            raise InputError(error.message, _place(at)) from error
        if one in table:
            raise InputError("stands twice, since numbers are compared as numbers", _place(at))
        table[one] = _cost(cost, at)
    return table


def _cost(cost: Any, at: str) -> float:
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 <= cost <= DEAREST:
        raise InputError(f"{cost!r} is not a cost; give a number from 0 to {DEAREST:g}", _place(at))
    return cost


def _hint(one: Value, table: Mapping[Value, float]) -> str:
    known = {str(key).lower(): key for key in table}
    close = difflib.get_close_matches(str(one).lower(), known, n=1)
    if close:
        return f"; did you mean {known[close[0]]!r}?"
    return f"; there are costs for {', '.join(map(repr, table))}" if table else ""


def _at(name: str) -> Place:
    return Place(path=f"costs.{name}")


def _place(path: str) -> Place:
    return Place(path=path)


def total(prices: Sequence[Mapping[Value, float]], configuration: Configuration) -> float:
    """The cost of a configuration: the sum of the costs of its values."""
    return math.fsum(table[one] for table, one in zip(prices, configuration, strict=True))


def meant(one: Value) -> int | None:
    """The power of two that a number probably means: 4096 for 4092.

    Within one per cent, but not off by one: 255 and 65535 are the largest numbers of a field. Sizes from 64 on only.
    """
    if isinstance(one, str) or not 64 <= one < WHOLE:
        return None
    power = 2 ** round(math.log2(one))
    return power if 1 < abs(one - power) <= power / 100 else None
