# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A placement without a solver: open again and again the instance that gains most."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable

from .mec_covering import Cover, Covering
from .mec_model import Amounts, Placement, fits

Measure = Callable[[float, Amounts, Amounts], float]
"""How good an instance is, by what it gains, what it takes, and the capacity of the host."""


def share(demand: Amounts, capacity: Amounts) -> float:
    """The part of its host that an instance takes, of the resource of which it takes most."""
    parts = (need / whole for need, whole in zip(demand, capacity, strict=True) if need > 0 and math.isfinite(whole))
    return max(parts, default=0.0)


MEASURES: tuple[Measure, ...] = (
    lambda gain, _demand, _capacity: gain,
    lambda gain, demand, capacity: gain / max(share(demand, capacity), 1e-6),
)


def greedy(covering: Covering) -> Placement:
    """The best of the placements by gain and by gain for each share of a host.

    A gain never grows while instances are added, so a heap of old gains suffices: what comes to its top is computed anew.
    O(instances · covers · log). Deterministic.
    """
    return min((_from(covering, covering.nothing(), measure) for measure in MEASURES), key=covering.cost)


def completed(covering: Covering, placement: Placement) -> Placement:
    """A placement with the instances that still gain something, and without those that do not."""
    return _from(covering, placement, MEASURES[0])


def _from(covering: Covering, start: Placement, measure: Measure) -> Placement:
    hit = index(covering)
    return _tidied(covering, hit, _filled(covering, hit, start, measure))


Index = tuple[dict[int, list[Cover]], ...]
"""For each app and each host the covers that an instance there hits."""


def index(covering: Covering) -> Index:
    hit: Index = tuple({host: [] for host in openings} for openings in covering.openings)
    for app, covers in enumerate(covering.covers):
        for cover in covers:
            for host in cover.hosts:
                hit[app][host].append(cover)
    return hit


def _gain(covering: Covering, hit: Index, app: int, hosts: frozenset[int], host: int) -> float:
    """What one instance more saves."""
    saved = (cover.weight for cover in hit[app][host] if cover.hosts.isdisjoint(hosts))
    return math.fsum((*saved, -covering.openings[app][host]))


def _filled(covering: Covering, hit: Index, start: Placement, measure: Measure) -> Placement:
    placed = list(start)
    free = covering.free(start)

    def entry(app: int, host: int) -> tuple[float, int, int] | None:
        saved = _gain(covering, hit, app, placed[app], host)
        return (-measure(saved, covering.demands[app], covering.capacities[host]), app, host) if saved > 0 else None

    pairs = ((app, host) for app, openings in enumerate(covering.openings) for host in openings if host not in placed[app])
    heap = [found for found in (entry(app, host) for app, host in pairs) if found]
    heapq.heapify(heap)
    while heap:
        _measure, app, host = heapq.heappop(heap)
        if len(placed[app]) >= covering.limits[app] or not fits(covering.demands[app], free[host], covering.capacities[host]):
            continue
        now = entry(app, host)
        if now and heap and now > heap[0]:
            heapq.heappush(heap, now)
        elif now:
            placed[app] |= {host}
            free[host] = tuple(left - need for left, need in zip(free[host], covering.demands[app], strict=True))
    return tuple(placed)


def _tidied(covering: Covering, hit: Index, placement: Placement) -> Placement:
    """Without the instances that cost more than they save, now that others are there."""
    placed = list(placement)
    for app, openings in enumerate(covering.openings):
        for host in sorted(placed[app], key=lambda host: (-openings[host], host)):
            if _gain(covering, hit, app, placed[app] - {host}, host) < 0:
                placed[app] -= {host}
    return tuple(placed)
