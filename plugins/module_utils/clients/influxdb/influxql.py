# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""InfluxQL, the language of InfluxDB 1: texts of queries, and what is answered as rows.

Source: the InfluxDB 1 API reference, /query. Answers come in chunks, a JSON document each, so that no limit of rows cuts them
off without a word; the chunks of one series follow each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...core.errors import InputError
from .line_protocol import Point

READS = re.compile(r"\s*select\b", re.IGNORECASE)
WRITES = re.compile(r"\binto\b|;(?!\s*\Z)", re.IGNORECASE)


class AnswerError(Exception):
    """The server says in its answer that it failed; the text is its own."""


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def selection(measurement: str, tags: Mapping[str, str]) -> str:
    """The query for all points of a measurement with these tags, each series by itself."""
    wanted = " AND ".join(f"{quoted(key)} = {literal(value)}" for key, value in tags.items())
    return f"SELECT *::field FROM {quoted(measurement)} WHERE {wanted} GROUP BY *"  # noqa: S608 (names and values are quoted)


def require_reading(query: str) -> None:
    """Refuse what is not one SELECT, or could write. It goes by words, so it also refuses some that would do no harm.

    :raises InputError: it is refused
    """
    if not READS.match(query) or WRITES.search(query):
        raise InputError("the query must be one SELECT of InfluxQL, without INTO, and with a semicolon at its end only")


def series(content: bytes) -> Iterator[dict[str, Any]]:
    """The pieces of series in an answer: ``name``, ``tags``, ``columns``, ``values``.

    :raises AnswerError: the server reports a failure, or has left something out
    :raises ValueError: it is no answer of InfluxDB
    """
    last: dict[str, Any] = {}
    for text in content.splitlines():
        if text.strip():
            rows = list(_of_chunk(json.loads(text)))
            yield from rows
            last = rows[-1] if rows else last
    if last.get("partial"):  # more of it should have followed
        raise AnswerError("its answer is not whole; see max-row-limit in its configuration")


def _of_chunk(document: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(document, Mapping):
        raise ValueError("no object")
    if "error" in document:
        raise AnswerError(str(document["error"]))
    if not isinstance(document.get("results"), list):
        raise ValueError("no results")
    for result in document["results"]:
        if "error" in result:
            raise AnswerError(str(result["error"]))
        for one in result.get("series") or ():
            if not isinstance(one.get("columns"), list) or any(
                len(row) != len(one["columns"]) for row in one.get("values") or ()
            ):
                raise ValueError("a series without columns")
            yield one


def rows(content: bytes) -> list[dict[str, Any]]:
    """An answer as rows of a table; tags that it is grouped by are columns too."""
    found = []
    for one in series(content):
        tags = one.get("tags") or {}
        found += [{**tags, **dict(zip(one["columns"], row, strict=True))} for row in one.get("values") or ()]
    return found


def points(content: bytes) -> list[Point]:
    """The answer to :func:`selection`. A tag that a point does not have is no tag of it."""
    found = []
    for one in series(content):
        tags = {key: value for key, value in (one.get("tags") or {}).items() if value != ""}
        for row in one.get("values") or ():
            cells = dict(zip(one["columns"], row, strict=True))
            moment = cells.pop("time")
            fields = {key: value for key, value in cells.items() if value is not None}
            found.append(Point(one["name"], tags, fields, moment))
    return found
