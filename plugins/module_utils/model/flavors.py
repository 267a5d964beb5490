# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a region's flavors a VM gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.errors import InputError
from .hardware import PLAIN, hardware_specs, offers

DEFAULT_FLAVOR = "small"
"""The flavor of a VDU that states no size."""


EXTRA_SPECS = {"cpu_policy": ("hw:cpu_policy", "shared"), "memory_page_size": ("hw:mem_page_size", "small")}
"""Property of a VDU → the extra spec that Nova reads, and what it means that a flavor has none."""


def extra_specs(vdu: Mapping[str, Any]) -> dict[str, str]:
    """The extra specs of a flavor made for ``vdu``."""
    specs = {key: str(vdu[name]) for name, (key, _default) in EXTRA_SPECS.items() if name in vdu}
    return specs | hardware_specs(vdu.get("hardware", {}))


def choose_flavor(vdu: Mapping[str, Any], flavors: Sequence[Mapping[str, Any]], default: str = DEFAULT_FLAVOR) -> str:
    """The flavor that ``vdu`` names; else the smallest of ``flavors`` that holds it; else the default.

    ``flavors`` are what the site offers, with name, vcpus, ram (MiB), disk (GiB) and perhaps extra_specs. The smallest
    has the fewest vcpus, then the least ram, then the least disk, then the fewest extra specs, then the first name. One whose
    policy for processors or whose size of pages is another than the VDU asks for does not hold it, nor does one without its
    hardware.

    :raises InputError: none of ``flavors`` holds it
    """
    if "flavor" in vdu:
        return vdu["flavor"]
    wanted = {"vcpus": vdu.get("vcpus"), "ram": vdu.get("memory"), "disk": vdu.get("storage")}
    wanted = {key: size for key, size in wanted.items() if size is not None}
    specs = extra_specs(vdu)
    if not flavors or not (wanted or specs):
        return default
    fits = [one for one in flavors if all(one[key] >= size for key, size in wanted.items()) and _has(one, specs)]
    if not fits:
        told = [f"{size} {key}" for key, size in wanted.items()] + [f"{key}={value}" for key, value in specs.items()]
        raise InputError(f"no flavor of the site holds {vdu['name']} ({', '.join(told)}); add one or name it as flavor")
    return min(fits, key=_order)["name"]


def _has(flavor: Mapping[str, Any], specs: Mapping[str, str]) -> bool:
    defaults = dict(EXTRA_SPECS.values())
    if defaults.keys() & (flavor.get("extra_specs") or {}).keys():  # which Nova can see to on one node alone
        defaults[PLAIN["numa_nodes"]] = "1"
    has = defaults | {key: str(value) for key, value in (flavor.get("extra_specs") or {}).items()}
    return all(offers(has.get(key), key, value) for key, value in specs.items())


def _order(flavor: Mapping[str, Any]) -> tuple[Any, ...]:
    return flavor["vcpus"], flavor["ram"], flavor["disk"], len(flavor.get("extra_specs") or ()), flavor["name"]
