# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of all pools of a project."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.superfluidity.nfv.plugins.module_utils.model.port_pools import NESTED, REMOVING, TICKET, PoolKey, Port
from ansible_collections.superfluidity.nfv.plugins.module_utils.portpool.audit import audit, leak, shown_quota
from hypothesis import given
from hypothesis import strategies as st

KEY = PoolKey(NESTED, "trunk-1", "p", "pods", ("a",))
SUBPORT = Port("x", status="ACTIVE", groups=("a",), network="pods", project="p", trunk="trunk-1", vlan=1, owner="trunk:subport")
NAMES = {"trunk-1": "worker-0", "a": "pods-group", "pods": "pods"}


def told(*ports: Port, in_use: frozenset[str] = frozenset()) -> list[dict]:
    return audit([replace(port, id=f"port-{index}") for index, port in enumerate(ports)], in_use).to_list(NAMES)


def test_a_pool_is_told_by_its_names_and_its_numbers() -> None:
    (pool,) = told(
        SUBPORT,
        replace(SUBPORT, status="DOWN"),
        replace(SUBPORT, device="pod-1"),
        replace(SUBPORT, device=REMOVING),
        replace(SUBPORT, description=f"{TICKET}1"),
    )
    assert (pool["location"], pool["network"], pool["security_groups"]) == ("worker-0", "pods", ["pods-group"])
    assert {name: pool[name] for name in ("size", "free", "down", "in_use", "removing", "taken")} == {
        "size": 2,
        "free": 1,
        "down": 1,
        "in_use": 1,
        "removing": 1,
        "taken": 1,
    }


def test_a_port_that_a_pod_of_kuryr_has_is_in_use() -> None:
    (pool,) = told(SUBPORT, SUBPORT, in_use=frozenset({"port-1"}))
    assert (pool["free"], pool["in_use"]) == (1, 1)


def test_a_port_with_foreign_groups_counts_to_the_pool_that_it_was_made_for() -> None:
    ours = replace(SUBPORT, tags=frozenset({KEY.tag}))
    (pool,) = told(ours, replace(ours, groups=("evil",)))
    assert (pool["free"], pool["recyclable"]) == (1, 1)


def test_a_port_on_a_host_is_of_a_pool_and_one_without_is_a_leak() -> None:
    bound = Port("bound", host="host-1", network="pods", project="p", groups=("a",))
    found = audit([bound, Port("lost", network="pods"), Port("up", status="ACTIVE"), Port("had", device="pod-1")])
    assert [key.driver for key in found.pools] == ["neutron"]
    assert [leak(port, NAMES)["id"] for port in found.leaks] == ["lost"]


def test_what_a_trunk_leaves_is_a_leak_though_ml2_ovs_says_that_it_works() -> None:
    left = replace(SUBPORT, trunk=None, vlan=None, host="host-1")
    tagged = replace(left, id="z", owner="", tags=frozenset({KEY.tag}))
    found = audit([left, tagged, replace(left, id="used", device="pod-1"), replace(left, id="pod")], frozenset({"pod"}))
    assert ([port.id for port in found.leaks], found.pools) == (["x", "z"], {})


def test_the_head_room_of_a_quota() -> None:
    assert shown_quota({"limit": 10, "used": 7, "reserved": 1})["headroom"] == 2
    assert shown_quota({"limit": -1, "used": 7, "reserved": 0})["headroom"] is None
    assert shown_quota(None) is None


PORTS = st.builds(
    Port,
    id=st.uuids().map(str),
    status=st.sampled_from(["ACTIVE", "DOWN"]),
    device=st.sampled_from(["", "pod-1", REMOVING]),
    groups=st.sampled_from([("a",), ("b",)]),
    host=st.sampled_from(["", "host-1", None]),
    trunk=st.sampled_from([None, "trunk-1", "trunk-2"]),
    tags=st.sampled_from([frozenset(), frozenset({KEY.tag})]),
)


@given(st.lists(PORTS, max_size=40))
def test_every_port_is_counted_once_or_is_a_leak_or_is_somebodys(ports: list[Port]) -> None:
    found = audit(ports)
    counted = sum(numbers.total() for numbers in found.pools.values())
    nowhere = [port for port in ports if port.trunk is None and not port.host]
    assert counted == len(ports) - len(nowhere)
    assert {port.id for port in found.leaks} == {
        port.id for port in nowhere if port.status == "DOWN" and port.device in ("", REMOVING)
    }
