# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each thing that is unwanted adds to the objective, counted from a placement as it is told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .mec_model import App, Host, Problem
from .mec_suitability import could_stay, reaching, suitable

Served = Mapping[str, Host]
"""The host that serves each eNB of an app; an eNB that is not in it is not served."""


def parts(problem: Problem, placed: Sequence[Sequence[Host]], served: Sequence[Served]) -> dict[str, float]:
    """The terms of the objective by the names of their weights; their sum is the objective.

    :param placed: the hosts with an instance of each app
    :param served: who serves the eNBs of each app
    """
    rows = list(zip(problem.apps, placed, served, strict=True))
    return {
        "unserved": math.fsum(amount for app, hosts, serves in rows for amount in _unserved(problem, app, hosts, serves)),
        "move": math.fsum(amount for app, hosts, _serves in rows for amount in _moves(problem, app, hosts)),
        "cost": problem.weights.cost * math.fsum(host.cost for _app, hosts, _serves in rows for host in hosts),
        "optional": problem.weights.optional
        * sum(len(app.optional - host.services) for app, _hosts, serves in rows for host in serves.values()),
        "delay": problem.weights.delay
        * math.fsum(max(0.0, host.delays[enb] - app.desired) for app, _hosts, serves in rows for enb, host in serves.items()),
        "reroute": problem.weights.reroute * sum(_rerouted(problem, app, serves) for app, _hosts, serves in rows),
    }


def _unserved(problem: Problem, app: App, hosts: Iterable[Host], serves: Served) -> Iterator[float]:
    """For each eNB that could be served and is not, and each host where the OSS could have an instance and has none."""
    worth = problem.weights.unserved * app.priority
    for enb in app.enbs:
        if enb not in serves and suitable(app, reaching(problem, enb), enb)[0]:
            yield worth
    names = {host.name for host in hosts}
    for host in problem.hosts:
        if host.name in app.pinned - names and suitable(app, [host], None)[0]:
            yield worth


def _moves(problem: Problem, app: App, hosts: Iterable[Host]) -> Iterator[float]:
    """For each instance of a running app that is started, and each that is stopped and could go on."""
    running = problem.running.get(app.name, {})
    names = {host.name for host in hosts}
    for host in problem.hosts:
        stopped = host.name in running and host.name not in names and could_stay(app, host, running[host.name])
        if stopped or (running and host.name in names and host.name not in running):
            yield problem.weights.move


def _rerouted(problem: Problem, app: App, serves: Served) -> int:
    running = problem.running.get(app.name, {})
    before = {enb: [name for name, enbs in running.items() if enb in enbs] for enb in serves}
    return sum(bool(before[enb]) and host.name not in before[enb] for enb, host in serves.items())
