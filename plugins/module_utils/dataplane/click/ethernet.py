# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ethernet addresses: headers put on, addresses changed, and filters."""

from __future__ import annotations

from collections.abc import Iterator

from ...symbolic.fields import FIELDS
from ...symbolic.sefl import (
    All,
    Any,
    Assign,
    Block,
    Compare,
    Condition,
    Deallocate,
    Expression,
    Header,
    Instruction,
    Masked,
    Meta,
    Not,
    Number,
    Read,
)
from .building import AT_ETHERNET, START, Use
from .headers import pushed
from .values import refusal

TARGET, SOURCE, TYPE = (Header("start", offset) for offset in (0, 48, 96))
KEPT = (Meta("first", local=True), Meta("second", local=True))


def as_ethernet(kind: int | Expression, source: int | Expression, target: int | Expression) -> Iterator[Instruction]:
    yield from pushed("eth", {"eth.dst": target, "eth.src": source, "eth.type": kind})
    yield Assign(START, Number(AT_ETHERNET, 16))


def encapsulate(use: Use) -> Block:
    given = use.given("ETHERTYPE", "SRC", "DST")
    kind = given.text("ETHERTYPE")
    number = int(kind, 16) if kind.lower().startswith("0x") else given.number("ETHERTYPE", high=0xFFFF)
    return use.then(*as_ethernet(number, given.mac("SRC"), given.mac("DST")))


def rewrite(use: Use) -> Block:
    given = use.given("SRC", "DST")
    target, source = Number(given.mac("DST"), 48), Number(given.mac("SRC"), 48)
    return use.then(Assign(TARGET, target, origin=use.origin()), Assign(SOURCE, source, origin=use.origin()))


def mirror(use: Use) -> Block:
    return use.then(*swapped(TARGET, SOURCE, use))


def swapped(first: Header, second: Header, use: Use) -> tuple[Instruction, ...]:
    kept, origin = KEPT[0], use.origin()
    return (
        Assign(kept, Read(first), origin=origin),
        Assign(first, Read(second), origin=origin),
        Assign(second, Read(kept), origin=origin),
        Deallocate(kept),
    )


def host_filter(use: Use) -> Block:
    given = use.given("ETHER", "DROP_OWN", "DROP_OTHER", keywords=("OFFSET",))
    own = given.mac("ETHER")
    conditions: list[Condition] = []
    if given.flag("DROP_OWN", False):
        conditions.append(Not(Compare("==", Read(SOURCE), Number(own, 48))))
    if given.flag("DROP_OTHER", True):
        mine = Compare("==", Read(TARGET), Number(own, 48))
        conditions.append(Any((mine, Masked(Read(TARGET), 1 << 40, 1 << 40))))
    if given.number("OFFSET", 0):
        raise refusal(use.element, "OFFSET is not modelled")
    return use.check(All(tuple(conditions)), says="Ethernet address")


def drop_broadcasts(use: Use) -> Block:
    """The packet type comes from the Ethernet address with which the packet arrived."""
    target = FIELDS["eth.dst"].target
    return use.check(Not(Masked(Read(target), 1 << 40, 1 << 40)), says="unicast")
