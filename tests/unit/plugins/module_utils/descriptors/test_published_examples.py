# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors that nobody here wrote: everything in them comes through, and what old translators did wrong does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.reading import UNUSED, sentences
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_kubernetes import to_kubernetes

CORE = {"name": "core-1", "role": "core"}
Published = Callable[[str], dict[str, bytes]]


def servers(template: dict) -> list[str]:
    """Names of the servers that there are at first: an editor lets there be five of every VDU."""
    found = template["resources"].values()
    return [one["properties"]["name"] for one in found if one["type"] == "OS::Nova::Server" and "condition" not in one]


def of_type(template: dict, kind: str) -> dict[str, dict]:
    return {name: one["properties"] for name, one in template["resources"].items() if one["type"] == kind}


def test_kubernetes_example_all_vdus_and_services(published: Published) -> None:
    service = read(published("rdcl3d/Superfluidity-example-k8s-01")).service
    assert servers(to_heat(service, CORE)) == [f"NSExample-vnf2-vdu2{number}" for number in (1, 2, 3)]
    objects = to_kubernetes(service, CORE)
    assert [(one["kind"], one["metadata"]["name"]) for one in objects] == [
        ("Namespace", "nsexample"),
        ("ReplicationController", "busybox-sleep-perf-vnf1"),
        ("Service", "busybox-sleep-perf-vnf1"),
        ("ReplicationController", "busybox-sleep-perf-vnf3"),
        ("Service", "busybox-sleep-perf-vnf3"),
    ]


def test_kubernetes_example_each_service_selects_its_own_pods_alone(published: Published) -> None:
    objects = to_kubernetes(read(published("rdcl3d/Superfluidity-example-k8s-01")).service, CORE)
    pods = [one["spec"]["template"]["metadata"]["labels"] for one in objects if "template" in one.get("spec", {})]
    selectors = [one["spec"]["selector"] for one in objects if "selector" in one.get("spec", {})]
    hits = [[selector.items() <= labels.items() for labels in pods] for selector in selectors]
    assert hits == [[True, False], [True, False], [False, True], [False, True]]


def test_kubernetes_example_keeps_links_chains_and_access_points(published: Published) -> None:
    reading = read(published("rdcl3d/Superfluidity-example-k8s-01"))
    assert [one for one in reading.warnings if not one["message"].endswith(UNUSED) or not one["line"]] == []
    assert [link["name"] for link in reading.service["links"][:4]] == ["vl1", "vl2", "vl3", "vl4"]
    assert reading.service["links"][1]["endpoints"] == ["vnf1.VnfExtCp13", "vnf2.VnfExtCp21", "vnf3.VnfExtCp31"]
    assert reading.service["chains"][1] == {"name": "vnffg2", "functions": ["vnf1", "vnf3"]}
    assert reading.service["access_points"] == [{"name": "sap1", "link": "vl1"}, {"name": "sap2", "link": "vl4"}]


def test_what_the_model_cannot_hold_is_told_with_its_line_and_shown_in_short(published: Published) -> None:
    """An editor writes every key of the standard; a list of all of them would hide what matters."""
    found = read(published("sf2heat/test_tof.json")).warnings
    unused = {one["path"].partition(": ")[2]: one["line"] for one in found if one["message"].endswith(UNUSED)}
    assert unused["vnfd.vnf1.autoScale"] == 827
    assert unused["vnfd.vnf1.virtualComputeDesc[0].virtualCpu.cpuArchitecture"] == 685
    assert all(unused.values())
    shown = sentences(found)
    assert len(shown) == len(found) - len(unused) + 1
    assert f"test_tof.json: {len(unused)} keys are not used, as the service model has no place for them: nsd." in shown[-1]
    assert sentences(found[:3]) == [f"{one['path']}: {one['message']}" for one in found[:3]]


def test_mec_example_all_vdus(published: Published) -> None:
    reading = read(published("rdcl3d/MEC"), default_site={"role": "edge"})
    template = to_heat(reading.service, {"name": "edge-1", "role": "edge"})
    tof = ["GTPUEncap1", "GTPUDecap1", "trafficFilterUL", "router", "SDNAT", "trafficFilterDL", "GTPUEncap2", "GTPUDecap2"]
    assert servers(template) == [
        *(f"MECUO-MECTOF-{name}" for name in tof),
        "MECUO-UOLTM-UO_LTM",
        "MECUO-UOStorage-UO_Storage",
        "MECUO-UOLTM_MEC-UO_LTM_UOLTM_MEC",
    ]
    assert len(of_type(template, "OS::Neutron::Port")) == 22
    assert len(of_type(template, "OS::Neutron::Net")) == 9
    assert {one["default"] for name, one in template["parameters"].items() if name.startswith("image_")} == {"cirros"}


def test_mec_example_says_what_it_took_for_what(published: Published) -> None:
    messages = [warning["message"] for warning in read(published("rdcl3d/MEC")).warnings]
    assert "UOLTM has no connection point westExtCP; westExtCP_1 is taken for it" in messages
    assert "UOStorage has no connection point westExtCP; westExtCP_2 is taken for it" in messages
    assert len(messages) == len(set(messages))


def test_the_yaml_copy_of_the_mec_example_lacks_a_vnfd(published: Published) -> None:
    with pytest.raises(InputError, match=r"NSD/MECUO_NS\.yaml:391: vnfdId: the VNFD UOLTM_MEC is not in the package"):
        read(published("rdcl3d/MEC/YAML"))


def test_click_example_all_vdus(published: Published) -> None:
    service = read(published("rdcl3d/Superfluidity-example-01")).service
    template = to_heat(service, CORE)
    assert len(servers(template)) == 5
    boot = template["resources"]["server_vnf3.vdu31"]["properties"]
    assert boot["user_data"].startswith("// Suck stuff in.")
    assert boot["user_data_format"] == "RAW"


def test_traffic_offload_draws_one_physical_network_twice(published: Published) -> None:
    reading = read(published("sf2heat/test_tof.json"))
    template = to_heat(reading.service, CORE)
    cidrs = [one["cidr"] for one in of_type(template, "OS::Neutron::Subnet").values()]
    assert sorted(cidrs) == ["10.10.10.0/24", "192.168.50.0/24", "20.20.20.0/24"]
    assert len(of_type(template, "OS::Neutron::ProviderNet")) == 1
    assert len(template["resources"]["server_vnf1.vnf_vdu_tof"]["properties"]["networks"]) == 4
    joined = "vnf1.vnf_vl_ran, vnf1.vnf_vl_core name the same physical network and are one"
    assert joined in [warning["message"] for warning in reading.warnings]


def test_traffic_offload_reaches_the_world_through_its_router(published: Published) -> None:
    resources = to_heat(read(published("sf2heat/test_tof.json")).service, CORE)["resources"]
    assert resources["router_vnf1.vnf_vdu_router_tof"]["properties"]["external_gateway_info"] == {"network": "public"}
    assert resources["port_vnf1.net_router_mgmt"]["properties"]["fixed_ips"][0]["ip_address"] == "10.10.10.1"
    assert resources["subnet_vnf1.vnf_vl_mgmt"]["properties"]["gateway_ip"] == "10.10.10.1"
    public = resources["floating_ip_vnf1.net_mgmt"]
    assert public["properties"]["floating_ip_address"] == "172.24.4.5"
    assert public["depends_on"] == ["interface_vnf1.net_router_tof", "interface_vnf1.net_router_mgmt"]
    server = resources["server_vnf1.vnf_vdu_tof"]["properties"]
    assert server["key_name"] == {"get_resource": "key_vnf1.vnf_vdu_tof"}
    assert server["user_data"].startswith("#!/bin/bash")


def test_a_fixed_address_without_a_range_brings_its_own(published: Published) -> None:
    template = to_heat(read(published("sf2heat/test_project_2.json")).service, CORE)
    (subnet,) = of_type(template, "OS::Neutron::Subnet").values()
    assert subnet["cidr"] == "192.168.251.0/24"


@pytest.mark.parametrize("name", ["sf2heat/test_tof.json", "sf2heat/test_project_2.json", "rdcl3d/MEC"])
def test_every_resource_has_a_type_and_every_port_waits_for_its_subnet(published: Published, name: str) -> None:
    template = to_heat(read(published(name)).service, CORE)
    assert all(one["type"].startswith("OS::") for one in template["resources"].values())
    for port in of_type(template, "OS::Neutron::Port").values():
        subnet = port["fixed_ips"][0]["subnet"]["get_resource"]
        assert template["resources"][subnet]["type"] == "OS::Neutron::Subnet"


def test_languages_of_other_tools_are_not_taken_for_ours(published: Published) -> None:
    with pytest.raises(InputError, match=r"no service descriptor was recognised in CRAN-RFB-ex1/CRAN/cran_rfb_ex1\.yaml"):
        read(published("rdcl3d/CRAN"))
