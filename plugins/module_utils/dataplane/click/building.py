# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the code of Click elements is built with: the element in its place in the graph, and what packets carry in Click.

Inside a configuration a packet has, besides its headers, the tag ``start`` (where its data begins, which Strip and
Unstrip move) and annotations, kept as metadata of the network element: ``start`` counts the bytes from the Ethernet
header to the tag, ``dst`` is the destination address, ``paint`` the colour and ``vlan`` the tag control information.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...symbolic.sefl import (
    NOTHING,
    Address,
    Assign,
    Block,
    Compare,
    Condition,
    CreateTag,
    Deallocate,
    DestroyTag,
    Difference,
    Drop,
    Expression,
    Extend,
    If,
    Instruction,
    Meta,
    Number,
    Origin,
    Read,
    Sum,
    Symbol,
    Within,
)
from .graph import Element
from .values import Given, Names, given

START, DST, PAINT, VLAN = (Meta(name, local=True) for name in ("start", "dst", "paint", "vlan"))
AT_ETHERNET = 0x8000
ANNOTATIONS = {START: (AT_ETHERNET, 16), DST: (0, 32), PAINT: (0, 8), VLAN: (0, 16)}
BEGIN: tuple[Instruction, ...] = (
    CreateTag("start", Address("eth")),
    *(Assign(target, Number(value, width)) for target, (value, width) in ANNOTATIONS.items()),
)
_BEGINS_ETHERNET = Compare("==", Read(START), Number(AT_ETHERNET, 16))
END: tuple[Instruction, ...] = (
    If(_BEGINS_ETHERNET, NOTHING, Block((DestroyTag("eth"),))),
    DestroyTag("start"),
    *(Deallocate(target) for target in ANNOTATIONS),
)


@dataclass(frozen=True)
class Use:
    """An element whose packets come in by one of its inputs; ``outputs`` is the code behind each connected output."""

    element: Element
    input: int
    outputs: Mapping[int, Block]
    names: Names

    def given(self, *positional: str, keywords: tuple[str, ...] = ()) -> Given:
        return given(self.element, self.names, positional, keywords)

    def origin(self, detail: str = "") -> Origin:
        label = f"{self.element.name} :: {self.element.class_name}" + (f" {detail}" if detail else "")
        return Origin(label, self.element.file, self.element.line)

    def drop(self, detail: str = "drops") -> Block:
        return Block((Drop(origin=self.origin(detail)),))

    def out(self, number: int = 0) -> Block:
        """What follows from an output; packets that leave by one that is not connected are dropped."""
        return self.outputs.get(number) or self.drop(f"drops, output {number} is not connected")

    def then(self, *code: Instruction, output: int = 0) -> Block:
        return Block((*code, *self.out(output).instructions))

    def check(self, condition: Condition, *code: Instruction, says: str = "check", output: int = 0) -> Block:
        """Packets that meet the condition go on to ``output`` after ``code``; the others leave by output 1 or are dropped."""
        if output != 1 and 1 in self.outputs:
            return self.branch((condition, f"{says} passed", self.then(*code, output=output)), otherwise=self.out(1))
        guard = If(condition, NOTHING, self.drop(f"{says} failed"), origin=self.origin(f"{says} passed"))
        return self.then(guard, *code, output=output)

    def branch(self, *cases: tuple[Condition, str, Block], otherwise: Block) -> Block:
        """A chain of Ifs: the first case whose condition holds, with the label that a trace shows."""
        for condition, label, body in reversed(cases):
            otherwise = Block((If(condition, body, otherwise, origin=self.origin(label)),))
        return otherwise

    def choice(self, *bodies: tuple[str, Block], name: str = "") -> Block:
        """A free choice among bodies; ``name`` tells it from another choice of the element."""
        if len(bodies) == 1:
            return bodies[0][1]
        name = f"{self.element.name} {name}".strip()
        choice = Meta(f"{name} chooses", local=True)
        width = (len(bodies) - 1).bit_length()
        cases = [(Within(Read(choice), ((number, number),)), *body) for number, body in enumerate(bodies[:-1])]
        chain = self.branch(*cases, otherwise=bodies[-1][1])
        return Block((Assign(choice, Symbol(name, width), origin=self.origin()), *chain.instructions))

    def free(self, target: Meta, name: str, low: int, high: int, width: int) -> tuple[Instruction, ...]:
        """Gives metadata a freely chosen number from ``low`` to ``high``, so that every value of the symbol is one of them."""
        size = high - low + 1
        if size == 1:
            return (Assign(target, Number(low, width), origin=self.origin()),)
        bits = (size - 1).bit_length()
        first = Assign(_DRAWN, Symbol(f"{self.element.name} {name}", bits), origin=self.origin())
        wide = Extend(Read(_DRAWN), width)
        inside = Assign(target, Sum(wide, Number(low, width)))
        above = Assign(target, Sum(Difference(wide, Number(1 << (bits - 1), width)), Number(low, width)))
        if size == 1 << bits:
            return (first, inside, Deallocate(_DRAWN))
        fits = Within(Read(_DRAWN), ((0, size - 1),))
        return (first, If(fits, Block((inside,)), Block((above,)), origin=self.origin()), Deallocate(_DRAWN))


_DRAWN = Meta("drawn", local=True)
Build = Callable[[Use], Block]


def moved(bytes_: int) -> tuple[Instruction, ...]:
    """Packet data begins some bytes later, or earlier for a negative number."""
    step: Expression = Number(abs(bytes_), 16)
    value = Sum(Read(START), step) if bytes_ >= 0 else Difference(Read(START), step)
    return CreateTag("start", Address("start", 8 * bytes_)), Assign(START, value)
