# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services placed: at which sites, on which hypervisors, and the same again when they run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.deployment import deployment
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import validate
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.service_placement import place_service
from hypothesis import given, settings
from hypothesis import strategies as st

POLICY = {
    "switching": {"profile": "kernel-1500"},
    "strategy": "ocm",
    "normalisation": "monotone",
    "max_exact_length": 8,
}
CLOUD = {"cloud": "c", "clouds_file": None, "region_name": None}
EDGES = {
    "edge-1": {"role": "edge", "openstack": CLOUD, "enbs": ["enb1"], "delays": {"edge-2": 7.0, "core-1": 3.0}},
    "edge-2": {"role": "edge", "openstack": CLOUD, "enbs": ["enb2"], "delays": {"edge-1": 7.0, "core-1": 3.0}},
    "core-1": {"role": "core", "openstack": CLOUD, "enbs": [], "delays": {"edge-1": 3.0, "edge-2": 3.0}},
}


def function(name: str, site: dict[str, Any] | None = None, **vdu: Any) -> dict[str, Any]:
    vm = {"name": f"{name}-vm", "kind": "vm", "vcpus": 2, "memory": 1024, **vdu}
    return {"name": name, "site": site or {"role": "edge"}, "vdus": [vm]}


def service(*functions: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"name": "small", "functions": list(functions), **more}
    validate(made)
    return made


def facts(*sizes: tuple[int, int], servers: list[dict[str, Any]] | None = None, memory: int = 65536) -> dict[str, Any]:
    """A region with hypervisors of so many cores, of which so many are used."""
    hypervisors = [
        {
            "name": f"node-{number}",
            "host": f"host-{number}",
            "zone": "nova",
            "available": True,
            "vcpus": cores,
            "vcpus_used": used,
            "memory": memory,
            "memory_used": 0,
        }
        for number, (cores, used) in enumerate(sizes, start=1)
    ]
    return {"flavors": [], "limits": {}, "hypervisors": hypervisors, "servers": servers or []}


def place(made: dict[str, Any], told: dict[str, Any] | None = None, sites: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = place_service(made, EDGES if sites is None else sites, told or {}, POLICY)
    validate(answer["service"])
    return answer


def sites_of(made: dict[str, Any], told: dict[str, Any] | None = None, sites: dict[str, Any] | None = None) -> list[list[str]]:
    return [one["sites"] for one in place(made, told, sites)["sites"]]


ONE = {"role": "edge", "instances": 1}


@pytest.mark.parametrize("enb", ["enb1", "enb2"])
def test_a_function_stands_where_its_base_station_is(enb: str) -> None:
    answer = place(service(function("cache", {**ONE, "enbs": [enb]})))
    site = enb.replace("enb", "edge-")
    assert answer["sites"] == [{"function": "cache", "sites": [site], "enbs": {enb: site}}]
    stages = deployment(answer["service"], EDGES)
    assert list(stages[0]["sites"]) == [site]


def test_a_full_site_is_passed_over() -> None:
    made = service(function("cache", {**ONE, "enbs": ["enb1"]}))
    told = {"edge-1": facts((4, 3)), "edge-2": facts((4, 0))}
    assert sites_of(made, told) == [["edge-2"]]
    capacity = {**EDGES, "edge-1": {**EDGES["edge-1"], "capacity": {"cpu": 1}}}
    assert sites_of(made, {}, capacity) == [["edge-2"]]


def test_the_project_may_have_less_than_the_hypervisors() -> None:
    made = service(function("cache", {**ONE, "enbs": ["enb1"]}))
    limits = {"total_cores": 10, "total_cores_used": 9, "total_ram": -1, "total_ram_used": 0}
    assert sites_of(made, {"edge-1": {**facts((64, 0)), "limits": limits}}) == [["edge-2"]]
    assert sites_of(made, {"edge-1": {**facts((64, 0)), "limits": {**limits, "total_cores": -1}}}) == [["edge-1"]]


def test_what_stands_at_a_site_in_any_case_takes_its_room() -> None:
    fixed = function("origin", {"name": "edge-1"}, vcpus=3)
    made = service(fixed, function("cache", {**ONE, "enbs": ["enb1"]}))
    assert sites_of(made, {"edge-1": facts((4, 0)), "edge-2": facts((4, 0))}) == [["edge-2"]]


def test_what_runs_stays_and_its_room_is_not_counted_twice() -> None:
    made = service(function("cache", {**ONE, "enbs": ["enb1"]}))
    runs = {"name": "small-cache-vm", "function": "cache", "vdu": "cache-vm", "hypervisor": "node-1", "availability_zone": None}
    assert sites_of(made, {"edge-1": facts((4, 4)), "edge-2": facts((4, 2), servers=[runs])}) == [["edge-2"]]
    assert sites_of(made, {"edge-1": facts((4, 4)), "edge-2": facts((2, 2), servers=[runs])}) == [["edge-2"]]


def test_so_many_sites_as_were_asked_for() -> None:
    assert sites_of(service(function("cache", {"role": "edge", "instances": 2}))) == [["edge-1", "edge-2"]]
    answer = place(service(function("cache", {"role": "edge", "instances": 9})))
    assert answer["sites"] == [
        {"function": "cache", "sites": ["edge-1", "edge-2"], "enbs": {"enb1": "edge-1", "enb2": "edge-2"}}
    ]
    assert answer["findings"] == ["cache asks for 9 sites of the role edge, and 2 hold it"]


def test_of_several_sites_those_are_taken_that_make_ways_short() -> None:
    edge = {"role": "edge", "openstack": CLOUD}
    sites = {
        "a": {**edge, "enbs": ["enb1"], "delays": {"b": 1.0, "c": 7.0}},
        "b": {**edge, "enbs": [], "delays": {"a": 1.0, "c": 7.0}},
        "c": {**edge, "enbs": ["enb2"], "delays": {"a": 7.0, "b": 7.0}},
    }
    made = service(function("cache", {"role": "edge", "instances": 2, "delay": {"desired": 2, "maximum": 10}}))
    assert sites_of(made, {}, sites) == [["a", "c"]]


def test_a_machine_must_fit_on_one_hypervisor_and_have_a_flavor_and_a_place_in_the_quota() -> None:
    made = service(function("cache", {**ONE, "enbs": ["enb1"]}, vcpus=4))
    assert sites_of(made, {"edge-1": facts((2, 0), (2, 0)), "edge-2": facts((24, 0))}) == [["edge-2"]]
    small = {**facts((24, 0)), "flavors": [{"name": "small", "vcpus": 1, "ram": 2048, "disk": 1}]}
    assert sites_of(made, {"edge-1": small}) == [["edge-2"]]
    full = {**facts((24, 0)), "limits": {"instances": 2, "instances_used": 2}}
    assert sites_of(made, {"edge-1": full}) == [["edge-2"]]


def test_a_site_without_a_mandatory_mec_service_is_passed_over() -> None:
    app = {**function("app", {"role": "edge", "instances": 1, "enbs": ["enb1"]}), "mec_services": {"mandatory": ["rnis"]}}
    offers = {"edge-1": [{"name": "location"}], "edge-2": [{"name": "rnis"}]}
    sites = {name: {**site, "mec_services": offers.get(name)} for name, site in EDGES.items()}
    assert sites_of(service(app)) == [["edge-1"]]
    assert sites_of(service(app), sites=sites) == [["edge-2"]]
    sites["edge-2"]["mec_services"] = []
    with pytest.raises(InputError, match="edge-1: it does not offer the MEC service rnis; edge-2: it does not"):
        place(service(app), sites=sites)


def test_a_function_is_not_put_where_it_serves_nobody() -> None:
    made = service(function("cache", {**ONE, "enbs": ["enb1"], "delay": {"maximum": 5}}))
    with pytest.raises(InputError, match=r"holds? (it|cache): "):
        place(made, {"edge-1": facts((4, 4)), "edge-2": facts((4, 0))})


def test_a_hypervisor_that_the_descriptor_names_counts() -> None:
    chains = [{"name": "web", "functions": ["fw", "lb"], "pps": 1000}]
    made = service(function("fw", AT_EDGE, availability_zone="nova:host-2:node-2"), function("lb", AT_EDGE), chains=chains)
    answer = place(made, {"edge-1": facts((24, 0), (24, 0))})
    assert answer["chains"][0]["blocks"] == [{"server": "node-2", "functions": ["fw", "lb"]}]
    assert {one["name"]: one["guest_cpu"] for one in answer["hypervisors"]} == {"node-1": 0, "node-2": 4}
    only_zone = service(function("fw", AT_EDGE, availability_zone="az2"), function("lb", AT_EDGE), chains=chains)
    assert place(only_zone, {"edge-1": facts((24, 0))})["chains"][0]["blocks"] == [{"server": "node-1", "functions": ["lb"]}]


def test_a_chain_that_runs_on_a_full_hypervisor_is_no_news() -> None:
    runs = {"name": "s", "function": "fw", "vdu": "fw-vm", "hypervisor": "node-1", "availability_zone": "nova:host-1:node-1"}
    made = service(function("fw", AT_EDGE), chains=[{"name": "web", "functions": ["fw"], "pps": 1000}])
    assert place(made, {"edge-1": facts((2, 2), servers=[runs])})["findings"] == []


HYPERVISOR = facts((8, 0))["hypervisors"][0]


@pytest.mark.parametrize(
    ("sites", "told", "sentence"),
    [
        ({}, {}, "sites: there is none; give nfv_sites of an inventory of sites"),
        ({"e": None}, {}, "sites.e: a mapping is expected here"),
        ({"e": {}}, {}, "sites.e.role: None is none of core, edge, cran"),
        ({"e": {"role": "edge", "delays": {"x": 1}}}, {}, "sites.e.delays: there is no site 'x'; there are: e"),
        ({"e": {"role": "edge", "delays": {"e": "x"}}}, {}, "sites.e.delays.e: 'x' is not a finite number"),
        ({"e": {"role": "edge", "enbs": 5}}, {}, "sites.e.enbs: a list of names is expected here"),
        (None, {"zz": {}}, "facts: there is no site 'zz'; there are: core-1, edge-1, edge-2"),
        (None, {"edge-1": "x"}, "facts.edge-1: a mapping is expected here"),
        (None, {"edge-1": {"hypervisors": "x"}}, "facts.edge-1.hypervisors: a list is expected here"),
        (None, {"edge-1": {"servers": [1]}}, "facts.edge-1.servers[0]: a mapping is expected here"),
        (
            None,
            {"edge-1": {"hypervisors": [{**HYPERVISOR, "vcpus": "many"}]}},
            "facts.edge-1.hypervisors[0].vcpus: 'many' is not a finite number",
        ),
        (
            None,
            {"edge-1": {"hypervisors": [HYPERVISOR, HYPERVISOR]}},
            "facts.edge-1.hypervisors[1].name: 'node-1' stands at facts.edge-1.hypervisors[0] already",
        ),
        (
            None,
            {"edge-1": {"hypervisors": [{"name": "n"}]}},
            "facts.edge-1.hypervisors[0]: lacks available, host, memory, memory_used, vcpus, vcpus_used, zone",
        ),
    ],
)
def test_sites_and_facts_that_make_no_sense_are_refused(sites: Any, told: Any, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        place(service(function("fw")), told, sites)
    assert str(refused.value).startswith(sentence)


def test_a_service_that_makes_no_sense_is_refused() -> None:
    chains = [{"name": "web", "functions": ["zz"], "pps": 1}]
    with pytest.raises(InputError, match=r"^chains\[0\].*zz"):
        place_service({"name": "s", "functions": [function("fw")], "chains": chains}, EDGES, {}, POLICY)


def test_without_base_stations_any_site_with_room_will_do() -> None:
    bare = {name: {**site, "enbs": []} for name, site in EDGES.items()}
    made = service(function("cache", ONE))
    assert sites_of(made, {}, bare) == [["edge-1"]]
    assert sites_of(made, {"edge-1": facts((4, 4))}, bare) == [["edge-2"]]


def test_a_base_station_that_is_too_far_is_told() -> None:
    answer = place(service(function("cache", {**ONE, "enbs": ["enb1", "enb2"], "delay": {"maximum": 2}})))
    assert len(answer["findings"]) == 1
    assert answer["findings"][0].startswith("cache does not serve enb")


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"enbs": ["enb9"]}, "functions[0].site.enbs: there is no eNB 'enb9'; there are: enb1, enb2"),
        ({"role": "cran"}, "functions[0].site: there is no site of the role cran for cache"),
    ],
)
def test_a_wish_that_no_site_can_meet(wanted: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        place(service(function("cache", {**ONE, **wanted})))
    assert str(refused.value) == sentence


def test_a_function_that_fits_nowhere_is_refused_with_the_reason() -> None:
    with pytest.raises(
        InputError,
        match=r"can hold cache: edge-1: no hypervisor has 64 cores and 1024 MiB left for cache-vm; edge-2: ",
    ):
        place(service(function("cache", ONE, vcpus=64)), {"edge-1": facts((4, 0)), "edge-2": facts((4, 0))})


def test_a_delay_without_base_stations_is_refused() -> None:
    bare = {name: {**site, "enbs": []} for name, site in EDGES.items()}
    with pytest.raises(InputError, match=r"^functions\[0\]\.site\.delay: is of no use where the sites name no eNBs"):
        place(service(function("cache", {**ONE, "delay": {"maximum": 2}})), {}, bare)


def test_a_block_of_a_radio_network_is_refused_where_it_must_not_be() -> None:
    with pytest.raises(InputError, match=r"^low-phy at edge-1: PHY Cell runs at the antenna site or front-end cloud only"):
        place(service({**function("low-phy"), "cran_block": "PHY Cell"}))
    place(service({**function("pdcp", {"role": "core"}), "cran_block": "PDCP"}))


AT_EDGE = {"name": "edge-1"}


def test_chains_get_hypervisors_and_heat_is_told_them() -> None:
    chains = [{"name": "web", "functions": ["fw", "cache"], "pps": 500000}]
    made = service(function("fw", AT_EDGE), function("cache", AT_EDGE), function("db", AT_EDGE), chains=chains)
    answer = place(made, {"edge-1": facts((8, 7), (8, 4), (8, 0))})
    assert [block["server"] for block in answer["chains"][0]["blocks"]] == ["node-3"]
    template = to_heat(answer["service"], {"name": "edge-1", "role": "edge"})
    zones = {
        name: one["properties"].get("availability_zone") for name, one in template["resources"].items() if "server" in name
    }
    assert list(zones.values()) == ["nova:host-3:node-3", "nova:host-3:node-3", None]
    marks = next(one for name, one in template["resources"].items() if "server" in name)["properties"]["metadata"]
    assert marks["superfluidity.nfv:availability-zone"] == "nova:host-3:node-3"


def test_a_chain_that_finds_no_room_is_left_to_the_scheduler() -> None:
    chains = [{"name": "web", "functions": ["fw"], "pps": 1000}]
    made = service(function("fw", AT_EDGE, memory=4096), chains=chains)
    full, small = {"edge-1": facts((8, 7))}, {"edge-1": facts((8, 0), memory=2048)}
    for told, why in ((full, "no server has more than 1 free"), (small, "no hypervisor has 4096 MiB of memory left")):
        answer = place(made, told)
        assert answer["findings"][0].startswith("chain web at edge-1 is left to Nova's scheduler: ")
        assert why in answer["findings"][0]
        assert "availability_zone" not in answer["service"]["functions"][0]["vdus"][0]


def test_who_may_not_see_hypervisors_leaves_them_to_the_scheduler() -> None:
    made = service(function("fw", AT_EDGE), chains=[{"name": "web", "functions": ["fw"], "pps": 1000}])
    answer = place(made, {"edge-1": {**facts(), "hypervisors": None}})
    assert (answer["chains"], answer["findings"], answer["service"]) == ([], [], made)


def test_a_zone_that_the_descriptor_names_is_kept() -> None:
    made = service(function("fw", AT_EDGE, availability_zone="az2"), chains=[{"name": "w", "functions": ["fw"], "pps": 1}])
    assert place(made, {"edge-1": facts((8, 0))})["service"]["functions"][0]["vdus"][0]["availability_zone"] == "az2"


def test_a_server_that_runs_somewhere_is_asked_for_nothing_new() -> None:
    """Nova would have to make it anew."""
    runs = {"name": "s", "function": "fw", "vdu": "fw-vm", "hypervisor": "node-2", "availability_zone": None}
    made = service(function("fw", AT_EDGE), chains=[{"name": "web", "functions": ["fw"], "pps": 1000}])
    answer = place(made, {"edge-1": facts((8, 0), (8, 2), servers=[runs])})
    assert answer["chains"][0]["blocks"] == [{"server": "node-2", "functions": ["fw"]}]
    assert "availability_zone" not in answer["service"]["functions"][0]["vdus"][0]


def test_a_hypervisor_that_takes_no_servers_gets_none() -> None:
    told = facts((8, 0), (8, 2))
    told["hypervisors"][0]["available"] = False
    told["servers"] = [
        {"name": "s", "function": "fw", "vdu": "fw-vm", "hypervisor": "node-1", "availability_zone": "nova:h:node-1"}
    ]
    made = service(
        function("fw", AT_EDGE), function("lb", AT_EDGE), chains=[{"name": "web", "functions": ["fw", "lb"], "pps": 1000}]
    )
    answer = place(made, {"edge-1": told})
    assert answer["chains"][0]["blocks"] == [{"server": "node-2", "functions": ["lb"]}]
    zones = [one["vdus"][0]["availability_zone"] for one in answer["service"]["functions"]]
    assert zones == [{"edge-1": "nova:h:node-1"}, {"edge-1": "nova:host-2:node-2"}]


@pytest.mark.parametrize(
    ("latency", "finding"),
    [
        (3, []),
        (2.5, ["chain web takes 3 ms between sites, and its latency is 2.5 ms"]),
    ],
)
def test_a_chain_that_takes_longer_than_it_may_is_told(latency: float, finding: list[str]) -> None:
    chains = [{"name": "web", "functions": ["fw", "origin"], "latency": latency}]
    made = service(function("fw"), function("origin", {"role": "core"}), chains=chains)
    assert place(made)["findings"] == finding


def test_an_unknown_delay_is_told() -> None:
    sites = {name: {**site, "delays": {}} for name, site in EDGES.items()}
    chains = [{"name": "web", "functions": ["fw", "origin"], "latency": 5}]
    made = service(function("fw"), function("origin", {"role": "core"}), chains=chains)
    told = place(made, {}, sites)["findings"]
    assert told == ["chain web has a step between sites of which no delay is known, and its latency is 5 ms"]


def started(answer: dict[str, Any], told: dict[str, Any], elsewhere: str) -> dict[str, Any]:
    """The region after the service was made there: what was not placed has gone where the scheduler liked."""
    used = {one["name"]: one["vcpus_used"] for one in told["hypervisors"]}
    memory = {one["name"]: one["memory_used"] for one in told["hypervisors"]}
    servers = []
    for one in answer["service"]["functions"]:
        vdu = one["vdus"][0]
        zone = vdu.get("availability_zone", {}).get("edge-1")
        node = zone.split(":")[2] if zone else elsewhere
        used[node] += vdu["vcpus"]
        memory[node] += vdu["memory"]
        server = {
            "name": one["name"],
            "function": one["name"],
            "vdu": vdu["name"],
            "hypervisor": node,
            "availability_zone": zone,
        }
        servers.append(server)
    hypervisors = [{**one, "vcpus_used": used[one["name"]], "memory_used": memory[one["name"]]} for one in told["hypervisors"]]
    return {**told, "hypervisors": hypervisors, "servers": servers}


@settings(max_examples=60)
@given(st.data())
def test_a_second_run_decides_the_same(data: st.DataObject) -> None:
    names = [f"f{number}" for number in range(data.draw(st.integers(1, 5)))]
    functions = [function(name, AT_EDGE, vcpus=data.draw(st.integers(1, 4))) for name in names]
    chains = [
        {
            "name": f"c{number}",
            "functions": data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)),
            "pps": data.draw(st.sampled_from([1000, 100000, 900000])),
        }
        for number in range(data.draw(st.integers(0, 3)))
    ]
    made = service(*functions, chains=chains)
    sizes = data.draw(st.lists(st.tuples(st.integers(2, 12), st.integers(0, 4)), min_size=1, max_size=4))
    told = facts(*sizes)
    first = place(made, {"edge-1": told})
    elsewhere = data.draw(st.sampled_from([one["name"] for one in told["hypervisors"]]))
    second = place(made, {"edge-1": started(first, told, elsewhere)})
    assert second["service"] == first["service"]


def test_a_chain_over_a_function_without_a_site_is_left_to_who_refuses_it() -> None:
    chains = [{"name": "web", "functions": ["fw", "bbu"], "latency": 5}, {"name": "more", "functions": ["bbu", "fw"]}]
    made = service(function("fw"), function("bbu", {"role": "cran"}), chains=chains)
    assert place(made)["findings"] == ["chain web has a step between sites of which no delay is known, and its latency is 5 ms"]
    with pytest.raises(InputError, match="function bbu has no site"):
        deployment(place(made)["service"], EDGES)


def test_where_a_function_runs_counts_more_than_the_zone_it_asks_for() -> None:
    runs = {"name": "s", "function": "fw", "vdu": "fw-vm", "hypervisor": "node-1", "availability_zone": None}
    chains = [{"name": "web", "functions": ["fw"], "pps": 1000}]
    made = service(function("fw", AT_EDGE, availability_zone="nova:host-2:node-2"), chains=chains)
    answer = place(made, {"edge-1": facts((8, 2), (8, 0), servers=[runs])})
    assert answer["chains"][0]["blocks"] == [{"server": "node-1", "functions": ["fw"]}]
