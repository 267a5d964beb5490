# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ports pods have, as Kuryr writes it down."""

from __future__ import annotations

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.kubernetes.kuryr_ports import vif_ids


def vif(port: str, kind: str = "VIFVlanNested") -> dict:
    network = {"versioned_object.name": "Network", "versioned_object.data": {"id": "a-network"}}
    return {"versioned_object.name": kind, "versioned_object.data": {"id": port, "network": network}}


def test_the_status_of_a_kuryr_port_names_each_interface() -> None:
    status = {"projectId": "p", "vifs": {"eth0": {"default": True, "vif": vif("1")}, "eth1": {"vif": vif("2", "VIFBridge")}}}
    assert list(vif_ids([status])) == ["1", "2"]


def test_the_annotation_of_older_releases_is_a_state_of_the_pod() -> None:
    data = {"default_vif": vif("1"), "additional_vifs": {"eth1": vif("2")}}
    assert list(vif_ids({"versioned_object.name": "PodState", "versioned_object.data": data})) == ["1", "2"]


def test_nothing_is_found_in_nothing() -> None:
    assert (
        list(vif_ids([None, {}, [], "text", {"versioned_object.name": "Network", "versioned_object.data": {"id": "n"}}])) == []
    )


def test_what_a_user_wrote_into_an_annotation_stops_nothing() -> None:
    broken = [{"versioned_object.name": "VIF", "versioned_object.data": data} for data in (None, [], {}, {"id": 1})]
    deep: list = [vif("1")]
    for _level in range(100_000):
        deep = [deep]
    assert list(vif_ids([{"versioned_object.name": "VIF"}, *broken, deep])) == ["1"]
