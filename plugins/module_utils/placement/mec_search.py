# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The best placement of MEC apps that is found in time, and how far from the optimum it can be at most.

Three steps, each of which starts from the best that is known: the greedy; the program of all apps at once, which also gives the
bound; and, where that was not solved in time, a large neighbourhood search (Shaw 1998), which places some apps anew by small
programs while the others stay.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .mec_covering import Covering, coarse
from .mec_greedy import completed, greedy
from .mec_model import Placement
from .mec_program import Part, solve

MANY_COVERS = 2_000
"""With more of them a coarser program comes first: that of all covers may need minutes for its linear relaxation alone."""
LOSS = 0.001
"""Share of the greedy's cost that the coarser program may lose of the bound."""
WHOLE_FEW, WHOLE_MANY = 0.95, 0.7
"""Shares of the time for the programs of all apps: few covers are mostly solved in time, and the rest is for the search."""
FIRST_APPS, LEAST_APPS = 12, 4
"""Apps that are placed anew at once, at the beginning and at least."""
ROUNDING = 1e-12
"""A gap that is nothing but the rounding of floats."""
QUICK, SLOW = 0.5, 3.0
"""Seconds: after a quicker step the next has one app more, else one less; none takes longer than the slow."""


@dataclass(frozen=True)
class Found:
    """A placement, what it costs, what the greedy's costs, and what every placement costs at least."""

    placement: Placement
    cost: float
    greedy: float
    bound: float

    @property
    def gap(self) -> float:
        """At most this share of the cost can be saved."""
        gap = max(0.0, self.cost - self.bound) / max(1.0, abs(self.cost))
        return gap if gap > ROUNDING else 0.0


def best(covering: Covering, deadline: float, gap: float) -> Found:
    """The best placement that is found. Deterministic where the time suffices for the program of all apps.

    :param deadline: by the clock of ``time.monotonic``; it is looked at between steps, so that it may be a second late
    :param gap: the relative gap at which to be content
    :raises UnavailableError: SciPy is missing
    """
    placement = greedy(covering)
    cost = covering.cost(placement)
    many = sum(map(len, covering.covers)) > MANY_COVERS
    rough = coarse(covering, LOSS * cost) if many else covering
    now = time.monotonic()
    whole = now + (deadline - now) * (WHOLE_MANY if many else WHOLE_FEW)
    found = Found(placement, cost, cost, covering.constant)
    for program in (rough, covering):
        part = solve(program, range(len(placement)), covering.capacities, _left(whole), gap)
        found = _better(covering, found, part)
        if found.gap <= gap or not part.optimal or program is covering:
            break
    if found.gap > gap and not (part.optimal and program is covering):
        found = _improved(covering, rough, found, deadline, gap)
    placement = completed(covering, found.placement)
    cost = covering.cost(placement)
    return replace(found, placement=placement, cost=cost, bound=min(found.bound, cost))


def _left(deadline: float) -> float:
    return max(0.01, deadline - time.monotonic())


def _better(covering: Covering, found: Found, part: Part) -> Found:
    """With what the program of all apps has found."""
    bound = max(found.bound, covering.constant + part.bound)
    if part.hosts is None:
        return replace(found, bound=bound)
    placement = tuple(hosts for _app, hosts in sorted(part.hosts.items()))
    cost = covering.cost(placement)
    return replace(found, bound=bound, **({"placement": placement, "cost": cost} if cost < found.cost else {}))


def _improved(covering: Covering, rough: Covering, found: Found, deadline: float, gap: float) -> Found:
    """Place apps that want the same hosts anew, again and again, as many at once as can be solved quickly."""
    chance, size, turn = random.Random(0), FIRST_APPS, 0
    while (now := time.monotonic()) < deadline and found.gap > gap:
        turn += 1
        program = covering if turn % 4 == 0 else rough
        apps = _neighbours(covering, found.placement, chance, size)
        others = tuple(frozenset() if app in apps else hosts for app, hosts in enumerate(found.placement))
        part = solve(program, apps, covering.free(others), min(SLOW, deadline - now), gap)
        size = min(size + 1, len(others)) if time.monotonic() - now < QUICK else max(size - 1, LEAST_APPS)
        found = _exchanged(covering, found, part)
    return found


def _neighbours(covering: Covering, placement: Placement, chance: random.Random, number: int) -> list[int]:
    """An app, and apps by chance that are on hosts where it could be, the more of them the likelier."""
    first = chance.randrange(len(placement))
    wanted = covering.openings[first].keys()
    shared = {app: 0.01 + len(wanted & hosts) for app, hosts in enumerate(placement) if app != first}
    ranked = sorted(shared, key=lambda app: chance.random() ** (1 / shared[app]), reverse=True)
    return sorted([first, *ranked[: number - 1]])


def _exchanged(covering: Covering, found: Found, part: Part) -> Found:
    """With other hosts for some apps, where that is better."""
    if part.hosts is None:
        return found
    saved = math.fsum(
        covering.app_cost(app, found.placement[app]) - covering.app_cost(app, hosts) for app, hosts in part.hosts.items()
    )
    if saved <= 0:
        return found
    placement: Sequence[frozenset[int]] = [part.hosts.get(app, hosts) for app, hosts in enumerate(found.placement)]
    return replace(found, placement=tuple(placement), cost=covering.cost(tuple(placement)))
