# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single packets through a Click configuration, for tables of what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.model import program
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import Exploration, Injection, Network
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.fields import expressions
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.layouts import TEMPLATES, declare, memory, packets
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.sefl import Compare, Number

# Every field that a test does not name is one of these, so that a packet is one packet.
PLAIN = {
    "eth.dst": 0x0200000000BB, "eth.src": 0x0200000000AA, "ip.dsfield": 0, "ip.len": 40, "ip.id": 7, "ip.flags": 0,
    "ip.frag_offset": 0, "ip.ttl": 64, "ip.checksum": 0, "ip.src": 0x0A000001, "ip.dst": 0x0A000002, "tcp.srcport": 1000,
    "tcp.dstport": 80, "tcp.seq": 1, "tcp.ack": 2, "tcp.flags": 0x10, "tcp.window_size": 100, "tcp.checksum": 0,
    "tcp.urgent_pointer": 0, "udp.srcport": 1000, "udp.dstport": 53, "udp.length": 20, "udp.checksum": 0, "icmp.type": 8,
    "icmp.code": 0, "icmp.checksum": 0, "icmp.ident": 3, "icmp.seq": 4, "arp.hw.type": 1, "arp.proto.type": 0x0800,
    "arp.hw.size": 6, "arp.proto.size": 4, "arp.opcode": 1, "arp.src.hw_mac": 0x0200000000AA, "arp.src.proto_ipv4": 0x0A000001,
    "arp.dst.hw_mac": 0, "arp.dst.proto_ipv4": 0x0A000002, "vlan.priority": 3, "vlan.dei": 0, "vlan.id": 42,
}  # fmt: skip


class End(NamedTuple):
    """Where packets come to: a port, ``dropped``, or the reason of a failure."""

    at: str
    exploration: Exploration
    state: object

    def may(self, name: str, value: int) -> bool:
        """Whether the field may have the value here."""
        term = expressions(name)[0]
        return bool((self.exploration.truth(Compare("==", term, Number(value)), self.state) & self.state.packets).satisfiable())

    def has(self, name: str, value: int) -> bool:
        """Whether the field has the value for sure."""
        term = expressions(name)[0]
        return self.may(name, value) and not bool(
            (self.exploration.truth(Compare("!=", term, Number(value)), self.state) & self.state.packets).satisfiable()
        )


def ends(text: str, template: str, fields: Mapping[str, int] | None = None, at: str = "in", **options: bool) -> list[End]:
    """Everything that becomes of one packet of the first layout of a template."""
    sets = PacketSets()
    layout = TEMPLATES[template][0]
    declare(sets, [layout])
    wanted = {name: ((value, value),) for name, value in {**PLAIN, **(fields or {})}.items() if _has(layout, name)}
    wanted = {name: ranges for name, ranges in wanted.items() if name not in layout.fixed or name in (fields or {})}
    network = Network({"click": program(text, "t.click", options)}, [])
    exploration = Exploration(sets, network)
    exploration.run([Injection(f"click.{at}", memory(sets, layout), packets(sets, layout, wanted))])
    assert exploration.incomplete is None
    return list(_found(exploration))


def _has(layout, name: str) -> bool:
    return name.partition(".")[0] in layout.headers


def _found(exploration: Exploration) -> Iterator[End]:
    for state in exploration.states:
        how = exploration.ended(state)
        if how == "delivered":
            yield End(state.port.partition(".")[2], exploration, state)
        elif how:
            yield End("dropped" if how == "dropped" else str(state.why), exploration, state)
