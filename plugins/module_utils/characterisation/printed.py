# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples as a stress tool prints them: CSV, a header that names the columns and then a sample a line.

Lines are taken as they come, so that what is measured while the tool runs belongs to the sample. CSV is that of RFC 4180 with
commas, semicolons or tabs; a cell holds no end of line.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import InputError, Place
from .campaign import NAME
from .tables import DELIMITERS


@dataclass(frozen=True)
class Columns:
    """Which column has what: the ``users``, each metric by its name, and the seconds (``time``), where the tool tells them."""

    users: str = "users"
    metrics: Mapping[str, str] = field(default_factory=dict)
    time: str | None = None

    def wanted(self) -> dict[str, str]:
        """Each name of a sample with its column."""
        return {"users": self.users, **self.metrics, **({"time": self.time} if self.time else {})}


def columns_of(metrics: Any, users: str, time: str | None, reserved: Iterable[str], where: str) -> Columns:
    """The columns that a campaign names.

    :param metrics: names of columns that are the metrics' names too, or a mapping from metric to column
    :param reserved: what no metric may be called
    :param where: the path of the use case's parameters
    :raises InputError: no metric, one twice, or a name that cannot be one
    """
    place = Place(path=f"{where}metrics")
    named = [(one, one) for one in metrics] if isinstance(metrics, list) else list(getattr(metrics, "items", list)())
    if not named or not all(isinstance(text, str) and text for pair in named for text in pair):
        raise InputError("give the metrics as a list of columns, or as a mapping from metric to column", place)
    for name, _column in named:
        if not NAME.match(name):
            raise InputError(f"{name!r} is no name; map one of letters, digits and underscores to the column", place)
        if name in set(reserved):
            raise InputError(f"{name!r} is the name of another column of samples; map another to the column", place)
    if len(dict(named)) != len(named):
        raise InputError("a metric stands twice", place)
    return Columns(users, dict(named), time)


def samples(lines: Iterable[str], columns: Columns, source: str) -> Iterator[dict[str, float]]:
    """A sample for each line below the header: ``users``, the metrics, and ``time`` in seconds since the first sample.

    :param source: what printed it, for errors
    :raises InputError: no header, a column that is missing or stands twice, a cell that is no finite number, or no samples;
        with the line and the column
    """
    rows = _rows(lines, columns, source)
    line, names = next(rows, (1, []))
    begun = None
    if names:
        at = _header(names, columns, Place(source, line))
        for number, cells in rows:
            if len(cells) != len(names):
                message = f"has {len(cells)} cells, while the header has {len(names)}"
                raise InputError(message, Place(source, number))
            sample = {
                name: _number(cells[at[name]], Place(source, number, column)) for name, column in columns.wanted().items()
            }
            if sample["users"] < 0:
                raise InputError(f"{sample['users']:g} users are less than none", Place(source, number, columns.users))
            begun = sample.get("time", 0.0) if begun is None else begun
            yield {**sample, "time": sample["time"] - begun} if "time" in sample else sample
    if begun is None:
        raise InputError("has no samples; a header with the columns and a line for each sample are expected", Place(source))


def _rows(lines: Iterable[str], columns: Columns, source: str) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each line that is not blank; the first one shows what separates cells."""
    delimiter = None
    for number, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff").rstrip("\r\n")
        if not text.strip():
            continue
        delimiter = delimiter or _delimiter(text, columns)
        yield number, _cells(text, delimiter, Place(source, number))


def _delimiter(header: str, columns: Columns) -> str:
    """The one that shows most of the columns."""
    wanted = set(columns.wanted().values())
    return max(DELIMITERS, key=lambda one: len(wanted & set(_cells(header, one, Place(), strict=False))))


def _cells(text: str, delimiter: str, place: Place, strict: bool = True) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, strict=strict), [])]
    except csv.Error as error:
        if not strict:
            return []
        raise InputError(f"is no CSV: {error}", place) from error


def _header(names: list[str], columns: Columns, place: Place) -> dict[str, int]:
    for column in columns.wanted().values():
        if names.count(column) != 1:
            shown = ", ".join(names[:20])
            missing = f"there is no column {column!r}; there are: {shown}"
            raise InputError(f"the column {column!r} stands twice" if column in names else missing, place)
    return {name: names.index(column) for name, column in columns.wanted().items()}


def _number(cell: str, place: Place) -> float:
    try:
        found = float(cell) if "_" not in cell else math.nan
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise InputError(f"{cell!r} is no number", place)
    return found
