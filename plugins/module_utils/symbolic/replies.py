# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answers: the end systems behind the ports where packets leave, and what they send back.

A packet that is to be answered carries a mark. Where it leaves the network its mirror enters again: addresses, ports
and sequence numbers swapped, and everything else that elements keep with the packet (the mapping of a NAT, what a
firewall noted of the connection) carried along. The mark of the answer differs, so an answer is not answered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.errors import InputError, Place
from .fields import FIELDS, expressions
from .network import Network
from .sefl import (
    NOTHING,
    All,
    Assign,
    Block,
    Compare,
    Condition,
    Deallocate,
    Drop,
    Expression,
    Forward,
    If,
    Instruction,
    Masked,
    Meta,
    Number,
    Present,
    Read,
    Sum,
)

MARK = Meta("(reply)")
"""0 in a packet that is to be answered, 1 in an answer; others have it not. No program can name it."""
REPLY: Condition = Compare("==", Read(MARK), Number(1, 1))

_SWAPPED = (
    *(("eth.src", "eth.dst"), ("ip.src", "ip.dst"), ("ipv6.src", "ipv6.dst"), ("udp.srcport", "udp.dstport")),
    *(("tcp.srcport", "tcp.dstport"), ("tcp.seq", "tcp.ack")),
)
_RENEWED = {"ip.ttl": 64, "ipv6.hlim": 64}
_ECHOES = (("icmp.type", 8, 0), ("icmpv6.type", 128, 129))
_ACK = 0x010


@dataclass(frozen=True)
class Replies:
    """``ports`` are where packets leave, each with where their answers enter; ``code`` makes the answer of a packet."""

    ports: Mapping[str, str] = field(default_factory=dict)
    code: Block = NOTHING


def replies(network: Network, entries: Mapping[str, str]) -> Replies:
    """The answers to what leaves a network: at the port of the same name, or where ``entries`` says.

    :raises InputError: an entry for a port where nothing leaves, or to one that takes nothing
    """
    leaving = sorted(network.ports - set(network.peers))
    for port, entry in entries.items():
        if port not in leaving:
            raise InputError(
                f"no packets leave the network at {port}; they may at {', '.join(leaving)}", Place(path="reply_at")
            )
        if entry not in network.inputs:
            known = ", ".join(sorted(network.inputs))
            raise InputError(f"no element takes packets at {entry}; some do at {known}", Place(path=f"reply_at.{port}"))
    own = {port: port for port in leaving if port in network.inputs}
    return Replies({**own, **entries}, _answer())


def _answer() -> Block:
    """Of a packet that has the mark its mirror; nothing of ARP, of a reset, and of ICMP but echoes."""
    silent = (
        If(Compare("==", Read(MARK), Number(0, 1)), NOTHING, Block((Drop(),))),
        _where("arp.opcode", Drop()),
        _where("tcp.flags", If(Compare("==", expressions("tcp.flags.reset")[0], Number(1)), Block((Drop(),)), NOTHING)),
    )
    swapped = [_where(left, *_swap(left, right)) for left, right in _SWAPPED]
    renewed = [_where(name, Assign(FIELDS[name].target, Number(value))) for name, value in _RENEWED.items()]
    echoed = [_where(name, _echo(_read(name), request, reply)) for name, request, reply in _ECHOES]
    acknowledged = If(
        All((Present(FIELDS["tcp.flags"].target), Masked(_read("tcp.flags"), 0, _ACK))),
        Block((Assign(FIELDS["tcp.flags"].target, Sum(_read("tcp.flags"), Number(_ACK))),)),
        NOTHING,
    )
    marked = (Assign(MARK, Number(1, 1)), Forward("reply"))
    return Block((*silent, *swapped, *renewed, *echoed, acknowledged, *marked))


def _read(name: str) -> Expression:
    return Read(FIELDS[name].target)


def _where(name: str, *code: Instruction) -> If:
    return If(Present(FIELDS[name].target), Block(code), NOTHING)


def _swap(left: str, right: str) -> tuple[Instruction, ...]:
    first, second, kept = FIELDS[left].target, FIELDS[right].target, Meta("(kept)")
    return (Assign(kept, Read(first)), Assign(first, Read(second)), Assign(second, Read(kept)), Deallocate(kept))


def _echo(kind: Expression, request: int, reply: int) -> If:
    answered = Block((Assign(kind.target, Number(reply)),))
    return If(Compare("==", kind, Number(request)), answered, Block((Drop(),)))
