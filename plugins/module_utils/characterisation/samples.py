# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples of a measuring campaign, merged from tables into columns.

A table has a column for each parameter, metric and, where one is used, the load. A trial is one run of the stress test: the
samples that have the same configuration and the same values in the columns that tell trials apart.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any, TypeAlias

from ..core.errors import InputError, Place
from .values import Configuration, Value, value

TRIAL_COLUMNS = ("experiment", "experiment_id", "trial", "trial_id", "iteration", "repetition", "run", "run_id")
"""Columns that tell trials apart where the user names none."""
LEFT_OUT = -1
Where: TypeAlias = "Callable[[int, str], Place]"
"""The place of a table's row, counted from 0, and column."""


@dataclass(frozen=True)
class Wanted:
    """The columns that matter. ``trial`` is None where the user names none; ``fixed`` has the values that rows must have."""

    parameters: tuple[str, ...]
    metrics: tuple[str, ...]
    load: str | None = None
    trial: tuple[str, ...] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> list[str]:
        return list(dict.fromkeys([*self.parameters, *self.metrics, *([self.load] if self.load else []), *(self.trial or ())]))

    def numbers(self) -> list[str]:
        """The columns that hold numbers."""
        return list(dict.fromkeys([*self.metrics, *([self.load] if self.load else [])]))

    def keys(self, there: Sequence[str]) -> list[str]:
        """The columns by which rows are grouped: parameters, fixed values, trials."""
        fixed = [name for name in self.fixed if name in there]
        return [*self.parameters, *fixed, *(self.trial if self.trial is not None else self._usual(there))]

    def _usual(self, there: Sequence[str]) -> list[str]:
        taken = {*self.required, *self.fixed}
        return [name for name in TRIAL_COLUMNS if name in there and name not in taken]


@dataclass(frozen=True)
class Trial:
    configuration: Configuration
    name: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Samples:
    """``trial`` has the number of each sample's trial, ``columns`` its load and metrics by name."""

    trials: tuple[Trial, ...]
    trial: Sequence[int]
    columns: Mapping[str, Sequence[float]]

    def __len__(self) -> int:
        return len(self.trial)

    def kept(self, flags: Sequence[bool]) -> Samples:
        """The samples that are flagged."""
        columns = {name: array("d", compress(column, flags)) for name, column in self.columns.items()}
        return replace(self, trial=array("l", compress(self.trial, flags)), columns=columns)

    def groups(self) -> tuple[list[Configuration], list[int]]:
        """The configurations that samples have, sorted by their first trial, and the number of each sample's."""
        numbers: dict[Configuration, int] = {}
        of_trial = [numbers.setdefault(trial.configuration, len(numbers)) for trial in self.trials]
        return list(numbers), [of_trial[one] for one in self.trial]


class Gathering:
    """Samples under collection. ``read`` counts all rows, ``left_out`` those that have other fixed values."""

    def __init__(self, wanted: Wanted):
        self.wanted = wanted
        self.read = self.left_out = 0
        self._trials: dict[Trial, int] = {}
        self._trial = array("l")
        self._columns = {name: array("d") for name in wanted.numbers()}
        self._fixed = {name: value(one) for name, one in wanted.fixed.items() if not isinstance(one, list | dict)}

    def needed(self, there: Sequence[str], place: Place) -> list[str]:
        """The columns that are taken of a table which has those ``there``.

        :raises InputError: a column is missing, or a needed one stands twice
        """
        for name in self.wanted.required:
            if name not in there:
                more = f" and {len(there) - 20} more" if len(there) > 20 else ""
                shown = ", ".join(map(str, there[:20])) + more or "none"
                raise InputError(f"there is no column {name!r}; there are: {shown}", place)
        return list(dict.fromkeys([*self.wanted.keys(there), *self.wanted.numbers()]))

    def add(self, columns: Mapping[str, Sequence[Any]], where: Where) -> None:
        """Rows of a table, as the columns that are needed.

        :raises InputError: a cell is no finite number where one is due, or no value
        """
        numbers = {name: _floats(columns[name], name, where) for name in self.wanted.numbers()}
        if self.wanted.load:
            _from_zero(numbers[self.wanted.load], self.wanted.load, where)
        trial = self._numbered(self.wanted.keys(list(columns)), columns, where)
        self.read += len(trial)
        if LEFT_OUT in trial:
            flags = [one != LEFT_OUT for one in trial]
            self.left_out += flags.count(False)
            trial = list(compress(trial, flags))
            numbers = {name: compress(column, flags) for name, column in numbers.items()}
        self._trial.extend(trial)
        for name, column in numbers.items():
            self._columns[name].extend(column)

    def _numbered(self, keys: Sequence[str], columns: Mapping[str, Sequence[Any]], where: Where) -> list[int]:
        """The number of each row's trial. Each spelling of a key is looked at once."""
        known = _Known(lambda row: self._number(keys, row))
        try:
            return list(map(known.__getitem__, zip(*(columns[name] for name in keys), strict=True)))
        except (InputError, TypeError):
            for name in keys:
                for row, raw in enumerate(columns[name]):
                    _checked(raw, where, row, name)
            raise

    def _number(self, keys: Sequence[str], row: Sequence[Any]) -> int:
        cells = {name: value(raw) for name, raw in zip(keys, row, strict=True)}
        if any(cells.get(name, one) != one for name, one in self._fixed.items()):
            return LEFT_OUT
        configuration = tuple(cells.pop(name) for name in self.wanted.parameters)
        name = tuple((key, one) for key, one in cells.items() if key not in self.wanted.fixed)
        return self._trials.setdefault(Trial(configuration, name), len(self._trials))

    def samples(self) -> Samples:
        return Samples(tuple(self._trials), self._trial, self._columns)


class _Known(dict[Any, int]):
    """Numbers of keys, found out on demand."""

    def __init__(self, number: Callable[[Any], int]):
        super().__init__()
        self._number = number

    def __missing__(self, key: Any) -> int:
        self[key] = found = self._number(key)
        return found


def _checked(raw: Any, where: Where, row: int, name: str) -> None:
    try:
        value(raw)
    except InputError as error:
        raise InputError(error.message, where(row, name)) from error


def _floats(cells: Sequence[Any], name: str, where: Where) -> Sequence[float]:
    """Numbers and text that is a number, as floats; most columns are clean, so they are looked at as a whole first."""
    kinds = set(map(type, cells))
    try:
        if kinds <= {str, int, float} and (str not in kinds or "_" not in "".join(map(str, cells))):
            found = array("d", map(float, cells))
            if all(map(math.isfinite, found)):
                return found
    except (ValueError, OverflowError):
        pass
    for row, cell in enumerate(cells):
        if wrong := _wrong(cell):
            raise InputError(wrong, where(row, name))
    raise InputError("has a cell that is not a number", where(0, name))


def _wrong(cell: Any) -> str | None:
    """What is wrong with a cell that shall be a finite number."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return "is empty; give a number"
    try:
        if isinstance(cell, bool) or "_" in str(cell) or not math.isfinite(float(cell)):
            return f"{cell!r} is not a finite number"
    except (TypeError, ValueError, OverflowError):
        point = str(cell).replace(",", ".", 1)
        return f"{cell!r} is not a number" + (f"; write {point}" if point != str(cell) and _wrong(point) is None else "")
    return None


def _from_zero(loads: Iterable[float], name: str, where: Where) -> None:
    if min(loads, default=0.0) < 0:
        row = next((row for row, one in enumerate(loads) if one < 0), 0)
        raise InputError("the load is less than 0", where(row, name))
