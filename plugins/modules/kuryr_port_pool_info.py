#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All pools of Neutron ports of a project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kuryr_port_pool_info
short_description: Tell which pools of Neutron ports there are, how full they are, and which ports nobody has
version_added: "0.1.0"
description:
  - Reads all pools of a project, whoever made their ports, this collection, Kuryr or a Heat template.
  - A leak that it tells of may be a port that somebody is about to attach; look twice, or have
    M(superfluidity.nfv.kuryr_port_pool) with O(superfluidity.nfv.kuryr_port_pool#module:state=recycled) do so.
extends_documentation_fragment:
  - superfluidity.nfv.openstack
  - superfluidity.nfv.port_pools
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.info
attributes:
  platform:
    platforms: posix
options:
  project:
    description: The id of the project; without it the one that the credentials are for.
    type: str
  network:
    description: Only ports of this network, by name or id.
    type: str
  tags:
    description: Only ports that have all of these tags.
    type: list
    elements: str
    default: []
  in_use_from:
    description: Asks O(kubernetes) which ports pods have; those of Kuryr are free for Neutron.
    type: str
    choices: [kubernetes]
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: How full are the pools?
  superfluidity.nfv.kuryr_port_pool_info:
    cloud: edge-1
    network: pods
  register: found

- name: Say it
  ansible.builtin.debug:
    msg: "{{ item.location }}/{{ item.network }}: {{ item.size }} free, {{ item.in_use }} in use"
  loop: "{{ found.pools }}"
"""

RETURN = r"""
pools:
  description:
    - The pools, each with its key, its C(size) (free ports, those that are down among them) and the numbers of its ports.
    - Of C(recyclable) ports the last user has changed the security groups.
  returned: success
  type: list
  elements: dict
  sample:
    - pool_driver: nested
      location: worker-0
      trunk: 5f0e
      project: 77a1
      network: pods
      network_id: 90cc
      security_groups: [pods]
      security_group_ids: [1b2c]
      size: 10
      free: 10
      down: 0
      in_use: 3
      taken: 0
      recyclable: 0
      removing: 0
leaks:
  description:
    - Ports on no trunk and in no pool of a host that have no user, such as what a trunk left that is gone.
    - The oldest come first.
  returned: success
  type: list
  elements: dict
  sample: [{id: 0d1e, ip: 10.0.0.7, status: DOWN, name: "", network: pods, created: "2026-11-26T16:00:00+00:00"}]
quota:
  description: The quota of ports of the project; null where the user may not see it.
  returned: success
  type: dict
  sample: {limit: 500, used: 120, reserved: 0, headroom: 380}
"""

from typing import Any

from ..module_utils.clients.kubernetes.kuryr_ports import ports_in_use
from ..module_utils.clients.openstack.pool_inventory import read_inventory
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import Options, run_module
from ..module_utils.glue.options import OPENSTACK, PORT_POOLS
from ..module_utils.portpool.audit import audit, leak, shown_quota

SPEC = OPENSTACK.merge(
    PORT_POOLS,
    ArgumentSpec(
        {
            "project": {"type": "str"},
            "network": {"type": "str"},
            "tags": {"type": "list", "elements": "str", "default": []},
            "in_use_from": {"type": "str", "choices": ["kubernetes"]},
        }
    ),
)


def pools_of(options: Options) -> dict[str, Any]:
    """The pools that validated options ask for."""
    in_use = ports_in_use(options["kubernetes"] or {}) if options["in_use_from"] else frozenset()
    there = read_inventory(options)
    found = audit(there.ports, in_use)
    return {
        "pools": found.to_list(there.names),
        "leaks": [leak(port, there.names) for port in found.leaks],
        "quota": shown_quota(there.quota),
    }


def main() -> None:
    run_module(SPEC, pools_of)


if __name__ == "__main__":
    main()
