# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers put on packets and taken off, as instructions that any element may use.

What encapsulates moves the tags of its headers, so that a field's name means the outermost header that has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..symbolic.fields import FIELDS, HEADERS
from ..symbolic.sefl import (
    NOTHING,
    Address,
    All,
    Allocate,
    Assign,
    Block,
    Compare,
    Condition,
    CreateTag,
    Deallocate,
    DestroyTag,
    Expression,
    If,
    Instruction,
    Meta,
    Number,
    Present,
    Read,
)

TAG_BITS = 32
ETHERNET_BITS = 112
TAGGED = 0x8100


def read(name: str) -> Read:
    return Read(FIELDS[name].target)


def equals(name: str, value: int) -> Condition:
    return Compare("==", read(name), Number(value, FIELDS[name].width))


def has_tag() -> Condition:
    """A VLAN tag stands right behind Ethernet."""
    return All((Present(FIELDS["vlan.id"].target), equals("eth.type", TAGGED)))


def assign(name: str, value: Expression | int) -> Assign:
    return Assign(FIELDS[name].target, Number(value, FIELDS[name].width) if isinstance(value, int) else value)


def put(header: str, at: Address, values: Mapping[str, Expression | int]) -> Iterator[Instruction]:
    """A header at an address, where its tag points then; ``values`` has all of its fields."""
    yield CreateTag(header, at)
    for name in HEADERS[header]:
        yield Allocate(FIELDS[name].target, FIELDS[name].width)
        yield assign(name, values[name])


def taken(header: str) -> Iterator[Instruction]:
    """The fields of a header are no more; its tag stays, for what stands behind it."""
    for name in HEADERS[header]:
        yield Deallocate(FIELDS[name].target, FIELDS[name].width)


def moved_ethernet(to: Address, **changed: Expression | int) -> Iterator[Instruction]:
    """The Ethernet header stands at another address; ``dst``, ``src`` and ``type`` may change on the way."""
    yield from _ethernet(to, changed, keeps=False)


def copied_ethernet(to: Address, **changed: Expression | int) -> Iterator[Instruction]:
    """A second Ethernet header like the first, at an address that becomes that of the tag."""
    yield from _ethernet(to, changed, keeps=True)


def _ethernet(to: Address, changed: Mapping[str, Expression | int], *, keeps: bool) -> Iterator[Instruction]:
    kept = {name: Meta(f"kept {name}", local=True) for name in HEADERS["eth"]}
    for name, meta in kept.items():
        yield Assign(meta, read(name))
    if not keeps:
        yield from taken("eth")
    yield from put("eth", to, {name: changed.get(name.removeprefix("eth."), Read(meta)) for name, meta in kept.items()})
    for meta in kept.values():
        yield Deallocate(meta)


def tagged(values: Mapping[str, Expression | int]) -> Iterator[Instruction]:
    """A VLAN tag behind the addresses; ``values`` has its fields but for ``vlan.etype``."""
    kind = Meta("untagged type", local=True)
    yield Assign(kind, read("eth.type"))
    yield from moved_ethernet(Address("eth", -TAG_BITS), type=TAGGED)
    yield from put("vlan", Address("eth", ETHERNET_BITS), {**values, "vlan.etype": Read(kind)})
    yield Deallocate(kind)


def untagged() -> Iterator[Instruction]:
    """The outer VLAN tag is taken off."""
    yield assign("eth.type", read("vlan.etype"))
    yield from taken("vlan")
    yield from moved_ethernet(Address("eth", TAG_BITS))
    yield from named_tag()


def named_tag() -> Iterator[Instruction]:
    """The VLAN tag right behind Ethernet is the one that is meant by its name, and where there is none no other is."""
    yield CreateTag("vlan", Address("eth", ETHERNET_BITS))
    yield If(equals("eth.type", TAGGED), NOTHING, Block((DestroyTag("vlan"),)))
