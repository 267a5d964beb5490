# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The traps that Kuryr's pools fell into over the years, each against the real Neutron of the lab.

The numbers are those of the documentation's page on port pools.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from functools import partial

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.pool_inventory import read_inventory
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError, NfvError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.port_pools import REMOVING, TICKET
from ansible_collections.superfluidity.nfv.plugins.module_utils.portpool.audit import audit
from openstack.exceptions import ConflictException

from .conftest import Place, Site, age, make_place, set_down, sql
from .faulty_proxy import Fault, FaultyProxy

VLAN_TAKEN = {"segmentation_type": "vlan", "segmentation_id": 1}


def ids(place: Place) -> set[str]:
    return {port.id for port in place.ports()}


def finished(process) -> dict:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def test_trap_1_two_controllers_that_fill_one_pool_at_once_end_with_one_pool(place: Place) -> None:
    both = [place.begun(count=12, batch=4) for _controller in range(2)]
    for process in both:
        finished(process)
    place.check_whole(12)
    again = place.run(count=12, batch=4)
    # What either of them told is what it saw while the other went on.
    assert (again["pool"]["size"], again["changed"]) == (12, False)


def test_trap_2_a_creation_that_fails_takes_no_vlan_and_leaves_nothing(place: Place, proxy: FaultyProxy) -> None:
    proxy.faults = [Fault("PUT", "add_subports", "refuse", times=9, status=409)]
    told = place.run(min=3, batch=3)
    assert told["failed"]
    assert place.ports() == []
    proxy.faults = []
    place.run(min=3, batch=3)
    assert sorted(place.subports().values()) == [1, 2, 3]


def test_trap_3_a_vlan_that_another_controller_takes_first_is_passed_over(place: Place, proxy: FaultyProxy) -> None:
    other = place.port(security_groups=[])

    def take_vlan() -> None:
        place.site.network.add_trunk_subports(place.trunks[0].id, [{"port_id": other.id, **VLAN_TAKEN}])

    proxy.faults = [Fault("PUT", "add_subports", "before", act=take_vlan)]
    told = place.run(count=3)
    assert not told.get("failed")
    assert sorted(place.subports().values()) == [1, 2, 3, 4]
    place.check_whole(4)


def test_trap_4_a_subport_that_stays_down_is_attached_again(place: Place) -> None:
    made = place.run(min=2, batch=2)["created"]
    set_down(place.site, made)
    told = place.run(state="recycled")
    assert sorted(told["recycled"]) == sorted(made)
    assert {port.status for port in place.ports()} == {"ACTIVE"}
    assert {port.device_id for port in place.ports()} == {""}


def test_trap_5_ports_that_are_attached_are_detached_before_they_are_deleted(place: Place, proxy: FaultyProxy) -> None:
    place.run(min=4, batch=4)
    proxy.calls.clear()
    told = place.run(state="absent")
    assert len(told["deleted"]) == 4
    assert ids(place) == set()
    order = [method for method, path in proxy.calls if "remove_subports" in path or method == "DELETE"]
    assert order == ["PUT", *["DELETE"] * 4]


def test_trap_6_subports_that_are_down_after_a_restart_are_not_lost_sight_of(site: Site) -> None:
    place = make_place(site)
    try:
        place.trunk(bound=False)
        told = place.run(min=3, batch=3, wait=False)
        assert (told["pool"]["size"], told["pool"]["down"]) == (3, 3)
        assert place.run(min=3, batch=3, wait=False)["changed"] is False
        assert len(place.run(state="absent")["deleted"]) == 3
    finally:
        place.remove()


def test_trap_6_ports_of_a_node_that_was_deleted_are_found(place: Place) -> None:
    place.trunk()
    made = place.run(count=2, trunk=place.trunks[1].id)["created"]
    age(place.site, made)
    gone = place.trunks.pop()
    place.site.admin.network.delete_trunk(gone.id)
    assert sorted(place.run(state="recycled")["leaked"]) == sorted(made)
    assert sorted(place.run(state="recycled")["deleted"]) == sorted(made)


def test_trap_6_what_a_trunk_leaves_that_is_deleted_is_told_by_the_audit_and_removed_by_two_runs(place: Place) -> None:
    gone = place.trunk()
    made = set(place.run(count=3, trunk=gone.id)["created"])
    used = place.run(state="claimed", claimants=["pod-1"], trunk=gone.id, count=2)["claimed"]["pod-1"]["id"]
    place.trunks.pop()
    place.site.admin.network.delete_trunk(gone.id)
    as_ovs_leaves_them(place, made)
    age(place.site, list(made))
    before = place.site.admin.network.get_port(used).revision_number
    there = read_inventory({"cloud": place.cloud, "concurrency": 4, "network": place.network.id})
    assert {port.id for port in audit(there.ports).leaks} == made - {used}
    with pytest.raises(ConflictError, match="1 of its ports are in use"):
        place.run(state="absent", trunk=gone.id)
    first, second, third = (place.run(state="absent", trunk=gone.name) for _run in range(3))
    assert (set(first["leaked"]), first["deleted"]) == (made - {used}, [])
    assert "named" in first["warnings"][0]
    assert set(second["deleted"]) == made - {used}
    assert third["changed"] is False
    assert place.site.admin.network.get_port(used).revision_number == before


def test_trap_6_a_trunk_known_by_its_id_leaves_nothing_that_its_removal_does_not_find(place: Place) -> None:
    gone = place.trunk()
    made = place.run(count=2, trunk=gone.id)["created"]
    place.trunks.pop()
    place.site.admin.network.delete_trunk(gone.id)
    assert sorted(place.run(state="absent", trunk=gone.id)["deleted"]) == sorted(made)
    assert place.run(state="absent", trunk=gone.id)["changed"] is False


def as_ovs_leaves_them(place: Place, ports: set[str]) -> None:
    """ML2/OVS does not tell subports that their trunk is gone: owner and host stay, and ACTIVE where the host is dead."""
    left = {"device_owner": "trunk:subport", "binding:host_id": "host-gone"}
    for port in ports:
        assert place.site.admin.network.update_port(port, **left).status == "ACTIVE"


def test_trap_7_a_trunk_is_found_by_the_address_of_its_parent_where_other_networks_have_it_too(place: Place) -> None:
    place.trunk(address="10.99.0.77")
    mine, address = place.trunks[1], "10.99.0.77"
    place.trunk(address=address)
    with pytest.raises(InputError, match="there are 2: give the trunk's id, or worker_subnets"):
        place.run(trunk=address)
    subnet = place.site.network.get_port(mine.port_id).fixed_ips[0]["subnet_id"]
    assert place.run(trunk=address, worker_subnets=[subnet], count=1)["pool"]["key"]["trunk"] == mine.id


@pytest.fixture
def quota(site: Site) -> Iterator:
    """Lets the tenant have so many more ports than it has."""
    project = site.tenant.session.get_project_id()
    before = site.admin.network.get_quota(project).ports

    def leave(number: int) -> None:
        used = sum(1 for _port in site.admin.network.ports(project_id=project))
        site.admin.network.update_quota(project, ports=used + number)

    yield leave
    site.admin.network.update_quota(project, ports=before)


def test_trap_8_a_quota_too_small_for_the_minimum_is_told_before_anything_is_made(place: Place, quota) -> None:
    quota(3)
    with pytest.raises(InputError, match="leaves 3 and 5 are needed"):
        place.run(min=5)
    assert place.ports() == []
    told = place.run(min=5, on_quota="partial")
    assert len(told["created"]) == 3
    for checks in (True, False):
        told = place.run(min=5, on_quota="partial", check_mode=checks)
        assert (told["changed"], ["suffice for 3 of 5" in warning for warning in told["warnings"]]) == (False, [True])
    quota(7)
    assert len(place.run(min=5)["created"]) == 7
    place.check_whole(10)


def test_trap_8_a_quota_that_others_use_up_meanwhile_ends_in_a_sentence(place: Place, proxy: FaultyProxy, quota) -> None:
    quota(8)
    proxy.faults = [Fault("POST", "/ports", "before", act=lambda: quota(1))]
    told = place.run(min=6, batch=6)
    assert "the quota of ports is used up" in told["msg"]
    assert place.ports() == []


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


def test_trap_8_one_exhausted_subnet_does_not_block_another_pool(place: Place, site: Site) -> None:
    tiny = make_place(site, cidr="10.97.0.0/29")  # 5 addresses
    try:
        tiny.trunks = [place.trunk()]
        pools = [
            {"trunk": tiny.trunks[0].id, "network": tiny.network.id, "security_groups": [tiny.group.id], "count": 8},
            {"trunk": place.trunks[0].id, "count": 8},
        ]
        told = place.run(pools=pools)
        assert "the subnet has no address left" in told["msg"]
        assert [one["pool"]["size"] for one in told["pools"]] == [0, 8]
        told = place.run(pools=pools, on_quota="partial")
        assert 0 < told["pools"][0]["pool"]["size"] <= 5
        assert told["warnings"]
        place.run(pools=[{**pool, "state": "absent"} for pool in pools])
    finally:
        tiny.trunks = []
        tiny.remove()


def test_trap_9_the_group_and_the_network_of_a_namespace_can_be_deleted_once_its_pool_is_gone(place: Place, site: Site) -> None:
    space = make_place(site, cidr="10.96.0.0/24")
    mine = {"trunk": place.trunks[0].id, "network": space.network.id, "security_groups": [space.group.id]}
    place.run(count=1)
    place.run(count=2, **mine)
    with pytest.raises(ConflictException):
        site.network.delete_network(space.network.id)
    place.run(state="absent", **mine)
    site.network.delete_network(space.network.id, ignore_missing=False)
    site.network.delete_security_group(space.group.id, ignore_missing=False)
    place.check_whole(1)


def test_trap_9_a_port_is_never_free_with_the_groups_of_its_last_user(place: Place, site: Site) -> None:
    place.run(count=1)
    port = place.run(state="claimed", claimants=["pod-1"])["claimed"]["pod-1"]["id"]
    group = site.network.create_security_group(name=f"{place.name}-evil")
    site.network.update_port(port, security_groups=[group.id])
    place.run(state="released", claimants=["pod-1"])
    told = site.admin.network.get_port(port)
    assert (told.device_id, told.security_group_ids) == ("", [place.group.id])
    site.network.delete_security_group(group.id, ignore_missing=False)


def test_trap_9_a_port_with_foreign_groups_is_not_handed_out(place: Place, site: Site) -> None:
    made = place.run(count=1)["created"]
    site.network.update_port(made[0], security_groups=[])
    assert place.run(state="present", count=1)["created"] != []
    assert place.run(state="recycled")["recycled"] == made


def test_trap_10_ports_that_cannot_be_bound_are_removed_again(place: Place, proxy: FaultyProxy) -> None:
    place.cloud |= {"auth": dict(place.site.admin.config.config["auth"])}
    project = place.network.project_id

    def fail(answer: dict) -> dict:
        return {"ports": [{**port, "binding:vif_type": "binding_failed"} for port in answer["ports"]]}

    proxy.faults = [Fault("GET", "/ports?", "rewrite", act=fail, times=2)]
    told = place.run(pool_driver="neutron", host="no-such-host", project=project, count=2)
    assert "cannot be bound to this host" in told["msg"]
    assert place.ports() == []


def test_trap_11_the_order_of_security_groups_makes_no_other_pool(place: Place, site: Site) -> None:
    other = site.network.create_security_group(name=f"{place.name}-2")
    groups = [place.group.id, other.id]
    place.run(count=2, security_groups=groups)
    assert place.run(count=2, security_groups=groups[::-1])["changed"] is False
    place.run(state="absent", security_groups=groups)
    site.network.delete_security_group(other.id)


def test_trap_12_a_controller_that_starts_anew_sees_the_same_pool(place: Place) -> None:
    place.run(count=3)
    place.run(state="claimed", claimants=["pod-1"])
    told = finished(place.begun(state="claimed", claimants=["pod-1", "pod-2"]))
    assert len({port["id"] for port in told["claimed"].values()}) == 2
    assert told["pool"]["size"] == 1


def test_trap_13_pools_of_one_task_do_not_mix(place: Place) -> None:
    place.trunk()
    pools = [{"trunk": trunk.id, "count": number} for trunk, number in zip(place.trunks, (3, 5), strict=True)]
    told = place.run(pools=pools)
    assert [one["pool"]["size"] for one in told["pools"]] == [3, 5]
    place.check_whole(8)
    assert place.run(pools=pools)["changed"] is False


def test_trap_13_claimants_at_once_never_get_the_same_port(place: Place) -> None:
    place.run(count=6)
    both = [place.begun(state="claimed", claimants=[f"{who}-{n}" for n in range(3)]) for who in "ab"]
    claimed = [port["id"] for process in both for port in finished(process)["claimed"].values()]
    assert len(claimed) == len(set(claimed)) == 6
    assert sum(1 for port in place.ports() if port.device_id) == 6


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


def test_trap_14_subports_that_a_template_made_are_taken_for_the_pool(place: Place, site: Site) -> None:
    made = [place.port(name=f"cluster-subport-{index}", device_owner="compute:kuryr").id for index in (1, 2, 3)]
    for port in made:
        site.network.set_tags(site.network.get_port(port), ["cluster-1"])
    rows = [{"port_id": port, "segmentation_type": "vlan", "segmentation_id": index} for index, port in enumerate(made, 1)]
    site.network.add_trunk_subports(place.trunks[0].id, rows)
    told = place.run(min=3, tags=["cluster-1"])
    assert told["changed"] is False
    assert {port["id"] for port in told["pool"]["ports"]} == set(made)
    assert sorted(place.run(state="absent", tags=["cluster-1"])["deleted"]) == sorted(made)


def test_trap_15_removal_is_idempotent_and_minds_no_missing_trunk(place: Place, site: Site) -> None:
    place.run(count=2)
    assert place.run(state="absent")["changed"] is True
    assert place.run(state="absent")["changed"] is False
    told = place.run(state="absent", trunk=f"no-trunk-{uuid.uuid4().hex}")
    assert told["changed"] is False
    assert told["warnings"]


# Kuryr's other rules


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
