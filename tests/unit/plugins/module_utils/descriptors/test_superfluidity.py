# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of ETSI/Superfluidity descriptors: both ways of nesting, both layouts, references that lead nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read


def the_function(files: dict[str, bytes], name: str = "web") -> dict:
    return next(one for one in read(files).service["functions"] if one["name"] == name)


def the_vdu(files: dict[str, bytes], name: str) -> dict:
    return next(one for one in the_function(files)["vdus"] if one["name"] == name)


def test_a_nested_vdu_by_reference_into_the_list_of_the_vnfd(shop) -> None:
    assert the_vdu(shop.files(), "pod") == {
        "name": "pod",
        "kind": "pod",
        "descriptor": "K8S/pod.yaml",
        "descriptor_type": "kubernetes",
        "parent": "node",
        "parent_mandatory": True,
    }


def test_a_nested_vdu_with_its_type_beside_the_reference_reads_the_same(shop) -> None:
    listed = read(shop.files()).service
    del shop.vnfd["vduNestedDesc"]
    shop.vdus[1] |= {"vduNestedDesc": "pod", "vduNestedDescType": "kubernetes"}
    assert read(shop.files()).service == listed


def test_a_merged_file_reads_as_the_folder_does(shop) -> None:
    assert read(shop.merged()).service == read(shop.files()).service


def test_nested_templates_of_a_merged_file_may_be_data(shop) -> None:
    merged = json.loads(shop.merged()["shop.json"])
    merged["k8s"]["pod"] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {}}
    service = read({"shop.json": json.dumps(merged).encode()}).service
    assert "kind: Pod" in service["documents"]["K8S/pod.yaml"]


@pytest.mark.parametrize("folder", ["NFV/JSON/", "JSON/", ""])
def test_the_folders_do_not_matter(shop, folder: str) -> None:
    files = {name.replace("NFV/JSON/", folder): content for name, content in shop.files().items()}
    assert read(files).service == read(shop.files()).service


def test_what_an_editor_has_drawn_is_ignored(shop) -> None:
    assert read({**shop.files(), "vertices.json": b"no JSON at all"}).service == read(shop.files()).service


def test_yaml_is_read_where_there_is_no_json(shop) -> None:
    in_yaml = {name.replace(".json", ".yaml"): content for name, content in shop.files().items()}
    assert read(in_yaml).service == read(shop.files()).service
    assert read({**in_yaml, **shop.files()}).service == read(shop.files()).service


@pytest.mark.parametrize("parent", ["none", "None"])
def test_bare_metal_is_a_parent_and_may_be_mandatory(shop, parent: str) -> None:
    shop.vdus[1]["vduParent"] = parent
    pod = the_vdu(shop.files(), "pod")
    assert (pod["parent"], pod["parent_mandatory"]) == ("none", True)


@pytest.mark.parametrize("parent", [None, ""])
def test_without_a_parent_nothing_is_mandatory(shop, parent: str | None) -> None:
    shop.vdus[1]["vduParent"] = parent
    with pytest.raises(InputError, match=r"vdu\[1\]\.vduParentMandatory: a parent can be mandatory only where one is named"):
        read(shop.files())
    shop.vdus[1]["vduParentMandatory"] = False
    assert not {"parent", "parent_mandatory"} & set(the_vdu(shop.files(), "pod"))


def test_the_interface_of_a_pod_has_no_name(shop) -> None:
    shop.vdus[1]["intCpd"] = [{"cpdId": "c", "internalIfRef": "0"}]
    with pytest.raises(
        InputError, match=r"vdu\[1\]\.intCpd\[0\]\.internalIfRef: all containers of a pod share its one interface"
    ):
        read(shop.files())


def test_a_pod_has_one_connection_point(shop) -> None:
    shop.vdus[1]["intCpd"] = [{"cpdId": "c"}, {"cpdId": "d"}]
    with pytest.raises(InputError, match=r"vdu\[1\]\.intCpd\[1\]\.cpdId: all containers of a pod share its one interface"):
        read(shop.files())


def test_without_vdu_parent_mandatory_the_parent_is_a_wish(shop) -> None:
    del shop.vdus[1]["vduParentMandatory"]
    assert the_vdu(shop.files(), "pod")["parent_mandatory"] is False


def test_a_link_inside_a_vnf_and_one_outside_meet_in_an_external_point(shop) -> None:
    service = read(shop.files()).service
    assert service["links"] == [
        {"name": "users", "kind": "lan", "endpoints": ["web.outside"]},
        {"name": "web.inner", "kind": "lan", "endpoints": ["web.eth"]},
    ]
    assert {"name": "outside", "link": "web.inner"} in service["functions"][0]["connection_points"]


def test_an_external_point_may_be_another_name_of_an_inner_one(shop) -> None:
    shop.vnfd["vnfExtCpd"] = [{"cpdId": "outside", "intCpd": "eth"}]
    assert read(shop.files()).service["links"][0]["endpoints"] == ["web.eth"]


def test_interfaces_come_from_internal_if_ref_and_pods_have_none(shop) -> None:
    shop.vdus[0]["intCpd"][0]["internalIfRef"] = "eth0"
    shop.vdus[1]["intCpd"] = [{"cpdId": "podcp", "internalIfRef": ""}]
    function = the_function(shop.files())
    assert function["vdus"][0]["interfaces"] == ["eth0"]
    assert function["connection_points"][0] == {"name": "eth", "vdu": "node", "interface": "eth0"}
    assert function["connection_points"][1] == {"name": "podcp", "vdu": "pod"}


def test_the_range_of_a_link_stands_where_the_standard_keeps_it(shop) -> None:
    layer3 = {"l3ProtocolData": {"cidr": "10.1.0.0/24", "gatewayIp": "10.1.0.9"}}
    shop.nsd["nsDf"][0]["virtualLinkProfile"][0]["virtualLinkProtocolData"] = [layer3]
    link = read(shop.files()).service["links"][0]
    assert (link["cidr"], link["gateway"]) == ("10.1.0.0/24", "10.1.0.9")


def test_the_side_channel_of_addresses(shop) -> None:
    shop.metadata(
        CPIPv4CIDR=[{"inner": [{"cidr": "10.2.0.0/24", "dns_nameservers": ["9.9.9.9"]}]}],
        CPIPv4FixedIP=[{"eth": "10.2.0.7"}],
        CPIPv4FloatingIP=[{"eth": "192.0.2.7"}],
        properties=[{"eth": [{"floating_network": "wan"}, {"allowed_adddress_pairs": {"ip_addres": "10.9.0.0/16"}}]}],
    )
    reading = read(shop.files())
    assert reading.service["links"][1]["cidr"] == "10.2.0.0/24"
    assert reading.service["links"][1]["dns_nameservers"] == ["9.9.9.9"]
    assert reading.service["functions"][0]["connection_points"][0] == {
        "name": "eth",
        "vdu": "node",
        "fixed_ip": "10.2.0.7",
        "floating_ip": {"network": "wan", "address": "192.0.2.7"},
        "allowed_address_pairs": [{"ip_address": "10.9.0.0/16"}],
    }
    assert "allowed_adddress_pairs is read as allowed_address_pairs" in [one["message"] for one in reading.warnings]


def test_the_standard_place_of_addresses(shop) -> None:
    shop.vdus[0]["intCpd"][0]["addressData"] = [
        {"addressType": "MAC address", "l2AddressData": "aa:aa:aa:aa:aa:aa"},
        {"addressType": "IP address", "l3AddressData": {"floatingIpActivated": True}},
    ]
    point = the_function(shop.files())["connection_points"][0]
    assert point == {"name": "eth", "vdu": "node", "mac": "aa:aa:aa:aa:aa:aa", "floating_ip": {}}


def test_a_router_is_no_vdu(shop) -> None:
    shop.vdus.append({"vduId": "gw", "intCpd": [{"cpdId": "lan", "intVirtualLinkDesc": "inner"}]})
    gateway = [{"external_gateway_info": [{"network": "public"}, {"enable_snat": "False"}]}]
    shop.metadata(types=[{"gw": "OS::Neutron::Router"}], properties=[{"gw": gateway}])
    function = the_function(shop.files())
    assert function["routers"] == [{"name": "gw", "external_network": "public", "enable_snat": False}]
    assert {"name": "lan", "router": "gw"} in function["connection_points"]
    assert [vdu["name"] for vdu in function["vdus"]] == ["node", "pod"]


def test_a_provider_network(shop) -> None:
    flat = [{"network_type": "flat"}, {"physical_network": "ran"}, {"shared": "True"}, {"router_external": "True"}]
    shop.metadata(types=[{"outside": "OS::Neutron::ProviderNet"}], properties=[{"outside": flat}])
    provider = read(shop.files()).service["links"][1]["provider"]
    assert provider == {"network_type": "flat", "physical_network": "ran", "shared": True, "external": True}


def test_size_image_key_and_first_boot(shop) -> None:
    shop.vdus[0] |= {
        "swImageDesc": {"swImage": "debian"},
        "virtualComputeDesc": "big",
        "virtualStorageDesc": "disk",
        "configurableProperties": {
            "additionalVnfcConfigurableProperty": [{"SSHPubKey": "ssh-ed25519 AAAA"}, {"user_data": "boot.sh"}]
        },
    }
    cpu = {"virtualCpu": {"numVirtualCpu": 4}, "virtualMemory": {"virtualMemSize": 4096}}
    shop.vnfd["virtualComputeDesc"] = [{"virtualComputeDescId": "big", **cpu}]
    shop.vnfd["virtualStorageDesc"] = [{"id": "disk", "sizeOfStorage": 20}]
    shop.others["RESOURCE/boot.sh"] = "#!/bin/sh\n"
    assert the_vdu(shop.files(), "node") == {
        "name": "node",
        "kind": "vm",
        "image": "debian",
        "vcpus": 4,
        "memory": 4096,
        "storage": 20,
        "ssh_key": "ssh-ed25519 AAAA",
        "user_data": "RESOURCE/boot.sh",
    }


@pytest.mark.parametrize(("written", "meant"), [("True", True), (True, True), ("False", False), (False, False)])
def test_create_vim_flavor_is_understood_as_text_and_as_truth(shop, written: object, meant: bool) -> None:
    shop.vnfd["deploymentFlavour"] = [{"flavourId": "big"}]
    shop.metadata(createVIMFlavor=[{"big": written}])
    assert the_vdu(shop.files(), "node").get("create_flavor", False) is meant


def test_a_process_is_read_with_its_files(shop) -> None:
    shop.vdus.append({"vduId": "proc", "vduNestedDesc": "relay", "vduNestedDescType": "process"})
    shop.others["PROCESS/relay.yaml"] = (
        "host: fw\ncommand: [python3, relay.py]\nenvironment: {PORT: 80}\nfiles: {relay.py: src/relay.py}\n"
    )
    shop.others["src/relay.py"] = "print()\n"
    reading = read(shop.files())
    assert reading.service["functions"][0]["vdus"][2] == {
        "name": "proc",
        "kind": "process",
        "descriptor": "PROCESS/relay.yaml",
        "descriptor_type": "process",
        "command": ["python3", "relay.py"],
        "host": "fw",
        "environment": {"PORT": "80"},
        "files": {"relay.py": "src/relay.py"},
    }
    assert reading.service["documents"]["src/relay.py"] == "print()\n"


def test_a_process_may_be_a_load_balancer(shop) -> None:
    shop.vdus.append({"vduId": "front", "vduNestedDesc": "front", "vduNestedDescType": "process"})
    shop.others["PROCESS/front.yaml"] = (
        "host: lb\nload_balancer: {virtual_ip: 192.0.2.1, port: 80, members: [{address: 192.0.2.2, port: 81}]}\n"
    )
    front = read(shop.files()).service["functions"][0]["vdus"][2]
    assert front["load_balancer"] == {"virtual_ip": "192.0.2.1", "port": 80, "members": [{"address": "192.0.2.2", "port": 81}]}
    assert (front["host"], "command" in front) == ("lb", False)


def test_sites_come_from_the_metadata_or_the_default(shop) -> None:
    assert read(shop.files()).service["functions"][0]["site"] == {"role": "core"}
    assert read(shop.files(), default_site={"name": "e"}).service["functions"][0]["site"] == {"name": "e"}
    shop.metadata(site=[{"web": {"role": "edge", "instances": 1}}])
    assert read(shop.files()).service["functions"][0]["site"] == {"role": "edge", "instances": 1}


def two_functions(shop) -> None:
    other = {"vnfdId": "db", "vdu": [{"vduId": "db-vm"}]}
    shop.others["NFV/JSON/VNFD/db.json"] = json.dumps(other)
    shop.nsd["vnfdId"] = ["web", "db"]
    shop.nsd["nsDf"][0]["vnfProfile"].append({"vnfProfileId": "db-profile", "vnfdId": "db"})


def test_order_from_dependencies_of_functions_profiles_and_roles(shop) -> None:
    two_functions(shop)
    shop.nsd["nsDf"][0]["dependencies"] = [{"primaryId": ["db-profile"], "secondaryId": ["web"]}]
    assert read(shop.files()).service["order"] == [["db"], ["web"]]
    shop.metadata(site=[{"web": {"role": "edge"}}])
    shop.nsd["nsDf"][0]["dependencies"] = [{"primaryId": ["core"], "secondaryId": ["edge"]}]
    assert read(shop.files()).service["order"] == [["core"], ["edge"]]


def test_functions_that_wait_for_each_other(shop) -> None:
    two_functions(shop)
    pairs = [("web", "db"), ("db", "web")]
    shop.nsd["nsDf"][0]["dependencies"] = [{"primaryId": [one], "secondaryId": [two]} for one, two in pairs]
    with pytest.raises(InputError, match=r"NSD/shop\.json:1: nsDf: .* wait for each other"):
        read(shop.files())


def test_order_from_deployment_order_drops_nobody(shop) -> None:
    two_functions(shop)
    shop.metadata(deploymentOrder=[{"pod": 2}], deploymentPause=[{"pod": 5}], podDependencies=[{"pod": [{"podIP": ["db"]}]}])
    reading = read(shop.files())
    assert reading.service["order"] == [["web"]]
    assert [one["name"] for one in reading.service["functions"]] == ["web", "db"]
    vdu = reading.service["functions"][0]["vdus"][1]
    assert (vdu["deployment_order"], vdu["deployment_pause"], vdu["pod_dependencies"]) == (2, 5, {"podIP": ["db"]})


def test_an_editors_template_is_left_out_and_said_once(shop) -> None:
    shop.vdus.extend([{"vduId": None}, {"vduId": "vduId"}])
    shop.nsd["virtualLinkDesc"].append({"virtualLinkDescId": None})
    shop.nsd["nsDf"][0]["vnfProfile"].append({"vnfdId": "vnfdId"})
    shop.vdus[0] |= {"virtualComputeDesc": "id", "swImageDesc": {"swImage": "Reference to a SwImage"}}
    reading = read(shop.files())
    assert [vdu["name"] for vdu in reading.service["functions"][0]["vdus"]] == ["node", "pod"]
    assert [warning["message"] for warning in reading.warnings] == [
        "a virtualComputeDesc that only an editor has filled in was left out",
        "an entry of vdu without a real vduId was left out",
        "an entry of virtualLinkDesc without a real virtualLinkDescId was left out",
        "an entry of nsDf.vnfProfile without a real vnfdId was left out",
    ]
    assert all(set(warning) == {"message", "path", "line"} for warning in reading.warnings)


def test_a_point_that_the_editor_has_numbered_is_found(shop) -> None:
    shop.vnfd["vnfExtCpd"][0]["cpdId"] = "outside_1"
    reading = read(shop.files())
    assert reading.service["links"][0]["endpoints"] == ["web.outside_1"]
    assert reading.warnings[0]["message"] == "web has no connection point outside; outside_1 is taken for it"


def test_the_nsd_may_use_the_name_of_the_file(shop) -> None:
    shop.vnfd["vnfdId"] = "another"
    assert read(shop.files()).service["functions"][0]["name"] == "web"


DANGLING: dict[str, tuple[Callable, str]] = {
    "a VNFD that is not there": (
        lambda shop: shop.nsd.update(vnfdId=["web", "db"]),
        r"NSD/shop\.json:1: vnfdId: the VNFD db is not in the package",
    ),
    "a nested descriptor without its file": (
        lambda shop: shop.others.pop("K8S/pod.yaml"),
        r"VNFD/web\.json:1: vdu\[1\]\.vduNestedDesc: the file pod is missing; add pod\.yaml or pod\.yml or pod\.json",
    ),
    "a nested descriptor that is not listed": (
        lambda shop: shop.vdus[1].update(vduNestedDesc="other"),
        r"vdu\[1\]\.vduNestedDesc: the nested descriptor other has no vduNestedDescType and is not in vduNestedDesc",
    ),
    "a service descriptor without its file": (
        lambda shop: shop.others.pop("K8S/svc.yaml"),
        r"VNFD/web\.json:1: k8SServiceCpd\[0\]\.serviceDescriptor: the file svc is missing",
    ),
    "an exposed pod": (
        lambda shop: shop.vnfd["k8SServiceCpd"][0].update(exposedPod=["node"]),
        r"k8SServiceCpd\[0\]\.exposedPod: the exposed pod node is not a Kubernetes VDU",
    ),
    "a parent": (
        lambda shop: shop.vdus[1].update(vduParent="vm9"),
        r"VNFD/web\.json:1: vdu\[1\]\.vduParent: the parent vm9 is not a VDU of this VNFD",
    ),
    "a link of a connection point": (
        lambda shop: shop.vdus[0]["intCpd"][0].update(intVirtualLinkDesc="outer"),
        r"vdu\[0\]\.intCpd\[0\]\.intVirtualLinkDesc: there is no virtual link outer",
    ),
    "a link of an external connection point": (
        lambda shop: shop.vnfd["vnfExtCpd"][0].update(intVirtualLinkDesc="outer"),
        r"vnfExtCpd\[0\]\.intVirtualLinkDesc: there is no virtual link outer",
    ),
    "an inner connection point": (
        lambda shop: shop.vnfd["vnfExtCpd"][0].update(intCpd="eth9"),
        r"vnfExtCpd\[0\]\.intCpd: there is no connection point eth9",
    ),
    "a connection point of the NSD": (
        lambda shop: shop.profile["nsVirtualLinkConnectivity"][0].update(cpdId=["side"]),
        r"nsVirtualLinkConnectivity\[0\]\.cpdId: web has no connection point side",
    ),
    "a link profile of the NSD": (
        lambda shop: shop.profile["nsVirtualLinkConnectivity"][0].update(virtualLinkProfileId="q"),
        r"virtualLinkProfileId: there is no virtual link profile q",
    ),
    "a link of a profile": (
        lambda shop: shop.nsd["nsDf"][0]["virtualLinkProfile"][0].update(virtualLinkDescId="x"),
        r"nsDf\[0\]\.virtualLinkProfile\[0\]\.virtualLinkDescId: there is no virtual link x",
    ),
    "a function of a profile": (
        lambda shop: shop.profile.update(vnfdId="db"),
        r"vnfProfile\[0\]\.vnfdId: db is not among the vnfdId of the network service",
    ),
    "a function of a chain": (
        lambda shop: shop.nsd.update(vnffgd=[{"vnffgdId": "c", "vnfdId": ["db"]}]),
        r"vnffgd\[0\]\.vnfdId: db is not among",
    ),
    "a link of an access point": (
        lambda shop: shop.nsd.update(sapd=[{"cpdId": "s", "nsVirtualLinkDescId": "x"}]),
        r"sapd\[0\]\.nsVirtualLinkDescId: there is no virtual link x",
    ),
    "a dependency": (
        lambda shop: shop.nsd["nsDf"][0].update(dependencies=[{"primaryId": ["db"], "secondaryId": ["web"]}]),
        r"dependencies\[0\]\.primaryId: db is neither a VNFD",
    ),
    "a compute descriptor": (
        lambda shop: shop.vdus[0].update(virtualComputeDesc="big"),
        r"vdu\[0\]\.virtualComputeDesc: big is not in the virtualComputeDesc list",
    ),
}


@pytest.mark.parametrize("case", DANGLING)
def test_a_reference_that_leads_nowhere_is_refused_with_its_place(shop, case: str) -> None:
    change, sentence = DANGLING[case]
    change(shop)
    with pytest.raises(InputError, match=sentence):
        read(shop.files())


WRONG: dict[str, tuple[Callable, str]] = {
    "a kind of nesting": (
        lambda shop: shop.vnfd["vduNestedDesc"][0].update(vduNestedDescriptorType="docker"),
        r"a nested descriptor of the type docker cannot be deployed; known are kubernetes, click, process",
    ),
    "a type without a descriptor": (
        lambda shop: shop.vdus[0].update(vduNestedDescType="click"),
        r"vdu\[0\]\.vduNestedDesc: the type click needs a vduNestedDesc",
    ),
    "a resource type": (
        lambda shop: shop.metadata(types=[{"node": "OS::Trove::Instance"}]),
        r"vdu\[0\]: the type OS::Trove::Instance of node cannot be deployed",
    ),
    "a name": (lambda shop: shop.vdus[0].update(vduId="a b"), r"vdu\[0\]\.vduId: the name 'a b' may hold only letters"),
    "a list": (lambda shop: shop.vnfd.update(vdu={"vduId": "x"}), r"web\.json:1: vdu: a list is expected here"),
    "a truth": (lambda shop: shop.vdus[1].update(vduParentMandatory="maybe"), r"true or false is expected here"),
    "a process without a command": (
        lambda shop: (
            shop.others.update({"PROCESS/p.yaml": "host: fw"}),
            shop.vdus[0].update(vduNestedDesc="p", vduNestedDescType="process"),
        ),
        r"PROCESS/p\.yaml:1: command: a process needs a command",
    ),
    "no VNFD": (lambda shop: shop.nsd.update(vnfdId=[]), r"shop\.json:1: vnfdId: the network service names no VNFD"),
    "two NSDs": (
        lambda shop: shop.others.update({"b/nsd.json": json.dumps(shop.nsd)}),
        r"one network service descriptor is expected, found: NFV/JSON/NSD/shop\.json, b/nsd\.json",
    ),
    "two VNFDs of one name": (
        lambda shop: shop.others.update({"b/web2.json": json.dumps(shop.vnfd)}),
        r"b/web2\.json:1: vnfdId: the vnfdId web is taken by NFV/JSON/VNFD/web\.json",
    ),
    "broken JSON": (lambda shop: shop.others.update({"a.json": "{\n,}"}), r"a\.json:2: this is no JSON"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_meant_is_refused_with_its_place(shop, case: str) -> None:
    change, sentence = WRONG[case]
    change(shop)
    with pytest.raises(InputError, match=sentence):
        read(shop.files())


def test_what_metadata_say_of_policies_and_models(shop) -> None:
    shop.metadata(model=[{"web": {"type": "fib", "document": "routes", "format": "csv"}}])
    shop.others["NET/routes.fib"] = "0.0.0.0/0,eth,"
    policies = [{"no-ssh": "AG !(tcp.dstport == 22)"}, {"arrives": "EF delivered"}]
    packets = [{"web.eth/node": {"template": "tcp"}}, {"web.eth": [{"fields": {"ip.ttl": 1}}, {"template": "arp"}]}]
    shop.nsd["modifiableAttributes"] = {"metadata": [{"policies": policies}, {"packets": packets}, {"site": [{"x": "y"}]}]}
    reading = read(shop.files())
    assert the_function(shop.files())["model"] == {"type": "fib", "document": "NET/routes.fib", "format": "csv"}
    assert reading.service["policies"] == [
        {"name": "no-ssh", "formula": "AG !(tcp.dstport == 22)"},
        {"name": "arrives", "formula": "EF delivered"},
    ]
    assert reading.service["packets"] == [
        {"at": "web.eth/node", "template": "tcp"},
        {"at": "web.eth", "fields": {"ip.ttl": 1}},
        {"at": "web.eth", "template": "arp"},
    ]
    [warning] = reading.warnings
    assert (
        warning["message"] == "metadata of the category site is not used; known are policies, traffic, steering, packets, cost"
    )


def test_the_document_of_a_model_must_be_there(shop) -> None:
    shop.metadata(model=[{"web": {"type": "fib", "document": "routes"}}])
    with pytest.raises(InputError, match=r"the file routes is missing; add routes\.fib to the package"):
        read(shop.files())


def test_what_metadata_say_of_the_traffic_of_a_chain(shop) -> None:
    shop.nsd["vnffgd"] = [{"vnffgdId": "visits", "vnfdId": ["web"]}]
    shop.nsd["modifiableAttributes"] = {"metadata": [{"traffic": [{"visits": {"pps": 1000, "latency": 5}}]}]}
    assert read(shop.files()).service["chains"] == [{"name": "visits", "functions": ["web"], "pps": 1000, "latency": 5}]
    shop.nsd["vnffgd"] = []
    with pytest.raises(InputError, match=r"there is no chain visits in vnffgd"):
        read(shop.files())
