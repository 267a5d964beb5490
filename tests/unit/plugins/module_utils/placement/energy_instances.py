# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains and servers of a small operator, for tests and figures: servers of three kinds, chains from an edge, from a seed."""

from __future__ import annotations

import random
from typing import Any

KINDS = ((16, 65536, 190, 330), (24, 98304, 110, 300), (8, 16384, 45, 95))
"""Cores, MiB, W idle and W at work of an old server, a new one and one at the edge; of our own."""


def chains(servers: int, count: int, seed: int = 1) -> dict[str, Any]:
    """Options of ``energy_placement``: chains of two to four functions; a third of the servers is at the edge."""
    chance = random.Random(seed * 1000 + count)
    kinds = {f"s{at}": KINDS[at % 3] for at in range(servers)}
    names = list(kinds)
    return {
        "servers": [
            {"name": name, "cpu": cpu, "memory": memory, "power": {"idle": idle, "max": most}}
            for name, (cpu, memory, idle, most) in kinds.items()
        ],
        "links": [
            {"ends": [one, other], **_link(kinds[one] == kinds[other])}
            for at, one in enumerate(names)
            for other in names[at + 1 :]
        ],
        "chains": [
            _chain(chance, f"c{at}", [name for name in names if kinds[name] == KINDS[2]] or names) for at in range(count)
        ],
    }


def _link(near: bool) -> dict[str, float]:
    return {"delay": 0.1, "power_per_kbps": 1e-5} if near else {"delay": 3.0, "power_per_kbps": 4e-5}


def _chain(chance: random.Random, name: str, edge: list[str]) -> dict[str, Any]:
    functions = [
        {
            "name": f"f{at}",
            "cpu": chance.choice((0.25, 0.5, 1)),
            "cpu_per_kbps": chance.choice((0, 1e-5)),
            "memory": chance.choice((512, 2048, 4096)),
            "delay": chance.choice((0.1, 0.5)),
        }
        for at in range(chance.randint(2, 4))
    ]
    kbps = chance.choice((2_000, 20_000, 80_000))
    return {
        "name": name,
        "kbps": kbps,
        "latency": chance.choice((4, 8, 15)),
        "source": chance.choice(edge),
        "functions": functions,
    }
