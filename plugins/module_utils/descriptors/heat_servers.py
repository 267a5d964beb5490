# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of a Heat template, with their ports, flavors, keys and first-boot files."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..core.errors import InputError
from ..core.ownership import AVAILABILITY_ZONE, KUBERNETES_NODE, PREFIX, metadata
from ..model.deployment import holder
from ..model.flavors import choose_flavor, extra_specs
from .heat_growth import growing, suffixes
from .heat_networks import floating_ip, port
from .heat_stack import Stack, resource


@dataclass
class Servers:
    """The part of a template that the servers of a site make up."""

    parameters: dict[str, dict] = field(default_factory=dict)
    resources: dict[str, dict] = field(default_factory=dict)
    ids: dict[str, dict] = field(default_factory=dict)
    addresses: dict[str, dict] = field(default_factory=dict)
    floating_ips: dict[str, dict] = field(default_factory=dict)
    conditions: dict[str, dict] = field(default_factory=dict)
    """Whether there is the instance of a VDU that is scaled, by the name of the instance."""

    def add(self, name: str, made: dict) -> None:
        """:raises InputError: the number of an instance makes it the name of something else"""
        if name in self.resources:
            raise InputError(
                f"two resources of the stack would be called {name}: an instance has the name of another; rename one"
            )
        self.resources[name] = made


def server_resources(stack: Stack) -> Servers:
    servers = Servers()
    for function, vdu in stack.machines():
        _refuse_nested_click(function, vdu)
        common = _common(stack, servers, function, vdu)
        conditions = growing(servers.parameters, function, vdu) if stack.scalable else {}
        for suffix in suffixes(function, vdu, stack.scalable):
            known = _keys(servers)
            networks = _ports(stack, servers, function, vdu, suffix)
            title = stack.title(function["name"], f"{vdu['name']}{suffix}")
            name = resource("server", function["name"], f"{vdu['name']}{suffix}")
            properties = {"name": title, **common, "networks": networks or [{"allocate_network": "none"}]}
            trunks = _trunk(stack, servers, function, vdu, suffix)
            servers.add(name, {"type": "OS::Nova::Server", "properties": properties, **trunks})
            servers.ids[f"{function['name']}.{vdu['name']}{suffix}"] = {"get_resource": name}
            if (condition := f"{function['name']}.{vdu['name']}{suffix}") in conditions:
                _only_if(servers, condition, known)
        servers.conditions |= conditions
    return servers


def _keys(servers: Servers) -> list[set[str]]:
    return [set(part) for part in (servers.resources, servers.ids, servers.addresses, servers.floating_ips)]


def _only_if(servers: Servers, condition: str, known: list[set[str]]) -> None:
    """Put a condition to what has come to ``servers`` since its keys were the ``known`` ones."""
    for name in servers.resources.keys() - known[0]:
        servers.resources[name]["condition"] = condition
    for outputs, before in zip((servers.ids, servers.addresses, servers.floating_ips), known[1:], strict=True):
        for name in outputs.keys() - before:
            outputs[name] = {"if": [condition, outputs[name]]}  # without an else the key is left out


def _refuse_nested_click(function: dict, vdu: dict) -> None:
    if vdu["kind"] == "click" and holder(vdu) is not None:
        raise InputError(
            f"{function['name']}.{vdu['name']}: a Click VDU inside a VM cannot be deployed with Heat; "
            "remove the parent to give it a VM of its own"
        )


def _common(stack: Stack, servers: Servers, function: dict, vdu: dict) -> dict:
    """The properties that all instances of a VDU share; what they refer to is added to ``servers``."""
    names = (function["name"], vdu["name"])
    image = resource("image", *names)
    servers.parameters[image] = {
        "type": "string",
        "description": f"Image of {vdu['name']} in {function['name']}",
        "default": _image(stack, vdu),
    }
    properties: dict[str, t.Any] = {
        "image": {"get_param": image},
        "flavor": _flavor(stack, servers, function, vdu),
        "metadata": _marks(stack, function, vdu),
    }
    if zone := _zone(stack, vdu):
        properties["availability_zone"] = zone
    if "ssh_key" in vdu:
        key = {"name": stack.title(*names), "public_key": vdu["ssh_key"]}
        servers.resources[resource("key", *names)] = {"type": "OS::Nova::KeyPair", "properties": key}
        properties["key_name"] = {"get_resource": resource("key", *names)}
    document = vdu.get("user_data", vdu.get("descriptor"))
    if document is not None:
        properties |= {"user_data": stack.service["documents"][document], "user_data_format": "RAW"}
    return properties


def _marks(stack: Stack, function: dict, vdu: dict) -> dict[str, str]:
    marks = metadata(stack.service["name"], function["name"], vdu["name"])
    hosts_pods = any(other["kind"] == "pod" and other.get("parent") == vdu["name"] for other in function["vdus"])
    zone = _zone(stack, vdu)
    return (
        marks
        | ({f"{PREFIX}:{AVAILABILITY_ZONE}": zone} if zone else {})
        | ({f"{PREFIX}:{KUBERNETES_NODE}": "true"} if hosts_pods else {})
    )


def _zone(stack: Stack, vdu: dict) -> str | None:
    """Where Nova shall start the VDU at this site: the same everywhere, or said for each site."""
    zone = vdu.get("availability_zone")
    return zone.get(stack.site["name"]) if isinstance(zone, dict) else zone


def _image(stack: Stack, vdu: dict) -> str:
    wanted = vdu.get("image")
    return stack.default_image if wanted is None else stack.images.get(wanted, wanted)


def _flavor(stack: Stack, servers: Servers, function: dict, vdu: dict) -> dict:
    names = (function["name"], vdu["name"])
    name = resource("flavor", *names)
    if vdu.get("create_flavor"):
        sizes = {"vcpus": vdu.get("vcpus", 1), "ram": vdu.get("memory", 512), "disk": vdu.get("storage", 0)}
        specs = {"extra_specs": extra_specs(vdu)} if extra_specs(vdu) else {}
        properties = {"name": stack.title(*names), **sizes, **specs}
        servers.resources[name] = {"type": "OS::Nova::Flavor", "properties": properties}
        return {"get_resource": name}
    servers.parameters[name] = {
        "type": "string",
        "description": f"Flavor of {vdu['name']} in {function['name']}",
        "default": choose_flavor(vdu, stack.flavors, stack.default_flavor),
    }
    return {"get_param": name}


def _ports(stack: Stack, servers: Servers, function: dict, vdu: dict, suffix: str) -> list[dict]:
    """Ports of one instance, in the order of the VDU's interfaces, then of its connection points."""
    order = vdu.get("interfaces", [])
    points = [point for point in stack.points(function) if point.get("vdu") == vdu["name"]]
    points = [point for point in points if stack.network_of(function, point)]
    points.sort(key=lambda point: order.index(point["interface"]) if point.get("interface") in order else len(order))
    return [_port(stack, servers, function, point, f"{point['name']}{suffix}") for point in points]


def _trunk(stack: Stack, servers: Servers, function: dict, vdu: dict, suffix: str) -> dict:
    """The trunk of a VM with a pool of ports; the VM starts when it is there."""
    if "port_pool" not in vdu:
        return {}
    names = (function["name"], f"{vdu['name']}{suffix}")
    parent = resource("port", function["name"], f"{vdu['port_pool']['connection_point']}{suffix}")
    if parent not in servers.resources:  # a connection point of no link has no port
        return {}
    properties = {"name": stack.title(*names), "port": {"get_resource": parent}}
    servers.resources[resource("trunk", *names)] = {"type": "OS::Neutron::Trunk", "properties": properties}
    return {"depends_on": [resource("trunk", *names)]}


def _port(stack: Stack, servers: Servers, function: dict, point: dict, endpoint: str) -> dict:
    name = resource("port", function["name"], endpoint)
    servers.add(name, port(stack, function, point, endpoint))
    servers.addresses[f"{function['name']}.{endpoint}"] = {"get_attr": [name, "fixed_ips", 0, "ip_address"]}
    if "floating_ip" in point:
        public = resource("floating_ip", function["name"], endpoint)
        servers.resources[public] = floating_ip(stack, point, name)
        servers.floating_ips[f"{function['name']}.{endpoint}"] = {"get_attr": [public, "floating_ip_address"]}
    return {"port": {"get_resource": name}}
