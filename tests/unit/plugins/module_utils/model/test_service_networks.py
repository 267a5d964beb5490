# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which links are one network, and which range each network gets."""

from __future__ import annotations

from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service_networks import group_links, networks
from hypothesis import given
from hypothesis import strategies as st


def service(*links: dict, points: tuple[dict, ...] = ()) -> dict:
    return {
        "name": "s",
        "functions": [{"name": "f", "vdus": [], "connection_points": list(points)}],
        "links": [{"endpoints": [], **link} for link in links],
    }


def groups(*links: dict, points: tuple[dict, ...] = ()) -> list[list[str]]:
    return [[link["name"] for link in network.links] for network in group_links(service(*links, points=points))]


def test_links_are_networks() -> None:
    assert groups({"name": "a"}, {"name": "b"}) == [["a"], ["b"]]


def test_links_that_share_a_connection_point_are_one() -> None:
    assert groups({"name": "a", "endpoints": ["f.x"]}, {"name": "b"}, {"name": "c", "endpoints": ["f.x"]}) == [
        ["a", "c"],
        ["b"],
    ]


def test_a_connection_point_that_stands_for_a_link_joins_it() -> None:
    point = {"name": "out", "link": "inner"}
    assert groups({"name": "a", "endpoints": ["f.out"]}, {"name": "inner"}, points=(point,)) == [["a", "inner"]]


def test_links_are_joined_across_others() -> None:
    links = [
        {"name": "a", "endpoints": ["f.x"]},
        {"name": "b", "endpoints": ["f.y"]},
        {"name": "c", "endpoints": ["f.y", "f.x"]},
    ]
    assert groups(*links) == [["a", "b", "c"]]


def test_one_segment_of_a_physical_network_is_one() -> None:
    flat = {"network_type": "flat", "physical_network": "ran"}
    vlans = [{"network_type": "vlan", "physical_network": "ran", "segmentation_id": number} for number in (1, 2)]
    providers = [flat, flat, *vlans]
    assert groups(*({"name": f"l{n}", "provider": one} for n, one in enumerate(providers))) == [["l0", "l1"], ["l2"], ["l3"]]


def test_ranges_are_given_in_order_and_never_twice() -> None:
    found = networks(service({"name": "a"}, {"name": "b", "cidr": "10.100.1.0/24"}, {"name": "c"}, {"name": "d"}))
    assert [one.cidr for one in found] == ["10.100.0.0/24", "10.100.1.0/24", "10.100.2.0/24", "10.100.3.0/24"]


def test_a_fixed_address_brings_the_range_around_it() -> None:
    points = ({"name": "x", "fixed_ip": "10.5.6.7"}, {"name": "y", "fixed_ip": "2001:db8::7"})
    found = networks(service({"name": "a", "endpoints": ["f.x"]}, {"name": "b", "endpoints": ["f.y"]}, points=points))
    assert [one.cidr for one in found] == ["10.5.6.0/24", "2001:db8::/64"]


@given(st.lists(st.lists(st.integers(0, 9), max_size=3, unique=True), max_size=8))
def test_groups_are_those_that_a_walk_finds(ends: list[list[int]]) -> None:
    """By another way: from each link to all that share an end with it, until nothing is added."""
    walked: list[list[str]] = []
    for start in range(len(ends)):
        group = {start}
        while more := {n for n, one in enumerate(ends) if n not in group and any(set(one) & set(ends[m]) for m in group)}:
            group |= more
        names = [f"l{n}" for n in sorted(group)]
        if names not in walked:
            walked.append(names)
    links = [{"name": f"l{n}", "endpoints": [f"f.p{end}" for end in one]} for n, one in enumerate(ends)]
    assert [[link["name"] for link in network.links] for network in group_links({"functions": [], "links": links})] == walked
