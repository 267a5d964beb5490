# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each element does to a packet, worked out by hand from Click's documentation."""

from __future__ import annotations

import pytest

pytest.importorskip("oxidd")

from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.model import program
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.table import KNOWN, PASSING
from packets import ends

# The configuration between FromDevice(in) and the outputs a, b, c of `e`; the packet; where it goes and with what.
IP = "Strip(14) -> CheckIPHeader -> "
TO_ETHERNET = " -> EtherEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2)"
WAYS = [
    # class, outputs, template, fields, expected port, expected fields
    ("Classifier(12/0806 20/0001, 12/0800, -)", "arp", {}, "a", {}),
    ("Classifier(12/0806 20/0001, 12/0800, -)", "arp", {"arp.opcode": 2}, "c", {}),
    ("Classifier(12/0806 20/0001, 12/0800, -)", "tcp", {}, "b", {}),
    ("Classifier(12/0800 23/06 36/0050, -)", "tcp", {}, "a", {}),
    ("Classifier(12/0800 23/06 36/0050, -)", "tcp", {"tcp.dstport": 81}, "b", {}),
    ("Classifier(12/0800 23/06 36/0050, -)", "udp", {"udp.dstport": 80}, "b", {}),
    ("Classifier(26/0a0000??, -)", "udp", {"ip.src": 0x0A0000FF}, "a", {}),
    ("Classifier(26/0a0000??, -)", "udp", {"ip.src": 0x0A0001FF}, "b", {}),
    ("Classifier(47/02%02, -)", "tcp", {"tcp.flags": 0x12}, "a", {}),
    ("Classifier(47/02%02, -)", "tcp", {"tcp.flags": 0x10}, "b", {}),
    ("Classifier(!12/0800, -)", "tcp", {}, "b", {}),
    ("Classifier(14/45, -)", "tcp", {}, "a", {}),
    ("Classifier(14/45, -)", "vlan", {}, "b", {}),
    ("Classifier(16/0800 18/45, -)", "vlan", {}, "a", {}),
    ("IPFilter(deny src 10.0.0.1, allow all)", "tcp", {}, "dropped", {}),
    ("IPFilter(deny src 10.0.0.1, allow all)", "tcp", {"ip.src": 9}, "a", {}),
    ("IPFilter(allow tcp)", "udp", {}, "dropped", {}),
    ("IPFilter(1 udp, 0 all)", "udp", {}, "b", {}),
    ("IPFilter(deny all)", "tcp", {}, "dropped", {}),
    ("IPClassifier(tcp syn, icmp type echo, -)", "icmp", {}, "b", {}),
    ("IPClassifier(tcp opt syn, icmp type echo, -)", "tcp", {"tcp.flags": 2}, "a", {}),
    ("IPClassifier(tcp opt syn, icmp type echo, -)", "tcp", {}, "c", {}),
    ("IPClassifier(ip, -)", None, {}, "InputError", {}),
    ("DecIPTTL", "tcp", {"ip.ttl": 2}, "a", {"ip.ttl": 1}),
    ("DecIPTTL", "tcp", {"ip.ttl": 1}, "b", {"ip.ttl": 1}),
    ("DecIPTTL", "tcp", {"ip.ttl": 0}, "b", {}),
    ("DecIPTTL(MULTICAST false)", "tcp", {"ip.ttl": 1, "ip.dst": 0xE0000001}, "a", {"ip.ttl": 1}),
    ("DecIPTTL(ACTIVE false)", "tcp", {"ip.ttl": 1}, "a", {"ip.ttl": 1}),
    ("CheckIPHeader(14)", "tcp", {}, "a", {}),
    ("CheckIPHeader(14)", "arp", {}, "b", {}),
    ("CheckIPHeader(14)", "ipv6", {}, "b", {}),
    ("CheckIPHeader(14)", "tcp", {"ip.len": 19}, "b", {}),
    ("CheckIPHeader(14)", "tcp", {"ip.len": 20}, "a", {}),
    ("CheckIPHeader2(OFFSET 14, BADSRC 10.0.0.1)", "tcp", {}, "b", {}),
    ("CheckIPHeader(OFFSET 14, INTERFACES 10.0.0.2/24)", "tcp", {"ip.src": 0x0A0000FF}, "a", {}),
    ("CheckIPHeader(OFFSET 14, INTERFACES 10.0.0.3/24)", "tcp", {"ip.src": 0x0A0000FF}, "b", {}),
    ("CheckIPHeader(OFFSET 14, INTERFACES 10.0.0.3/24)", "tcp", {"ip.src": 0}, "b", {}),
    ("CheckTCPHeader", "tcp", {}, "a", {}),
    ("CheckTCPHeader", "tcp", {"ip.len": 39}, "b", {}),
    ("CheckTCPHeader", "udp", {}, "b", {}),
    ("CheckUDPHeader", "udp", {"udp.length": 8}, "a", {}),
    ("CheckUDPHeader", "udp", {"udp.length": 7}, "b", {}),
    ("CheckICMPHeader", "icmp", {}, "a", {}),
    ("CheckICMPHeader", "tcp", {}, "b", {}),
    ("EtherRewrite(0:0:0:0:0:1, 0:0:0:0:0:2)", "tcp", {}, "a", {"eth.src": 1, "eth.dst": 2, "eth.type": 0x0800}),
    ("EtherMirror", "tcp", {}, "a", {"eth.src": 0x0200000000BB, "eth.dst": 0x0200000000AA}),
    ("HostEtherFilter(2:0:0:0:0:bb)", "tcp", {}, "a", {}),
    ("HostEtherFilter(2:0:0:0:0:bc)", "tcp", {}, "b", {}),
    ("HostEtherFilter(2:0:0:0:0:bc)", "tcp", {"eth.dst": 0xFFFFFFFFFFFF}, "a", {}),
    ("HostEtherFilter(2:0:0:0:0:aa, true, false)", "tcp", {}, "b", {}),
    ("DropBroadcasts", "tcp", {"eth.dst": 0x01005E000001}, "b", {}),
    ("DropBroadcasts", "tcp", {}, "a", {}),
    ("IPMirror", "tcp", {}, "a", {"ip.src": 0x0A000002, "ip.dst": 0x0A000001, "tcp.srcport": 80, "tcp.seq": 2, "tcp.ack": 1}),
    ("IPMirror", "tcp", {"ip.frag_offset": 1}, "a", {"ip.src": 0x0A000002, "tcp.srcport": 1000}),
    ("IPMirror", "udp", {}, "a", {"udp.srcport": 53, "udp.dstport": 1000}),
    ("SetIPDSCP(46)", "tcp", {"ip.dsfield": 3}, "a", {"ip.dsfield": 0xBB}),
    ("SetIPECN(ce)", "tcp", {"ip.dsfield": 0xB9}, "a", {"ip.dsfield": 0xBB}),
    ("SetIPECN(no)", "tcp", {"ip.dsfield": 0xFF}, "a", {"ip.dsfield": 0xFC}),
    ("Paint(3) -> CheckPaint(3)", "tcp", {}, "a", {}),
    ("Paint(3) -> CheckPaint(4)", "tcp", {}, "b", {}),
    ("CheckPaint(0)", "tcp", {}, "a", {}),
    ("Paint(1) -> PaintSwitch", "tcp", {}, "b", {}),
    ("Paint(9) -> PaintSwitch", "tcp", {}, "dropped", {}),
    ("PaintTee(1)", "tcp", {}, "a", {}),
    ("Switch(1)", "tcp", {}, "b", {}),
    ("Switch(-1)", "tcp", {}, "dropped", {}),
    ("StaticSwitch(2)", "tcp", {}, "c", {}),
    ("PullSwitch(0)", "tcp", {}, "a", {}),
    ("PullSwitch(1)", "tcp", {}, "dropped", {}),
    ("ICMPPingResponder", "icmp", {}, "a", {"icmp.type": 0, "ip.src": 0x0A000002, "ip.dst": 0x0A000001, "ip.ttl": 255}),
    ("ICMPPingResponder", "icmp", {"icmp.type": 0}, "b", {}),
    ("ARPResponder(10.0.0.2 0:0:0:0:0:7)", "arp", {}, "a", {"arp.opcode": 2, "arp.src.hw_mac": 7, "eth.src": 7}),
    ("ARPResponder(10.0.0.0/24 0:0:0:0:0:7)", "arp", {}, "a", {"arp.src.proto_ipv4": 0x0A000002, "eth.dst": 0x0200000000AA}),
    ("ARPResponder(10.0.0.3 0:0:0:0:0:7)", "arp", {}, "b", {"arp.opcode": 1}),
    ("VLANDecap", "vlan", {}, "a", {"eth.type": 0x0800, "eth.src": 0x0200000000AA, "ip.src": 0x0A000001}),
    ("VLANEncap(VLAN_ID 5, VLAN_PCP 1)", "tcp", {}, "a", {"eth.type": 0x8100, "vlan.id": 5, "vlan.priority": 1}),
    ("VLANEncap(5)", "tcp", {}, "a", {"vlan.etype": 0x0800, "eth.dst": 0x0200000000BB, "tcp.dstport": 80}),
    ("VLANEncap(0)", "tcp", {}, "a", {"eth.type": 0x0800}),
    ("VLANEncap(5) -> VLANDecap", "tcp", {}, "a", {"eth.type": 0x0800, "ip.dst": 0x0A000002}),
    ("VLANDecap -> VLANEncap(ANNO)", "vlan", {}, "a", {"vlan.id": 42, "vlan.priority": 3, "vlan.etype": 0x0800}),
    ("SetVLANAnno(7) -> VLANEncap(ANNO)", "tcp", {}, "a", {"vlan.id": 7}),
    ("Strip(14) -> Unstrip(14)", "tcp", {}, "a", {"eth.type": 0x0800, "ip.ttl": 64}),
    (f"{IP}IPEncap(4, 1.0.0.1, 1.0.0.2){TO_ETHERNET}", "tcp", {}, "a", {"ip.src": 0x01000001, "ip.proto": 4}),
    (f"{IP}UDPIPEncap(1.0.0.1, 9, 1.0.0.2, 10){TO_ETHERNET}", "tcp", {}, "a", {"udp.dstport": 10, "ip.proto": 17}),
    (
        f"{IP}IPEncap(4, 1.0.0.1, 1.0.0.2) -> StripIPHeader -> CheckIPHeader{TO_ETHERNET}",
        "tcp", {}, "a", {"ip.src": 0x0A000001, "ip.proto": 6},
    ),
    (
        f"{IP}UDPIPEncap(1.0.0.1, 9, 1.0.0.2, 10) -> StripIPHeader -> Strip(8) -> MarkIPHeader{TO_ETHERNET}",
        "udp", {}, "a", {"ip.src": 0x0A000001, "udp.dstport": 53},
    ),
    ("GetIPAddress(IP dst) -> StaticIPLookup(10.0.0.0/8 1, 0/0 0)", "tcp", {}, "b", {}),
    ("GetIPAddress(30) -> RadixIPLookup(10.0.0.0/8 1, 10.0.0.2/32 2, 0/0 0)", "tcp", {}, "c", {}),
    ("SetIPAddress(9.9.9.9) -> LinearIPLookup(10.0.0.0/8 1, 0.0.0.0/0 0)", "tcp", {}, "a", {}),
    ("SetIPAddress(9.9.9.9) -> LinearIPLookup(10.0.0.0/8 1)", "tcp", {}, "dropped", {}),
    ("SetIPAddress(9.9.9.9) -> StoreIPAddress(src)", "tcp", {}, "a", {"ip.src": 0x09090909}),
    ("StoreIPAddress(9.9.9.9, 30)", "tcp", {}, "a", {"ip.dst": 0x09090909}),
    ("StoreIPAddress(src)", "tcp", {}, "a", {"ip.src": 0x0A000001}),
    (f"{IP}DirectIPLookup(0/0 10.0.0.254 0) -> StoreIPAddress(dst)", "tcp", {}, "a", {"ip.dst": 0x0A0000FE}),
    (f"{IP}ARPQuerier(10.0.0.9, 0:0:0:0:0:9)", "tcp", {"ip.dst": 0xFFFFFFFF}, "a", {"eth.dst": 0xFFFFFFFFFFFF, "eth.src": 9}),
    (f"{IP}ARPQuerier(10.0.0.9, 0:0:0:0:0:9)", "tcp", {"ip.dst": 0xE0810203}, "a", {"eth.dst": 0x01005E010203}),
    (f"{IP}ARPQuerier(10.0.0.9, 0:0:0:0:0:9)", "tcp", {"ip.dst": 0}, "dropped", {}),
    (f"{IP}ICMPError(10.0.0.9, timeexceeded){TO_ETHERNET}", "tcp", {"ip.src": 0x08080808}, "a", {"ip.dst": 0x08080808}),
    (f"{IP}ICMPError(10.0.0.9, timeexceeded){TO_ETHERNET}", "icmp", {"icmp.type": 3}, "dropped", {}),
    ("IPRewriter(pattern 1.0.0.1 20 - - 0 1)", "tcp", {}, "a", {"ip.src": 0x01000001, "tcp.srcport": 20, "tcp.dstport": 80}),
    ("IPRewriter(pattern - - 1.0.0.1 20 1 0)", "udp", {}, "b", {"ip.dst": 0x01000001, "udp.dstport": 20}),
    ("IPRewriter(keep 1 0)", "tcp", {}, "b", {"ip.src": 0x0A000001}),
    ("IPRewriter(drop)", "tcp", {}, "dropped", {}),
    ("IPRewriter(pass 1)", "icmp", {}, "b", {}),
    ("IPRewriter(keep 0 1)", "icmp", {}, "dropped", {}),
    ("TCPRewriter(keep 0 1)", "udp", {}, "dropped", {}),
    ("IPAddrRewriter(pattern 1.0.0.1 - 0 1)", "icmp", {}, "a", {"ip.src": 0x01000001}),
    ("IPRewriter(pattern 1.0.0.1 20 - - 0 1) -> IPMirror -> [0]e", "tcp", {}, "InputError", {}),
    ("Discard", "tcp", {}, "dropped", {}),
]  # fmt: skip


def configuration(chain: str) -> str:
    *before, last = chain.split(" -> ")
    first = " -> ".join(["FromDevice(in)", *before])
    text = f"e :: {last}; {first} -> e; e[0] -> Queue -> ToDevice(a); "
    more = ("Classifier", "IPClassifier", "IPFilter", "Switch", "StaticSwitch", "PaintSwitch", "IPRewriter", "RadixIPLookup")
    if last == "Discard":
        return "FromDevice(in) -> Discard;"
    twice = (
        *more,
        "DecIPTTL",
        "Check",
        "HostEther",
        "Drop",
        "ICMPPing",
        "ARPResponder",
        "StaticIP",
        "PaintTee",
        "Tee",
        "IPAddr",
    )
    text += "e[1] -> ToDevice(b); " if last.startswith(twice) and "MULTICAST" not in last else ""
    return text + ("e[2] -> ToDevice(c);" if last.startswith(more) else "")


@pytest.mark.parametrize(("chain", "template", "fields", "port", "after"), WAYS)
def test_one_packet(chain: str, template: str | None, fields: dict, port: str, after: dict) -> None:
    if port == "InputError":
        with pytest.raises(InputError):
            program(configuration(chain), None, {})
        return
    found = ends(configuration(chain), template, fields)
    assert [end.at for end in found] == [port]
    assert {name: found[0].has(name, value) for name, value in after.items()} == dict.fromkeys(after, True)


@pytest.mark.parametrize(
    ("element", "ports"),
    [
        ("Tee", {"a", "b"}),
        ("PullTee", {"a", "b"}),
        ("RoundRobinSwitch", {"a", "b"}),
        ("HashSwitch(26, 4)", {"a", "b"}),
        ("RandomSample(0.5)", {"a", "b"}),
        ("RatedSplitter(10)", {"a", "b"}),
        ("CheckLength(100)", {"a", "b"}),
        ("Meter(10)", {"a", "b"}),
    ],
)
def test_choices(element: str, ports: set[str]) -> None:
    text = f"FromDevice(in) -> e :: {element}; e[0] -> ToDevice(a); e[1] -> ToDevice(b);"
    assert {end.at for end in ends(text, "tcp")} == ports


@pytest.mark.parametrize("name", PASSING)
def test_passing(name: str) -> None:
    assert [end.at for end in ends(f"FromDevice(in) -> {name}(1) -> ToDevice(out);", "tcp")] == ["out"]


@pytest.mark.parametrize(("low", "high"), [(5, 5), (1024, 65535), (100, 102), (0, 7)])
def test_a_ranged_port_is_any_of_the_range(low: int, high: int) -> None:
    text = f"FromDevice(in) -> IPRewriter(pattern 1.0.0.1 {low}-{high}? - - 0 0) -> ToDevice(a);"
    found = ends(text, "tcp")
    assert {end.at for end in found} == {"a"}
    for port in (low, high, (low + high) // 2):
        assert any(end.may("tcp.srcport", port) for end in found)
    assert not any(end.may("tcp.srcport", port) for end in found for port in (low - 1, high + 1) if 0 <= port <= 0xFFFF)


def test_an_answer_is_translated_back() -> None:
    text = """FromDevice(in) -> [0]nat :: IPRewriter(pattern 1.0.0.1 20 - - 0 1, drop);
              nat[0] -> IPMirror -> [1]back :: IPRewriter(drop, keep 0 0) -> ToDevice(a); nat[1] -> Discard;"""
    assert [end.at for end in ends(text, "tcp")] == ["a"]


def test_errors_go_around_once() -> None:
    text = """FromDevice(in) -> Strip(14) -> CheckIPHeader -> rt :: StaticIPLookup(10.0.0.0/24 0, 0/0 1);
              rt[0] -> ttl :: DecIPTTL -> EtherEncap(0x0800, 0:0:0:0:0:1, 0:0:0:0:0:2) -> ToDevice(a);
              ttl[1] -> ICMPError(10.0.0.9, timeexceeded) -> rt; rt[1] -> Discard;"""
    found = ends(text, "tcp", {"ip.ttl": 1})
    assert [end.at for end in found] == ["a"]
    assert found[0].has("icmp.type", 11)
    assert found[0].has("ip.ttl", 199)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("FromDevice(in) -> Frobnicate -> ToDevice(a);", "the class is not known"),
        ("FromDevice(in) -> IPFragmenter(9) -> ToDevice(a);", "it makes fragments"),
        ("FromDevice(in) -> a :: Null -> b :: Counter -> a;", "the ring a -> b -> a"),
        ("FromDevice(in) -> Strip(x) -> ToDevice(a);", "LENGTH is a number"),
        ("FromDevice(in) -> IPFilter(permit all) -> ToDevice(a);", "permit is no action"),
        ("FromDevice(in) -> IPFilter(allow src port) -> ToDevice(a);", "a value is missing"),
        ("FromDevice(in) -> IPFilter(allow (tcp) -> ToDevice(a);", ""),
        ("FromDevice(in) -> ToDevice(a); FromDevice(in) -> ToDevice(b);", "taken by another element"),
        ("FromDevice(in) -> StaticIPLookup(1.0.0.0/8 0, 1.0.0.0/8 0) -> ToDevice(a);", "prefix of another"),
    ],
)
def test_refused(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        program(text, "r.click", {})
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("r.click:1")


def test_a_black_box_lets_pass_with_any_headers() -> None:
    (found,) = ends("FromDevice(in) -> Frobnicate -> ToDevice(a);", "tcp", black_box=True)
    assert found.at == "a"
    assert found.may("ip.ttl", 3)


def test_bytes_that_no_header_covers_fail_visibly() -> None:
    assert [end.at for end in ends("FromDevice(in) -> Classifier(60/00) -> ToDevice(a);", "tcp")] == [
        "@byte 60 of the packet is not allocated"
    ]


def test_data_that_begins_elsewhere_is_no_ethernet_frame() -> None:
    (found,) = ends("FromDevice(in) -> Strip(14) -> ToDevice(a);", "tcp")
    assert not found.may("eth.type", 0x0800)


def test_many_elements() -> None:
    line = " -> ".join(["Null -> CheckPaint(0)"] * 300)
    assert [end.at for end in ends(f"FromDevice(in) -> {line} -> ToDevice(a);", "tcp")] == ["a"]
    rules = ", ".join(f"deny src 1.2.{number // 256}.{number % 256}" for number in range(1500))
    assert [end.at for end in ends(f"FromDevice(in) -> IPFilter({rules}, allow all) -> ToDevice(a);", "tcp")] == ["a"]
    declared = " ".join(f"d{n} :: Tee;" for n in range(6)) + " d6 :: Null -> ToDevice(a);"
    diamonds = " ".join(f"d{n}[0] -> d{n + 1}; d{n}[1] -> Null -> d{n + 1};" for n in range(6))
    assert {end.at for end in ends(f"{declared} FromDevice(in) -> d0; {diamonds}", "tcp")} == {"a"}


def test_modelled_and_unmodelled_classes_say_so() -> None:
    assert all((one.build is None) == (one.kind in ("information", "unmodelled")) for one in KNOWN.values())
    assert all(one.note for one in KNOWN.values() if one.kind == "unmodelled")
