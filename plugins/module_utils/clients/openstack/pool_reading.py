# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Neutron tells of one pool's location, in as few calls as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ...core.errors import DeniedError
from ...model.port_pools import NESTED, OWNER, Port, Seen, Wanted
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


def read_pool(neutron: Neutron, wanted: Wanted) -> Seen:
    """The ports of the pool and, where the state needs it, the quota; the candidates for leaks are read apart."""
    ports, vlans = _location(neutron, wanted)
    free = sum(1 for port in ports if not port.device)
    asks = wanted.state == "present" or (wanted.state == "claimed" and free < len(wanted.claimants))
    quota = read_quota(neutron, wanted.key.project) if asks else None
    return Seen(tuple(ports), (), vlans, quota, neutron.now)


def _location(neutron: Neutron, wanted: Wanted) -> tuple[list[Port], frozenset[int]]:
    """Nothing is where something is only to be made; of a trunk that is gone its id alone tells what it left."""
    if wanted.missing and (wanted.state != "absent" or not wanted.key.location):
        return [], frozenset()
    return (_nested if wanted.key.driver == NESTED else _neutron)(neutron, wanted)


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


def read_trunks(neutron: Neutron, *fields: str) -> list[dict[str, Any]]:
    """All trunks that the user may see; none where Neutron has no trunks."""
    try:
        return neutron.list("trunks", fields=list(fields))
    except Refusal as error:
        if error.status != 404:
            raise
        return []


def _nested(neutron: Neutron, wanted: Wanted) -> tuple[list[Port], frozenset[int]]:
    """Subports of the trunk, and ports that were made for this pool and are not on it."""
    key = wanted.key
    subports = {} if wanted.missing else read_trunk(neutron, key.location)
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
