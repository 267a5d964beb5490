# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The best placement of RFBs, proven: first the objective, then among its optima the highest throughput."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .milp import Solution
from .rfb_loads import installation_cost, powers
from .rfb_model import Network, Placement
from .rfb_objectives import objective
from .rfb_program import MEGA, Formulation, Terms, formulate, placement

KEPT = 1e-9
"""By how much of it the first objective may be given up for the second: rounding, far below the solver's own tolerance."""
POLISHING = 1.0
"""Seconds for a choice among placements that are equally good."""
ENOUGH = 0.05
"""Seconds that a search for more throughput is worth."""


@dataclass(frozen=True)
class Outcome:
    """What a method found: ``status`` as :class:`~.milp.Solution` has it, ``bound`` of the objective, in its unit.

    ``throughput_proven`` says whether no placement with the same objective carries more.
    """

    status: str
    placement: Placement | None = None
    bound: float | None = None
    throughput_proven: bool = False


def value(network: Network, answer: Placement, wanted: str) -> float:
    """The objective of a placement: kbit/s, nodes, W or money."""
    if wanted == "energy":
        return sum((powers(network, answer) or {}).values())
    measures = {"throughput": answer.throughput, "nodes": lambda: float(len(answer.active()))}
    return measures[wanted]() if wanted in measures else installation_cost(network, answer)


def exact(network: Network, wanted: str, time_limit: float, gap: float) -> Outcome:
    """Solve by branch and bound, at most ``time_limit`` seconds for both stages.

    :param gap: the relative gap at which a placement counts as optimal
    :raises UnavailableError: SciPy is missing
    """
    ends = time.monotonic() + time_limit
    made, first = _solved(network, wanted, time_limit, gap)
    if first.values is None:
        return Outcome(first.status)
    if wanted == "throughput":
        return Outcome(first.status, _tidied(network, made, first), -first.bound * MEGA, first.status == "optimal")
    most = first.cost + KEPT * max(1.0, abs(first.cost))
    left = ends - time.monotonic()
    better, second = _solved(network, "throughput", left, gap, (wanted, most)) if left > ENOUGH else (made, None)
    if second is None or second.values is None:
        better, second = _settled(network, made, first, (wanted, most)), None
    else:
        better = placement(better, second.values)
    return Outcome(first.status, better, first.bound, second is not None and second.status == "optimal")


def _solved(
    network: Network, wanted: str, time_limit: float, gap: float, kept: tuple[str, float] | None = None
) -> tuple[Formulation, Solution]:
    """One stage; ``kept`` is an objective that has been reached already, and its value."""
    made = formulate(network)
    _aim(made, wanted, kept)
    return made, made.program.solve(time_limit, gap)


def _aim(made: Formulation, wanted: str, kept: tuple[str, float] | None) -> None:
    if kept:
        made.program.row(objective(made, kept[0]), most=kept[1])
    cost: Terms = objective(made, wanted)
    for variable, factor in cost:
        made.program.costs[variable] += factor


def _fixed(network: Network, made: Formulation, first: Solution, kept: tuple[str, float], kinds: set[str]) -> Formulation:
    """The program again, with choices of the kinds as they were made: of ``user``, ``radio``, ``host``."""
    again = formulate(network)
    chosen = [*made.user.values()] * ("user" in kinds) + [*made.radio.values()] * ("radio" in kinds)
    chosen += [variable for hosts in made.host.values() for variable in hosts.values()] * ("host" in kinds)
    for variable in chosen:
        again.program.lower[variable] = again.program.upper[variable] = (first.values or ())[variable]
    again.program.row(objective(again, kept[0]), most=kept[1])
    return again


def _settled(network: Network, made: Formulation, first: Solution, kept: tuple[str, float]) -> Placement:
    """The choices of the first stage with the most traffic that they can carry: solved at once."""
    again = _fixed(network, made, first, kept, {"user", "radio", "host"})
    return _improved(made, again, first, "throughput")


def _tidied(network: Network, made: Formulation, first: Solution) -> Placement:
    """The users and RRHs of the first stage, with as much traffic, on hosts of which few must be on: solved at once."""
    again = _fixed(network, made, first, ("throughput", first.cost + KEPT * max(1.0, abs(first.cost))), {"user", "radio"})
    return _improved(made, again, first, "nodes")


def _improved(made: Formulation, again: Formulation, first: Solution, wanted: str) -> Placement:
    _aim(again, wanted, None)
    best = again.program.solve(POLISHING)
    return placement(made, first.values or ()) if best.values is None else placement(again, best.values)


def bound(network: Network, wanted: str) -> float | None:
    """What no placement can beat: the optimum where choices may be fractions. None where there is none, even so."""
    made = formulate(network, relaxed=True)
    _aim(made, wanted, None)
    found = made.program.solve()
    if found.cost is None:
        return None
    return -found.cost * MEGA if wanted == "throughput" else found.cost
