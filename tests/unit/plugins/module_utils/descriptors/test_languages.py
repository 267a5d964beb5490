# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each language into the service model: what is read, what is told, and what is refused where."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.sol001_vnfd import size_in_mebibytes
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_kubernetes import to_kubernetes
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.traced import Traced
from hypothesis import given
from hypothesis import strategies as st

from .conftest import CHECKOUT
from .descriptors_of_all_languages import DESCRIPTORS, POD, VNF_CSAR

CORE = {"name": "core-1", "role": "core"}


def service_of(name: str) -> dict:
    return read(DESCRIPTORS[name][1]).service


def messages(name: str) -> list[str]:
    return [warning["message"] for warning in read(DESCRIPTORS[name][1]).warnings]


@pytest.mark.parametrize("name", sorted(DESCRIPTORS))
def test_each_is_recognised_deployed_and_read_the_same_again(name: str) -> None:
    language, files = DESCRIPTORS[name]
    reading = read(files)
    assert reading.format == language
    assert read(files, language) == reading
    assert read(dict(reversed(files.items()))) == reading
    to_heat(reading.service, CORE)
    to_kubernetes(reading.service, CORE)


@pytest.mark.parametrize("name", sorted(DESCRIPTORS))
def test_a_wrong_format_is_told_what_it_looks_like(name: str) -> None:
    language, files = DESCRIPTORS[name]
    for other in ("superfluidity", "sol001", "openmano", "model"):
        if other != language:
            with pytest.raises(InputError, match=f"no descriptor of the format {other}; it looks like {language}"):
                read(files, other)


@pytest.mark.parametrize("name", sorted(DESCRIPTORS))
def test_every_warning_has_a_file_and_what_is_of_a_key_a_line(name: str) -> None:
    for warning in read(DESCRIPTORS[name][1]).warnings:
        assert warning["path"].partition(": ")[0] in DESCRIPTORS[name][1]
        assert warning["line"] or "no link ends in" in warning["message"] or "files of the package" in warning["message"]


def test_sol006_a_vnf_alone() -> None:
    service = service_of("sol006 vnfd")
    (function,) = service["functions"]
    node, spare = function["vdus"]
    assert node == {
        "name": "node",
        "kind": "vm",
        "description": "the cache",
        "instances": 3,
        "vcpus": 2,
        "memory": 1536,
        "storage": 4,
        "image": "ubuntu.qcow2",
        "cpu_policy": "dedicated",
        "memory_page_size": "large",
        "interfaces": ["eth1"],
        "port_pool": {"connection_point": "out"},
        "user_data": "cache/node/boot-data",
        "scaling": {"min": 2, "max": 3},
    }
    assert spare == {"name": "spare", "kind": "vm", "image": "ubuntu.qcow2"}
    assert [point["name"] for point in function["connection_points"]] == ["node.users", "out", "spare.users", "south"]
    assert [(link["name"], link["kind"], link["endpoints"]) for link in service["links"]] == [
        ("north", "lan", ["cache.out"]),
        ("south", "lan", ["cache.south"]),
        ("cache.inner", "line", ["cache.node.users"]),
    ]
    assert service["links"][2]["gateway"] == "10.1.0.1"
    assert service["documents"] == {"cache/node/boot-data": "#!/bin/sh"}


WEB = {"name": "web", "direction": "ingress", "ether_type": "ipv4", "protocol": "tcp", "ports": [80, 443]}


@pytest.mark.parametrize(
    ("name", "rules", "points"),
    [
        (
            "sol006 vnfd",
            [WEB, {"name": "ping", "direction": "ingress", "ether_type": "ipv6", "protocol": "icmp"}],
            {"node.users": ["web"], "out": ["web", "ping"]},
        ),
        (
            "sol001 vnf",
            [WEB, {"name": "all", "direction": "ingress", "ether_type": "ipv4", "protocol": "tcp"}],
            {"cp0": ["web"], "cp1": ["web", "all"]},
        ),
        (
            "superfluidity vnfd",
            [WEB, {"name": "back", "direction": "egress", "ether_type": "ipv4", "protocol": "ospf"}],
            {"users": ["web", "back"]},
        ),
    ],
)
def test_security_group_rules_of_the_standard(name: str, rules: list[dict], points: dict[str, list[str]]) -> None:
    (function,) = service_of(name)["functions"]
    assert function["security_rules"] == rules
    found = {one["name"]: one["security_rules"] for one in function["connection_points"] if "security_rules" in one}
    assert found == points
    resources = to_heat(service_of(name), CORE)["resources"]
    groups = {key: one for key, one in resources.items() if one["type"] == "OS::Neutron::SecurityGroup"}
    used = {
        one["get_resource"]
        for resource in resources.values()
        for one in resource["properties"].get("security_groups", [])
        if isinstance(one, dict)
    }
    assert used == set(groups)
    web = {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 80, "port_range_max": 443}
    assert all(web in group["properties"]["rules"] for group in groups.values())


def test_a_rule_for_a_protocol_that_no_vim_knows_is_told() -> None:
    told = "the rule odd lets sat-mon pass, a protocol that no VIM knows; it is left out"
    assert told in messages("sol001 vnf")


def test_sol006_a_network_service_of_two_profiles() -> None:
    service = service_of("sol006 nsd")
    assert [function["name"] for function in service["functions"]] == ["cache-a", "cache-b"]
    assert service["functions"][0]["connection_points"][1]["fixed_ip"] == "10.2.0.7"
    assert [link["endpoints"] for link in service["links"][:2]] == [["cache-a.out", "cache-b.out"], ["cache-b.south"]]
    assert (service["chains"], service["order"]) == (
        [{"name": "web", "functions": ["cache-a", "cache-b"]}],
        [["cache-a"], ["cache-b"]],
    )
    assert service["access_points"] == [{"name": "internet", "link": "world"}]
    inner = {link["name"]: link.get("cidr") for link in service["links"][2:]}
    assert inner == {"cache-a.inner": "10.1.0.0/24", "cache-b.inner": None}  # one range cannot be had twice


def test_impossible_requirements_are_told() -> None:
    told = messages("sol006 vnfd")
    assert "the image needs a disk of 8 GiB, and the VDU has 4" in told
    assert "the image needs 2048 MiB of memory, and the VDU has 1536" in told
    assert "the image needs 8192 MiB of memory, the VDU has 2048" in messages("sol001 vnf")


def test_unconnected_points_are_told() -> None:
    assert "no link ends in cache.spare.users, so it gets no port" in messages("sol006 vnfd")


def test_osm_of_release_two() -> None:
    service = service_of("osm r2")
    one, two = service["functions"]
    assert (one["name"], two["name"]) == ("cache-1", "cache-2")
    assert one["vdus"][0]["interfaces"] == ["eth0", "eth1", "eth2"]
    assert one["vdus"][0] | {"cpu_policy": "dedicated", "memory_page_size": "large", "memory": 2048} == one["vdus"][0]
    assert one["connection_points"] == [
        {"name": "users", "vdu": "node", "interface": "eth0", "management": True, "fixed_ip": "10.3.0.4"},
        {"name": "inner", "vdu": "node", "interface": "eth1", "vnic_type": "direct"},
        {"name": "out", "vdu": "node", "interface": "eth2"},
    ]
    assert service["chains"] == [{"name": "web", "functions": ["cache-1", "cache-2"]}]
    backstage = next(link for link in service["links"] if link["name"] == "cache-1.backstage")
    assert (backstage["cidr"], backstage["dns_nameservers"]) == ("10.1.0.0/24", ["9.9.9.9"])


@pytest.mark.parametrize("name", ["openmano two", "openmano one"])
def test_openmano_both_schemas_say_the_same(name: str) -> None:
    service = service_of(name)
    assert [function["name"] for function in service["functions"]] == ["one", "two"]
    assert [link["endpoints"] for link in service["links"][:2]] == [["one.users", "two.users"], ["one.fast", "two.fast"]]
    assert service["access_points"] == [{"name": "world", "link": "world"}]
    node, spare = service["functions"][0]["vdus"]
    assert (node["vcpus"], node["memory"], node["cpu_policy"], node["memory_page_size"]) == (4, 3072, "dedicated", "large")
    assert (spare["vcpus"], spare["memory"], "cpu_policy" in spare) == (1, 512, False)
    kinds = {point["name"]: point.get("vnic_type") for point in service["functions"][0]["connection_points"]}
    assert kinds == {"users": None, "fast": "direct-physical", "node.xe1": "direct", "spare.xe1": None}


def test_sol001_a_vnf_in_its_flavour() -> None:
    service = service_of("sol001 vnf")
    (function,) = service["functions"]
    assert (service["name"], service["version"]) == ("cache", "3.0")  # an input's default, and a type's
    assert (
        function["vdus"][0] | {"instances": 3, "vcpus": 2, "memory": 2048, "storage": 10, "image": "ubuntu"}
        == function["vdus"][0]
    )
    assert [point["name"] for point in function["connection_points"]] == ["cp0", "cp1", "ext"]  # by their order
    assert function["connection_points"][1] == {
        "name": "cp1",
        "vdu": "node",
        "vnic_type": "direct",
        "mac": "02:00:00:00:00:01",
        "security_rules": ["web", "all"],
        "floating_ip": {},
    }
    assert [(link["name"], link["endpoints"]) for link in service["links"]] == [
        ("users", ["cache.cp1"]),
        ("out", ["cache.ext"]),
        ("cache.inner", ["cache.cp0"]),
    ]


def test_sol001_containers_come_from_files_and_from_what_is_said_of_them() -> None:
    service = service_of("sol001 containers")
    objects = to_kubernetes(service, CORE)
    assert [(one["kind"], one["metadata"]["name"]) for one in objects] == [
        ("Namespace", "pods"),
        ("Pod", "web"),
        ("Deployment", "made"),
    ]
    (container,) = objects[2]["spec"]["template"]["spec"]["containers"]
    assert container == {
        "name": "box",
        "image": "registry.example/box:2.1",
        "resources": {"requests": {"cpu": "500m", "memory": "64M"}},
    }
    assert any("the PersistentVolume disk belongs to the cluster" in message for message in messages("sol001 containers"))


def test_sol001_a_network_service() -> None:
    service = service_of("sol001 ns")
    assert (service["name"], service["order"]) == ("video", [["one"], ["two"]])
    assert [link["endpoints"] for link in service["links"][:2]] == [["one.cp1", "two.cp1"], ["two.ext"]]
    assert service["access_points"] == [{"name": "internet", "link": "world"}]


def test_two_functions_of_one_vnfd_have_ranges_and_addresses_of_their_own() -> None:
    files = dict(DESCRIPTORS["sol001 ns"][1])
    flavour = files["cache/Definitions/df.yaml"].decode().replace("number_of_instances: 3", "number_of_instances: 1")
    address = "protocol: [{address_data: [{l3_address_data: {fixed_ip_address: [10.4.0.9]}}]}]"
    files["cache/Definitions/df.yaml"] = flavour.replace(
        "properties: {order: 0}", f"properties: {{order: 0, {address}}}"
    ).encode()
    reading = read(files)
    points = {one["name"]: one["connection_points"][0] for one in reading.service["functions"]}
    assert [points[name].get("fixed_ip") for name in ("one", "two")] == ["10.4.0.9", None]
    ranges = [link.get("cidr") for link in reading.service["links"] if link["name"].endswith(".inner")]
    assert ranges == ["10.4.0.0/24", None]
    told = "10.4.0.0/24 is the range of an earlier function too; two.inner gets the next free one, and cp0 an address in it"
    assert told in [warning["message"] for warning in reading.warnings]
    to_heat(reading.service, CORE)


def test_two_vdus_in_one_file_get_each_its_own_workload() -> None:
    pod = POD.partition("---")[0]
    other, service_of_both = pod.replace("name: web, labels", "name: other, labels"), pod.replace("Pod", "Service")
    file = "---\n".join([pod, other, service_of_both.replace("web", "both", 1)])
    template = yaml.safe_load(DESCRIPTORS["sol001 containers"][1]["pods.yaml"])
    nodes = template["topology_template"]["node_templates"]
    nodes["made"] = {"type": "tosca.nodes.nfv.Vdu.Compute", "properties": {"name": "other"}}
    service = read({"pods.yaml": yaml.safe_dump(template).encode(), "all.yaml": file.encode()}).service
    kinds = [(one["kind"], one["metadata"]["name"]) for one in to_kubernetes(service, CORE)]
    assert sorted(kinds) == [("Namespace", "pods"), ("Pod", "other"), ("Pod", "web"), ("Service", "both")]


@given(st.integers(0, 10**6), st.sampled_from(["MB", "MiB", "GB", "GiB", "kB", "TB", "m", "g"]), st.booleans())
def test_sizes_with_units(number: int, unit: str, blank: bool) -> None:
    """The oracle counts in bytes by a table of its own."""
    factor = {"k": 1, "m": 2, "g": 3, "t": 4}[unit[0].lower()]
    found = size_in_mebibytes(Traced({"size": f"{number}{' ' * blank}{unit}"}, "a"), "size")
    assert found == number * 1024**factor / 1024**2


def changed(name: str, file: str, path: str, value: object) -> dict[str, bytes]:
    """The files with the value at a path of keys, parted by blanks, replaced; ``...`` removes it, a last ``+`` appends."""
    files = dict(DESCRIPTORS[name][1])
    data = copy.deepcopy(yaml.safe_load(files[file]))
    at: Any = data
    *way, last = path.split()
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    key = int(last) if isinstance(at, list) and last != "+" else last
    if last == "+":
        at.append(value)
    elif value is ...:
        del at[key]
    else:
        at[key] = value
    return {**files, file: yaml.safe_dump(data, sort_keys=False).encode()}


RANGE = "vnfd df 0 virtual-link-profile 0 virtual-link-protocol-data 0 l3-protocol-data cidr"
CIRCLE = {"id": "e", "primary-vnf-profile": "b", "secondary-vnf-profile": "a"}
R2 = "vnfd:vnfd-catalog vnfd 0"
NODES = "topology_template node_templates"
UNKNOWN = {"type": "tosca.nodes.nfv.VNF", "properties": {"descriptor_id": "d9"}}
REFUSED: dict[tuple[str, str], list[tuple[str, object, str]]] = {
    ("sol006 vnfd", "vnfd.yaml"): [
        ("vnfd id", "///", r"no name can be made of '///'"),
        ("vnfd vdu 0 virtual-compute-desc", "x", r"vdu\[0\]\.virtual-compute-desc: x is not in"),
        ("vnfd vdu 1 sw-image-desc", "x", r"vdu\[1\]\.sw-image-desc: x is not in"),
        ("vnfd vdu 0 trunk-port 0 parent-port-cpd", "x", r"parent-port-cpd: x is no int-cpd of node"),
        ("vnfd int-virtual-link-desc", ..., r"int-cpd\[0\]\.int-virtual-link-desc: there is no virtual link inner"),
        ("vnfd ext-cpd 0 int-cpd cpd", "x", r"ext-cpd\[0\]\.int-cpd: there is no int-cpd x"),
        ("vnfd ext-cpd 0 int-cpd", ..., r"ext-cpd\[0\]: north names neither an int-cpd nor"),
        (RANGE, "x", r"cidr: 'x' is no address range"),
        ("vnfd virtual-compute-desc 0 virtual-cpu num-virtual-cpu", "two", r"num-virtual-cpu: a number is expected"),
        ("vnfd virtual-compute-desc 0 virtual-memory size", -1, r"size: a number from 0 is expected"),
    ],
    ("sol006 nsd", "nsd.yaml"): [
        ("nsd nested-nsd-id", ["x"], r"nested-nsd-id: video holds the network service x"),
        ("nsd sapd 0 virtual-link-desc", "x", r"nsd\.yaml:\d+: nsd\.sapd\[0\]\.virtual-link-desc: there is no"),
        ("nsd df 0 vnf-profile 0 vnfd-id", "x", r"the VNFD x is not in the package; there are: cache"),
        ("nsd df 0 vnf-profile 0 flavour-id", "x", r"cache has no deployment flavour x"),
        ("nsd df 0 virtual-link-profile 0", ..., r"there is no virtual link profile w"),
        ("nsd df 0 dependencies +", CIRCLE, r"cache-a, cache-b wait for each other"),
        ("nsd vnffgd 0 vnf-profile-id", ["x"], r"there is no VNF profile x"),
    ],
    ("osm r2", "vnfd.yaml"): [
        (f"{R2} connection-point 1", ..., r"an interface is at out, which is not listed"),
        (f"{R2} connection-point +", {"name": "x"}, r"no interface of a VDU is at x"),
        (f"{R2} mgmt-interface cp", "x", r"there is no connection point x"),
        (f"{R2} vdu 0 cloud-init-file", "x", r"the file x is missing; add cloud_init/x"),
        (f"{R2} vdu 0 interface 0 internal-connection-point-ref", "x", r"an interface names exactly one connection point"),
        (f"{R2} ip-profiles", ..., r"there is no p in ip-profiles"),
    ],
    ("osm r2", "nsd.yaml"): [
        ("nsd:nsd-catalog nsd 0 constituent-vnfd 1", ..., r"there is no constituent-vnfd 2"),
        ("nsd:nsd-catalog nsd 0 constituent-vnfd 1 vnfd-id-ref", "x", r"the VNFD x is not in the package"),
    ],
    ("openmano two", "video.yaml"): [
        ("scenario networks world interfaces +", {"one": "x"}, r"one has no external connection x; there are: fast, users"),
        ("scenario vnfs one vnf_name", "x", r"the VNF x of one is not in the package; there are: cache"),
    ],
    ("openmano one", "video.yaml"): [
        ("topology connections direct nodes +", {"x": "y"}, r"there is no VNF x in the scenario"),
    ],
    ("openmano vnf", "cache.yaml"): [
        ("vnf external-connections 0 VNFC", "x", r"there is no interface eth0 of the VNFC x"),
        ("vnf external-connections 1 local_iface_name", "eth0", r"fast, or its interface, is connected twice"),
        ("vnf internal-connections 0 elements 0 VNFC", "x", r"there is no interface xe1 of the VNFC x"),
        ("vnf VNFC 0 numas 0 interfaces 0 dedicated", "perhaps", r"dedicated: perhaps is none of yes, no, yes:sriov"),
    ],
    ("sol001 vnf", "Definitions/df.yaml"): [
        (f"{NODES} cp1 requirements", [{"virtual_binding": "x"}], r"cp1 is bound to x, which is no VDU"),
        (f"{NODES} cp0 requirements 1 virtual_link", "x", r"there is no virtual link x"),
        (f"{NODES} ext requirements", [], r"ext names no VnfVirtualLink"),
        (f"{NODES} disk", ..., r"there is no storage disk"),
        (f"{NODES} disk properties virtual_block_storage_data size_of_storage", "big", r"size_of_storage: a size as 4 GB"),
        (
            "topology_template substitution_mappings requirements users",
            ["x"],
            r"requirement users ends in x, which is no connection point",
        ),
    ],
    ("sol001 vnf", "Definitions/top.yaml"): [
        ("imports +", "x.yaml", r"Definitions/top\.yaml:\d+: imports\[3\]: the imported file x\.yaml is not in the package"),
    ],
    ("sol001 ns", "ns/ns.yaml"): [
        (f"{NODES} one", UNKNOWN, r"no VNFD fits the type tosca\.nodes\.nfv\.VNF and the descriptor_id d9"),
        (f"{NODES} one requirements", [{"x": "world"}], r"one has no connection point for x; there are: out, users"),
        (f"{NODES} one requirements", [{"users": "x"}], r"there is no NsVirtualLink x"),
        (f"{NODES} internet requirements", [], r"the access point internet is at no NsVirtualLink"),
        (f"{NODES} one requirements +", {"dependency": "two"}, r"two, one wait for each other"),
    ],
}


@pytest.mark.parametrize(
    ("name", "file", "path", "value", "sentence"),
    [(*of, *case) for of, cases in REFUSED.items() for case in cases],
)
def test_what_leads_nowhere_is_refused_with_its_place(name: str, file: str, path: str, value: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refused:
        read(changed(name, file, path, value))
    assert str(refused.value).startswith(tuple(DESCRIPTORS[name][1]))


def test_a_file_that_was_changed_is_not_the_one_that_was_packed() -> None:
    changed_pod = {**VNF_CSAR, "K8S/pod.yaml": POD.replace("nginx", "other").encode()}
    with pytest.raises(InputError, match=r"TOSCA\.meta:6: K8S/pod\.yaml is not the file that was packed: its hash is another"):
        read(changed_pod)
    lost = {name: content for name, content in VNF_CSAR.items() if name != "K8S/pod.yaml"}
    with pytest.raises(InputError, match=r"K8S/pod\.yaml is listed and not in the package"):
        read(lost)


def test_the_manifest_is_checked_too() -> None:
    manifest = b"metadata:\n  vnf_product_name: cache\n\nSource: K8S/pod.yaml\nAlgorithm: SHA-512\nHash: " + b"0" * 128 + b"\n"
    with pytest.raises(InputError, match=r"cache\.mf:4: K8S/pod\.yaml is not the file that was packed"):
        read({**VNF_CSAR, "cache.mf": manifest})
    with pytest.raises(InputError, match=r"the algorithm ROT-13 is none of SHA-224, SHA-256"):
        read({**VNF_CSAR, "cache.mf": manifest.replace(b"SHA-512", b"rot-13")})


def test_a_list_that_was_never_finished_is_told() -> None:
    meta = VNF_CSAR["TOSCA-Metadata/TOSCA.meta"] + b"\nName: x.sh\nAlgorithm: SHA-256\nHash: <calculate here>\n"
    files = {**VNF_CSAR, "TOSCA-Metadata/TOSCA.meta": meta, "K8S/pod.yaml": b"kind: x\n"}
    told = [warning["message"] for warning in read(files).warnings]
    assert "x.sh has no hash but '<calculate here>'; the list was never finished, so it is not relied on" in told
    assert any(message.startswith("K8S/pod.yaml is not the file that was packed") for message in told)


def test_a_package_without_metadata_has_its_entry_at_the_root() -> None:
    files = {name.removeprefix("Definitions/"): content for name, content in VNF_CSAR.items() if "META" not in name.upper()}
    assert read(files).service == service_of("sol001 vnf")


def test_checksums_of_a_package_are_checked() -> None:
    files = DESCRIPTORS["osm package"][1]
    with pytest.raises(InputError, match=r"checksums\.txt:2: cache/cloud_init/boot\.txt is not the file that was packed"):
        read({**files, "cache/cloud_init/boot.txt": b"rm -r"})
    with pytest.raises(InputError, match=r"checksums\.txt:3: cache/lost is listed and not in the package"):
        read({**files, "cache/checksums.txt": files["cache/checksums.txt"] + b"0" * 32 + b"\tcache/lost\n"})
    with pytest.raises(InputError, match=r"checksums\.txt:1: a line of checksums is a sum and a path"):
        read({**files, "cache/checksums.txt": b"what\n"})


def test_the_trap_of_real_packages_is_no_refusal() -> None:
    """They list the package itself, and what Python left, with sums that nothing can have."""
    files = dict(DESCRIPTORS["osm package"][1])
    files["cache/checksums.txt"] += b"0" * 32 + b"\tcache/cache.tar.gz\n" + b"1" * 32 + b"\tcache/charms/a.pyc\n"
    files["cache/icons/new.png"] = b""
    told = [warning["message"] for warning in read(files).warnings]
    assert "cache/cache.tar.gz is listed and not in the package; a tool has listed it by mistake" in told
    assert "cache/icons/new.png has no checksum in cache/checksums.txt" in told


def every(service: dict, key: str) -> bool:
    """Whether any part of a service has a key."""
    functions = service["functions"]
    parts = [vdu for one in functions for vdu in one["vdus"]] + [
        point for one in functions for point in one.get("connection_points", [])
    ]
    return any(key in part for part in [service, *parts, *service.get("links", [])])


ROWS = {
    "pinned processors": "cpu_policy",
    "huge pages": "memory_page_size",
    "kinds of interfaces": "vnic_type",
    "what the first boot runs": "user_data",
    "a pool of ports (trunk)": "port_pool",
    "fixed addresses": "fixed_ip",
    "floating addresses": "floating_ip",
    "rules of security groups": "security_rules",
    "ranges of links": "cidr",
    "access points": "access_points",
    "chains": "chains",
    "order of deployment": "order",
}
COLUMNS = {
    "sol001": ["sol001 vnf", "sol001 containers", "sol001 ns"],
    "sol006": ["sol006 vnfd", "sol006 nsd"],
    "osm": ["osm vnfd", "sol006 nsd"],
    "osm, release two": ["osm r2"],
    "openmano": ["openmano vnf", "openmano two"],
}
ONLY_OSM = {("sol006", "huge pages"), ("sol006", "fixed addresses"), ("osm", "a pool of ports (trunk)")}
"""What the example of one has by a leaf of the other: the same reader reads both."""


def test_the_table_of_the_page_says_what_is_read() -> None:
    page = (CHECKOUT / "docs" / "descriptors.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("|")]
    header = rows[0]
    said = {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in rows[2:]}
    for row, key in ROWS.items():
        for column, names in COLUMNS.items():
            if (column, row) not in ONLY_OSM:
                assert (said[row][column] == "yes") == any(every(service_of(name), key) for name in names), (row, column)
