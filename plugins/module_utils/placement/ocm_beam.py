# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contiguous pieces for chains that are too long for the exact step: a beam search.

A cut of the first functions of a chain is kept with its cost; of all cuts at the same place the best :data:`WIDTH` go on. What
it finds fits, but it may not be the cheapest, and it may find nothing where something would fit.
"""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass

from .ocm_arrays import Cluster, cheapest_of_each
from .ocm_blocks import intervals
from .ocm_ground import Ground
from .ocm_model import SLACK, Chain

WIDTH = 60
CHOICES = 12
"""Servers that a cut tries for its next piece: the cheapest that it has not used."""


@dataclass(frozen=True, order=True)
class _Cut:
    cost: float
    servers: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    latency: float = 0.0


def contiguous_by_beam(cluster: Cluster, ground: Ground, chain: Chain) -> tuple[int, ...] | None:
    """A server for each function, each server one piece of the chain; O(n^2 * WIDTH * CHOICES)."""
    length, blocks = len(chain.functions), intervals(len(chain.functions))
    costs = cluster.table(chain, blocks, ground.allowed(chain))
    pieces: dict[int, list[tuple[int, list[tuple[float, int]]]]] = {}
    for members, servers in zip(blocks.members, cheapest_of_each(costs, CHOICES + length), strict=True):
        pieces.setdefault(members[0], []).append((len(members), servers))
    cuts: list[list[_Cut]] = [[] for _place in range(length + 1)]
    cuts[0] = [_Cut(0.0)]
    for start in range(length):
        for cut in heapq.nsmallest(WIDTH, cuts[start]):
            for size, servers in pieces[start]:
                cuts[start + size] += _continued(cut, size, servers, ground, chain)
        cuts[start] = []
    return min(cuts[length]).places if cuts[length] else None


def _continued(cut: _Cut, size: int, servers: list[tuple[float, int]], ground: Ground, chain: Chain) -> list[_Cut]:
    found: list[_Cut] = []
    for cost, server in itertools.islice((one for one in servers if one[1] not in cut.servers), CHOICES):
        latency = cut.latency + (ground.latency((cut.places[-1], server)) if cut.places else 0.0)
        if math.isinf(chain.latency) or latency <= chain.latency + SLACK:
            found.append(_Cut(cut.cost + cost, (*cut.servers, server), cut.places + (server,) * size, latency))
    return found
