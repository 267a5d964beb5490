# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet sets as constraints that a person reads, and one packet as fields and bytes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import islice
from operator import and_

from .fields import FIELDS, SEGMENTS
from .memory import Memory
from .packet_sets import PacketSet, PacketSets

ADDRESSES = frozenset({"ip.src", "ip.dst", "arp.src.proto_ipv4", "arp.dst.proto_ipv4"})
ADDRESSES6 = frozenset({"ipv6.src", "ipv6.dst", *(f"ipv6.routing.srh.addr.{number}" for number in range(SEGMENTS))})
MACS = frozenset({"eth.src", "eth.dst", "arp.src.hw_mac", "arp.dst.hw_mac"})
HEX = frozenset({"eth.type", "vlan.etype", "tcp.flags", "ip.checksum", "tcp.checksum", "udp.checksum"})
MOST_RANGES = 12
MOST_PARTS = 12


def text(field: str, number: int) -> str:
    """A field's value as its kind is written."""
    if field in ADDRESSES:
        return str(ipaddress.IPv4Address(number))
    if field in ADDRESSES6:
        return str(ipaddress.IPv6Address(number))
    if field in MACS:
        return ":".join(f"{number >> at & 255:02x}" for at in range(40, -1, -8))
    return f"{number:#x}" if field in HEX else str(number)


def constraints(sets: PacketSets, packets: PacketSet, fields: Iterable[str]) -> list[str]:
    """The packets as boxes, each one line such as ``ip.dst in {10.0.0.0/8} and tcp.dstport == 22``; disjoint, and exact.

    A box grows from one packet by one field after the other, as far as all of it is in the set. Nothing is said of a
    field that may have any value; of a derived symbol its text, such as ``!(ip.src < tcp.seq)``. Where there are more than
    :data:`MOST_PARTS` boxes the last line is ``…``.
    """
    wanted = list(fields)
    rest = sets.forget(packets, set(sets.names) - set(wanted))
    names = [name for name in wanted if sets.forget(rest, [name]) != rest]
    lines = []
    while len(lines) < MOST_PARTS and (example := sets.example(rest)) is not None:
        box = _box(sets, rest, {name: example[name] for name in names})
        lines.append(" and ".join(told for name in names if (told := _ranges(sets, name, box[name]))) or "any packet")
        rest = rest & ~reduce(and_, box.values(), sets.full)
    return [*lines, "…"] if sets.possible(rest) else lines


def _box(sets: PacketSets, packets: PacketSet, example: Mapping[str, int]) -> dict[str, PacketSet]:
    """For each field a set of its values, so that all their combinations are among the packets."""
    box = {name: sets.just({name: value}) for name, value in example.items()}
    for name in box:
        others = [other for other in box if other != name]
        around = reduce(and_, (box[other] for other in others), sets.full)
        box[name] = ~sets.forget(around & ~packets, others)
    return box


def _ranges(sets: PacketSets, field: str, packets: PacketSet) -> str | None:
    """What a set says of its one field; None for nothing."""
    if packets == sets.full:
        return None
    if sets.residue.is_relation(field):
        return field if sets.contains(packets, {field: 1}) else f"!({field})"
    found = list(islice(sets.ranges(packets, field), MOST_RANGES + 1))
    told = [_range(field, low, high) for low, high in found[:MOST_RANGES]]
    if len(found) == 1 and found[0][0] == found[0][1]:
        return f"{field} == {told[0]}"
    return f"{field} in {{{', '.join(told)}{', …' if len(found) > MOST_RANGES else ''}}}"


def _range(field: str, low: int, high: int) -> str:
    if low == high:
        return text(field, low)
    if field in ADDRESSES:
        networks = list(islice(ipaddress.summarize_address_range(ipaddress.IPv4Address(low), ipaddress.IPv4Address(high)), 2))
        if len(networks) == 1:
            return str(networks[0])
    return f"{text(field, low)}-{text(field, high)}"


# What an ordinary packet has, where the set leaves it open.
TYPICAL = {
    "eth.src": 0x020000000001,
    "eth.dst": 0x020000000002,
    "ip.ttl": 64,
    "ipv6.hlim": 64,
    "ip.src": 0xC0000201,
    "ip.dst": 0xC6336401,
    "tcp.srcport": 49152,
    "udp.srcport": 49152,
    "tcp.flags": 0x002,
    "tcp.window_size": 65535,
}


def example(sets: PacketSets, packets: PacketSet) -> dict[str, int]:
    """The header fields of one packet, an ordinary one where there is one."""
    known = set(sets.names)
    for name, value in TYPICAL.items():
        if name in known and sets.example(closer := packets & sets.just({name: value})) is not None:
            packets = closer
    return {name: value for name, value in (sets.example(packets) or {}).items() if name in FIELDS}


def fields(sets: PacketSets, memory: Memory, values: Mapping[str, int]) -> dict[str, str]:
    """The fields of one packet at one point of its way, in the order in which they stand."""
    found = {}
    for name, field in FIELDS.items():
        address = memory.tags.get(field.header)
        stack = memory.headers.get(address + field.offset) if address is not None else None
        if stack and stack[-1].value is not None and stack[-1].width == field.width:
            found[name] = text(name, sets.number(stack[-1].value, values))
    return found


def packet_bytes(sets: PacketSets, memory: Memory, values: Mapping[str, int]) -> bytes:
    """The headers of one packet as bytes: what is allocated, in the order of addresses; a gap ends them."""
    bits = "".join(_bits(sets, memory, values))
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


def _bits(sets: PacketSets, memory: Memory, values: Mapping[str, int]) -> Iterator[str]:
    expected = min(memory.headers, default=0)
    for address, stack in sorted(memory.headers.items()):
        if address != expected:
            return
        cell = stack[-1]
        yield format(sets.number(cell.value, values) if cell.value is not None else 0, f"0{cell.width}b")
        expected = address + cell.width
