# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A MEC application as packages of Open Source MANO: a VNFD, and an NSD with exactly that VNF.

OSM has no applications, so the Superfluidity project has each of them stand in a network service of its own (deliverable 6.1,
A3.3). Traffic is offloaded at the edge by a function that is not the application's: its hooks log in there.
"""

from __future__ import annotations

import typing as t

from ..core.errors import InputError, UnavailableError
from .osm_lifecycle import parameter_name
from .osm_onboarding import OsmPackage, of_tree
from .osm_tree import osm_packages


def application_of(service: dict[str, t.Any]) -> str:
    """The name of the only function of a service, which is the member index of its VNF too.

    :raises InputError: it has none, or several
    """
    functions = service.get("functions")
    names = [one.get("name") for one in functions if isinstance(one, dict)] if isinstance(functions, list) else []
    if len(names) != 1:
        raise InputError(f"a MEC application is a service of one function, and this one has {len(names)}; see osm_service")
    return str(names[0])


def mec_packages(
    service: dict[str, t.Any], provider: str, execution: str, offload: dict[str, t.Any] | None, most: t.Mapping[str, int]
) -> tuple[list[OsmPackage], list[str]]:
    """The two packages, and a sentence for each thing of the application that OSM has no word for.

    :param offload: ``address`` of the function that offloads traffic
    :param most: VDU → how many there may be of it
    :raises InputError: the service is none, or no application
    """
    name = application_of(service)
    trees, left_out = osm_packages(service, "sol006", provider, execution, offload, {name: most})
    packages = [of_tree(tree) for tree in trees]
    members = packages[-1].descriptor["df"][0]["vnf-profile"]
    if [one.kind for one in packages] != ["vnf", "ns"] or [one["vnfd-id"] for one in members] != [packages[0].id]:
        raise UnavailableError(f"the network service of {name} does not have exactly one VNF; report this service")
    return packages, left_out


def settings_of(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    """What day 1 configures the application with, by the names of OSM's parameters.

    :param options: ``execution``, ``start_command``, ``stop_command`` and ``offload``: ``address``, ``user`` and the commands
        of the function that offloads traffic
    :raises InputError: there is something to offload, and nothing that would do it
    """
    offload = options["offload"]
    if options["execution"] == "none":
        if offload:
            raise InputError("offload: nothing would run its commands; take execution: juju or helm")
        return {}
    told = {f"{name}-command": options[f"{name}_command"] or "" for name in ("start", "stop")}
    if offload:
        told |= {"tof-hostname": offload["address"], "tof-username": offload["user"]}
        told |= {f"tof-{name}-command": offload[f"{name}_command"] for name in ("start", "stop")}
    return {parameter_name(name): value for name, value in told.items()}
