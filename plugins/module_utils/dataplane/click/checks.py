# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Elements that let only sound headers of IPv4, TCP, UDP and ICMP pass."""

from __future__ import annotations

from ...symbolic.fields import FIELDS
from ...symbolic.sefl import (
    All,
    Any,
    Assign,
    Block,
    Compare,
    Condition,
    Expression,
    Extend,
    Header,
    Not,
    Present,
    Read,
    Sum,
    Within,
)
from .arguments import words
from .building import DST, Use
from .ip import equals, field, marked
from .primitives import HAS_IP
from .values import Given
from .window import matches, unknown

_CHECK_KEYWORDS = ("INTERFACES", "BADSRC", "GOODDST", "CHECKSUM", "VERBOSE", "DETAILS")


def ip_header(use: Use) -> Block:
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


def tcp_header(use: Use) -> Block:
    use.given(keywords=("VERBOSE", "DETAILS"))
    header, total = _four(Read(field("ip.hdr_len"))), _four(Read(field("tcp.hdr_len")))
    long_enough = Compare(">=", Extend(Read(field("ip.len")), 17), Sum(header, total))
    whole = Within(Read(field("tcp.hdr_len")), ((5, 15),))
    return use.check(All((HAS_IP, equals("ip.proto", 6), whole, long_enough)), says="TCP header")


def _four(value: Expression) -> Expression:
    wide = Extend(value, 17)
    return Sum(Sum(wide, wide), Sum(wide, wide))


def udp_header(use: Use) -> Block:
    use.given(keywords=("VERBOSE", "DETAILS"))
    whole = Within(Read(field("udp.length")), ((8, 0xFFFF),))
    return use.check(All((HAS_IP, equals("ip.proto", 17), whole)), says="UDP header")


def icmp_header(use: Use) -> Block:
    use.given(keywords=("VERBOSE", "DETAILS"))
    return use.check(All((HAS_IP, equals("ip.proto", 1))), says="ICMP header")
