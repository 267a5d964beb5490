# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ARP: answers to requests, and the Ethernet addresses that are found."""

from __future__ import annotations

from collections.abc import Iterator

from ...symbolic.fields import FIELDS, HEADERS
from ...symbolic.sefl import (
    All,
    Any,
    Assign,
    Block,
    Compare,
    Condition,
    Extend,
    Instruction,
    Masked,
    Number,
    Present,
    Read,
    Slice,
    Sum,
    Symbol,
)
from .arguments import words
from .building import DST, Use
from .ethernet import SOURCE, TARGET, TYPE, as_ethernet, swapped
from .values import Given

BROADCAST = (1 << 48) - 1
_QUERIER = ("TABLE", "CAPACITY", "ENTRY_CAPACITY", "ENTRY_PACKET_CAPACITY", "TIMEOUT", "POLL_TIMEOUT", "BROADCAST")


def responder(use: Use) -> Block:
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
    arp = Compare("==", Read(TYPE), Number(0x0806, 16))
    return (arp, present, *(Compare("==", Read(FIELDS[name].target), Number(value)) for name, value in wanted.items()))


def _reply(mac: int, use: Use) -> Iterator[Instruction]:
    field = {name: FIELDS[name].target for name in HEADERS["arp"]}
    yield Assign(TARGET, Read(field["arp.src.hw_mac"]), origin=use.origin())
    yield Assign(SOURCE, Number(mac, 48))
    yield Assign(field["arp.opcode"], Number(2, 16))
    yield Assign(field["arp.dst.hw_mac"], Read(field["arp.src.hw_mac"]))
    yield Assign(field["arp.src.hw_mac"], Number(mac, 48))
    yield from swapped(field["arp.src.proto_ipv4"], field["arp.dst.proto_ipv4"], use)


def querier(use: Use) -> Block:
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
