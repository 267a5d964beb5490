# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes Service and its endpoints, described as a load balancer.

The names are those that Kuryr gives: ``namespace/service`` for the whole, ``namespace/service:PROTOCOL:port`` for a
port, ``namespace/pod:port`` for a member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

from ..core.errors import InputError, Place
from . import kubernetes_endpoints
from .description import Listener, LoadBalancer, Member, Monitor, Persistence, Settings, Timeouts
from .kubernetes_endpoints import Endpoint

PROTOCOLS = ("TCP", "UDP", "SCTP")
PROBES = {"UDP": "udp", "SCTP": "sctp"}
"""What probes the members of a port that is not TCP."""
CLIENT_DATA = "openstack.org/kuryr-timeout-client-data"
MEMBER_DATA = "openstack.org/kuryr-timeout-member-data"
AFFINITY_SECONDS = 10800
"""Kubernetes' own default."""


def full_name(service: Mapping[str, Any], prefix: str = "") -> str:
    """``namespace/name`` of a Service, after the prefix."""
    metadata = service.get("metadata") or {}
    if not metadata.get("name"):
        raise InputError("the Service has no name: give a Service object of Kubernetes", Place(path="service.metadata.name"))
    return f"{prefix}{metadata.get('namespace') or 'default'}/{metadata['name']}"


def describe(service: Mapping[str, Any], endpoints: Any, settings: Settings) -> LoadBalancer:
    """The load balancer that does for clients what the Service promises.

    :param service: a Service object as the cluster has it
    :param endpoints: what :func:`kubernetes_endpoints.read` takes
    :raises InputError: a Service that cannot have a load balancer, or values that cannot be
    """
    spec = service.get("spec") or {}
    name = full_name(service, settings.prefix)
    address = _cluster_ip(spec, name)
    version = ip_address(address).version
    there = kubernetes_endpoints.read(endpoints, not_ready=bool(spec.get("publishNotReadyAddresses")), version=version)
    public = spec.get("type") == "LoadBalancer"
    model = Listener(
        name,
        "tcp",
        0,
        algorithm=settings.algorithm,
        persistence=_persistence(spec),
        sources=_sources(spec, version) if public else (),
        timeouts=_timeouts(service, settings.timeouts),
        monitor=settings.monitor,
    )
    listeners = tuple(_listener(model, port, index, there, service) for index, port in enumerate(_ports(spec)))
    return LoadBalancer(name, address, _distinct(listeners), public, _public_address(spec) if public else None)


def _cluster_ip(spec: Mapping[str, Any], name: str) -> str:
    address = spec.get("clusterIP")
    place = Place(path="service.spec.clusterIP")
    if spec.get("type") == "ExternalName":
        raise InputError(f"{name} is an ExternalName, which has no address to balance: choose another Service", place)
    if address == "None":
        raise InputError(f"{name} is headless and has no address to balance: choose a Service with a clusterIP", place)
    try:
        return str(ip_address(str(address)))
    except ValueError as error:
        raise InputError(f"{address!r} is no address for {name}: give the Service as the cluster has it", place) from error


def _ports(spec: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    ports = spec.get("ports") or ()
    if not isinstance(ports, list | tuple) or not all(isinstance(port, Mapping) for port in ports):
        raise InputError("it is no list of mappings: give the Service as the cluster has it", Place(path="service.spec.ports"))
    return ports


def _listener(model: Listener, port: Mapping[str, Any], index: int, there: Sequence[Endpoint], service: Any) -> Listener:
    place = Place(path=f"service.spec.ports[{index}]")
    protocol, number = str(port.get("protocol") or "TCP"), _number(port.get("port"), place)
    if protocol not in PROTOCOLS:
        raise InputError(f"{protocol} is none of {', '.join(PROTOCOLS)}", place)
    members = [_member(endpoint, service) for endpoint in there if endpoint.port_name == (port.get("name") or "")]
    return replace(
        model,
        name=f"{model.name}:{protocol}:{number}",
        protocol=protocol.lower(),
        port=number,
        members=tuple({(member.address, member.port): member for member in members}.values()),
        timeouts=model.timeouts if protocol == "TCP" else Timeouts(),
        monitor=_monitor(model.monitor, protocol),
    )


def _member(endpoint: Endpoint, service: Mapping[str, Any]) -> Member:
    return Member(f"{endpoint.pod or full_name(service)}:{endpoint.port}", endpoint.address, endpoint.port)


def _monitor(monitor: Monitor | None, protocol: str) -> Monitor | None:
    """The monitor as given for TCP; other protocols have probes of their own, with the same times."""
    if monitor is None or protocol == "TCP":
        return monitor
    return replace(monitor, type=PROBES[protocol], http_method=None, url_path=None, expected_codes=None)


def _distinct(listeners: tuple[Listener, ...]) -> tuple[Listener, ...]:
    names = [listener.name for listener in listeners]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{twice} is there twice: a port and protocol can be given once", Place(path="service.spec.ports"))
    return listeners


def _persistence(spec: Mapping[str, Any]) -> Persistence | None:
    if spec.get("sessionAffinity") != "ClientIP":
        return None
    config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    seconds = config.get("timeoutSeconds") or AFFINITY_SECONDS
    try:
        return Persistence("source_ip", int(seconds))
    except (TypeError, ValueError) as error:
        place = Place(path="service.spec.sessionAffinityConfig")
        raise InputError(f"{seconds!r} is no number of seconds", place) from error


def _sources(spec: Mapping[str, Any], version: int) -> tuple[str, ...]:
    place = Place(path="service.spec.loadBalancerSourceRanges")
    found = []
    for text in spec.get("loadBalancerSourceRanges") or ():
        try:
            network = ip_network(str(text).strip(), strict=False)
        except ValueError as error:
            raise InputError(f"{text!r} is no range of addresses: write one as 192.0.2.0/24", place) from error
        if network.version == version:
            found.append(str(network))
    if spec.get("loadBalancerSourceRanges") and not found:
        raise InputError(f"none of the ranges is of IPv{version} as the clusterIP is, so nobody could come in", place)
    return tuple(sorted(set(found)))


def _public_address(spec: Mapping[str, Any]) -> str | None:
    text = spec.get("loadBalancerIP")
    try:
        return str(ip_address(text)) if text else None
    except ValueError as error:
        raise InputError(f"{text!r} is no address", Place(path="service.spec.loadBalancerIP")) from error


def _timeouts(service: Mapping[str, Any], given: Timeouts) -> Timeouts:
    """The timeouts of all, but for what the annotations that Kuryr knows say of this Service."""
    notes = (service.get("metadata") or {}).get("annotations") or {}
    said = {key: notes[note] for key, note in (("client_data", CLIENT_DATA), ("member_data", MEMBER_DATA)) if note in notes}
    try:
        return replace(given, **{key: int(value) for key, value in said.items()})
    except ValueError as error:
        raise InputError(f"a timeout is a number of ms ({error})", Place(path="service.metadata.annotations")) from error


def _number(value: Any, place: Place) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = 0
    if number < 1 or number > 65535:
        raise InputError(f"port {value!r} is no number from 1 to 65535", place)
    return number
