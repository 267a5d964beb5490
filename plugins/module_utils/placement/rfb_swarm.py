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
from dataclasses import dataclass

from .milp import MISSING
from .rfb_exact import Outcome, bound, value
from .rfb_growth import GENES, Terrain, grown, terrain
from .rfb_model import Network, Placement

PARTICLES, ROUNDS, PATIENCE = 24, 80, 20
INERTIA, PULL, FASTEST = 0.7298, 1.4962, 0.35
Fitness = tuple[int, float, float]


@dataclass
class Particle:
    position: list[float]
    speed: list[float]
    best: list[float]
    fitness: Fitness | None = None


def heuristic(network: Network, wanted: str, time_limit: float, gap: float, seed: int = 0) -> Outcome:
    """A good placement; O(particles · rounds · users · nodes). The same seed gives the same answer, unless time runs out.

    The status is ``optimal`` where the bound of the relaxation, which needs SciPy, happens to prove it within ``gap``.
    """
    found = swarm(network, wanted, time_limit, random.Random(seed))
    least = None if MISSING else bound(network, wanted)
    if found is None:
        return Outcome("unknown", None, least)
    return Outcome("optimal" if proven(value(network, found, wanted), least, gap) else "feasible", found, least)


def proven(reached: float, least: float | None, gap: float) -> bool:
    return least is not None and abs(reached - least) <= gap * max(1.0, abs(reached))


def swarm(network: Network, wanted: str, time_limit: float, chance: random.Random) -> Placement | None:
    """The best placement that the swarm came by, None where it found none."""
    ends = time.monotonic() + time_limit
    ground = terrain(network)
    particles = _particles(len(ground.radios), chance)
    best: tuple[Fitness, list[float], Placement | None] | None = None
    waited = 0
    for _round in range(ROUNDS):
        waited += 1
        for particle in particles:
            fitness, placement = _judged(ground, particle.position, wanted)
            if particle.fitness is None or fitness < particle.fitness:
                particle.best, particle.fitness = list(particle.position), fitness
            if best is None or fitness < best[0]:
                best, waited = (fitness, list(particle.position), placement), 0
            if time.monotonic() > ends:
                return best[2]
        if waited > PATIENCE:
            break
        for particle in particles:
            _fly(particle, best[1], chance)
    return best[2] if best else None


def _judged(ground: Terrain, position: list[float], wanted: str) -> tuple[Fitness, Placement | None]:
    """Less is better: first what is missing, then the objective, then less traffic."""
    placement, missing = grown(ground, position, wanted)
    if placement is None:
        return (missing, 0.0, 0.0), None
    reached = value(ground.network, placement, wanted)
    return (0, -reached if wanted == "throughput" else reached, -placement.throughput()), placement


def _particles(nodes: int, chance: random.Random) -> list[Particle]:
    """All RRHs on with functions at the first or the last hosts, and the rest by chance."""
    size = GENES * nodes
    starts = [[0.99, 0.0, host, host] * nodes for host in (0.0, 0.99)]
    starts += [[chance.random() for _gene in range(size)] for _particle in range(PARTICLES - len(starts))]
    return [Particle(start, [chance.uniform(-FASTEST, FASTEST) for _gene in start], list(start)) for start in starts]


def _fly(particle: Particle, best: list[float], chance: random.Random) -> None:
    """One step towards the particle's own best place and that of all; who reaches the border stops there."""
    for at, here in enumerate(particle.position):
        own, all_ = PULL * chance.random(), PULL * chance.random()
        speed = INERTIA * (particle.speed[at]) + own * (particle.best[at] - here) + all_ * (best[at] - here)
        speed = min(FASTEST, max(-FASTEST, speed))
        there = min(1.0, max(0.0, here + speed))
        particle.position[at], particle.speed[at] = there, 0.0 if there in {0.0, 1.0} else speed
