# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One primitive of the language of IPFilter and IPClassifier, such as ``src port > 1023``, as a condition.

The conditions read the headers that the tags ``ip``, ``tcp``, ``udp``, ``icmp`` and ``eth`` point at, as the elements
read those that the packet's annotations point at; a packet without the tag does not meet the primitive.

Source: the documentation of IPClassifier in the Click modular router. An order is negated as a whole there, so that
``port < 5`` asks for both ports below 5 and ``port > 5`` for either above 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...symbolic.fields import FIELDS, expressions
from ...symbolic.sefl import FALSE, TRUE, All, Any, Compare, Condition, Expression, Masked, Not, Number, Present, Read, Within

PROTOCOLS = {"icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "udp": 17}
OPTIONS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32}
ICMP_TYPES = {
    "echo-reply": 0, "unreachable": 3, "sourcequench": 4, "redirect": 5, "echo": 8, "routeradvert": 9,
    "routersolicit": 10, "timeexceeded": 11, "parameterproblem": 12, "timestamp": 13, "timestamp-reply": 14,
    "inforeq": 15, "inforeq-reply": 16, "maskreq": 17, "maskreq-reply": 18,
}  # fmt: skip
# Words that name a number in a header: the field, the protocol that it belongs to.
NUMBERS = {
    "vers": ("ip.version", None),
    "hl": ("ip.hdr_len", None),
    "tos": ("ip.dsfield", None),
    "dscp": ("ip.dsfield.dscp", None),
    "len": ("ip.len", None),
    "id": ("ip.id", None),
    "ttl": ("ip.ttl", None),
    "win": ("tcp.window_size", "tcp"),
    "type": ("icmp.type", "icmp"),
}
FLAGS = ("frag", "unfrag", "ect", "ce")
HAS_IP = Present(FIELDS["ip.proto"].target)
FIRST_FRAGMENT = Compare("==", Read(FIELDS["ip.frag_offset"].target), Number(0))


@dataclass(frozen=True)
class Primitive:
    """``kind`` is host, net, port, proto, opt, ether, a word of NUMBERS or one of FLAGS; ``end`` src, dst, and, or."""

    kind: str
    end: str | None = None
    protocol: int | None = None
    operator: str = "=="
    value: int = 0
    mask: int | None = None


def condition(one: Primitive) -> Condition:
    return KINDS.get(one.kind, _number)(one)


def _field(name: str) -> Expression:
    return expressions(name)[0]


def _guarded(one: Primitive, *conditions: Condition) -> Condition:
    protocol = () if one.protocol is None else (_protocol(one.protocol),)
    return All((HAS_IP, *protocol, *conditions))


def _protocol(number: int) -> Condition:
    return Compare("==", _field("ip.proto"), Number(number))


def related(value: Expression, one: Primitive, width: int) -> tuple[Condition, bool]:
    """What an operator asks of a value, and whether that is to be negated once both ends are joined."""
    if one.operator in ("==", "!="):
        mask = (1 << width) - 1 if one.mask is None else one.mask
        met = Masked(value, one.value & mask, mask) if one.value & ~mask == 0 else FALSE
        return met, one.operator == "!="
    bound = one.value - (one.operator in ("<", ">="))
    if bound < 0:
        return TRUE, one.operator == "<"
    top = (1 << width) - 1
    return (Within(value, ((bound + 1, top),)) if bound < top else FALSE), one.operator in ("<", "<=")


def _ends(one: Primitive, names: tuple[str, str], width: int) -> Condition:
    wanted = {"src": names[:1], "dst": names[1:]}.get(one.end or "or", names)
    found = [related(_field(name), one, width) for name in wanted]
    joined = (All if one.end == "and" else Any)(tuple(met for met, _negated in found))
    return Not(joined) if found[0][1] else joined


def _address(one: Primitive) -> Condition:
    return _guarded(one, _ends(one, ("ip.src", "ip.dst"), 32))


def _ether(one: Primitive) -> Condition:
    return All((Present(FIELDS["eth.dst"].target), _ends(one, ("eth.src", "eth.dst"), 48)))


def _port(one: Primitive) -> Condition:
    protocols = [name for name in ("tcp", "udp") if one.protocol in (None, PROTOCOLS[name])]
    found = [
        All((_protocol(PROTOCOLS[name]), FIRST_FRAGMENT, _ends(one, (f"{name}.srcport", f"{name}.dstport"), 16)))
        for name in protocols
    ]
    return All((HAS_IP, Any(tuple(found))))


def _proto(one: Primitive) -> Condition:
    met, negated = related(_field("ip.proto"), one, 8)
    return _guarded(one, Not(met) if negated else met)


def _option(one: Primitive) -> Condition:
    bits = Masked(_field("tcp.flags"), one.value, one.value)
    return All((HAS_IP, _protocol(6), FIRST_FRAGMENT, bits))


def _number(one: Primitive) -> Condition:
    name, protocol = NUMBERS[one.kind]
    width = 6 if one.kind == "dscp" else FIELDS[name].width
    met, negated = related(_field(name), one, width)
    guard = (_protocol(PROTOCOLS[protocol]), FIRST_FRAGMENT) if protocol else ()
    return _guarded(one, *guard, Not(met) if negated else met)


def _flag(one: Primitive) -> Condition:
    ecn = _field("ip.dsfield.ecn")
    fragment = Any((Not(FIRST_FRAGMENT), Compare("==", _field("ip.flags.mf"), Number(1))))
    found = {
        "frag": fragment,
        "unfrag": Not(fragment),
        "ect": Within(ecn, ((1, 3),)),
        "ce": Compare("==", ecn, Number(3)),
    }[one.kind]
    return _guarded(one, Not(found) if one.operator == "!=" else found)


KINDS: dict[str, Callable[[Primitive], Condition]] = {
    "host": _address,
    "net": _address,
    "ether": _ether,
    "port": _port,
    "proto": _proto,
    "opt": _option,
    **dict.fromkeys(FLAGS, _flag),
}
