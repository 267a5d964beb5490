#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VXLANs of a NetScaler in one state, such as the end of a service chain's tunnel."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_vxlan
short_description: Keep VXLANs of a NetScaler, for a service function that speaks NSH
version_added: "0.1.0"
description:
  - Makes, changes and removes VXLANs, and binds addresses of the appliance to them.
  - With O(type=VXLANGPE) and O(protocol=NSH) an appliance takes packets of a service chain, serves them and sends them back
    with their header (NSH, RFC 8300). NITRO has nothing else of it to set, no path and no index.
  - That the appliance then does so was not tried here, for it takes a real one.
extends_documentation_fragment:
  - superfluidity.nfv.netscaler
  - superfluidity.nfv.netscaler.kept
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  bulk:
    description:
      - Several of them, each with the options of one; what one leaves out is taken from the task.
      - What is to be made is sent in few calls. Where one of these is refused, what the run has made is taken back.
    type: list
    elements: dict
    suboptions:
      state:
        description: Whether the VXLAN is to be there.
        type: str
        choices: [present, absent]
      <<: &vxlan
        id:
          description: The number of the VXLAN (VNI), from 1 to 16777215.
          type: int
        vlan:
          description: The VLAN whose traffic it carries.
          type: int
        port:
          description: The UDP port of its packets; the appliance's default is 4789, that of VXLAN-GPE is 4790.
          type: int
        dynamicrouting:
          description: Whether routes are exchanged over it.
          type: str
          choices: [enabled, disabled]
        ipv6dynamicrouting:
          description: Whether IPv6 routes are exchanged over it.
          type: str
          choices: [enabled, disabled]
        type:
          description: V(VXLAN), or V(VXLANGPE), which tells the protocol inside. Fixed once it is made.
          type: str
          choices: [VXLAN, VXLANGPE]
        protocol:
          description:
            - The protocol inside V(VXLANGPE). V(NSH) makes the appliance a service function of a chain. Fixed once it is made.
          type: str
          choices: [ETHERNET, IPv4, IPv6, NSH]
        innervlantagging:
          description: Whether packets inside carry VLAN tags.
          type: str
          choices: [enabled, disabled]
        srcips:
          description:
            - Addresses of the appliance that packets are sent from, all of them.
            - Without this option they are left alone.
          type: list
          elements: str
        nsips:
          description:
            - Addresses of the appliance inside the VXLAN, all of them.
            - Without this option they are left alone.
          type: list
          elements: dict
          suboptions:
            ipaddress:
              description: An address. Each entry needs one.
              type: str
            netmask:
              description: Its mask. Each entry needs one.
              type: str
  <<: *vxlan
  state:
    description: Whether the VXLAN is to be there.
    type: str
    choices: [present, absent]
    default: present
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Make the appliance a service function of chains
  superfluidity.nfv.netscaler_vxlan:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    id: 100
    type: VXLANGPE
    protocol: NSH
    port: 4790
    srcips: [10.0.0.7]
"""

RETURN = r"""
object:
  description: The VXLAN as the appliance tells it after the run; null where there is none, and with O(bulk).
  returned: success
  type: dict
  contains:
    resource:
      description: NITRO's name of what it is.
      type: str
      sample: vxlan
    name:
      description: Its name.
      type: str
    attributes:
      description: Its attributes, without secrets.
      type: dict
    bindings:
      description: What is bound to it, by NITRO's name of the binding, as far as the options speak of it.
      type: dict
objects:
  description: The same for each of O(bulk), in its order; without it a list of one.
  returned: success
  type: list
  elements: dict
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: vxlan, name: "100"}
"""

from ..module_utils.clients.nitro.configuration import Configuration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER, NETSCALER_KEPT
from ..module_utils.loadbalancer import netscaler_options as asked
from ..module_utils.loadbalancer.netscaler_plan import plan

KIND = "vxlan"
SPEC = NETSCALER.merge(NETSCALER_KEPT, ArgumentSpec(asked.of_one(KIND))).or_many("id", "bulk", asked.of_each(KIND))


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: Configuration.of_task(sessions, options, asked.all_wanted(KIND, options), plan))


if __name__ == "__main__":
    main()
