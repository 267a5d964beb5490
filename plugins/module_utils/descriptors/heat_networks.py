# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks, subnets, routers, router interfaces and floating addresses of a Heat template.

A network that is spread over several sites is made at each of them with the same range; the sites
share the range out, so that no address is given twice. Joining the halves is the business of the
network between the sites.
"""

from __future__ import annotations

import ipaddress
import typing as t
from collections.abc import Iterator

from ..core.errors import InputError
from ..core.ownership import metadata, tags
from ..model.service_networks import Network
from .heat_stack import Stack, resource

Resources = dict[str, dict]


def network_resources(stack: Stack) -> Resources:
    resources: Resources = {}
    for network in stack.networks_at_site if stack.networks else []:
        resources[resource("network", network.name)] = _network(stack, network)
        resources[resource("subnet", network.name)] = _subnet(stack, network)
    for function in stack.own_functions:
        for router in function.get("routers", []):
            resources[resource("router", function["name"], router["name"])] = _router(stack, function, router)
    return resources | _interfaces(stack)


def _network(stack: Stack, network: Network) -> dict:
    properties: dict[str, t.Any] = {"name": stack.title(network.name), "tags": tags(stack.service["name"])}
    provider = network.first("provider")
    if not isinstance(provider, dict):
        return {"type": "OS::Neutron::Net", "properties": properties}
    renamed = {("router_external" if key == "external" else key): value for key, value in provider.items()}
    return {"type": "OS::Neutron::ProviderNet", "properties": properties | renamed}


def _subnet(stack: Stack, network: Network) -> dict:
    block = ipaddress.ip_network(str(network.cidr))
    properties: dict[str, t.Any] = {
        "name": stack.title(network.name),
        "network": {"get_resource": resource("network", network.name)},
        "cidr": str(block),
        "ip_version": block.version,
        "tags": tags(stack.service["name"]),
    }
    gateway = network.first("gateway") or _router_address(stack, network)
    if gateway:
        properties["gateway_ip"] = gateway
    if network.first("dns_nameservers"):
        properties["dns_nameservers"] = network.first("dns_nameservers")
    sites = stack.sites_of(network)
    if len(sites) > 1:
        properties["allocation_pools"] = [_share(network, sites.index(stack.site["name"]), len(sites))]
    return {"type": "OS::Neutron::Subnet", "properties": properties}


def _share(network: Network, position: int, sites: int) -> dict[str, str]:
    """The addresses of one site: equal runs, after the network's own address and the gateway."""
    block = ipaddress.ip_network(str(network.cidr))
    size = (block.num_addresses - 3) // sites
    if size < 1:
        raise InputError(f"the range {block} of {network.name} is too small for {sites} sites; choose a larger one")
    start = 2 + position * size
    return {"start": str(block[start]), "end": str(block[start + size - 1])}


def _router_address(stack: Stack, network: Network) -> str | None:
    """A fixed address of a router in ``network`` at this site: what the subnet calls its gateway."""
    for function, point in _router_points(stack, stack.functions_at_site):
        if "fixed_ip" in point and f"{function['name']}.{point['name']}" in network.endpoints:
            return point["fixed_ip"]
    return None


def _router_points(stack: Stack, functions: list[dict]) -> Iterator[tuple[dict, dict]]:
    for function in functions:
        for point in stack.points(function):
            if "router" in point and stack.network_of(function, point):
                yield function, point


def _router(stack: Stack, function: dict, router: dict) -> dict:
    properties: dict[str, t.Any] = {
        "name": stack.title(function["name"], router["name"]),
        "tags": tags(stack.service["name"], function["name"]),
    }
    if "external_network" in router:
        gateway: dict[str, t.Any] = {"network": router["external_network"]}
        if router.get("enable_snat") is False:  # true is Neutron's default, and saying so needs an administrator
            gateway["enable_snat"] = False
        properties["external_gateway_info"] = gateway
    return {"type": "OS::Neutron::Router", "properties": properties}


def _interfaces(stack: Stack) -> Resources:
    """A router takes the gateway address of a subnet, or a port of its own where it has a fixed address."""
    resources: Resources = {}
    for function, point in _router_points(stack, stack.own_functions):
        network = stack.network_of(function, point)
        names = (function["name"], point["name"])
        properties: dict[str, t.Any] = {"router": {"get_resource": resource("router", names[0], point["router"])}}
        if "fixed_ip" in point:
            resources[resource("port", *names)] = port(stack, function, point, point["name"])
            properties["port"] = {"get_resource": resource("port", *names)}
        elif network is not None:
            properties["subnet"] = stack.reference("subnet", network)
        resources[resource("interface", *names)] = {"type": "OS::Neutron::RouterInterface", "properties": properties}
    return resources


def port(stack: Stack, function: dict, point: dict, endpoint: str) -> dict:
    """A port of ``point``. It names the subnet, so Heat makes the subnet first and gives an address of it."""
    network = stack.network_of(function, point)
    if network is None:
        raise InputError(f"{function['name']}.{point['name']} is an endpoint of no link; add it to one")
    address: dict[str, t.Any] = {"subnet": stack.reference("subnet", network)}
    if "fixed_ip" in point:
        address["ip_address"] = point["fixed_ip"]
    properties: dict[str, t.Any] = {
        "name": stack.title(function["name"], endpoint),
        "network": stack.reference("network", network),
        "fixed_ips": [address],
        "tags": tags(stack.service["name"], function["name"], point.get("vdu")),
    }
    if point.get("security_rules"):
        properties["security_groups"] = [{"get_resource": resource("security_group", function["name"], point["name"])}]
    optional = {"mac": "mac_address", "allowed_address_pairs": "allowed_address_pairs"}
    properties |= {name: point[key] for key, name in optional.items() if key in point}
    owners = [point, *(vdu for vdu in function["vdus"] if vdu["name"] == point.get("vdu"))]
    kinds = [owner["vnic_type"] for owner in owners if "vnic_type" in owner]
    if kinds:
        properties["binding:vnic_type"] = kinds[0]
    return {"type": "OS::Neutron::Port", "properties": properties}


def security_groups(stack: Stack) -> Resources:
    """A group for each connection point with rules: Neutron lets pass what any group of a port does.

    Without a rule for what leaves, all may leave; Heat keeps Neutron's own rules for that.
    """
    resources: Resources = {}
    for function in stack.own_functions:
        rules = {rule["name"]: _rule(rule) for rule in function.get("security_rules", [])}
        for point in (one for one in stack.points(function) if one.get("security_rules")):
            marks = " ".join(f"{key}={value}" for key, value in metadata(stack.service["name"], function["name"]).items())
            properties = {
                "name": stack.title(function["name"], point["name"]),
                "description": marks,
                "rules": [rules[name] for name in point["security_rules"]],
            }
            name = resource("security_group", function["name"], point["name"])
            resources[name] = {"type": "OS::Neutron::SecurityGroup", "properties": properties}
    return resources


def _rule(rule: dict) -> dict[str, t.Any]:
    kind = {"direction": rule["direction"], "ethertype": f"IP{rule.get('ether_type', 'ipv4')[2:]}"}
    protocol = {} if rule["protocol"] == "any" else {"protocol": rule["protocol"]}
    ports = dict(zip(("port_range_min", "port_range_max"), rule.get("ports", ()), strict=False))
    return kind | protocol | ports


def floating_ip(stack: Stack, point: dict, port_name: str) -> dict:
    """A public address of a port, made after the router interfaces through which it is reached."""
    wanted = point["floating_ip"]
    marks = metadata(stack.service["name"]).items()
    properties: dict[str, t.Any] = {
        "floating_network": wanted.get("network", stack.external_network),
        "port_id": {"get_resource": port_name},
        "value_specs": {"description": " ".join(f"{key}={value}" for key, value in marks)},
    }
    if "address" in wanted:
        properties["floating_ip_address"] = wanted["address"]
    answer = {"type": "OS::Neutron::FloatingIP", "properties": properties}
    interfaces = [
        resource("interface", function["name"], one["name"]) for function, one in _router_points(stack, stack.own_functions)
    ]
    return answer | ({"depends_on": interfaces} if interfaces else {})
