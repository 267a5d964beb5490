# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of a Kubernetes Service: which pod serves which of its ports.

They come as Endpoints or as EndpointSlices. Both name a port as the Service does, with the number that it has in
the pods, so a ``targetPort`` that is a name is already looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from ..core.errors import InputError, Place

SHAPES = "Endpoints, or a list of EndpointSlices"


@dataclass(frozen=True)
class Endpoint:
    """One address of one port of a Service; ``pod`` is ``namespace/name`` of what serves it, where that is known."""

    port_name: str
    address: str
    port: int
    pod: str | None = None


def read(given: Any, *, not_ready: bool, version: int) -> list[Endpoint]:
    """All endpoints once each, in order of port name and address.

    :param given: Endpoints, an EndpointSlice, or a list of either as Kubernetes or Ansible give it
    :param not_ready: whether addresses that are not ready count too
    :param version: the IP version wanted, 4 or 6
    :raises InputError: it is none of that
    """
    found = {endpoint for item in _objects(given) for endpoint in _endpoints(item, not_ready)}
    wanted = (endpoint for endpoint in found if ip_address(endpoint.address).version == version)
    return sorted(wanted, key=lambda endpoint: (endpoint.port_name, endpoint.address, endpoint.port, endpoint.pod or ""))


def _objects(given: Any) -> Iterable[Mapping[str, Any]]:
    items = given.get("items", [given]) if isinstance(given, Mapping) else given
    if not isinstance(items, list | tuple) or not all(isinstance(item, Mapping) for item in items):
        raise InputError(f"these are no endpoints: give {SHAPES}", Place(path="endpoints"))
    return items


def _endpoints(item: Mapping[str, Any], not_ready: bool) -> Iterator[Endpoint]:
    if item.get("kind") == "EndpointSlice" or "endpoints" in item:
        return _of_slice(item, not_ready)
    if item.get("kind") == "Endpoints" or "subsets" in item:
        return _of_subsets(item, not_ready)
    raise InputError(f"{item.get('kind') or 'something without kind'} is no endpoints: give {SHAPES}", Place(path="endpoints"))


def _of_subsets(item: Mapping[str, Any], not_ready: bool) -> Iterator[Endpoint]:
    for subset in _rows(item, "subsets"):
        addresses = [*_rows(subset, "addresses"), *(_rows(subset, "notReadyAddresses") if not_ready else ())]
        for address in addresses:
            for port in _rows(subset, "ports"):
                yield _endpoint(port, address.get("ip"), address.get("targetRef"))


def _of_slice(item: Mapping[str, Any], not_ready: bool) -> Iterator[Endpoint]:
    """A readiness that is not stated counts as ready, and an endpoint's first address stands for all of them."""
    for one in _rows(item, "endpoints"):
        if not not_ready and (one.get("conditions") or {}).get("ready") is False:
            continue
        for port in _rows(item, "ports"):
            yield _endpoint(port, next(iter(one.get("addresses") or ()), None), one.get("targetRef"))


def _rows(item: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    rows = item.get(name) or ()
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(f"{name} is no list of mappings: give {SHAPES}", Place(path="endpoints"))
    return rows


def _endpoint(port: Mapping[str, Any], address: Any, target: Mapping[str, Any] | None) -> Endpoint:
    pod = f"{target['namespace']}/{target['name']}" if target and target.get("namespace") and target.get("name") else None
    try:
        return Endpoint(port.get("name") or "", str(ip_address(address)), int(port["port"]), pod)
    except (KeyError, TypeError, ValueError) as error:
        text = f"{address!r} with port {port.get('port')!r} is no address and port that a member can have"
        raise InputError(text, Place(path="endpoints")) from error
