# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MEC placement on generated systems of growing size, against a greedy and against the plain program.

    mec.py [--sizes 10/60/50 20/150/100 40/300/200] [--seeds 1] [--limits 5 30 58] [--plain]

A size is hosts/eNBs/apps. The objective is what a placement counts, the bound what each counts at least. ``--plain`` solves the
program with a variable for each app, eNB and host that serves it, as one writes it down first, within the same limit of time;
it may take longer, since HiGHS does not look at the clock everywhere.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()

from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_input import problem  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_model import Problem  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.milp import Program  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.modules.mec_placement import SPEC, decide  # noqa: E402

from tests.bench.mec_instances import instance  # noqa: E402

COLUMNS = ("hosts/eNBs/apps", "seed", "limit s", "greedy", "objective", "bound", "gap", "optimal", "seconds", "processor s")


def row(cells: Sequence[Any]) -> None:
    print("".join(f"{cell:>16}" for cell in cells), flush=True)


def measured(size: str, seed: int, limit: float) -> list[Any]:
    options = SPEC.validated({**instance(*map(int, size.split("/")), seed), "time_limit": limit})
    clock, processor = time.perf_counter(), time.process_time()
    answer = decide(options, None)
    seconds = (time.perf_counter() - clock, time.process_time() - processor)
    values = [f"{answer[key]:.2f}" for key in ("greedy", "objective", "bound")]
    optimal = "yes" if answer["optimal"] else "no"
    return [size, seed, f"{limit:g}", *values, f"{answer['gap']:.1e}", optimal, *(f"{each:.1f}" for each in seconds)]


def plain(size: str, seed: int, limit: float) -> list[Any]:
    """The program with a variable for each app, eNB and host."""
    program = written_down(problem(instance(*map(int, size.split("/")), seed)))
    clock, processor = time.perf_counter(), time.process_time()
    found = program.solve(limit)
    seconds = (time.perf_counter() - clock, time.process_time() - processor)
    values = [f"{value:.2f}" if value is not None and math.isfinite(value) else "none" for value in (found.cost, found.bound)]
    optimal = "yes" if found.status == "optimal" else "no"
    return ["plain", seed, f"{limit:g}", "", *values, f"{found.gap:.1e}", optimal, *(f"{each:.1f}" for each in seconds)]


def written_down(given: Problem) -> Program:
    """Instances, who serves which eNB, and what is not served; without pins and what runs, which the systems do not have."""
    program, used = Program(), defaultdict(list)
    for app in given.apps:
        instances = {}
        for number, host in enumerate(given.hosts):
            if app.hardware <= host.hardware and app.mandatory <= host.services:
                instances[number] = program.variable(given.weights.cost * host.cost)
                used[number].append((instances[number], app))
        if app.licences is not None:
            program.row([(column, 1.0) for column in instances.values()], most=app.licences)
        for enb in app.enbs:
            near = [number for number in instances if given.hosts[number].delays.get(enb, math.inf) <= app.maximum]
            serves = [(program.variable(_serving(given, app, number, enb)), number) for number in near]
            unserved = program.variable(given.weights.unserved * app.priority) if near else None
            if unserved is not None:
                program.row([*((column, 1.0) for column, _number in serves), (unserved, 1.0)], least=1.0, most=1.0)
            for column, number in serves:
                program.row([(column, 1.0), (instances[number], -1.0)], most=0.0)
    for number, instances_there in used.items():
        for which in range(2):
            capacity = given.hosts[number].capacity[which]
            program.row([(column, app.demand[which] / capacity) for column, app in instances_there], most=1.0)
    return program


def _serving(given: Problem, app: Any, number: int, enb: str) -> float:
    host = given.hosts[number]
    missing = len(app.optional - host.services)
    return given.weights.delay * max(0.0, host.delays[enb] - app.desired) + given.weights.optional * missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["10/60/50", "20/150/100", "40/300/200"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--limits", nargs="+", type=float, default=[5, 30, 58], help="seconds, one for each size")
    parser.add_argument("--plain", action="store_true")
    words = parser.parse_args()
    row(COLUMNS)
    for size, limit in zip(words.sizes, words.limits, strict=True):
        for seed in words.seeds:
            row(measured(size, seed, limit))
            if words.plain:
                row(plain(size, seed, limit))


if __name__ == "__main__":
    main()
