# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which samples count: those under a high share of the trial's own peak load, without gross outliers."""

from __future__ import annotations

from collections.abc import Sequence

from .samples import Samples

FENCE = 3.0
"""Interquartile ranges beyond the quartiles: Tukey's outer fences (Exploratory Data Analysis, 1977, section 2D)."""
FEW = 0.05
"""More than this share of a configuration's samples is how it behaves, and no mistake of measuring."""
ENOUGH = 8
"""Samples without which quartiles tell nothing."""
FLOOR = 0.01
"""The interquartile range is taken as no less than this share of the median, for metrics that hardly move."""


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


def outliers(samples: Samples, metrics: Sequence[str], fence: float = FENCE) -> tuple[list[bool], int]:
    """Which samples are outliers in some metric, and how many configurations have too many for that to be believed.

    A sample is one if it lies more than ``fence`` interquartile ranges beyond the quartiles of its configuration. Where that
    holds of more than :data:`FEW` of a configuration's samples, none of them is. O(samples · log samples).
    """
    configurations, group = samples.groups()
    rows: list[list[int]] = [[] for _one in configurations]
    for row, number in enumerate(group):
        rows[number].append(row)
    flags, many = [False] * len(samples), 0
    for members in rows:
        found = {row for metric in metrics for row in _beyond(members, samples.columns[metric], fence)}
        if len(found) > FEW * len(members):
            many += 1
        else:
            for row in found:
                flags[row] = True
    return flags, many


def _beyond(members: Sequence[int], column: Sequence[float], fence: float) -> list[int]:
    if len(members) < ENOUGH:
        return []
    ranked = sorted(column[row] for row in members)
    low, middle, high = (ranked[len(ranked) * quarter // 4] for quarter in (1, 2, 3))
    width = fence * max(high - low, FLOOR * abs(middle))
    return [row for row in members if column[row] < low - width or column[row] > high + width]
