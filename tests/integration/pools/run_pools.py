# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the pools of a task in a process of its own, which may be killed: ``run_pools.py OPTIONS`` (JSON)."""

from __future__ import annotations

import json
import sys
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.port_pools import PortPools
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.options import PORT_POOL
from ansible_collections.superfluidity.nfv.plugins.module_utils.portpool import planning

DEFAULTS = {"wait": True, "timeout": 60, "concurrency": 4, "rate": 0}


def run_pools(options: dict[str, Any], check_mode: bool = False) -> dict[str, Any]:
    """What the module does with its options, without Ansible around it."""
    options = {**dict.fromkeys(PORT_POOL.argument_spec), "pools": None, **DEFAULTS, **options, "check_mode": check_mode}
    pools = planning.expand_pools(options, PORT_POOL.argument_spec, options.get("nodes") or [])
    acting = PortPools(options, pools, planning, planning.in_use_of(frozenset))
    plan = acting.difference(acting.read())
    if plan and not check_mode:
        acting.apply(plan)
    return {"changed": bool(plan), "plan": plan.to_list(), **acting.result()}


if __name__ == "__main__":
    print(json.dumps(run_pools(json.loads(sys.argv[1]))))
