# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The placement of MEC apps as a covering problem: where to open instances, so that sets of hosts are hit.

An eNB is best served by its cheapest open host. Let c_1 < … < c_k be the different costs at which hosts can serve it for an
app, c_{k+1} what it counts when it is unserved, and S_i the hosts that serve it for at most c_i. Then it costs

    c_1 + Σ_i (c_{i+1} - c_i) · [no instance of the app on any host of S_i]

so each S_i is a set that had better be hit, with a weight; eNBs with the same S_i add their weights and become one. (The radius
form of facility location: Cornuéjols, Nemhauser and Wolsey 1980; Elloumi 2010.) There are as many variables as different
sets instead of one for each app, eNB and host, and the linear relaxation is as strong as with those.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from .mec_model import Amounts, App, Host, Placement, Problem
from .mec_suitability import able, could_stay, near


@dataclass(frozen=True)
class Cover:
    """Hosts of which one had better have an instance; ``weight`` counts when none has."""

    hosts: frozenset[int]
    weight: float


@dataclass(frozen=True)
class Covering:
    """Per app: the cost of an instance on each host that may have one, the covers, the most instances, an instance's demand.

    ``constant`` counts whatever is placed.
    """

    constant: float
    openings: tuple[Mapping[int, float], ...]
    covers: tuple[tuple[Cover, ...], ...]
    limits: tuple[int, ...]
    demands: tuple[Amounts, ...]
    capacities: tuple[Amounts, ...]

    def app_cost(self, app: int, hosts: frozenset[int]) -> float:
        """What an app with instances on these hosts counts."""
        missed = (cover.weight for cover in self.covers[app] if cover.hosts.isdisjoint(hosts))
        return math.fsum((*missed, *(self.openings[app][host] for host in hosts)))

    def cost(self, placement: Placement) -> float:
        """The objective."""
        return self.constant + math.fsum(self.app_cost(app, hosts) for app, hosts in enumerate(placement))

    def free(self, placement: Placement) -> list[Amounts]:
        """What each host has left."""
        taken: list[list[Amounts]] = [[] for _host in self.capacities]
        for app, hosts in enumerate(placement):
            for host in hosts:
                taken[host].append(self.demands[app])
        return [
            tuple(whole - math.fsum(amounts[which] for amounts in of_host) for which, whole in enumerate(capacity))
            for capacity, of_host in zip(self.capacities, taken, strict=True)
        ]

    def nothing(self) -> Placement:
        return tuple(frozenset() for _app in self.openings)


def covering(problem: Problem) -> Covering:
    """The covering problem of a placement; apps and hosts keep their numbers.

    O(apps · eNBs · hosts). An eNB that no host can serve counts nothing: no placement changes it.
    """
    numbers = {host.name: number for number, host in enumerate(problem.hosts)}
    constants, openings, covers = [], [], []
    for app in problem.apps:
        constant, of_app = _covers(problem, app, numbers)
        constants.append(constant)
        covers.append(of_app)
        useful = sorted({host for cover in of_app for host in cover.hosts})
        openings.append({host: opening(problem, app, problem.hosts[host]) for host in useful})
    limits = tuple(len(problem.hosts) if app.licences is None else app.licences for app in problem.apps)
    demands = tuple(app.demand for app in problem.apps)
    capacities = tuple(host.capacity for host in problem.hosts)
    return Covering(math.fsum(constants), tuple(openings), tuple(covers), limits, demands, capacities)


def opening(problem: Problem, app: App, host: Host) -> float:
    """What an instance counts: the host's cost, and a move when it is started for an app that runs elsewhere."""
    running = problem.running.get(app.name, {})
    moved = bool(running) and host.name not in running
    return problem.weights.cost * host.cost + moved * problem.weights.move


def serving(problem: Problem, app: App, host: Host, enb: str) -> float:
    """What it counts that a host serves an eNB: delay beyond the desired, missing optional services, a host other than now."""
    weights = problem.weights
    beyond = max(0.0, host.delays[enb] - app.desired)
    missing = len(app.optional - host.services)
    now = [name for name, enbs in problem.running.get(app.name, {}).items() if enb in enbs]
    rerouted = bool(now) and host.name not in now
    return weights.delay * beyond + weights.optional * missing + weights.reroute * rerouted


def _covers(problem: Problem, app: App, numbers: Mapping[str, int]) -> tuple[float, tuple[Cover, ...]]:
    """What the app counts whatever is placed, and its covers."""
    worth = problem.weights.unserved * app.priority
    hosts = [host for host in problem.hosts if able(app, host)]
    constant, weights = [], {}
    for enb in app.enbs:
        serve = [host for host in hosts if enb in host.delays and near(app, host, enb)]
        costs = {numbers[host.name]: serving(problem, app, host, enb) for host in serve}
        if costs:
            levels = [*sorted({cost for cost in costs.values() if cost < worth}), worth]
            constant.append(levels[0])
            for low, high in pairwise(levels):
                within = frozenset(host for host, cost in costs.items() if cost <= low)
                weights.setdefault(within, []).append(high - low)
    for host in hosts:
        if host.name in app.pinned:
            weights.setdefault(frozenset([numbers[host.name]]), []).append(worth)
    for name, enbs in problem.running.get(app.name, {}).items():
        if could_stay(app, problem.hosts[numbers[name]], enbs):
            weights.setdefault(frozenset([numbers[name]]), []).append(problem.weights.move)
    ordered = sorted(weights, key=lambda hosts: (len(hosts), sorted(hosts)))
    return math.fsum(constant), tuple(Cover(hosts, math.fsum(weights[hosts])) for hosts in ordered)


def coarse(covering: Covering, loss: float) -> Covering:
    """A covering with fewer covers, in which a placement costs less by at most ``loss``, and none more.

    The covers of least weight give it to the smallest of their app that contains them: that is hit whenever they are.
    """
    weights = sorted(cover.weight for covers in covering.covers for cover in covers)
    above = 0.0
    for weight, moved in zip(weights, accumulate(weights), strict=True):
        if moved > loss:
            break
        above = weight
    return replace(covering, covers=tuple(_coarse(covers, above) for covers in covering.covers))


def _coarse(covers: tuple[Cover, ...], above: float) -> tuple[Cover, ...]:
    """The covers of an app are in order of their size, and so the first that contains another is the smallest."""
    weights = {cover.hosts: [cover.weight] for cover in covers if cover.weight > above}
    for cover in covers:
        if cover.weight <= above:
            larger = (weight for hosts, weight in weights.items() if cover.hosts <= hosts)
            next(larger, []).append(cover.weight)
    return tuple(Cover(hosts, math.fsum(weight)) for hosts, weight in weights.items())
