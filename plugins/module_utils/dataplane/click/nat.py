# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address and port translation: IPRewriter, UDPRewriter, TCPRewriter and IPAddrRewriter.

The mapping that a packet makes is kept with it as metadata of the network element, so that an answer made of the same
packet is translated back. Mappings that other packets made are not known: none is taken to exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...symbolic.fields import FIELDS
from ...symbolic.sefl import (
    All,
    Assign,
    Block,
    Compare,
    Condition,
    Deallocate,
    Instruction,
    Meta,
    Number,
    Present,
    Read,
    Target,
)
from .arguments import keyword, words
from .building import DST, Use
from .primitives import FIRST_FRAGMENT, HAS_IP
from .values import Given, number_value, refusal

_KEYWORDS = (
    "TCP_TIMEOUT", "TCP_DONE_TIMEOUT", "UDP_TIMEOUT", "TCP_NODATA_TIMEOUT", "UDP_STREAMING_TIMEOUT", "TIMEOUT",
    "REAP_INTERVAL", "REAP_TCP", "REAP_UDP", "MAPPING_CAPACITY", "GUARANTEE", "TCP_GUARANTEE", "UDP_GUARANTEE", "DST_ANNO",
    "REAP_TCP_DONE", "STREAMING_TIMEOUT",
)  # fmt: skip
PROTOCOLS = {"tcp": 6, "udp": 17}
_OF = {"IPRewriter": ("tcp", "udp"), "UDPRewriter": ("tcp", "udp"), "TCPRewriter": ("tcp",), "IPAddrRewriter": ("",)}
_ENDS = ("src", "srcport", "dst", "dstport")
_REVERSED = {"src": "dst", "srcport": "dstport", "dst": "src", "dstport": "srcport"}
Range = tuple[int, int]


@dataclass(frozen=True)
class Spec:
    """What becomes of a new flow of one input: ``changes`` has the range of each end that is rewritten."""

    kind: str
    forth: int = 0
    back: int = 0
    changes: tuple[tuple[str, Range], ...] = ()


def rewriter(use: Use) -> Block:
    specs = [_spec(use, text) for text in use.element.arguments if (keyword(text) or ("",))[0] not in _KEYWORDS]
    options = {found[0]: found[1] for text in use.element.arguments if (found := keyword(text)) and found[0] in _KEYWORDS}
    given = Given(use.element, use.names, options)
    if use.input >= len(specs):
        raise refusal(use.element, f"there is no input specification for input {use.input}")
    annotate = use.element.class_name == "IPAddrRewriter" or given.flag("DST_ANNO", True)
    flows = [case for name in _OF[use.element.class_name] for case in _Flows(use, name, specs, annotate).cases()]
    spec = specs[use.input]
    other = use.out(spec.forth) if spec.kind == "pass" else use.drop("drops, no flow that it rewrites")
    return use.branch(*flows, otherwise=other)


def _spec(use: Use, text: str) -> Spec:
    kind, *rest = words(text)
    if kind in ("drop", "discard") and not rest:
        return Spec("drop")
    numbers = [number_value(word) for word in rest[-2:]]
    if kind in ("pass", "passthrough", "nochange") and len(rest) <= 1 and None not in numbers:
        return Spec("pass", numbers[0] if numbers else 0)
    if None in numbers or kind not in ("keep", "pattern") or len(rest) < 2:
        raise refusal(use.element, f"{text} is not modelled; write drop, pass, keep or pattern with its addresses")
    changes = tuple(_changes(use, rest[:-2])) if kind == "pattern" else ()
    return Spec("map", numbers[0], numbers[1], changes)


def _changes(use: Use, parts: list[str]) -> Iterator[tuple[str, Range]]:
    names = ("src", "dst") if use.element.class_name == "IPAddrRewriter" else _ENDS
    if len(parts) != len(names):
        raise refusal(use.element, f"a pattern has {len(names)} parts; patterns by name are not modelled")
    for name, text in zip(names, parts, strict=True):
        if text != "-":
            yield name, _range(use, text.rstrip("#?"), name.endswith("port"))


def _range(use: Use, text: str, is_port: bool) -> Range:
    given = Given(use.element, use.names, {})
    if not is_port and "/" in text:
        net, mask = given.as_prefix(text)
        return (net + 1, (net | ~mask & 0xFFFFFFFF) - 1) if mask < 0xFFFFFFFE else (net, net | ~mask & 0xFFFFFFFF)
    ends = [text] if text in use.names.hosts or text in use.names.ports else text.split("-")
    reader = (lambda word: Given(use.element, use.names, {"port": word}).port("port")) if is_port else given.as_address
    low, high = reader(ends[0]), reader(ends[-1])
    if low > high:
        raise refusal(use.element, f"{text} ends before it begins")
    return low, high


class _Flows:
    """The flows of one protocol; the empty name stands for all, of which addresses alone are looked at."""

    def __init__(self, use: Use, protocol: str, specs: list[Spec], annotate: bool):
        self._use = use
        self._protocol = protocol
        self._specs = specs
        self._annotate = annotate
        self._ends = _ENDS if protocol else ("src", "dst")
        self._chosen = Meta(f"{use.element.name} {protocol} mapping", local=True)

    def cases(self) -> Iterator[tuple[Condition, str, Block]]:
        for number, spec in enumerate(self._specs):
            if spec.kind == "map":
                yield self._known(number, self._forth(), "known flow", self._apply("new", {}), spec.forth)
                yield self._known(number, self._back(), "answer", self._apply("old", _REVERSED), spec.back)
        yield self._all(), f"new flow by input {self._use.input}", self._new(self._specs[self._use.input])

    def _all(self) -> Condition:
        if not self._protocol:
            return HAS_IP
        number = Compare("==", self._read("proto"), Number(PROTOCOLS[self._protocol], 8))
        return All((HAS_IP, number, FIRST_FRAGMENT))

    def _known(
        self, number: int, condition: tuple[Condition, ...], label: str, code: tuple[Instruction, ...], output: int
    ) -> tuple[Condition, str, Block]:
        mine = (Present(self._chosen), Compare("==", Read(self._chosen), Number(number, 8)))
        return All((self._all(), *mine, *condition)), label, self._use.then(*code, output=output)

    def _forth(self) -> tuple[Condition, ...]:
        ends = self._ends if self._protocol else ("src",)
        return tuple(Compare("==", self._read(end), Read(self._kept("old", end))) for end in ends)

    def _back(self) -> tuple[Condition, ...]:
        ends = self._ends if self._protocol else ("dst",)
        return tuple(Compare("==", self._read(end), Read(self._kept("new", _REVERSED[end]))) for end in ends)

    def _apply(self, which: str, turned: Mapping[str, str]) -> tuple[Instruction, ...]:
        """The ends as they are kept; of plain addresses only the one that the mapping is about."""
        ends = self._ends if self._protocol else (("dst",) if turned else ("src",))
        origin = self._use.origin("rewrites")
        code = [Assign(self._target(end), Read(self._kept(which, turned.get(end, end))), origin=origin) for end in ends]
        return (*code, *self._annotation())

    def _annotation(self) -> tuple[Instruction, ...]:
        return (Assign(DST, self._read("dst")),) if self._annotate else ()

    def _new(self, spec: Spec) -> Block:
        if spec.kind == "drop":
            return self._use.drop("drops new flows")
        if spec.kind == "pass":
            return self._use.out(spec.forth)
        code: list[Instruction] = [Assign(self._chosen, Number(self._specs.index(spec), 8))]
        code += [Assign(self._kept("old", end), self._read(end)) for end in self._ends]
        for end, (low, high) in spec.changes:
            value = Meta("value", local=True)
            name = f"{end} {self._protocol}".strip()
            code += self._use.free(value, name, low, high, FIELDS[self._name(end)].width)
            code += [Assign(self._target(end), Read(value), origin=self._use.origin("rewrites")), Deallocate(value)]
        code += [Assign(self._kept("new", end), self._read(end)) for end in self._ends]
        return self._use.then(*code, *self._annotation(), output=spec.forth)

    def _kept(self, which: str, end: str) -> Meta:
        return Meta(f"{self._use.element.name} {self._protocol} {which} {end}", local=True)

    def _name(self, end: str) -> str:
        return f"{self._protocol if end.endswith('port') else 'ip'}.{end}"

    def _target(self, end: str) -> Target:
        return FIELDS[self._name(end)].target

    def _read(self, end: str) -> Read:
        return Read(self._target(end))
