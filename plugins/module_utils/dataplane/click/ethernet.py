# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ethernet elements: addresses, encapsulation, VLAN tags and ARP."""

from __future__ import annotations

from collections.abc import Iterator

from ...symbolic.fields import FIELDS, HEADERS, SIZES
from ...symbolic.sefl import (
    NOTHING,
    Address,
    All,
    Allocate,
    Any,
    Assign,
    Block,
    Compare,
    Condition,
    CreateTag,
    Deallocate,
    DestroyTag,
    Expression,
    Extend,
    Header,
    If,
    Instruction,
    Masked,
    Meta,
    Not,
    Number,
    Present,
    Read,
    Slice,
    Sum,
    Symbol,
)
from .arguments import words
from .building import AT_ETHERNET, DST, START, VLAN, Use, moved
from .headers import cleared, pushed
from .values import Given, refusal

_TARGET, _SOURCE, _TYPE = (Header("start", offset) for offset in (0, 48, 96))
_KEPT = (Meta("first", local=True), Meta("second", local=True))
BROADCAST = (1 << 48) - 1


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
    return use.then(Assign(_TARGET, target, origin=use.origin()), Assign(_SOURCE, source, origin=use.origin()))


def mirror(use: Use) -> Block:
    return use.then(*swapped(_TARGET, _SOURCE, use))


def swapped(first: Header, second: Header, use: Use) -> tuple[Instruction, ...]:
    kept, origin = _KEPT[0], use.origin()
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
        conditions.append(Not(Compare("==", Read(_SOURCE), Number(own, 48))))
    if given.flag("DROP_OTHER", True):
        mine = Compare("==", Read(_TARGET), Number(own, 48))
        conditions.append(Any((mine, Masked(Read(_TARGET), 1 << 40, 1 << 40))))
    if given.number("OFFSET", 0):
        raise refusal(use.element, "OFFSET is not modelled")
    return use.check(All(tuple(conditions)), says="Ethernet address")


def drop_broadcasts(use: Use) -> Block:
    """The packet type comes from the Ethernet address with which the packet arrived."""
    target = FIELDS["eth.dst"].target
    return use.check(Not(Masked(Read(target), 1 << 40, 1 << 40)), says="unicast")


# VLAN tags.


def _tci(given: Given) -> int:
    """The tag control information that arguments fix."""
    if ("VLAN_TCI" in given) == ("VLAN_ID" in given):
        raise refusal(given.element, "give one of VLAN_TCI and VLAN_ID")
    tci = given.number("VLAN_TCI", high=0xFFFF) if "VLAN_TCI" in given else given.number("VLAN_ID", high=0xFFF)
    return (tci & 0x1FFF) | given.number("VLAN_PCP", tci >> 13, high=7) << 13


def set_annotation(use: Use) -> Block:
    tci = _tci(use.given("VLAN_TCI", "VLAN_PCP", keywords=("VLAN_ID",)))
    return use.then(Assign(VLAN, Number(tci, 16), origin=use.origin()))


def vlan_encapsulate(use: Use) -> Block:
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
    yield Allocate(_TYPE, 16)
    yield Assign(_TYPE, Number(0x8100, 16))
    yield CreateTag("vlan", Address("start", SIZES["eth"]))
    for name, low in (("vlan.priority", 13), ("vlan.dei", 12), ("vlan.id", 0)):
        field = FIELDS[name]
        yield Allocate(field.target, field.width)
        yield Assign(field.target, Slice(tci, low, field.width))


def _taken(use: Use) -> Iterator[Instruction]:
    """Both addresses out of the header; what has no Ethernet header where its data begins fails here."""
    for target, kept in zip((_TARGET, _SOURCE), _KEPT, strict=True):
        yield Assign(kept, Read(target), origin=use.origin())
        yield Deallocate(target, 48, origin=use.origin())


def _put() -> Iterator[Instruction]:
    """Both addresses back to where the data begins now, and the tag of the header to them."""
    yield CreateTag("eth", Address("start"))
    for target, kept in zip((_TARGET, _SOURCE), _KEPT, strict=True):
        yield Allocate(target, 48)
        yield Assign(target, Read(kept))
        yield Deallocate(kept)


def vlan_decapsulate(use: Use) -> Block:
    given = use.given("ANNO", keywords=("ETHERTYPE",))
    if given.number("ETHERTYPE", 0x8100) != 0x8100:
        raise refusal(use.element, "only the Ethernet type 0x8100 is modelled")
    annotated = given.flag("ANNO", True)
    none = use.then(*([Assign(VLAN, Number(0, 16))] if annotated else []))
    tagged = Compare("==", Read(_TYPE), Number(0x8100, 16))
    return use.branch((tagged, "strips the VLAN tag", use.then(*_untagged(annotated, use))), otherwise=none)


def _untagged(annotated: bool, use: Use) -> Iterator[Instruction]:
    if annotated:
        yield from _annotation(use)
    yield from _taken(use)
    yield Deallocate(_TYPE, 16, origin=use.origin())
    for offset, name in ((112, "vlan.priority"), (115, "vlan.dei"), (116, "vlan.id")):
        yield Deallocate(Header("start", offset), FIELDS[name].width, origin=use.origin())
    yield CreateTag("start", Address("start", 32))
    yield from _put()
    yield DestroyTag("vlan")
    inner = Compare("==", Read(_TYPE), Number(0x8100, 16))
    yield If(inner, Block((CreateTag("vlan", Address("start", SIZES["eth"])),)), NOTHING)


def _annotation(use: Use) -> Iterator[Instruction]:
    """Sets the annotation to the three fields, put together by sums of what each adds."""
    yield Assign(VLAN, Extend(Read(Header("start", 116)), 16), origin=use.origin())
    for offset, width, low in ((115, 1, 12), (112, 3, 13)):
        for bit in range(width):
            met = Masked(Read(Header("start", offset)), 1 << bit, 1 << bit)
            yield If(met, Block((Assign(VLAN, Sum(Read(VLAN), Number(1 << (low + bit), 16))),)), NOTHING)


# ARP.


def arp_responder(use: Use) -> Block:
    """Answers the requests for the addresses it has; other packets leave by output 1."""
    cases = [
        (All((*_requests(), Masked(Read(FIELDS["arp.dst.proto_ipv4"].target), net, mask))), f"answers for {text}", mac)
        for text in use.element.arguments
        for (net, mask), mac in _answers(use, text)
    ]
    built = [(condition, label, use.then(*_reply(mac, use))) for condition, label, mac in cases]
    other = use.outputs.get(1) or use.drop("drops, no request for its addresses")
    return use.branch(*built, otherwise=other)


def _answers(use: Use, text: str) -> Iterator[tuple[tuple[int, int], int]]:
    given = Given(use.element, use.names, {})
    *nets, last = words(text)
    mac = given.as_mac(last)
    for net in nets or [last]:
        yield given.as_prefix(net), mac


def _requests() -> tuple[Condition, ...]:
    wanted = {"arp.hw.type": 1, "arp.proto.type": 0x0800, "arp.hw.size": 6, "arp.proto.size": 4, "arp.opcode": 1}
    present = Present(FIELDS["arp.opcode"].target)
    arp = Compare("==", Read(_TYPE), Number(0x0806, 16))
    return (arp, present, *(Compare("==", Read(FIELDS[name].target), Number(value)) for name, value in wanted.items()))


def _reply(mac: int, use: Use) -> Iterator[Instruction]:
    field = {name: FIELDS[name].target for name in HEADERS["arp"]}
    yield Assign(_TARGET, Read(field["arp.src.hw_mac"]), origin=use.origin())
    yield Assign(_SOURCE, Number(mac, 48))
    yield Assign(field["arp.opcode"], Number(2, 16))
    yield Assign(field["arp.dst.hw_mac"], Read(field["arp.src.hw_mac"]))
    yield Assign(field["arp.src.hw_mac"], Number(mac, 48))
    yield from swapped(field["arp.src.proto_ipv4"], field["arp.dst.proto_ipv4"], use)


def arp_querier(use: Use) -> Block:
    """IP packets of input 0 leave by output 0 for an address that some ARP reply gave; the replies end here."""
    if use.input:
        return use.drop("takes the ARP reply")
    given = use.given("IP", "ETH", keywords=_QUERIER)
    source = given.as_mac(given.text("ETH") if "ETH" in given else given.text("IP"))
    found = Symbol(f"{use.element.name} target", 48)
    nowhere = Compare("==", Read(DST), Number(0, 32))
    everyone = _everyone(given)
    group = Masked(Read(DST), 0xE0000000, 0xF0000000)
    cases = [
        (nowhere, "drops 0.0.0.0", use.drop("drops 0.0.0.0")),
        (everyone, "sends to all", use.then(*as_ethernet(0x0800, source, BROADCAST))),
        (group, "sends to a group", use.then(*_to_group(source))),
    ]
    return use.branch(*cases, otherwise=use.then(*as_ethernet(0x0800, source, found)))


_QUERIER = ("TABLE", "CAPACITY", "ENTRY_CAPACITY", "ENTRY_PACKET_CAPACITY", "TIMEOUT", "POLL_TIMEOUT", "BROADCAST")


def _everyone(given: Given) -> Condition:
    addresses = [0xFFFFFFFF]
    if "BROADCAST" in given:
        addresses.append(given.address("BROADCAST"))
    elif "/" in given.text("IP"):
        net, mask = given.as_prefix(given.text("IP"))
        addresses.append(net | ~mask & 0xFFFFFFFF)
    return Any(tuple(Compare("==", Read(DST), Number(address, 32)) for address in addresses))


def _to_group(source: int) -> Iterator[Instruction]:
    low = Extend(Slice(Read(DST), 0, 23), 48)
    yield from as_ethernet(0x0800, source, Sum(low, Number(0x01005E000000, 48)))


def strip(use: Use) -> Block:
    return use.then(*moved(use.given("LENGTH").number("LENGTH", high=0x3FFF)))


def unstrip(use: Use) -> Block:
    return use.then(*moved(-use.given("LENGTH").number("LENGTH", high=0x3FFF)))
