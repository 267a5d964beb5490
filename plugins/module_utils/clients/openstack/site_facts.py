# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an OpenStack region has: its flavors, its size, what a project may use of it, its zones and networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ...core.ownership import AVAILABILITY_ZONE, marks_of
from .connection import connect, told_as
from .hypervisors import hypervisors

if TYPE_CHECKING:
    from openstack.connection import Connection

LIMITS = ("total_cores", "total_cores_used", "total_ram", "total_ram_used", "instances", "instances_used")


def site_facts(options: Mapping[str, Any]) -> dict[str, Any]:
    """``{flavors, limits, hypervisors, servers, availability_zones, networks}`` of one region.

    ``flavors`` are those that the project may use, by name, each ``{name, vcpus, ram, disk, extra_specs}`` (MiB, GiB).
    ``hypervisors`` are by name, each ``{name, host, zone, available, vcpus, vcpus_used, memory, memory_used}`` (MiB), or None
    for a user who may not see them: by default Nova tells administrators only. ``servers`` are those of the service that
    ``service`` names, each ``{name, function, vdu, hypervisor, availability_zone}``, the last as it was asked for.

    :param options: the shared options of ``glue.options.OPENSTACK``, and ``service``
    :raises NfvError: the region does not answer, or refuses the credentials
    """
    with told_as("reading what is offered", options.get("cloud")):
        connection = connect(options)
        limits = connection.compute.get_limits().absolute
        service = options.get("service")
        return {
            "flavors": sorted(map(_flavor, connection.compute.flavors()), key=itemgetter("name")),
            "limits": {name: getattr(limits, name) for name in LIMITS},
            "hypervisors": _hypervisors(connection),
            "servers": list(_servers(connection, service)) if service else [],
            "availability_zones": sorted(zone.name for zone in connection.compute.availability_zones()),
            "networks": [_network(network) for network in connection.network.networks()],
        }


def _flavor(flavor: Any) -> dict[str, Any]:
    # A policy may hide the extra specs, and Nova before Rocky does not tell them with the list.
    return {
        **{key: getattr(flavor, key) for key in ("name", "vcpus", "ram", "disk")},
        "extra_specs": dict(flavor.extra_specs or {}),
    }


def _hypervisors(connection: Connection) -> list[dict[str, Any]] | None:
    found = hypervisors(connection)
    if found is None:
        return None
    zones = {host: zone.name for zone in connection.compute.availability_zones(details=True) for host in zone.hosts or ()}
    return [{**one, "zone": zones.get(one["host"])} for one in found]


def _servers(connection: Connection, service: str) -> Iterator[dict[str, Any]]:
    for server in connection.compute.servers():
        marks = marks_of(server.metadata)
        if marks.get("service") == service:
            yield {
                "name": server.name,
                "function": marks.get("function"),
                "vdu": marks.get("vdu"),
                "hypervisor": server.hypervisor_hostname,
                "availability_zone": marks.get(AVAILABILITY_ZONE),
            }


def _network(network: Any) -> dict[str, Any]:
    return {
        "id": network.id,
        "name": network.name,
        "external": bool(network.is_router_external),
        "shared": bool(network.is_shared),
        "mtu": network.mtu,
    }
