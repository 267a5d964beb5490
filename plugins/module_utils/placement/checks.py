# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The meaning of plain values: finite numbers within bounds, names that stand once, names that are known.

The types have been checked before, by the spec of a module; but a float may be NaN, and a mapping inside a mapping may hold
anything.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..core.errors import InputError, Place

MOST = 1e15
"""No amount is larger: sums of them stay finite, and of whole numbers below it each has its own float."""


def number(value: Any, path: str, least: float = 0.0, above: bool = False) -> float:
    """``value`` as a float, which is finite, at most ``MOST`` and at least ``least``; with ``above``, more than that.

    :param path: the key of the value, for the sentence (``servers[2].cpu``)
    :raises InputError: it is missing, no number, not finite, too small or too large
    """
    if value is None:
        raise InputError("is missing; give a number", Place(path=path))
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and not math.isfinite(value)):
        raise InputError(f"{value!r} is not a finite number", Place(path=path))
    if value > MOST:
        raise InputError(f"is more than {MOST:g}; check its unit", Place(path=path))
    if value < least or (above and value == least):
        raise InputError(f"{value:g} is {'not more' if above else 'less'} than {least:g}", Place(path=path))
    return float(value)


def named(items: Sequence[Mapping[str, Any]], path: str) -> dict[str, Mapping[str, Any]]:
    """The items by name, in their order.

    :param path: the key of the list
    :raises InputError: a name stands twice, or is empty
    """
    found: dict[str, Mapping[str, Any]] = {}
    places: dict[str, int] = {}
    for index, item in enumerate(items):
        name = str(item["name"])
        if not name:
            raise InputError("is empty; give each a name", Place(path=f"{path}[{index}].name"))
        if name in found:
            message = f"{name!r} stands at {path}[{places[name]}] already; give each a name of its own"
            raise InputError(message, Place(path=f"{path}[{index}].name"))
        found[name], places[name] = item, index
    return found


def known(names: Iterable[str], there: Collection[str], path: str, what: str) -> None:
    """Refuse a name that is not among those ``there``.

    :param what: what the names are, in the singular (``"server"``)
    :raises InputError: with the first unknown name, and those that there are
    """
    for name in names:
        if name not in there:
            shown = ", ".join(sorted(there)[:10]) or "none"
            raise InputError(f"there is no {what} {name!r}; there are: {shown}", Place(path=path))
