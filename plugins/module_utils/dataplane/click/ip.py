# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv4, TCP, UDP and ICMP elements: checks, header marks, fields and encapsulation."""

from __future__ import annotations

from collections.abc import Iterator

from ...symbolic.fields import FIELDS
from ...symbolic.sefl import (
    NOTHING,
    Address,
    All,
    Any,
    Assign,
    Block,
    Compare,
    Condition,
    CreateTag,
    Difference,
    Expression,
    Extend,
    Fail,
    Header,
    If,
    Instruction,
    Masked,
    Not,
    Number,
    Present,
    Read,
    Slice,
    Sum,
    Symbol,
    Within,
)
from .arguments import words
from .building import DST, Use, moved
from .ethernet import swapped
from .headers import pushed
from .primitives import FIRST_FRAGMENT, HAS_IP
from .values import Given, refusal
from .window import matches, unknown

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


def check_header(use: Use) -> Block:
    """Version, header length and length against each other, and the sources that are refused.

    The checksum is taken as right, and the packet as long as its header says.
    """
    given = use.given("OFFSET", keywords=_CHECK_KEYWORDS)
    offset = given.number("OFFSET", 0)
    at = {name: Header("start", 8 * offset + one.offset) for name, one in FIELDS.items() if one.header == "ip"}
    shaped = tuple(Present(at[name]) for name in ("ip.version", "ip.hdr_len", "ip.dsfield", "ip.len", "ip.src"))
    length = Extend(Read(at["ip.hdr_len"]), 16)
    four = Sum(Sum(length, length), Sum(length, length))
    condition = All(
        (
            matches(offset, 0x40, 0xF0, 1),
            Any((All(shaped), unknown(offset))),
            Within(Read(at["ip.hdr_len"]), ((5, 15),)),
            Compare(">=", Read(at["ip.len"]), four),
            _sources(given, Read(at["ip.src"]), Read(at["ip.dst"])),
        )
    )
    annotate = Assign(DST, Read(at["ip.dst"]))
    return use.check(condition, *marked(offset, use), annotate, says="IP header")


_CHECK_KEYWORDS = ("INTERFACES", "BADSRC", "GOODDST", "CHECKSUM", "VERBOSE", "DETAILS")


def _sources(given: Given, source: Expression, target: Expression) -> Condition:
    """The source is not one of the bad ones, unless the destination is one of the good."""
    bad = [given.as_address(word) for word in words(given.text("BADSRC", ""))]
    good = [given.as_address(word) for word in words(given.text("GOODDST", ""))]
    interfaces = words(given.text("INTERFACES", ""))
    for word in interfaces:
        net, mask = given.as_prefix(word)
        bad.append(net | ~mask & 0xFFFFFFFF)
        good.append(given.as_address(word.partition("/")[0]))
    bad += [0, 0xFFFFFFFF] if interfaces else []
    return Any((Not(_one_of(source, bad)), _one_of(target, good)))


def _one_of(value: Expression, addresses: list[int]) -> Condition:
    return Within(value, tuple((address, address) for address in sorted(set(addresses))))


def check_tcp(use: Use) -> Block:
    use.given(keywords=("VERBOSE", "DETAILS"))
    header, total = _four(Read(field("ip.hdr_len"))), _four(Read(field("tcp.hdr_len")))
    long_enough = Compare(">=", Extend(Read(field("ip.len")), 17), Sum(header, total))
    whole = Within(Read(field("tcp.hdr_len")), ((5, 15),))
    return use.check(All((HAS_IP, equals("ip.proto", 6), whole, long_enough)), says="TCP header")


def _four(value: Expression) -> Expression:
    wide = Extend(value, 17)
    return Sum(Sum(wide, wide), Sum(wide, wide))


def check_udp(use: Use) -> Block:
    use.given(keywords=("VERBOSE", "DETAILS"))
    whole = Within(Read(field("udp.length")), ((8, 0xFFFF),))
    return use.check(All((HAS_IP, equals("ip.proto", 17), whole)), says="UDP header")


def check_icmp(use: Use) -> Block:
    use.given(keywords=("VERBOSE", "DETAILS"))
    return use.check(All((HAS_IP, equals("ip.proto", 1))), says="ICMP header")


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


def encapsulate(use: Use) -> Block:
    given = use.given("PROTO", "SRC", "DST", keywords=("TTL", "DSCP"))
    names = {"ipip": 4, "icmp": 1, "tcp": 6, "udp": 17, "igmp": 2}
    protocol = names.get(given.text("PROTO")) or given.number("PROTO", high=255)
    code = outer(use, protocol, given, given.number("TTL", 250, high=255), given.number("DSCP", 0, high=63) << 2)
    return use.then(*code)


def outer(use: Use, protocol: int, given: Given, ttl: int, dsfield: int = 0) -> Iterator[Instruction]:
    """A new IP header; its length, identification and checksum are free, as the packet's length is not known."""
    target = Read(DST) if given.text("DST") == "DST_ANNO" else Number(given.address("DST"), 32)
    name = use.element.name
    values: dict[str, Expression | int] = {
        "ip.version": 4, "ip.hdr_len": 5, "ip.dsfield": dsfield, "ip.flags": 0, "ip.frag_offset": 0, "ip.ttl": ttl,
        "ip.proto": protocol, "ip.src": given.address("SRC"), "ip.dst": target,
        **{f"ip.{one}": Symbol(f"{name} {one}", 16) for one in ("len", "id", "checksum")},
    }  # fmt: skip
    yield from pushed("ip", values)
    yield Assign(DST, Read(field("ip.dst")))


def udp_encapsulate(use: Use) -> Block:
    given = use.given("SRC", "SPORT", "DST", "DPORT", "CHECKSUM")
    name = use.element.name
    checksum = Symbol(f"{name} sum", 16) if given.flag("CHECKSUM", True) else 0
    values: dict[str, Expression | int] = {
        "udp.srcport": given.port("SPORT"),
        "udp.dstport": given.port("DPORT"),
        "udp.length": Symbol(f"{name} length", 16),
        "udp.checksum": checksum,
    }
    return use.then(*pushed("udp", values), *outer(use, 17, given, 250))


def strip_header(use: Use) -> Block:
    """Past the IP header, which must begin where the data does and have no options."""
    use.given()
    begins = Present(Header("start", 4))
    plain = All((begins, HAS_IP, equals("ip.hdr_len", 5), Compare("==", Read(Header("start", 4)), Number(5, 4))))
    return use.branch((plain, "strips", use.then(*moved(20))), otherwise=Block((_odd(use),)))


def _odd(use: Use) -> Instruction:
    return Fail("the packet's data does not begin with an IP header without options", origin=use.origin())


# Addresses.


def get_address(use: Use) -> Block:
    given = use.given("OFFSET", keywords=("IP",))
    name = given.text("IP", "")
    if name in ("src", "dst"):
        return use.then(Assign(DST, Read(field(f"ip.{name}")), origin=use.origin()))
    source = Header("start", 8 * given.number("OFFSET", high=0x3FFF))
    return use.then(Assign(DST, Read(source), origin=use.origin()))


def set_address(use: Use) -> Block:
    return use.then(Assign(DST, Number(use.given("ADDR").address("ADDR"), 32), origin=use.origin()))


def store_address(use: Use) -> Block:
    fixed = len(use.element.arguments) == 2
    given = use.given("ADDR", "OFFSET") if fixed else use.given("OFFSET")
    name = given.text("OFFSET")
    target = field(f"ip.{name}") if name in ("src", "dst") else Header("start", 8 * given.number("OFFSET", high=0x3FFF))
    value = Number(given.address("ADDR"), 32) if fixed else Read(DST)
    store = Assign(target, value, origin=use.origin())
    if fixed:
        return use.then(store)
    return use.then(If(Compare("==", Read(DST), Number(0, 32)), NOTHING, Block((store,)), origin=use.origin()))


def routes(use: Use) -> Block:
    """The longest prefix of the destination annotation decides; a gateway becomes the annotation."""
    table: dict[tuple[int, int], tuple[str, Block]] = {}
    for number, text in enumerate(use.element.arguments, 1):
        prefix, gateway, output = _route(use, text)
        if prefix in table:
            raise refusal(use.element, f"the route {text} has the prefix of another one")
        table[prefix] = (f"route {number}: {text}", _via(use, gateway, output))
    order = sorted(table.items(), key=lambda item: -item[0][1])
    cases = [(Masked(Read(DST), net, mask), label, body) for (net, mask), (label, body) in order]
    return use.branch(*cases, otherwise=use.drop("drops, no route"))


def _via(use: Use, gateway: int | None, output: int) -> Block:
    if not gateway:
        return use.out(output)
    return use.then(Assign(DST, Number(gateway, 32), origin=use.origin()), output=output)


def _route(use: Use, text: str) -> tuple[tuple[int, int], int | None, int]:
    given, parts = Given(use.element, use.names, {}), words(text)
    if len(parts) not in (2, 3) or not parts[-1].isdigit():
        raise refusal(use.element, f"{text} is no route; it is ADDRESS/MASK, perhaps a gateway, and an output")
    gateway = given.as_address(parts[1]) if len(parts) == 3 and parts[1] != "-" else None
    return given.as_prefix(parts[0]), gateway, int(parts[-1])
