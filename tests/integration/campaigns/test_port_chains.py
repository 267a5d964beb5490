# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains of ports on the real networking-sfc of the lab: runs that end after each of their calls, and the next."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.plan import Plan
from ansible_collections.superfluidity.nfv.plugins.modules import sfc_chain

PORTS = {"client": "client", "fw-in": "fw", "fw-out": "fw", "lb-1": "lb-1", "lb-2": "lb-2"}


@pytest.fixture(scope="module")
def chains(lab: Path) -> Iterator[Any]:
    """Runs the module's verb on ports of its own: all of a plan, or its first calls."""
    import openstack

    mark = f"chain-{uuid.uuid4().hex[:6]}"
    loader = openstack.config.OpenStackConfig(config_files=[str(lab / "clouds.yaml")])
    network = openstack.connection.Connection(config=loader.get_one("edge-1-tenant")).network
    net = network.create_network(name=mark)
    network.create_subnet(network_id=net.id, ip_version=4, cidr="10.98.0.0/24")
    made = [
        network.create_port(name=f"{mark}-{name}", network_id=net.id, device_id=f"{mark}-{of}") for name, of in PORTS.items()
    ]

    def run(options: dict[str, Any], calls: int | None = None) -> list[Any]:
        text = json.dumps({"cloud": "edge-1-tenant", "clouds_file": str(lab / "clouds.yaml"), "name": mark, **options})
        verb = sfc_chain.verb(sfc_chain.SPEC.validated(json.loads(text.replace("@", f"{mark}-"))))
        plan = verb.difference(verb.read())
        verb.apply(Plan(plan.changes[:calls]))
        found = verb.result()["chain"]
        return [len(plan.changes), found and [one["name"].partition("/")[2] for one in found["functions"]]]

    try:
        yield run
    finally:
        run({"state": "absent"})
        for port in made:
            network.delete_port(port)
        network.delete_network(net)


def options(*functions: dict[str, Any], **more: Any) -> dict[str, Any]:
    port = more.pop("port", "8080")
    web = {"protocol": "tcp", "destination_port": port, "logical_source_port": "@client", "source_ip_prefix": "10.98.0.0/24"}
    return {"functions": list(functions), "classifiers": [web], **more}


FW = {"name": "fw", "pairs": [{"ingress": "@fw-in", "egress": "@fw-out"}]}
LB = {"name": "lb", "pairs": [{"ingress": "@lb-1", "egress": "@lb-1"}, {"ingress": "@lb-2", "egress": "@lb-2"}]}
HEAVY = {**LB, "lb_fields": ["ip_src"], "pairs": [{"ingress": "@lb-1", "egress": "@lb-1", "weight": 3}]}
FIRST = options(FW, LB)


@pytest.mark.parametrize(
    ("second", "order"),
    [
        (options(LB, FW), ["lb", "fw"]),
        (options(FW, port="8080-8090"), ["fw"]),
        (options(HEAVY, FW, port="8079-8081", correlation="nsh"), ["lb", "fw"]),
    ],
)
def test_whatever_call_is_the_last_the_next_run_completes(chains: Any, second: dict[str, Any], order: list[str]) -> None:
    calls, made = chains(FIRST)
    assert made == ["fw", "lb"]
    calls, made = chains(second)
    assert made == order
    for last in range(calls):
        chains(FIRST)
        assert chains(FIRST) == [0, ["fw", "lb"]]
        chains(second, last)
        assert chains(second)[1] == order
        assert chains(second) == [0, order]
