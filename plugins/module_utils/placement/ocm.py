# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operational cost minimisation: service chains onto servers, one after the other, so that switching takes the least cores.

Deliverable 4.2.3. Each chain is placed at the least additional cost on the servers as the chains before have left them; nothing
that was placed moves. That does not make the whole the cheapest: see ``ocm_batch``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .ocm_arrays import Cluster
from .ocm_ground import Ground
from .ocm_model import Chain, Placement, Task
from .ocm_reasons import why
from .ocm_steps import STEPS, strategy_of

REJECTED = "rejected"


@dataclass(frozen=True)
class Policy:
    """How chains are placed: by which strategy, and up to which length the optimal step is taken."""

    strategy: str = "ocm"
    max_exact_length: int = 8

    def of(self, chain: Chain) -> str:
        return strategy_of(self.strategy, chain, self.max_exact_length)


def online(task: Task, policy: Policy, order: Iterable[int] | None = None, reasons: bool = True) -> dict[int, Placement]:
    """Place the chains one after the other.

    :param order: the numbers of the chains; as they stand, if None
    :param reasons: whether to say why a chain is rejected
    """
    ground = Ground(task.servers, task.geography)
    cluster = Cluster.of(task.servers, task.switching, task.normalisation)
    chains = range(len(task.chains)) if order is None else order
    return {number: place(cluster, ground, task.chains[number], policy, reasons) for number in chains}


def place(cluster: Cluster, ground: Ground, chain: Chain, policy: Policy, reasons: bool = True) -> Placement:
    """Place one chain, and put it on the cluster if it fits."""
    strategy = policy.of(chain)
    places = STEPS[strategy](cluster, ground, chain)
    if places is None:
        return Placement(strategy, None, reason=why(cluster, ground, chain, strategy) if reasons else REJECTED)
    return Placement(strategy, places, cluster.add(chain, places))


def settled(task: Task, placements: dict[int, Placement]) -> tuple[Cluster, list[Placement]]:
    """The servers with these placements, and each with what it adds where the chains are put there as they stand."""
    cluster = Cluster.of(task.servers, task.switching, task.normalisation)
    found = []
    for number, chain in enumerate(task.chains):
        placement = placements[number]
        cost = 0.0 if placement.places is None else cluster.add(chain, placement.places)
        found.append(replace(placement, cost=cost))
    return cluster, found
