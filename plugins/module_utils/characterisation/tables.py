# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of samples in files: CSV, a JSON list of objects, or an object a line.

CSV is as RFC 4180 has it, with commas, semicolons or tabs, and with or without a byte order mark; the first line names the
columns, in any order. Files are read in one pass, in pieces: a million rows take some 3 s.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ..core.errors import InputError, Place
from .samples import Gathering

PIECE = 500
"""Rows that are taken up together: few enough to stay in the processor's cache."""
LONGEST = 100_000
"""Characters within which the header must lie."""
DELIMITERS = ",;\t"


def read(text: str, file: str, into: Gathering) -> None:
    """Add the samples of a file.

    :param file: its name, for errors
    :raises InputError: with the line and the column
    """
    text = text.removeprefix("\ufeff")
    if "\0" in text[:1000]:
        raise InputError("is no text in UTF-8; save it as such", Place(file))
    if text[:1000].lstrip().startswith(("[", "{")):
        _json(text, file, into)
    else:
        _csv(text, file, into)


def _csv(text: str, file: str, into: Gathering) -> None:
    table = _Table(text, file, into.wanted.required)
    needed = into.needed(table.header, Place(file))
    places = [table.header.index(name) for name in needed]
    rows = 0
    for piece in table.pieces():
        columns = list(zip(*piece, strict=True))
        cells = {name: columns[at] for name, at in zip(needed, places, strict=True)}
        into.add(cells, lambda row, name, first=rows: table.place(first + row, name))
        rows += len(piece)
    if not rows:
        raise InputError("has no samples", Place(file))


class _Table:
    """A CSV file; its rows are counted from 0, without the header and without blank lines."""

    def __init__(self, text: str, file: str, required: Sequence[str]):
        self._content, self._file = text.encode(), file
        first = next(filter(str.strip, io.StringIO(text[:LONGEST], newline=None)), "").strip("\r\n")
        if not first.strip():
            raise InputError("is empty; give a header and samples", Place(file))
        headers = {delimiter: _header(first, delimiter) for delimiter in DELIMITERS}
        self._delimiter = max(DELIMITERS, key=lambda one: sum(name in headers[one] for name in required))
        self._reader = self._rows()
        self.header = [name.strip() for name in next(self._numbered(self._reader), (0, [""]))[1]]
        for at, name in enumerate(self.header):
            if name in self.header[:at]:
                raise InputError(f"the column {name!r} stands twice", Place(file, 1))

    def _rows(self) -> Any:
        lines = io.TextIOWrapper(io.BytesIO(self._content), encoding="utf-8", newline="")
        return csv.reader(lines, delimiter=self._delimiter, strict=True)

    def _numbered(self, reader: Any) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, with the line of the file on which each ends."""
        try:
            for row in reader:
                if row:
                    yield reader.line_num, row
        except csv.Error as error:
            raise InputError(f"is no CSV: {error}", Place(self._file, max(1, reader.line_num))) from error

    def pieces(self) -> Iterator[list[list[str]]]:
        done = 0
        try:
            while piece := list(islice(self._reader, PIECE)):
                rows = piece if set(map(len, piece)) == {len(self.header)} else self._even(piece, done)
                done += len(rows)
                if rows:
                    yield rows
        except csv.Error as error:
            raise InputError(f"is no CSV: {error}", Place(self._file, max(1, self._reader.line_num))) from error

    def _even(self, piece: Sequence[list[str]], done: int) -> list[list[str]]:
        rows = [row for row in piece if row]
        for at, row in enumerate(rows):
            if len(row) != len(self.header):
                message = f"has {len(row)} cells, while the header has {len(self.header)}"
                raise InputError(message, self.place(done + at))
        return rows

    def place(self, row: int, column: str | None = None) -> Place:
        """Found by reading the file once more, since a cell may hold ends of lines."""
        line = next(islice(self._numbered(self._rows()), row + 1, None), (None,))[0]
        return Place(self._file, line, column)


def _header(line: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]


def _json(text: str, file: str, into: Gathering) -> None:
    rows = _objects(text, file)
    if not rows:
        raise InputError("has no samples", Place(file))
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InputError("is no object; give a list of objects, one a sample", Place(file, path=f"[{number}]"))
    add_objects(rows, file, into)


def add_objects(rows: Sequence[Mapping[str, Any]], file: str, into: Gathering) -> None:
    """Add samples that are a mapping each, from column to value.

    :raises InputError: with the number of the sample, counted from 0
    """
    needed = into.needed(list(rows[0]), Place(file))
    for number, row in enumerate(rows):
        for name in needed:
            if name not in row:
                raise InputError(f"has no {name!r}", Place(file, path=f"[{number}]"))
    columns = {name: [row[name] for row in rows] for name in needed}
    into.add(columns, lambda row, name: Place(file, path=f"[{row}].{name}"))


def _objects(text: str, file: str) -> list[Any]:
    """The objects of a list, or of a text that has one a line."""
    try:
        found = _decoded(text)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("["):
            raise InputError(f"is no JSON: {error.msg}", Place(file, error.lineno)) from error
        return [_line(line, Place(file, number)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON of samples: {error}", Place(file)) from error
    return found if isinstance(found, list) else [found]


def _line(line: str, place: Place) -> Any:
    try:
        return _decoded(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON: {error}", place) from error


def _decoded(text: str) -> Any:
    return json.loads(text, parse_constant=_constant, object_pairs_hook=_once)


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not a finite number")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _one in pairs]
        twice = next((name for name in names if names.count(name) > 1), "")
        raise ValueError(f"{twice!r} stands twice in an object")
    return found
