#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A described load balancer in OpenStack."""

from __future__ import annotations

DOCUMENTATION = r"""
module: octavia_load_balancer
short_description: Keep a load balancer of a description in OpenStack, with Octavia
version_added: "0.1.0"
description:
  - Makes a load balancer with one listener, its pool, members and monitor, and sends only what differs.
  - A load balancer of the name without the tag that this module gives, C(superfluidity.nfv:load-balancer=) and the name,
    belongs to somebody else and is refused. All that one with the tag holds belongs to this module.
  - What Octavia cannot change is deleted and made again; an object in ERROR too.
  - For a Kubernetes Service there is M(superfluidity.nfv.kuryr_load_balancer).
extends_documentation_fragment:
  - superfluidity.nfv.load_balancer
  - superfluidity.nfv.openstack
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
options:
  vip_subnet:
    description:
      - The subnet, by name or id, in which O(virtual_ip) lies.
      - Required for O(state=present).
    type: str
  member_subnet:
    description: The subnet, by name or id, from which members are reached; O(vip_subnet) if not given.
    type: str
  provider:
    description: Octavia's provider, such as V(amphora) or V(ovn); without it Octavia chooses, and any is right.
    type: str
  tags:
    description: More tags for the load balancer and all that it holds.
    type: list
    elements: str
    default: []
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Balance two web servers
  superfluidity.nfv.octavia_load_balancer:
    cloud: edge-1
    vip_subnet: services
    name: web
    virtual_ip: 10.96.0.20
    port: 80
    protocol: http
    persistence: {type: cookie}
    members:
      - {address: 10.244.0.7, port: 8080}
      - {address: 10.244.0.8, port: 8080, weight: 2}
    health_check: {type: http, path: /health}

- name: Remove it
  superfluidity.nfv.octavia_load_balancer:
    cloud: edge-1
    name: web
    state: absent
"""

RETURN = r"""
load_balancer:
  description:
    - The load balancer as it is after the run; null where there is none.
    - The same as M(superfluidity.nfv.kuryr_load_balancer) returns.
  returned: success
  type: dict
  sample: {id: 0f1c, name: web, vip: 10.96.0.20, status: ACTIVE, listeners: [], pools: [], members: []}
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: update, kind: members, name: "web:HTTP:80"}
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.clients.openstack.load_balancers import LoadBalancer, mark
from ..module_utils.core.plan import Plan
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import OPENSTACK
from ..module_utils.loadbalancer import octavia, octavia_plan
from ..module_utils.loadbalancer.load_balancer_options import OCTAVIA, OPTIONS, REQUIRED_IF, checked_name, describe

SPEC = OPENSTACK.merge(
    ArgumentSpec({**OPTIONS, **OCTAVIA}, required_if=(*REQUIRED_IF, ("state", "present", ("vip_subnet",)))),
)


class OctaviaLoadBalancer:
    """One load balancer in one state; an acting verb (see ``glue.boundary.Acting``)."""

    def __init__(self, options: Mapping[str, Any]):
        self._options = options
        self._name = checked_name(options["name"])
        self._balancer = describe(options, "octavia") if options["state"] == "present" else None
        self._client = LoadBalancer(options, self._name)
        self._wanted = octavia.NOTHING

    def read(self) -> octavia.State:
        if self._balancer:
            options = self._options
            vip = self._client.subnet(options["vip_subnet"], "vip_subnet", self._balancer.address)
            members = self._client.subnet(options["member_subnet"], "member_subnet") if options["member_subnet"] else vip
            tags = (mark(self._name), *options["tags"])
            self._wanted = octavia.wanted(self._balancer, octavia.Placement(vip, members, tags, options["provider"]))
        return self._client.read()

    def difference(self, current: octavia.State) -> Plan:
        return octavia_plan.plan(current, self._wanted)

    def apply(self, plan: Plan) -> None:
        self._client.apply(plan)

    def result(self) -> dict[str, Any]:
        return {"load_balancer": self._client.facts()}


def main() -> None:
    run_acting(SPEC, OctaviaLoadBalancer)


if __name__ == "__main__":
    main()
