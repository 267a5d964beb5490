# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The placement of RFBs by a particle swarm, without a proof: for want of SciPy, or of time.

J. Kennedy and R. Eberhart, "Particle Swarm Optimization" (1995), with the constriction of M. Clerc and J. Kennedy (2002). Each
particle is a position from which :mod:`.rfb_growth` makes a placement; deliverable D6.1, section 4.4, names a bio-inspired
algorithm for this problem without giving it, so this is one of our own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from .milp import MISSING
from .rfb_exact import Outcome, bound, value
from .rfb_growth import GENES, HOST_GENES, Terrain, grown, terrain
from .rfb_model import Network, Placement

PARTICLES, ROUNDS, PATIENCE = 24, 80, 20
INERTIA, PULL, FASTEST = 0.7298, 1.4962, 0.35
CLIMBS = 4
"""How many other places than the swarm's best are climbed from: those that leave one RRH off, which is often a long way off."""
ON, OFF = [0.99, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]
STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.99)
"""The numbers that are tried in the end: every type and host of up to five."""
Fitness = tuple[int, float, float]


@dataclass
class Particle:
    position: list[float]
    speed: list[float]
    best: tuple[float, ...]
    fitness: Fitness | None = None


def heuristic(network: Network, wanted: str, time_limit: float, gap: float, seed: int = 0) -> Outcome:
    """A good placement; O(particles · rounds · users · nodes). The same seed gives the same answer, unless time runs out.

    The status is ``optimal`` where the bound of the relaxation, which needs SciPy, happens to prove it within ``gap``, and
    ``infeasible`` where even the relaxation is.
    """
    least = None if MISSING else bound(network, wanted)
    if least is None and not MISSING:
        return Outcome("infeasible")
    found = swarm(network, wanted, time_limit, random.Random(seed))
    if found is None:
        return Outcome("unknown", None, least)
    return Outcome("optimal" if proven(value(network, found, wanted), least, gap) else "feasible", found, least)


def proven(reached: float, least: float | None, gap: float) -> bool:
    return least is not None and abs(reached - least) <= gap * max(1.0, abs(reached))


def swarm(network: Network, wanted: str, time_limit: float, chance: random.Random) -> Placement | None:
    """The best placement that the swarm came by, None where it found none."""
    ends = time.monotonic() + time_limit
    ground = terrain(network)
    flown = _flown(ground, wanted, ends, chance)
    others = sorted((_judged(ground, start, wanted) for start in _alone_off(len(ground.radios))), key=lambda one: one.fitness)
    climbed = [_climbed(ground, wanted, ends, one) for one in (flown, *others[:CLIMBS])]
    return min(climbed, key=lambda one: one.fitness).placement


@dataclass(frozen=True)
class Find:
    """A position and what it is worth."""

    fitness: Fitness
    position: tuple[float, ...]
    placement: Placement | None


def _flown(ground: Terrain, wanted: str, ends: float, chance: random.Random) -> Find:
    """The best place of the swarm after its flight, which ends when it finds nothing better for a while."""
    particles = _particles(len(ground.radios), chance)
    best, waited = _judged(ground, particles[0].position, wanted), 0
    for _round in range(ROUNDS):
        waited += 1
        for particle in particles:
            found = _judged(ground, particle.position, wanted)
            if particle.fitness is None or found.fitness < particle.fitness:
                particle.best, particle.fitness = found.position, found.fitness
            if found.fitness < best.fitness:
                best, waited = found, 0
            if time.monotonic() > ends:
                return best
        if waited > PATIENCE:
            return best
        for particle in particles:
            _fly(particle, best.position, chance)
    return best


def _climbed(ground: Terrain, wanted: str, ends: float, best: Find) -> Find:
    """The best place as far as a change of few numbers leads on from it."""
    climbing = True
    while climbing:
        climbing = False
        for numbers in _groups(len(ground.radios)):
            for there in STEPS:
                if time.monotonic() > ends:
                    return best
                position = [there if at in numbers else here for at, here in enumerate(best.position)]
                found = _judged(ground, position, wanted)
                if found.fitness < best.fitness:
                    best, climbing = found, True
    return best


def _groups(nodes: int) -> list[set[int]]:
    """What is changed at once: each number alone, both hosts of an RRH, and the hosts of all RRHs."""
    of_hosts = [{GENES * node + gene for gene in HOST_GENES.values()} for node in range(nodes)]
    of_kinds = [{GENES * node + gene for node in range(nodes)} for gene in HOST_GENES.values()]
    return [*({at} for at in range(GENES * nodes)), *of_hosts, *of_kinds, set().union(*of_hosts)]


def _judged(ground: Terrain, position: Sequence[float], wanted: str) -> Find:
    """Less is better: first what is missing, then the objective, then less traffic."""
    placement, missing = grown(ground, position, wanted)
    if placement is None:
        return Find((missing, 0.0, 0.0), tuple(position), None)
    reached = value(ground.network, placement, wanted)
    worth = (0, -reached if wanted == "throughput" else reached, -placement.throughput())
    return Find(worth, tuple(position), placement)


def _alone_off(nodes: int) -> list[list[float]]:
    """Each RRH off alone, all others on with their functions beside them."""
    return [ON * one + OFF + ON * (nodes - one - 1) for one in range(nodes)]


def _particles(nodes: int, chance: random.Random) -> list[Particle]:
    """All RRHs on, their functions at the first or the last hosts; each RRH off alone, and on alone; the rest by chance."""
    starts = [ON * nodes, [0.99, 0.0, 0.99, 0.99] * nodes, *_alone_off(nodes)]
    starts += [OFF * one + ON + OFF * (nodes - one - 1) for one in range(nodes)]
    starts = starts[: PARTICLES * 2 // 3]
    starts += [[chance.random() for _gene in range(GENES * nodes)] for _particle in range(PARTICLES - len(starts))]
    return [Particle(start, [chance.uniform(-FASTEST, FASTEST) for _gene in start], tuple(start)) for start in starts]


def _fly(particle: Particle, best: Sequence[float], chance: random.Random) -> None:
    """One step towards the particle's own best place and that of all; who reaches the border stops there."""
    for at, here in enumerate(particle.position):
        own, all_ = PULL * chance.random(), PULL * chance.random()
        speed = INERTIA * (particle.speed[at]) + own * (particle.best[at] - here) + all_ * (best[at] - here)
        speed = min(FASTEST, max(-FASTEST, speed))
        there = min(1.0, max(0.0, here + speed))
        particle.position[at], particle.speed[at] = there, 0.0 if there in {0.0, 1.0} else speed
