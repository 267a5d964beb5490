# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks Octavia of the lab with the ordinary client, or does what somebody else might do.

octavia.py CLOUDS NAME [meddle | stranger | remove]
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from openstack import config, connection

clouds, name, *verb = sys.argv[1:]
loader = config.OpenStackConfig(config_files=[clouds], load_envvars=False)
cloud = connection.Connection(config=loader.get_one("edge-1-tenant"))
octavia = cloud.load_balancer


def settled(balancer: str) -> None:
    """Wait until nothing of the load balancer of this id is under way."""
    while (found := there(balancer)) and found.provisioning_status.startswith("PENDING"):
        time.sleep(0.3)


def there(balancer: str) -> Any:
    return next((one for one in octavia.load_balancers() if one.id == balancer), None)


def subnets() -> dict[str, str]:
    return {subnet.name: subnet.id for subnet in cloud.network.subnets()}


def show() -> None:
    balancer = octavia.find_load_balancer(name, ignore_missing=False)
    pools = {pool.id: pool for pool in octavia.pools(loadbalancer_id=balancer.id)}
    listeners = octavia.listeners(load_balancer_id=balancer.id)
    shown = {
        "tags": balancer.tags,
        "subnets": subnets(),
        "floating_ips": [item.floating_ip_address for item in cloud.network.ips(port_id=balancer.vip_port_id)],
        "listeners": {
            one.name: {
                "allowed_cidrs": one.allowed_cidrs,
                "timeout_client_data": one.timeout_client_data,
                "timeout_member_data": one.timeout_member_data,
                "pool": pools[one.default_pool_id].name,
            }
            for one in listeners
        },
        "pools": {
            pool.name: {
                "protocol": pool.protocol,
                "lb_algorithm": pool.lb_algorithm,
                "persistence": pool.session_persistence,
                "monitor": pool.health_monitor_id and octavia.get_health_monitor(pool.health_monitor_id).type,
                "members": [f"{one.address}:{one.protocol_port}" for one in octavia.members(pool)],
            }
            for pool in pools.values()
        },
    }
    print(json.dumps(shown))


def meddle() -> None:
    balancer = octavia.find_load_balancer(name, ignore_missing=False)
    octavia.delete_listener(octavia.find_listener(f"{name}:TCP:80", ignore_missing=False))
    settled(balancer.id)
    octavia.create_pool(loadbalancer_id=balancer.id, name="meddled", protocol="TCP", lb_algorithm="ROUND_ROBIN")
    settled(balancer.id)


def stranger() -> None:
    settled(octavia.create_load_balancer(name=name, vip_subnet_id=subnets()["target-services"]).id)


def remove() -> None:
    for balancer in octavia.load_balancers(name=name):
        octavia.delete_load_balancer(balancer, cascade=True)
        settled(balancer.id)


{"show": show, "meddle": meddle, "stranger": stranger, "remove": remove}[verb[0] if verb else "show"]()
