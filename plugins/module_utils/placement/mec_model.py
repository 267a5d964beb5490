# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ME hosts, MEC applications and what is wanted of their placement, as plain data (deliverable D6.1, 4.2.4 and B4.1).

cpu in cores, memory in MiB, storage in GiB, bandwidth in Mbit/s, delays in ms, costs without a unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

RESOURCES = ("cpu", "memory", "storage", "bandwidth")
"""What an instance takes of a host; amounts are tuples in this order."""

Amounts = tuple[float, ...]
Placement = tuple[frozenset[int], ...]
"""For each app the hosts that have an instance of it; apps and hosts by their numbers in the problem."""

SLACK = 1e-9
"""Share of a capacity by which a sum of floats may exceed it: 0.1 + 0.2 fits into 0.3."""


@dataclass(frozen=True)
class Host:
    """A mobile edge host. ``delays`` has the delay to each eNB that it reaches, ``cost`` what an instance there costs.

    A resource without a limit is infinite. What is not ``available`` gets no instance.
    """

    name: str
    capacity: Amounts
    delays: Mapping[str, float]
    hardware: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    cost: float = 1.0
    available: bool = True


@dataclass(frozen=True)
class App:
    """A MEC application, or the request of one UE.

    ``demand`` is what each instance takes, ``enbs`` the geographical scope, ``licences`` the most instances (None: any number).
    ``allowed`` are the hosts that agreements leave (None: all), ``pinned`` those that the OSS has chosen (empty: none).
    """

    name: str
    demand: Amounts
    maximum: float
    enbs: tuple[str, ...]
    desired: float = 0.0
    hardware: frozenset[str] = frozenset()
    mandatory: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    licences: int | None = None
    priority: float = 1.0
    allowed: frozenset[str] | None = None
    pinned: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Weights:
    """What each thing that is unwanted counts in the objective; see the page on MEC placement."""

    unserved: float = 100.0
    move: float = 20.0
    cost: float = 1.0
    optional: float = 0.1
    delay: float = 0.02
    reroute: float = 0.01


@dataclass(frozen=True)
class Problem:
    """``running`` has what is there already: the hosts of each app's instances, each with the eNBs that it serves."""

    hosts: tuple[Host, ...]
    apps: tuple[App, ...]
    weights: Weights = field(default_factory=Weights)
    running: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)


def fits(demand: Amounts, free: Amounts, capacity: Amounts) -> bool:
    """Whether an instance fits into what is free of a host, but for what floats lose in sums."""
    return all(
        need <= left + (SLACK * whole if math.isfinite(whole) else 0.0)
        for need, left, whole in zip(demand, free, capacity, strict=True)
    )
