#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a VIM offers now."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_info
short_description: Tell what a VIM offers now
version_added: "0.1.0"
description:
  - Reads, at one VIM, what a service may use there - flavors, limits, zones and networks of an OpenStack region; nodes of a
    Kubernetes cluster with their capacity.
  - The inventory plugin P(superfluidity.nfv.sites#inventory) tells the same of all VIMs as C(nfv_facts), where asked to.
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
    choices: [openstack, kubernetes]
    required: true
  service:
    description: The name of a service whose servers are told, too, with the hypervisor each runs on.
    type: str
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Which flavors has this region?
  superfluidity.nfv.site_info:
    vim: openstack
    cloud: edge-1
  register: site

- name: Take the smallest that holds each VDU
  ansible.builtin.set_fact:
    template: "{{ service | superfluidity.nfv.to_heat('edge-1', role='edge', flavors=site.facts.flavors) }}"

- name: Which nodes has this cluster?
  superfluidity.nfv.site_info:
    vim: kubernetes
    kubeconfig: ~/.kube/config
    context: edge-1
"""

RETURN = r"""
facts:
  description:
    - Of OpenStack C(flavors), C(limits) of the project, C(hypervisors) (null for who is no administrator),
      C(servers) of the service that was named, C(availability_zones) and C(networks).
    - Of Kubernetes C(nodes).
  returned: success
  type: dict
  sample:
    flavors: [{name: small, vcpus: 1, ram: 2048, disk: 20, extra_specs: {}}]
    limits: {total_cores: 20, total_cores_used: 4, total_ram: 51200, total_ram_used: 4096, instances: 10, instances_used: 2}
    hypervisors:
      - {name: node-1, host: node-1, zone: nova, available: true, vcpus: 24, vcpus_used: 2, memory: 98304, memory_used: 4096}
    servers: [{name: video-cache-cache-vm, function: cache, vdu: cache-vm, hypervisor: node-1, availability_zone: null}]
    availability_zones: [nova]
    networks: [{id: 5f0e, name: public, external: true, shared: true, mtu: 1500}]
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..module_utils.clients.kubernetes import site_facts as kubernetes
from ..module_utils.clients.openstack import site_facts as openstack
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.glue.options import KUBERNETES, OPENSTACK

SPEC = OPENSTACK.merge(
    KUBERNETES,
    ArgumentSpec(
        {"vim": {"type": "str", "choices": ["openstack", "kubernetes"], "required": True}, "service": {"type": "str"}}
    ),
)

VIMS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "openstack": openstack.site_facts,
    "kubernetes": kubernetes.site_facts,
}


def main() -> None:
    run_module(SPEC, lambda options: {"facts": VIMS[options["vim"]](options)})


if __name__ == "__main__":
    main()
