#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of a NetScaler in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_server
short_description: Keep servers of a NetScaler
version_added: "0.1.0"
description:
  - Makes, changes, disables and removes servers, which are the addresses that services and members of groups run on.
  - The options are those of the classic module of this name, so that its playbooks run unchanged. A change of O(disabled) alone
    is a change and is reported.
  - A server that is removed takes the services on it along.
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
        description: Whether the server is to be there.
        type: str
        choices: [present, absent]
      ipv6address:
        description: Whether O(domain) is resolved to IPv6 addresses. Fixed once the server is made.
        type: bool
      disabled:
        description: Whether the server, and with it all services on it, is out of service.
        type: bool
      <<: &server
        name:
          description: The name of the server.
          type: str
        ipaddress:
          description: Its address, IPv4 or IPv6. To make a server this is needed, or O(domain).
          type: str
        domain:
          description: Its domain name. Fixed once the server is made.
          type: str
        translationip:
          description: The network that addresses found for O(domain) are mapped to.
          type: str
        translationmask:
          description: The mask of that network.
          type: str
        domainresolveretry:
          description: Seconds until a domain name that was not found is asked for again.
          type: int
        querytype:
          description: Which DNS records are asked for. Fixed once the server is made.
          type: str
          choices: [A, AAAA, SRV]
        comment:
          description: Whatever one wants to say of it. An empty text removes what is there.
          type: str
        td:
          description: The traffic domain. Fixed once it is made.
          type: int
        graceful:
          description: With O(disabled=true), whether open connections may come to their end.
          type: bool
        delay:
          description: With O(disabled=true), seconds that pass before it is out of service.
          type: int
  <<: *server
  state:
    description: Whether the server is to be there.
    type: str
    choices: [present, absent]
    default: present
  ipv6address:
    description: Whether O(domain) is resolved to IPv6 addresses. Fixed once the server is made.
    type: bool
    default: false
  disabled:
    description: Whether the server, and with it all services on it, is out of service.
    type: bool
    default: false
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Have a server
  superfluidity.nfv.netscaler_server:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: server-1
    ipaddress: 192.168.1.1

- name: Take it out of service, once its clients are done
  superfluidity.nfv.netscaler_server:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: server-1
    disabled: true
    graceful: true

- name: Have two, or none of them
  superfluidity.nfv.netscaler_server:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    bulk:
      - {name: server-2, ipaddress: 192.168.1.2}
      - {name: server-3, domain: web.example.com}
"""

RETURN = r"""
object:
  description: The server as the appliance tells it after the run; null where there is none, and with O(bulk).
  returned: success
  type: dict
  contains:
    resource:
      description: NITRO's name of what it is.
      type: str
      sample: server
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
    - {action: create, kind: server, name: server-1}
"""

from ..module_utils.clients.nitro.configuration import Configuration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER, NETSCALER_KEPT
from ..module_utils.loadbalancer import netscaler_options as asked
from ..module_utils.loadbalancer.netscaler_plan import plan

KIND = "server"
SPEC = NETSCALER.merge(NETSCALER_KEPT, ArgumentSpec(asked.of_one(KIND))).or_many("name", "bulk", asked.of_each(KIND))


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: Configuration.of_task(sessions, options, asked.all_wanted(KIND, options), plan))


if __name__ == "__main__":
    main()
