# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a region's flavors a VM gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.errors import InputError

DEFAULT_FLAVOR = "small"
"""The flavor of a VDU that states no size."""


def choose_flavor(vdu: Mapping[str, Any], flavors: Sequence[Mapping[str, Any]], default: str = DEFAULT_FLAVOR) -> str:
    """The flavor that ``vdu`` names; else the smallest of ``flavors`` that holds it; else the default.

    ``flavors`` are what the site offers, with name, vcpus, ram (MiB) and disk (GiB). The smallest
    has the fewest vcpus, then the least ram, then the least disk, then the first name.
    """
    if "flavor" in vdu:
        return vdu["flavor"]
    wanted = {"vcpus": vdu.get("vcpus"), "ram": vdu.get("memory"), "disk": vdu.get("storage")}
    wanted = {key: size for key, size in wanted.items() if size is not None}
    if not flavors or not wanted:
        return default
    fits = [flavor for flavor in flavors if all(flavor[key] >= size for key, size in wanted.items())]
    if not fits:
        sizes = ", ".join(f"{size} {key}" for key, size in wanted.items())
        raise InputError(f"no flavor of the site holds {vdu['name']} ({sizes}); add one or name it as flavor")
    return min(fits, key=lambda one: (one["vcpus"], one["ram"], one["disk"], one["name"]))["name"]
