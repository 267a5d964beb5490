# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VXLANs: with VXLAN-GPE and the protocol NSH, an appliance is a service function that ends a service chain's tunnel.

There is nothing else of NSH to set in NITRO: no path and no index.
"""

from __future__ import annotations

from .table import Attribute, Binding, Resource

VXLAN = Resource(
    "vxlan",
    key="id",
    noun="VXLAN",
    number=16_777_215,
    attributes=(
        Attribute("vlan", "number", low=1, high=4094),
        Attribute("port", "number", low=1, high=65534),
        Attribute("dynamicrouting", "switch"),
        Attribute("ipv6dynamicrouting", "switch"),
        Attribute("type", choices=("VXLAN", "VXLANGPE"), fixed=True),
        Attribute("protocol", choices=("ETHERNET", "IPv4", "IPv6", "NSH"), fixed=True),
        Attribute("innervlantagging", "switch"),
    ),
    bindings=(
        Binding(
            "vxlan_srcip_binding",
            "srcips",
            "id",
            identity=(("srcip",),),
            attributes=(Attribute("srcip", "address"),),
            scalar="srcip",
        ),
        Binding(
            "vxlan_nsip_binding",
            "nsips",
            "id",
            identity=(("ipaddress", "netmask"),),
            attributes=(Attribute("ipaddress", "address"), Attribute("netmask", "address")),
        ),
    ),
)
