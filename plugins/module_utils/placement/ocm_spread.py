# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategy ``distribute``: every function on a server of its own, the least loaded first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from .ocm_arrays import Cluster, shortlists
from .ocm_blocks import given
from .ocm_ground import Ground
from .ocm_model import SLACK, Chain


def spread(cluster: Cluster, ground: Ground, chain: Chain) -> tuple[int, ...] | None:
    """A server for each function; functions with affinity share one.

    Of all such placements it is the one that a greedy hand would find that never has to take anything back: the first function
    gets the least loaded server that leaves one to each of the others, then the second, and so on.
    """
    groups = _groups(chain)
    blocks = given(len(chain.functions), tuple(sum(1 << one for one in group) for group in groups))
    costs = cluster.table(chain, blocks, ground.allowed(chain))
    # No block needs more servers of a site than there are blocks, since each of the others takes one.
    ordered = shortlists(costs, -cluster.free(), ground.sites.values(), len(groups))
    group_of = [number for one in range(len(chain.functions)) for number, group in enumerate(groups) if one in group]

    def near(chosen: Sequence[int]) -> bool:
        """Whether the latency can still be kept: the servers that are chosen, and any for the others."""
        if math.isinf(chain.latency):
            return True
        choices = [[one] for one in chosen] + list(ordered[len(chosen) :])
        return ground.least_latency([choices[number] for number in group_of]) <= chain.latency + SLACK

    chosen = next(_choices(ordered, [], near), None)
    return None if chosen is None else tuple(chosen[number] for number in group_of)


def _groups(chain: Chain) -> list[tuple[int, ...]]:
    """The functions that stay together, in the order of the first of each."""
    group_of = {one: {one} for one in range(len(chain.functions))}
    for wanted in chain.affinity:
        joined = set().union(*(group_of[one] for one in wanted))
        group_of.update(dict.fromkeys(joined, joined))
    return sorted({tuple(sorted(group)) for group in group_of.values()})


def _choices(ordered: Sequence[Sequence[int]], chosen: list[int], near: Callable[[Sequence[int]], bool]) -> Iterator[list[int]]:
    """All choices of different servers, in the order of the lists; a start that cannot be completed is not tried."""
    if len(chosen) == len(ordered):
        yield chosen
        return
    for server in ordered[len(chosen)]:
        more = [*chosen, server]
        if server not in chosen and near(more) and _completable(ordered[len(more) :], set(more)):
            yield from _choices(ordered, more, near)


def _completable(ordered: Sequence[Sequence[int]], taken: set[int]) -> bool:
    """Whether each list can have a server of its own that is not taken: a matching, by augmenting paths."""
    owner: dict[int, int] = {}

    def reach(block: int, seen: set[int]) -> bool:
        for server in ordered[block]:
            if server not in taken and server not in seen:
                seen.add(server)
                if server not in owner or reach(owner[server], seen):
                    owner[server] = block
                    return True
        return False

    return all(reach(block, set()) for block in range(len(ordered)))
