# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs promise beside the traps: who gets a port, what stays, what is refused, and how few calls it takes."""

from __future__ import annotations

import re
from functools import partial

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError, NfvError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.port_pools import REMOVING, TICKET

from .conftest import Place, Site, finished, set_down, sql
from .faulty_proxy import Fault, FaultyProxy


@pytest.mark.parametrize("state", ["absent", "claimed", "released"])
def test_a_port_whose_revision_is_counted_up_by_its_status_is_still_taken(place: Place, proxy: FaultyProxy, state: str) -> None:
    """As the wiring of a port does while a run looks at it; a name serves as well here."""
    place.run(count=1)
    if state == "released":
        place.run(state="claimed", claimants=["pod-1"], min=1, on_quota="partial")
    [port] = [port.id for port in place.ports() if state != "released" or port.device_id]
    rename = partial(place.site.admin.network.update_port, port, name="wired")
    proxy.faults = [Fault("PUT", "/ports/", "before", act=rename)]
    told = place.run(state=state, **({} if state == "absent" else {"claimants": ["pod-1"], "min": 1}))
    assert proxy.faults[0].times == 0, "the name was changed in between"
    assert told["changed"]
    now = {one.id: one.device_id for one in place.ports()}
    assert now.get(port) == {"absent": None, "claimed": "pod-1", "released": ""}[state]


def test_a_pool_that_somebody_fills_while_it_is_removed_is_gone_in_the_end(place: Place, proxy: FaultyProxy) -> None:
    place.run(count=2)
    proxy.faults = [Fault("PUT", "/ports/", "before", act=partial(place.run, count=5))]
    told = place.run(state="absent", concurrency=1)
    assert len(told["deleted"]) == 5
    assert place.ports() == []


def test_more_claimants_than_a_batch_each_get_a_port_of_an_empty_pool_and_so_do_those_of_another_run(place: Place) -> None:
    both = [place.begun(state="claimed", claimants=[f"{who}-{n}" for n in range(5)], batch=2, min=0) for who in "ab"]
    claimed = [port["id"] for process in both for port in finished(process)["claimed"].values()]
    assert len(set(claimed)) == 10
    assert len(place.ports()) <= 14


def test_a_claim_waits_for_a_subport_that_its_host_is_still_wiring(place: Place, proxy: FaultyProxy) -> None:
    port = place.run(count=1)["created"]
    proxy.faults = [Fault("GET", "/ports?", "rewrite", times=4, act=down)]
    assert [claimed["id"] for claimed in place.run(state="claimed", claimants=["pod-1"], min=1)["claimed"].values()] == port


def down(answer: dict) -> dict:
    return {**answer, "ports": [{**port, "status": "DOWN"} for port in answer["ports"]]}


def test_a_port_whose_ticket_came_to_nothing_counts_when_a_pool_is_filled(place: Place, site: Site) -> None:
    left = place.run(count=3)["created"][0]
    site.network.update_port(left, description=f"{TICKET}1")
    set_down(site, [left])
    sql(site, "UPDATE ports SET status = 'ACTIVE' WHERE id IN ({})", [left])
    told = place.run(min=5, batch=1)
    assert (len(told["created"]), told["pool"]["size"]) == (2, 5)


def test_ports_in_use_are_not_touched(place: Place) -> None:
    place.run(count=3)
    port = place.run(state="claimed", claimants=["pod-1"])["claimed"]["pod-1"]["id"]
    before = place.site.admin.network.get_port(port).revision_number
    with pytest.raises(ConflictError, match="1 of its ports are in use"):
        place.run(state="absent")
    place.run(count=0)
    assert place.site.admin.network.get_port(port).revision_number == before
    assert place.run(state="absent", force=True)["deleted"] == [port]


def test_a_port_that_is_claimed_while_it_is_to_go_stays(place: Place, proxy: FaultyProxy) -> None:
    made = place.run(count=2)["created"]

    def claim() -> None:
        for port in made:
            place.site.admin.network.update_port(port, device_id="pod-1")

    proxy.faults = [Fault("PUT", "/ports/", "before", act=claim)]
    place.run(state="absent", concurrency=1)
    assert {(port.id, port.device_id) for port in place.ports()} == {(port, "pod-1") for port in made}
    place.check_whole(2)


def test_a_removal_that_was_cut_off_is_finished_by_the_next_run(place: Place, proxy: FaultyProxy) -> None:
    place.run(count=3)
    proxy.faults = [Fault("DELETE", "/ports/", "refuse", times=99, status=409)]
    assert place.run(state="absent")["failed"]
    assert {port.device_id for port in place.ports()} == {REMOVING}
    proxy.faults = []
    place.run(count=1)
    place.check_whole(1)


def test_a_check_tells_of_a_trunk_that_is_still_to_be_made_and_a_run_refuses_it(place: Place) -> None:
    later = {"trunk": f"{place.name}-later", "min": 2, "batch": 2}
    told = place.run(check_mode=True, pools=[later, {"trunk": place.trunks[0].id, "count": 1}])
    assert len(told["plan"]) == 3
    assert [one["pool"]["size"] for one in told["pools"]] == [0, 0]
    assert [warning for warning in told["warnings"] if "a run fails unless it is made before" in warning]
    assert place.ports() == []
    nodes = [{"name": "vm-1", "address": "10.99.0.200", "labels": {"pod_vif": "nested-vlan"}}]
    labelled = {"pools": [{"node_label": "pod_vif=nested-vlan", "min": 2, "batch": 2}]}
    assert len(place.run(check_mode=True, nodes=nodes, **labelled)["plan"]) == 2
    assert place.run(check_mode=True, nodes=[], **labelled)["changed"] is False


def test_check_mode_tells_what_a_run_then_does(place: Place) -> None:
    checked = place.run(check_mode=True, count=3)
    assert place.ports() == []
    done = place.run(count=3)
    assert checked["plan"] == done["plan"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"batch": 20, "max": "10"}, "batch: 20 is more than max, 10"),
        ({"min": 20, "max": "10"}, "max: 10 is less than min, 20"),
        ({"max": "lots"}, "max: 'lots' is neither a number above 0 nor unlimited"),
        ({"trunk": "nowhere"}, "trunk: named nowhere there is none"),
        ({"security_groups": ["strangers"]}, "security_groups: named strangers there is none"),
        ({"network": "nowhere"}, "network: named nowhere there is none"),
        ({"segmentation_range": [10, 5000]}, "segmentation_range"),
        ({"segmentation_range": []}, r"segmentation_range: \[\] is not the first and the last"),
        ({"trunk": ""}, "trunk: it is empty"),
        ({"security_groups": [""]}, "security_groups: it is empty"),
        ({"concurrency": 0}, "concurrency: 0 is less than 1"),
        ({"rate": -1}, "rate: -1 is less than 0"),
        ({"rate": float("nan")}, "rate: it is no number"),
        ({"timeout": -1}, "timeout: -1 is less than 0"),
        ({"api_timeout": -1}, "api_timeout: -1 is less than 0"),
        ({"pool_driver": "neutron", "host": " "}, "host: it is empty"),
        ({"pool_driver": "neutron", "pools": [{"host": "h"}, {"host": "h", "min": 2}]}, "pools: .* is there twice"),
        ({"trunk": "10.99.0.2", "worker_subnets": ["nowhere"]}, "worker_subnets: named nowhere there is none"),
        ({"active_timeout": -5}, "active_timeout: -5 is less than 0"),
        ({"state": "claimed"}, "claimants: it is missing"),
        ({"state": "released"}, "claimants: it is missing, and so is ports"),
        ({"state": "claimed", "claimants": [" "]}, "claimants: an empty name is nobody's"),
        ({"state": "claimed", "claimants": [REMOVING]}, "claimants: .* marks ports that are being removed"),
        ({"state": "claimed", "claimants": ["x" * 256]}, "claimants: x+… has 256 characters"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(place: Place, wrong: dict, sentence: str) -> None:
    with pytest.raises(NfvError, match=sentence) as caught:
        place.run(**wrong)
    assert "\n" not in str(caught.value)
    assert place.ports() == []


def test_a_trunk_that_is_switched_off_is_told_with_neutrons_reason(place: Place) -> None:
    place.run(count=2)
    switch = place.site.admin.network.update_trunk
    switch(place.trunks[0].id, is_admin_state_up=False)
    assert re.search("(pool|trunk) .*: .*(switched off|disabled|admin)", place.run(count=1)["msg"])
    switch(place.trunks[0].id, is_admin_state_up=True)
    place.run(count=1)
    place.check_whole(1)


def test_zero_of_each_option_means_what_the_page_says(place: Place) -> None:
    told = place.run(max="0", min=2, batch=2, rate=0, active_timeout=0, leak_grace=0)
    assert (told["pool"]["size"], told["changed"]) == (2, True)
    assert place.run(min=0, max="unlimited")["changed"] is False
    assert len(place.run(count=0)["deleted"]) == 2


def test_calls_are_few_none_of_a_claim_makes_a_port_and_no_more_are_under_way_than_asked_for(
    place: Place, proxy: FaultyProxy
) -> None:
    place.trunk()
    pools = [{"trunk": trunk.id, "count": 6, "batch": 3} for trunk in place.trunks]
    place.run(pools=pools)
    assert writes(proxy, "POST") == ["/v2.0/ports"] * 4
    assert [path.rpartition("/")[2] for path in writes(proxy, "PUT")] == ["add_subports"] * 4
    proxy.calls.clear()
    port = place.run(state="claimed", claimants=["pod-1"], min=0)["claimed"]["pod-1"]["id"]
    assert (writes(proxy, "POST"), writes(proxy, "PUT")) == ([], [f"/v2.0/ports/{port}"] * 2)
    proxy.calls.clear()
    place.run(state="released", claimants=["pod-1"])
    assert (writes(proxy, "POST"), writes(proxy, "PUT")) == ([], [f"/v2.0/ports/{port}"])
    proxy.most, proxy.faults = 0, [Fault("PUT", "/ports/", "slow", times=12, seconds=0.1)]
    place.run(pools=[{**pool, "state": "absent"} for pool in pools], concurrency=2)
    assert proxy.most == 2


def writes(proxy: FaultyProxy, method: str) -> list[str]:
    return [path for told, path in proxy.calls if told == method]


def test_a_cloud_without_trunks_is_told_so(place: Place, proxy: FaultyProxy) -> None:
    proxy.faults = [Fault("GET", "/trunks", "refuse", times=9, status=404)]
    with pytest.raises(InputError, match="has no trunks"):
        place.run()
