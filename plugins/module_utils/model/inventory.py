# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts and groups of an inventory that follow from the sites.

Each VIM of a site is a host of its own, and so is each plain server. What a play selects by is a
group: the role, the site, the zone, the kind of VIM.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .sites import Site, Sites, mec_services, vim_hosts


@dataclass(frozen=True)
class Host:
    """A host; `kind` is openstack, kubernetes or server, `given` what the sites file itself sets."""

    name: str
    kind: str
    site: Site
    groups: tuple[str, ...]
    variables: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)


def hosts(sites: Sites) -> Iterator[Host]:
    """The hosts of all sites, in the order of the file."""
    for site in sites.sites:
        common, groups = _variables(sites, site), _groups(site)
        for vim, name in vim_hosts(site).items():
            yield Host(name, vim, site, (*groups, vim), {**common, "nfv_vim": vim})
        for server in site.servers:
            variables = {**common, "nfv_vim": "server"}
            yield Host(server.name, "server", site, (*groups, "servers"), variables, server.variables)


def _groups(site: Site) -> tuple[str, ...]:
    zone = (_group("zone", site.zone),) if site.zone else ()
    return (site.role, _group("site", site.name), *zone)


def _group(kind: str, name: str) -> str:
    """A group's name: one that Ansible takes as a variable's name too, whatever its settings say."""
    return f"{kind}_{name.replace('-', '_')}"


def _variables(sites: Sites, site: Site) -> dict[str, Any]:
    """What every host of a site knows of it; what the file does not say is not defined."""
    openstack, kubernetes = site.openstack, site.kubernetes
    optional = {
        "nfv_zone": site.zone,
        "nfv_cloud": openstack and openstack.cloud,
        "nfv_clouds_file": openstack and openstack.clouds_file,
        "nfv_region": openstack and openstack.region_name,
        "nfv_kubeconfig": kubernetes and kubernetes.kubeconfig,
        "nfv_context": kubernetes and kubernetes.context,
        "nfv_mec_services": mec_services(site),
    }
    return {
        "nfv_site": site.name,
        "nfv_role": site.role,
        "nfv_enbs": list(site.enbs),
        "nfv_capacity": dict(site.capacity or {}),
        "nfv_delays": sites.delays_from(site.name),
        **{name: value for name, value in optional.items() if value is not None},
    }
