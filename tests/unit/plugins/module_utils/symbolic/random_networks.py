# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random small networks and formulas for the oracles: few bits, every instruction, errors included."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, is_dataclass, replace

from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import netctl, sefl

WIDTHS = {"a": 2, "b": 2, "c": 2}
PLACES = {"a": 0, "b": 2, "c": 4}
ELEMENTS = ("one", "two", "three")


@dataclass
class Maker:
    """Draws terms from one random source."""

    random: random.Random

    def target(self) -> sefl.Target:
        if self.random.random() < 0.7:
            return sefl.Header("h", self.random.choice([*PLACES.values(), 0, 2, 4, 1]))
        return sefl.Meta(self.random.choice("mn"), self.random.random() < 0.3)

    def expression(self, depth: int = 2, choices: bool = False) -> sefl.Expression:
        kind = self.random.choice(["number", "read", "read", "read", "sum", "difference", "slice", "extend", "symbol"])
        if depth == 0 or kind == "read":
            return sefl.Read(self.target())
        if kind == "number" or (kind == "symbol" and not choices):
            return sefl.Number(self.random.randrange(4), self.random.choice([None, 2, 3]))
        if kind == "symbol":
            return sefl.Symbol(self.random.choice("xy"), 2)
        if kind in ("sum", "difference"):
            make = sefl.Sum if kind == "sum" else sefl.Difference
            return make(self.expression(depth - 1, choices), self.expression(depth - 1, choices))
        value = self.expression(depth - 1, choices)
        if kind == "slice":
            return sefl.Slice(value, self.random.randrange(2), self.random.choice([1, 2]))
        return sefl.Extend(value, self.random.choice([2, 3]))

    def condition(self, depth: int = 2) -> sefl.Condition:
        kind = self.random.choice(["compare", "compare", "within", "masked", "present", "not", "all", "any"])
        if depth == 0 or kind == "compare":
            operator = self.random.choice(["==", "!=", "<", "<=", ">", ">="])
            return sefl.Compare(operator, self.expression(1), self.expression(1))
        if kind == "within":
            low = self.random.randrange(4)
            return sefl.Within(self.expression(1), ((low, self.random.randrange(low, 4)),))
        if kind == "masked":
            mask = self.random.randrange(4)
            return sefl.Masked(self.expression(1), self.random.randrange(4) & mask, mask)
        if kind == "present":
            return sefl.Present(self.target())
        if kind == "not":
            return sefl.Not(self.condition(depth - 1))
        parts = tuple(self.condition(depth - 1) for _part in range(self.random.randrange(4)))
        return (sefl.All if kind == "all" else sefl.Any)(parts)

    def instruction(self, depth: int) -> sefl.Instruction:  # noqa: PLR0911
        kind = self.random.choice(KINDS)
        if kind is sefl.Allocate:
            return sefl.Allocate(self.target(), self.random.choice([2, 2, 3]))
        if kind is sefl.Deallocate:
            return sefl.Deallocate(self.target(), self.random.choice([None, 2]))
        if kind is sefl.Assign:
            return sefl.Assign(self.target(), self.expression(2, choices=True))
        if kind is sefl.CreateTag:
            return sefl.CreateTag("h", sefl.Address("h", self.random.choice([0, 2, 4, -2])))
        if kind is sefl.DestroyTag:
            return sefl.DestroyTag(self.random.choice("hg"))
        if kind is sefl.Constrain:
            return sefl.Constrain(self.condition())
        if kind is sefl.If and depth:
            return self.chain(depth)
        if kind is sefl.For and depth:
            body = sefl.Block((sefl.Assign(sefl.Meta("v"), sefl.Sum(sefl.Read(sefl.Meta("v")), sefl.Number(1))),))
            return sefl.For("v", self.random.choice(["*", "m", "n*"]), body)
        if kind is sefl.Fork:
            return sefl.Fork(tuple(self.random.sample(["x", "y"], self.random.choice([1, 2]))))
        if kind is sefl.Drop:
            return self.random.choice([sefl.Drop(), sefl.Fail("no")])
        return sefl.Forward(self.random.choice("xy"))

    def chain(self, depth: int) -> sefl.If:
        otherwise = self.block(depth - 1)
        for _rule in range(self.random.choice([1, 1, 2, 5])):
            link = sefl.If(self.condition(), self.block(depth - 1), otherwise)
            otherwise = sefl.Block((link,))
        return link

    def block(self, depth: int = 2) -> sefl.Block:
        return sefl.Block(tuple(self.instruction(depth) for _part in range(self.random.choice([0, 1, 1, 2, 3]))))

    def program(self) -> sefl.Program:
        ending = sefl.Forward(self.random.choice("xy"))
        return sefl.Program({port: sefl.Block((ending, *self.block().instructions)) for port in ("in", "back")})

    def network(self) -> tuple[dict[str, sefl.Program], list[tuple[str, str]]]:
        """Three elements; links lead forward and, for some, back into what was passed before."""
        programs = {name: self.program() for name in ELEMENTS}
        free = [f"{name}.{port}" for name in ELEMENTS for port in ("in", "back")]
        self.random.shuffle(free)
        used = [f"{name}.{port}" for name, one in programs.items() for port in ("x", "y") if _names(one, port)]
        return programs, [(port, free.pop()) for port in used if free and self.random.random() < 0.7]

    def formula(self, depth: int = 3) -> netctl.Formula:  # noqa: PLR0911
        kind = self.random.choice(["holds", "at", "ended", "not", "and", "or", "next", "until", "always", "always"])
        if depth == 0 or kind == "at":
            return netctl.At(f"{self.random.choice(ELEMENTS)}.{self.random.choice(['in', 'back', 'x', 'y'])}")
        if kind == "ended":
            return netctl.Ended(self.random.choice(["delivered", "dropped", "failed"]))
        if kind == "holds":
            return netctl.Holds(self.condition(1))
        if kind == "not":
            return netctl.Not(self.formula(depth - 1))
        if kind in ("and", "or"):
            return (netctl.And if kind == "and" else netctl.Or)((self.formula(depth - 1), self.formula(depth - 1)))
        every = self.random.random() < 0.5
        if kind == "next":
            return netctl.Next(every, self.formula(depth - 1))
        if kind == "until":
            left = netctl.TRUE if self.random.random() < 0.5 else self.formula(depth - 1)
            return netctl.Until(every, left, self.formula(depth - 1))
        return netctl.Always(every, self.formula(depth - 1))


KINDS = (
    *(sefl.Assign,) * 3,
    *(sefl.If,) * 4,
    *(sefl.Forward,) * 2,
    *(sefl.Constrain, sefl.Fork, sefl.For, sefl.Allocate, sefl.Deallocate, sefl.CreateTag, sefl.DestroyTag, sefl.Drop),
)


def _names(program: sefl.Program, port: str) -> bool:
    return f"port='{port}'" in repr(program) or f"'{port}'" in repr(program).replace("name='", "")


def plain(term):
    """The same code in the form that its text has: joined conditions have two parts or more, or are true or false."""
    if isinstance(term, tuple):
        return tuple(map(plain, term))
    if isinstance(term, sefl.All | sefl.Any) and len(term.conditions) == 1:
        return plain(term.conditions[0])
    if is_dataclass(term) and not isinstance(term, sefl.Header | sefl.Meta | sefl.Address):
        return replace(term, **{item.name: plain(getattr(term, item.name)) for item in fields(term)})
    return term
