# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, addresses and names as SEFL and NetCTL write them: tokens as terms of SEFL, and back.

``80`` and ``0x50`` are numbers, ``16w80`` one of 16 bits, ``10.0.0.1``, ``2001:db8::1`` and ``00:11:22:33:44:55``
numbers of 32, 128 and 48 bits. ``1-1023``, ``10.0.0.0/8`` and ``10.0.0.1-10.0.0.9`` are ranges.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from ..core.errors import InputError, Place
from . import sefl
from .fields import EITHER, FIELDS, HEADERS, NAMES, PARTS, expressions

Range = tuple[int, int]


def bounds(token: Any) -> tuple[Range, int | None]:
    """The first and the last number that a token stands for, and its width in bits where that is known."""
    try:
        return BOUNDS[token.type](str(token))
    except ValueError as error:
        raise InputError(f"{str(token)!r} is no value: {error}", Place(line=token.line)) from None


def number(text: str) -> int:
    return int(text, 0)


def _plain(text: str) -> tuple[Range, int | None]:
    return (number(text), number(text)), None


def _wide(text: str) -> tuple[Range, int | None]:
    width, _w, value = text.partition("w")
    return (number(value), number(value)), int(width)


def _range(text: str) -> tuple[Range, int | None]:
    low, _minus, high = text.partition("-")
    return _ordered(number(low), number(high)), None


def _mac(text: str) -> tuple[Range, int | None]:
    value = int(text.replace(":", ""), 16)
    return (value, value), 48


def _address(text: str) -> tuple[Range, int | None]:
    if "-" in text:
        low, high = (ipaddress.IPv4Address(part.strip()) for part in text.split("-"))
        return _ordered(int(low), int(high)), 32
    return _network(ipaddress.IPv4Interface(text)), 32


def _address6(text: str) -> tuple[Range, int | None]:
    return _network(ipaddress.IPv6Interface(text)), 128


def _network(given: ipaddress.IPv4Interface | ipaddress.IPv6Interface) -> Range:
    """A prefix, as in forwarding tables: whether an address in it or all of it is meant would be a guess."""
    network = given.network
    if given.ip != network.network_address:
        raise ValueError(f"it has bits set beyond its length; write {network}, or {given.ip} for the address alone")
    return int(network[0]), int(network[-1])


def _ordered(low: int, high: int) -> Range:
    if low > high:
        raise ValueError("it ends before it begins")
    return low, high


BOUNDS = {
    "NUMBER": _plain,
    "WIDE": _wide,
    "RANGE": _range,
    "MAC": _mac,
    "ADDRESS": _address,
    "ADDRESS6": _address6,
}


def merged(ranges: list[Range]) -> tuple[Range, ...]:
    """Sorted and disjoint."""
    answer: list[Range] = []
    for low, high in sorted(ranges):
        if answer and low <= answer[-1][1] + 1:
            answer[-1] = (answer[-1][0], max(answer[-1][1], high))
        else:
            answer.append((low, high))
    return tuple(answer)


def named(token: Any) -> tuple[sefl.Expression, ...]:
    """What a name reads: a field (two for ``ip.addr`` and its like), or metadata.

    :raises InputError: a name that begins like a header's fields and is none
    """
    name = str(token)
    if name in NAMES:
        return expressions(name)
    header = name.partition(".")[0]
    if header in HEADERS and "." in name:
        near = ", ".join(one for one in (*FIELDS, *PARTS, *EITHER) if one.startswith(f"{header}."))
        raise InputError(f"{name} is no field; there are {near}", Place(line=token.line))
    return (sefl.Read(sefl.Meta(name)),)


def width(expression: sefl.Expression) -> int | None:
    """The width of a field or a part of one; None for what is known only when it runs."""
    if isinstance(expression, sefl.Slice | sefl.Extend):
        return expression.width
    if isinstance(expression, sefl.Read) and isinstance(expression.target, sefl.Header):
        return WIDTHS.get(expression.target)
    return None


WIDTHS = {field.target: field.width for field in FIELDS.values()}
TARGETS = {field.target: field.name for field in FIELDS.values()}


def check_fits(
    value: int, expression: sefl.Expression, token: Any, known: int | None = None, *, side: str = "the other side"
) -> None:
    """Refuse a number that the field on the other side cannot have.

    :param known: the width that the number itself has, as an address does
    :param side: what the other side is called
    """
    bits = width(expression)
    if bits is not None and known not in (None, bits):
        raise InputError(f"{token} has {known} bits and does not fit {side}, which has {bits}", Place(line=token.line))
    if bits is not None and value >> bits:
        raise InputError(f"{token} does not fit into the {bits} bits of {side}", Place(line=token.line))
