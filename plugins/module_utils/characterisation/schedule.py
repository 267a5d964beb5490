# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The experiments of a campaign: in which order, which are left to do, and when it will be over.

Experiments come in blocks, one for each iteration, and in a random order within a block: what changes while a campaign runs,
such as the temperature of the machine, is then not taken for the effect of a parameter (a randomised block design; D. C.
Montgomery, Design and Analysis of Experiments, chapter 4). The order follows from the seed alone, and does not depend on the
number of iterations, so that a campaign can be resumed and extended.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core.errors import InputError, Place
from .campaign import Value, word

MOST = 100_000
"""Experiments of a campaign, at the most: with a second for each it would take more than a day."""


@dataclass(frozen=True)
class Experiment:
    """One deployment of one configuration, stressed once. ``number`` counts from 1, in the order of the campaign."""

    number: int
    configuration: Mapping[str, Value]
    iteration: int

    @property
    def key(self) -> str:
        """The same in every run of the campaign, whatever the order: ``cpus=1 memory=64 #2``."""
        return f"{shown(self.configuration)} #{self.iteration}"


def shown(configuration: Mapping[str, Value]) -> str:
    """A configuration on one line, by the names of its parameters."""
    return " ".join(f"{name}={word(configuration[name])}" for name in sorted(configuration))


def planned(configurations: Sequence[Mapping[str, Value]], iterations: int, seed: int) -> list[Experiment]:
    """All experiments in the order in which they are carried out.

    :raises InputError: too many
    """
    most = MOST // max(1, len(configurations))
    if iterations > most:
        message = f"{iterations} is too many for {len(configurations)} configurations; take {most} at the most"
        raise InputError(message, Place(path="methodology.iterations"))
    found: list[Experiment] = []
    for iteration in range(1, iterations + 1):
        block = list(configurations)
        random.Random(f"{seed}/{iteration}").shuffle(block)
        found += [Experiment(len(found) + at, one, iteration) for at, one in enumerate(block, 1)]
    return found


def remaining(plan: Iterable[Experiment], done: Collection[str]) -> list[Experiment]:
    """Those whose keys are not among the finished ones."""
    return [one for one in plan if one.key not in done]


def expected_seconds(left: int, durations: Sequence[float]) -> float | None:
    """How long the experiments that are left will take, by the mean of those that were measured; None before the first."""
    return left * sum(durations) / len(durations) if durations else None
