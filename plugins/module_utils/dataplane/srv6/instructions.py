# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of segment routing on a packet's headers: an outer header put on, the next segment taken, the headers taken off.

The Ethernet header goes along and keeps its addresses. Headers that Linux makes have these values: the traffic class, flow
label and hop limit of IPv6 inside, or 0, 0 and 64 for IPv4; the payload's length is free, since that of packets is not
modelled.

Source: RFC 8754 (the header), RFC 8986 (what nodes do), and the Linux kernel, which the tests ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...symbolic.fields import FIELDS, HEADERS, SEGMENTS, SIZES
from ...symbolic.sefl import (
    NOTHING,
    Address,
    All,
    Assign,
    Block,
    Compare,
    Condition,
    CreateTag,
    Deallocate,
    DestroyTag,
    Difference,
    Drop,
    Expression,
    Header,
    If,
    Instruction,
    Meta,
    Number,
    Origin,
    Present,
    Read,
    Symbol,
)
from .. import headers
from .tunnels import Encapsulation

ROUTING, TYPE = 43, 4
INNER = {4: ("ip", 4, 0x0800), 6: ("ipv6", 41, 0x86DD)}
"""By version: the header, its number as a protocol, and its Ethernet type."""
BASE, SEGMENT = SIZES["srh"], 128
IPV4_HOPS = 64
KEPT = {name: Meta(f"inner {name}", local=True) for name in ("ipv6.tclass", "ipv6.flow", "ipv6.hlim")}


def drop(why: str) -> Block:
    return Block((Drop(origin=Origin(why)),))


def encapsulated(version: int, given: Encapsulation, source: int) -> Iterator[Instruction]:
    """An outer IPv6 header, and a routing header where the list does not fit into the destination."""
    name, protocol, _kind = INNER[version]
    listed = given.segments[1:] if given.reduced else given.segments
    size = BASE + SEGMENT * len(listed) if listed else 0
    for field, meta in KEPT.items():
        yield Assign(meta, headers.read(field) if version == 6 else _of_ipv4(field))
    yield from headers.moved_ethernet(Address(name, -(SIZES["ipv6"] + size + headers.ETHERNET_BITS)), type=0x86DD)
    yield from headers.put("ipv6", Address("eth", headers.ETHERNET_BITS), {
        "ipv6.version": 6, "ipv6.nxt": ROUTING if listed else protocol, "ipv6.src": source, "ipv6.dst": given.segments[0],
        "ipv6.plen": Symbol("payload length", 16), **{field: Read(meta) for field, meta in KEPT.items()},
    })  # fmt: skip
    yield from (Deallocate(meta) for meta in KEPT.values())
    if listed:
        yield from _routing_header(protocol, listed, len(given.segments) - 1)


def _of_ipv4(field: str) -> Expression:
    return Number(IPV4_HOPS if field == "ipv6.hlim" else 0, FIELDS[field].width)


def _routing_header(protocol: int, listed: Sequence[int], left: int) -> Iterator[Instruction]:
    yield from headers.put("srh", Address("ipv6", SIZES["ipv6"]), {
        "ipv6.routing.nxt": protocol, "ipv6.routing.len": 2 * len(listed), "ipv6.routing.type": TYPE,
        "ipv6.routing.segleft": left, "ipv6.routing.srh.last_entry": len(listed) - 1, "ipv6.routing.srh.flags": 0,
        "ipv6.routing.srh.tag": 0,
    })  # fmt: skip
    for number, segment in enumerate(reversed(listed)):
        [field] = HEADERS[f"segment{number}"]
        yield from headers.put(f"segment{number}", _segment(number), {field: segment})


def _segment(number: int) -> Address:
    return Address("srh", BASE + SEGMENT * number)


def has_routing_header() -> Condition:
    present = Present(FIELDS["ipv6.routing.type"].target)
    return All((headers.equals("ipv6.nxt", ROUTING), present, headers.equals("ipv6.routing.type", TYPE)))


def advanced() -> Iterator[Instruction]:
    """The next segment of the list is the destination."""
    left = headers.read("ipv6.routing.segleft")
    yield If(has_routing_header(), NOTHING, drop("no segment routing header"))
    yield If(headers.equals("ipv6.routing.segleft", 0), drop("no segments left"), NOTHING)
    yield headers.assign("ipv6.routing.segleft", Difference(left, Number(1, 8)))
    chain = drop("more segments left than there are")
    for number in reversed(range(SEGMENTS)):
        listed = Compare(">=", headers.read("ipv6.routing.srh.last_entry"), Number(number, 8))
        here = Header("srh", _segment(number).offset)
        condition = All((headers.equals("ipv6.routing.segleft", number), listed, Present(here)))
        chain = Block((If(condition, Block((headers.assign("ipv6.dst", Read(here)),)), chain),))
    yield chain


def decapsulated(versions: Sequence[int]) -> Iterator[Instruction]:
    """The outer headers go; what stands inside is IP of one of the versions, and no segments are left."""
    chain = drop("another packet inside than the segment is for")
    for segments in reversed(range(SEGMENTS + 1)):
        for version in versions:
            chain = Block((If(_carries(version, segments), Block(tuple(_uncovered(version, segments))), chain),))
    left = Compare("!=", headers.read("ipv6.routing.segleft"), Number(0, 8))
    yield If(All((has_routing_header(), left)), drop("segments are left"), NOTHING)
    yield chain


def _carries(version: int, segments: int) -> Condition:
    protocol = INNER[version][1]
    if not segments:
        return headers.equals("ipv6.nxt", protocol)
    length = headers.equals("ipv6.routing.len", 2 * segments)
    return All((has_routing_header(), length, headers.equals("ipv6.routing.nxt", protocol)))


def _uncovered(version: int, segments: int) -> Iterator[Instruction]:
    name, _protocol, kind = INNER[version]
    size = BASE + SEGMENT * segments if segments else 0
    yield from headers.taken("ipv6")
    if segments:
        yield from headers.taken("srh")
        for number in range(segments):
            yield from headers.taken(f"segment{number}")
            yield DestroyTag(f"segment{number}")
        yield DestroyTag("srh")
    yield CreateTag(name, Address("ipv6", SIZES["ipv6"] + size))
    yield from headers.moved_ethernet(Address(name, -headers.ETHERNET_BITS), type=kind)
    yield from _named() if version == 6 else (DestroyTag("ipv6"),)


def _named() -> Iterator[Instruction]:
    """A routing header inside gets its names again."""
    chain = NOTHING
    at = {name: Header("ipv6", SIZES["ipv6"] + FIELDS[name].offset) for name in ("ipv6.routing.len", "ipv6.routing.type")}
    for segments in range(1, SEGMENTS + 1):
        length = Compare("==", Read(at["ipv6.routing.len"]), Number(2 * segments, 8))
        kind = Compare("==", Read(at["ipv6.routing.type"]), Number(TYPE, 8))
        here = All((headers.equals("ipv6.nxt", ROUTING), Present(at["ipv6.routing.type"]), kind, length))
        tags = (CreateTag(f"segment{number}", _segment(number)) for number in range(segments))
        chain = Block((If(here, Block((CreateTag("srh", Address("ipv6", SIZES["ipv6"])), *tags)), chain),))
    yield chain
