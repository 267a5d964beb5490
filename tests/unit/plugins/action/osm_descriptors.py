# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors to be onboarded in tests."""

from __future__ import annotations

from typing import Any


def vnfd(
    name: str = "cache", cpus: int = 1, version: str = "1.0", most: int = 4, step: int = 1, start: int = 1
) -> dict[str, Any]:
    """One VDU ``vm`` that begins with ``start`` and may be scaled ``most`` times by ``step``."""
    delta = {"id": "d", "vdu-delta": [{"id": "vm", "number-of-instances": step}]}
    return {
        "vnfd": {
            "id": name,
            "product-name": name,
            "software-version": version,
            "mgmt-cp": "mgmt",
            "vdu": [{"id": "vm", "virtual-compute-desc": "size", "int-cpd": [{"id": "mgmt"}]}],
            "virtual-compute-desc": [{"id": "size", "virtual-cpu": {"num-virtual-cpu": cpus}}],
            "ext-cpd": [{"id": "mgmt", "int-cpd": {"vdu-id": "vm", "cpd": "mgmt"}}],
            "df": [
                {
                    "id": "default",
                    "instantiation-level": [{"id": "l", "vdu-level": [{"vdu-id": "vm", "number-of-instances": start}]}],
                    "scaling-aspect": [{"id": "more", "max-scale-level": most, "aspect-delta-details": {"deltas": [delta]}}],
                }
            ],
        }
    }


def nsd(*vnfds: str, name: str = "video", description: str = "of a test") -> dict[str, Any]:
    """A network service of one VNF of each VNFD, numbered from 1."""
    names = vnfds or ("cache",)
    profiles = [{"id": str(number), "vnfd-id": one} for number, one in enumerate(names, 1)]
    link = {"id": "mgmt", "mgmt-network": True}
    inner = {
        "id": name,
        "name": name,
        "description": description,
        "vnfd-id": [*dict.fromkeys(names)],
        "virtual-link-desc": [link],
    }
    return {"nsd": {"nsd": [{**inner, "df": [{"id": "default", "vnf-profile": profiles}]}]}}


VIDEO = {"name": "video", "vim_account": "lab", "descriptors": [vnfd(), nsd()]}
"""The options of ``osm_service`` that most tests begin with."""
