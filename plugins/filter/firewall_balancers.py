# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``firewall_balancers``: firewalls of a chain as the two load balancers around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.core.errors import NfvError
from ..module_utils.loadbalancer.firewalls import pair
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: firewall_balancers
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Describe the two load balancers around the firewalls of a chain
description:
  - Takes one description of firewalls and answers those of two load balancers, C(outside) and C(inside), which the role
    P(superfluidity.nfv.load_balancer#role) and the modules take.
  - Both directions of a flow pass the same firewall, whoever began it, as the outer balancer chooses by the source address
    and the inner one by the destination address. All flows of an address outside go through one firewall.
  - HAProxy and NetScaler can do this. Octavia cannot, as it does not choose by the destination address.
options:
  _input:
    description:
      - C(name), from which the names of the balancers are made.
      - C(outside) and C(inside), each with C(virtual_ip) and C(port) of the balancer there.
      - C(firewalls), a list, each with C(name), its addresses C(outside) and C(inside), and perhaps C(port), which is one for
        both sides or one by side, C(weight) and C(enabled).
      - What both balancers share, of C(protocol), C(health_check), C(timeouts) and C(limits).
    type: dict
    required: true
seealso:
  - module: superfluidity.nfv.haproxy_load_balancer
"""

EXAMPLES = r"""
- name: Balance the outer side of two firewalls
  ansible.builtin.include_role:
    name: superfluidity.nfv.load_balancer
  vars:
    load_balancer_balancers: ["{{ (firewalls | superfluidity.nfv.firewall_balancers).outside }}"]
    firewalls:
      name: gate
      outside: {virtual_ip: 192.0.2.1, port: 443}
      inside: {virtual_ip: 198.51.100.1, port: 443}
      firewalls:
        - {name: fw-1, outside: 192.0.2.11, inside: 198.51.100.11}
        - {name: fw-2, outside: 192.0.2.12, inside: 198.51.100.12}
      health_check: {type: tcp, interval: 2, timeout: 1}
"""

RETURN = r"""
_value:
  description: The descriptions C(outside) and C(inside), each the options of a load balancer.
  type: dict
"""


def firewall_balancers(described: Any) -> dict[str, dict[str, Any]]:
    try:
        return pair(plain(described))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"firewall_balancers": firewall_balancers}
