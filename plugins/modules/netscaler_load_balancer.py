# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A described load balancer at a NetScaler."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_load_balancer
short_description: Keep a load balancer of a description at a NetScaler
version_added: "0.1.0"
description:
  - Makes a virtual server, a group of services with the members, and a monitor, and sends only what differs.
  - A virtual server or a group of the name without the comment that this module gives, C(superfluidity.nfv:load-balancer=) and
    the name, belongs to somebody else and is refused. All that one with the comment holds belongs to this module, so members
    and monitors that somebody bound by hand are unbound.
  - New members are bound before old ones go. A weight, a state, an address or the kind of the health check changes in place,
    and no member leaves service for it.
  - The monitor is called by O(name), the type of the probe and C(@superfluidity.nfv). Servers are made and removed by the
    appliance itself, and one that is there for an address is used.
  - What is to be made is made as a whole, as the other modules for a NetScaler do it; where the appliance refuses or is gone
    in between, what was made is taken back, or named where that fails.
extends_documentation_fragment:
  - superfluidity.nfv.load_balancer
  - superfluidity.nfv.netscaler
  - superfluidity.nfv.netscaler.kept
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
seealso:
  - module: superfluidity.nfv.netscaler_save_config
  - module: superfluidity.nfv.haproxy_load_balancer
  - module: superfluidity.nfv.octavia_load_balancer
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Balance two web servers
  superfluidity.nfv.netscaler_load_balancer:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: web
    virtual_ip: 192.0.2.10
    port: 80
    protocol: http
    algorithm: least_response_time
    persistence: {type: cookie, timeout: 1800}
    members:
      - {address: 192.0.2.21, port: 8080}
      - {address: 192.0.2.22, port: 8080, weight: 2}
      - {address: 192.0.2.23, port: 8080, backup: true}
    health_check: {type: http, path: /health}

- name: Remove it
  superfluidity.nfv.netscaler_load_balancer:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: web
    state: absent
"""

RETURN = r"""
load_balancer:
  description: The load balancer as the appliance tells it after the run; null where there is none.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    virtual_ip:
      description: Its address.
      type: str
    port:
      description: Its port.
      type: int
    status:
      description: What the appliance says of the virtual server, such as V(UP).
      type: str
    members:
      description: Its members by name, each with C(weight), C(enabled) and C(status), such as V(UP).
      type: dict
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: lbvserver, name: web}
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.clients.nitro.configuration import Configuration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER, NETSCALER_KEPT
from ..module_utils.loadbalancer import netscaler_balancer as asked
from ..module_utils.loadbalancer.load_balancer_options import OPTIONS, REQUIRED_IF, checked_name, describe

SPEC = NETSCALER.merge(NETSCALER_KEPT, ArgumentSpec(OPTIONS, required_if=REQUIRED_IF))


class NetscalerLoadBalancer(Configuration):
    """One load balancer in one state; an acting verb (see ``glue.boundary.Acting``)."""

    def __init__(self, sessions: Sessions, options: Mapping[str, Any]):
        self._name = checked_name(options["name"])
        self._balancer = describe(options, "netscaler") if options["state"] == "present" else None
        wanted = asked.wanted(self._name, self._balancer, recreate=options["recreate"])
        super().__init__(sessions.session(options), wanted, asked.plan, save=options["save_config"])

    def result(self) -> dict[str, Any]:
        told = super().result()
        facts = asked.facts(self._name, self._balancer, told["objects"])
        return {"load_balancer": facts, "warnings": told["warnings"]}


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: NetscalerLoadBalancer(sessions, options))


if __name__ == "__main__":
    main()
