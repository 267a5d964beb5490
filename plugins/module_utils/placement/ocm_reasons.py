# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a chain was rejected: the first of these sentences that is true."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from .ocm_arrays import Cluster, room_of, row_numbers
from .ocm_blocks import given
from .ocm_ground import Ground
from .ocm_model import SLACK, Chain
from .ocm_steps import LONGEST_RELAXED, STEPS


def why(cluster: Cluster, ground: Ground, chain: Chain, strategy: str) -> str:
    """One sentence; what is asked of the steps again here is asked only where the chain has such constraints."""
    return next((sentence for sentence in _sentences(cluster, ground, chain, strategy) if sentence), "nothing fits")


def _sentences(cluster: Cluster, ground: Ground, chain: Chain, strategy: str) -> Iterator[str | None]:
    yield from _alone(cluster, ground, chain)
    if chain.cpu > (free := math.fsum(room_of(cluster))) + SLACK:
        yield f"its functions take {chain.cpu:g} cores, and {free:.6g} are free on all servers"
    yield from _constraints(cluster, ground, chain, strategy)
    yield _shape(ground, chain, strategy)
    if strategy in ("ocm", "relaxed") and len(chain.functions) > LONGEST_RELAXED:
        yield "no placement was found; for a chain of this length not all are tried"
    yield f"with the switching of {chain.pps:g} packets per second its functions do not fit together"


def _alone(cluster: Cluster, ground: Ground, chain: Chain) -> Iterator[str]:
    """A function that fits nowhere, even alone."""
    alone = replace(chain, affinity=(), anti_affinity=())
    single = given(len(chain.functions), tuple(1 << one for one in range(len(chain.functions))))
    costs, room = cluster.table(alone, single, ground.allowed(chain)), room_of(cluster)
    for number, function in enumerate(chain.functions):
        permitted = ground.permitted(function)
        if row_numbers(costs[number], room):
            continue
        if not permitted:
            yield f"no server is where function {function.name!r} must run"
        most = max((float(room[one]) for one in permitted), default=0.0)
        where = "no server that it may run on" if len(permitted) < len(ground.servers) else "no server"
        takes = f"function {function.name!r} takes {function.cpu:g} cores"
        if function.cpu > most + SLACK:
            yield f"{takes}, and {where} has more than {most:.6g} free"
        yield f"{takes} besides switching {chain.pps:g} packets per second, and {where} has more than {most:.6g} for both"


def _constraints(cluster: Cluster, ground: Ground, chain: Chain, strategy: str) -> Iterator[str | None]:
    """A constraint without which the chain would be accepted."""

    def accepted(**without: object) -> tuple[int, ...] | None:
        return STEPS[strategy](cluster, ground, replace(chain, **without))

    if not math.isinf(chain.latency):
        least = ground.least_latency([ground.permitted(function) for function in chain.functions])
        if least > chain.latency + SLACK:
            way = "there is no way between the sites" if math.isinf(least) else f"the shortest way takes {least:g} ms"
            yield f"its latency is {chain.latency:g} ms, and {way} where its functions must run"
        if places := accepted(latency=math.inf):
            spent = ground.latency(places)
            takes = "needs sites that no way joins" if math.isinf(spent) else f"takes {spent:g} ms"
            yield f"no placement that fits keeps its latency of {chain.latency:g} ms; the one without it {takes}"
    if chain.anti_affinity and accepted(anti_affinity=()):
        yield "it fits only where functions share a server that anti_affinity keeps apart"
    if chain.affinity and accepted(affinity=()):
        yield "it fits only where functions are apart that affinity joins"
    if chain.pinned and accepted(
        functions=tuple(replace(one, server=None, site=None, site_role=None) for one in chain.functions)
    ):
        yield "it fits only where functions run elsewhere than they must"


def _shape(ground: Ground, chain: Chain, strategy: str) -> str | None:
    """What the strategy itself asks for."""
    if strategy == "gather":
        return f"its functions take {chain.cpu:g} cores, and with switching no server has room for all of them"
    if strategy == "distribute" and len(chain.functions) > len(ground.servers):
        return f"it has {len(chain.functions)} functions, and there are {len(ground.servers)} servers for one each"
    if strategy == "relaxed" and len(chain.functions) <= LONGEST_RELAXED:
        return f"with the switching of {chain.pps:g} packets per second its functions do not fit in pieces, each on one server"
    return None
