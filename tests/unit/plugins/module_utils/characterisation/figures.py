# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A made-up campaign in the shape of figures 57 and 58 of Superfluidity's deliverable 6.1: ``figures.py FILE [STEPS]``.

Sixteen configurations of a media server, three trials each. The users ramp up from 0 to 1000 and down again; throughput rises
with them towards what the configuration can do, and latency falls. SR-IOV (``direct``) does best; with OvS (``normal``) four
vCPUs are middling and two are poor; memory and page size hardly matter. The figures' own numbers were never published.
"""

from __future__ import annotations

import csv
import io
import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

PARAMETERS = {
    "vm_ram": [2048, 4092],
    "vm_vcpus": [2, 4],
    "vnic_type": ["normal", "direct"],
    "memory_page_size": ["small", "large"],
}
CLASSES = {
    "class_A": {"latency": ["{} < 0.92"], "throughput": ["{} > 180"]},
    "class_B": {"latency": ["{} > 0.92", "{} < 1.05"], "throughput": ["{} < 180", "{} > 150"]},
}
GOALS = {"latency": "minimise", "throughput": "maximise"}
COSTS = {
    "vm_ram": {2048: 1, 4092: 2},
    "vm_vcpus": {2: 1, 4: 2},
    "vnic_type": {"normal": 1, "direct": 10},
    "memory_page_size": {"small": 1, "large": 5},
}
OPTIONS: dict[str, Any] = {
    "parameters": list(PARAMETERS),
    "load": "users",
    "sla_classes": CLASSES,
    "costs": COSTS,
    "fixed": {"cpu_policy": "dedicated"},
}
_CHEAPEST = {"vm_ram": 2048, "vm_vcpus": 2, "vnic_type": "normal", "memory_page_size": "small", "cpu_policy": "dedicated"}
EXPECTED = {
    "class_A": (13, {**_CHEAPEST, "vnic_type": "direct"}),
    "class_B": (5, {**_CHEAPEST, "vm_vcpus": 4}),
    "None": (4, _CHEAPEST),
}
"""What the deliverable gives, with what it costs."""
LEVELS = {"class_A": (194.0, 0.87), "class_B": (166.0, 0.98), "None": (120.0, 1.20)}
"""Throughput in Mbps and latency in ms that are reached under endless load."""


def level(vm_vcpus: int, vnic_type: str) -> str:
    return "class_A" if vnic_type == "direct" else "class_B" if vm_vcpus > 2 else "None"


def samples(
    iterations: int = 3, steps: int = 200, tau: float = 130.0, noise: float = 0.008, seed: int = 57
) -> Iterator[dict[str, Any]]:
    """The samples of all trials, one each 3 s.

    :param steps: samples of a trial
    :param tau: users at which 63 % of the throughput is reached
    :param noise: the standard deviation of both metrics, as a share of their level
    """
    drawn = random.Random(seed)
    for values in product(*PARAMETERS.values()):
        configuration = dict(zip(PARAMETERS, values, strict=True))
        most, least = LEVELS[level(configuration["vm_vcpus"], configuration["vnic_type"])]
        small = 1 + 0.002 * (configuration["vm_ram"] > 2048) + 0.002 * (configuration["memory_page_size"] == "large")
        for iteration in range(1, iterations + 1):
            for step in range(steps):
                users = round(1000 * (1 - abs(2 * step / (steps - 1) - 1)))
                idle = math.exp(-users / tau)
                yield {
                    **configuration,
                    "iteration": iteration,
                    "time": 3 * step,
                    "users": users,
                    "throughput": round(max(0.0, most * small * (1 - idle) + drawn.gauss(0, noise * most)), 3),
                    "latency": round(least / small * (1 + 0.6 * idle) + drawn.gauss(0, noise * least), 5),
                }


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, **style: Any) -> str:
    """Samples as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(rows[0]), extrasaction="ignore", lineterminator="\n", **style)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    path, *steps = sys.argv[1:]
    Path(path).write_text(table(list(samples(steps=int(steps[0]) if steps else 200))), encoding="utf-8")
