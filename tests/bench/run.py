# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timings, side by side in one run, as ratios: ``make bench``.

What an extra task costs, in process and as a module; and how long the readers and translators of descriptors take
for services of growing size.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat

BIN = Path(sys.executable).parent
REPEAT = 3
TASKS = 6
SITE = {"name": "core-1", "role": "core"}


def model(functions: int) -> bytes:
    """A service of that many functions, each a VM on one common link."""
    names = [f"f{number}" for number in range(functions)]
    made = [
        {
            "name": name,
            "vdus": [{"name": "vm", "kind": "vm", "interfaces": ["eth0"]}],
            "connection_points": [{"name": "in", "vdu": "vm", "interface": "eth0"}],
        }
        for name in names
    ]
    links = [{"name": "net", "kind": "lan", "endpoints": [f"{name}.in" for name in names], "cidr": "10.0.0.0/16"}]
    return json.dumps({"name": "bench", "functions": made, "links": links}).encode()


def seconds(body: Callable[[], object]) -> float:
    """The median of a few runs."""
    found = []
    for _run in range(REPEAT):
        started = time.perf_counter()
        body()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def play(task: dict[str, object], count: int) -> float:
    """How long a play of ``count`` equal tasks takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as book:
        json.dump([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task] * count}], book)
        book.flush()
        command = [str(BIN / "ansible-playbook"), book.name]
        return seconds(lambda: subprocess.run(command, check=True, capture_output=True))


def per_task(task: dict[str, object]) -> float:
    return (play(task, TASKS) - play(task, 1)) / (TASKS - 1)


def main() -> int:
    descriptor = model(10).decode()
    decided = per_task({"superfluidity.nfv.nfv_descriptor": {"content": descriptor}})
    moduled = per_task({"superfluidity.nfv.service_info": {"vim": "server"}})
    print(f"{'an extra task, decided in process':44} {decided * 1000:8.0f} ms")
    print(f"{'an extra task, as a module':44} {moduled * 1000:8.0f} ms   {moduled / decided:5.1f} times as much")
    base = None
    for size in (10, 100, 300):
        content = model(size)
        reading = seconds(lambda content=content: read({"service.json": content}))
        service = read({"service.json": content}).service
        writing = seconds(lambda service=service: to_heat(service, SITE))
        base = base or (reading + writing) / size
        growth = (reading + writing) / size / base
        print(
            f"{f'{size} functions: read, and translate for Heat':44} {reading * 1000:8.0f} ms {writing * 1000:8.0f} ms", end=""
        )
        print(f"   {growth:5.1f} times the first, per function")
    return 0


if __name__ == "__main__":
    sys.exit(main())
