# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of port pools: what they lead to in a model of a trunk or host, and what they must never do."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.port_pools import (
    NESTED,
    NEUTRON,
    REMOVING,
    SUSPECT_TAG,
    TICKET,
    PoolKey,
    Port,
    Seen,
    Wanted,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.portpool.planning import changes, plan_pool, sort_ports
from hypothesis import given
from hypothesis import strategies as st

from .simulated_location import MINUTE, SimulatedLocation

GROUPS = ("a", "b")
KEYS = {driver: PoolKey(driver, "worker-0", "project", "pods", GROUPS) for driver in (NESTED, NEUTRON)}
NOW = 1000 * MINUTE


def wanted(driver: str = NESTED, **more: object) -> Wanted:
    return Wanted(KEYS[driver], **more)


def ports(number: int, driver: str = NESTED, first_vlan: int = 1, **more: object) -> tuple[Port, ...]:
    on = {"trunk": "worker-0", "status": "ACTIVE"} if driver == NESTED else {}
    vlans = count(first_vlan) if driver == NESTED else iter([None] * number)
    return tuple(
        replace(Port(f"{more.get('device', 'free')}-{first_vlan}-{i}", groups=GROUPS, vlan=next(vlans), **on), **more)
        for i in range(number)
    )


def numbers(steps: tuple) -> dict[str, int]:
    return {step.action: step.number or len(step.claimants) or len(step.ports) for step in steps}


# The amounts


@pytest.mark.parametrize(
    ("limits", "there", "expected"),
    [
        ({}, 0, {"create": 10}),
        ({}, 4, {"create": 10}),
        ({}, 5, {}),
        ({"minimum": 30}, 0, {"create": 30}),
        ({"maximum": 8, "batch": 8}, 4, {"create": 4}),
        ({"maximum": 8, "batch": 8}, 11, {"remove": 3}),
        ({"count": 7}, 5, {"create": 2}),
        ({"count": 7}, 9, {"remove": 2}),
        ({"count": 0}, 2, {"remove": 2}),
        ({"minimum": 0}, 0, {}),
    ],
)
@pytest.mark.parametrize("driver", [NESTED, NEUTRON])
def test_how_many_are_made_and_removed(driver: str, limits: dict, there: int, expected: dict) -> None:
    assert numbers(plan_pool(wanted(driver, **limits), Seen(ports(there, driver), now=NOW))) == expected


def test_virtual_lans_are_the_smallest_free_without_holes() -> None:
    seen = Seen(ports(1, first_vlan=2), vlans=frozenset({2, 4}), now=NOW)
    (step,) = plan_pool(wanted(count=4), seen)
    assert step.vlans == (1, 3, 5)


@pytest.mark.parametrize(("on_quota", "left", "expected"), [(False, 7, 7), (False, 5, 5), (True, 3, 3), (True, 12, 10)])
def test_a_batch_shrinks_to_what_the_quota_leaves_but_not_below_the_minimum(on_quota: bool, left: int, expected: int) -> None:
    seen = Seen(quota={"limit": 100, "used": 100 - left, "reserved": 0}, now=NOW)
    assert numbers(plan_pool(wanted(partial=on_quota), seen)) == {"create": expected}


def test_a_quota_too_small_for_the_minimum_is_refused() -> None:
    seen = Seen(quota={"limit": 100, "used": 90, "reserved": 6}, now=NOW)
    with pytest.raises(InputError, match="leaves 4 and 5 are needed"):
        plan_pool(wanted(), seen)


def test_a_trunk_without_a_free_virtual_lan_is_refused() -> None:
    with pytest.raises(InputError, match="10 VLANs are needed and 2 of 1 to 4 are free"):
        plan_pool(wanted(vlans=(1, 4)), Seen(vlans=frozenset({1, 2}), now=NOW))


def test_the_newest_go_first_and_those_that_do_not_work_before_them() -> None:
    some = tuple(replace(port, created=float(age), status=status) for port, age, status in zip(
        ports(4), (1, 4, 2, 3), ("DOWN", "ACTIVE", "ACTIVE", "ACTIVE"), strict=True))  # fmt: skip
    (step,) = plan_pool(wanted(count=2), Seen(some, now=NOW))
    assert [port.created for port in step.ports] == [1.0, 4.0]


# Whose a port is


def test_groups_in_another_order_are_the_same_pool() -> None:
    assert PoolKey(NESTED, "t", "p", "n", tuple(sorted(("b", "a")))).digest == PoolKey(NESTED, "t", "p", "n", ("a", "b")).digest


def test_a_port_of_another_pool_is_left_alone_whatever_its_groups() -> None:
    other = PoolKey(NESTED, "worker-0", "project", "pods", ("c",))
    strange = ports(1, tags=frozenset({other.tag}))
    assert numbers(plan_pool(wanted(state="absent"), Seen(strange, now=NOW))) == {}
    assert numbers(plan_pool(wanted(state="recycled"), Seen(strange, now=NOW))) == {}


def test_a_port_that_somebody_else_made_counts_by_its_groups_and_its_tags() -> None:
    heat = ports(5, tags=frozenset({"cluster-1"}))
    assert numbers(plan_pool(wanted(tags=frozenset({"cluster-1"})), Seen(heat, now=NOW))) == {}
    assert numbers(plan_pool(wanted(tags=frozenset({"cluster-2"})), Seen(heat, now=NOW))) == {"create": 10}


def test_our_port_with_foreign_groups_is_not_handed_out_before_they_are_given_back() -> None:
    spoilt = ports(1, groups=("evil",), tags=frozenset({KEYS[NESTED].tag}))
    seen = Seen(spoilt, now=NOW)
    assert "claim" not in numbers(plan_pool(wanted(state="claimed", claimants=("x",), count=0, minimum=0), seen)[:1])
    assert numbers(plan_pool(wanted(state="recycled"), seen)) == {"recycle": 1}


def test_a_listed_port_is_in_use_though_neutron_does_not_know() -> None:
    kuryr = ports(6)
    used = frozenset(port.id for port in kuryr[:3])
    found = sort_ports(wanted(in_use=used), Seen(kuryr, now=NOW))
    assert (len(found.in_use), found.size) == (3, 3)


def test_what_no_pod_has_any_more_is_recycled_only_where_the_list_is_known() -> None:
    old = ports(2, device="gone-pod")
    assert numbers(plan_pool(wanted(state="recycled"), Seen(old, now=NOW))) == {}
    assert numbers(plan_pool(wanted(state="recycled", in_use=frozenset()), Seen(old, now=NOW))) == {"recycle": 2}


def test_absent_refuses_while_ports_are_in_use() -> None:
    seen = Seen((*ports(2), *ports(1, device="web-1", first_vlan=9)), now=NOW)
    with pytest.raises(ConflictError, match=r"1 of its ports are in use, such as .* by web-1"):
        plan_pool(wanted(state="absent"), seen)
    assert numbers(plan_pool(wanted(state="absent", force=True), seen)) == {"remove": 3}


# What was left half-done


def test_ports_that_never_got_to_their_trunk_are_used_before_new_ones_are_made() -> None:
    lost = ports(4, trunk=None, vlan=None, status="DOWN", tags=frozenset({KEYS[NESTED].tag}), created=NOW - 1)
    assert numbers(plan_pool(wanted(), Seen(lost, now=NOW))) == {"attach": 4, "create": 6}


def test_young_ports_off_the_trunk_are_left_to_whoever_made_them() -> None:
    young = ports(2, trunk=None, vlan=None, status="DOWN", tags=frozenset({KEYS[NESTED].tag}), created=NOW - 1)
    old = tuple(replace(port, id=f"old-{port.id}", created=NOW - 2 * MINUTE) for port in young)
    assert numbers(plan_pool(wanted(), Seen((*ports(5), *young), now=NOW))) == {}
    assert numbers(plan_pool(wanted(), Seen((*ports(5), *old), now=NOW))) == {"attach": 2}
    assert numbers(plan_pool(wanted(maximum=6, batch=1), Seen((*ports(5), *old), now=NOW))) == {"attach": 1, "remove": 1}


@pytest.mark.parametrize("state", ["present", "recycled", "absent"])
def test_a_removal_once_begun_is_finished(state: str) -> None:
    seen = Seen((*ports(5, first_vlan=5), *ports(2, device=REMOVING)), now=NOW)
    steps = plan_pool(wanted(state=state), seen)
    gone = {port.id for step in steps if step.action == "remove" for port in step.ports}
    assert {port.id for port in ports(2, device=REMOVING)} <= gone


@pytest.mark.parametrize(("state", "abandoned"), [("present", "recycle"), ("recycled", "recycle"), ("absent", "remove")])
def test_a_port_that_was_never_taken_with_its_ticket_is_given_back_in_time(state: str, abandoned: str) -> None:
    def plan(age: float) -> dict[str, int]:
        ticketed = ports(1, description=f"{TICKET}1", updated=NOW - age, first_vlan=9)
        return numbers(plan_pool(wanted(state=state, minimum=1), Seen(ticketed, now=NOW)))

    assert plan(30) == {abandoned: 1}
    assert plan(3) == ({"create": 10} if state == "present" else {})


def test_a_subport_that_does_not_come_up_is_attached_again_after_its_time() -> None:
    down = ports(2, status="DOWN", updated=NOW - 100)
    fresh = ports(1, status="DOWN", updated=NOW - 10, first_vlan=7)
    seen = Seen((*down, *fresh), now=NOW)
    assert numbers(plan_pool(wanted(state="recycled"), seen)) == {"reattach": 2}
    assert numbers(plan_pool(wanted(state="recycled", reattach_after=None), seen)) == {}


def test_a_leak_goes_when_the_second_audit_has_found_it() -> None:
    leak = Port("leak", name="loose", created=NOW - MINUTE)
    assert numbers(plan_pool(wanted(state="recycled"), Seen(loose=(leak,), now=NOW))) == {"suspect": 1}
    marked = replace(leak, tags=frozenset({f"{SUSPECT_TAG}{int(NOW) - 30}"}))
    assert numbers(plan_pool(wanted(state="recycled"), Seen(loose=(marked,), now=NOW))) == {"remove": 1}
    assert numbers(plan_pool(wanted(state="recycled", leak_grace=60.0), Seen(loose=(marked,), now=NOW))) == {}
    assert numbers(plan_pool(wanted(state="absent"), Seen(loose=(leak, marked), now=NOW))) == {"suspect": 1, "remove": 1}
    used = replace(leak, id="used", device="pod-1")
    for force, tags, expected in ((True, frozenset("x"), {"remove": 2}), (True, frozenset(), {"suspect": 1})):
        forced = wanted(state="absent", force=force, tags=tags)
        assert numbers(plan_pool(forced, Seen(loose=(leak, used), now=NOW))) == expected


def test_a_port_that_was_somebodys_since_it_was_suspected_is_suspected_anew() -> None:
    marks = frozenset({f"{SUSPECT_TAG}{int(NOW) - 3000}", f"{SUSPECT_TAG}{int(NOW) - 4000}"})
    old = Port("leak", tags=marks, updated=NOW - 2999)
    assert numbers(plan_pool(wanted(state="recycled"), Seen(loose=(old,), now=NOW))) == {"remove": 1}
    since = replace(old, updated=NOW - 10)
    assert numbers(plan_pool(wanted(state="recycled"), Seen(loose=(since,), now=NOW))) == {"suspect": 1}


# Claims


def test_a_claimant_keeps_what_it_has() -> None:
    seen = Seen((*ports(2), *ports(1, device="web-1", first_vlan=9)), now=NOW)
    assert plan_pool(wanted(state="claimed", claimants=("web-1",)), seen) == ()
    (step,) = plan_pool(wanted(state="claimed", claimants=("web-1", "web-2", "web-2")), seen)
    assert step.claimants == ("web-2",)


def test_an_empty_pool_is_filled_before_a_claim() -> None:
    steps = plan_pool(wanted(state="claimed", claimants=("a", "b")), Seen(now=NOW))
    assert numbers(steps) == {"create": 10, "claim": 2}


def test_more_claims_than_the_pool_may_have_ports_are_refused() -> None:
    with pytest.raises(InputError, match="3 ports are asked for and 0 are free, of at most 2"):
        plan_pool(wanted(state="claimed", claimants=("a", "b", "c"), maximum=2, minimum=1, batch=1), Seen(now=NOW))


def test_what_is_not_the_claimants_is_not_released() -> None:
    seen = Seen((*ports(1, device="web-1"), *ports(1, device="web-2", first_vlan=5)), now=NOW)
    (step,) = plan_pool(wanted(state="released", claimants=("web-1", "stranger")), seen)
    assert [port.device for port in step.ports] == ["web-1"]


def test_a_port_that_only_the_cluster_says_is_used_cannot_be_released() -> None:
    (port,) = ports(1)
    asked = {"state": "released", "ports": (port.id,), "in_use": frozenset({port.id})}
    assert plan_pool(wanted(**asked), Seen((port,), now=NOW)) == ()
    assert plan_pool(wanted(**asked), Seen((replace(port, device="web-1"),), now=NOW)) != ()


# In general


DEVICES = st.sampled_from(["", "", "pod-1", "pod-2", REMOVING])


@st.composite
def locations(draw: st.DrawFn) -> tuple[Wanted, SimulatedLocation]:
    driver = draw(st.sampled_from([NESTED, NEUTRON]))
    key = KEYS[driver]
    vlans = iter(draw(st.lists(st.integers(1, 60), max_size=25, unique=True)))
    there = []
    for number in range(draw(st.integers(0, 20))):
        name = draw(st.sampled_from(["", "", "loose"]))
        port = Port(
            f"port-{number}",
            status=draw(st.sampled_from(["ACTIVE", "DOWN"])),
            device="" if name else draw(DEVICES),
            groups=draw(st.sampled_from([GROUPS, ("c",)])),
            tags=draw(st.sampled_from([frozenset(), frozenset({key.tag})])),
            name=name,
            description="" if name else draw(st.sampled_from(["", "", f"{TICKET}1"])),
            created=NOW - draw(st.integers(0, 300)),
            updated=NOW - draw(st.integers(0, 300)),
        )
        vlan = next(vlans, None) if driver == NESTED and draw(st.booleans()) and port.name != "loose" else None
        there.append(replace(port, vlan=vlan, trunk=None if vlan is None else key.location))
    maximum = draw(st.none() | st.integers(1, 15))
    minimum = draw(st.integers(0, maximum or 15))
    batch = draw(st.integers(1, maximum or 15))
    used = frozenset(draw(st.sets(st.sampled_from([port.id for port in there])))) if there else frozenset()
    asked = Wanted(
        key,
        state=draw(st.sampled_from(["present", "recycled"])),
        minimum=minimum,
        maximum=maximum,
        batch=batch,
        in_use=draw(st.none() | st.just(used)),
        vlans=(1, 200),
    )
    return asked, SimulatedLocation(key, tuple(there), limit=draw(st.sampled_from([-1, 40, 60])))


@given(locations())
def test_a_plan_leads_to_what_is_wanted_touches_no_port_in_use_and_is_done_then(case: tuple[Wanted, SimulatedLocation]) -> None:
    asked, location = case
    before = sort_ports(asked, location.seen())
    location.take(plan_pool(asked, location.seen()))
    after = sort_ports(asked, location.seen())
    assert not {port.id for port in before.in_use} & location.touched
    assert asked.maximum is None or after.size <= asked.maximum
    if asked.state == "present":
        assert after.size >= asked.minimum
    else:
        assert not after.recyclable
        location.take(plan_pool(asked, location.seen()))  # the second audit removes what the first suspects
    assert plan_pool(asked, location.seen()) == ()


@given(locations())
def test_changes_tell_each_port_of_each_step(case: tuple[Wanted, SimulatedLocation]) -> None:
    asked, location = case
    steps = plan_pool(asked, location.seen())
    told = list(changes(asked.key, steps))
    assert len(told) == sum(step.number or len(step.ports) for step in steps)
    assert [change.name for change in told if change.action == "delete"] == [
        port.id for step in steps if step.action == "remove" for port in step.ports
    ]
