# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as the network that ``sefl_verify`` proves policies on: its functions, its networks and its access points.

A function is an element of its name, with a port for each connection point, so that policies speak of ports as links
speak of endpoints. Behind each port stands what handles its packets, in an element of its own where there is a model::

    fw.inside ── fw.inside/vm ── fw/vm.eth1       a Click VDU
    fw.inside ── fw.inside/model ── fw/model.eth1  the model of the function
    fw.inside ── fw.inside/vm                      neither: the packet is delivered here, and may be sent from here

A network of two members is a wire. One of more is the element ``network/NAME``, which knows the fixed addresses.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import InputError, Place
from ..model.service import validate
from ..model.service_networks import Network, group_links

FUNCTION_MODEL = "model"
DESTINATIONS = {4: "ip.dst", 6: "ipv6.dst"}


@dataclass(frozen=True)
class Part:
    """Elements by name, and the links that they bring."""

    elements: Mapping[str, Mapping[str, Any]]
    links: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Member:
    """What is connected to a network: the port there, its name at the network, and its fixed address if it has one."""

    port: str
    name: str
    address: str | None = None


def to_network(service: Mapping[str, Any]) -> dict[str, Any]:
    """What ``sefl_verify`` is to prove of ``service``: its arguments ``network``, ``packets`` and ``policies``.

    Packets enter at every access point unless the service says where. ``warnings`` has a sentence for each function
    that packets are not followed through, although it has several connection points.

    :raises InputError: a mistake in the service, a name that stands for two elements, or no packets that enter
    """
    validate(service)
    _check_names(service)
    functions = [_function(service, function) for function in service["functions"]]
    access_points = [Part({point["name"]: _sefl(_access_point())}) for point in service.get("access_points", [])]
    parts = [*functions, *access_points, *(_network(service, network) for network in group_links(dict(service)))]
    return {
        "network": {
            "elements": {name: element for part in parts for name, element in part.elements.items()},
            "links": [list(link) for part in parts for link in part.links],
        },
        "packets": _packets(service),
        "policies": service.get("policies", []),
        "warnings": list(_warnings(service)),
    }


def _check_names(service: Mapping[str, Any]) -> None:
    functions = {function["name"] for function in service["functions"]}
    for index, point in enumerate(service.get("access_points", [])):
        if point["name"] in functions:
            message = f"a function is called {point['name']} too; policies speak of both, so rename one"
            raise InputError(message, Place(path=f"access_points[{index}].name"))


def _packets(service: Mapping[str, Any]) -> list[dict[str, Any]]:
    packets = service.get("packets") or [{"at": f"{point['name']}.in"} for point in service.get("access_points", [])]
    if not packets:
        raise InputError("no packets enter the service; say where, or give it access_points", Place(path="packets"))
    return packets


def _sefl(lines: Iterator[str]) -> dict[str, str]:
    return {"type": "sefl", "content": "\n".join(lines)}


# Functions.


def _interfaces(function: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The connection points but for those that lead a link of the function out of it."""
    return [point for point in function.get("connection_points", []) if "link" not in point]


def _models(service: Mapping[str, Any], function: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The elements inside a function by their names there: its own model, or those of its Click VDUs."""
    given = function.get("model")
    if given:
        models = {FUNCTION_MODEL: given} if "document" in given else {}
    else:
        models = {
            vdu["name"]: {"type": "click", "document": vdu["descriptor"]} for vdu in function["vdus"] if vdu["kind"] == "click"
        }
    return {name: _element(service, model) for name, model in models.items()}


def _element(service: Mapping[str, Any], model: Mapping[str, Any]) -> dict[str, Any]:
    options = {key: value for key, value in model.items() if key != "document"}
    return {**options, "content": service["documents"][model["document"]]}


def _function(service: Mapping[str, Any], function: Mapping[str, Any]) -> Part:
    name, models, points = function["name"], _models(service, function), _interfaces(function)
    if not points:
        return Part({})
    inner = {point["name"]: FUNCTION_MODEL if FUNCTION_MODEL in models else _owner(point) for point in points}
    frame = (line for point, owner in inner.items() for line in _passage(point, f"{point}/{owner}"))
    links = [
        (f"{name}.{point['name']}/{inner[point['name']]}", f"{name}/{inner[point['name']]}.{_device(point)}")
        for point in points
        if inner[point["name"]] in models
    ]
    return Part({name: _sefl(frame), **{f"{name}/{owner}": model for owner, model in models.items()}}, links)


def _owner(point: Mapping[str, Any]) -> str:
    return point["vdu"] if "vdu" in point else point["router"]


def _device(point: Mapping[str, Any]) -> str:
    """The port of the model that a connection point is."""
    return point.get("interface", point["name"])


def _passage(one: str, other: str) -> Iterator[str]:
    """Code that lets packets pass between two ports, both ways."""
    yield f'port "{one}" {{ Forward("{other}") }}'
    yield f'port "{other}" {{ Forward("{one}") }}'


def _warnings(service: Mapping[str, Any]) -> Iterator[str]:
    linked = {endpoint for network in group_links(dict(service)) for endpoint in network.endpoints}
    for function in service["functions"]:
        name = function["name"]
        points = [point["name"] for point in _interfaces(function) if f"{name}.{point['name']}" in linked]
        if len(points) > 1 and "model" not in function and not _models(service, function):
            yield (
                f"packets are not followed through {name}, which has the connection points {', '.join(points)} and no "
                "model; give it one, or say model: {type: end} where they end"
            )


# Networks.


def _access_point() -> Iterator[str]:
    yield 'port "in" { Forward("link") }'
    yield 'port "link" { Forward("out") }'


def _network(service: Mapping[str, Any], network: Network) -> Part:
    members = _members(service, network)
    if len(members) < 3:
        return Part({}, [tuple(member.port for member in members)] if len(members) == 2 else [])
    name = f"network/{network.name.replace('.', '/')}"  # where a dot stands the ports of an element begin
    links = [(f"{name}.{member.name}", member.port) for member in members]
    return Part({name: _sefl(line for member in members for line in _switch(member, members))}, links)


def _members(service: Mapping[str, Any], network: Network) -> list[Member]:
    points = {f"{one['name']}.{point['name']}": point for one in service["functions"] for point in _interfaces(one)}
    links = {link["name"] for link in network.links}
    ends = [Member(port, port, points[port].get("fixed_ip")) for port in network.endpoints if port in points]
    outside = [point["name"] for point in service.get("access_points", []) if point["link"] in links]
    return ends + [Member(f"{name}.link", name) for name in outside]


def _switch(source: Member, members: Sequence[Member]) -> Iterator[str]:
    """What a network does with the packets of one member: to whom they are addressed, else to all others."""
    others = [member for member in members if member is not source]
    yield f'port "{source.name}" {{'
    for member in members:
        if member.address:
            field = DESTINATIONS[ipaddress.ip_address(member.address).version]
            way = "Drop" if member is source else f'Forward("{member.name}")'
            yield f"  If (present({field}) && {field} == {member.address}) {{ {way} }} Else"
    copies = ", ".join(f'"{member.name}"' for member in others)
    yield f"  {{ Fork({copies}) }}"
    yield "}"
