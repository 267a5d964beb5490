# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service consists of in one OpenStack region now: its stacks, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ...core.ownership import marks_of, marks_of_tags, owner, tags
from ...model.port_pools import NESTED, POOL_TAG, PoolKey
from .connection import connect, told_as
from .hypervisors import hypervisors
from .stack_resources import Listing, is_missing, listed

if TYPE_CHECKING:
    from openstack.connection import Connection

Part = dict[str, Any]


def consists_of(options: Mapping[str, Any], service: str | None) -> dict[str, Any]:
    """``{parts, hypervisors}``: the parts of a service, and how full what they run on is (see ``hypervisors``)."""
    connection = connect(options)
    with told_as("reading the services", options.get("cloud")):
        return {"parts": _parts(connection, service), "hypervisors": hypervisors(connection)}


def _parts(connection: Connection, service: str | None) -> list[Part]:
    """The parts of ``service`` (of every service for None), each ``{service, kind, name, id, status, …}``.

    Stacks are in the order of their making: a later one may use the networks of an earlier, so removal goes backwards.
    One call lists the stacks, one each the servers, networks, ports and so on of the project: nothing is asked piece by
    piece. A resource of a stack that is listed by its own name is not listed twice; one that somebody else has removed
    has the status ``missing``.
    """
    ours = [stack for stack in connection.orchestration.stacks() if owner(stack.tags)]
    stacks = [stack for stack in ours if service in (None, owner(stack.tags))]
    stacks.sort(key=lambda stack: (stack.created_at or "", stack.name))
    if not stacks:
        return []
    resources = {stack.id: sorted(connection.orchestration.resources(stack), key=_name) for stack in stacks}
    there = listed(connection, {item.resource_type for items in resources.values() for item in items})
    found = [part for stack in stacks for part in _stack(stack, resources[stack.id], there)]
    detailed = [*_servers(there, service), *_networking(there, found), *_pools(there, found)]
    told = {part["id"] for part in detailed}
    return [part for part in found if part["id"] not in told] + detailed


def _name(resource: Any) -> str:
    return resource.name


def _stack(stack: Any, resources: Iterable[Any], there: Listing) -> Iterator[Part]:
    service = owner(stack.tags)
    yield {"service": service, "kind": "stack", "name": stack.name, "id": stack.id, "status": stack.status}
    for item in resources:
        yield {
            "service": service,
            "kind": item.resource_type,
            "name": item.name,
            "id": item.physical_resource_id,
            "status": "missing" if is_missing(item, there) else item.status,
            "stack": stack.name,
        }


def _servers(there: Listing, service: str | None) -> Iterator[Part]:
    for server in there.get("OS::Nova::Server", {}).values():
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
                "hypervisor": server.hypervisor_hostname,
                "addresses": sorted(a["addr"] for nets in server.addresses.values() for a in nets),
            }


def _of_subnet(subnet: Any) -> Part:
    return {"addresses": [subnet.cidr]}


def _of_port(port: Any) -> Part:
    return {"addresses": sorted(fixed["ip_address"] for fixed in port.fixed_ips), "mac": port.mac_address}


NETWORKING: Mapping[str, tuple[str, Callable[[Any], Part]]] = {
    "OS::Neutron::Net": ("network", lambda _network: {}),
    "OS::Neutron::ProviderNet": ("network", lambda _network: {}),
    "OS::Neutron::Subnet": ("subnet", _of_subnet),
    "OS::Neutron::Router": ("router", lambda _router: {}),
    "OS::Neutron::Port": ("port", _of_port),
    "OS::Neutron::Trunk": ("trunk", lambda _trunk: {}),
}
"""What Neutron's resources are called, by Heat's type, and what to tell of them beside the name."""


def _networking(there: Listing, found: list[Part]) -> Iterator[Part]:
    """Neutron's account of what the stacks have of it; a subnet has no status there, so it is present."""
    for heat_type, (kind, more) in NETWORKING.items():
        known = there.get(heat_type, {})
        for part in (part for part in found if part["kind"] == heat_type and part["id"] in known):
            item = known[part["id"]]
            marks = marks_of_tags(item.tags)
            yield {
                "service": part["service"],
                "kind": kind,
                "name": item.name,
                "id": item.id,
                "status": getattr(item, "status", None) or "present",
                "function": marks.get("function"),
                "vdu": marks.get("vdu"),
                **more(item),
            }


def _pools(there: Listing, found: Iterable[Part]) -> Iterator[Part]:
    """The pools of ports of the stacks' trunks; the ports themselves come and go.

    Ports that were made for a pool and never got to its trunk are of it too, so that they are removed with it. Ports
    of which the trunk is gone are told by themselves, for the same reason.
    """
    ports = there.get("OS::Neutron::Port", {}).values()
    left = {port.id: port for port in ports if owner(port.tags) and _is_of_a_pool(port)}
    for part in [part for part in found if part["kind"] == "OS::Neutron::Trunk"]:
        trunk = there["OS::Neutron::Trunk"].get(part["id"])
        subports = {sub["port_id"] for sub in trunk.sub_ports} if trunk else set()
        ours = (port for port in ports if trunk and owner(port.tags) == part["service"])
        mine = sorted((port for port in ours if port.id in subports or _made_for(port, trunk.id)), key=_pool_key)
        left = {port.id: port for port in left.values() if port.id not in subports and port not in mine}
        for key, group in groupby(mine, key=_pool_key):
            yield _pool(part["service"], trunk, key, list(group))
    services = {part["service"] for part in found}
    orphans = sorted((port for port in left.values() if owner(port.tags) in services), key=_orphan_key)
    for (service, *_key), group in groupby(orphans, key=_orphan_key):
        yield _left_over(service, list(group))


def _is_of_a_pool(port: Any) -> bool:
    return any(tag.startswith(POOL_TAG) for tag in port.tags)


def _orphan_key(port: Any) -> tuple[str, str, tuple[str, ...]]:
    return (owner(port.tags) or "", *_pool_key(port))


def _left_over(service: str, ports: list[Any]) -> Part:
    """What a trunk left that is gone, as a pool at a trunk that nobody has."""
    name = f"{service}: left by a trunk that is gone"
    gone = SimpleNamespace(id=name, name=name)
    return {**_pool(service, gone, _pool_key(ports[0]), ports), "id": ports[0].id, "status": f"{len(ports)} left over"}


def _made_for(port: Any, trunk: str) -> bool:
    key = PoolKey(NESTED, trunk, port.project_id, *_pool_key(port))
    return key.tag in (port.tags or ())


def _pool_key(port: Any) -> tuple[str, tuple[str, ...]]:
    return port.network_id, tuple(sorted(port.security_group_ids))


def _pool(service: str, trunk: Any, key: tuple[str, tuple[str, ...]], ports: list[Any]) -> Part:
    used = sum(1 for port in ports if port.device_id)
    down = sum(1 for port in ports if port.status != "ACTIVE")
    marks = marks_of_tags(ports[0].tags)
    return {
        "service": service,
        "kind": "port pool",
        "name": trunk.name,
        "id": trunk.id,
        "status": f"{len(ports) - used} free, {used} in use" + (f", {down} down" if down else ""),
        "function": marks.get("function"),
        "vdu": marks.get("vdu"),
        "addresses": sorted(fixed["ip_address"] for port in ports for fixed in port.fixed_ips),
        "pool": {
            "pool_driver": "nested",
            "trunk": trunk.id,
            "network": key[0],
            "security_groups": list(key[1]),
            "tags": tags(service),
        },
    }
