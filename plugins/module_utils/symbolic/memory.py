# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a packet carries at one point of its way: header memory, metadata and tags, as values that do not change.

The memory does not know what a value is (a vector of packet sets in the symbolic execution); it keeps the rules
of allocation. Whatever breaks them raises a PathError with one sentence: the path of the packet fails there.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from .sefl import Address, Header, Meta, Target


class PathError(Exception):
    """A run-time error of SEFL: it fails the path, not the analysis."""


class Cell(NamedTuple):
    """One allocation: its width in bits and its value, None before the first assignment."""

    width: int
    value: Hashable | None = None


Stack = tuple[Cell, ...]
"""Allocations of one target, the visible one last; never empty."""
Key = tuple[str, str]
"""Metadata: the element instance that it is local to, or an empty text, and the name."""


@dataclass(frozen=True, eq=False)
class Memory:
    """What is equal by :attr:`key` behaves alike; ``drawn`` counts the free choices that each element made for the packet."""

    headers: Mapping[int, Stack] = field(default_factory=dict)
    metadata: Mapping[Key, Stack] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    drawn: Mapping[Key, int] = field(default_factory=dict)

    @cached_property
    def key(self) -> Hashable:
        """The same for equal memories, and hashed once."""
        return tuple(frozenset(part.items()) for part in (self.headers, self.metadata, self.tags, self.drawn))

    def address(self, place: Header | Address) -> int:
        if place.tag is None:
            return place.offset
        if place.tag not in self.tags:
            raise PathError(f"there is no tag {place.tag}")
        return self.tags[place.tag] + place.offset

    def read(self, target: Target, element: str) -> Cell:
        """The visible allocation, which has a value."""
        stack = self._stack(target, element)
        if not stack:
            raise PathError(f"{told(target)} is not allocated")
        if stack[-1].value is None:
            raise PathError(f"{told(target)} has no value yet")
        return stack[-1]

    def has(self, target: Target, element: str) -> bool:
        try:
            self.read(target, element)
        except PathError:
            return False
        return True

    def width_of(self, target: Target, element: str) -> int | None:
        """The width of the visible allocation, None where there is none."""
        stack = self._stack(target, element)
        return stack[-1].width if stack else None

    def allocate(self, target: Target, width: int, element: str) -> Memory:
        if isinstance(target, Header):
            self._check_overlap(self.address(target), width)
        return self._with(target, element, (*self._stack(target, element), Cell(width)))

    def deallocate(self, target: Target, width: int | None, element: str) -> Memory:
        stack = self._stack(target, element)
        if not stack:
            raise PathError(f"{told(target)} is not allocated")
        if width is not None and stack[-1].width != width:
            raise PathError(f"{told(target)} has {stack[-1].width} bits, not {width}")
        return self._with(target, element, stack[:-1])

    def assign(self, target: Target, value: Hashable, width: int, element: str) -> Memory:
        stack = self._stack(target, element)
        if not stack and isinstance(target, Header):
            raise PathError(f"{told(target)} is not allocated")
        if stack and stack[-1].width != width:
            raise PathError(f"{told(target)} has {stack[-1].width} bits, its new value {width}")
        return self._with(target, element, (*stack[:-1], Cell(width, value)))

    def tag(self, name: str, address: Address) -> Memory:
        return replace(self, tags={**self.tags, name: self.address(address)})

    def untag(self, name: str) -> Memory:
        if name not in self.tags:
            raise PathError(f"there is no tag {name}")
        return replace(self, tags={key: value for key, value in self.tags.items() if key != name})

    def draw(self, name: str, element: str) -> tuple[int, Memory]:
        """How many values of this name the element chose for the packet before, and the memory after one more."""
        count = self.drawn.get((element, name), 0)
        return count, replace(self, drawn={**self.drawn, (element, name): count + 1})

    def names(self) -> list[Key]:
        return sorted(self.metadata)

    def _stack(self, target: Target, element: str) -> Stack:
        if isinstance(target, Header):
            return self.headers.get(self.address(target), ())
        return self.metadata.get(_key(target, element), ())

    def _with(self, target: Target, element: str, stack: Stack) -> Memory:
        if isinstance(target, Header):
            return Memory(_put(self.headers, self.address(target), stack), self.metadata, self.tags, self.drawn)
        return Memory(self.headers, _put(self.metadata, _key(target, element), stack), self.tags, self.drawn)

    def _check_overlap(self, start: int, width: int) -> None:
        for other, stack in self.headers.items():
            size = stack[-1].width
            if start < other + size and other < start + width and (start, width) != (other, size):
                raise PathError(f"the {width} bits at {start} overlap the {size} bits at {other}")


def _key(target: Meta, element: str) -> Key:
    return (element if target.local else "", target.name)


def _put(stacks: Mapping, key: Hashable, stack: Stack) -> dict:
    if stack:
        return {**stacks, key: stack}
    return {other: kept for other, kept in stacks.items() if other != key}


def told(target: Target) -> str:
    """A target as the text form writes it."""
    if isinstance(target, Meta):
        return f"@{target.name}" if target.local else target.name
    sign = "-" if target.offset < 0 else "+"
    return f"[{target.tag}{sign}{abs(target.offset)}]" if target.tag else f"[{target.offset}]"
