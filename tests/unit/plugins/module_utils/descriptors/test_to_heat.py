# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heat templates: what is in them, that they hold together, and that the same service gives the same template."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.heat_growth import MOST_IN_A_TEMPLATE, unsaid
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.flavors import choose_flavor

CORE = {"name": "core-1", "role": "core"}
EDGE = {"name": "edge-1", "role": "edge"}
EDGE_2 = {"name": "edge-2", "role": "edge"}
CRAN = {"name": "cran-1", "role": "cran"}


def service(**vdu: object) -> dict:
    """One VM on one link."""
    return {
        "name": "s",
        "functions": [
            {
                "name": "f",
                "vdus": [{"name": "v", "kind": "vm", **vdu}],
                "connection_points": [{"name": "p", "vdu": "v"}],
            }
        ],
        "links": [{"name": "l", "endpoints": ["f.p"]}],
    }


def properties(template: dict, name: str) -> dict:
    return template["resources"][name]["properties"]


def references(value: object) -> Iterator[tuple[str, str]]:
    """Every get_resource, get_param and get_attr in a template, with what it names."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("get_resource", "get_param", "get_attr"):
                yield key, item[0] if isinstance(item, list) else item
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


@pytest.mark.parametrize("site", [CORE, EDGE, CRAN], ids=lambda site: site["name"])
def test_every_reference_of_a_template_leads_somewhere(video: dict, site: dict) -> None:
    template = to_heat(read(video).service, site, sites=[CORE, EDGE, CRAN])
    for kind, name in references(template):
        assert name in template["parameters" if kind == "get_param" else "resources"]
    for resource in template["resources"].values():
        assert set(resource.get("depends_on", [])) <= set(template["resources"])


@pytest.mark.parametrize("site", [CORE, EDGE, CRAN], ids=lambda site: site["name"])
def test_the_video_service_in_full(video: dict, site: dict, golden: Callable) -> None:
    golden(f"video.{site['name']}.heat", to_heat(read(video).service, site, sites=[CORE, EDGE, CRAN]))


def test_a_service_is_left_as_it_was(video: dict) -> None:
    reading = read(video)
    before = copy.deepcopy(reading.service)
    to_heat(reading.service, EDGE)
    assert reading.service == before


def test_a_site_without_virtual_machines_gets_no_resources(video: dict) -> None:
    assert to_heat(read(video).service, CRAN)["resources"] == {}


def test_a_server_says_whose_it_is() -> None:
    template = to_heat(service(), CORE)
    marks = {"superfluidity.nfv:service": "s", "superfluidity.nfv:function": "f", "superfluidity.nfv:vdu": "v"}
    assert properties(template, "server_f.v")["metadata"] == marks
    assert properties(template, "port_f.p")["tags"] == [f"{key}={value}" for key, value in marks.items()]
    assert properties(template, "network_l")["tags"] == ["superfluidity.nfv:service=s"]


def test_the_parent_of_pods_says_that_it_is_a_node(video: dict) -> None:
    template = to_heat(read(video).service, EDGE)
    assert properties(template, "server_cache.cache-vm")["metadata"]["superfluidity.nfv:kubernetes-node"] == "true"
    assert "superfluidity.nfv:kubernetes-node" not in properties(template, "server_tof.tof-vm")["metadata"]


def test_a_key_pair_is_made_only_where_there_is_a_key() -> None:
    assert "key_f.v" not in to_heat(service(), CORE)["resources"]
    template = to_heat(service(ssh_key="ssh-ed25519 AAAA"), CORE)
    assert properties(template, "key_f.v") == {"name": "s-f-v", "public_key": "ssh-ed25519 AAAA"}


def test_a_flavor_is_made_only_where_the_service_asks() -> None:
    template = to_heat(service(create_flavor=True, vcpus=2, memory=1024, storage=5), CORE)
    assert properties(template, "flavor_f.v") == {"name": "s-f-v", "vcpus": 2, "ram": 1024, "disk": 5}
    assert properties(template, "server_f.v")["flavor"] == {"get_resource": "flavor_f.v"}
    assert "flavor_f.v" not in template["parameters"]


FLAVORS = (
    {"name": "large", "vcpus": 4, "ram": 8192, "disk": 40},
    {"name": "medium", "vcpus": 2, "ram": 4096, "disk": 20},
    {"name": "small", "vcpus": 1, "ram": 2048, "disk": 10},
)


@pytest.mark.parametrize(
    ("vdu", "flavors", "chosen"),
    [
        ({"flavor": "own", "vcpus": 64}, FLAVORS, "own"),
        ({}, FLAVORS, "default"),
        ({"vcpus": 2}, (), "default"),
        ({"vcpus": 1}, FLAVORS, "small"),
        ({"memory": 2049}, FLAVORS, "medium"),
        ({"vcpus": 2, "storage": 21}, FLAVORS, "large"),
    ],
)
def test_the_smallest_flavor_that_holds_a_vdu(vdu: dict, flavors: tuple, chosen: str) -> None:
    assert choose_flavor({"name": "v", **vdu}, flavors, "default") == chosen


def test_no_flavor_holds_a_vdu() -> None:
    with pytest.raises(InputError, match=r"no flavor of the site holds v \(8 vcpus, 1 ram\); add one or name it"):
        to_heat(service(vcpus=8, memory=1), CORE, flavors=FLAVORS)


def test_images_are_those_of_the_site() -> None:
    chosen = [
        to_heat(service(**vdu), CORE, images={"tof": "tof-2"}, default_image="debian")["parameters"]["image_f.v"]["default"]
        for vdu in ({"image": "tof"}, {"image": "other"}, {})
    ]
    assert chosen == ["tof-2", "other", "debian"]


def test_sites_share_the_range_of_a_link_out() -> None:
    shared = service()
    shared["functions"][0]["site"] = {"role": "edge"}
    shared["links"][0]["cidr"] = "10.1.0.0/24"
    pools = [properties(to_heat(shared, site, sites=[EDGE_2, EDGE]), "subnet_l")["allocation_pools"] for site in (EDGE, EDGE_2)]
    assert pools == [[{"start": "10.1.0.2", "end": "10.1.0.127"}], [{"start": "10.1.0.128", "end": "10.1.0.253"}]]
    assert "allocation_pools" not in properties(to_heat(shared, EDGE, sites=[EDGE, CORE]), "subnet_l")


def test_links_without_a_range_get_one_that_no_other_has(shop) -> None:
    two = service()
    two["links"][0]["cidr"] = "10.100.0.0/23"
    two["functions"][0]["connection_points"].append({"name": "q", "vdu": "v"})
    two["links"].append({"name": "m", "endpoints": ["f.q"]})
    assert properties(to_heat(two, CORE), "subnet_m")["cidr"] == "10.100.2.0/24"
    with pytest.raises(InputError, match=r"the pool 10\.100\.0\.0/24 has too few ranges"):
        to_heat(two, CORE, cidr_pool="10.100.0.0/24")
    with pytest.raises(InputError, match="nonsense is no pool"):
        to_heat(two, CORE, cidr_pool="nonsense")


def test_ports_follow_the_order_of_the_interfaces() -> None:
    two = service(interfaces=["eth0", "eth1"], vnic_type="direct")
    function = two["functions"][0]
    function["connection_points"] = [
        {"name": "b", "vdu": "v", "interface": "eth1", "mac": "aa:aa:aa:aa:aa:aa"},
        {"name": "a", "vdu": "v", "interface": "eth0"},
    ]
    two["links"] = [{"name": "l", "endpoints": ["f.a"]}, {"name": "m", "endpoints": ["f.b"]}]
    template = to_heat(two, CORE)
    ports = [one["port"]["get_resource"] for one in properties(template, "server_f.v")["networks"]]
    assert ports == ["port_f.a", "port_f.b"]
    assert properties(template, "port_f.b")["mac_address"] == "aa:aa:aa:aa:aa:aa"
    assert properties(template, "port_f.b")["binding:vnic_type"] == "direct"


def test_a_connection_point_has_a_kind_of_interface_of_its_own() -> None:
    one = service(vnic_type="direct")
    (point, *_others) = one["functions"][0]["connection_points"]
    name = f"port_f.{point['name']}"
    assert properties(to_heat(one, CORE), name)["binding:vnic_type"] == "direct"
    point["vnic_type"] = "macvtap"
    assert properties(to_heat(one, CORE), name)["binding:vnic_type"] == "macvtap"


def test_a_vdu_without_a_link_gets_no_network() -> None:
    alone = service()
    alone["links"] = []
    assert properties(to_heat(alone, CORE), "server_f.v")["networks"] == [{"allocate_network": "none"}]


def test_instances_are_servers_with_ports_of_their_own() -> None:
    template = to_heat(service(instances=2), CORE)
    assert [name for name in template["resources"] if name.startswith(("server", "port"))] == [
        "port_f.p-1",
        "server_f.v-1",
        "port_f.p-2",
        "server_f.v-2",
    ]
    assert list(template["outputs"]["servers"]["value"]) == ["f.v-1", "f.v-2"]


def test_a_router_takes_the_gateway_address_and_floating_addresses_wait_for_it() -> None:
    routed = service()
    function = routed["functions"][0]
    function["routers"] = [{"name": "gw", "external_network": "wan", "enable_snat": False}]
    function["connection_points"] = [{"name": "p", "vdu": "v", "floating_ip": {}}, {"name": "lan", "router": "gw"}]
    routed["links"][0]["endpoints"] = ["f.p", "f.lan"]
    template = to_heat(routed, CORE, external_network="wan")
    gateway = {"network": "wan", "enable_snat": False}
    assert properties(template, "router_f.gw")["external_gateway_info"] == gateway
    assert properties(template, "interface_f.lan") == {
        "router": {"get_resource": "router_f.gw"},
        "subnet": {"get_resource": "subnet_l"},
    }
    public = template["resources"]["floating_ip_f.p"]
    assert public["depends_on"] == ["interface_f.lan"]
    assert public["properties"]["floating_network"] == "wan"
    assert list(template["outputs"]) == ["servers", "addresses", "floating_ips"]


def test_a_stack_of_a_later_stage_names_the_networks_of_the_first(video: dict) -> None:
    first = to_heat(read(video).service, EDGE, functions=["tof"])
    assert [name for name in first["resources"] if name.startswith("server")] == ["server_tof.tof-vm"]
    assert "network_service" in first["resources"]
    later = to_heat(read(video).service, EDGE, functions=["cache"], networks=False)
    assert not [name for name in later["resources"] if name.startswith(("network", "subnet"))]
    port = properties(later, "port_cache.users")
    assert port["network"] == properties(first, "network_service")["name"] == "video-service"
    assert port["fixed_ips"] == [{"subnet": "video-service", "ip_address": "10.10.4.10"}]


def test_a_click_vdu_inside_a_vm_is_refused() -> None:
    nested = service()
    nested["documents"] = {"c.click": "Idle -> Discard;"}
    click = {"name": "c", "kind": "click", "descriptor": "c.click"}
    nested["functions"][0]["vdus"].append(click)
    assert properties(to_heat(nested, CORE), "server_f.c")["user_data"] == "Idle -> Discard;"
    click["parent"] = "v"
    with pytest.raises(InputError, match=r"f\.c: a Click VDU inside a VM cannot be deployed with Heat"):
        to_heat(nested, CORE)


@pytest.mark.parametrize("flavors", [["small"], [{"name": "a"}], [{"name": 1, "vcpus": 1, "ram": 1, "disk": 1}]])
def test_flavors_that_are_none(flavors: list) -> None:
    with pytest.raises(InputError, match="every flavor needs a name, and vcpus, ram and disk as whole numbers"):
        to_heat(service(), CORE, flavors=flavors)


def at(template: dict, **counts: int) -> dict:
    """What Heat makes of a template: its conditions are looked at anew, and what need not be there is left out."""
    given = {name: one.get("default") for name, one in template["parameters"].items()}
    given |= {name.replace("__", "."): count for name, count in counts.items()}

    def holds(condition: object) -> bool:
        if isinstance(condition, str):
            return holds(template["conditions"][condition])
        [(kind, arguments)] = condition.items()
        if kind == "or":
            return any(map(holds, arguments))
        assert kind == "equals"
        left, right = arguments
        return given[left["get_param"]] == right

    resources = {name: one for name, one in template["resources"].items() if "condition" not in one or holds(one["condition"])}
    outputs = {
        kind: {name: one for name, one in output["value"].items() if "if" not in one or holds(one["if"][0])}
        for kind, output in template["outputs"].items()
    }
    return {"parameters": template["parameters"], "resources": resources, "outputs": outputs}


@pytest.mark.parametrize("instances", [1, 3])
@pytest.mark.parametrize("least", [1, 2])
def test_of_a_vdu_that_is_scaled_there_are_as_many_as_the_parameter_says(instances: int, least: int) -> None:
    if least > instances:
        return
    made = service(instances=instances, scaling={"min": least, "max": 5, "step": 2})
    made["functions"][0]["vdus"][0]["port_pool"] = {"connection_point": "p"}
    made["functions"][0]["connection_points"][0]["floating_ip"] = {}
    template = to_heat(made, CORE, scalable=True)
    count = template["parameters"]["count_f.v"]
    assert (count["type"], count["default"]) == ("number", instances)
    assert count["constraints"] == [{"range": {"min": least, "max": 5}}]
    for number in range(least, 6):
        there = at(template, count_f__v=number)
        kinds = [one["type"].rpartition("::")[2] for one in there["resources"].values()]
        assert {kind: kinds.count(kind) for kind in ("Server", "Port", "Trunk", "FloatingIP")} == dict.fromkeys(
            ("Server", "Port", "Trunk", "FloatingIP"), number
        )
        names = [one["properties"]["name"] for one in there["resources"].values() if one["type"].endswith("Server")]
        first = "s-f-v" if instances == 1 else "s-f-v-1"
        assert names == [first, *(f"s-f-v-{other}" for other in range(2, number + 1))]
        assert {len(output) for output in there["outputs"].values()} == {number}
        for kind, name in references(there):
            assert name in there["parameters" if kind == "get_param" else "resources"]
        for resource in there["resources"].values():
            assert set(resource.get("depends_on", [])) <= set(there["resources"])
    assert at(template)["resources"].keys() == at(template, count_f__v=instances)["resources"].keys()
    assert to_heat(made, CORE)["resources"].keys() == at(template)["resources"].keys()
    assert ["scaling is not said" in sentence for sentence in unsaid(made, scalable=False)] == [True]
    plain = copy.deepcopy(made)
    del plain["functions"][0]["vdus"][0]["scaling"]
    names = at(template)["resources"].keys() - {
        name for name in template["resources"] if "condition" in template["resources"][name]
    }
    assert names <= to_heat(plain, CORE)["resources"].keys(), "what is always there bears the names that it has without scaling"
    assert list(unsaid(made, scalable=True)) == [
        "f.v: rules and steps of scaling are not said: there are as many as the parameter count_f.v says"
    ]


def test_what_cannot_be_scaled_here_is_told_and_is_as_many_as_it_was() -> None:
    made = service(scaling={"max": 4})
    made["functions"][0]["connection_points"][0]["mac"] = "02:00:00:00:00:01"
    assert "conditions" not in to_heat(made, CORE, scalable=True)
    assert list(unsaid(made, scalable=True)) == ["f.v: scaling is not said, as p has an address that two cannot have"]
    many = service(scaling={"max": 1000})
    servers = [one for one in to_heat(many, CORE, scalable=True)["resources"].values() if one["type"] == "OS::Nova::Server"]
    assert len(servers) == MOST_IN_A_TEMPLATE
    assert list(unsaid(many, scalable=True)) == [f"f.v: of the 1000 that there may be the template holds {MOST_IN_A_TEMPLATE}"]
    assert len(yaml.safe_dump(to_heat(many, CORE, scalable=True))) < 2**17
    with pytest.raises(
        InputError, match=r"f\.v: 4294967295 instances are more than the 1000 resources that Heat takes in a stack"
    ):
        to_heat(service(instances=2**32 - 1), CORE)
    twins = service(scaling={"max": 2})
    twins["functions"][0]["vdus"].append({"name": "v-2", "kind": "vm"})
    with pytest.raises(InputError, match=r"two resources of the stack would be called server_f\.v-2: an instance has the name"):
        to_heat(twins, CORE, scalable=True)


def test_hardware_becomes_extra_specs_of_a_flavor_that_is_made() -> None:
    hardware = {"numa_nodes": 2, "traits": ["HW_CPU_X86_AVX2"], "resources": {"VGPU": 1}, "devices": [{"alias": "fpga"}]}
    template = to_heat(service(create_flavor=True, vcpus=4, memory=2048, hardware=hardware), CORE)
    assert properties(template, "flavor_f.v")["extra_specs"] == {
        "hw:numa_nodes": "2",
        "trait:HW_CPU_X86_AVX2": "required",
        "resources:VGPU": "1",
        "pci_passthrough:alias": "fpga:1",
    }
