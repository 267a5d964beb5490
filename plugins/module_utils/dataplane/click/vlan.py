# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VLAN tags: put on, taken off, and kept as an annotation."""

from __future__ import annotations

from collections.abc import Iterator

from ...symbolic.fields import FIELDS, SIZES
from ...symbolic.sefl import (
    NOTHING,
    Address,
    Allocate,
    Assign,
    Block,
    Compare,
    CreateTag,
    Deallocate,
    DestroyTag,
    Expression,
    Extend,
    Header,
    If,
    Instruction,
    Masked,
    Number,
    Read,
    Slice,
    Sum,
)
from .building import VLAN, Use
from .ethernet import KEPT, SOURCE, TARGET, TYPE
from .headers import cleared
from .values import Given, refusal


def encapsulate(use: Use) -> Block:
    given = use.given("VLAN_TCI", "VLAN_PCP", keywords=("VLAN_ID", "NATIVE_VLAN"))
    native = given.number("NATIVE_VLAN", 0, low=-1, high=0xFFF)
    annotated = given.text("VLAN_TCI", "") == "ANNO"
    tci: Expression = Read(VLAN) if annotated else Number(_tci(given), 16)
    tagged = use.then(*_tagged(tci, use))
    if native < 0:
        return tagged
    plain = Compare("==", Slice(tci, 0, 12), Number(native, 12))
    return use.branch((plain, "is in the native VLAN", use.out()), otherwise=tagged)


def _tagged(tci: Expression, use: Use) -> Iterator[Instruction]:
    yield from _taken(use)
    yield from cleared(32)
    yield CreateTag("start", Address("start", -32))
    yield from _put()
    yield Allocate(TYPE, 16)
    yield Assign(TYPE, Number(0x8100, 16))
    yield CreateTag("vlan", Address("start", SIZES["eth"]))
    for name, low in (("vlan.priority", 13), ("vlan.dei", 12), ("vlan.id", 0)):
        field = FIELDS[name]
        yield Allocate(field.target, field.width)
        yield Assign(field.target, Slice(tci, low, field.width))


def decapsulate(use: Use) -> Block:
    given = use.given("ANNO", keywords=("ETHERTYPE",))
    if given.number("ETHERTYPE", 0x8100) != 0x8100:
        raise refusal(use.element, "only the Ethernet type 0x8100 is modelled")
    annotated = given.flag("ANNO", True)
    none = use.then(*([Assign(VLAN, Number(0, 16))] if annotated else []))
    tagged = Compare("==", Read(TYPE), Number(0x8100, 16))
    return use.branch((tagged, "strips the VLAN tag", use.then(*_untagged(annotated, use))), otherwise=none)


def _untagged(annotated: bool, use: Use) -> Iterator[Instruction]:
    if annotated:
        yield from _annotation(use)
    yield from _taken(use)
    yield Deallocate(TYPE, 16, origin=use.origin())
    for offset, name in ((112, "vlan.priority"), (115, "vlan.dei"), (116, "vlan.id")):
        yield Deallocate(Header("start", offset), FIELDS[name].width, origin=use.origin())
    yield CreateTag("start", Address("start", 32))
    yield from _put()
    yield DestroyTag("vlan")
    inner = Compare("==", Read(TYPE), Number(0x8100, 16))
    yield If(inner, Block((CreateTag("vlan", Address("start", SIZES["eth"])),)), NOTHING)


def _annotation(use: Use) -> Iterator[Instruction]:
    """Sets the annotation to the three fields, put together by sums of what each adds."""
    yield Assign(VLAN, Extend(Read(Header("start", 116)), 16), origin=use.origin())
    for offset, width, low in ((115, 1, 12), (112, 3, 13)):
        for bit in range(width):
            met = Masked(Read(Header("start", offset)), 1 << bit, 1 << bit)
            yield If(met, Block((Assign(VLAN, Sum(Read(VLAN), Number(1 << (low + bit), 16))),)), NOTHING)


def _taken(use: Use) -> Iterator[Instruction]:
    """Both addresses out of the header; what has no Ethernet header where its data begins fails here."""
    for target, kept in zip((TARGET, SOURCE), KEPT, strict=True):
        yield Assign(kept, Read(target), origin=use.origin())
        yield Deallocate(target, 48, origin=use.origin())


def _put() -> Iterator[Instruction]:
    """Both addresses back to where the data begins now, and the tag of the header to them."""
    yield CreateTag("eth", Address("start"))
    for target, kept in zip((TARGET, SOURCE), KEPT, strict=True):
        yield Allocate(target, 48)
        yield Assign(target, Read(kept))
        yield Deallocate(kept)


def set_annotation(use: Use) -> Block:
    tci = _tci(use.given("VLAN_TCI", "VLAN_PCP", keywords=("VLAN_ID",)))
    return use.then(Assign(VLAN, Number(tci, 16), origin=use.origin()))


def _tci(given: Given) -> int:
    """The tag control information that arguments fix."""
    if ("VLAN_TCI" in given) == ("VLAN_ID" in given):
        raise refusal(given.element, "give one of VLAN_TCI and VLAN_ID")
    tci = given.number("VLAN_TCI", high=0xFFFF) if "VLAN_TCI" in given else given.number("VLAN_ID", high=0xFFF)
    return (tci & 0x1FFF) | given.number("VLAN_PCP", tci >> 13, high=7) << 13
