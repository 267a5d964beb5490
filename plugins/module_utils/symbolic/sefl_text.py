# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SEFL as text: a reader, and a printer whose output the reader takes back to the same terms.

    port in {
      If (ip.src in {10.0.0.0/8} && tcp.dstport == 22) { Forward(out) }
      Else { Fail("not from here") }
    }

Fields stand for themselves (``ip.src``); other header memory is ``[tag + 96]`` or ``[96]``, metadata ``name``, and
``@name`` where it is local to the element. ``symbol(name, 16)`` is a free choice, ``bits(e, low, width)`` a part of a
value, ``extend(e, width)`` one with zeros before it.
"""

from __future__ import annotations

import json
from typing import Any

from ..core.errors import InputError, Place
from . import sefl, values
from .grammar import parse
from .sefl import Origin


def read(text: str, file: str | None = None) -> sefl.Program:
    """The program that a text means; each instruction knows its line.

    :raises InputError: with line and column
    """
    reader = _Reader(file)
    ports: dict[str, sefl.Block] = {}
    try:
        for tree in parse("SEFL", text, file).children:
            name = _name(tree.children[0])
            if name in ports:
                raise InputError(f"port {name} has code already; keep one", Place(line=tree.meta.line))
            ports[name] = reader.block(tree.children[1])
    except InputError as error:
        place = error.place or Place()
        raise InputError(error.message, Place(file, place.line)) from None
    return sefl.Program(ports)


def _name(tree: Any) -> str:
    token = tree.children[0]
    return json.loads(token) if token.type == "STRING" else str(token)


class _Reader:
    def __init__(self, file: str | None):
        self._file = file

    def block(self, tree: Any) -> sefl.Block:
        return sefl.Block(tuple(self.instruction(child) for child in tree.children))

    def instruction(self, tree: Any) -> sefl.Instruction:
        if tree.data == "if":
            return self._chain(tree)
        if tree.data == "instruction":  # a block of its own
            return self.block(tree.children[0])
        origin = Origin(NAMES[str(tree.data)], self._file, tree.meta.line)
        return INSTRUCTIONS[str(tree.data)](self, origin, *tree.children)

    def _chain(self, tree: Any) -> sefl.If:
        """An If and those that follow in its Else; built from the last, since a chain may be as long as a table."""
        chain = [tree]
        while len(chain[-1].children) > 2 and chain[-1].children[2].data == "if":
            chain.append(chain[-1].children[2])
        rest = chain[-1].children[2:]
        otherwise = _as_block(self.instruction(rest[0])) if rest else sefl.NOTHING
        for link in reversed(chain):
            condition, then = self.condition(link.children[0]), self.block(link.children[1])
            answer = sefl.If(condition, then, otherwise, origin=Origin("If", self._file, link.meta.line))
            otherwise = sefl.Block((answer,))
        return answer

    def _allocate(self, origin: Origin, target: Any, width: Any) -> sefl.Instruction:
        return sefl.Allocate(self.target(target), int(width, 0), origin=origin)

    def _deallocate(self, origin: Origin, target: Any, width: Any = None) -> sefl.Instruction:
        return sefl.Deallocate(self.target(target), int(width, 0) if width else None, origin=origin)

    def _assign(self, origin: Origin, target: Any, value: Any) -> sefl.Instruction:
        place, given = self.target(target), self.expression(value)
        if isinstance(given, sefl.Number):
            values.check_fits(given.value, sefl.Read(place), value.children[0], given.width)
        return sefl.Assign(place, given, origin=origin)

    def _create_tag(self, origin: Origin, name: Any, address: Any) -> sefl.Instruction:
        return sefl.CreateTag(str(name), self._address(*address.children), origin=origin)

    def _address(self, first: Any, offset: Any = None) -> sefl.Address:
        if first.type == "NUMBER":
            return sefl.Address(None, int(first, 0))
        return sefl.Address(str(first), _signed(offset))

    def _destroy_tag(self, origin: Origin, name: Any) -> sefl.Instruction:
        return sefl.DestroyTag(str(name), origin=origin)

    def _constrain(self, origin: Origin, condition: Any) -> sefl.Instruction:
        return sefl.Constrain(self.condition(condition), origin=origin)

    def _for(self, origin: Origin, variable: Any, pattern: Any, body: Any) -> sefl.Instruction:
        return sefl.For(str(variable), json.loads(pattern), self.block(body), origin=origin)

    def _fork(self, origin: Origin, *names: Any) -> sefl.Instruction:
        return sefl.Fork(tuple(map(_name, names)), origin=origin)

    def _forward(self, origin: Origin, name: Any) -> sefl.Instruction:
        return sefl.Forward(_name(name), origin=origin)

    def _drop(self, origin: Origin) -> sefl.Instruction:
        return sefl.Drop(origin=origin)

    def _fail(self, origin: Origin, message: Any) -> sefl.Instruction:
        return sefl.Fail(json.loads(message), origin=origin)

    def _no_op(self, _origin: Origin) -> sefl.Instruction:
        return sefl.NOTHING

    # Targets and expressions.

    def target(self, tree: Any) -> sefl.Target:
        if tree.data == "header":
            return sefl.Header(str(tree.children[0]), _signed(*tree.children[1:]))
        if tree.data == "absolute":
            return sefl.Header(None, int(tree.children[0], 0))
        if tree.data == "local":
            return sefl.Meta(str(tree.children[0]), local=True)
        token = tree.children[0]
        expression = self._named(token)
        if not isinstance(expression, sefl.Read):
            raise InputError(f"{token} is part of a field; name the field", Place(line=token.line))
        return expression.target

    def _named(self, token: Any) -> sefl.Expression:
        found = values.named(token)
        if len(found) > 1:
            raise InputError(f"{token} may be either of two fields; name one", Place(line=token.line))
        return found[0]

    def expression(self, tree: Any) -> sefl.Expression:
        read = EXPRESSIONS.get(str(tree.data))
        return read(self, *tree.children) if read else sefl.Read(self.target(tree))

    def _sum(self, left: Any, right: Any) -> sefl.Expression:
        return sefl.Sum(self.expression(left), self.expression(right))

    def _difference(self, left: Any, right: Any) -> sefl.Expression:
        return sefl.Difference(self.expression(left), self.expression(right))

    def _symbol(self, name: Any, width: Any) -> sefl.Expression:
        return sefl.Symbol(str(name), int(width, 0))

    def _slice(self, value: Any, low: Any, width: Any) -> sefl.Expression:
        return sefl.Slice(self.expression(value), int(low, 0), int(width, 0))

    def _extend(self, value: Any, width: Any) -> sefl.Expression:
        return sefl.Extend(self.expression(value), int(width, 0))

    def _initial(self, name: Any) -> sefl.Expression:
        raise InputError(f"initial({name}) belongs into policies, not into code", Place(line=name.line))

    def _value(self, token: Any) -> sefl.Number:
        if token.type == "STRING":
            raise InputError(f"{token} is text; a number is expected here", Place(line=token.line))
        (low, high), width = values.bounds(token)
        if low != high:
            raise InputError(f"{token} is a range; write 'in {{{token}}}'", Place(line=token.line))
        return sefl.Number(low, width)

    # Conditions.

    def condition(self, tree: Any) -> sefl.Condition:
        return CONDITIONS[str(tree.data)](self, *tree.children)

    def _any(self, *parts: Any) -> sefl.Condition:
        return sefl.Any(tuple(map(self.condition, parts)))

    def _all(self, *parts: Any) -> sefl.Condition:
        return sefl.All(tuple(map(self.condition, parts)))

    def _not(self, operand: Any) -> sefl.Condition:
        return sefl.Not(self.condition(operand))

    def _compare(self, left: Any, operator: Any, right: Any) -> sefl.Condition:
        sides = self.expression(left), self.expression(right)
        for number, other, tree in ((sides[0], sides[1], left), (sides[1], sides[0], right)):
            if isinstance(number, sefl.Number):
                values.check_fits(number.value, other, tree.children[0], number.width)
        return sefl.Compare(str(operator), *sides)

    def _within(self, left: Any, *items: Any) -> sefl.Condition:
        expression = self.expression(left)
        found = [values.bounds(item.children[0]) for item in items]
        for item, ((_low, high), known) in zip(items, found, strict=True):
            values.check_fits(high, expression, item.children[0], known)
        return sefl.Within(expression, values.merged([inside for inside, _known in found]))

    def _masked(self, left: Any, match: Any, mask: Any) -> sefl.Condition:
        return sefl.Masked(self.expression(left), int(match, 0), int(mask, 0))

    def _present(self, target: Any) -> sefl.Condition:
        return sefl.Present(self.target(target))


def _signed(offset: Any = None) -> int:
    return int("".join(offset.split())) if offset else 0


def _as_block(instruction: sefl.Instruction) -> sefl.Block:
    return instruction if isinstance(instruction, sefl.Block) else sefl.Block((instruction,))


# Rules of the grammar: the instruction's name, and what reads it.
NAMES = {
    "allocate": "Allocate",
    "deallocate": "Deallocate",
    "assign": "Assign",
    "create_tag": "CreateTag",
    "destroy_tag": "DestroyTag",
    "constrain": "Constrain",
    "for": "For",
    "fork": "Fork",
    "forward": "Forward",
    "drop": "Drop",
    "fail": "Fail",
    "no_op": "NoOp",
}
INSTRUCTIONS = {rule: getattr(_Reader, f"_{rule}") for rule in NAMES}
EXPRESSIONS = {
    "value": _Reader._value,
    "named": _Reader._named,
    "sum": _Reader._sum,
    "difference": _Reader._difference,
    "symbol": _Reader._symbol,
    "slice": _Reader._slice,
    "extend": _Reader._extend,
    "initial": _Reader._initial,
}
CONDITIONS = {
    "any": _Reader._any,
    "all": _Reader._all,
    "not": _Reader._not,
    "true": lambda _reader: sefl.TRUE,
    "false": lambda _reader: sefl.FALSE,
    "compare": _Reader._compare,
    "within": _Reader._within,
    "masked": _Reader._masked,
    "present": _Reader._present,
}
