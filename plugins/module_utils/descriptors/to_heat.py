# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenStack part of a service at one site, as a Heat template."""

from __future__ import annotations

import typing as t

from ..core.errors import InputError
from ..model.service import validate
from ..model.service_templates import sized
from .heat_networks import network_resources, security_groups
from .heat_servers import server_resources
from .heat_stack import Stack

VERSION = "2021-04-16"


def to_heat(service: dict, site: dict, **options: t.Any) -> dict:
    """A HOT template for the functions of ``service`` that stand at ``site`` (name and role).

    Its resources are empty where OpenStack has nothing to do there. Options:

    functions         names of those to put into this template; all if None
    networks          whether the networks of the site are made in this template; if not, another
                      stack has made them, and ports name them
    sites             all sites of the deployment; a link that spans several shares its range out
    images            image named by the descriptor → image of the site
    flavors           flavors of the site (name, vcpus, ram, disk, extra_specs); the smallest that fits is taken
    default_image     image of a VDU that names none
    default_flavor    flavor of a VDU that states no size, or where no flavors are given
    external_network  network of floating addresses that name none
    cidr_pool         where the ranges of links without a cidr are taken from
    scalable          whether the template holds all that there may be of a VDU that is scaled

    Where the service asks for a class of service level, its machines are sized by the templates of that class.

    Parameters ``image_<function>.<vdu>`` and ``flavor_<function>.<vdu>`` overrule the choice of
    each; ``count_<function>.<vdu>``, where the template is scalable, how many there are of a VDU that is scaled. The same
    arguments always give the same template. Raises InputError.
    """
    validate(service)
    lists = {key: tuple(options.pop(key, ())) for key in ("sites", "flavors")}
    _check_flavors(lists["flavors"])
    if options.get("functions") is not None:
        options["functions"] = tuple(options["functions"])
    stack = Stack(sized(service), site, **lists, **options)
    servers = server_resources(stack)
    outputs = {
        "servers": ("Identifiers of the servers", servers.ids),
        "addresses": ("Addresses of the connection points", servers.addresses),
        "floating_ips": ("Public addresses of connection points", servers.floating_ips),
    }
    return {
        "heat_template_version": VERSION,
        "description": f"{service['name']} at {site['name']}",
        "parameters": servers.parameters,
        **({"conditions": servers.conditions} if servers.conditions else {}),
        "resources": network_resources(stack) | security_groups(stack) | servers.resources,
        "outputs": {name: {"description": text, "value": value} for name, (text, value) in outputs.items() if value},
    }


def _check_flavors(flavors: tuple) -> None:
    for flavor in flavors:
        sizes = [flavor.get(key) for key in ("vcpus", "ram", "disk")] if isinstance(flavor, dict) else [None]
        if not all(isinstance(size, int) for size in sizes) or not isinstance(flavor.get("name"), str):
            raise InputError("every flavor needs a name, and vcpus, ram and disk as whole numbers")
