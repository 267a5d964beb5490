# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An oracle: runs SEFL on one packet of plain numbers. It shares the terms with the library and nothing else.

A packet is a dictionary of three: ``headers`` (address → list of [width, number]), ``metadata`` ((owner, name) →
list of [width, number]) and ``tags`` (name → address).
"""

from __future__ import annotations

import copy
import fnmatch
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import sefl

Packet = dict[str, Any]


class Stuck(Exception):
    """The packet fails."""


class Interpreter:
    """Runs one element's code; ``choose(element, name, occurrence)`` gives what the element chooses."""

    def __init__(self, element: str, choose: Callable[[str, str, int], int]):
        self.element, self.choose = element, choose

    def run(self, code: sefl.Block, packet: Packet) -> list[tuple[str, str | None, Packet]]:
        """All copies as ``(ending, port, packet)``."""
        self.ended: list[tuple[str, str | None, Packet]] = []
        for port, one in self.block(code, [(None, copy.deepcopy(packet))]):
            self.ended.append(("out" if port else "dropped", port, one))
        return self.ended

    def block(self, block, copies):
        for step in block.instructions:
            after = []
            for port, packet in copies:
                try:
                    after += self.step(step, port, packet)
                except Stuck:
                    self.ended.append(("failed", None, packet))
            copies = after
        return copies

    def step(self, step, port, packet):  # noqa: PLR0911
        name = type(step).__name__
        if name == "Block":
            return self.block(step, [(port, packet)])
        if name == "If":
            return self.block(step.then if self.true(step.condition, packet) else step.otherwise, [(port, packet)])
        if name == "Fork":
            return [(bound, copy.deepcopy(packet)) for bound in step.ports]
        if name == "Forward":
            return [(step.port, packet)]
        if name == "Drop":
            self.ended.append(("dropped", None, packet))
            return []
        if name == "Fail" or (name == "Constrain" and not self.true(step.condition, packet)):
            raise Stuck
        if name == "For":
            names = {n for owner, n in packet["metadata"] if owner in ("", self.element)}
            copies = [(port, packet)]
            for one in sorted(n for n in names if fnmatch.fnmatchcase(n, step.pattern)):
                copies = self.block(put_name(step.body, step.variable, one), copies)
            return copies
        if name != "Constrain":
            getattr(self, name.lower())(step, packet)
        return [(port, packet)]

    def place(self, target, packet):
        """The dictionary and the key of a target."""
        if isinstance(target, sefl.Header):
            return packet["headers"], self.address(target, packet)
        return packet["metadata"], (self.element if target.local else "", target.name)

    def address(self, place, packet):
        if place.tag is not None and place.tag not in packet["tags"]:
            raise Stuck
        return place.offset + (packet["tags"][place.tag] if place.tag is not None else 0)

    def allocate(self, step, packet):
        where, key = self.place(step.target, packet)
        if isinstance(step.target, sefl.Header):
            wanted = range(key, key + step.width)
            for start, stack in where.items():
                other = range(start, start + stack[-1][0])
                if other != wanted and set(other) & set(wanted):
                    raise Stuck
        where.setdefault(key, []).append([step.width, None])

    def deallocate(self, step, packet):
        where, key = self.place(step.target, packet)
        if key not in where or (step.width is not None and where[key][-1][0] != step.width):
            raise Stuck
        where[key].pop()
        if not where[key]:
            del where[key]

    def assign(self, step, packet):
        where, key = self.place(step.target, packet)
        width = where[key][-1][0] if key in where else None
        drawn = copy.deepcopy(packet["drawn"])
        value, size = self.value(step.value, packet, width, drawn)
        if key not in where:
            if isinstance(step.target, sefl.Header):
                raise Stuck
            where[key] = [[size, None]]
        if size != where[key][-1][0]:
            raise Stuck
        where[key][-1][1] = value
        packet["drawn"] = drawn

    def createtag(self, step, packet):
        packet["tags"][step.name] = self.address(step.address, packet)

    def destroytag(self, step, packet):
        if packet["tags"].pop(step.name, None) is None:
            raise Stuck

    def value(self, term, packet, width=None, drawn=None):
        """A number and its width."""
        name = type(term).__name__
        if name == "Number":
            width = term.width or width
            if width is None or term.value >= 2**width:
                raise Stuck
            return term.value, width
        if name == "Read":
            where, key = self.place(term.target, packet)
            if key not in where or where[key][-1][1] is None:
                raise Stuck
            return where[key][-1][1], where[key][-1][0]
        if name == "Symbol":
            if drawn is None:
                raise Stuck
            count = drawn.get((self.element, term.name), 0)
            drawn[self.element, term.name] = count + 1
            return self.choose(self.element, term.name, count), term.width
        if name == "Slice":
            value, size = self.value(term.value, packet, None, drawn)
            if term.low + term.width > size:
                raise Stuck
            return (value >> term.low) % 2**term.width, term.width
        if name == "Extend":
            value, size = self.value(term.value, packet, None, drawn)
            if size > term.width:
                raise Stuck
            return value, term.width
        (a, size), (b, _size) = self.operands(term, packet, width, drawn)
        return (a + b if name == "Sum" else a - b) % 2**size, size

    def operands(self, term, packet, width=None, drawn=None):
        if width is None and isinstance(term.left, sefl.Number) and term.left.width is None:
            right = self.value(term.right, packet, None, drawn)
            left = self.value(term.left, packet, right[1], drawn)
        else:
            left = self.value(term.left, packet, width, drawn)
            right = self.value(term.right, packet, left[1], drawn)
        if left[1] != right[1]:
            raise Stuck
        return left, right

    def true(self, condition, packet):  # noqa: PLR0911
        name = type(condition).__name__
        if name == "Not":
            return not self.true(condition.condition, packet)
        if name == "All":
            return all(self.true(one, packet) for one in condition.conditions)
        if name == "Any":
            return any(self.true(one, packet) for one in condition.conditions)
        if name == "Present":
            try:
                self.value(sefl.Read(condition.target), packet)
            except Stuck:
                return False
            return True
        if name == "Compare":
            (a, _size), (b, _other) = self.operands(condition, packet)
            return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[condition.operator]
        value, size = self.value(condition.value, packet)
        if name == "Within":
            if any(high >= 2**size for _low, high in condition.ranges):
                raise Stuck
            return any(low <= value <= high for low, high in condition.ranges)
        if max(condition.mask, condition.match) >= 2**size:
            raise Stuck
        return value & condition.mask == condition.match


def put_name(term, variable, name):
    if isinstance(term, sefl.Meta) and term.name == variable:
        return sefl.Meta(name, term.local)
    if isinstance(term, tuple):
        return tuple(put_name(item, variable, name) for item in term)
    if is_dataclass(term) and not (isinstance(term, sefl.For) and term.variable == variable):
        return replace(term, **{f.name: put_name(getattr(term, f.name), variable, name) for f in fields(term)})
    return term
