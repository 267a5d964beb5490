# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pools of a task, by itself, by a list, by the labels of nodes."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.portpool.nodes import expand_pools, in_use_of, unmatched_labels

NAMES = ("state", "pool_driver", "host", "trunk", "network", "min", "node_label", "in_use", "in_use_from")
NODES = [
    {"name": "vm-1", "address": "10.0.0.1", "labels": {"pod_vif": "nested-vlan"}},
    {"name": "vm-2", "address": "10.0.0.2", "labels": {"pod_vif": "nested-vlan"}},
    {"name": "vm-3", "address": None, "labels": {"new": "1"}},
    {"name": "metal-1", "address": "10.0.0.3", "labels": {"pod_vif": "neutron-vif"}},
]


def pools(**options: object) -> list[dict]:
    return expand_pools({"pools": None, **options}, NAMES, NODES)


def test_a_task_without_a_list_is_one_pool() -> None:
    (pool,) = pools(pool_driver="nested", trunk="t", network="n")
    assert (pool["trunk"], pool["state"]) == ("t", "present")


def test_what_a_pool_leaves_out_is_taken_from_the_task() -> None:
    first, second = pools(pool_driver="nested", network="n", min=3, pools=[{"trunk": "a"}, {"trunk": "b", "min": 7}])
    assert (first["min"], second["min"]) == (3, 7)


def test_a_pool_on_a_host_does_not_inherit_the_trunk_of_its_task() -> None:
    (pool,) = pools(pool_driver="nested", trunk="t", network="n", pools=[{"pool_driver": "neutron", "host": "h"}])
    assert (pool["host"], pool["trunk"]) == ("h", None)


def test_nodes_get_the_pools_that_their_labels_ask_for() -> None:
    found = pools(
        pool_driver="multi",
        network="n",
        pools=[
            {"pool_driver": "nested", "node_label": "pod_vif=nested-vlan"},
            {"pool_driver": "neutron", "node_label": "pod_vif=neutron-vif"},
        ],
    )
    assert [pool["trunk"] or pool["host"] for pool in found] == ["10.0.0.1", "10.0.0.2", "metal-1"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"network": "n"}, "pool_driver: None is no kind"),
        ({"pool_driver": "multi", "network": "n"}, "pool_driver: 'multi' is no kind of a single pool"),
        ({"pool_driver": "nested", "trunk": "t"}, "network: it is missing"),
        ({"pool_driver": "nested", "network": "n"}, "trunk: it is missing: a nested pool needs one"),
        ({"pool_driver": "neutron", "network": "n", "pools": [{}]}, r"pools\[0\]: host: it is missing"),
        ({"pool_driver": "nested", "network": "n", "pools": []}, "pools: none is left"),
        ({"pool_driver": "nested", "network": "n", "pools": [], "check_mode": True}, "pools: none is left"),
        ({"pool_driver": "nested", "network": "n", "pools": [{"node_label": "a=b"}]}, "no node has a label"),
        ({"pool_driver": "nested", "network": "n", "node_label": "a=b"}, "no node has a label"),
        ({"pool_driver": "nested", "network": "n", "node_label": "new=1"}, "node vm-3 has no internal address"),
    ],
)
def test_a_pool_without_a_kind_or_a_place_is_refused(options: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        pools(**options)


def test_a_check_before_the_nodes_are_there_finds_no_pools_and_says_so() -> None:
    asked = {"pool_driver": "nested", "network": "n", "pools": [{"node_label": "a=b"}, {"node_label": "pod_vif=nested-vlan"}]}
    assert len(pools(**asked, check_mode=True)) == 2
    assert pools(pool_driver="nested", network="n", node_label="a=b", check_mode=True) == []
    assert unmatched_labels(asked, NODES) == ["node_label: no node has a=b, so there is no pool for it"]


def test_the_cluster_is_asked_once_and_only_where_a_pool_wants_it() -> None:
    asked: list[int] = []

    def ask() -> frozenset[str]:
        asked.append(1)
        return frozenset({"a"})

    in_use = in_use_of(ask)
    assert in_use({}) is None
    assert in_use({"in_use": []}) == frozenset()
    assert asked == []
    assert in_use({"in_use_from": "kubernetes", "in_use": ["b"]}) == frozenset({"a", "b"})
    assert in_use({"in_use_from": "kubernetes"}) == frozenset({"a"})
    assert asked == [1]


def test_a_label_without_a_value_is_asked_for_with_any() -> None:
    found = pools(pool_driver="neutron", network="n", node_label="pod_vif")
    assert [pool["host"] for pool in found] == ["vm-1", "vm-2", "metal-1"]
