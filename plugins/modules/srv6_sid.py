#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Segments of a node of segment routing over IPv6."""

from __future__ import annotations

DOCUMENTATION = r"""
module: srv6_sid
short_description: Say what a node does with packets to a segment of its own
version_added: "0.1.0"
description:
  - Gives a service node, or the egress of a network, segments - addresses with an action. The chains that pass them are made
    with M(superfluidity.nfv.srv6_chain) at the ingress, and this node does not know them.
  - A segment must not be an address of a device of the node, since packets to those go before any route.
  - Several segments are made with one run of the program C(ip). Afterwards the routes are read again, and one that is not what
    was asked for is removed and reported.
  - Routes are ours by their protocol number (O(protocol)). Others are never changed, and where one would keep a segment from
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
  sid:
    description: The segment, an IPv6 address or a prefix.
    type: str
  action:
    description:
      - What becomes of the packets. Linux has no proxy for functions that know nothing of segments.
      - V(End) makes the next segment the destination, V(End.X) too and sends to O(nexthop), V(End.T) looks up in O(table).
      - V(End.DX2), V(End.DX4) and V(End.DX6) take the frame, IPv4 or IPv6 out and send it by O(output_device) or to O(nexthop).
      - V(End.DT4), V(End.DT6) and V(End.DT46) take it out and look it up in O(vrf_table); V(End.DT6) in O(table), too.
      - V(End.B6) and V(End.B6.Encaps) lead it through O(segments), put into the packet or before it.
    type: str
    choices: [End, End.X, End.T, End.DX2, End.DX4, End.DX6, End.DT4, End.DT6, End.DT46, End.B6, End.B6.Encaps]
  nexthop:
    description:
      - A neighbour, IPv4 for O(action=End.DX4), else IPv6.
      - The unspecified address (V(::), V(0.0.0.0)) stands for where the packet's own destination leads.
    type: str
  table:
    description: The number of a routing table.
    type: int
  vrf_table:
    description: The number of the routing table of a VRF, which must exist.
    type: int
  output_device:
    description: The device by which frames leave.
    type: str
  segments:
    description: The list of segments that the packet gets here, as in M(superfluidity.nfv.srv6_chain).
    type: list
    elements: str
  sids:
    description: Several segments, each with the options of one; what one leaves out is taken from the task.
    type: list
    elements: dict
    suboptions:
      sid:
        description: As O(sid).
        type: str
      action:
        description: As O(action).
        type: str
        choices: [End, End.X, End.T, End.DX2, End.DX4, End.DX6, End.DT4, End.DT6, End.DT46, End.B6, End.B6.Encaps]
      nexthop:
        description: As O(nexthop).
        type: str
      table:
        description: As O(table).
        type: int
      vrf_table:
        description: As O(vrf_table).
        type: int
      output_device:
        description: As O(output_device).
        type: str
      segments:
        description: As O(segments).
        type: list
        elements: str
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
- name: Let a firewall that knows segments be passed
  superfluidity.nfv.srv6_sid:
    sid: fc00:2::1
    action: End
    device: eth0

- name: Take IPv6 and IPv4 out at the egress
  superfluidity.nfv.srv6_sid:
    device: eth1
    sids:
      - {sid: "fc00:4::d6", action: End.DX6, nexthop: "2001:db8:b::2"}
      - {sid: "fc00:4::d4", action: End.DX4, nexthop: 198.51.100.2}

- name: Remove one
  superfluidity.nfv.srv6_sid:
    sid: fc00:2::1
    state: absent
"""

RETURN = r"""
sids:
  description: All segments of this host that are ours, as they are after the run; in check mode as they were before it.
  returned: success
  type: list
  elements: dict
  sample:
    - {sid: "fc00:4::d6/128", route_table: 254, metric: 100, action: End.DX6, nh6: "2001:db8:b::2", device: eth1}
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: segment, name: "fc00:4::d6/128"}
"""

from ..module_utils.chaining import srv6, srv6_plan, srv6_routes
from ..module_utils.clients.host import processes
from ..module_utils.clients.host.segment_routing import SegmentRouting
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import Options, run_acting
from ..module_utils.glue.options import SRV6, SRV6_ROUTE

OWN = {
    **{name: {"type": "str"} for name in ("sid", "nexthop", "output_device")},
    **{name: {"type": "int"} for name in ("table", "vrf_table")},
    "action": {"type": "str", "choices": list(srv6.ACTIONS)},
    "segments": {"type": "list", "elements": "str"},
}
ONE = ArgumentSpec({**OWN, "root": {"type": "path", "default": processes.ROOT}})
SPEC = SRV6_ROUTE.merge(ONE, SRV6).or_many("sid", "sids", {**SRV6_ROUTE.argument_spec, **OWN})


def main() -> None:
    run_acting(SPEC, verb)


def verb(options: Options) -> SegmentRouting:
    return SegmentRouting("sids", srv6.segments(options), srv6_routes, srv6_plan, options["root"])


if __name__ == "__main__":
    main()
