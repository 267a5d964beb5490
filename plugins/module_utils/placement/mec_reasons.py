# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an eNB is not served, or why a host has no instance that the OSS wants there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .mec_covering import opening, serving
from .mec_model import RESOURCES, Amounts, App, Host, Problem, fits
from .mec_suitability import names, reaching, suitable


@dataclass(frozen=True)
class Reason:
    """A word for programs and a sentence for people."""

    reason: str
    message: str


def reason(
    problem: Problem,
    app: App,
    enb: str | None,
    placed: Sequence[Host],
    free: Sequence[Amounts],
    hosts: Sequence[Host] | None = None,
) -> Reason:
    """Why no host serves the eNB; for ``enb`` None, why a pinned host has no instance.

    :param placed: the hosts with an instance of the app
    :param free: what each host of the problem has left
    :param hosts: those that come into question; by default those that reach the eNB
    """
    left, word, message = suitable(app, reaching(problem, enb or "") if hosts is None else hosts, enb)
    if not left:
        return Reason(word, message)
    if app.licences is not None and len(placed) >= app.licences:
        return Reason("licence", _licences(app, placed, left))
    numbers = {host.name: number for number, host in enumerate(problem.hosts)}
    room = [host for host in left if host in placed or fits(app.demand, free[numbers[host.name]], host.capacity)]
    if not room:
        short = _lacking(app, left[0], free[numbers[left[0].name]])
        return Reason("capacity", f"{names(left)} could serve it and has no room left: {short}")
    return Reason("cost", _too_dear(problem, app, enb, room[0]))


def _licences(app: App, placed: Sequence[Host], left: Sequence[Host]) -> str:
    used = f", in use on {names(placed)}" if placed else ""
    return f"{names(left)} could serve it, and the app has {app.licences} licences{used}"


def _lacking(app: App, host: Host, free: Amounts) -> str:
    """The first resource of a host that does not suffice."""
    short = ((key, need, left) for key, need, left in zip(RESOURCES, app.demand, free, strict=True) if need > left)
    key, need, left = next(short, ("cpu", app.demand[0], free[0]))
    return f"an instance takes {need:g} of {key}, and {host.name} has {max(0.0, left):g}"


def _too_dear(problem: Problem, app: App, enb: str | None, host: Host) -> str:
    counts = opening(problem, app, host) + (serving(problem, app, host, enb) if enb is not None else 0.0)
    worth = problem.weights.unserved * app.priority
    return f"{host.name} could serve it; that counts {counts:g} for this alone, and {worth:g} that it is not served"
