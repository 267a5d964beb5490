# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Classifiers, forwarders and service functions as SEFL, of service chains with network service headers on Ethernet.

A header stands between an outer Ethernet header, which has the addresses of the frame, and the whole frame as it came. A
forwarder lowers the time to live (below 0 is 63) and drops what comes to 0; then it looks for the path and the index, and
drops what it does not find. A service function lowers the index, and drops packets at index 0, which cannot be lowered. What
a function does to the packet inside is another element.

Source: RFC 8300. OAM packets, and context headers of MD type 2, are not modelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import nsh
from ...symbolic.fields import FIELDS, SIZES
from ...symbolic.sefl import (
    NOTHING,
    Address,
    All,
    Block,
    CreateTag,
    DestroyTag,
    Difference,
    Drop,
    Fail,
    Forward,
    If,
    Instruction,
    Number,
    Origin,
    Present,
    Program,
)
from .. import headers
from .rules import Rule

IN = "in"
ETHERNET = nsh.NEXT_PROTOCOLS["ethernet"]
INNER = {nsh.NEXT_PROTOCOLS["ipv4"]: ("ip", 0x0800), nsh.NEXT_PROTOCOLS["ipv6"]: ("ipv6", 0x86DD)}


def program(rules: Sequence[Rule], file: str | None = None) -> Program:
    """Packets with a header may come in at ``in`` and at any port; where a function serves, at its port for it alone."""
    arriving = {rule.port: rule for rule in rules if rule.port}
    paths = [rule for rule in rules if not rule.port]
    lookup = _lookup(paths, file)
    names = [IN, *(rule.to for rule in rules), *arriving] if paths else list(arriving)
    return Program({port: _entry(arriving.get(port), lookup, file) for port in dict.fromkeys(names) if port is not None})


def _entry(rule: Rule | None, lookup: Block, file: str | None) -> Block:
    bare = _drop("no network service header", file)
    if rule and rule.kind == "serve":
        return Block((If(_has_header(), Block(tuple(_serve(rule, file))), bare),))
    if rule:
        bare = Block((*_encapsulated(rule), Forward(rule.to)))
        told = Origin(str(rule), file, rule.line)
        bare = Block((If(Present(FIELDS["eth.type"].target), bare, _drop("no Ethernet frame", file), origin=told),))
    return Block((If(_has_header(), lookup, bare),))


def _has_header() -> All:
    return All((Present(FIELDS["nsh.spi"].target), headers.equals("eth.type", nsh.ETHERTYPE)))


def _drop(why: str, file: str | None) -> Block:
    return Block((Drop(origin=Origin(why, file)),))


def _lookup(rules: Sequence[Rule], file: str | None) -> Block:
    chain = _drop("no rule for this path and index", file)
    for rule in reversed(rules):
        here = All((headers.equals("nsh.spi", rule.numbers["path"]), headers.equals("nsh.si", rule.numbers["index"])))
        code = (Forward(rule.to),) if rule.kind == "forward" else (*_decapsulated(), Forward(rule.to))
        chain = Block((If(here, Block(code), chain, origin=Origin(str(rule), file, rule.line)),))
    lowered = headers.assign("nsh.ttl", Difference(headers.read("nsh.ttl"), Number(1, 6)))
    return Block(
        (
            If(headers.equals("nsh.version", 0), NOTHING, _drop("another version of the header", file)),
            If(headers.equals("nsh.ttl", 1), _drop("time to live is over", file), NOTHING),
            lowered,
            *chain.instructions,
        )
    )


def _serve(rule: Rule, file: str | None) -> Iterator[Instruction]:
    yield If(headers.equals("nsh.si", 0), _drop("the service index is 0", file), NOTHING)
    yield headers.assign("nsh.si", Difference(headers.read("nsh.si"), Number(1, 8)))
    yield Forward(rule.to, origin=Origin(str(rule), file, rule.line))


def _encapsulated(rule: Rule) -> Iterator[Instruction]:
    context = rule.numbers.get("md", 1) == 1
    words = nsh.MD1_WORDS if context else nsh.MD2_WORDS
    ttl = rule.numbers.get("ttl", nsh.DEFAULT_TTL)
    path = {"nsh.spi": rule.numbers["path"], "nsh.si": rule.numbers["index"], "nsh.ttl": ttl}
    flags = dict.fromkeys(("nsh.version", "nsh.Obit", "nsh.CBit", "nsh.reservedbits"), 0)
    kind = {"nsh.length": words, "nsh.mdtype": 1 if context else 2, "nsh.nextproto": ETHERNET}
    yield from headers.put("nsh", Address("eth", -32 * words), {**path, **flags, **kind})
    if context:
        yield from headers.put("nsh_context", Address("nsh", SIZES["nsh"]), {"nsh.contextheader": 0})
    yield from headers.copied_ethernet(Address("nsh", -headers.ETHERNET_BITS), type=nsh.ETHERTYPE)


def _decapsulated() -> Iterator[Instruction]:
    """The headers go, by the length of what goes: with a context or without."""
    context = All((headers.equals("nsh.length", nsh.MD1_WORDS), Present(FIELDS["nsh.contextheader"].target)))
    unknown = Block((Fail("context headers of MD type 2 are not modelled"),))
    without = If(headers.equals("nsh.length", nsh.MD2_WORDS), Block(tuple(_uncovered(context=False))), unknown)
    yield If(context, Block(tuple(_uncovered(context=True))), Block((without,)))


def _uncovered(*, context: bool) -> Iterator[Instruction]:
    """What stands inside: a frame with its Ethernet header, or a packet that takes the outer one."""
    after = SIZES["nsh"] + (SIZES["nsh_context"] if context else 0)
    frame = (*headers.taken("eth"), CreateTag("eth", Address("nsh", after)), *headers.named_tag())
    chain = Block((Fail("the protocol in the network service header is not modelled"),))
    for number, (name, kind) in INNER.items():
        moved = headers.moved_ethernet(Address("nsh", after - headers.ETHERNET_BITS), type=kind)
        inside = (CreateTag(name, Address("nsh", after)), *_gone(context=context), *moved)
        chain = Block((If(headers.equals("nsh.nextproto", number), Block(inside), chain),))
    yield If(headers.equals("nsh.nextproto", ETHERNET), Block((*frame, *_gone(context=context))), chain)
    yield DestroyTag("nsh")


def _gone(*, context: bool) -> Iterator[Instruction]:
    yield from headers.taken("nsh")
    if context:
        yield from headers.taken("nsh_context")
        yield DestroyTag("nsh_context")
