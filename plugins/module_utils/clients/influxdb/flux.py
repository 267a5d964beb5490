# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flux, the language of InfluxDB 2: texts of queries, and the annotated CSV that is answered.

Source: the reference of InfluxDB 2 on annotated CSV and on Flux. A table has its annotations ``#datatype``, ``#group`` and
``#default``, then a header, then records; the next table has its own where they differ. What fails while an answer is under
way stands in it as a table with the column ``error``.
"""

from __future__ import annotations

import calendar
import csv
import io
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...core.errors import InputError
from .influxql import AnswerError
from .line_protocol import Point

DIALECT = {"header": True, "annotations": ["datatype", "group", "default"], "delimiter": ",", "commentPrefix": "#"}
CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "long": int,
    "unsignedLong": int,
    "double": float,
    "boolean": lambda text: text == "true",
}
"""How a cell is read, by its data type; all others are texts."""
OWN = ("", "result", "table")
"""Columns that tell tables of an answer apart, and are not of the data."""
NOT_TAGS = {*OWN, "_start", "_stop", "_time", "_value", "_field", "_measurement"}
WRITES = re.compile(r"\b(to|wideTo|post)\s*\(")
STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|[+]00:00)\Z")
"""A time as RFC 3339 has it, in UTC."""
LAST = "2262-01-01T00:00:00Z"
"""Later than any point: without it, a query ends at what the server takes for now."""


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${").replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def selection(bucket: str, measurement: str, tags: Mapping[str, str]) -> str:
    """The query for all points of a measurement with these tags, a record for each field."""
    wanted = [f"r._measurement == {quoted(measurement)}", *(f"r[{quoted(key)}] == {quoted(one)}" for key, one in tags.items())]
    source = f"from(bucket: {quoted(bucket)}) |> range(start: 0, stop: {LAST})"
    return f"{source} |> filter(fn: (r) => {' and '.join(wanted)})"


def require_reading(query: str) -> None:
    """Refuse what could write. It goes by words, so it also refuses some that would do no harm.

    :raises InputError: it is refused
    """
    if not query.strip() or WRITES.search(query):
        raise InputError("the query must be Flux that reads; to(), wideTo() and post() are refused")


def records(content: bytes) -> Iterator[dict[str, Any]]:
    """Each record of an answer, by column; None where it has no value.

    :raises AnswerError: the server reports a failure
    :raises ValueError: it is no annotated CSV
    """
    types: list[str] = []
    defaults: list[str] = []
    header: list[str] | None = None
    for row in _cells(content):
        if row[0].startswith("#"):
            types, defaults, header = _annotated(row, types, defaults)
        elif header is None:
            header = row
            if "error" in row:  # such a table may come without annotations
                types, defaults = ["string"] * len(row), [""] * len(row)
            if len(types) != len(row) or len(defaults) != len(row):
                raise ValueError("a table without annotations")
        else:
            yield _record(row, header, types, defaults)


def _cells(content: bytes) -> Iterator[list[str]]:
    """The rows of CSV that are not blank."""
    try:
        yield from filter(any, csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    except csv.Error as error:
        raise ValueError("no CSV") from error


def _annotated(row: list[str], types: list[str], defaults: list[str]) -> tuple[list[str], list[str], None]:
    """What the annotations of a table are after one more of them; its header is still to come."""
    kinds = {"#datatype": (row, defaults), "#default": (types, row)}
    return (*kinds.get(row[0], (types, defaults)), None)


def _record(row: list[str], header: list[str], types: list[str], defaults: list[str]) -> dict[str, Any]:
    if len(row) != len(header):
        raise ValueError("a record that does not fit its header")
    found = {}
    for name, kind, default, cell in zip(header, types, defaults, row, strict=True):
        text = cell or default
        empty = text == "" and kind != "string"
        found[name] = None if empty else CONVERSIONS.get(kind, str)(text)
    if {"error", "reference"} <= found.keys():
        raise AnswerError(str(found["error"]))
    return found


def rows(content: bytes) -> list[dict[str, Any]]:
    """An answer as rows of a table, whose column ``time`` is Flux's ``_time``."""
    found = []
    for record in records(content):
        row = {name: one for name, one in record.items() if name not in OWN}
        found.append({"time": row["_time"], **row} if "_time" in row else row)
    return found


def points(content: bytes) -> list[Point]:
    """The answer to :func:`selection`, put together from its fields."""
    known: dict[tuple[Any, ...], tuple[dict[str, str], dict[str, Any]]] = {}
    for record in records(content):
        tags = {key: one for key, one in record.items() if key not in NOT_TAGS and one not in (None, "")}
        key = (record["_measurement"], nanoseconds(record["_time"]), *sorted(tags.items()))
        known.setdefault(key, (tags, {}))[1][record["_field"]] = record["_value"]
    return [Point(key[0], tags, fields, key[1]) for key, (tags, fields) in known.items()]


def nanoseconds(text: str) -> int:
    """A time as nanoseconds since 1970, without the loss that a float would bring.

    :raises ValueError: it is none of RFC 3339 in UTC
    """
    found = STAMP.match(text)
    if not found:
        raise ValueError("a time that is none")
    seconds = calendar.timegm(time.strptime(found[1], "%Y-%m-%dT%H:%M:%S"))
    return seconds * 10**9 + int((found[2] or "").ljust(9, "0"))
