# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Neutron tells of all pools of a project, in a fixed number of calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...model.port_pools import OWNER, SUBPORT_OWNER, Port
from .neutron import Neutron
from .pool_names import PoolNames
from .pool_reading import FIELDS, read_quota, read_trunks, to_port


@dataclass(frozen=True, slots=True)
class PoolInventory:
    """``ports`` of pools; ``names`` of trunks, networks and groups by id; the ``quota`` of ports, None where it is hidden."""

    ports: tuple[Port, ...]
    names: Mapping[str, str]
    quota: Mapping[str, int] | None


def read_inventory(options: Mapping[str, Any]) -> PoolInventory:
    """Read the ports of all pools of the project, or of one network of it.

    :param options: those of ``kuryr_port_pool_info``
    :raises NfvError: Neutron does not answer or refuses, or the network is not there
    """
    neutron = Neutron(options, rate=options.get("rate") or None, concurrency=options["concurrency"])
    project = options.get("project") or neutron.project
    query: dict[str, Any] = {"project_id": project}
    if options.get("network"):
        query["network_id"] = PoolNames(neutron).network(options["network"])
    told = neutron.list("ports", device_owner=[OWNER, SUBPORT_OWNER, ""], fields=FIELDS, **query)
    # After the ports, so that what is attached meanwhile is seen on its trunk; a trunk may be of another project.
    trunks = read_trunks(neutron, "id", "name", "sub_ports")
    places = {sub["port_id"]: (trunk["id"], sub["segmentation_id"]) for trunk in trunks for sub in trunk["sub_ports"]}
    ports = (to_port(port, *places.get(port["id"], (None, None))) for port in told)
    tags = set(options.get("tags") or ())
    return PoolInventory(
        tuple(port for port in ports if tags <= port.tags and _is_of_pools(port, bool(tags))),
        {item["id"]: item["name"] for item in [*trunks, *_named(neutron, project)]},
        read_quota(neutron, project),
    )


def _is_of_pools(port: Port, tagged: bool) -> bool:
    """A port without an owner may be anybody's; we made it, or it bears the tags that are asked for and is on no host."""
    return bool(port.owner or port.pool or port.trunk or (tagged and not port.host))


def _named(neutron: Neutron, project: str) -> Iterator[dict[str, Any]]:
    yield from neutron.list("networks", fields=["id", "name"])
    yield from neutron.list("security-groups", project_id=project, fields=["id", "name"])
