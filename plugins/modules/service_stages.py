#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of a service each VIM gets, stage by stage."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service_stages
short_description: Place the functions of a service at the sites, stage by stage
version_added: "0.1.0"
description:
  - Takes a service model and the sites of an inventory and answers, for each stage of the service's order, what each site gets.
  - Refuses a service for which there is no site, or whose site lacks the VIM that a VDU needs, or a chain that is to be led
    by segment routing through a server without a locator.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
options:
  service:
    description: The service model, as M(superfluidity.nfv.nfv_descriptor) returns it.
    type: dict
    required: true
  sites:
    description: The sites by name, as the inventory P(superfluidity.nfv.sites#inventory) gives them in C(nfv_sites).
    type: dict
    required: true
seealso:
  - plugin: superfluidity.nfv.to_heat
    plugin_type: filter
  - plugin: superfluidity.nfv.to_kubernetes
    plugin_type: filter
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Place the service
  superfluidity.nfv.service_stages:
    service: "{{ video.service }}"
    sites: "{{ nfv_sites }}"
  register: placed

- name: Show what starts first
  ansible.builtin.debug:
    var: placed.stages[0]
"""

RETURN = r"""
stages:
  description:
    - The stages in order, each with the names of its C(functions) and its C(sites).
    - A site has C(functions), and C(hosts), those of the inventory that have something to do; with VMs C(stack), C(networks)
      and C(tags); with pods C(kubernetes) and C(nodes); with processes C(processes) by server; with segment routing
      C(steering), the C(sids) and C(chains) by server.
  returned: success
  type: list
  elements: dict
  sample:
    - functions: [epc]
      sites:
        core-1:
          functions: [epc]
          hosts: [core-1-openstack]
          stack: video-core-1
          networks: true
          tags: ["superfluidity.nfv:service=video"]
left_out:
  description: A sentence for each chain that is optional and cannot be led.
  returned: success
  type: list
  elements: str
"""

from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.model.deployment import deployment, left_out

SPEC = ArgumentSpec({"service": {"type": "dict", "required": True}, "sites": {"type": "dict", "required": True}})


def decide(options: dict[str, Any], _files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    service, sites = options["service"], options["sites"]
    return {"stages": deployment(service, sites), "left_out": left_out(service, sites)}


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()
