# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service consists of in one OpenStack region now: its stacks, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.ownership import marks_of, marks_of_tags, owner
from .connection import connect, told_as

Part = dict[str, Any]


def parts(options: Mapping[str, Any], service: str | None) -> list[Part]:
    """The parts of ``service`` (of every service for None), each ``{service, kind, name, id, status, …}``.

    Stacks are in the order of their making: a later one may use the networks of an earlier, so removal goes backwards.
    One call lists the stacks, one each the servers, networks, ports and so on of the project: nothing is asked piece by
    piece. A resource of a stack that is listed by its own name is not listed twice.
    """
    connection = connect(options)
    with told_as("reading the services", options.get("cloud")):
        ours = [stack for stack in connection.orchestration.stacks() if owner(stack.tags)]
        stacks = [stack for stack in ours if service in (None, owner(stack.tags))]
        stacks.sort(key=lambda stack: (stack.created_at or "", stack.name))
        if not stacks:
            return []
        found = [part for stack in stacks for part in _stack(connection, stack)]
        detailed = [*_servers(connection, service), *_networking(connection, found)]
        told = {part["id"] for part in detailed}
        return [part for part in found if part["id"] not in told] + detailed


def _stack(connection: Any, stack: Any) -> Iterator[Part]:
    service = owner(stack.tags)
    yield {"service": service, "kind": "stack", "name": stack.name, "id": stack.id, "status": stack.status}
    for item in sorted(connection.orchestration.resources(stack), key=lambda resource: resource.name):
        yield {
            "service": service,
            "kind": item.resource_type,
            "name": item.name,
            "id": item.physical_resource_id,
            "status": item.status,
            "stack": stack.name,
        }


def _servers(connection: Any, service: str | None) -> Iterator[Part]:
    for server in connection.compute.servers(details=True):
        marks = marks_of(server.metadata)
        if "service" in marks and service in (None, marks["service"]):
            yield {
                "service": marks["service"],
                "kind": "server",
                "name": server.name,
                "id": server.id,
                "status": server.status,
                "function": marks.get("function"),
                "vdu": marks.get("vdu"),
                "addresses": sorted(a["addr"] for nets in server.addresses.values() for a in nets),
            }


@dataclass(frozen=True)
class Listed:
    """Resources of Heat's ``types`` as Neutron lists them: what they are called, and what to tell beside the name."""

    types: tuple[str, ...]
    kind: str
    listing: str
    more: Callable[[Any], Part] = lambda _item: {}


def _of_port(port: Any) -> Part:
    return {"addresses": sorted(fixed["ip_address"] for fixed in port.fixed_ips), "mac": port.mac_address}


LISTED = (
    Listed(("OS::Neutron::Net", "OS::Neutron::ProviderNet"), "network", "networks"),
    Listed(("OS::Neutron::Subnet",), "subnet", "subnets", lambda subnet: {"addresses": [subnet.cidr]}),
    Listed(("OS::Neutron::Router",), "router", "routers"),
    Listed(("OS::Neutron::Port",), "port", "ports", _of_port),
)


def _networking(connection: Any, found: list[Part]) -> Iterator[Part]:
    """Neutron's account of what the stacks have of it; a subnet has no status there, so it is present."""
    for listed in LISTED:
        owners = {part["id"]: part["service"] for part in found if part["kind"] in listed.types}
        for item in getattr(connection.network, listed.listing)() if owners else ():
            if item.id in owners:
                marks = marks_of_tags(item.tags)
                yield {
                    "service": owners[item.id],
                    "kind": listed.kind,
                    "name": item.name,
                    "id": item.id,
                    "status": getattr(item, "status", None) or "present",
                    "function": marks.get("function"),
                    "vdu": marks.get("vdu"),
                    **listed.more(item),
                }
