# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer of a placement: what was decided of each chain, what each server carries, and the totals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .ocm import Policy, online, settled
from .ocm_arrays import Cluster
from .ocm_batch import batch
from .ocm_model import Placement, Task, blocks_of
from .ocm_options import task_of

BASELINES = ("gather", "distribute")
DECIMALS = 12

Data = dict[str, Any]


def answer(options: Mapping[str, Any]) -> Data:
    """What a call of the module answers; see its RETURN block.

    :raises InputError: an option makes no sense
    :raises UnavailableError: numpy is missing
    """
    task = task_of(options)
    policy = Policy(options["strategy"], options["max_exact_length"])
    cluster, placements = settled(task, batch(task, policy) if options["batch"] else online(task, policy))
    others = {name: Policy(name) for name in BASELINES}
    if options["batch"]:
        others["online"] = policy
    return {
        "placements": [_placement(task, number, one) for number, one in enumerate(placements)],
        "servers": _servers(task, cluster),
        "totals": _totals(task, cluster, placements),
        "compared": {name: _totals(task, *settled(task, online(task, one, reasons=False))) for name, one in others.items()},
        "warnings": list(_doubts(task)),
    }


def _placement(task: Task, number: int, placement: Placement) -> Data:
    chain, places = task.chains[number], placement.places
    names = [function.name for function in chain.functions]
    blocks = {} if places is None else blocks_of(places)
    return {
        "chain": chain.name,
        "accepted": places is not None,
        "strategy": placement.strategy,
        "blocks": [
            {"server": task.servers[server].name, "functions": [names[one] for one in block]}
            for server, block in blocks.items()
        ],
        "switching_cpu": _rounded(placement.cost),
        "reason": placement.reason,
    }


def _servers(task: Task, cluster: Cluster) -> list[Data]:
    columns = (cluster.guest.tolist(), cluster.costs().tolist(), cluster.free().tolist())
    found = {
        server.name: {
            "name": server.name,
            "guest_cpu": _rounded(guest),
            "switching_cpu": _rounded(switching),
            "free_cpu": max(0.0, _rounded(free)),
        }
        for server, guest, switching, free in zip(task.servers, *columns, strict=True)
    }
    return [found[name] for name in task.listed]


def _totals(task: Task, cluster: Cluster, placements: list[Placement]) -> Data:
    accepted = [number for number, one in enumerate(placements) if one.places is not None]
    functions = sum(len(task.chains[number].functions) for number in accepted)
    added = math.fsum(one.cost for one in placements)
    return {
        "accepted": len(accepted),
        "rejected": len(placements) - len(accepted),
        "functions": functions,
        "switching_cpu": _rounded(math.fsum(cluster.costs().tolist())),
        "added_switching_cpu": _rounded(added),
        "added_per_function": _rounded(added / functions) if functions else 0.0,
    }


def _doubts(task: Task) -> list[str]:
    if any(server.site for server in task.servers):
        return []
    limited = [chain.name for chain in task.chains if not math.isinf(chain.latency)]
    if not limited:
        return []
    return [f"no server has a site, so the latency of chain {limited[0]!r} is taken to be kept everywhere"]


def _rounded(value: float) -> float:
    return round(float(value), DECIMALS) + 0.0
