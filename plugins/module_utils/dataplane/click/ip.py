# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv4 packets: where their headers are marked, and elements that change fields of them."""

from __future__ import annotations

from collections.abc import Iterator

from ...symbolic.fields import FIELDS
from ...symbolic.sefl import (
    NOTHING,
    Address,
    All,
    Assign,
    Block,
    Compare,
    Condition,
    CreateTag,
    Difference,
    Extend,
    Header,
    If,
    Instruction,
    Masked,
    Number,
    Present,
    Read,
    Slice,
    Sum,
    Within,
)
from .building import DST, Use
from .ethernet import swapped
from .primitives import FIRST_FRAGMENT, HAS_IP

TRANSPORTS = {"icmp": 1, "tcp": 6, "udp": 17}


def field(name: str) -> Header:
    return FIELDS[name].target


def equals(name: str, value: int) -> Condition:
    return Compare("==", Read(field(name)), Number(value))


def marked(offset: int, use: Use) -> Iterator[Instruction]:
    """The tag of the IP header to where it begins, and that of what it carries to behind it."""
    yield CreateTag("ip", Address("start", 8 * offset))
    plain = All((HAS_IP, equals("ip.hdr_len", 5), Present(Header("ip", 160))))
    chain = NOTHING
    for name, number in TRANSPORTS.items():
        there = All((plain, Compare("==", Read(field("ip.proto")), Number(number, 8))))
        chain = Block((If(there, Block((CreateTag(name, Address("ip", 160)),)), chain, origin=use.origin("marks")),))
    yield chain


def mark(use: Use) -> Block:
    return use.then(*marked(use.given("OFFSET").number("OFFSET", 0), use))


def decrement(use: Use) -> Block:
    given = use.given(keywords=("ACTIVE", "MULTICAST"))
    if not given.flag("ACTIVE", True):
        return use.out()
    ttl = field("ip.ttl")
    alive = Within(Read(ttl), ((2, 255),))
    lower = Assign(ttl, Difference(Read(ttl), Number(1, 8)), origin=use.origin())
    checked = use.check(alive, lower, says="TTL")
    if given.flag("MULTICAST", True):
        return checked
    group = Masked(Read(field("ip.dst")), 0xE0000000, 0xF0000000)
    return use.branch((group, "leaves multicast alone", use.out()), otherwise=checked)


def set_field(use: Use) -> Block:
    """The whole of a field: the TTL, the DSCP or the ECN bits."""
    if use.element.class_name == "SetIPDSCP":
        return use.then(*_part(use, use.given("DSCP").number("DSCP", high=63), 2, 6))
    text = use.given("ECN").text("ECN").lower()
    value = {"no": 0, "ect1": 1, "ect(1)": 1, "ect2": 2, "ect(0)": 2, "ce": 3}.get(text)
    return use.then(*_part(use, use.given("ECN").number("ECN", high=3) if value is None else value, 0, 2))


def _part(use: Use, value: int, low: int, width: int) -> Iterator[Instruction]:
    """Bits of the DS field, by the sum of those that stay and the new ones."""
    target = field("ip.dsfield")
    kept = Extend(Slice(Read(target), 0, low), 8) if low else Difference(Read(target), Extend(Slice(Read(target), 0, width), 8))
    yield Assign(target, Sum(kept, Number(value << low, 8)), origin=use.origin())


def mirror(use: Use) -> Block:
    """Addresses, and in first fragments of TCP and UDP the ports; of TCP the sequence numbers too."""
    annotate = [Assign(DST, Read(field("ip.dst")))] if use.given("DST_ANNO").flag("DST_ANNO", True) else []
    tcp = (*_turned("tcp.srcport", "tcp.dstport", use), *_turned("tcp.seq", "tcp.ack", use))
    udp = _turned("udp.srcport", "udp.dstport", use)
    rest = use.branch((All((equals("ip.proto", 17), FIRST_FRAGMENT)), "turns UDP", Block(udp)), otherwise=NOTHING)
    ports = use.branch((All((equals("ip.proto", 6), FIRST_FRAGMENT)), "turns TCP", Block(tcp)), otherwise=rest)
    return use.then(*_turned("ip.src", "ip.dst", use), *annotate, ports)


def _turned(first: str, second: str, use: Use) -> tuple[Instruction, ...]:
    return swapped(field(first), field(second), use)


def ping(use: Use) -> Block:
    """Echo requests turned into replies; the rest by output 1."""
    use.given()
    echo = All((HAS_IP, equals("ip.proto", 1), equals("icmp.type", 8)))
    values = {"icmp.type": 0, "ip.flags": 0, "ip.frag_offset": 0, "ip.ttl": 255}
    set_ = (Assign(field(name), Number(value, FIELDS[name].width)) for name, value in values.items())
    reply = (*_turned("ip.src", "ip.dst", use), *set_, Assign(DST, Read(field("ip.dst"))))
    return use.check(echo, *reply, says="echo request")
