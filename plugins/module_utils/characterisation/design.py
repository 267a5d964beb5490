# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which configurations of a space are measured: all of them, or a Latin hypercube."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ..core.errors import InputError, Place
from .campaign import Value

Point: TypeAlias = "tuple[int, ...]"
"""The index of a value for each parameter."""
MOST = 10_000
"""Configurations that a campaign measures, at the most: with a second for each it would take hours."""
DRAWS = 200
"""Random designs of which the best is taken."""


def configurations(varied: Mapping[str, Sequence[Value]], design: str, size: int | None, seed: int) -> list[dict[str, Value]]:
    """The configurations to measure, without the parameters that are fixed.

    :param design: ``full``, ``latin_hypercube``, or ``adaptive``, which chooses among all of them while it measures
    :param size: how many configurations a Latin hypercube takes
    :raises InputError: too many, or a size that is not smaller than the space
    """
    levels = [len(values) for values in varied.values()]
    points = full(levels) if design != "latin_hypercube" else latin_hypercube(levels, size or 0, seed)
    return [{name: values[at] for (name, values), at in zip(varied.items(), point, strict=True)} for point in points]


def full(levels: Sequence[int]) -> list[Point]:
    """All permutations, the last parameter changing first."""
    if math.prod(levels) > MOST:
        message = f"there are {math.prod(levels)} permutations, more than {MOST}; take design: latin_hypercube"
        raise InputError(message, Place(path="methodology.design"))
    return list(itertools.product(*(range(one) for one in levels)))


def latin_hypercube(levels: Sequence[int], size: int, seed: int) -> list[Point]:
    """``size`` different points that have every value of a parameter equally often, up to one.

    Source: McKay, Beckman and Conover, Technometrics 21(2), 1979; of :data:`DRAWS` designs the one is taken whose nearest
    points are farthest from each other (Johnson, Moore and Ylvisaker, 1990). Where no draw has ``size`` different points,
    repeated ones are replaced by points that are not in it, and values may then come more unequally.

    O(draws · size² · parameters).

    :raises InputError: the space has no more than ``size`` points
    """
    space = math.prod(levels)
    if not 1 <= size < min(space, MOST + 1):
        raise InputError(_out_of_range(size, space), Place(path="methodology.experiments"))
    chance = random.Random(seed)
    draws = DRAWS if size <= 100 else 5
    best = max((_drawn(levels, size, chance) for _draw in range(draws)), key=lambda points: _spread(points, levels))
    return sorted(_distinct(best, levels, chance))


def _out_of_range(size: int, space: int) -> str:
    most = min(space - 1, MOST)
    there = "there is 1 permutation" if space == 1 else f"there are {space} permutations"
    ways = [f"from 1 to {most}" if most > 1 else "1"] * (most > 0) + ["design: full"] * (space <= MOST)
    return f"{size} is out of range: {there}; take {', or '.join(ways)}"


def _drawn(levels: Sequence[int], size: int, chance: random.Random) -> list[Point]:
    columns = []
    for level in levels:
        shift = chance.randrange(level)  # which values come once more than others
        column = [(at + shift) % level for at in range(size)]
        chance.shuffle(column)
        columns.append(column)
    return list(zip(*columns, strict=True))


def _spread(points: Sequence[Point], levels: Sequence[int]) -> tuple[int, float]:
    """How many points differ, and how near the nearest two are; a parameter's whole range counts as 1."""
    widths = [max(level - 1, 1) for level in levels]
    nearest = min(
        (
            sum(abs(x - y) / width for x, y, width in zip(one, two, widths, strict=True))
            for one, two in itertools.combinations(points, 2)
        ),
        default=0.0,
    )
    return len(set(points)), nearest


def _distinct(points: Sequence[Point], levels: Sequence[int], chance: random.Random) -> set[Point]:
    found = set(points)
    while len(found) < len(points):
        found.add(tuple(chance.randrange(level) for level in levels))
    return found
