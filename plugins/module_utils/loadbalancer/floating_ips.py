# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floating IP of a load balancer: kept, taken, made or given back.

What is there is ``{address: {"network_id", "attached", "ours"}}``: each floating IP at the VIP, each that was made for
this load balancer, and the one of the address that is asked for. ``attached`` is True at this VIP, False at nothing and
None at something else. One that was there before is only attached and detached, never deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import ConflictError, InputError, Place
from ..core.plan import Change, Plan

KIND = "floating_ip"
Addresses = Mapping[str, Mapping[str, Any]]


def steps(there: Addresses, desired: Mapping[str, Mapping[str, Any]], *, anew: bool) -> tuple[Plan, Plan]:
    """What is to be given back, and what is to be taken or made.

    :param desired: ``{name: {"address", "network_id"}}``, empty for none; None as a value accepts any
    :param anew: the load balancer is made anew, so nothing stays attached
    :raises ConflictError: the address that is asked for is attached to something else
    :raises InputError: one must be made, and no network is given for it
    """
    there = {address: {**state, "attached": False} if anew and state["attached"] else state for address, state in there.items()}
    name, wanted = next(iter(desired.items()), (None, None))
    chosen = _choice(there, wanted) if wanted else None
    others = ((address, state) for address, state in sorted(there.items()) if address != chosen)
    gone = [change for address, state in others if (change := _given_back(address, state))]
    return Plan(tuple(gone)), Plan(_taken(there, chosen, name, wanted) if wanted else ())


def _choice(there: Addresses, wanted: Mapping[str, Any]) -> str | None:
    """The address to use of those that are there."""
    if wanted["address"]:
        return _asked_for(there, wanted["address"])
    fitting = [a for a, s in sorted(there.items()) if wanted["network_id"] in (None, s["network_id"])]
    attached = [address for address in fitting if there[address]["attached"]]
    spare = [address for address in fitting if there[address]["attached"] is False and there[address]["ours"]]
    return next(iter(attached + spare), None)


def _asked_for(there: Addresses, address: str) -> str | None:
    if address not in there:
        return None
    if there[address]["attached"] is None:
        place = Place(path="service.spec.loadBalancerIP")
        raise ConflictError(f"floating IP {address} is attached to something else: detach it or choose another", place)
    return address


def _given_back(address: str, state: Mapping[str, Any]) -> Change | None:
    if state["ours"] and state["attached"] is not None:
        return Change(KIND, address, state, None)
    if state["attached"]:
        return Change(KIND, address, {"attached": True}, {"attached": False})
    return None


def _taken(there: Addresses, chosen: str | None, name: str, wanted: Mapping[str, Any]) -> tuple[Change, ...]:
    if chosen is None:
        if wanted["network_id"] is None:
            raise InputError(
                "a Service of type LoadBalancer gets a floating IP: say of which network", Place(path="external_network")
            )
        return (Change(KIND, name, None, {key: value for key, value in wanted.items() if value is not None}),)
    if there[chosen]["attached"]:
        return ()
    return (Change(KIND, chosen, {"attached": False}, {"attached": True}),)
