# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``service_placement`` is given, checked: the sites as the inventory has them, and the facts of their regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.errors import InputError, Place
from ..model.service_stages import ROLES
from .checks import known, named, number

Data = Mapping[str, Any]
AMOUNTS = ("vcpus", "vcpus_used", "memory", "memory_used")
KEYS = {
    "hypervisors": {"name", "host", "zone", "available", *AMOUNTS},
    "flavors": {"name", "vcpus", "ram", "disk"},
    "servers": {"function", "vdu", "hypervisor", "availability_zone"},
}
"""What each entry of a list of facts has."""


def check_sites(sites: Data) -> None:
    """Refuse sites that are not what the inventory's ``nfv_sites`` has.

    :raises InputError: with the key, and what is expected there
    """
    if not sites:
        raise InputError("there is none; give nfv_sites of an inventory of sites", Place(path="sites"))
    for name, site in sites.items():
        path = f"sites.{name}"
        _mapping(site, path)
        if site.get("role") not in ROLES:
            raise InputError(f"{site.get('role')!r} is none of {', '.join(ROLES)}", Place(path=f"{path}.role"))
        delays = _mapping(site.get("delays") or {}, f"{path}.delays")
        known(delays, sites, f"{path}.delays", "site")
        for key in ("delays", "capacity"):
            for what, amount in _mapping(site.get(key) or {}, f"{path}.{key}").items():
                number(amount, f"{path}.{key}.{what}")
        if not isinstance(site.get("enbs") or [], list | tuple):
            raise InputError("a list of names is expected here", Place(path=f"{path}.enbs"))
        _mappings(site.get("mec_services"), f"{path}.mec_services", {"name"}, "as the sites inventory has it")


def check_facts(facts: Data, sites: Data) -> None:
    """Refuse facts that are not what ``site_info`` tells of a region.

    :raises InputError: with the key, and what is expected there
    """
    known(facts, sites, "facts", "site")
    for site, told in facts.items():
        path = f"facts.{site}"
        _mapping(told, path)
        for key, keys in KEYS.items():
            _mappings(told.get(key), f"{path}.{key}", keys)
        hypervisors = told.get("hypervisors") or ()
        for index, one in enumerate(hypervisors):
            here = f"{path}.hypervisors[{index}]"
            for key in AMOUNTS:
                number(one[key], f"{here}.{key}")
        named(hypervisors, f"{path}.hypervisors")
        for what, amount in _mapping(told.get("limits") or {}, f"{path}.limits").items():
            number(amount, f"{path}.limits.{what}", least=-1)


def _mapping(value: Any, path: str) -> Data:
    if not isinstance(value, Mapping):
        raise InputError("a mapping is expected here", Place(path=path))
    return value


def _mappings(value: Any, path: str, keys: set[str], source: str = "take the answer of site_info") -> None:
    if value is not None and (not isinstance(value, Sequence) or isinstance(value, str)):
        raise InputError("a list is expected here", Place(path=path))
    for index, one in enumerate(value or ()):
        if missing := sorted(keys - _mapping(one, f"{path}[{index}]").keys()):
            raise InputError(f"lacks {', '.join(missing)}; {source}", Place(path=f"{path}[{index}]"))
