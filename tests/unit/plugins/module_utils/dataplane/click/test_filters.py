# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter expressions against an evaluator of its own over plain packets, and routes against a search of the table."""

from __future__ import annotations

import ipaddress

import pytest

pytest.importorskip("oxidd")

from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.model import program
from hypothesis import given, settings
from hypothesis import strategies as st
from packets import PLAIN, ends

PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1}


def passes(expression: str, template: str, fields: dict[str, int]) -> bool:
    found = ends(f"FromDevice(in) -> IPFilter(allow {expression}) -> ToDevice(out);", template, fields)
    assert len(found) == 1
    return {"out": True, "dropped": False}[found[0].at]


# Expressions as trees: (text, function of a packet), where a packet is a dict of fields and "proto".
ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.1.0.0/16", "10.0.0.0/8", "9.0.0.0/8"])
RELATIONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
ENDS = {"src": ("src",), "dst": ("dst",), "src or dst": ("src", "dst"), "src and dst": ("src", "dst"), "": ("src", "dst")}


def related(word: str, operator: str, found: list[bool]) -> bool:
    """`found` says of each end whether the relation that is not negated holds."""
    joined = all(found) if word == "src and dst" else any(found)
    return not joined if operator in ("!=", "<", "<=") else joined


def basic(operator: str, value: int, bound: int) -> bool:
    """The relation that an operator is made of: equal, or greater."""
    return {"==": value == bound, "!=": value == bound, ">": value > bound, "<=": value > bound}.get(operator, value >= bound)


@st.composite
def address(draw):
    word, operator, text = draw(st.sampled_from(list(ENDS))), draw(st.sampled_from(["==", "!=", ""])), draw(ADDRESSES)
    kind, network = ("net" if "/" in text else "host"), ipaddress.IPv4Network(text)

    def holds(packet: dict) -> bool:
        found = [ipaddress.IPv4Address(packet[f"ip.{end}"]) in network for end in ENDS[word]]
        return related(word, operator or "==", found)

    return f"{word} {kind} {operator} {text}", holds


@st.composite
def port(draw):
    word, operator = draw(st.sampled_from(list(ENDS))), draw(st.sampled_from(list(RELATIONS)))
    protocol, number = draw(st.sampled_from(["tcp", "udp", ""])), draw(st.sampled_from([0, 80, 1000, 65535]))

    def holds(packet: dict) -> bool:
        mine = packet["proto"] in ("tcp", "udp") and protocol in ("", packet["proto"])
        if not mine or packet["ip.frag_offset"]:
            return False
        values = [packet[f"{packet['proto']}.{end}port"] for end in ENDS[word]]
        return related(word, operator, [basic(operator, value, number) for value in values])

    return f"{word} {protocol} port {operator} {number}", holds


@st.composite
def number(draw):
    word, name = draw(st.sampled_from([("ttl", "ip.ttl"), ("id", "ip.id"), ("tos", "ip.dsfield"), ("len", "ip.len")]))
    operator, value = draw(st.sampled_from(list(RELATIONS))), draw(st.sampled_from([0, 1, 64, 255]))
    return f"ip {word} {operator} {value}", lambda packet: RELATIONS[operator](packet[name], value)


def _option(bit: int):
    return lambda packet: packet["proto"] == "tcp" and not packet["ip.frag_offset"] and bool(packet["tcp.flags"] & bit)


def _fragment(packet: dict) -> bool:
    return bool(packet["ip.frag_offset"] or packet["ip.flags"] & 1)


def _of_protocol(name: str):
    return lambda packet: packet["proto"] == name


SIMPLE = st.sampled_from(
    [
        ("ip frag", _fragment),
        ("unfrag", lambda packet: not _fragment(packet)),
        ("tcp opt syn", _option(2)),
        ("ack", _option(16)),
        ("ip ect", lambda packet: packet["ip.dsfield"] & 3 != 0),
        ("ip ce", lambda packet: packet["ip.dsfield"] & 3 == 3),
        ("ip dscp 16", lambda packet: packet["ip.dsfield"] >> 2 == 16),
        ("ip vers 4", lambda packet: True),
        ("true", lambda packet: True),
        ("false", lambda packet: False),
        ("icmp type 8", lambda p: p["proto"] == "icmp" and not p["ip.frag_offset"] and p["icmp.type"] == 8),
        ("icmp type != echo", lambda p: p["proto"] == "icmp" and not p["ip.frag_offset"] and p["icmp.type"] != 8),
        *(
            (text, _of_protocol(name))
            for name in PROTOCOLS
            for text in (name, f"ip proto {name}", f"ip proto {PROTOCOLS[name]}")
        ),
    ]
)


def _joined(many):
    (first, one), (second, two), (word, both) = many
    joined = (lambda packet: one(packet) and two(packet)) if both else (lambda packet: one(packet) or two(packet))
    return f"({first} {word} {second})", joined


def _negated(given_):
    (text, holds), word = given_
    return f"{word} ({text})", lambda packet: not holds(packet)


WORDS = st.sampled_from([("and", True), ("&&", True), ("or", False), ("||", False)])
EXPRESSIONS = st.recursive(
    st.one_of(address(), port(), number(), SIMPLE),
    lambda inner: st.one_of(
        st.tuples(inner, inner, WORDS).map(_joined), st.tuples(inner, st.sampled_from(["not", "!"])).map(_negated)
    ),
    max_leaves=5,
)


@st.composite
def packet(draw):
    proto = draw(st.sampled_from(list(PROTOCOLS)))
    ports = st.sampled_from([0, 1, 79, 80, 81, 999, 1000, 65535])
    some = {
        "ip.src": st.sampled_from([0x0A000001, 0x0A000002, 0x0A010001, 0x09000001, 0xC0000201]),
        "ip.frag_offset": st.sampled_from([0, 0, 0, 5]),
        "ip.flags": st.integers(0, 3),
        "ip.ttl": st.sampled_from([0, 1, 63, 64, 65, 255]),
        "ip.dsfield": st.sampled_from([0, 1, 64, 67, 255]),
        "ip.len": st.sampled_from([1, 64, 1500]),
        "tcp.srcport": ports,
        "tcp.dstport": ports,
        "udp.srcport": ports,
        "udp.dstport": ports,
        "tcp.flags": st.integers(0, 63),
        "icmp.type": st.sampled_from([0, 8, 11]),
    }
    fields = {name: draw(values) for name, values in some.items()} | {"ip.dst": draw(some["ip.src"])}
    return proto, {name: value for name, value in fields.items() if name.split(".")[0] in ("ip", proto)}


@settings(max_examples=120)
@given(EXPRESSIONS, packet())
def test_an_expression_is_what_it_says(expression, one) -> None:
    text, holds = expression
    proto, fields = one
    assert passes(text, proto, fields) == holds({**PLAIN, **fields, "proto": proto})


@pytest.mark.parametrize(
    ("expression", "fields", "expected"),
    [
        ("src port 80 or 1000", {}, True),
        ("src port 80 or 81", {"tcp.dstport": 81}, False),
        ("dst www", {}, True),
        ("www", {}, True),
        ("10.0.0.0/24", {}, True),
        ("net 10.0.0.0 mask 255.255.255.0", {}, True),
        ("src 10.0.0.0/24 and dst 10.0.0.2 && tcp", {}, True),
        ("tcp dst port 80 ack", {}, True),
        ("unfrag ack", {}, True),
        ("unfrag and www", {}, True),
        ("udp port 80 or tcp port 81 or 80", {}, True),
        ("src 10.0.0.9 or 10.0.0.2", {}, False),
        ("src tcp port & 8 == 8", {}, True),
        ("src tcp port & 16 == 16", {}, False),
        ("tcp ? dst port 80 : dst port 53", {}, True),
        ("tcp ? dst port 81 : true", {}, False),
        ("ether host 02:00:00:00:00:aa", {}, True),
        ("dst ether host 02:00:00:00:00:aa", {}, False),
        ("not src host 10.0.0.1 or not tcp", {}, False),
        ("ip hl 5", {}, True),
        ("tcp win > 99", {}, True),
        ("all", {}, True),
        ("-", {}, True),
    ],
)
def test_spellings(expression: str, fields: dict, expected: bool) -> None:
    assert passes(expression, "tcp", fields) is expected


def test_names() -> None:
    text = "AddressInfo(me 10.0.0.1 10.0.0.0/24 2:0:0:0:0:1); PortInfo(mine 1000/tcp); FromDevice(in) -> "
    for expression in ("src me", "src port mine", "net me:ipnet"):
        found = ends(f"{text} IPFilter(allow {expression}) -> ToDevice(out);", "tcp")
        assert [end.at for end in found] == ["out"], expression


def test_packets_without_an_ip_header_meet_nothing() -> None:
    assert passes("src host 10.0.0.1", "arp", {}) is False


@pytest.mark.parametrize(
    "expression", ["port", "src", "ip ttl 256", "tcp and (udp", "echo", "foo", "ip[0:1] 4", "10.0.0.0/33", "(" * 999]
)
def test_refused(expression: str) -> None:
    with pytest.raises(InputError):
        program(f'FromDevice(in) -> IPFilter("allow {expression}") -> ToDevice(out);', None, {})


LONG = " or ".join(f"src host 10.0.0.{number}" for number in range(1, 100))


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("tcp and (udp", "a closing parenthesis is missing near the end in tcp and (udp"),
        (f"foo or {LONG}", "a value is missing or makes no sense near foo in foo or src host 10.0.0.1 or…"),
        (f"{LONG} or foo", "near foo in …or src host 10.0.0.99 or foo"),
        (f"{LONG} or ttl 256 or {LONG}", "near 256 in …or src host 10.0.0.99 or ttl 256 or src host 10.0.0.1 or…"),
        (f"{LONG} and ({LONG}", "near the end in …or src host 10.0.0.99"),
        (f"{LONG}\n  or foo or\n\t{LONG}", "near foo in …or src host 10.0.0.99 or foo or src host 10.0.0.1 or…"),
        ("(" * 999, "more than 50 expressions are within each other near ( in …" + "(" * 60 + "…"),
        ("x" * 999, "near " + "x" * 60 + "… in " + "x" * 30 + "…"),
        ("ether host " + "x" * 999, "x" * 60 + "… is no Ethernet address"),
    ],
)
def test_a_long_expression_is_quoted_around_the_mistake(expression: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        program(f'FromDevice(in) -> IPFilter("allow {expression}") -> ToDevice(out);', None, {})
    assert told in str(caught.value)
    assert str(caught.value).endswith(told)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("configuration", ["IPFilter({} all)", "Classifier(12/{})", "IPClassifier(src port {})"])
def test_a_long_word_is_quoted_in_part(configuration: str) -> None:
    with pytest.raises(InputError) as caught:
        program(f"FromDevice(in) -> {configuration.format('z' * 999)} -> ToDevice(out);", None, {})
    assert "z…" in str(caught.value)
    assert len(str(caught.value)) < 300


PREFIXES = st.tuples(st.integers(0, 15), st.integers(0, 4), st.integers(0, 2))


@settings(max_examples=40)
@given(st.lists(PREFIXES, max_size=8, unique_by=lambda one: (one[0] >> (4 - one[1]), one[1])), st.integers(0, 15))
def test_the_longest_prefix_wins(table, target: int) -> None:
    """Prefixes in the last four bits, so that they meet often."""
    routes = [((low >> (4 - bits)) << (4 - bits), 28 + bits, output) for low, bits, output in table]
    text = ", ".join(f"10.0.0.{low}/{bits} {output}" for low, bits, output in routes)
    matching = [(bits, output) for low, bits, output in routes if (target ^ low) >> (32 - bits) == 0]
    expected = "abc"[max(matching)[1]] if matching else "dropped"
    lookup = f"FromDevice(in) -> GetIPAddress(IP dst) -> e :: StaticIPLookup({text}); "
    outputs = "e[0] -> ToDevice(a); e[1] -> ToDevice(b); e[2] -> ToDevice(c);"
    assert [end.at for end in ends(lookup + outputs, "udp", {"ip.dst": 0x0A000000 | target})] == [expected]
