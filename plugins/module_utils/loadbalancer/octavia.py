# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A described load balancer as Octavia's objects.

A :data:`State` is ``{kind: {name: object}}`` for what is wanted and for what is there. The keys of an object are those
of Octavia's API, but that a listener names its pool, and that a pool's members are one object
``{"address port": member}``, as Octavia changes them in one call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .back_ends import said
from .description import Listener, LoadBalancer, Member

State = Mapping[str, Mapping[str, Any]]

KINDS = ("load_balancer", "pool", "members", "monitor", "listener", "floating_ip")
NOTHING: State = {kind: {} for kind in KINDS}


TIMED = frozenset({"udp", "sctp"})
"""The protocols for which Octavia lets persistence have a time."""


@dataclass(frozen=True)
class Placement:
    """Where a load balancer goes in a cloud, by ids; None leaves the choice of a provider to Octavia."""

    vip_subnet: str
    member_subnet: str
    tags: tuple[str, ...] = ()
    provider: str | None = None
    external_network: str | None = None


def wanted(balancer: LoadBalancer, place: Placement) -> State:
    """The objects that make ``balancer``."""
    head = {
        "name": balancer.name,
        "vip_address": balancer.address,
        "vip_subnet_id": place.vip_subnet,
        **({"provider": place.provider} if place.provider else {}),
        **_common(place),
    }
    listeners = balancer.listeners
    public = {"address": balancer.public_address, "network_id": place.external_network}
    return {
        "load_balancer": {balancer.name: head},
        "pool": {listener.name: _pool(listener, place) for listener in listeners},
        "members": {listener.name: _members(listener, place) for listener in listeners},
        "monitor": {listener.name: _monitor(listener, place) for listener in listeners if listener.monitor},
        "listener": {listener.name: _listener(listener, place) for listener in listeners},
        "floating_ip": {balancer.name: public} if balancer.public else {},
    }


def _common(place: Placement) -> dict[str, Any]:
    return {"admin_state_up": True, "tags": sorted(place.tags)}


def _pool(listener: Listener, place: Placement) -> dict[str, Any]:
    return {
        "name": listener.name,
        "protocol": said("octavia", "protocol", listener.protocol),
        "lb_algorithm": said("octavia", "algorithm", listener.algorithm),
        "session_persistence": _persistence(listener),
        **_common(place),
    }


def _persistence(listener: Listener) -> dict[str, Any] | None:
    """Octavia takes a time for UDP and SCTP alone."""
    kept = listener.persistence
    if kept is None:
        return None
    timed = listener.protocol in TIMED and kept.timeout is not None
    timeout = {"persistence_timeout": kept.timeout} if timed else {}
    cookie = {"cookie_name": kept.cookie} if kept.cookie else {}
    return {"type": said("octavia", "persistence.type", kept.type), **timeout, **cookie}


def _members(listener: Listener, place: Placement) -> dict[str, Any]:
    return {f"{member.address} {member.port}": _member(member, place) for member in listener.members}


def _member(member: Member, place: Placement) -> dict[str, Any]:
    spare = {} if member.backup is None else {"backup": member.backup}
    enabled = {"admin_state_up": member.enabled}
    return {
        "name": member.name,
        "weight": member.weight,
        "subnet_id": place.member_subnet,
        **_common(place),
        **spare,
        **enabled,
    }


def _monitor(listener: Listener, place: Placement) -> dict[str, Any]:
    chosen = {key: value for key, value in asdict(listener.monitor).items() if value is not None}
    chosen["type"] = said("octavia", "health_check.type", chosen["type"])
    return {"name": listener.name, **chosen, **_common(place)}


def _listener(listener: Listener, place: Placement) -> dict[str, Any]:
    timeouts = {f"timeout_{key}": value for key, value in asdict(listener.timeouts).items() if value is not None}
    return {
        "name": listener.name,
        "protocol": said("octavia", "protocol", listener.protocol),
        "protocol_port": listener.port,
        "allowed_cidrs": list(listener.sources),
        "default_pool": listener.name,
        **({} if listener.connections is None else {"connection_limit": listener.connections}),
        **timeouts,
        **_common(place),
    }
