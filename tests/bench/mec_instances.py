# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up MEC systems, as options of ``mec_placement``: the same for the same seed.

eNBs and hosts lie in a square of 60 km. A host reaches the eNBs within 20 km; the delay is 1 ms and 0.1 ms for each km, some
more by chance. An app is wanted in a circle around some eNB, small or large, or everywhere. Not all that is wanted fits.
"""

from __future__ import annotations

import math
import random
from typing import Any

SIDE, REACH = 60.0, 20.0
Point = tuple[float, float]
SERVICES = ("rnis", "location", "dns", "bandwidth")


def instance(hosts: int, enbs: int, apps: int, seed: int, load: float = 1.2) -> dict[str, Any]:
    """Options of a task. ``load`` is how much the apps would take, were each on a third of its hosts, of what there is."""
    chance = random.Random(seed)
    places = {f"enb{number}": _place(chance) for number in range(enbs)}
    asked = [_app(chance, f"app{number}", places) for number in range(apps)]
    centres = [_place(chance) for _number in range(hosts)]
    there = [_host(chance, number, centres, places) for number in range(hosts)]
    for resource in ("cpu", "memory"):
        wanted = sum(app[resource] * max(1.0, hosts * len(app["enbs"]) / enbs / 3) for app in asked)
        each = wanted / load / hosts
        for host in there:
            host[resource] = float(max(16, round(each * chance.uniform(0.6, 1.4))))
    return {"hosts": there, "apps": asked}


def _place(chance: random.Random) -> Point:
    return chance.uniform(0, SIDE), chance.uniform(0, SIDE)


def _host(chance: random.Random, number: int, centres: list[Point], places: dict[str, Point]) -> dict[str, Any]:
    """A host reaches the eNBs within a distance, and those to which it is the nearest."""
    away = {enb: [math.dist(centre, place) for centre in centres] for enb, place in places.items()}
    reached = {enb: far[number] for enb, far in away.items() if far[number] <= max(REACH, min(far))}
    return {
        "name": f"host{number}",
        "hardware": ["gpu"] if chance.random() < 0.4 else [],
        "services": [service for service in SERVICES if chance.random() < 0.8],
        "enbs": {enb: round(1 + far / 10 + chance.uniform(0, 1.5), 1) for enb, far in reached.items()},
        "cost": round(chance.uniform(0.8, 2.0), 1),
    }


def _app(chance: random.Random, name: str, places: dict[str, Point]) -> dict[str, Any]:
    centre = places[chance.choice(sorted(places))]
    radius = chance.choice([5, 10, 15, 20, 100])
    desired = chance.choice([2.0, 2.5, 3.0, 4.0])
    return {
        "name": name,
        "cpu": float(chance.choice([1, 2, 2, 4, 8])),
        "memory": float(chance.choice([1024, 2048, 4096, 8192])),
        "delay": {"desired": desired, "maximum": desired + chance.choice([0.5, 1.0, 2.0])},
        "enbs": [enb for enb, place in places.items() if math.dist(centre, place) <= radius],
        "hardware": ["gpu"] if chance.random() < 0.15 else [],
        "services": {
            "mandatory": [service for service in SERVICES if chance.random() < 0.1],
            "optional": [service for service in SERVICES if chance.random() < 0.1],
        },
        "priority": chance.choice([1.0, 1.0, 2.0, 3.0]),
        **({"licences": chance.randint(1, 4)} if chance.random() < 0.3 else {}),
    }
