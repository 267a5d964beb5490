#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service consists of now."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service_info
short_description: Tell what a service consists of now
version_added: "0.1.0"
description:
  - Reads, at one VIM, everything that bears the marks of a service - stacks and their resources, servers and ports of an
    OpenStack region; objects of a Kubernetes cluster; processes of a plain server, and its routes in service chains.
  - Run it on all hosts of a sites inventory and each host tells its own part.
extends_documentation_fragment:
  - superfluidity.nfv.openstack
  - superfluidity.nfv.kubernetes
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.info
attributes:
  platform:
    platforms: posix
options:
  vim:
    description: The kind of the VIM to ask.
    type: str
    choices: [openstack, kubernetes, server]
    required: true
  service:
    description: The service to tell of; without it, all services.
    type: str
  root:
    description: The folder under which a plain server keeps the processes of services and the records of their routes.
    type: path
    default: /var/lib/superfluidity/services
  wait:
    description: Means nothing here, for nothing is made; every module that talks to OpenStack takes it.
    type: bool
    default: true
  timeout:
    description: As O(wait); O(api_timeout) limits how long one answer may take.
    type: int
    default: 600
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: What does the service consist of in this region?
  superfluidity.nfv.service_info:
    vim: openstack
    cloud: edge-1
    service: video

- name: And in this cluster?
  superfluidity.nfv.service_info:
    vim: kubernetes
    kubeconfig: ~/.kube/config
    context: edge-1
    service: video

- name: And on the plain servers of a sites inventory, where this runs on the servers themselves?
  superfluidity.nfv.service_info:
    vim: server
    service: video
"""

RETURN = r"""
parts:
  description: The parts, each with at least C(service), C(kind), C(name), C(id) and C(status).
  returned: success
  type: list
  elements: dict
  sample:
    - {service: video, kind: stack, name: video-edge-1, id: 0f1c, status: CREATE_COMPLETE}
    - {service: video, kind: server, name: video-tof, id: 9ab2, status: ACTIVE, function: tof, vdu: tof, addresses: [10.20.0.5]}
hypervisors:
  description: The hypervisors of an OpenStack region and how full they are; null for who is no administrator.
  returned: for C(vim=openstack)
  type: list
  elements: dict
  sample: [{name: node-1, host: node-1, available: true, vcpus: 24, vcpus_used: 2, memory: 98304, memory_used: 4096}]
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..module_utils.chaining import srv6_plan, srv6_routes
from ..module_utils.clients.host import processes, segment_routing
from ..module_utils.clients.kubernetes import inventory as kubernetes
from ..module_utils.clients.openstack import inventory as openstack
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.glue.options import KUBERNETES, OPENSTACK

SPEC = OPENSTACK.merge(
    KUBERNETES,
    ArgumentSpec(
        {
            "vim": {"type": "str", "choices": ["openstack", "kubernetes", "server"], "required": True},
            "service": {"type": "str"},
            "root": {"type": "path", "default": processes.ROOT},
        }
    ),
)


def _place(options: Mapping[str, Any]) -> tuple[str, str | None]:
    return options["root"], options["service"]


def _routes(root: str, service: str | None) -> list[dict[str, Any]]:
    return segment_routing.parts(root, service, srv6_routes, srv6_plan)


Read = Callable[[Mapping[str, Any]], dict[str, Any]]

VIMS: Mapping[str, Read] = {
    "openstack": lambda options: openstack.consists_of(options, options["service"]),
    "kubernetes": lambda options: {"parts": kubernetes.parts(options, options["service"])},
    "server": lambda options: {"parts": [*processes.parts(*_place(options)), *_routes(*_place(options))]},
}


def main() -> None:
    run_module(SPEC, lambda options: VIMS[options["vim"]](options))


if __name__ == "__main__":
    main()
