# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Neutron tells of one pool's location, in as few calls as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ...core.errors import DeniedError
from ...model.port_pools import NESTED, OWNER, SUBPORT_OWNER, Port, Seen, Wanted
from .neutron import Neutron, Refusal

FIELDS = [
    "id",
    "status",
    "device_owner",
    "device_id",
    "security_groups",
    "network_id",
    "project_id",
    "binding:host_id",
    "binding:vif_type",
    "fixed_ips",
    "mac_address",
    "name",
    "description",
    "tags",
    "revision_number",
    "created_at",
    "updated_at",
]
YOUNG = 60.0
"""Seconds within which a port that we made for another pool may still be on its way to its trunk."""


def read_pool(neutron: Neutron, wanted: Wanted) -> Seen:
    """The ports of the pool and, where the state needs it, the quota and the candidates for leaks."""
    ports, vlans = (_nested if wanted.key.driver == NESTED else _neutron)(neutron, wanted)
    free = sum(1 for port in ports if not port.device)
    asks = wanted.state == "present" or (wanted.state == "claimed" and free < len(wanted.claimants))
    quota = read_quota(neutron, wanted.key.project) if asks else None
    loose = tuple(_loose(neutron, wanted)) if wanted.state == "recycled" else ()
    return Seen(tuple(ports), loose, vlans, quota, neutron.now)


def read_quota(neutron: Neutron, project: str) -> dict[str, int] | None:
    """``{limit, used, reserved}`` of ports; None where the user may not see it."""
    try:
        told = neutron.get(f"/quotas/{project}/details.json")["quota"]["port"]
    except (DeniedError, Refusal, KeyError):
        return None
    return {name: int(told[name]) for name in ("limit", "used", "reserved")}


def read_trunk(neutron: Neutron, trunk: str) -> dict[str, int]:
    """``{port id: VLAN}`` of a trunk's subports."""
    told = neutron.get(f"/trunks/{trunk}", fields=["sub_ports"])["trunk"]["sub_ports"]
    return {sub["port_id"]: sub["segmentation_id"] for sub in told}


def _nested(neutron: Neutron, wanted: Wanted) -> tuple[list[Port], frozenset[int]]:
    """Subports of the trunk, and ports that were made for this pool and are not on it."""
    key = wanted.key
    subports = read_trunk(neutron, key.location)
    told = neutron.list("ports", network_id=key.network, project_id=key.project, tags=key.tag, fields=FIELDS)
    others = subports.keys() - {port["id"] for port in told}
    told += [
        port
        for port in neutron.listed("ports", others, network_id=key.network, fields=FIELDS)
        if port["project_id"] == key.project
    ]
    ports = [to_port(port, key.location, subports.get(port["id"])) for port in told]
    return ports, frozenset(subports.values())


def _neutron(neutron: Neutron, wanted: Wanted) -> tuple[list[Port], frozenset[int]]:
    key = wanted.key
    query = {"network_id": key.network, "project_id": key.project, "device_owner": OWNER, "fields": FIELDS}
    told = neutron.list("ports", **query, **{"binding:host_id": key.location})
    return [to_port(port) for port in told], frozenset()


def _loose(neutron: Neutron, wanted: Wanted) -> Iterator[Port]:
    """Ports of the network that nobody seems to have: on no trunk, on no host, with no user.

    One without an owner that we did not make is taken for a leak only where the pool has tags of its own: it may be
    somebody's who is about to use it.
    """
    key = wanted.key
    query = {"network_id": key.network, "project_id": key.project, "status": "DOWN", "fields": FIELDS}
    told = neutron.list("ports", device_owner=[OWNER, SUBPORT_OWNER, ""], **query)
    candidates = [port for port in map(to_port, told) if _is_candidate(wanted, port, neutron.now)]
    attached = _all_subports(neutron, key.project) if candidates else frozenset()
    return (port for port in candidates if port.id not in attached)


def _is_candidate(wanted: Wanted, port: Port, now: float) -> bool:
    ours = port.pool is not None
    if not (port.owner or ours or wanted.tags):
        return False
    if port.pool == wanted.key.digest or not wanted.tags <= port.tags:
        return False
    if port.host or (port.host is None and not ours):
        return False
    return not (ours and now - port.created < YOUNG)


def _all_subports(neutron: Neutron, project: str) -> frozenset[str]:
    trunks = neutron.list("trunks", project_id=project, fields=["sub_ports"])
    return frozenset(sub["port_id"] for trunk in trunks for sub in trunk["sub_ports"])


def to_port(told: Mapping[str, Any], trunk: str | None = None, vlan: int | None = None) -> Port:
    """A port of Neutron's; on a trunk where ``vlan`` is given."""
    return Port(
        id=told["id"],
        status=told["status"],
        owner=told["device_owner"],
        device=told["device_id"],
        groups=tuple(sorted(told["security_groups"])),
        network=told["network_id"],
        project=told["project_id"],
        host=told.get("binding:host_id"),
        addresses=tuple(address["ip_address"] for address in told["fixed_ips"]),
        mac=told["mac_address"],
        name=told["name"],
        description=told.get("description") or "",
        tags=frozenset(told.get("tags", ())),
        revision=told["revision_number"],
        created=_seconds(told["created_at"]),
        updated=_seconds(told["updated_at"]),
        vif_type=told.get("binding:vif_type"),
        trunk=None if vlan is None else trunk,
        vlan=vlan,
    )


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def shown(ports: Iterable[Port]) -> list[dict[str, Any]]:
    """Ports as a module returns them."""
    return [
        {
            "id": port.id,
            "ip": port.addresses[0] if port.addresses else None,
            "ips": list(port.addresses),
            "mac": port.mac,
            "segmentation_id": port.vlan,
            "status": port.status,
            "security_groups": list(port.groups),
            "device_id": port.device,
        }
        for port in ports
    ]
