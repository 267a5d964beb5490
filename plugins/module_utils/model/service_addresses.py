# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of a service model that concern addresses: ranges, gateways, fixed addresses, pairs."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from .service_networks import Network, Range, group_links

Finding = tuple[str, str]


def check_addresses(service: dict) -> Iterator[Finding]:
    for index, link in enumerate(service.get("links", [])):
        yield from _check_link(f"links[{index}]", link)
    for path, point in _points(service):
        yield from _check_point(path, point)
    for index, chain in enumerate(service.get("chains", [])):
        yield from _check_steering(f"chains[{index}].srv6", chain.get("srv6", {}))
    # Everything below reads addresses that the lines above have found sound.
    yield from _check_ranges(service)
    yield from _check_fixed_addresses(service)


def _points(service: dict) -> Iterator[tuple[str, dict]]:
    for number, function in enumerate(service["functions"]):
        for index, point in enumerate(function.get("connection_points", [])):
            yield f"functions[{number}].connection_points[{index}]", point


def _parsed_range(text: str) -> Range | None:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _check_link(path: str, link: dict) -> Iterator[Finding]:
    block = _parsed_range(link["cidr"]) if "cidr" in link else None
    if "cidr" in link and block is None:
        yield f"{path}.cidr", f"{link['cidr']} is no address range; write one like 10.1.0.0/24, host bits zero"
    elif block is not None and block.num_addresses < 4:
        yield f"{path}.cidr", f"{link['cidr']} leaves no room for hosts; choose a range of four addresses or more"
    for index, server in enumerate(link.get("dns_nameservers", [])):
        if not is_address(server):
            yield f"{path}.dns_nameservers[{index}]", f"{server} is no IP address"
    if "gateway" not in link:
        return
    if not is_address(link["gateway"]):
        yield f"{path}.gateway", f"{link['gateway']} is no IP address"
    elif block is None or ipaddress.ip_address(link["gateway"]) not in block:
        yield f"{path}.gateway", f"{link['gateway']} is outside the link's range; give a cidr that holds it"


def _check_point(path: str, point: dict) -> Iterator[Finding]:
    if "fixed_ip" in point and not is_address(point["fixed_ip"]):
        yield f"{path}.fixed_ip", f"{point['fixed_ip']} is no IP address"
    address = point.get("floating_ip", {}).get("address")
    if address is not None and not is_address(address):
        yield f"{path}.floating_ip.address", f"{address} is no IP address"
    for index, pair in enumerate(point.get("allowed_address_pairs", [])):
        if _parsed_range(pair["ip_address"]) is None:
            yield (
                f"{path}.allowed_address_pairs[{index}].ip_address",
                f"{pair['ip_address']} is neither an IP address nor a range",
            )


def _check_steering(path: str, wanted: dict) -> Iterator[Finding]:
    """The destinations of a chain that segment routing leads, and those of its way back."""
    blocks = {key: _parsed_range(wanted[key]) for key in ("prefix", "return") if key in wanted}
    for key, block in blocks.items():
        if block is None:
            yield f"{path}.{key}", f"{wanted[key]} is no address range; write one like 10.1.0.0/24, host bits zero"
        elif blocks["prefix"] is not None and block.version != blocks["prefix"].version:
            yield f"{path}.{key}", f"{block} is not of the version of IP of {blocks['prefix']}"
    if "source" in wanted and (not is_address(wanted["source"]) or (":" in wanted["source"]) != (":" in wanted["prefix"])):
        yield f"{path}.source", f"{wanted['source']} is no address of the version of IP of {wanted['prefix']}"


def _check_ranges(service: dict) -> Iterator[Finding]:
    """One range a network, and no two networks of a service over the same addresses."""
    seen: list[tuple[str, Range]] = []
    for network in group_links(service):
        ranges = {link["cidr"] for link in network.links if "cidr" in link}
        if len(ranges) > 1:
            names = ", ".join(link["name"] for link in network.links)
            yield "links", f"{names} are joined to one network but have the ranges {', '.join(sorted(ranges))}; keep one"
        for text in filter(None, [network.cidr]):
            block = ipaddress.ip_network(text)
            for name, other in seen:
                if block.version == other.version and block.overlaps(other):
                    yield "links", f"{network.name} ({text}) overlaps {name} ({other}); give each link its own range"
            seen.append((network.name, block))


def _check_fixed_addresses(service: dict) -> Iterator[Finding]:
    place = _network_of_each_point(service)
    taken: set[tuple[str, str]] = set()
    for number, function in enumerate(service["functions"]):
        several = {vdu["name"] for vdu in function["vdus"] if vdu.get("instances", 1) > 1}
        for index, point in enumerate(function.get("connection_points", [])):
            if "fixed_ip" not in point:
                continue
            path = f"functions[{number}].connection_points[{index}].fixed_ip"
            network = place.get(f"{function['name']}.{point['name']}")
            yield from _check_fixed_address(path, point, network, taken, several)


def _check_fixed_address(
    path: str, point: dict, network: Network | None, taken: set[tuple[str, str]], several: set[str]
) -> Iterator[Finding]:
    address = ipaddress.ip_address(point["fixed_ip"])
    if network is None or network.cidr is None:
        yield path, f"{address} needs a link; make the connection point an endpoint of one"
    elif address not in ipaddress.ip_network(network.cidr):
        yield path, f"{address} is outside {network.cidr}, the range of {network.name}"
    elif (network.name, str(address)) in taken:
        yield path, f"{address} is taken in {network.name}; fixed addresses are unique in a network"
    elif point.get("vdu") in several:
        yield path, f"{point['vdu']} has several instances, which cannot share {address}"
    if network is not None:
        taken.add((network.name, str(address)))


def _network_of_each_point(service: dict) -> dict[str, Network]:
    return {endpoint: network for network in group_links(service) for endpoint in network.endpoints}
