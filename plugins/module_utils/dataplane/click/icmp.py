# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ICMPError: the error about a packet, with that packet behind its header as far as its layout is known."""

from __future__ import annotations

from ...symbolic.fields import FIELDS
from ...symbolic.sefl import (
    Address,
    All,
    Any,
    Assign,
    Block,
    Compare,
    Condition,
    CreateTag,
    Expression,
    Masked,
    Not,
    Number,
    Present,
    Read,
    Symbol,
    Within,
)
from .arguments import words
from .building import DST, PAINT, START, Use
from .headers import pushed
from .primitives import FIRST_FRAGMENT, HAS_IP
from .values import Given, refusal

ERRORS = {"unreachable": 3, "sourcequench": 4, "redirect": 5, "timeexceeded": 11, "parameterproblem": 12}
CODES = {
    (3, "net"): 0, (3, "host"): 1, (3, "protocol"): 2, (3, "port"): 3, (3, "needfrag"): 4, (5, "net"): 0, (5, "host"): 1,
    (11, "transit"): 0, (11, "reassembly"): 1, (12, "erroratptr"): 0, (12, "missingopt"): 1, (12, "length"): 2,
}  # fmt: skip


def icmp_error(use: Use) -> Block:
    given = use.given("SRC", "TYPE", "CODE", keywords=("BADADDRS", "MTU", "PMTU", "SET_FIX_ANNO"))
    kind = ERRORS.get(given.text("TYPE")) or given.number("TYPE", high=255)
    if kind not in ERRORS.values():
        raise refusal(use.element, f"the ICMP type {kind} is no error")
    named = CODES.get((kind, given.text("CODE", "0")))
    code = given.number("CODE", 0, high=255) if named is None else named
    source = Read(FIELDS["ip.src"].target)
    start = (CreateTag("start", Address("ip")), Assign(START, Number(0, 16), origin=use.origin("answers")))
    name = use.element.name
    icmp: dict[str, Expression | int] = {
        "icmp.type": kind,
        "icmp.code": code,
        **{f"icmp.{one}": Symbol(f"{name} {one}", 16) for one in ("checksum", "ident", "seq")},
    }
    outer: dict[str, Expression | int] = {
        "ip.version": 4, "ip.hdr_len": 5, "ip.dsfield": 0, "ip.flags": 0, "ip.frag_offset": 0, "ip.ttl": 200, "ip.proto": 1,
        "ip.src": given.address("SRC"), "ip.dst": Read(DST),
        **{f"ip.{one}": Symbol(f"{name} ip {one}", 16) for one in ("len", "id", "checksum")},
    }  # fmt: skip
    annotations = (Assign(DST, source), Assign(PAINT, Number(0, 8)))
    return use.then(*_asked(use, given), *start, *annotations, *pushed("icmp", icmp), *pushed("ip", outer))


def _asked(use: Use, given: Given) -> tuple:
    """Packets that no error may be sent about are dropped."""
    silent = use.drop("answers no such packet")
    return use.branch((Not(_allowed(given)), "answers no such packet", silent), otherwise=Block()).instructions


def _allowed(given: Given) -> Condition:
    source, target = Read(FIELDS["ip.src"].target), Read(FIELDS["ip.dst"].target)
    bad = [given.as_address(word) for word in words(given.text("BADADDRS", ""))]
    everyone = Within(target, ((0xE0000000, 0xEFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF)))
    group = Masked(Read(FIELDS["eth.dst"].target), 1 << 40, 1 << 40)
    icmp = Compare("==", Read(FIELDS["ip.proto"].target), Number(1, 8))
    of_error = Within(Read(FIELDS["icmp.type"].target), ((3, 5), (11, 12)))
    known = tuple(Compare("==", end, Number(address, 32)) for address in bad for end in (source, target))
    sources = Within(source, ((0, 0x00FFFFFF), (0x7F000000, 0x7FFFFFFF), (0xE0000000, 0xFFFFFFFF)))
    arrived = All((Present(FIELDS["eth.dst"].target), group))
    wrong = Any((All((icmp, of_error)), everyone, sources, arrived, *known))
    return All((HAS_IP, FIRST_FRAGMENT, Not(wrong)))
