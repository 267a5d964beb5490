# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an OpenStack region has: its flavors, its size, what a project may use of it, its zones and networks."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from .connection import connect, told_as

if TYPE_CHECKING:
    from openstack.connection import Connection

LIMITS = ("total_cores", "total_cores_used", "total_ram", "total_ram_used", "instances", "instances_used")


def site_facts(options: Mapping[str, Any]) -> dict[str, Any]:
    """``{flavors, limits, hypervisors, availability_zones, networks}`` of one region.

    ``flavors`` are those that the project may use, by name, each ``{name, vcpus, ram, disk}`` (MiB, GiB).
    ``hypervisors`` are the totals of all of them (memory in MiB, disk in GiB), or None for a user who
    may not see them: by default Nova tells administrators only.

    :param options: the shared options of ``glue.options.OPENSTACK``
    :raises NfvError: the region does not answer, or refuses the credentials
    """
    with told_as("reading what is offered", options.get("cloud")):
        connection = connect(options)
        limits = connection.compute.get_limits().absolute
        return {
            "flavors": sorted(map(_flavor, connection.compute.flavors()), key=itemgetter("name")),
            "limits": {name: getattr(limits, name) for name in LIMITS},
            "hypervisors": _hypervisors(connection),
            "availability_zones": sorted(zone.name for zone in connection.compute.availability_zones()),
            "networks": [_network(network) for network in connection.network.networks()],
        }


def _flavor(flavor: Any) -> dict[str, Any]:
    return {key: getattr(flavor, key) for key in ("name", "vcpus", "ram", "disk")}


def _hypervisors(connection: Connection) -> dict[str, Any] | None:
    """The sums; the client's own resource of hypervisors no longer has them, as newer versions of the API do not."""
    from openstack import exceptions

    answer = connection.compute.get("/os-hypervisors/statistics")
    if answer.status_code == 403:
        return None
    exceptions.raise_from_response(answer)
    return answer.json().get("hypervisor_statistics")


def _network(network: Any) -> dict[str, Any]:
    return {
        "id": network.id,
        "name": network.name,
        "external": bool(network.is_router_external),
        "shared": bool(network.is_shared),
        "mtu": network.mtu,
    }
