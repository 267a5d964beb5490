# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``mec_placement`` answers: who serves which eNB, what is not served and why, and how full the hosts are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .mec_covering import covering, serving
from .mec_model import RESOURCES, App, Host, Placement, Problem
from .mec_objective import Served, parts
from .mec_reasons import Reason, reason
from .mec_search import Found, best


def place(problem: Problem, deadline: float, gap: float) -> dict[str, Any]:
    """The answer to a task; see the RETURN block of the module.

    :param deadline: for the search, by the clock of ``time.monotonic``
    :param gap: the relative gap at which to be content
    :raises UnavailableError: SciPy is missing
    """
    if not problem.apps:
        return answer(problem, Found((), 0.0, 0.0, 0.0), gap)
    return answer(problem, best(covering(problem), deadline, gap), gap)


def answer(problem: Problem, found: Found, gap: float) -> dict[str, Any]:
    open_hosts = [[problem.hosts[host] for host in sorted(hosts)] for hosts in found.placement]
    served = [_served(problem, app, hosts) for app, hosts in zip(problem.apps, open_hosts, strict=True)]
    free = _free(problem, found.placement)
    optimal = found.gap <= gap
    return {
        "placements": [
            {"app": app.name, "host": host.name, "enbs": [enb for enb, by in serves.items() if by is host]}
            for app, hosts, serves in zip(problem.apps, open_hosts, served, strict=True)
            for host in hosts
        ],
        "unserved": [
            {"app": app.name, "enb": enb, **_told(reason(problem, app, enb, hosts, free))}
            for app, hosts, serves in zip(problem.apps, open_hosts, served, strict=True)
            for enb in app.enbs
            if enb not in serves
        ],
        "missing": [
            {"app": app.name, "host": host.name, **_told(reason(problem, app, None, hosts, free, [host]))}
            for app, hosts in zip(problem.apps, open_hosts, strict=True)
            for host in problem.hosts
            if host.name in app.pinned and host not in hosts
        ],
        **_changes(problem, open_hosts),
        "hosts": [_fullness(problem, number, found.placement, free) for number in range(len(problem.hosts))],
        "status": "optimal" if optimal else "feasible",
        "optimal": optimal,
        "objective": found.cost,
        "bound": found.bound,
        "gap": found.gap,
        "greedy": found.greedy,
        "parts": parts(problem, open_hosts, served),
    }


def _served(problem: Problem, app: App, hosts: Sequence[Host]) -> Served:
    """Each eNB is served by the host where that counts least, of these by the nearest."""
    worth, served = problem.weights.unserved * app.priority, {}
    for enb in app.enbs:
        near = [host for host in hosts if host.delays.get(enb, math.inf) <= app.maximum]
        counted = [(serving(problem, app, host, enb), host.delays[enb], number) for number, host in enumerate(near)]
        cost, _delay, number = min(counted, default=(worth, 0.0, 0))
        if cost < worth:
            served[enb] = near[number]
    return served


def _told(found: Reason) -> dict[str, str]:
    return {"reason": found.reason, "message": found.message}


def _free(problem: Problem, placement: Placement) -> list[tuple[float, ...]]:
    taken = [
        [app.demand for app, hosts in zip(problem.apps, placement, strict=True) if host in hosts] for host in _numbers(problem)
    ]
    return [
        tuple(
            whole - math.fsum(demand[which] for demand in taken[host])
            for which, whole in enumerate(problem.hosts[host].capacity)
        )
        for host in _numbers(problem)
    ]


def _numbers(problem: Problem) -> range:
    return range(len(problem.hosts))


def _fullness(problem: Problem, number: int, placement: Placement, free: Sequence[tuple[float, ...]]) -> dict[str, Any]:
    apps = [app for app, hosts in zip(problem.apps, placement, strict=True) if number in hosts]
    used = {key: round(math.fsum(app.demand[which] for app in apps), 6) for which, key in enumerate(RESOURCES)}
    left = {key: round(max(0.0, each), 6) for key, each in zip(RESOURCES, free[number], strict=True) if math.isfinite(each)}
    return {"name": problem.hosts[number].name, "apps": [app.name for app in apps], "used": used, "free": left}


def _changes(problem: Problem, open_hosts: Sequence[Sequence[Host]]) -> dict[str, list[dict[str, str]]]:
    """What is other than now: instances of running apps that are started elsewhere, and instances that are stopped."""
    now = {app.name: {host.name for host in hosts} for app, hosts in zip(problem.apps, open_hosts, strict=True)}
    order = [host.name for host in problem.hosts]
    running = {app.name: problem.running[app.name] for app in problem.apps if app.name in problem.running}
    return {
        "moved": [
            {"app": app, "host": host} for app in running for host in order if host in now[app] and host not in running[app]
        ],
        "stopped": [
            {"app": app, "host": host} for app in running for host in order if host in running[app] and host not in now[app]
        ],
    }
