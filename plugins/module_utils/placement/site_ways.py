# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shortest ways between sites, and which chains of a service take longer than they may."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Data = Mapping[str, Any]
Delays = Mapping[tuple[str, str], float]


def shortest_ways(names: Sequence[str], delays: Delays) -> dict[tuple[str, str], float]:
    """The delay of the shortest way between each two sites that have one (Floyd and Warshall, O(sites³)).

    :param delays: in ms, of steps between neighbours
    """
    ways = dict(delays)
    for over in names:
        for start in names:
            for to in names:
                through = ways.get((start, over), math.inf) + ways.get((over, to), math.inf)
                if start != to and through < ways.get((start, to), math.inf):
                    ways[start, to] = through
    return ways


def ways_between(sites: Mapping[str, Data]) -> dict[tuple[str, str], float]:
    """The same of sites as the inventory has them, with no delay from a site to itself.

    :param sites: by name, with their ``delays`` to others
    """
    steps = {(start, to): delay for start, site in sites.items() for to, delay in (site.get("delays") or {}).items()}
    return shortest_ways(list(sites), steps) | {(name, name): 0.0 for name in sites}


def late_chains(service: Data, stands: Mapping[str, Sequence[str]], delays: Delays) -> Iterator[str]:
    """A sentence for each chain whose way between the sites takes longer than its latency.

    A function that stands at several sites is passed at the one that makes the way shortest.

    :param stands: the sites of each function
    """
    for chain in service.get("chains", ()):
        if "latency" not in chain:
            continue
        takes = _shortest([stands[name] for name in chain["functions"]], delays)
        if takes > chain["latency"]:
            how = (
                "has a step between sites of which no delay is known"
                if math.isinf(takes)
                else f"takes {takes:g} ms between sites"
            )
            yield f"chain {chain['name']} {how}, and its latency is {chain['latency']:g} ms"


def _shortest(stops: Sequence[Sequence[str]], delays: Delays) -> float:
    """The least sum of delays from stop to stop, one site of each; infinite where a function stands nowhere."""
    reached = dict.fromkeys(stops[0], 0.0) if stops else {"": 0.0}
    for stop in stops[1:]:
        reached = {
            to: min((delay + delays.get((start, to), math.inf) for start, delay in reached.items()), default=math.inf)
            for to in stop
        }
    return min(reached.values(), default=math.inf)
