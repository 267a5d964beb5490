#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A load balancer on a plain server: a HAProxy of its own."""

from __future__ import annotations

DOCUMENTATION = r"""
module: haproxy_load_balancer
short_description: Keep a load balancer running on a plain server, with HAProxy
version_added: "0.1.0"
description:
  - Runs a HAProxy of its own for the load balancer, beside any that the server has, and keeps its configuration.
  - The configuration is tried with C(haproxy -c) before it replaces the one before. Then a new worker takes over the
    sockets, and the old one ends its connections, so no client is refused.
  - Where only weights and states of members differ, they are changed in the running process.
  - A configuration that cannot be served, such as one with a port that somebody else has, is taken back.
  - All of it lives in the folder O(root)/O(service)/O(name), as the processes of M(superfluidity.nfv.server_process) do, and
    M(superfluidity.nfv.service_info) lists it with them. O(state=absent) ends it and removes that folder and nothing else.
  - The address of a member may be a name that the server knows; each run looks it up.
  - Clients that O(persistence) remembers are remembered by the next worker too.
  - It is not started again when the server boots; run the playbook again then. It needs no systemd.
extends_documentation_fragment:
  - superfluidity.nfv.load_balancer
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    description: Needs the C(/proc) filesystem.
    platforms: linux
requirements:
  - haproxy >= 2.6
options:
  service:
    description: The service that the load balancer belongs to.
    type: str
    default: load-balancing
  function:
    description: The function of the service that it carries out.
    type: str
  program:
    description: The name or the path of HAProxy.
    type: str
    default: haproxy
  drain:
    description: After how many seconds connections are cut that a worker still has when it is to end.
    type: int
    default: 300
  root:
    description: The folder under which all services keep their processes.
    type: path
    default: /var/lib/superfluidity/services
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Balance two web servers
  superfluidity.nfv.haproxy_load_balancer:
    name: web
    virtual_ip: 192.0.2.10
    port: 80
    protocol: http
    algorithm: least_connections
    persistence: {type: cookie}
    members:
      - {address: 192.0.2.21, port: 8080}
      - {address: 192.0.2.22, port: 8080, weight: 2}
      - {address: 192.0.2.23, port: 8080, backup: true}
    health_check: {type: http, path: /health}

- name: Remove it
  superfluidity.nfv.haproxy_load_balancer:
    name: web
    state: absent
"""

RETURN = r"""
load_balancer:
  description: The load balancer as it is after the run; null where there is none.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    pid:
      description: The process id of HAProxy's master; null where it does not run.
      type: int
    folder:
      description: Where its configuration and log are.
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
    - {action: update, kind: load_balancer, name: web}
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..module_utils.clients.host import haproxy as server
from ..module_utils.clients.host import names, processes
from ..module_utils.core.plan import Change, Plan, carry_out
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.loadbalancer import haproxy
from ..module_utils.loadbalancer.load_balancer_options import HAPROXY, OPTIONS, REQUIRED_IF, describe, place

SPEC = ArgumentSpec({**OPTIONS, **HAPROXY, "root": {"type": "path", "default": processes.ROOT}}, required_if=REQUIRED_IF)


class HaproxyLoadBalancer:
    """One load balancer in one state; an acting verb (see ``glue.boundary.Acting``)."""

    def __init__(self, options: Mapping[str, Any]):
        self._name, service, drain = place(options)
        self._record = {"service": service, "name": self._name, "function": options["function"]}
        folder = Path(options["root"]) / service / self._name
        self._client = server.Haproxy(folder, options["program"], haproxy.SOCKET, haproxy.BACKEND, drain)
        self._goal = None
        if options["state"] == "present":
            balancer = describe({**options, "members": names.with_addresses(options["members"])}, "haproxy")
            self._goal = haproxy.wanted(balancer, server.serving_user(), drain)

    def read(self) -> dict[str, Any]:
        current = self._client.read()
        if self._goal and (current or {}).get("configuration") != self._goal.text.splitlines():
            self._client.try_out(self._goal.text)
        return {} if current is None else {self._name: current}

    def difference(self, current: Mapping[str, Any]) -> Plan:
        return haproxy.plan(current, self._name, self._goal, self._record["function"])

    def apply(self, plan: Plan) -> None:
        carry_out(plan, self._execute)

    def _execute(self, change: Change) -> None:
        if self._goal is None:
            self._client.end()
        elif (words := haproxy.runtime(change)) is None:
            self._client.bring(self._goal.text, self._goal.digest, self._record)
        else:
            self._client.change(self._goal.text, words)

    def result(self) -> dict[str, Any]:
        warnings = self._client.warnings(self._goal.text) if self._goal else []
        return {"load_balancer": self._client.facts(self._name), "warnings": warnings}


def main() -> None:
    run_acting(SPEC, HaproxyLoadBalancer)


if __name__ == "__main__":
    main()
