# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NEMO in: programs of the field against their published translations, and each statement."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read

from .nemo_programs import LEAF, READ, ROOM, program, published

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
