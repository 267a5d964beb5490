# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All chains at once: other orders, and moves of single chains, which never make the whole worse than one after the other.

This is beyond the deliverable, whose chains come one by one. The answer is better or equal, not optimal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .ocm import Policy, online
from .ocm_arrays import Cluster
from .ocm_ground import Ground
from .ocm_model import Placement, Task, blocks_of
from .ocm_reasons import why
from .ocm_steps import STEPS, Places

ROUNDS = 4
"""Passes over all chains, at the most."""

SWAPS = 4
"""Exchanges with rejected chains that are tried in a pass, for each chain of the task."""

BETTER = 1e-9
"""Cores that a move must save, so that moves come to an end."""


def batch(task: Task, policy: Policy) -> dict[int, Placement]:
    """Placements that accept no fewer chains than :func:`ocm.online`, and with as many take no more switching."""
    first = _Plan(task, policy, online(task, policy, reasons=False))
    plan = max((_Plan(task, policy, online(task, policy, order, False)) for order in _orders(task)), key=_Plan.merit)
    plan = plan if plan.merit() > first.merit() else first
    for _round in range(ROUNDS):
        before = plan.merit()
        plan.insert()
        plan.move()
        plan.exchange()
        if plan.merit() == before:
            break
    plan.insert()
    return plan.placements()


def _orders(task: Task) -> Iterator[list[int]]:
    """By cores and by packets, falling and rising; chains that are equal there stay in their order."""
    numbers = range(len(task.chains))
    for sign in (-1, 1):
        yield sorted(numbers, key=lambda number: sign * task.chains[number].cpu)
        yield sorted(numbers, key=lambda number: sign * task.chains[number].pps)


class _Plan:
    """Where each chain is, on servers that know what they carry."""

    def __init__(self, task: Task, policy: Policy, placements: dict[int, Placement]):
        self.task, self.policy = task, policy
        self.ground = Ground(task.servers, task.geography)
        self.start = Cluster.of(task.servers, task.switching, task.normalisation)
        self.cluster = self.start.copy()
        self.places: dict[int, Places] = {}
        self.there: list[dict[int, list[int]]] = [{} for _server in task.servers]
        for number in range(len(task.chains)):
            if (places := placements[number].places) is not None:
                self._put(number, places)

    def merit(self) -> tuple[int, float]:
        """More chains are better, then less switching."""
        return len(self.places), -self._cost()

    def placements(self) -> dict[int, Placement]:
        found = {}
        for number, chain in enumerate(self.task.chains):
            strategy, places = self.policy.of(chain), self.places.get(number)
            reason = why(self.cluster, self.ground, chain, strategy) if places is None else None
            found[number] = Placement(strategy, places, reason=reason)
        return found

    def insert(self) -> None:
        """Place what is rejected wherever it fits by now."""
        for number in self._rejected():
            if (places := self._step(number)) is not None:
                self._put(number, places)

    def move(self) -> None:
        """Lift each chain and place it anew, where that saves switching."""
        for number in sorted(self.places):
            old, cost = self.places[number], self._cost()
            self._lift(number)
            places = self._step(number)
            if places is not None:
                self._put(number, places)
                if self._cost() < cost - BETTER and not self.cluster.overfull():
                    continue
                self._lift(number)
            self._put(number, old)

    def exchange(self) -> None:
        """Lift a chain, place a rejected one, and the lifted one after it: where both fit, one more is accepted."""
        tries = SWAPS * len(self.task.chains)
        for rejected in self._rejected():
            for number in sorted(self.places):
                if not tries:
                    return
                tries -= 1
                if self._exchanged(rejected, number):
                    break

    def _exchanged(self, rejected: int, number: int) -> bool:
        old = self.places[number]
        self._lift(number)
        for one in (rejected, number):
            if (places := self._step(one)) is None:
                break
            self._put(one, places)
        if rejected in self.places and number in self.places and not self.cluster.overfull():
            return True
        for one in {rejected, number} & set(self.places):
            self._lift(one)
        self._put(number, old)
        return False

    def _rejected(self) -> list[int]:
        return [number for number in range(len(self.task.chains)) if number not in self.places]

    def _step(self, number: int) -> Places | None:
        chain = self.task.chains[number]
        return STEPS[self.policy.of(chain)](self.cluster, self.ground, chain)

    def _put(self, number: int, places: Places) -> None:
        self.cluster.add(self.task.chains[number], places)
        self.places[number] = places
        for server, block in blocks_of(places).items():
            self.there[server][number] = block

    def _lift(self, number: int) -> None:
        for server in set(self.places.pop(number)):
            del self.there[server][number]
            self.cluster.rebuild(
                server, self.start, [(self.task.chains[one], block) for one, block in self.there[server].items()]
            )

    def _cost(self) -> float:
        return math.fsum(self.cluster.costs())
