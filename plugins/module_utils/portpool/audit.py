# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All pools of a project at once: how big they are, and which ports nobody has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..model.port_pools import NESTED, NEUTRON, OWNER, REMOVING, PoolKey, Port, Seen
from .sorting import age

Numbers = Counter[str]


@dataclass(slots=True)
class Audit:
    """``pools``: by key, how many ports are free, down, in use, in between; ``leaks``: oldest first."""

    pools: dict[PoolKey, Numbers] = field(default_factory=dict)
    leaks: list[Port] = field(default_factory=list)

    def to_list(self, names: Mapping[str, str]) -> list[dict[str, Any]]:
        """The pools as plain data, in order of their names, which ``names`` gives by id."""
        told = [_told(key, numbers, names) for key, numbers in self.pools.items()]
        return sorted(told, key=lambda pool: (pool["pool_driver"], pool["location"], pool["network"], pool["security_groups"]))


def audit(ports: Iterable[Port], in_use: frozenset[str] = frozenset()) -> Audit:
    """Count the ports of pools and find leaks; one pass over the ports.

    A leak is on no trunk and in no pool of a host, does not work and has no user, such as what a trunk leaves that
    is deleted. It may be a port that somebody is about to attach: only what two audits find is one.

    :param ports: ports with an owner of pools, subports with their trunk
    :param in_use: ids of ports that pods have without Neutron's knowledge
    """
    found = Audit()
    spoilt: list[tuple[Port, PoolKey]] = []
    for port in ports:
        key = _key(port)
        if key is None:
            if not port.works and port.id not in in_use and port.device in ("", REMOVING):
                found.leaks.append(port)
            continue
        if port.pool not in (None, key.digest):
            spoilt.append((port, key))
            continue
        found.pools.setdefault(key, Counter())[_class(port, in_use)] += 1
    _count_spoilt(found, spoilt, in_use)
    found.leaks.sort(key=age)
    return found


def _key(port: Port) -> PoolKey | None:
    if port.trunk is not None:
        return PoolKey(NESTED, port.trunk, port.project, port.network, port.groups)
    if port.host and port.owner == OWNER:
        return PoolKey(NEUTRON, port.host, port.project, port.network, port.groups)
    return None


def _class(port: Port, in_use: frozenset[str]) -> str:
    if port.device == REMOVING:
        return "removing"
    if port.device or port.id in in_use:
        return "in_use"
    if port.ticketed:
        return "taken"
    return "down" if port.trunk is not None and port.status != "ACTIVE" else "free"


def _count_spoilt(found: Audit, spoilt: Iterable[tuple[Port, PoolKey]], in_use: frozenset[str]) -> None:
    """Ports whose groups are no longer those that they were made with: they belong to the pool that they were made for."""
    known = {key.digest: key for key in found.pools}
    for port, key in spoilt:
        kind = _class(port, in_use)
        home = known.get(port.pool or "", key)
        found.pools.setdefault(home, Counter())["recyclable" if kind in ("free", "down") else kind] += 1


def _told(key: PoolKey, numbers: Numbers, names: Mapping[str, str]) -> dict[str, Any]:
    place = "trunk" if key.driver == NESTED else "host"
    kinds = ("free", "down", "in_use", "taken", "recyclable", "removing")
    return {
        "pool_driver": key.driver,
        "location": names.get(key.location, key.location),
        place: key.location,
        "project": key.project,
        "network": names.get(key.network, key.network),
        "network_id": key.network,
        "security_groups": [names.get(group, group) for group in key.groups],
        "security_group_ids": list(key.groups),
        "size": numbers["free"] + numbers["down"],
        **{kind: numbers[kind] for kind in kinds},
    }


def leak(port: Port, names: Mapping[str, str]) -> dict[str, Any]:
    """A leak as plain data."""
    return {
        "id": port.id,
        "ip": port.addresses[0] if port.addresses else None,
        "status": port.status,
        "name": port.name,
        "network": names.get(port.network, port.network),
        "created": datetime.fromtimestamp(port.created, UTC).isoformat(),
    }


def shown_quota(quota: Mapping[str, int] | None) -> dict[str, int | None] | None:
    """A quota with its head-room; None for no limit."""
    return {**quota, "headroom": Seen(quota=quota).headroom} if quota else None
