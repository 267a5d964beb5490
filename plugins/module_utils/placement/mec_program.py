# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The covering problem of MEC apps, all of it or the part of some apps, as a mixed-integer program.

    minimise    Σ o_ah x_ah + Σ w_S z_S
    subject to  z_S + Σ_{h in S} x_ah ≥ 1        for each cover S of app a
                Σ_h x_ah ≤ l_a                   licences
                Σ_a r_a x_ah ≤ R_h               each resource of each host
                x_ah in {0, 1}, z_S in [0, 1]

Only the instances are integers: with them whole, the best z_S are whole too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .mec_covering import Covering
from .mec_model import SLACK, Amounts, fits
from .milp import Program, Solution


@dataclass(frozen=True)
class Part:
    """What was found for some apps: their hosts (None: nothing was), and a lower bound of what they cost."""

    hosts: dict[int, frozenset[int]] | None
    bound: float
    optimal: bool


def solve(covering: Covering, apps: Sequence[int], free: Sequence[Amounts], time_limit: float, gap: float) -> Part:
    """The best hosts of these apps, where the others leave ``free``.

    HiGHS takes sums that exceed a capacity by a millionth. What it finds so is not taken: the instances that are too many
    together are forbidden together, and it is asked again.
    """
    deadline = time.monotonic() + time_limit
    program, columns = _program(covering, apps, free)
    while True:
        found = program.solve(max(0.01, deadline - time.monotonic()), gap)
        hosts = _hosts(apps, columns, found)
        overfull = [] if hosts is None else list(_overfull(covering, hosts, free))
        if not overfull:
            return Part(hosts, max(0.0, found.bound), found.status == "optimal")
        if time.monotonic() > deadline:
            return Part(None, max(0.0, found.bound), False)
        for host, together in overfull:
            program.row([(columns[app, host], 1.0) for app in together], most=len(together) - 1)


def _program(covering: Covering, apps: Sequence[int], free: Sequence[Amounts]) -> tuple[Program, dict[tuple[int, int], int]]:
    program = Program()
    columns = {
        (app, host): program.variable(cost)
        for app in apps
        for host, cost in covering.openings[app].items()
        if fits(covering.demands[app], free[host], covering.capacities[host])
    }
    for app in apps:
        of_app = [columns[app, host] for host in covering.openings[app] if (app, host) in columns]
        if covering.limits[app] < len(of_app):
            program.row([(column, 1.0) for column in of_app], most=covering.limits[app])
        for cover in covering.covers[app]:
            missed = program.variable(cover.weight, integer=False)
            hit = [(columns[app, host], 1.0) for host in sorted(cover.hosts) if (app, host) in columns]
            program.row([(missed, 1.0), *hit], least=1.0)
    for host in range(len(free)):
        _limit(program, covering, host, free[host], [(app, columns[app, host]) for app in apps if (app, host) in columns])
    return program, columns


def _limit(program: Program, covering: Covering, host: int, free: Amounts, columns: Sequence[tuple[int, int]]) -> None:
    """A row for each resource of a host that can run out; in shares of what is free, so that all rows are alike in size."""
    for which, (left, whole) in enumerate(zip(free, covering.capacities[host], strict=True)):
        needs = [(column, covering.demands[app][which]) for app, column in columns]
        if math.isfinite(whole) and left > 0 and math.fsum(need for _column, need in needs) > left:
            program.row([(column, need / left) for column, need in needs if need], most=1.0 + SLACK)


def _hosts(apps: Iterable[int], columns: dict[tuple[int, int], int], found: Solution) -> dict[int, frozenset[int]] | None:
    if found.values is None:
        return None
    hosts: dict[int, set[int]] = {app: set() for app in apps}
    for (app, host), column in columns.items():
        if found.values[column]:
            hosts[app].add(host)
    return {app: frozenset(members) for app, members in hosts.items()}


def _overfull(covering: Covering, hosts: dict[int, frozenset[int]], free: Sequence[Amounts]) -> Iterable[tuple[int, list[int]]]:
    for host, left in enumerate(free):
        together = [app for app, members in hosts.items() if host in members]
        total = tuple(math.fsum(covering.demands[app][which] for app in together) for which in range(len(left)))
        if not fits(total, left, covering.capacities[host]):
            yield host, together
