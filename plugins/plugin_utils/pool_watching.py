# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a watch over pools; for the action and for the event source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..module_utils.clients.kubernetes.kuryr_ports import nodes, ports_in_use
from ..module_utils.clients.openstack.pool_watch import PoolWatch
from ..module_utils.clients.openstack.port_pools import PortPools
from ..module_utils.core.errors import InputError
from ..module_utils.glue.options import PORT_POOL
from ..module_utils.portpool import planning


def watch_of(options: Mapping[str, Any], act: bool = True) -> PoolWatch:
    """The watch that validated options of ``pool_watch`` describe.

    :param act: False to look and change nothing
    :raises NfvError: options of a pool that do not fit, or a cloud that cannot be used
    """
    for name in ("interval", "recycle_interval", "duration"):
        if not 0 <= options[name] < math.inf:
            raise InputError(f"{name}: {options[name]} is no number of seconds: give one that is not below 0")
    cluster = options.get("kubernetes") or {}
    items = [PORT_POOL.validated(pool, f"pools[{index}]: ") for index, pool in enumerate(options["pools"])]
    known = nodes(cluster) if any(item["node_label"] for item in items) else []
    pools = planning.expand_pools({"pools": items}, PORT_POOL.argument_spec, known)

    def of(state: str) -> PortPools:
        in_use = planning.in_use_of(lambda: ports_in_use(cluster))
        return PortPools(options, [{**pool, "state": state} for pool in pools], planning, in_use)

    often = options["recycle_interval"]
    return PoolWatch(of("present"), of("recycled") if often else None, options["interval"], often, act)
