# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The traps that Kuryr's pools fell into over the years, each against the real Neutron of the lab.

The numbers are those of the documentation's page on port pools.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.pool_inventory import read_inventory
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.portpool.audit import audit
from openstack.exceptions import ConflictException

from .conftest import Place, Site, age, finished, make_place, set_down
from .faulty_proxy import Fault, FaultyProxy

VLAN_TAKEN = {"segmentation_type": "vlan", "segmentation_id": 1}


def ids(place: Place) -> set[str]:
    return {port.id for port in place.ports()}


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
