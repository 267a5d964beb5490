# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which samples count: those under a high share of the trial's own peak load, without gross outliers; and how they spread."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .samples import Samples
from .values import Configuration

FENCE = 3.0
"""Interquartile ranges beyond the quartiles: Tukey's outer fences (Exploratory Data Analysis, 1977, section 2D)."""
FEW = 0.05
"""More than this share of a configuration's samples is how it behaves, and no mistake of measuring."""
ENOUGH = 8
"""Samples without which quartiles tell nothing."""
FLOOR = 0.01
"""The interquartile range is taken as no less than this share of the median, for metrics that hardly move."""


@dataclass(frozen=True)
class Spread:
    """Of a configuration's samples in one metric."""

    lowest: float
    low_quartile: float
    median: float
    high_quartile: float
    highest: float


@dataclass(frozen=True)
class Group:
    """The samples of a configuration by their numbers, and how they spread in each metric."""

    configuration: Configuration
    rows: Sequence[int]
    spreads: Mapping[str, Spread]


def peaks(samples: Samples, load: str) -> list[float]:
    """The highest load of each trial."""
    found = [0.0] * len(samples.trials)
    for trial, one in zip(samples.trial, samples.columns[load], strict=True):
        found[trial] = max(found[trial], one)
    return found


def under_load(samples: Samples, load: str, share: float) -> list[bool]:
    """Which samples have at least this share of their trial's peak load.

    A trial without any load measured nothing, and has no such samples.
    """
    least = [share * peak * (1 - 1e-12) if peak else float("inf") for peak in peaks(samples, load)]
    return [one >= least[trial] for trial, one in zip(samples.trial, samples.columns[load], strict=True)]


def groups(samples: Samples, metrics: Sequence[str]) -> list[Group]:
    """The samples of each configuration that has some. O(samples · log samples)."""
    configurations, group = samples.groups()
    rows = [array("l") for _one in configurations]
    for row, number in enumerate(group):
        rows[number].append(row)
    columns = {metric: samples.columns[metric] for metric in metrics}
    return [
        Group(own, members, {metric: _spread([column[row] for row in members]) for metric, column in columns.items()})
        for own, members in zip(configurations, rows, strict=True)
        if members
    ]


def _spread(values: list[float]) -> Spread:
    values.sort()
    size = len(values)
    low, high = (values[size * quarter // 4] for quarter in (1, 3))
    return Spread(values[0], low, (values[(size - 1) // 2] + values[size // 2]) / 2, high, values[-1])


def outliers(samples: Samples, there: Sequence[Group], fence: float = FENCE) -> tuple[list[bool], int]:
    """Which samples are outliers in some metric, and how many configurations have too many for that to be believed.

    A sample is one if it lies more than ``fence`` interquartile ranges beyond the quartiles of its configuration. Where that
    holds of more than :data:`FEW` of a configuration's samples, none of them is. O(samples).

    :param there: see :func:`groups`
    """
    flags, many = [False] * len(samples), 0
    for one in there:
        found = {row for metric, own in one.spreads.items() for row in _beyond(one.rows, samples.columns[metric], own, fence)}
        if len(found) > FEW * len(one.rows):
            many += 1
        else:
            for row in found:
                flags[row] = True
    return flags, many


def _beyond(rows: Sequence[int], column: Sequence[float], spread: Spread, fence: float) -> list[int]:
    width = fence * max(spread.high_quartile - spread.low_quartile, FLOOR * abs(spread.median))
    low, high = spread.low_quartile - width, spread.high_quartile + width
    if len(rows) < ENOUGH or low <= spread.lowest <= spread.highest <= high:
        return []
    return [row for row in rows if column[row] < low or column[row] > high]
