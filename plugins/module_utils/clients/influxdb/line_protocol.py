# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Points as InfluxDB's line protocol has them: ``measurement,tag=value field=value time``, one a line.

Source: the line protocol reference of InfluxDB 1 and 2. It knows no escape for a backslash in names and tags. One at their end
would take the separator that follows with it, and of one before what is escaped servers make different things. Both are
refused, as are ends of lines, and what InfluxDB would drop without a word: an empty tag.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...core.errors import InputError

Field: TypeAlias = "bool | int | float | str"
LONGEST_STRING = 64 * 1024 - 1
"""Bytes of a string field; InfluxDB 2 takes no more."""
INTEGERS = range(-(2**63), 2**63)
TIMES = range(-(2**63) + 2, 2**63 - 1)
"""Nanoseconds since 1970 that InfluxDB can keep; it has some of the 64 bits' ends for itself."""
LINES, BYTES = 5000, 1 << 20
"""What one request writes at the most."""
RESERVED = ("time", "_measurement", "_field")
"""Keys that InfluxDB has for itself."""
REFUSED = re.compile(r'\A\Z|[\x00-\x1f\x7f\ud800-\udfff]|\\(?=[\\,="\s]|\Z)')
"""What no name and no tag may be or have: nothing, control characters, halves of characters, ambiguous backslashes."""
BROKEN = re.compile(r"[\0\n\r\ud800-\udfff]")
"""What no text in a field may have."""


@dataclass(frozen=True)
class Point:
    """What was measured at one time, in nanoseconds since 1970. Two with the same measurement, tags and time are one point:
    the later replaces the fields that it has.
    """

    measurement: str
    tags: Mapping[str, str]
    fields: Mapping[str, Field]
    time: int = 0


def line(point: Point) -> str:
    """A point as a line, its tags sorted as InfluxDB likes them.

    :raises InputError: it has no field, a value that is not finite, or a name or tag that cannot be written
    """
    head = [_name(point.measurement, "a measurement", ", ")]
    if head[0].startswith("#"):
        raise InputError(f"{point.measurement!r} cannot be a measurement: it would be a comment")
    head += [f"{_name(key, 'a tag')}={_name(value, f'the tag {key}')}" for key, value in sorted(point.tags.items())]
    for key in RESERVED:
        if key in point.tags or key in point.fields:
            raise InputError(f"{key!r} cannot be a tag or a field of InfluxDB, which has a column of that name; take another")
    if not point.fields:
        raise InputError(f"a point of {point.measurement!r} has no fields; give at least one")
    fields = [f"{_name(key, 'a field')}={_field(key, value)}" for key, value in point.fields.items()]
    if point.time not in TIMES:
        raise InputError(f"{point.time} ns cannot be a time of a point; take one between the years 1678 and 2262")
    return f"{','.join(head)} {','.join(fields)} {point.time}"


def batches(points: Iterable[Point]) -> Iterator[bytes]:
    """The lines of points, in pieces of at most :data:`LINES` lines and, unless one line is longer, :data:`BYTES` bytes."""
    lines: list[bytes] = []
    size = 0
    for point in points:
        text = line(point).encode()
        if lines and (len(lines) == LINES or size + len(text) >= BYTES):
            yield b"\n".join(lines)
            lines, size = [], 0
        lines.append(text)
        size += len(text) + 1
    if lines:
        yield b"\n".join(lines)


def _name(text: str, what: str, special: str = ",= ") -> str:
    if REFUSED.search(text):
        rule = (
            'take one that is not empty and has no control characters, nor a backslash at its end or before , = \\ " or a space'
        )
        raise InputError(f"{text!r} cannot be {what} of InfluxDB; {rule}")
    return "".join(f"\\{one}" if one in special else one for one in text)


def _field(key: str, value: Field) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if value not in INTEGERS:
            raise InputError(f"{key} is {value}, which is no integer of 64 bits; InfluxDB keeps no other")
        return f"{value}i"
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{key} is {value}, and InfluxDB keeps finite numbers only")
        return repr(value)
    return _string(key, value)


def _string(key: str, value: str) -> str:
    if BROKEN.search(value):
        raise InputError(f"{key} is a text with ends of lines or what is no Unicode; InfluxDB keeps one line of text")
    if len(value.encode()) > LONGEST_STRING:
        raise InputError(f"{key} is a text of more than {LONGEST_STRING} bytes; InfluxDB keeps no longer one")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
