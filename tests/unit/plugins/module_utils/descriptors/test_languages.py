# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each language into the service model: what is read, what is told, and what is refused where."""

from __future__ import annotations

import copy
from collections.abc import Callable

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


def test_two_vdus_in_one_file_get_each_its_own_workload() -> None:
    pods = POD.partition("---")[0]
    file = f"{pods}---\n{pods.replace('name: web, labels', 'name: other, labels')}---\n{pods.replace('Pod', 'Service').replace('web', 'both', 1)}"
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


def changed(name: str, file: str, change: Callable[[dict], object]) -> dict[str, bytes]:
    files = dict(DESCRIPTORS[name][1])
    data = copy.deepcopy(yaml.safe_load(files[file]))
    change(data)
    return {**files, file: yaml.safe_dump(data, sort_keys=False).encode()}


VNFD, NSD, DF = "vnfd.yaml", "nsd.yaml", "Definitions/df.yaml"
REFUSED: dict[str, tuple[str, str, Callable[[dict], object], str]] = {
    "a compute": ("sol006 vnfd", VNFD, lambda d: d["vnfd"]["vdu"][0].update({"virtual-compute-desc": "x"}), r"vdu\[0\]\.virtual-compute-desc: x is not in"),
    "an image": ("sol006 vnfd", VNFD, lambda d: d["vnfd"]["vdu"][1].update({"sw-image-desc": "x"}), r"vdu\[1\]\.sw-image-desc: x is not in"),
    "an inner link": ("sol006 vnfd", VNFD, lambda d: d["vnfd"].pop("int-virtual-link-desc"), r"int-cpd\[0\]\.int-virtual-link-desc: there is no virtual link inner"),
    "an outer point": ("sol006 vnfd", VNFD, lambda d: d["vnfd"]["ext-cpd"][0]["int-cpd"].update(cpd="x"), r"ext-cpd\[0\]\.int-cpd: there is no int-cpd x"),
    "a range": ("sol006 vnfd", VNFD, lambda d: d["vnfd"]["df"][0]["virtual-link-profile"][0]["virtual-link-protocol-data"][0]["l3-protocol-data"].update(cidr="x"), r"cidr: 'x' is no address range"),
    "a number": ("sol006 vnfd", VNFD, lambda d: d["vnfd"]["virtual-compute-desc"][0]["virtual-cpu"].update({"num-virtual-cpu": "two"}), r"num-virtual-cpu: a number is expected"),
    "a trunk": ("sol006 vnfd", VNFD, lambda d: d["vnfd"]["vdu"][0]["trunk-port"][0].update({"parent-port-cpd": "x"}), r"parent-port-cpd: x is no int-cpd of node"),
    "a VNFD": ("sol006 nsd", NSD, lambda d: d["nsd"]["df"][0]["vnf-profile"][0].update({"vnfd-id": "x"}), r"the VNFD x is not in the package; there are: cache"),
    "a flavour": ("sol006 nsd", NSD, lambda d: d["nsd"]["df"][0]["vnf-profile"][0].update({"flavour-id": "x"}), r"cache has no deployment flavour x"),
    "a profile": ("sol006 nsd", NSD, lambda d: d["nsd"]["df"][0]["virtual-link-profile"].pop(0), r"there is no virtual link profile w"),
    "a link": ("sol006 nsd", NSD, lambda d: d["nsd"]["sapd"][0].update({"virtual-link-desc": "x"}), r"nsd\.yaml:\d+: nsd\.sapd\[0\]\.virtual-link-desc: there is no"),
    "a circle": ("sol006 nsd", NSD, lambda d: d["nsd"]["df"][0]["dependencies"].append({"id": "e", "primary-vnf-profile": "b", "secondary-vnf-profile": "a"}), r"cache-a, cache-b wait for each other"),
    "a nested service": ("sol006 nsd", NSD, lambda d: d["nsd"].update({"nested-nsd-id": ["x"]}), r"nested-nsd-id: video holds the network service x"),
    "no name": ("sol006 vnfd", VNFD, lambda d: d["vnfd"].update(id="///"), r"no name can be made of '///'"),
    "r2 point": ("osm r2", VNFD, lambda d: d["vnfd:vnfd-catalog"]["vnfd"][0]["connection-point"].pop(), r"an interface is at out, which is not listed"),
    "r2 lone point": ("osm r2", VNFD, lambda d: d["vnfd:vnfd-catalog"]["vnfd"][0]["connection-point"].append({"name": "x"}), r"no interface of a VDU is at x"),
    "r2 boot file": ("osm r2", VNFD, lambda d: d["vnfd:vnfd-catalog"]["vnfd"][0]["vdu"][0].update({"cloud-init-file": "x"}), r"the file x is missing; add cloud_init/x"),
    "r2 member": ("osm r2", NSD, lambda d: d["nsd:nsd-catalog"]["nsd"][0]["constituent-vnfd"].pop(), r"there is no constituent-vnfd 2"),
    "r2 profile": ("osm r2", VNFD, lambda d: d["vnfd:vnfd-catalog"]["vnfd"][0].pop("ip-profiles"), r"there is no p in ip-profiles"),
    "openmano interface": ("openmano two", "video.yaml", lambda d: d["scenario"]["networks"]["world"]["interfaces"].append({"one": "x"}), r"one has no external connection x; there are: fast, users"),
    "openmano node": ("openmano one", "video.yaml", lambda d: d["topology"]["connections"]["direct"]["nodes"].append({"x": "y"}), r"there is no VNF x in the scenario"),
    "openmano machine": ("openmano vnf", "cache.yaml", lambda d: d["vnf"]["external-connections"][0].update(VNFC="x"), r"there is no interface eth0 of the VNFC x"),
    "openmano dedicated": ("openmano vnf", "cache.yaml", lambda d: d["vnf"]["VNFC"][0]["numas"][0]["interfaces"][0].update(dedicated="perhaps"), r"dedicated: perhaps is none of yes, no, yes:sriov"),
    "tosca binding": ("sol001 vnf", DF, lambda d: d["topology_template"]["node_templates"]["cp1"].update(requirements=[{"virtual_binding": "x"}]), r"cp1 is bound to x, which is no VDU"),
    "tosca link": ("sol001 vnf", DF, lambda d: d["topology_template"]["node_templates"].pop("inner"), r"names no VnfVirtualLink|there is no virtual link inner"),
    "tosca mapping": ("sol001 vnf", DF, lambda d: d["topology_template"]["substitution_mappings"]["requirements"].update(users=["x"]), r"requirement users ends in x, which is no connection point"),
    "tosca storage": ("sol001 vnf", DF, lambda d: d["topology_template"]["node_templates"].pop("disk"), r"there is no storage disk"),
    "tosca size": ("sol001 vnf", DF, lambda d: d["topology_template"]["node_templates"]["disk"]["properties"]["virtual_block_storage_data"].update(size_of_storage="big"), r"size_of_storage: a size as 4 GB"),
    "tosca import": ("sol001 vnf", "Definitions/top.yaml", lambda d: d["imports"].append("x.yaml"), r"Definitions/top\.yaml:\d+: imports\[3\]: the imported file x\.yaml is not in the package"),
    "tosca vnf": ("sol001 ns", "ns/ns.yaml", lambda d: d["topology_template"]["node_templates"]["one"].update(type="us.Cache", properties={"descriptor_id": "d9"}) or d["topology_template"]["node_templates"]["one"].update(type="tosca.nodes.nfv.VNF"), r"no VNFD fits the type tosca\.nodes\.nfv\.VNF and the descriptor_id d9"),
    "tosca requirement": ("sol001 ns", "ns/ns.yaml", lambda d: d["topology_template"]["node_templates"]["one"].update(requirements=[{"x": "world"}]), r"one has no connection point for x; there are: out, users"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_leads_nowhere_is_refused_with_its_place(what: str) -> None:
    name, file, change, sentence = REFUSED[what]
    with pytest.raises(InputError, match=sentence) as refused:
        read(changed(name, file, change))
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
