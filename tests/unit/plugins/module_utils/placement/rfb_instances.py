# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of the published shape: a macro cell, four small cells and a node that hosts; users are scattered at random.

The capacities and the needs of the functions are those of L. Chiaraviglio and others (NetSoft 2017, Wiley IJNM 2019), rounded;
positions, coverage and rates are our own, from a seed.
"""

from __future__ import annotations

import math
import random
from typing import Any

USERS = (26, 65, 104, 142, 181, 220, 258)
"""The sizes of the published cases."""
RADIUS = 1000.0
"""Metres around the macro cell within which the users are; the small cells stand half-way."""
MASTS = {"macro": (0.0, 0.0), **{f"small-{at}": (500 * math.cos(at * 1.57), 500 * math.sin(at * 1.57)) for at in range(1, 5)}}
SMALLS = tuple(name for name in MASTS if name != "macro")
WATTS = {name: 40.0 if name == "macro" else 4.0 for name in MASTS}
NOISE = 1e-10
FAST = {"cpu_per_kbps": 7.377e-6, "memory_per_user": 1.938e-3}
SLOW = {"cpu_per_kbps": 5.288e-5, "memory_per_user": 1.163e-2}
"""What a function takes at the macro cell and the host, and at a small cell."""


def instance(users: int, seed: int = 1, load: float = 1.0, **more: Any) -> dict[str, Any]:
    """Options of ``rfb_placement``.

    :param load: a factor of all rates; at 1 the radio heads carry nearly all that the channel gives
    """
    chance = random.Random(seed * 1000 + users)
    return {
        "nodes": [_node("macro", 787_910, 3, 50_000, 480, 820)]
        + [_node(name, 122_908, 2, 9_000, 60, 140) for name in SMALLS]
        + [_node("host", 727_992, 3, 30_000, 180, 420)],
        "users": [{"name": f"user-{at}", "rates": _rates(chance, load)} for at in range(users)],
        "rrh": [_radio("macro", 1, 126.9517, 29_959, 130), _radio("small", 4, 42.3172, 9_455, 12)],
        "bbu": [_function("macro", 1, 155_998), _function("small", 4, 51_999)],
        "mec": [{**_function("mec", 5, 0), "max_user_rate": 29_959}],
        "links": [{"rrh": name, "host": "host"} for name in ("macro", *SMALLS)]
        + [{"rrh": name, "host": "macro"} for name in SMALLS],
        **more,
    }


def _node(name: str, dedicated: float, cpu: float, site_cost: float, idle: float, most: float) -> dict[str, Any]:
    found = {"name": name, "dedicated": dedicated, "cpu": cpu, "memory": cpu, "site_cost": site_cost}
    return {**found, "power": {"idle": idle, "max": most}}


def _radio(name: str, count: int, max_users: float, max_rate: float, power: float) -> dict[str, Any]:
    limits = {"count": count, "max_users": max_users, "max_rate": max_rate, "dedicated_per_kbps": 1}
    return {"name": name, "bbu": [name], **limits, "power": power}


def _function(name: str, count: int, dedicated: float) -> dict[str, Any]:
    base = {"name": name, "count": count, "dedicated": dedicated, "cpu": 0.5, "memory": 0.5}
    return {**base, **FAST, "per_node": dict.fromkeys(SMALLS, SLOW)}


def _rates(chance: random.Random, load: float) -> dict[str, dict[str, float]]:
    """A user somewhere: power falls with the distance, is shadowed by chance, and is noise for all other cells."""
    distance, angle = RADIUS * math.sqrt(chance.random()), chance.uniform(0, 2 * math.pi)
    spot = (distance * math.cos(angle), distance * math.sin(angle))
    powers = {
        name: WATTS[name] * max(10.0, math.dist(spot, where)) ** -3.5 * 10 ** (chance.gauss(0, 8) / 10)
        for name, where in MASTS.items()
    }
    whole = sum(powers.values())
    kbps = {name: 60 * load * math.log2(1 + power / (NOISE + whole - power)) for name, power in powers.items()}
    return {
        name: {"macro" if name == "macro" else "small": round(rate, 3)}
        for name, rate in kbps.items()
        if rate > 0.05 or rate == max(kbps.values())
    }
