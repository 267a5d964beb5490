# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Octavia is to be told so that what is there becomes what is wanted, and nothing beyond the difference.

Deletions come first, listeners before the pools that they use; then everything is made from the inside out, so that a
listener opens on a pool that has its members.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import FailedError
from ..core.plan import Change, Plan, difference
from . import floating_ips
from .octavia import NOTHING, State

FIXED: Mapping[str, frozenset[str]] = {
    "load_balancer": frozenset({"vip_address", "vip_subnet_id", "provider"}),
    "pool": frozenset({"protocol"}),
    "monitor": frozenset({"type"}),
    "listener": frozenset({"protocol", "protocol_port"}),
}
"""What Octavia does not let one change: an object that differs in it is made anew."""

Objects = Mapping[str, Mapping[str, Any]]


def plan(current: State, desired: State) -> Plan:
    """The changes in the order in which Octavia takes them.

    An object in ERROR is made anew, and so is one that is PENDING, for ``current`` is read when no change is under way: its
    change was cut off. ``desired`` without a load balancer asks for its removal.

    :raises FailedError: the load balancer itself is in ERROR, in which Octavia changes nothing, and may serve clients still
    :raises ConflictError: a floating IP that is asked for serves somebody else
    """
    whole = _made_anew("load_balancer", current, desired) or not current["load_balancer"]
    gone, made = _steps("load_balancer", current["load_balancer"], desired["load_balancer"])
    if desired["load_balancer"] and _is_broken(current):
        if current["listener"]:
            raise _refusal(current["load_balancer"])
        whole, gone, made = True, *_anew(current, desired)
    public_gone, public_made = floating_ips.steps(current["floating_ip"], desired["floating_ip"], anew=whole)
    if whole or not desired["load_balancer"]:
        inside_gone, inside_made = _inside(NOTHING, desired)
    else:
        inside_gone, inside_made = _inside(current, desired)
    return public_gone + inside_gone + gone + made + inside_made + public_made


def _is_broken(current: State) -> bool:
    return any(state.get("status") == "ERROR" for state in current["load_balancer"].values())


def _anew(current: State, desired: State) -> tuple[Plan, Plan]:
    """One that was never whole, or is half deleted, has no listener: it serves nobody and goes."""
    kind = "load_balancer"
    return difference(kind, current[kind], {}), difference(kind, {}, desired[kind])


def _refusal(balancers: Objects) -> FailedError:
    return FailedError(
        f"load balancer {', '.join(balancers)} is in ERROR, and Octavia changes nothing in it: have an administrator fail it "
        "over, or remove it with state=absent and run again"
    )


def _inside(current: State, desired: State) -> tuple[Plan, Plan]:
    """Deletions and the rest for all that a load balancer holds; what a pool holds goes with it."""
    pools_gone, pools_made = _steps("pool", current["pool"], desired["pool"])
    lost = {change.name for change in pools_gone}
    monitors = {name: state for name, state in current["monitor"].items() if name not in lost}
    monitors_gone, monitors_made = _steps("monitor", monitors, desired["monitor"])
    members = {name: state for name, state in current["members"].items() if name not in lost}
    listeners = {name: _without(lost, state) for name, state in current["listener"].items()}
    listeners_gone, listeners_made = _steps("listener", listeners, desired["listener"])
    made = pools_made + _members(members, desired["members"]) + monitors_made + listeners_made
    return listeners_gone + monitors_gone + pools_gone, made


def _without(lost: set[str], listener: Mapping[str, Any]) -> Mapping[str, Any]:
    """A listener whose pool is deleted is left without one."""
    return {**listener, "default_pool": None} if listener.get("default_pool") in lost else listener


def _steps(kind: str, there: Objects, wanted: Objects) -> tuple[Plan, Plan]:
    """Deletions and the rest for one kind."""
    kept = {name: state for name, state in there.items() if name in wanted and not _is_anew(kind, state, wanted[name])}
    gone = {name: state for name, state in there.items() if name not in kept}
    return difference(kind, gone, {}), difference(kind, kept, wanted)


def _made_anew(kind: str, current: State, desired: State) -> bool:
    pairs = ((state, desired[kind].get(name)) for name, state in current[kind].items())
    return any(wanted is not None and _is_anew(kind, state, wanted) for state, wanted in pairs)


def _is_anew(kind: str, state: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    broken = kind != "load_balancer" and not _is_well(state)
    return broken or any(state.get(key) != wanted[key] for key in FIXED[kind] if key in wanted)


def _members(current: Objects, desired: Objects) -> Plan:
    """One change for each pool whose members differ, of those that differ: it is one call."""
    changes = []
    for pool, wanted in sorted(desired.items()):
        there = current.get(pool, {})
        before = {key: state for key, state in sorted(there.items()) if _differs(state, wanted.get(key))}
        after = {key: state for key, state in sorted(wanted.items()) if key not in there or key in before}
        if before or after:
            changes.append(Change("members", pool, before, after))
    return Plan(tuple(changes))


def _differs(state: Mapping[str, Any], wanted: Mapping[str, Any] | None) -> bool:
    if wanted is None or not _is_well(state):
        return True
    return any(state.get(key) != value for key, value in wanted.items())


def _is_well(state: Mapping[str, Any]) -> bool:
    status = state.get("status") or ""
    return status != "ERROR" and not status.startswith("PENDING")
