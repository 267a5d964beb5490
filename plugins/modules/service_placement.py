#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the functions of a service run."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service_placement
short_description: Choose the sites and the hypervisors of a service's functions
version_added: "0.1.0"
description:
  - A function that asks for a number of sites of a role (C(site) with C(instances)) gets those that reach the base stations
    with the least delay and have room for it, as M(superfluidity.nfv.mec_placement) chooses.
  - The functions of a chain with C(pps) get the hypervisors of their site where switching costs least, as
    M(superfluidity.nfv.ocm_placement) chooses. That needs the hypervisors, which Nova tells administrators only; without them
    Nova's scheduler decides.
  - What runs already stays where it is.
  - A function that is a functional block of a radio network (C(cran_block)) is refused where it must not be.
  - Touches nothing, and answers the same for the same input.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
requirements:
  - numpy
  - scipy
options:
  service:
    description: The service model, as M(superfluidity.nfv.nfv_descriptor) returns it.
    type: dict
    required: true
  sites:
    description: The sites by name, as the inventory P(superfluidity.nfv.sites#inventory) gives them in C(nfv_sites).
    type: dict
    required: true
  facts:
    description:
      - What M(superfluidity.nfv.site_info) tells of the region of a site, by the site's name. Ask it for the service, so that
        what runs is known.
      - A site without facts has the room that its C(capacity) says, or any.
    type: dict
    default: {}
  switching:
    description: What switching costs, as in M(superfluidity.nfv.ocm_placement).
    type: dict
    default: {profile: kernel-1500}
  strategy:
    description: How chains are placed, as in M(superfluidity.nfv.ocm_placement).
    type: str
    choices: [ocm, relaxed, gather, distribute]
    default: ocm
seealso:
  - module: superfluidity.nfv.mec_placement
  - module: superfluidity.nfv.ocm_placement
  - module: superfluidity.nfv.service_stages
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Choose between two edge sites
  superfluidity.nfv.service_placement:
    service:
      name: portal
      functions:
        - name: cache
          site: {role: edge, instances: 1, enbs: [enb2], delay: {maximum: 5}}
          vdus: [{name: cache-vm, kind: vm, vcpus: 2}]
    sites:
      edge-1: {role: edge, openstack: {cloud: edge-1}, enbs: [enb1], delays: {edge-2: 7}}
      edge-2: {role: edge, openstack: {cloud: edge-2}, enbs: [enb2], delays: {edge-1: 7}}
  register: placed

- name: It stands where its base station is
  ansible.builtin.assert:
    that: placed.sites[0].sites == ['edge-2']
"""

RETURN = r"""
service:
  description: The service model with C(site.names) and C(availability_zone) filled in.
  returned: success
  type: dict
sites:
  description:
    - The functions that asked for a number of sites, each with its C(sites), and in C(enbs) the site that serves each base
      station.
  returned: success
  type: list
  elements: dict
  sample: [{function: cache, sites: [edge-2], enbs: {enb2: edge-2}}]
chains:
  description:
    - What was decided of each chain at each C(site), as C(placements) of M(superfluidity.nfv.ocm_placement). C(new) are the
      functions that do not run yet.
  returned: success
  type: list
  elements: dict
  sample:
    - site: edge-1
      chain: web
      new: [fw, cache]
      accepted: true
      strategy: ocm
      blocks: [{server: node-1, functions: [fw, cache]}]
      switching_cpu: 0.21
      reason: null
hypervisors:
  description: The hypervisors of the sites with chains, with their cores, who takes how much of them, and the functions there.
  returned: success
  type: list
  elements: dict
  sample: [{site: edge-1, name: node-1, functions: [cache, fw], cpu: 24, guest_cpu: 6, switching_cpu: 0.21, free_cpu: 17.79}]
findings:
  description: A sentence for each base station that is not served and each chain that finds no room, also shown as a warning.
  returned: success
  type: list
  elements: str
"""

from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.placement.service_placement import place_service

SPEC = ArgumentSpec(
    {
        "service": {"type": "dict", "required": True},
        "sites": {"type": "dict", "required": True},
        "facts": {"type": "dict", "default": {}},
        "switching": {"type": "dict", "default": {"profile": "kernel-1500"}},
        "strategy": {"type": "str", "choices": ["ocm", "relaxed", "gather", "distribute"], "default": "ocm"},
    }
)
MODEL = {"normalisation": "monotone", "max_exact_length": 8}


def decide(options: dict[str, Any], _files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    policy = {"switching": options["switching"], "strategy": options["strategy"], **MODEL}
    answer = place_service(options["service"], options["sites"], options["facts"], policy)
    return {**answer, "warnings": answer["findings"]}


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()
