# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Segment routing: routes as Linux prints them, ways through chains of nodes, and the headers that Linux makes of packets."""

from __future__ import annotations

import random
import subprocess
from ipaddress import IPv4Address, IPv6Address

import kernel_router as kernel
import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.elements import element
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.srv6.routes import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import (
    Exploration,
    Injection,
    Network,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.layouts import (
    TEMPLATES,
    declare,
    memory,
    packets,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.readable import packet_bytes
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.verification import (
    Policy,
    Verification,
    packets_of,
)

INGRESS = """
local fc00::1 dev lo table local proto kernel metric 0 pref medium
2001:db8:b::/64  encap seg6 mode encap segs 3 [ fc00:a::1 fc00:b::1 fc00:c::6 ] dev core metric 1024 pref medium
fc00:a::/32 via fe80::a dev core metric 1024 pref medium
default via fe80::9 dev users metric 1024 pref medium
198.51.100.0/24  encap seg6 mode encap.red segs 2 [ fc00:a::1 fc00:c::4 ] dev core scope link
"""
FIRST = """
fc00:a::1  encap seg6local action End dev left metric 1024 pref medium
fc00:b::/32 via fe80::b dev right metric 1024 pref medium
fc00:c::/32 via fe80::c dev right metric 1024 pref medium
"""
SECOND = """
fc00:b::1  encap seg6local action End.X nh6 fe80::7 dev left metric 1024 pref medium
fc00:c::/32 via fe80::c dev right metric 1024 pref medium
fe80::/64 dev service proto kernel metric 256 pref medium
"""
EGRESS = """
fc00:c::6  encap seg6local action End.DT6 table 100 dev core metric 1024 pref medium
fc00:c::4  encap seg6local action End.DX4 nh4 192.0.2.9 dev core metric 1024 pref medium
2001:db8:b::/64 via fe80::1 dev servers table 100 metric 1024 pref medium
192.0.2.0/24 dev old proto kernel scope link src 192.0.2.1
"""
CHAIN = {"i": INGRESS, "a": FIRST, "b": SECOND, "e": EGRESS}
LINKS = (("i.core", "a.left"), ("a.right", "b.left"), ("b.service", "e.core"))


def verified(formulas, template, fields, elements=None, links=LINKS, at="i.users"):
    texts = CHAIN if elements is None else elements
    programs = {name: element(name, {"type": "srv6", "content": text}, text) for name, text in texts.items()}
    injected = [packets_of({"at": at, "template": template, "fields": fields}, "packets[0]")]
    return Verification(programs, links, injected, [Policy(str(n), one) for n, one in enumerate(formulas)]).run()


@pytest.mark.parametrize(
    "formula",
    [
        "AF (port == e.servers && delivered)",
        "AF (port == a.left) && AF (port == b.left)",
        "AF (port == i.core && ipv6.dst == fc00:a::1 && ipv6.src == fc00::1 && ipv6.routing.segleft == 2)",
        "AF (port == a.right && ipv6.dst == fc00:b::1 && ipv6.routing.segleft == 1)",
        "AF (port == b.service && ipv6.dst == fc00:c::6 && ipv6.routing.segleft == 0)",
        "AF (port == b.service && ipv6.routing.srh.addr.2 == fc00:a::1 && ipv6.routing.srh.addr.0 == fc00:c::6)",
        "AG (port == e.servers -> ipv6.dst == 2001:db8:b::/64 && ipv6.nxt == 6 && eth.type == 0x86dd)",
        "AG (port == e.servers -> tcp.dstport == initial(tcp.dstport) && !(ipv6.routing.segleft in {0-255}))",
        "AF (port == e.servers && ipv6.hlim == 8)",
    ],
)
def test_a_chain_of_segments(formula):
    answer = verified([formula], "tcp6", {"ipv6.dst": "2001:db8:b::/64", "ipv6.hlim": 9})
    assert answer["holds"]
    assert answer["findings"] == []


def test_ipv4_by_a_reduced_header():
    formulas = [
        "AF (port == i.core && ipv6.dst == fc00:a::1 && ipv6.routing.nxt == 4 && ipv6.routing.len == 2 && ipv6.hlim == 63)",
        "AF (port == e.old && eth.type == 0x800 && ip.ttl == 8 && ip.src == initial(ip.src) && !(ipv6.hlim in {0-255}))",
    ]
    links = [["i.core", "a.left"], ["a.right", "e.core"]]
    answer = verified(formulas, "udp", {"ip.dst": "198.51.100.0/24", "ip.ttl": 9}, links=links)
    assert answer["holds"]


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("ipv6.routing.segleft == 0 -> AF dropped", "holds"),
        ("ipv6.routing.segleft == 1 && ipv6.hlim > 1 && ipv6.routing.srh.addr.0 == fc00:b::/32 -> AF port == a.right", "holds"),
        ("ipv6.routing.segleft == 1 && ipv6.hlim > 1 -> AF port == a.right", "violated"),
        ("AG (port == a.right -> ipv6.dst == ipv6.routing.srh.addr.0 || ipv6.dst == ipv6.routing.srh.addr.1)", "holds"),
    ],
)
def test_a_node_alone(formula, verdict):
    fields = {"ipv6.dst": "fc00:a::1", "ipv6.routing.srh.addr.2": "fc00:a::1"}
    answer = verified([formula], "srv6", fields, {"a": FIRST}, [], "a.left")
    assert answer["policies"][0]["verdict"] == verdict
    assert [one["message"] for one in answer["findings"]] in ([], ["packets from here may go around for ever"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no route; an empty answer is often that of a command that failed"),
        ("[]", "has no route"),
        ("fc00::1  encap seg6local action End.DX2 oif e0 dev e0", "the action 'End.DX2' is not modelled"),
        ("fc00::1  encap seg6 mode inline segs 2 [ fc00::a :: ] dev e0", "the mode 'inline' is not modelled"),
        ("fc00::1  encap seg6local action End flavors psp dev e0", "'flavors' is not modelled here"),
        ("fc00::1  encap mpls 100 dev e0", "100 is not modelled here"),
        ("fc00::1  encap seg6local action End.X dev e0", "nh6 is missing"),
        ('[{"dst":"fc00::1","encap":"seg6","mode":"encap","segs":[],"dev":"e0"}]', "entry 1 of the list: a list has from 1"),
    ],
)
def test_what_is_not_modelled(text, sentence):
    with pytest.raises(InputError, match=r"r\.routes") as caught:
        read(text, "r.routes")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "fc00::1  encap seg6local action End.DT6 table 7 dev e0 pref medium",
            "leads to the table 7, of which there is",
        ),
        (
            "fc00::1  encap seg6local action End.X nh6 fc00:9::1 dev e0 pref medium",
            "of the table main leads to fc00:9::1",
        ),
        ("fc01::/64  encap seg6 mode encap segs 1 [ fc00::a ] dev e0 pref medium", "give source, or the table local too"),
    ],
)
def test_what_leads_nowhere(text, sentence):
    with pytest.raises(InputError) as caught:
        element("r", {"type": "srv6", "content": text}, text)
    assert sentence in str(caught.value)


# Linux itself.

ROUTES = [
    "route add fc10::/16 via fc00:1::2 dev p1",
    "route add fc20::/16 via fc00:2::2 dev p2",
    "route add 2001:db8:1::/48 encap seg6 mode encap segs fc10::1,fc20::2 dev p1",
    "route add 2001:db8:2::/48 encap seg6 mode encap segs fc20::1 dev p1",
    "route add 2001:db8:3::/48 encap seg6 mode encap.red segs fc20::1,fc10::5,fc10::6 dev p1",
    "route add 2001:db8:4::/48 encap seg6 mode encap.red segs fc20::1 dev p1",
    "route add 198.51.0.0/16 encap seg6 mode encap segs fc20::1,fc10::9 dev p1",
    "route add fc00:f::1 encap seg6local action End dev p1",
    "route add fc00:f::2 encap seg6local action End.X nh6 fc00:2::2 dev p1",
    "route add fc00:f::3 encap seg6local action End.DX4 nh4 10.0.2.2 dev p1",
    "route add fc00:f::4 encap seg6local action End.DX6 nh6 fc00:1::2 dev p1",
    "route add fc00:f::5 encap seg6local action End.DT6 table 254 dev p1",
    "route add fc00:f::6 encap seg6local action End.T table 254 dev p1",
    "route add fc00:f::7 encap seg6local action End.B6.Encaps srh segs fc20::a,fc10::b dev p1",
    "route add 2001:db8:8::/48 via fc00:2::2 dev p2",
    "route add 203.0.113.0/24 via 10.0.1.2 dev p1",
]
# After End.DX4 Linux asks for the packet's own destination on the link.
INSIDE = ["198.51.7.7", "203.0.113.4", "192.0.2.9"]
NEIGHBOURS = [f"neigh add {address} lladdr {kernel.mac(2, far=True)} dev p2" for address in INSIDE]
SIDS = [f"fc00:f::{number}" for number in range(1, 9)]


def routing_header(chance: random.Random, following: int) -> tuple[bytes, bytes]:
    """A header and the destination that goes with it; now and then with more or fewer segments left than there are."""
    segments = [IPv6Address(chance.choice(["fc10::7", "fc20::7", "2001:db8:9::1"])) for _one in range(chance.randrange(1, 4))]
    left = chance.choice([0, *range(len(segments))])
    head = bytes([following, 2 * len(segments), 4, left, len(segments) - 1, 0, 0, 0])
    return head + b"".join(one.packed for one in segments), IPv6Address(chance.choice(SIDS)).packed


def random_packet(chance: random.Random, number: int) -> tuple[str, bytes]:
    """The template of the packet's headers, and the packet."""
    mark = b"mark" + number.to_bytes(4, "big")
    hops = chance.choice([1, 2, 64])
    source, target = IPv6Address("2001:db8:ff::1").packed, IPv6Address(f"2001:db8:{chance.randrange(1, 6)}::7").packed
    four = IPv4Address("192.0.2.77").packed, IPv4Address(chance.choice(INSIDE)).packed
    inside = kernel.udp(b"".join(four), 1000, 2000, mark)
    packet4 = kernel.ipv4(*(int.from_bytes(one, "big") for one in four), 17, inside, hops)
    kind = chance.choice(["udp6", "udp", "srv6 udp", "srv6 ip", "srv6 udp", "srv6 ip"])
    if kind == "udp":
        return kind, kernel.ethernet(0, 0x0800, packet4)
    if kind == "udp6":
        return kind, kernel.ethernet(0, 0x86DD, kernel.ipv6(source, target, 17, kernel.udp(source + target, 1, 2, mark), hops))
    following, body = (17, kernel.udp(source + target, 1, 2, mark)) if kind == "srv6 udp" else (4, packet4)
    header, target = routing_header(chance, following)
    return kind, kernel.ethernet(0, 0x86DD, kernel.ipv6(source, target, 43, header + body, hops))


def predicted(program, kind: str, frame: bytes) -> list[tuple[int, bytes]]:
    """Where the model lets the packet leave, and its headers then."""
    template = kind.partition(" ")[0]
    count = frame[14 + 40 + 1] // 2 if template == "srv6" else 0
    inside = ("ip", "udp") if kind == "srv6 ip" else ("udp",)
    segments = tuple(f"segment{number}" for number in range(count))
    layout = next(
        one
        for one in TEMPLATES[template]
        if (not count and one.headers[-1] == "udp") or one.headers[3:] == (*segments, *inside)
    )
    sets = PacketSets(1 << 20)
    declare(sets, [layout])
    start, given = memory(sets, layout), {}
    for name, (at, width) in _places(layout).items():
        given[name] = int.from_bytes(frame, "big") >> (8 * len(frame) - at - width) & ((1 << width) - 1)
    some = packets(sets, layout, {name: ((value, value),) for name, value in given.items()})
    assert some.satisfiable()
    exploration = Exploration(sets, Network({"r": program}, [])).run([Injection("r.p0", start, some)])
    assert not any(state.fault for state in exploration.states)
    ends = [state for state in exploration.states if exploration.ended(state) == "delivered" and state.port != "r.local"]
    return [(int(state.port[len("r.p") :]), packet_bytes(sets, state.memory, sets.example(state.packets))) for state in ends]


def _places(layout) -> dict[str, tuple[int, int]]:
    from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.fields import HEADERS

    found, at = {}, 0
    for header in layout.headers:
        for name, width in HEADERS[header].items():
            found[name] = (at, width)
            at += width
    return found


def unmeasured(frame: bytes) -> bytes:
    """A frame without what is not modelled: addresses of Ethernet, lengths and checksums of outer headers."""
    frame = b"\0" * 12 + frame[12:]
    if frame[12:14] == b"\x86\xdd":
        return frame[:18] + b"\0\0" + frame[20:]
    return frame[:24] + b"\0\0" + frame[26:]


@pytest.mark.one_python
def test_linux_makes_the_same_headers(linux) -> None:
    router = linux(3)
    try:
        router.ip(*ROUTES, *NEIGHBOURS)
        router.run("ip", "sr", "tunsrc", "set", "fc00:1::1")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this kernel has no segment routing: {error.stderr.strip()}")
    show = ("route", "show", "table", "all")
    text = "".join(router.run("ip", version, *show).stdout for version in ("-6", "-4"))
    program = element("r", {"type": "srv6", "content": text, "source": "fc00:1::1"}, text)
    chance = random.Random(6)
    given = [random_packet(chance, number) for number in range(150)]
    came = router.sent([(0, frame) for _kind, frame in given])
    out = 0
    for kind, frame in given:
        real = [(port, unmeasured(one)) for port, one in came[frame[-kernel.MARK :]]]
        model = [(port, unmeasured(one)) for port, one in predicted(program, kind, frame)]
        heads = [(port, one[: len(head)]) for (port, one), (_port, head) in zip(real, model, strict=False)]
        assert (heads, len(real)) == (model, len(model)), (kind, frame.hex())
        out += len(real)
    assert 40 < out < 150


def test_linux_prints_the_same_in_text_and_json(linux) -> None:
    router = linux(3)
    try:
        router.ip(*ROUTES)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this kernel has no segment routing: {error.stderr.strip()}")
    text = router.run("ip", "-6", "route", "show", "table", "all").stdout
    listed = router.run("ip", "-6", "-json", "route", "show", "table", "all").stdout
    found = [{(one.prefix, one.length): one.egress for one in read(form)["main", 6].routes} for form in (text, listed)]
    assert found[0] == found[1]
    assert sum(any(hop.tunnel for hop in one.ports) for one in found[0].values()) == 11


def test_routes_that_only_their_order_tells_apart_are_noted_with_their_table():
    text = "2001:db8::/32 dev a table 100\n2001:db8::/32 dev b\n2001:db8::/32 dev b table 100\n"
    [note] = element("n", {"type": "srv6", "content": text}, text).notes
    assert note.startswith("table 100: 2001:db8::/32 has several routes of the same metric, in lines 1 and 3, and the first")
