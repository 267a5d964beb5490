# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firewalls between two load balancers, as the descriptions of both.

A firewall that keeps state must see both directions of a flow. The outer balancer chooses by the source address and the
inner one by the destination address: whoever began a flow, both look at the address that lies outside, so the same hash
over the same firewalls chooses the same one. What lies outside is sticky with it: all its flows go through one firewall.

A firewall that only one of the two takes for dead breaks this until the other does too: so the probes should go through
the firewall to what is behind it, in the same rhythm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import InputError, Place

OUTSIDE, INSIDE = "outside", "inside"
ALGORITHMS: Mapping[str, str] = {OUTSIDE: "source_ip", INSIDE: "destination_ip"}
"""By which each side chooses: packets from outside have the outer address as their source, those from inside as destination."""
SHARED = ("protocol", "health_check", "timeouts", "limits")
KNOWN = frozenset({"name", "firewalls", OUTSIDE, INSIDE, *SHARED})
DOOR = frozenset({"virtual_ip", "port"})
FIREWALL = frozenset({"name", OUTSIDE, INSIDE, "port", "weight", "enabled"})


def pair(described: Any) -> dict[str, dict[str, Any]]:
    """``{"outside": description, "inside": description}``, each as the options of a load balancer.

    :param described: ``name``; ``outside`` and ``inside``, each with ``virtual_ip`` and ``port``; ``firewalls``, each with
        ``name``, ``outside`` and ``inside`` (its addresses), and perhaps ``port``, ``weight`` and ``enabled``; what both
        balancers share of :data:`SHARED`
    :raises InputError: something of it is missing or of another shape
    """
    whole = _mapping(described, "firewalls", KNOWN)
    return {side: _balancer(whole, side) for side in (OUTSIDE, INSIDE)}


def _balancer(whole: Mapping[str, Any], side: str) -> dict[str, Any]:
    door = _mapping(whole.get(side), side, DOOR)
    firewalls = whole.get("firewalls")
    if not isinstance(firewalls, list | tuple) or not firewalls:
        raise InputError("is missing: list the firewalls, each with name, outside and inside", Place(path="firewalls"))
    port = _required(door, "port", side)
    members = [_member(firewall, f"firewalls[{index}]", side, port) for index, firewall in enumerate(firewalls)]
    return {
        "name": f"{_required(whole, 'name', 'firewalls')}-{side}",
        "virtual_ip": _required(door, "virtual_ip", side),
        "port": port,
        "algorithm": ALGORITHMS[side],
        "members": members,
        **{key: whole[key] for key in SHARED if key in whole},
    }


def _member(firewall: Any, place: str, side: str, port: Any) -> dict[str, Any]:
    """Its name is the same on both sides: HAProxy hashes onto names."""
    given = _mapping(firewall, place, FIREWALL)
    ports = given.get("port", port)
    own = ports.get(side, port) if isinstance(ports, Mapping) else ports
    kept = {key: given[key] for key in ("weight", "enabled") if key in given}
    return {"name": _required(given, "name", place), "address": _required(given, side, place), "port": own, **kept}


def _mapping(value: Any, place: str, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError("is no mapping of keys to values", Place(path=place))
    if unknown := sorted(str(key) for key in value.keys() - known):
        where = unknown[0] if known is KNOWN else f"{place}.{unknown[0]}"
        raise InputError(f"is not known here; known are {', '.join(sorted(known))}", Place(path=where))
    return value


def _required(given: Mapping[str, Any], key: str, place: str) -> Any:
    if given.get(key) is None:
        raise InputError(f"the key {key} is missing", Place(path=place))
    return given[key]
