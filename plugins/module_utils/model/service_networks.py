# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which links of a service are one network, and which addresses each network has.

A link is what a descriptor draws; a network is what a VIM makes. Links become one network when

- they share a connection point (an interface is plugged once), or
- one ends in a connection point that stands for the other (``link:``, how a descriptor leads a
  link of a function out of it), or
- both name the same segment of the same physical network.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..core.errors import InputError

Range: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

DEFAULT_POOL = "10.100.0.0/16"
PREFIX_LENGTH = 24


@dataclass(frozen=True)
class Network:
    """Links that are one network, in the order of the service; it bears the name of the first."""

    links: tuple[dict, ...]
    endpoints: tuple[str, ...]
    cidr: str | None = None

    @property
    def name(self) -> str:
        return self.links[0]["name"]

    def first(self, key: str) -> object:
        """The value of ``key`` in the first link that has it, or None."""
        return next((link[key] for link in self.links if key in link), None)


def group_links(service: dict) -> list[Network]:
    """The networks of ``service``, in the order of their first links.

    The cidr is that of a link or, where only fixed addresses are known, the block around the first.
    """
    links = service.get("links", [])
    fixed = {endpoint: point["fixed_ip"] for endpoint, point in _points(service) if "fixed_ip" in point}
    groups = {link["name"]: position for position, link in enumerate(links)}
    joined = list(range(len(links)))  # each position points to an earlier one of its group, the first to itself
    for one, other in _ties(service):
        low, high = sorted((_first_of(joined, groups[one]), _first_of(joined, groups[other])))
        joined[high] = low
    members: dict[int, list[dict]] = {}
    for position, link in enumerate(links):
        members.setdefault(_first_of(joined, position), []).append(link)
    grouped = [members[first] for first in sorted(members)]
    return [_network(together, fixed) for together in grouped]


def _first_of(joined: list[int], position: int) -> int:
    """The first link of the group of ``position``; the way to it is shortened for those who ask later."""
    while joined[position] != position:
        joined[position] = joined[joined[position]]
        position = joined[position]
    return position


def networks(service: dict, pool: str = DEFAULT_POOL) -> list[Network]:
    """The networks of ``service``, each with a cidr; those without get the next free /24 of ``pool``.

    The answer depends on the service alone, so every site finds the same range for a network.
    """
    grouped = group_links(service)
    try:
        blocks = ipaddress.ip_network(pool).subnets(new_prefix=PREFIX_LENGTH)
    except ValueError as wrong:
        raise InputError(f"{pool} is no pool of address ranges; write a range of at most /{PREFIX_LENGTH}") from wrong
    taken = [ipaddress.ip_network(network.cidr) for network in grouped if network.cidr]
    free = (str(block) for block in blocks if not any(_overlap(block, other) for other in taken))
    return [network if network.cidr else replace(network, cidr=_take(free, pool)) for network in grouped]


def _overlap(one: Range, other: Range) -> bool:
    return one.version == other.version and one.overlaps(other)


def _take(free: Iterator[str], pool: str) -> str:
    block = next(free, None)
    if block is None:
        raise InputError(f"the pool {pool} has too few ranges for the links of the service; choose a larger one")
    return block


def _network(links: list[dict], fixed: dict[str, str]) -> Network:
    endpoints = dict.fromkeys(endpoint for link in links for endpoint in link["endpoints"])
    given = [link["cidr"] for link in links if "cidr" in link]
    around = [_block_around(fixed[endpoint]) for endpoint in endpoints if endpoint in fixed]
    return Network(tuple(links), tuple(endpoints), next(iter(given + around), None))


def _block_around(address: str) -> str:
    prefix_length = 64 if ipaddress.ip_address(address).version == 6 else PREFIX_LENGTH
    return str(ipaddress.ip_network(f"{address}/{prefix_length}", strict=False))


def _points(service: dict) -> Iterator[tuple[str, dict]]:
    for function in service["functions"]:
        for point in function.get("connection_points", []):
            yield f"{function['name']}.{point['name']}", point


def _ties(service: dict) -> Iterator[tuple[str, str]]:
    """Pairs of link names that belong together."""
    outer = {endpoint: point["link"] for endpoint, point in _points(service) if "link" in point}
    first: dict[object, str] = {}
    for link in service.get("links", []):
        for key in [*link["endpoints"], *_segment(link)]:
            yield link["name"], first.setdefault(key, link["name"])
            if key in outer:
                yield link["name"], outer[key]


def _segment(link: dict) -> Iterator[tuple]:
    provider = link.get("provider", {})
    if "physical_network" in provider:
        yield provider["physical_network"], provider["network_type"], provider.get("segmentation_id")
