# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources of Heat stacks as the other services know them.

Heat remembers what it made and does not see when somebody removes it behind its back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

LISTS: Mapping[str, Callable[[Any], Iterator[Any]]] = {
    "OS::Nova::Server": lambda connection: connection.compute.servers(details=True),
    "OS::Neutron::Net": lambda connection: connection.network.networks(),
    "OS::Neutron::ProviderNet": lambda connection: connection.network.networks(),
    "OS::Neutron::Subnet": lambda connection: connection.network.subnets(),
    "OS::Neutron::Port": lambda connection: connection.network.ports(),
    "OS::Neutron::Trunk": lambda connection: connection.network.trunks(),
    "OS::Neutron::Router": lambda connection: connection.network.routers(),
    "OS::Neutron::FloatingIP": lambda connection: connection.network.ips(),
}
"""How to list all of one type of resource in one call."""

Listing = Mapping[str, Mapping[str, Any]]


def listed(connection: Any, types: Iterable[str]) -> Listing:
    """``{type: {id: resource}}`` of all that the project has now, for those of ``types`` that can be listed."""
    return {kind: {item.id: item for item in LISTS[kind](connection)} for kind in sorted(LISTS.keys() & set(types))}


def is_missing(resource: Any, there: Listing) -> bool:
    """Whether Heat has made ``resource`` and it is not among what is ``there``; false for a type that is not listed."""
    known = there.get(resource.resource_type)
    return bool(resource.physical_resource_id) and known is not None and resource.physical_resource_id not in known
