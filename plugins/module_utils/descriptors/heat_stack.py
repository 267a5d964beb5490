# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the parts of a Heat template have in common: the service, the site and the names of resources."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model.flavors import DEFAULT_FLAVOR
from ..model.service_networks import DEFAULT_POOL, Network, networks
from ..model.service_parts import VMS
from ..model.service_stages import functions_at, sites_of


@dataclass(frozen=True)
class Stack:
    """One service, or some functions of it, at one site. The fields are the arguments of ``to_heat``."""

    service: dict
    site: dict
    sites: tuple[dict, ...] = ()
    functions: tuple[str, ...] | None = None
    networks: bool = True
    images: dict[str, str] = field(default_factory=dict)
    flavors: tuple[dict, ...] = ()
    default_image: str = "cirros"
    default_flavor: str = DEFAULT_FLAVOR
    external_network: str = "public"
    cidr_pool: str = DEFAULT_POOL
    scalable: bool = False

    @functools.cached_property
    def functions_at_site(self) -> list[dict]:
        return functions_at(self.service, self.site, self.sites)

    @property
    def own_functions(self) -> list[dict]:
        """The functions whose servers and routers are in this template."""
        return [one for one in self.functions_at_site if self.functions is None or one["name"] in self.functions]

    def title(self, *parts: str) -> str:
        """The name that a resource bears in OpenStack."""
        return "-".join([self.service["name"], *parts])

    def machines(self) -> Iterator[tuple[dict, dict]]:
        """The functions and VDUs that are servers here."""
        for function in self.own_functions:
            for vdu in function["vdus"]:
                if vdu["kind"] in VMS:
                    yield function, vdu

    def points(self, function: dict) -> list[dict]:
        """The connection points of ``function`` that a Neutron port or router interface stands for."""
        machines = {vdu["name"] for vdu in function["vdus"] if vdu["kind"] in VMS}
        points = function.get("connection_points", [])
        return [point for point in points if "router" in point or point.get("vdu") in machines]

    @functools.cached_property
    def networks_at_site(self) -> list[Network]:
        """The networks of the service that something is plugged into at this site."""
        plugged = {
            f"{function['name']}.{point['name']}" for function in self.functions_at_site for point in self.points(function)
        }
        return [network for network in networks(self.service, self.cidr_pool) if plugged & set(network.endpoints)]

    def network_of(self, function: dict, point: dict) -> Network | None:
        endpoint = f"{function['name']}.{point['name']}"
        return next((network for network in self.networks_at_site if endpoint in network.endpoints), None)

    def reference(self, kind: str, network: Network) -> dict | str:
        """How a port speaks of a network or its subnet: as one of this template, or by the name it has in OpenStack."""
        return {"get_resource": resource(kind, network.name)} if self.networks else self.title(network.name)

    def sites_of(self, network: Network) -> list[str]:
        """The sites over which ``network`` is spread, this one included, sorted."""
        names = {endpoint.partition(".")[0] for endpoint in network.endpoints}
        plugged = [one["name"] for one in self.service["functions"] if one["name"] in names and self.points(one)]
        return sorted({self.site["name"], *(site for name in plugged for site in sites_of(self.service, name, self.sites))})


def resource(kind: str, *names: str) -> str:
    """``server_cache.cache-vm``: function and VDU names hold no dot, so no two resources meet."""
    return f"{kind}_{'.'.join(names)}"
