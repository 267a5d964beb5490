# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Header fields under the names that Wireshark gives them, and where each stands in its header.

A header begins at the tag of its protocol, so ``tcp.dstport`` is the value 16 bits after the tag ``tcp``. Where
headers of one protocol are nested, the tag is at the outermost. Parts of a field, such as ``tcp.flags.syn``, and
names for either of two fields, such as ``ip.addr``, are told apart from the fields that are stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from .sefl import Expression, Header, Read, Slice

SEGMENTS = 8
"""Segments of a routing header, at the most."""

# Each header: its fields in order, with their widths in bits.
HEADERS: dict[str, dict[str, int]] = {
    "eth": {"eth.dst": 48, "eth.src": 48, "eth.type": 16},
    "vlan": {"vlan.priority": 3, "vlan.dei": 1, "vlan.id": 12, "vlan.etype": 16},
    "arp": {
        "arp.hw.type": 16,
        "arp.proto.type": 16,
        "arp.hw.size": 8,
        "arp.proto.size": 8,
        "arp.opcode": 16,
        "arp.src.hw_mac": 48,
        "arp.src.proto_ipv4": 32,
        "arp.dst.hw_mac": 48,
        "arp.dst.proto_ipv4": 32,
    },
    "ip": {
        "ip.version": 4,
        "ip.hdr_len": 4,
        "ip.dsfield": 8,
        "ip.len": 16,
        "ip.id": 16,
        "ip.flags": 3,
        "ip.frag_offset": 13,
        "ip.ttl": 8,
        "ip.proto": 8,
        "ip.checksum": 16,
        "ip.src": 32,
        "ip.dst": 32,
    },
    "ipv6": {
        "ipv6.version": 4,
        "ipv6.tclass": 8,
        "ipv6.flow": 20,
        "ipv6.plen": 16,
        "ipv6.nxt": 8,
        "ipv6.hlim": 8,
        "ipv6.src": 128,
        "ipv6.dst": 128,
    },
    "tcp": {
        "tcp.srcport": 16,
        "tcp.dstport": 16,
        "tcp.seq": 32,
        "tcp.ack": 32,
        "tcp.hdr_len": 4,
        "tcp.flags": 12,
        "tcp.window_size": 16,
        "tcp.checksum": 16,
        "tcp.urgent_pointer": 16,
    },
    "udp": {"udp.srcport": 16, "udp.dstport": 16, "udp.length": 16, "udp.checksum": 16},
    "icmp": {"icmp.type": 8, "icmp.code": 8, "icmp.checksum": 16, "icmp.ident": 16, "icmp.seq": 16},
    "icmpv6": {"icmpv6.type": 8, "icmpv6.code": 8, "icmpv6.checksum": 16},
    # RFC 8300; the bits without a meaning keep Wireshark's older names. The context of MD type 1 is a header of its own.
    "nsh": {
        "nsh.version": 2,
        "nsh.Obit": 1,
        "nsh.CBit": 1,
        "nsh.ttl": 6,
        "nsh.length": 6,
        "nsh.reservedbits": 4,
        "nsh.mdtype": 4,
        "nsh.nextproto": 8,
        "nsh.spi": 24,
        "nsh.si": 8,
    },
    "nsh_context": {"nsh.contextheader": 128},
    # RFC 8754. Wireshark calls all segments ipv6.routing.srh.addr; here each has its number, the last of the way is 0.
    "srh": {
        "ipv6.routing.nxt": 8,
        "ipv6.routing.len": 8,
        "ipv6.routing.type": 8,
        "ipv6.routing.segleft": 8,
        "ipv6.routing.srh.last_entry": 8,
        "ipv6.routing.srh.flags": 8,
        "ipv6.routing.srh.tag": 16,
    },
    **{f"segment{number}": {f"ipv6.routing.srh.addr.{number}": 128} for number in range(SEGMENTS)},
}

# Parts of a field: the field, the lowest bit and the width.
PARTS: dict[str, tuple[str, int, int]] = {
    "ip.dsfield.dscp": ("ip.dsfield", 2, 6),
    "ip.dsfield.ecn": ("ip.dsfield", 0, 2),
    "ip.flags.df": ("ip.flags", 1, 1),
    "ip.flags.mf": ("ip.flags", 0, 1),
    **{
        f"tcp.flags.{name}": ("tcp.flags", bit, 1)
        for bit, name in enumerate(("fin", "syn", "reset", "push", "ack", "urg", "ece", "cwr"))
    },
}

EITHER: dict[str, tuple[str, str]] = {
    "eth.addr": ("eth.src", "eth.dst"),
    "ip.addr": ("ip.src", "ip.dst"),
    "ipv6.addr": ("ipv6.src", "ipv6.dst"),
    "tcp.port": ("tcp.srcport", "tcp.dstport"),
    "udp.port": ("udp.srcport", "udp.dstport"),
}


@dataclass(frozen=True)
class Field:
    """A stored field; ``offset`` and ``width`` in bits."""

    name: str
    header: str
    offset: int
    width: int

    @property
    def target(self) -> Header:
        return Header(self.header, self.offset)


def _fields() -> dict[str, Field]:
    found = {}
    for header, widths in HEADERS.items():
        offset = 0
        for name, width in widths.items():
            found[name] = Field(name, header, offset, width)
            offset += width
    return found


FIELDS = _fields()
SIZES = {header: sum(widths.values()) for header, widths in HEADERS.items()}
NAMES = frozenset((*FIELDS, *PARTS, *EITHER))


def expressions(name: str) -> tuple[Expression, ...]:
    """What a name reads: one expression, or two where either may be meant; none for a name that is no field."""
    if name in EITHER:
        return tuple(expression for one in EITHER[name] for expression in expressions(one))
    if name in PARTS:
        field, low, width = PARTS[name]
        return (Slice(Read(FIELDS[field].target), low, width),)
    return (Read(FIELDS[name].target),) if name in FIELDS else ()
