# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers of IPv4 and UDP put before a packet's data, and the data moved past headers."""

from __future__ import annotations

from collections.abc import Iterator

from ...symbolic.sefl import (
    All,
    Assign,
    Block,
    Compare,
    Expression,
    Fail,
    Header,
    Instruction,
    Number,
    Present,
    Read,
    Symbol,
)
from .building import DST, Use, moved
from .headers import pushed
from .ip import equals, field
from .primitives import HAS_IP
from .values import Given


def ip_encapsulate(use: Use) -> Block:
    given = use.given("PROTO", "SRC", "DST", keywords=("TTL", "DSCP"))
    names = {"ipip": 4, "icmp": 1, "tcp": 6, "udp": 17, "igmp": 2}
    protocol = names.get(given.text("PROTO")) or given.number("PROTO", high=255)
    code = _outer(use, protocol, given, given.number("TTL", 250, high=255), given.number("DSCP", 0, high=63) << 2)
    return use.then(*code)


def _outer(use: Use, protocol: int, given: Given, ttl: int, dsfield: int = 0) -> Iterator[Instruction]:
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
    return use.then(*pushed("udp", values), *_outer(use, 17, given, 250))


def strip(use: Use) -> Block:
    return use.then(*moved(use.given("LENGTH").number("LENGTH", high=0x3FFF)))


def unstrip(use: Use) -> Block:
    return use.then(*moved(-use.given("LENGTH").number("LENGTH", high=0x3FFF)))


def strip_header(use: Use) -> Block:
    """Past the IP header, which must begin where the data does and have no options."""
    use.given()
    begins = Present(Header("start", 4))
    plain = All((begins, HAS_IP, equals("ip.hdr_len", 5), Compare("==", Read(Header("start", 4)), Number(5, 4))))
    return use.branch((plain, "strips", use.then(*moved(20))), otherwise=Block((_odd(use),)))


def _odd(use: Use) -> Instruction:
    return Fail("the packet's data does not begin with an IP header without options", origin=use.origin())
