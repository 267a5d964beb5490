#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools of ports kept at their minimum while pods come and go."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pool_watch
short_description: Keep pools of Neutron ports at their minimum for a while
version_added: "0.1.0"
description:
  - Looks at pools again and again, fills those that fell below their minimum, and cleans them from time to time.
  - Says on the screen what happens. A call that fails is told, and tried again at the next look.
  - To watch without an end, use the event source C(superfluidity.nfv.pool_watch) in a rulebook.
extends_documentation_fragment:
  - superfluidity.nfv.openstack
  - superfluidity.nfv.port_pools
  - superfluidity.nfv.attributes
attributes:
  platform:
    platforms: posix
  check_mode:
    description: Watches and fills nothing.
    support: full
  diff_mode:
    description: The screen shows what happens.
    support: none
  idempotent:
    description: A pool that has its minimum is left alone.
    support: full
  action:
    description: Runs in process on the controller, so that it can say what happens while it happens.
    support: full
options:
  pools:
    description: The pools, each with the options that M(superfluidity.nfv.kuryr_port_pool) takes for one, without its state.
    type: list
    elements: dict
    required: true
  duration:
    description: Seconds to watch.
    type: float
    required: true
  interval:
    description: Seconds between two looks.
    type: float
    default: 2
  recycle_interval:
    description:
      - Seconds between two cleanings, which recycle what users left and remove leaks; V(0) for none.
      - A leak is removed by the second cleaning that finds it.
    type: float
    default: 600
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Keep the pool of a worker VM filled while a test starts and stops pods
  superfluidity.nfv.pool_watch:
    cloud: edge-1
    duration: 300
    pools:
      - {pool_driver: nested, trunk: worker-0, network: pods, security_groups: [pods], min: 5, batch: 10}
"""

RETURN = r"""
rounds:
  description: How often it was looked.
  returned: success
  type: int
totals:
  description: How many ports were made, brought to their trunk, recycled and removed, and how often a call failed.
  returned: success
  type: dict
  sample: {created: 20, attached: 0, recycled: 4, deleted: 0, leaked: 0, failures: 0}
smallest:
  description: The smallest number of free ports that each pool was seen with.
  returned: success
  type: dict
  sample: {worker-0/pods: 3}
"""

from typing import Any

from ..module_utils.core.errors import InputError
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.glue.options import OPENSTACK, PORT_POOLS

SPEC = OPENSTACK.merge(
    PORT_POOLS,
    ArgumentSpec(
        {
            "pools": {"type": "list", "elements": "dict", "required": True},
            "duration": {"type": "float", "required": True},
            "interval": {"type": "float", "default": 2},
            "recycle_interval": {"type": "float", "default": 600},
        }
    ),
)


def refuse(_options: dict[str, Any]) -> dict[str, Any]:
    raise InputError(
        "pool_watch runs in the process of the playbook only: call it by its full name, superfluidity.nfv.pool_watch"
    )


def main() -> None:
    run_module(SPEC, refuse)


if __name__ == "__main__":
    main()
