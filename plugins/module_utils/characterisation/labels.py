# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A class for each sample, or for each trial as a whole.

A trial is summed up by the value of each metric that a share of its samples reaches or betters: with the share 1 that is the
minimum of what is to be maximised and the maximum of what is to be minimised, as RFC 2544 asks that a throughput hold for all
of a trial.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .classes import Classes
from .samples import Samples
from .values import Configuration, order


@dataclass(frozen=True)
class Labelled:
    """How many samples or trials of each configuration are of each class; by the numbers of ``Classes``, NONE last."""

    counts: Mapping[Configuration, tuple[int, ...]]

    @property
    def total(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))


def of_points(samples: Samples, classes: Classes, labels: Sequence[int]) -> Labelled:
    """Each sample by itself, from its own label."""
    configurations, group = samples.groups()
    return _labelled(Counter(zip(map(configurations.__getitem__, group), labels, strict=True)), classes)


def of_trials(samples: Samples, classes: Classes, share: float) -> Labelled:
    """Each trial by what ``share`` of its samples reach; all metrics of the classes need a goal."""
    there = sorted(set(samples.trial))
    columns = {metric: _reached(samples, metric, goal, share) for metric, goal in classes.goals.items()}
    points = {metric: [found[trial] for trial in there] for metric, found in columns.items()}
    labels = classes.labels(classes.met(points))
    configurations = [samples.trials[trial].configuration for trial in there]
    return _labelled(Counter(zip(configurations, labels, strict=True)), classes)


def _reached(samples: Samples, metric: str, goal: str, share: float) -> dict[int, float]:
    """For each trial the best value that at least ``share`` of its samples reach or better."""
    values: dict[int, list[float]] = {}
    for trial, one in zip(samples.trial, samples.columns[metric], strict=True):
        values.setdefault(trial, []).append(one)
    return {trial: _ranked(found, goal)[_rank(share, len(found))] for trial, found in values.items()}


def _ranked(values: Sequence[float], goal: str) -> list[float]:
    """From the best to the worst."""
    return sorted(values, reverse=goal == "maximise")


def _rank(share: float, size: int) -> int:
    return max(0, math.ceil(share * size - 1e-9) - 1)


def _labelled(found: Counter[tuple[Configuration, int]], classes: Classes) -> Labelled:
    numbers = range(len(classes.names))
    configurations = sorted({configuration for configuration, _label in found}, key=order)
    return Labelled({one: tuple(found[one, label] for label in numbers) for one in configurations})
