#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service chains at an ingress, by segment routing over IPv6."""

from __future__ import annotations

DOCUMENTATION = r"""
module: srv6_chain
short_description: Lead packets through a chain of service functions by segment routing over IPv6
version_added: "0.1.0"
description:
  - Gives packets to a prefix, at the ingress of the network, the list of segments that they are to pass - one for each service
    function, and the last for the egress. A chain is one route of this host, and no other host knows of it.
  - What a node does with a segment is the matter of M(superfluidity.nfv.srv6_sid). The way back is a chain of its own, at the
    egress.
  - Several chains are made with one run of the program C(ip). Afterwards the routes are read again, and one that is not what
    was asked for is removed and reported.
  - Routes are ours by their protocol number (O(protocol)). Others are never changed, and where one would keep a chain from
    having an effect, nothing is changed.
  - Routes and settings are gone after a reboot of the host; run the playbook again then.
extends_documentation_fragment:
  - superfluidity.nfv.srv6
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    description: Needs Linux with segment routing (C(CONFIG_IPV6_SEG6_LWTUNNEL)), the program C(ip) of iproute2, and root.
    platforms: linux
options:
  name:
    description:
      - The name of the chain, for the plan and for messages.
      - The kernel keeps no names. A chain is known by its prefix and table, so that one whose prefix changes is another one;
        O(purge=true) removes the old one.
    type: str
  prefix:
    description:
      - The packets of the chain, by their destination - IPv6 or IPv4.
      - Of two prefixes that overlap the longer one decides, as with all routes.
    type: str
  segments:
    description:
      - The segments in the order in which they are passed; IPv6 addresses, at most 59 (58 with O(mode=inline)).
      - They together must not exceed 1023 characters.
    type: list
    elements: str
  mode:
    description:
      - V(encap) puts an outer header before the packet, V(encap.red) too and leaves the first segment out of its list.
      - V(inline) puts the list into the packet itself, for IPv6 alone. The nodes need no decapsulation, but the last segment.
      - V(l2encap) and V(l2encap.red) take the whole Ethernet frame along, for an egress with C(End.DX2).
    type: str
    choices: [encap, encap.red, inline, l2encap, l2encap.red]
    default: encap
  gateway:
    description: A neighbour that the route names; it is not needed, since the way to the first segment is looked up.
    type: str
  preferred_source:
    description:
      - The source address of packets that this host itself begins, one of its own.
      - Without it the kernel takes one of the device.
    type: str
  source:
    description:
      - The source address of outer headers, for the whole host. Without it the kernel takes one of the device.
      - O(state=absent) leaves it as it is.
    type: str
  chains:
    description: Several chains, each with the options of one; what one leaves out is taken from the task.
    type: list
    elements: dict
    suboptions:
      name:
        description: As O(name); each chain has its own.
        type: str
      prefix:
        description: As O(prefix).
        type: str
      segments:
        description: As O(segments).
        type: list
        elements: str
      mode:
        description: As O(mode).
        type: str
        choices: [encap, encap.red, inline, l2encap, l2encap.red]
      gateway:
        description: As O(gateway).
        type: str
      preferred_source:
        description: As O(preferred_source).
        type: str
      device:
        description: As O(device).
        type: str
      metric:
        description: As O(metric).
        type: int
      route_table:
        description: As O(route_table).
        type: int
      state:
        description: As O(state).
        type: str
        choices: [present, absent]
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Lead packets to the servers through firewall and cache, to be taken out at the egress
  superfluidity.nfv.srv6_chain:
    name: web
    prefix: 2001:db8:b::/64
    device: eth0
    segments: [fc00:2::1, fc00:3::1, fc00:4::d6]
    source: fc00:1::1

- name: Leave the cache out; nothing changes but at the ingress
  superfluidity.nfv.srv6_chain:
    name: web
    prefix: 2001:db8:b::/64
    device: eth0
    segments: [fc00:2::1, fc00:4::d6]

- name: Have these chains and no other
  superfluidity.nfv.srv6_chain:
    device: eth0
    purge: true
    chains:
      - {name: web, prefix: "2001:db8:b::/64", segments: ["fc00:2::1", "fc00:3::1", "fc00:4::d6"]}
      - {name: old, prefix: 198.51.100.0/24, segments: ["fc00:2::1", "fc00:4::d4"]}

- name: Remove one
  superfluidity.nfv.srv6_chain:
    prefix: 2001:db8:b::/64
    state: absent
"""

RETURN = r"""
chains:
  description: All chains of this host that are ours, as they are after the run; in check mode as they were before it.
  returned: success
  type: list
  elements: dict
  sample:
    - name: web
      prefix: 2001:db8:b::/64
      route_table: 254
      metric: 100
      mode: encap
      segments: ["fc00:2::1", "fc00:3::1", "fc00:4::d6"]
      device: eth0
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: chain, name: "web (2001:db8:b::/64)"}
"""

from ..module_utils.chaining import srv6, srv6_plan, srv6_routes
from ..module_utils.clients.host import processes
from ..module_utils.clients.host.segment_routing import SegmentRouting
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import Options, run_acting
from ..module_utils.glue.options import SRV6, SRV6_ROUTE

OWN = {
    **{name: {"type": "str"} for name in ("name", "prefix", "gateway", "preferred_source")},
    "segments": {"type": "list", "elements": "str"},
    "mode": {"type": "str", "choices": list(srv6.MODES)},
}
ONE = ArgumentSpec(
    {
        **OWN,
        "root": {"type": "path", "default": processes.ROOT},
        "mode": {**OWN["mode"], "default": "encap"},
        "source": {"type": "str"},
    },
    mutually_exclusive=(("name", "chains"),),
)
SPEC = SRV6_ROUTE.merge(ONE, SRV6).or_many("prefix", "chains", {**SRV6_ROUTE.argument_spec, **OWN})


def main() -> None:
    run_acting(SPEC, verb)


def verb(options: Options) -> SegmentRouting:
    return SegmentRouting("chains", srv6.chains(options), srv6_routes, srv6_plan, options["root"])


if __name__ == "__main__":
    main()
