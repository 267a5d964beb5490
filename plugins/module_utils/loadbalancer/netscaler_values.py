# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How values are written for a NetScaler, and when two of them are the same.

An appliance gives numbers back as numbers or as text, addresses in its own spelling, and a minute for 60 seconds; none of this
is a difference.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..core.errors import InputError, Place
from ..model.netscaler.table import Attribute

MILLISECONDS = {"MSEC": 1, "SEC": 1000, "MIN": 60_000}
UNIT = "SEC"
"""What a duration is in where nothing says otherwise."""
UNSET = frozenset({"", "none"})
"""What an appliance tells of a text that is not set."""


def number(value: Any) -> int | None:
    """A number however it is written, None for what is none."""
    with suppress(TypeError, ValueError, OverflowError):
        return int(float(value)) if not isinstance(value, int) else value
    return None


def address(value: Any) -> str:
    """An address in one spelling; another text, such as a mask with a sign for any, stays as it is."""
    text = str(value).strip()
    return _spelled(text) or text.lower()


def is_address(value: Any) -> bool:
    return bool(_spelled(str(value).strip()))


@lru_cache(maxsize=1 << 16)
def _spelled(text: str) -> str:
    """The usual spelling of an address, nothing for what is none; of ten thousand members each is asked for several times."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(text))
    return ""


def _codes(value: Any) -> list[str]:
    return sorted(str(item) for item in (value if isinstance(value, list | tuple) else [value]))


def _upper(value: Any) -> str:
    return str(value).upper()


@dataclass(frozen=True)
class Form:
    """One way of writing.

    :param option: the option's type, for an argument spec
    :param write: from the option's value to NITRO's
    :param normal: from any spelling of NITRO's to one that can be compared
    """

    option: Mapping[str, Any]
    write: Callable[[Any], Any]
    normal: Callable[[Any], Any]


FORMS: Mapping[str, Form] = {
    "text": Form({"type": "str"}, str, str),
    "number": Form({"type": "int"}, int, number),
    "address": Form({"type": "str"}, address, address),
    "codes": Form({"type": "list", "elements": "str"}, lambda value: [str(item) for item in value], _codes),
    "switch": Form({"type": "str", "choices": ["enabled", "disabled"]}, _upper, _upper),
    "yes_no": Form({"type": "bool"}, lambda value: "YES" if value else "NO", _upper),
    "on_off": Form({"type": "bool"}, lambda value: "ON" if value else "OFF", _upper),
}


def written(attribute: Attribute, value: Any, where: str) -> Any:
    """The option's value as NITRO takes it.

    :raises InputError: a number out of range
    """
    result = FORMS[attribute.form].write(value)
    low, high = attribute.low, attribute.high
    if attribute.form == "number" and ((low is not None and result < low) or (high is not None and result > high)):
        limits = f"from {low} to {high}" if high is not None else f"{low} or more"
        raise InputError(f"{result} is out of range: give a number {limits}", Place(path=f"{where}{attribute.name}"))
    return result


def same(attribute: Attribute, there: Any, wanted: Any) -> bool:
    """Whether what is there is what is wanted; an empty text wants what is not set."""
    if wanted == "":
        return there is None or str(there).lower() in UNSET
    if there is None:
        return False
    if attribute.choices:
        return str(there).upper() == str(wanted).upper()
    normal = FORMS[attribute.form].normal
    return normal(there) == normal(wanted)


def duration(value: Any, unit: Any) -> int | None:
    """A duration in ms; None where there is none."""
    amount = number(value)
    return None if amount is None else amount * MILLISECONDS.get(str(unit or UNIT).upper(), 1000)
