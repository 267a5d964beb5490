# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NEMO in: programs of the field against their published translations, each statement, and what is no program."""

from __future__ import annotations

import io
import itertools
import json
import re
import time
import tracemalloc
import zipfile
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError, NfvError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors import nemo_vnfd
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.reading import Reading
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import PUBLISHED, files_of
from .descriptors_of_all_languages import DESCRIPTORS

NEMO = PUBLISHED / "nemo"
ROOM = files_of(NEMO) if NEMO.exists() else {}
VNFDS = {name: content for name, content in ROOM.items() if name.endswith(".yaml")}
VLC = """
vnfd:vnfd-catalog:
  vnfd:
  - id: vlc
    vdu:
    - {id: vm, name: vm, image: vlc, vm-flavor: {vcpu-count: 1, memory-mb: 512},
       external-interface: [{name: eth0, vnfd-connection-point-ref: data}, {name: eth1, vnfd-connection-point-ref: mgmt}]}
    connection-point: [{name: data}, {name: mgmt}]
"""


def fetch(uri: str) -> bytes:
    name = uri.rpartition("/")[2]
    if name not in VNFDS and name != "vlc.yaml":
        raise InputError("is not there")
    return VLC.encode() if name == "vlc.yaml" else VNFDS[name]


def program(text: str | bytes, name: str = "a.nemo") -> Reading:
    return read({name: text.encode() if isinstance(text, str) else text}, fetch=fetch)


def published(name: str) -> Reading:
    if name not in ROOM:
        pytest.skip("../shared/data/nemo is absent")
    return program(ROOM[name], name)


# The goldens: what the reference implementation made of the same programs, compared as graphs of VMs and wires.

Interface = tuple[str, str]
Graph = tuple[dict[str, Any], set[frozenset[Interface]], dict[str, Interface]]


def openmano(name: str) -> Graph:
    """VMs with what they are made of, wires between interfaces, and the interfaces that lead out."""
    vnf = yaml.safe_load(ROOM[name])["vnf"]
    vms = {one["name"]: one["VNFC image"] for one in vnf["VNFC"]}
    inner = {
        frozenset((end["VNFC"], end["local_iface_name"]) for end in one["elements"]) for one in vnf["internal-connections"]
    }
    prefix = f"{vnf['name']}-"
    outer = {one["name"].removeprefix(prefix): (one["VNFC"], one["local_iface_name"]) for one in vnf["external-connections"]}
    return vms, inner, outer


def osm(name: str) -> Graph:
    vnfd = yaml.safe_load(ROOM[name])["vnfd:vnfd-catalog"]["vnfd"][0]
    inside: dict[str, list[Interface]] = {}
    outer = {}
    for vdu in vnfd["vdu"]:
        for one in vdu.get("internal-interface", []):
            inside.setdefault(one["vdu-internal-connection-point-ref"], []).append((vdu["id"], one["name"]))
        for one in vdu.get("external-interface", []):
            outer.setdefault(one["vnfd-connection-point-ref"], (vdu["id"], one["name"]))
    ends = [one["internal-connection-point"] for one in vnfd["internal-vld"]]
    inner = {frozenset(place for end in link for place in inside[end["id-ref"]]) for link in ends}
    return {one["id"]: one["image"] for one in vnfd["vdu"]}, inner, outer


def ours(service: dict[str, Any], by_link: bool) -> Graph:
    """The same of a service model; outer connections are called by the link (openmano) or the access point (OSM)."""
    vms, place = {}, {}
    for function in service["functions"]:
        vms |= {f"{function['name']}/{vdu['name']}": vdu["image"] for vdu in function["vdus"]}
        for point in function["connection_points"]:
            place[f"{function['name']}.{point['name']}"] = (f"{function['name']}/{point['vdu']}", point["interface"])
    links = {link["name"]: [place[end] for end in link["endpoints"]] for link in service["links"]}
    outer = {one["link" if by_link else "name"]: links[one["link"]][0] for one in service["access_points"]}
    led_out = {one["link"] for one in service["access_points"]}
    return vms, {frozenset(ends) for name, ends in links.items() if name not in led_out}, outer


def equal(one: Graph, other: Graph) -> bool:
    """Whether some naming of the VMs makes both the same: all namings are tried."""
    names = list(other[0])
    return len(one[0]) == len(names) and any(
        {new[vm]: image for vm, image in one[0].items()} == other[0]
        and {frozenset((new[vm], port) for vm, port in wire) for wire in one[1]} == other[1]
        and {name: (new[vm], port) for name, (vm, port) in one[2].items()} == other[2]
        for new in (dict(zip(one[0], order, strict=True)) for order in itertools.permutations(names))
    )


def test_three_vms_of_two_vnfds_are_wired_as_the_golden_has_it() -> None:
    found = ours(published("complex_vnfd.txt").service, by_link=True)
    golden = openmano("complex_vnfd.yaml")
    assert equal(found, golden)
    assert (len(found[0]), len(found[1]), len(found[2])) == (3, 5, 5)
    wire = next(iter(golden[1]))
    assert not equal(found, (golden[0], golden[1] - {wire}, golden[2]))  # the comparison can fail


def test_two_vnfds_of_osm_are_wired_as_the_golden_has_it() -> None:
    service = published("osm_vlc.txt").service
    vms, inner, outer = ours(service, by_link=False)
    golden = osm("Ref_video_vnfd.yaml")
    # the golden has the two ends of the wire and both ways out; the program calls the first way mgmt2_tx, the golden mgmt_tx
    renamed = {name.replace("mgmt2_tx", "mgmt_tx"): end for name, end in outer.items()}
    assert equal((vms, inner, renamed), golden)
    sizes = [(vdu["vcpus"], vdu["memory"], vdu["storage"]) for function in service["functions"] for vdu in function["vdus"]]
    assert sizes == [(1, 512, 1), (1, 512, 1)]


TWICE = """
CREATE NodeModel vlc_vnfd VNFD file:///vnfds/vlc_vnf.yaml;
  ConnectionPoint eth0 at VNFD: eth0; ConnectionPoint mgmt at VNFD: mgmt;
CREATE NodeModel vlc_complex; Node emitter Type vlc_vnfd; Node receiver Type vlc_vnfd;
  ConnectionPoint mgmt_tx; ConnectionPoint mgmt_trans;
  Connection data Type p2p Endnodes emitter.eth0, receiver.eth0;
  Connection control1 Type p2p Endnodes emitter.mgmt, mgmt_tx;
  Connection control2 Type p2p Endnodes receiver.mgmt, mgmt_trans;
CREATE Node vlc_vnfd Type vlc_complex;
"""


def test_one_vnfd_used_twice_is_right_here_and_wrong_in_the_golden() -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    vnfd = yaml.safe_load(ROOM["Ref_vlc_vnfd_vnfd.yaml"])["vnfd:vnfd-catalog"]["vnfd"][0]
    led_out = [one["vnfd-connection-point-ref"] for vdu in vnfd["vdu"] for one in vdu["external-interface"]]
    inner = [one["id"] for vdu in vnfd["vdu"] for one in vdu["internal-connection-point"]]
    assert led_out == ["mgmt_tx", "mgmt_tx"]  # both VMs by one point, and mgmt_trans by none
    assert inner == ["eth0", "eth0"]  # two points of one name
    assert ours(program(TWICE).service, by_link=False) == (
        {"emitter/vlc_vnfd-VM": "vlc_ubuntu", "receiver/vlc_vnfd-VM": "vlc_ubuntu"},
        {frozenset({("emitter/vlc_vnfd-VM", "eth0"), ("receiver/vlc_vnfd-VM", "eth0")})},
        {"mgmt_tx": ("emitter/vlc_vnfd-VM", "mgmt"), "mgmt_trans": ("receiver/vlc_vnfd-VM", "mgmt")},
    )


REFUSED = {
    "delete.txt": "there is no Node dmz2 to delete",
    "delete_complex_vnfd.txt": "there is no Node node_2 to delete",
    "servicechain.nemo": "the Node headquarter was created in line 1 already",
    "rdcl3d-sfc/INTENT/SFC_intent.nemo": "there is no type ext-grup: .* is ext-group meant",
    **{
        f"rdcl3d-sfc/NODEMODEL/{kind}_nodemodel.nemo": "this program makes no function"
        for kind in ("cache", "chain-group", "ext-group", "fw", "host", "l2-group", "l3-group", "lb")
    },
}
READ = {"bod-1.nemo", "complex_vnfd.txt", "osm_vlc.txt"}


def test_every_published_program_is_read_or_refused_for_its_reason() -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    programs = {name for name in ROOM if name.endswith((".nemo", ".txt"))}
    assert programs == READ | set(REFUSED)
    for name in READ:
        assert published(name).format == "nemo"
    for name, sentence in REFUSED.items():
        with pytest.raises(InputError, match=rf"^{re.escape(name)}:\d+: {sentence}"):
            published(name)


def test_the_chain_of_two_projects_once_their_slips_are_mended() -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    project = {name: content for name, content in ROOM.items() if name.startswith("rdcl3d-sfc/")}
    drawn = read({name: content.replace(b"ext-grup", b"ext-group") for name, content in project.items()}).service
    text = ROOM["servicechain.nemo"].decode().replace("Cache2", "cache2")
    written = program(text.replace("headquarter Type", "site Type", 2).replace("site Type", "headquarter Type", 1)).service
    for service in (drawn, written):
        assert [chain["functions"] for chain in service["chains"]] == [["fw1", "cache2"]]
        assert service["policies"][0]["formula"].startswith(
            "ip.src == 192.168.12.0/24 && ip.dst == 192.168.11.0/24 -> AF ((port == fw1."
        )
        assert {one["name"].partition("-")[0] for one in service["access_points"]} == {"headquarter", "site"}


# What each statement becomes.

LEAF = "CREATE NodeModel vlc VNFD file:///vlc.yaml; ConnectionPoint in at VNFD: data; ConnectionPoint out at VNFD: mgmt;\n"


def test_recursion_follows_connection_points_through_every_level() -> None:
    service = program(
        LEAF + "CREATE NodeModel pair; Node a Type vlc; Node b Type vlc; ConnectionPoint left; ConnectionPoint right;"
        " Connection l Endnodes left, a.in; Connection m Type p2p Endnodes a.out, b.in; Connection r Endnodes b.out, right;\n"
        "CREATE NodeModel four; Node x Type pair; Node y Type pair; ConnectionPoint way;"
        " Connection w Type p2p Endnodes way, x.left; Connection z Type p2p Endnodes x.right, y.left;\n"
        "CREATE Node whole Type four;"
    ).service
    assert service["name"] == "whole"
    assert [function["name"] for function in service["functions"]] == ["x-a", "x-b", "y-a", "y-b"]
    assert {link["name"]: link["endpoints"] for link in service["links"]} == {
        "w": ["x-a.in"],
        "z": ["x-b.out", "y-a.in"],
        "x-m": ["x-a.out", "x-b.in"],
        "y-m": ["y-a.out", "y-b.in"],
        "y-r": ["y-b.out"],
    }
    assert service["access_points"] == [{"name": "way", "link": "w"}]


def test_a_hundred_levels_are_one_link() -> None:
    levels = "".join(
        f"CREATE NodeModel m{n}; Node n Type {'vlc' if n == 0 else f'm{n - 1}'}; ConnectionPoint p;"
        f" Connection c Endnodes p, n.{'in' if n == 0 else 'p'};\n"
        for n in range(100)
    )
    service = program(LEAF + levels + "CREATE Node top Type m99;").service
    assert len(service["functions"]) == 1
    assert service["links"] == [{"name": "c", "endpoints": [f"{service['functions'][0]['name']}.in"]}]


@pytest.mark.parametrize(
    "order", ["Priority 0 Target f1 Action deny", "Target f1 Priority 0 Action deny", "ApplyTo f1 Actions deny"]
)
def test_both_orders_and_all_spellings(order: str) -> None:
    text = (
        "# made by hand\nIMPORT Node a Type host;\n"
        "CREATE Node b Type fw Properties location: openflow:1:1;\n"
        "CREATE Link c1 Type p2p EndNodes a, b Property bandwidth:128(kbps);\n"
        f"CREATE Flow f1 Match src-port:(1,1023), proto:tcp;\nCREATE Policy o1 {order};"
    )
    reading = program(text)
    assert reading.service["links"] == [{"name": "c1", "kind": "line", "endpoints": ["a.c1", "b.c1"]}]
    formula = "(tcp.srcport in {1-1023} || udp.srcport in {1-1023}) && ip.proto == 6 -> AG !delivered"
    assert reading.service["policies"] == [{"name": "o1", "formula": formula}]
    assert [(warning["message"], warning["line"]) for warning in reading.warnings] == [
        ("a is imported, and the model knows nothing that exists already: it is made", 2),
        ("the model has no place for the property location of b", 3),
        ("the model has no place for the property bandwidth of the connection c1", 4),
    ]


def test_a_property_chooses_the_interface() -> None:
    text = (
        "CREATE NodeModel any Property string : nic VNFD file:///vlc.yaml; ConnectionPoint p at VNFD:nic;\n"
        "CREATE NodeModel both Property string: first; Node a Type any Property nic: first; Node b Type any Property nic: eth1;"
        " Connection c Endnodes a.p, b.p;\n"
    )
    service = program(text + "CREATE Node s Type both Property first: data;").service
    assert [one["connection_points"][0]["interface"] for one in service["functions"]] == ["eth0", "eth1"]
    with pytest.raises(
        InputError, match=r"^a\.nemo:3: there is no one interface|^a\.nemo:1: there is no one interface 'first'"
    ):
        program(text + "CREATE Node s Type both;")
    with pytest.raises(
        InputError, match=r"^a\.nemo:3: the interface of the connection point p is the property nic, which s does not give"
    ):
        program(text + "CREATE Node s Type any;")


def test_update_and_delete_leave_what_they_say() -> None:
    text = (
        "CREATE Node a Type host Property vcpus: 1, memory: 512; CREATE Node b Type host; CREATE Node c Type host;\n"
        "CREATE Connection l Endnodes a, b, c; UPDATE Node a Property vcpus: 4;\n"
        "UPDATE Connection l Endnodes a, b; DELETE Node c;"
    )
    service = program(text).service
    assert service["functions"][0]["vdus"] == [{"name": "a", "kind": "vm", "vcpus": 4, "memory": 512}]
    assert service["links"] == [{"name": "l", "endpoints": ["a.l", "b.l"]}]


def test_files_that_end_in_nemo_are_one_program() -> None:
    files = {
        "a.nemo": b"CREATE Node n Type pair;",
        "b.nemo": b"CREATE NodeModel pair; Node x Type host; Connection c Endnodes x;",
    }
    assert [one["name"] for one in read(files).service["functions"]] == ["x"]
    with pytest.raises(InputError, match=r"^c\.nemo:1: the Node n was created at a\.nemo:1 already; write UPDATE$"):
        read({**files, "c.nemo": b"CREATE Node n Type host;"})


def test_the_examples_of_the_deliverable_as_they_are_printed() -> None:
    """A URI broken over two lines, EndNodes, and a NodeModel without a semicolon behind its name."""
    text = (
        "CREATE NodeModel sample_vnf\n  VNFD  https://example.org/nfvlabs/openmano.git\n/vnfs/examples/vlc.yaml;\n"
        "  ConnectionPoint data_inside at VNFD: eth0;\n  ConnectionPoint data_outside at VNFD: eth1;\n"
        "CREATE NodeModel complex_node\n Node input_vnf Type sample_vnf;\n Node output_vnf Type sample_vnf;\n"
        " ConnectionPoint input;\n ConnectionPoint output;\n"
        " Connection input_connection Type p2p EndNodes input,  input_vnf.data_inside;\n"
        " Connection output_connection Type p2p EndNodes output, output_vnf.data_outside;\n"
        " Connection internal Type p2p EndNodes input_vnf.data_outside, output_vnf.data_inside;\n"
        "CREATE Node it Type complex_node;"
    )
    service = program(text).service
    assert [link["name"] for link in service["links"]] == ["input_connection", "output_connection", "internal"]
    assert [point["name"] for point in service["access_points"]] == ["input", "output"]
    with pytest.raises(
        InputError, match=r"^a\.nemo:4: there is no one interface 'ge' for data_inside; there are data, mgmt, eth0\.vm"
    ):
        program(text.replace("VNFD: eth0", "VNFD: ge"))


TOSCA = """
tosca_definitions_version: tosca_simple_yaml_1_2
topology_template:
  node_templates:
    vm: {type: tosca.nodes.nfv.Vdu.Compute, capabilities: {virtual_compute: {properties:
      {virtual_cpu: {num_virtual_cpu: 2}, virtual_memory: {virtual_mem_size: 2 GB}}}}}
    data: {type: tosca.nodes.nfv.VduCp, requirements: [{virtual_binding: vm}]}
"""


def alone(name: str) -> tuple[str, dict[str, bytes], bytes]:
    """A VNFD of each language, as the name and the bytes that a URI leads to, and what lies beside it."""
    _language, files = DESCRIPTORS[name]
    if len(files) > 1:  # a package: an archive of it
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        return "vnf.csar", files, stream.getvalue()
    ((path, content),) = files.items()
    return path, files, content


@pytest.mark.parametrize(
    "name",
    [
        "superfluidity vnfd",
        "sol006 vnfd",
        "sol006 xml",
        "osm vnfd",
        "osm package",
        "openmano vnf",
        "sol001 vnf",
        "sol001 containers",
        "json",
    ],
)
def test_a_vnfd_of_any_language_is_read_as_it_is_alone(name: str) -> None:
    """Every VDU, every property of every point, what runs in it, and every warning: by the readers of these languages."""
    file, files, content = alone(name)
    reading = read(files)
    (function,) = reading.service["functions"]
    points = function.get("connection_points", [])
    inner = {end for link in reading.service.get("links", []) if "." in link["name"] for end in link["endpoints"]}
    said = "".join(f" ConnectionPoint p{number} at VNFD: {point['name']};" for number, point in enumerate(points))
    wires = "".join(f" CREATE Connection c{number} Endnodes n.p{number};" for number in range(len(points)))
    text = f"CREATE NodeModel m VNFD file:///{file};{said} CREATE Node n Type m;{wires}"
    imported = read({"a.nemo": text.encode(), file: content}).service
    (there,) = imported["functions"]
    renamed = json.loads(json.dumps(there).replace('"n.', f'"{function["name"]}.'))
    names = {f"p{number}": point["name"] for number, point in enumerate(points)}
    for vdu in renamed["vdus"]:
        if "port_pool" in vdu:
            vdu["port_pool"]["connection_point"] = names[vdu["port_pool"]["connection_point"]]
    for point in renamed.get("connection_points", []):
        point["name"] = names[point["name"]]
    assert {**renamed, "name": function["name"]} == function
    assert imported.get("documents") == reading.service.get("documents")
    links = [link["endpoints"] for link in imported.get("links", []) if link["name"].startswith("n.")]
    ends = {names[end.partition(".")[2]] for endpoints in links for end in endpoints}
    assert ends == {end.partition(".")[2] for end in inner}
    told = {warning["message"] for warning in read({"a.nemo": text.encode(), file: content}).warnings}
    own = {warning["message"] for warning in reading.warnings if "no link ends in" not in warning["message"]}
    assert own <= told


def test_what_a_reader_of_few_keys_has_dropped_is_kept_or_told() -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    reading = program(
        "CREATE NodeModel m VNFD file:///dataplaneVNF2.yaml; ConnectionPoint a at VNFD: xe0; ConnectionPoint b at VNFD: xe2;"
        " CREATE Node n Type m;"
    )
    assert {point["name"]: point["vnic_type"] for point in reading.service["functions"][0]["connection_points"]} == {
        "a": "direct-physical",
        "b": "direct",
    }
    told = {
        (one["path"].partition(":")[0], one["message"].partition(" is not used")[0], one["line"]) for one in reading.warnings
    }
    assert ("dataplaneVNF2.yaml", "of a VNF, VNFC.numas.interfaces.vpci", 61) in told
    assert ("dataplaneVNF2.yaml", "of a VNF, VNFC.numas.interfaces.bandwidth", 63) in told


def test_a_vnfd_used_twice_shares_its_documents_and_not_its_ranges() -> None:
    vnfd = DESCRIPTORS["osm vnfd"][1]["vnfd.yaml"].decode()
    other = vnfd.replace("  id: cache\n", "  id: other\n").replace("boot.txt", "cloud.txt")
    text = (
        "CREATE NodeModel m VNFD file:///a/one.yaml; ConnectionPoint p at VNFD: out;\n"
        "CREATE NodeModel o VNFD file:///b/two.yaml; ConnectionPoint p at VNFD: out;\n"
        "CREATE NodeModel all; Node x Type m; Node y Type m; Node z Type o; Connection c Endnodes x.p, y.p, z.p;\n"
        "CREATE Node n Type all;"
    )
    files = {"a/one.yaml": vnfd, "b/two.yaml": other, "a/boot.txt": "#!/bin/one", "b/cloud.txt": "#!/bin/two", "n.nemo": text}
    reading = read({name: content.encode() for name, content in files.items()})
    found = reading.service
    assert found["documents"] == {"boot.txt": "#!/bin/one", "cloud.txt": "#!/bin/two"}
    assert [one["vdus"][0]["user_data"] for one in found["functions"]] == ["boot.txt", "boot.txt", "cloud.txt"]
    assert [link.get("cidr") for link in found["links"]] == [None, "10.1.0.0/24", None, None]
    assert sum("is the range of an earlier function too" in one["message"] for one in reading.warnings) == 2
    twins = {name: content.replace("cloud.txt", "boot.txt") for name, content in files.items() if name != "b/cloud.txt"}
    twins["b/boot.txt"] = "#!/bin/two"  # one of this name is beside each, and a URI leads to its own
    given = {name.rpartition("/")[2] if name.endswith(".yaml") else name: text for name, text in twins.items()}

    def elsewhere(uri: str) -> bytes:
        path = uri.removeprefix("file:///")
        if path not in twins:
            raise InputError("is not there")
        return twins[path].encode()

    found = read({"n.nemo": given["n.nemo"].encode()}, fetch=elsewhere).service
    assert sorted(found["documents"].values()) == ["#!/bin/one", "#!/bin/two"]
    boots = [found["documents"][one["vdus"][0]["user_data"]] for one in found["functions"]]
    assert boots == ["#!/bin/one", "#!/bin/one", "#!/bin/two"]


@pytest.mark.parametrize(
    "name", ["../boot.txt", "/boot.txt", "a/../../boot.txt", "%2e%2e/boot.txt", "..%2fboot.txt", "c:boot.txt", "a?b"]
)
def test_a_vnfd_names_nothing_above_itself(name: str) -> None:
    """Whoever wrote it could otherwise have any file of the controller put into a first boot."""
    asked = []

    def open_to_all(uri: str) -> bytes:
        asked.append(uri)
        return vnfd if uri.endswith("vm.yaml") else b"secret"

    vnfd = DESCRIPTORS["osm vnfd"][1]["vnfd.yaml"].replace(b"boot.txt", f'"{name}"'.encode())
    text = b"CREATE NodeModel m VNFD file:///vnfds/vm.yaml; CREATE Node n Type m;"
    with pytest.raises(InputError, match=r"the file .* is missing"):
        read({"a.nemo": text}, fetch=open_to_all)
    assert asked == ["file:///vnfds/vm.yaml"]


@pytest.mark.parametrize(
    ("uri", "others", "sentence"),
    [
        ("a.nemo", {}, "a.nemo:1: this is a NEMO program, where a VNFD is expected"),
        ("ns.yaml", {"ns.yaml": DESCRIPTORS["osm r2"][1]}, "1: ns.yaml describes 2 functions, and a NodeModel stands for one"),
        ("x.csar", {"x.csar": b"PK\x05\x06" + b"\x00" * 18}, "1: the VNFD file:///x.csar is an empty archive"),
        ("x.tgz", {"x.tgz": b"\x1f\x8b\x08" + b"\x00" * 30}, "1: the VNFD file:///x.tgz is no whole archive"),
    ],
)
def test_what_is_no_vnfd(uri: str, others: dict[str, Any], sentence: str) -> None:
    for name, content in others.items():
        if isinstance(content, dict):
            whole = [yaml.safe_load(text) for text in content.values() if text.lstrip().startswith((b"vnfd:", b"nsd:"))]
            others = {name: json.dumps({key: value for one in whole for key, value in one.items()}).encode()}
            others["boot.txt"] = b""
    text = f"CREATE NodeModel m VNFD file:///{uri}; CREATE Node n Type m;"
    with pytest.raises(InputError, match=rf"^(a\.nemo:)?{re.escape(sentence)}"):
        read({"a.nemo": text.encode(), **others})


def test_a_vnfd_in_tosca_has_an_interface_for_each_point() -> None:
    text = "CREATE NodeModel t VNFD file:///t.yaml; ConnectionPoint p at VNFD: data.vm; CREATE Node n Type t;"
    service = read({"a.nemo": text.encode(), "t.yaml": TOSCA.encode()}).service
    assert service["functions"][0]["vdus"] == [{"name": "vm", "kind": "vm", "vcpus": 2, "memory": 2048}]
    assert service["functions"][0]["connection_points"] == [{"name": "p", "vdu": "vm"}]


def test_an_interface_of_one_of_two_vms_is_named_with_its_vm() -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    text = (
        "CREATE NodeModel da VNFD file:///dataplaneVNF_2VMs.yaml ; ConnectionPoint a at VNFD: xe1.vnf_2vms-vm1;"
        " ConnectionPoint b at VNFD: eth0-vnf_2vms-vm2; CREATE Node n Type da;"
    )
    service = program(text).service
    points = {point["name"]: (point["vdu"], point["interface"]) for point in service["functions"][0]["connection_points"]}
    assert points["a"] == ("VNF_2VMs-VM1", "xe1")
    assert points["b"] == ("VNF_2VMs-VM2", "eth0")
    assert [(link["name"], len(link["endpoints"])) for link in service["links"]] == [("n.datanet", 2)]


# What is no program, and what cannot be meant. Each sentence names the file and the line.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("CREATE Node a Type b;", "1: there is no type b"),
        ("CREATE Node a Type hosts;", "1: there is no type hosts.*; is host meant"),
        ("CREATE Node a Type host", "1: the statement of the Node 'a' does not end with a semicolon"),
        ("CREATE Node a Type host;\nCREATE Node a Type host;", "2: the Node a was created in line 1 already; write UPDATE"),
        ("CREATE Node a Type host;\n\nCREATE Nod b;", "3: 'Nod' stands where Node"),
        ('CREATE Node a Type host Property x: "abc\n;', "1: this text in quotes does not end on its line"),
        ("CREATE Node a\x00 Type host;", r"1: the character '\\x00' cannot stand in a program"),
        ("CREATE Node a Type host;\nCREATE Connection", "2: the program ends where a name is expected"),
        ("CREATE Node a.b Type host;", "1: the name a.b of a node holds a dot"),
        ("CREATE Node a Contain b;", "1: the Node 'a' has no Type"),
        ("CREATE Node a Type host Endnodes b;", "1: a Node has no Endnodes"),
        ("CREATE Node a Type host Type fw;", "1: the Node 'a' has two clauses Type"),
        ("CREATE Node a Type host Property b: 1, b: 2;", "1: 'b' stands twice in Property"),
        ("CREATE Node a Type host Property vcpus: many;", "1: the property vcpus is a whole number, not 'many'"),
        ("CREATE Node a Type host Property vcpus: 0;", r"1: functions\[0\]\.vdus\[0\]\.vcpus: 0 is less than 1"),
        ("CREATE Node a Type host; CREATE Connection c Endnodes a, b;", "1: there is no node b in the program"),
        ("CREATE Node a Type host; CREATE Connection c Endnodes a, a;", "1: the connection c has the same end twice"),
        ("CREATE Node a Type host; CREATE Connection c Type p3p Endnodes a;", "1: a connection is p2p.*is p2p meant"),
        ("CREATE Node a Type host; CREATE Connection c;", "1: the connection c has no Endnodes"),
        ("CREATE NodeModel a; Node b Type a;\nCREATE Node c Type a;", "1: the NodeModel a contains itself: a → a"),
        ("CREATE NodeModel a; Node x Type b; CREATE NodeModel b; Node y Type a;\nCREATE Node c Type a;", "1: .*: a → b → a"),
        ("CREATE NodeModel a VNFD ftp://x/y;", "1: 'ftp://x/y' stands where a URI"),
        ("CREATE NodeModel a VNFD file:///no.yaml;\nCREATE Node n Type a;", "1: the VNFD file:///no.yaml is not there"),
        ("CREATE NodeModel a Property text: b;", "1: a property of a NodeModel is one of string, integer, range"),
        ("ConnectionPoint a;", "1: this ConnectionPoint stands outside of a NodeModel"),
        ("UPDATE Node a Type host;", "1: there is no Node a to update"),
        ("DELETE Node a Type host;", "1: a DELETE names what goes"),
        ("CREATE Node c Type chain-group Contain d;\nCREATE Node e Type host;", "1: there is no node d for c"),
        ("CREATE Node a Type host; CREATE Operation o Target f Action deny;", "1: there is no flow f"),
        (
            "CREATE Node a Type host; CREATE Flow f Match colour: red; CREATE Operation o Target f Action deny;",
            "1: packets cannot",
        ),
        (
            LEAF + "CREATE Node a Type vlc; CREATE Node b Type vlc; CREATE Connection c Endnodes a, b;",
            "2: a is connected without",
        ),
        (LEAF + "CREATE Node a Type vlc; CREATE Connection c Endnodes a.inn;", "2: a has no connection point inn.*is in meant"),
        ("# nothing\n", "1: this program is empty"),
        ("CREATE Node " + "a" * 2**20 + " Type host;", "1: the name 'a+'… has more than 128 characters"),
        (
            "CREATE Node a Type host Property image: " + "x" * 2**20 + ";",
            "1: the value of 'image' has more than 8192 characters",
        ),
        ("CREATE Node a Type host Property b: " + "[" * 2**18, r"1: '\['? ?.*stands where"),
        ("CREATE Node a Type host;\n" + "#" * (4 * 2**20), "1: this program has more than 4 MiB"),
        (b"CREATE Node a Type host;\n\xff", "2: this file is no UTF-8 text"),
    ],
)
def test_mistakes_are_one_sentence_with_their_line(text: str | bytes, sentence: str) -> None:
    begun = time.process_time()
    with pytest.raises(InputError, match=rf"(?s)^a\.nemo:{sentence}"):
        program(text)
    assert time.process_time() - begun < 20  # a bound, and no measurement: none takes a second


def test_what_unfolds_without_end_is_refused_in_bounded_space() -> None:
    """Forty levels of two are a million million nodes."""
    inside = "Node one Type m{}; Node two Type m{};"
    text = "CREATE NodeModel m0; Node h Type host; Connection c Endnodes h;\n"
    text += "".join(f"CREATE NodeModel m{level}; {inside.replace('{}', str(level - 1))}\n" for level in range(1, 40))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"^a\.nemo:\d+: the NodeModels unfold into more than 20000 nodes"):
            program(text + "CREATE Node top Type m39;")
        assert tracemalloc.get_traced_memory()[1] < 300 * 2**20
    finally:
        tracemalloc.stop()


def test_one_vnfd_under_many_uris_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nemo_vnfd, "MOST_BYTES", 10 * len(VLC))
    text = "".join(f"CREATE NodeModel m{n} VNFD file:///{n}/vlc.yaml; CREATE Node n{n} Type m{n};\n" for n in range(12))
    with pytest.raises(InputError, match=r"^a\.nemo:11: the VNFDs of this program have more than 0 MiB together"):
        program(text)


def test_what_is_too_deep_is_refused() -> None:
    levels = "".join(f"CREATE NodeModel m{level}; Node n Type m{level - 1};\n" for level in range(1, 2000))
    with pytest.raises(InputError, match=r"^a\.nemo:\d+: NodeModels stand more than 500 deep"):
        program(levels + "CREATE Node top Type m1999;")


KEYWORDS = """
CREATE IMPORT UPDATE DELETE Node NodeModel Nodemodel Connection ConnectionPoint Flow Operation Type Contain
Property Endnodes Match Target Priority Action VNFD at : ; , ( ) [ ] a b c a.b vlc host fw l2-group ext-group
chain-group p2p chain src-ip file:///vlc.yaml data mgmt "x" " 10.0.0.0/8 5 string deny go-through interfaces
vcpus site-role edge # && == ! \u00e9 \x01
"""
WORDS = st.sampled_from([*KEYWORDS.split(), "\n"])


@pytest.mark.one_python
@settings(max_examples=150)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    told_or_read((LEAF + text).encode())


@pytest.mark.one_python
@settings(max_examples=100)
@given(st.data())
def test_no_mutation_of_a_published_program_breaks_the_reader(data: st.DataObject) -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    content = bytearray(ROOM[data.draw(st.sampled_from(sorted(READ)))])
    for _count in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        end = start + data.draw(st.integers(0, 12))
        content[start:end] = data.draw(st.binary(max_size=3) | WORDS.map(str.encode) | st.just(bytes(content[end : end + 40])))
    told_or_read(bytes(content))


@pytest.mark.one_python
@settings(max_examples=60)
@given(st.data())
def test_no_mutation_of_a_vnfd_breaks_the_reader(data: st.DataObject) -> None:
    """Whatever its language; one NodeModel names points of it, another none."""
    content = bytearray(data.draw(st.sampled_from([VLC.encode(), TOSCA.encode(), *SINGLE])))
    for _count in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content) - 1))
        content[start : start + data.draw(st.integers(0, 8))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"[", b"- ", b"{a: 1}"])
        )
    leaf = data.draw(st.sampled_from([LEAF, "CREATE NodeModel vlc VNFD file:///vlc.yaml;\n"]))
    told_or_read((leaf + "CREATE Node n Type vlc; CREATE Node m Type vlc;").encode(), {"vlc.yaml": bytes(content)})


SINGLE = [
    content
    for _language, files in DESCRIPTORS.values()
    if len(files) == 1
    for content in files.values()
    if not content.startswith(b"<")
]


def test_what_is_wrong_with_the_whole_of_a_vnfd_is_told_with_its_file() -> None:
    [vnfd] = [text for text in SINGLE if b"gateway-ip: 10.1.0.1}" in text]
    outside = {"vlc.yaml": vnfd.replace(b"gateway-ip: 10.1.0.1}", b"gateway-ip: 10.9.0.1}")}
    with pytest.raises(InputError, match=r"^vlc\.yaml:1: links\[2\]\.gateway: 10\.9\.0\.1 is outside the link's range"):
        read({"a.nemo": b"CREATE NodeModel vlc VNFD file:///vlc.yaml; CREATE Node n Type vlc;", **outside}, "nemo", fetch=fetch)


PLACE = re.compile(r"(a\.nemo|vlc\.yaml|vlc_vnf(_2)?\.yaml|dataplaneVNF\d\.yaml):\d+: [^\n]*")


def told_or_read(content: bytes, others: dict[str, bytes] | None = None) -> None:
    """Either there is a valid service, or one sentence with its place."""
    sentence = None
    try:
        assert read({"a.nemo": content, **(others or {})}, "nemo", fetch=fetch).service["functions"]
    except NfvError as error:
        sentence = str(error)
    assert sentence is None or PLACE.fullmatch(sentence), sentence
