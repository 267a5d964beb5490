# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts may serve an eNB for an app, and the requirement that rules the others out: a table of tests in order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .mec_model import App, Host, Problem, fits


@dataclass(frozen=True)
class Requirement:
    """``meets`` says whether a host may serve an eNB; ``sentence`` why none does, from the app, the eNB and the last hosts."""

    reason: str
    meets: Callable[[App, Host, str | None], bool]
    sentence: Callable[[App, str | None, Sequence[Host]], str]


def near(app: App, host: Host, enb: str | None) -> bool:
    """An instance that the OSS has pinned to a host stands there for no eNB in particular."""
    return enb is None or host.delays[enb] <= app.maximum


def names(hosts: Sequence[Host]) -> str:
    shown = ", ".join(host.name for host in hosts[:3])
    return f"{shown} and {len(hosts) - 3} more" if len(hosts) > 3 else shown


def _too_far(app: App, enb: str | None, hosts: Sequence[Host]) -> str:
    closest = min(hosts, key=lambda host: host.delays[enb or ""])
    away = closest.delays[enb or ""]
    return f"the closest host, {closest.name}, is {away:g} ms away, and at most {app.maximum:g} ms are allowed"


def _lacking(what: str, needed: Callable[[App], frozenset[str]]) -> Callable[[App, str | None, Sequence[Host]], str]:
    return lambda app, _enb, hosts: (
        f"{names(hosts)} would be near enough, but without the {what} {', '.join(sorted(needed(app)))}"
    )


REQUIREMENTS = (
    Requirement(
        "unavailable",
        lambda _app, host, _enb: host.available,
        lambda _app, _enb, hosts: f"no host that reaches it is available: {names(hosts)}",
    ),
    Requirement("delay", near, _too_far),
    Requirement(
        "hardware",
        lambda app, host, _enb: app.hardware <= host.hardware,
        _lacking("hardware", lambda app: app.hardware),
    ),
    Requirement(
        "service",
        lambda app, host, _enb: app.mandatory <= host.services,
        _lacking("MEC services", lambda app: app.mandatory),
    ),
    Requirement(
        "capacity",
        lambda app, host, _enb: fits(app.demand, host.capacity, host.capacity),
        lambda _app, _enb, hosts: f"an instance is larger than all of {names(hosts)}",
    ),
    Requirement(
        "agreement",
        lambda app, host, _enb: app.allowed is None or host.name in app.allowed,
        lambda _app, _enb, hosts: f"{names(hosts)} could serve it, and the agreements do not allow the app there",
    ),
    Requirement(
        "pinned",
        lambda app, host, _enb: not app.pinned or host.name in app.pinned,
        lambda app, _enb, hosts: f"{names(hosts)} could serve it, and the app is pinned to {', '.join(sorted(app.pinned))}",
    ),
)


def reaching(problem: Problem, enb: str) -> list[Host]:
    """The hosts that reach the eNB, near enough or not."""
    return [host for host in problem.hosts if enb in host.delays]


def able(app: App, host: Host) -> bool:
    """Whether a host meets all that does not depend on the eNB."""
    return all(requirement.meets(app, host, None) for requirement in REQUIREMENTS)


def could_stay(app: App, host: Host, enbs: frozenset[str]) -> bool:
    """Whether an instance on the host could go on: for one of its eNBs, or any of the app's where these are unknown."""
    useful = any(host.delays.get(enb, math.inf) <= app.maximum for enb in app.enbs if not enbs or enb in enbs)
    return able(app, host) and useful


def suitable(app: App, hosts: Sequence[Host], enb: str | None) -> tuple[list[Host], str, str]:
    """The hosts that meet every requirement; where there are none, the reason and a sentence.

    :param hosts: those that reach the eNB, or for ``enb`` None, those to which the app is pinned; at least one
    """
    for requirement in REQUIREMENTS:
        left = [host for host in hosts if requirement.meets(app, host, enb)]
        if not left:
            return [], requirement.reason, requirement.sentence(app, enb, hosts)
        hosts = left
    return list(hosts), "", ""
