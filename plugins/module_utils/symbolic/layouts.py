# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packets to inject: templates as layouts of headers whose fields are symbols.

A template is one or more *layouts*, each a sequence of headers with what makes it this sequence (an Ethernet type,
a protocol number). Every field that a template does not fix is a symbol, the same in all layouts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .fields import FIELDS, HEADERS, SIZES
from .memory import Cell, Memory
from .packet_sets import PacketSet, PacketSets, Vector

Ranges = tuple[tuple[int, int], ...]
"""Sorted, disjoint pairs of a first and a last number."""


@dataclass(frozen=True)
class Layout:
    """Headers from the outermost in, and the values that some of their fields must have."""

    headers: tuple[str, ...]
    fixed: Mapping[str, Ranges]

    @property
    def name(self) -> str:
        return "/".join(self.headers)


def _only(*values: int) -> Ranges:
    return tuple((value, value) for value in values)


_IP = {"eth.type": _only(0x0800), "ip.version": _only(4), "ip.hdr_len": _only(5)}
_IPV6 = {"eth.type": _only(0x86DD), "ipv6.version": _only(6)}
_OTHER = ((0, 0), (2, 5), (7, 16), (18, 255))
_OTHER6 = ((0, 5), (7, 16), (18, 57), (59, 255))
_TCP = Layout(("eth", "ip", "tcp"), {**_IP, "ip.proto": _only(6), "tcp.hdr_len": _only(5)})
_UDP = Layout(("eth", "ip", "udp"), {**_IP, "ip.proto": _only(17)})
_ICMP = Layout(("eth", "ip", "icmp"), {**_IP, "ip.proto": _only(1)})
_TCP6 = Layout(("eth", "ipv6", "tcp"), {**_IPV6, "ipv6.nxt": _only(6), "tcp.hdr_len": _only(5)})
_UDP6 = Layout(("eth", "ipv6", "udp"), {**_IPV6, "ipv6.nxt": _only(17)})
_ICMPV6 = Layout(("eth", "ipv6", "icmpv6"), {**_IPV6, "ipv6.nxt": _only(58)})
_ARP = Layout(("eth", "arp"), {"eth.type": _only(0x0806)})
_IPV4_ALL = (_TCP, _UDP, _ICMP, Layout(("eth", "ip"), {**_IP, "ip.proto": _OTHER}))
_IPV6_ALL = (_TCP6, _UDP6, _ICMPV6, Layout(("eth", "ipv6"), {**_IPV6, "ipv6.nxt": _OTHER6}))
_NEITHER = Layout(("eth",), {"eth.type": ((0, 0x07FF), (0x0801, 0x0805), (0x0807, 0x86DC), (0x86DE, 0xFFFF))})


def _tagged(layout: Layout) -> Layout:
    """The same behind a VLAN tag, which takes over the Ethernet type."""
    fixed = {("vlan.etype" if name == "eth.type" else name): ranges for name, ranges in layout.fixed.items()}
    return Layout(("eth", "vlan", *layout.headers[1:]), {**fixed, "eth.type": _only(0x8100)})


def _serviced(layout: Layout, context: bool) -> Layout:
    """The same in a network service header right behind Ethernet, with a context (MD type 1) or without."""
    nsh = {"eth.type": 0x894F, "nsh.version": 0, "nsh.mdtype": 1 if context else 2, "nsh.length": 6 if context else 2}
    nsh["nsh.nextproto"] = 1 if "ip" in layout.headers else 2
    fixed = {name: ranges for name, ranges in layout.fixed.items() if name != "eth.type"}
    headers = ("eth", "nsh", *(["nsh_context"] if context else []), *layout.headers[1:])
    return Layout(headers, {**fixed, **{name: _only(value) for name, value in nsh.items()}})


_INSIDE = (
    *((4, layout) for layout in _IPV4_ALL),
    *((layout.fixed["ipv6.nxt"][0][0], layout) for layout in (_TCP6, _UDP6, _ICMPV6)),
)


def _segmented(number: int, layout: Layout, segments: int) -> Layout:
    """IPv4 in IPv6 or a transport, protocol ``number``, behind a routing header with some segments."""
    lists = {"ipv6.routing.type": 4, "ipv6.routing.len": 2 * segments, "ipv6.routing.srh.last_entry": segments - 1}
    chain = {"eth.type": 0x86DD, "ipv6.version": 6, "ipv6.nxt": 43, "ipv6.routing.nxt": number, **lists}
    inner = layout.headers[1:] if "ip" in layout.headers else layout.headers[2:]
    kept = {name: ranges for name, ranges in layout.fixed.items() if FIELDS[name].header in inner}
    headers = ("eth", "ipv6", "srh", *(f"segment{one}" for one in range(segments)), *inner)
    fixed = {**kept, **{name: _only(value) for name, value in chain.items()}}
    return Layout(headers, {**fixed, "ipv6.routing.segleft": ((0, segments - 1),)})


TEMPLATES: dict[str, tuple[Layout, ...]] = {
    "ethernet": (*_IPV4_ALL, *_IPV6_ALL, _ARP, _NEITHER),
    "vlan": tuple(map(_tagged, (*_IPV4_ALL, *_IPV6_ALL, _ARP))),
    "arp": (_ARP,),
    "ipv4": _IPV4_ALL,
    "tcp": (_TCP,),
    "udp": (_UDP,),
    "icmp": (_ICMP,),
    "ipv6": _IPV6_ALL,
    "tcp6": (_TCP6,),
    "udp6": (_UDP6,),
    "icmpv6": (_ICMPV6,),
    "nsh": tuple(_serviced(layout, context) for context in (True, False) for layout in (*_IPV4_ALL, *_IPV6_ALL)),
    "srv6": tuple(_segmented(*one, segments) for segments in (1, 2, 3) for one in _INSIDE),
    # What the files of Header Space Analysis speak of: a VLAN, IPv4 and ports, whatever the protocol.
    "hsa": (Layout(("vlan", "ip", "tcp"), {}),),
}

# What rules look at most comes first in the order of variables, and so into the smallest diagrams.
FIRST = (
    *("vlan.id", "vlan.dei", "vlan.priority"),
    *("ip.dst", "ip.src", "ip.proto", "ipv6.dst", "ipv6.src", "ipv6.nxt"),
    *("tcp.dstport", "udp.dstport", "tcp.srcport", "udp.srcport", "tcp.flags"),
)


def declare(sets: PacketSets, layouts: Iterable[Layout], together: Iterable[Sequence[str]] = ()) -> None:
    """Declare the symbols of all fields of the layouts.

    :param together: names of fields that are compared with one another; the bits of each such group are interleaved
    """
    used = {name for layout in layouts for header in layout.headers for name in HEADERS[header]}
    groups = [[name for name in group if name in used] for group in together]
    grouped = {name: group for group in groups for name in group}
    declared: set[str] = set()
    for name in (*FIRST, *FIELDS):
        if name in used and name not in declared:
            group = grouped.get(name, [name])
            sets.symbols({one: FIELDS[one].width for one in group})
            declared |= set(group)


def vector(sets: PacketSets, layout: Layout, name: str) -> Vector:
    """A field's value at injection: its symbol, or a number where the layout leaves no choice."""
    fixed = layout.fixed.get(name, ())
    if len(fixed) == 1 and fixed[0][0] == fixed[0][1]:
        return sets.constant(fixed[0][0], FIELDS[name].width)
    return sets.vector(name)


def memory(sets: PacketSets, layout: Layout) -> Memory:
    """The header memory of a layout, from address 0 on, with a tag for each header."""
    headers, tags, address = {}, {}, 0
    for header in layout.headers:
        tags[header] = address
        for name in HEADERS[header]:
            field = FIELDS[name]
            headers[address + field.offset] = (Cell(field.width, vector(sets, layout, name)),)
        address += SIZES[header]
    return Memory(headers=headers, tags={**tags, "end": address})


def packets(sets: PacketSets, layout: Layout, wanted: Mapping[str, Ranges]) -> PacketSet:
    """The packets of a layout whose fields lie in the wanted ranges too; none where the layout has no such field."""
    answer = sets.full
    for name, ranges in (*layout.fixed.items(), *wanted.items()):
        if FIELDS[name].header not in layout.headers:
            return sets.empty
        answer = answer & sets.within(vector(sets, layout, name), ranges)
    return answer
