# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a MEC app when its UE moves to another host: a table of rules, of which the first that fits decides.

The actions are those of deliverable D6.1, B4.2.2, and which of them applies when is B4.2.1. Where the deliverable leaves the
order open it is ours: first what keeps both the state and the service at the edge, then what keeps the state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .checks import number
from .mec_processes import PLANS, STEPS

Facts = Mapping[str, bool]


@dataclass(frozen=True)
class Rule:
    """Applies where the facts are as in ``when``. ``state`` is what becomes of the state, ``plan`` the name of its steps."""

    name: str
    when: Facts
    action: str
    state: str
    plan: str
    reason: str


FACTS = (
    "ue",
    "stateful",
    "state_api",
    "same_host",
    "in_scope",
    "can_host",
    "has_instance",
    "live_migration",
    "near",
)
"""``near``: the delay from the target's eNBs to the anchor, the host of now, is within the app's maximum."""

UE = {"same_host": False, "ue": True}
GENERIC = {"same_host": False, "ue": False}
STATEFUL = {**GENERIC, "in_scope": True, "stateful": True}
RULES = (
    Rule("same host", {"same_host": True}, "none", "none", "nothing", "the new eNB is served by the same ME host"),
    Rule(
        "ue, no room, near",
        {**UE, "can_host": False, "near": True},
        "anchor",
        "none",
        "ue anchor",
        "the target cannot host the app of the UE, and the delay to the anchor is within the maximum",
    ),
    Rule(
        "ue, stateful, no room, far",
        {**UE, "can_host": False, "stateful": True},
        "reject",
        "lost",
        "ue reject",
        "the target cannot host the app of the UE, and the delay to the anchor is above the maximum",
    ),
    Rule(
        "ue, stateless, no room, far",
        {**UE, "can_host": False},
        "reject",
        "none",
        "ue reject",
        "the target cannot host the app of the UE, and the delay to the anchor is above the maximum",
    ),
    Rule(
        "ue, stateless",
        {**UE, "stateful": False},
        "emulated",
        "none",
        "ue emulated",
        "the app of the UE has no state: a new instance replaces it",
    ),
    Rule(
        "ue, stateful, live migration",
        {**UE, "live_migration": True},
        "live",
        "transferred",
        "ue live",
        "the app of the UE has state, and the VIM migrates it live",
    ),
    Rule(
        "ue, stateful, state API",
        {**UE, "state_api": True},
        "emulated",
        "transferred",
        "ue emulated with state",
        "the app of the UE has state, which it hands over to a new instance itself",
    ),
    Rule(
        "ue, stateful, near",
        {**UE, "near": True},
        "anchor",
        "none",
        "ue anchor",
        "the state of the UE's app cannot be moved, and the delay to the anchor is within the maximum",
    ),
    Rule(
        "ue, stateful, far",
        UE,
        "emulated",
        "lost",
        "ue emulated",
        "the state of the UE's app cannot be moved, and the delay to the anchor is above the maximum",
    ),
    Rule(
        "generic, stateful, out of scope",
        {**GENERIC, "in_scope": False, "stateful": True},
        "none",
        "lost",
        "generic not at the edge",
        "the target is out of the app's geographical scope: the UE is not served at the edge",
    ),
    Rule(
        "generic, stateless, out of scope",
        {**GENERIC, "in_scope": False},
        "none",
        "none",
        "generic not at the edge",
        "the target is out of the app's geographical scope: the UE is not served at the edge",
    ),
    Rule(
        "generic, stateless, instance",
        {**GENERIC, "stateful": False, "has_instance": True},
        "none",
        "none",
        "generic served",
        "the app has no state, and its instance at the target serves the UE",
    ),
    Rule(
        "generic, stateless, no instance",
        {**GENERIC, "stateful": False},
        "none",
        "none",
        "generic not at the edge",
        "the app has no state and no instance at the target: the UE is not served at the edge",
    ),
    Rule(
        "generic, stateful, instance, state API",
        {**STATEFUL, "has_instance": True, "state_api": True},
        "state",
        "transferred",
        "generic state",
        "the instances at both hosts exchange the state of the UE",
    ),
    Rule(
        "generic, stateful, instance, near",
        {**STATEFUL, "has_instance": True, "near": True},
        "anchor",
        "none",
        "generic anchor",
        "the app cannot hand its state over, and the delay to the anchor is within the maximum",
    ),
    Rule(
        "generic, stateful, instance, far",
        {**STATEFUL, "has_instance": True},
        "none",
        "lost",
        "generic served",
        "the app cannot hand its state over, and the delay to the anchor is above the maximum: the UE begins anew",
    ),
    Rule(
        "generic, stateful, no instance, near",
        {**STATEFUL, "near": True},
        "anchor",
        "none",
        "generic anchor without instance",
        "there is no instance at the target, and the delay to the anchor is within the maximum",
    ),
    Rule(
        "generic, stateful, no instance, state API, room",
        {**STATEFUL, "state_api": True, "can_host": True},
        "emulated",
        "transferred",
        "generic emulated",
        "a new instance at the target takes the state over; that at the anchor goes on for other UEs",
    ),
    Rule(
        "generic, stateful, no instance, far",
        STATEFUL,
        "none",
        "lost",
        "generic not at the edge",
        "there is no instance at the target, the delay to the anchor is above the maximum, and the state cannot be moved",
    ),
)


def facts(options: Mapping[str, Any]) -> dict[str, bool]:
    """What the rules ask, from the options of the module.

    A maximum that is not given allows any delay; a delay that is not known is not within a maximum.

    :raises InputError: a delay is negative or not finite
    """
    app, target = options["app"], options.get("target") or {}
    maximum, delay = app.get("maximum_delay"), options.get("delay_to_anchor")
    most = math.inf if maximum is None else number(maximum, "app.maximum_delay")
    away = most if maximum is None else math.inf
    return {
        "ue": app.get("kind") == "ue",
        **{name: bool(app.get(name)) for name in ("stateful", "state_api")},
        **{name: bool(options.get(name)) for name in ("same_host", "live_migration")},
        **{name: target.get(name) is not False for name in ("in_scope", "can_host")},
        "has_instance": bool(target.get("has_instance")),
        "near": (away if delay is None else number(delay, "delay_to_anchor")) <= most,
    }


def decision(given: Facts) -> dict[str, Any]:
    """The answer to a task: the first rule that fits, and its steps in order.

    :param given: the :data:`FACTS`
    """
    rule = RULES[[all(given[name] is value for name, value in rule.when.items()) for rule in RULES].index(True)]
    process, steps = PLANS[rule.plan]
    told = [{"step": step, "actor": STEPS[step].actor, "verb": STEPS[step].verb, "what": STEPS[step].what} for step in steps]
    return {
        "action": rule.action,
        "state": rule.state,
        "reason": rule.reason,
        "rule": rule.name,
        "process": process,
        "steps": told,
    }
