#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NetScaler has and how it fares."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_info
short_description: Tell what a NetScaler has and how it fares
version_added: "0.1.0"
description:
  - Reads servers, services, groups, virtual servers, monitors and VXLANs, with what is bound to them and their statistics.
  - Tells the role of the node in its pair, and whether there is something to save.
extends_documentation_fragment:
  - superfluidity.nfv.netscaler
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.info
attributes:
  platform:
    platforms: posix
options:
  resources:
    description: What to read, by NITRO's names; all of it unless given.
    type: list
    elements: str
    choices: [lbmonitor, server, service, servicegroup, lbvserver, vxlan]
  names:
    description: The objects to read; all of them unless given. One that is not there is left out.
    type: list
    elements: str
  bindings:
    description: Whether what is bound to them is read, too.
    type: bool
    default: false
  statistics:
    description: Whether the statistics of services, groups and virtual servers are read, too.
    type: bool
    default: false
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Which services are down?
  superfluidity.nfv.netscaler_info:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    resources: [service]
  register: appliance

- name: Name them
  ansible.builtin.debug:
    msg: "{{ appliance.resources.service | rejectattr('svrstate', 'equalto', 'UP') | map(attribute='name') }}"

- name: What is behind a virtual server, and how many requests has it had?
  superfluidity.nfv.netscaler_info:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    resources: [lbvserver]
    names: [video]
    bindings: true
    statistics: true
"""

RETURN = r"""
resources:
  description: The objects of each resource, with NITRO's attributes, without secrets; with O(bindings) what is bound, too.
  returned: success
  type: dict
  sample: {service: [{name: video-1, servicetype: HTTP, ipaddress: 10.78.1.1, port: 80, svrstate: UP}]}
statistics:
  description: With O(statistics) what NITRO counts of each service, group and virtual server.
  returned: success
  type: dict
  sample: {lbvserver: [{name: video, state: UP, tothits: "1200"}]}
node:
  description: The node itself; what the user may not see is null.
  returned: success
  type: dict
  contains:
    role:
      description: Its role in its pair, such as V(Primary).
      type: str
    unsaved:
      description: Whether the configuration was changed since it was saved.
      type: bool
    version:
      description: The version of its software.
      type: str
"""

from ..module_utils.clients.nitro.facts import facts
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.glue.options import NETSCALER
from ..module_utils.model.netscaler.resources import RESOURCES

SPEC = NETSCALER.merge(
    ArgumentSpec(
        {
            "resources": {"type": "list", "elements": "str", "choices": list(RESOURCES)},
            "names": {"type": "list", "elements": "str"},
            "bindings": {"type": "bool", "default": False},
            "statistics": {"type": "bool", "default": False},
        }
    )
)


def main() -> None:
    with Sessions() as sessions:
        run_module(SPEC, lambda options: facts(sessions, options))


if __name__ == "__main__":
    main()
