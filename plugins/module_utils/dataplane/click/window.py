# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of a packet by their offset from where its data begins, as conditions on the fields that cover them.

Header memory has fields, not bytes, so a window of bytes is looked for in every place where a known layout has field
boundaries. Which of them a packet has is told by which boundaries are present; where it has none of them the bytes are
unknown, and looking at them is an error of the model that a user sees, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ...symbolic.fields import HEADERS
from ...symbolic.layouts import TEMPLATES
from ...symbolic.sefl import All, Any, Compare, Condition, Header, Masked, Meta, Not, Number, Present, Read

Cell = tuple[int, int]
"""Where a field begins, in bits from the start of the packet, and its width."""


class Candidate(NamedTuple):
    cells: tuple[Cell, ...]
    ends: int | None

    @property
    def edges(self) -> frozenset[int]:
        return frozenset(low for low, _width in self.cells) | ({self.ends} if self.ends is not None else frozenset())


@cache
def stacks() -> frozenset[tuple[str, ...]]:
    """The headers of each layout whose bytes Click is asked about: no service or routing headers, which Click has not."""
    stacks = (layout.headers for many in TEMPLATES.values() for layout in many)
    return frozenset(headers for headers in stacks if not {"nsh", "srh"} & set(headers))


@cache
def suffixes() -> tuple[tuple[Cell, ...], ...]:
    """The fields of each known layout from each of its headers on."""
    found = {headers[first:] for headers in stacks() for first in range(len(headers))}
    return tuple(_cells(headers) for headers in sorted(found))


def _cells(headers: tuple[str, ...]) -> tuple[Cell, ...]:
    cells, offset = [], 0
    for header in headers:
        for width in HEADERS[header].values():
            cells.append((offset, width))
            offset += width
    return tuple(cells)


@cache
def before(width: int) -> tuple[int, ...]:
    """Where fields may begin that lie in the ``width`` bits before a header, in bits from there."""
    prefixes = {headers[:end] for headers in stacks() for end in range(1, len(headers))}
    found = set()
    for headers in prefixes:
        cells = _cells(headers)
        size = sum(cells[-1])
        found |= {low - size for low, wide in cells if low + wide - size > -width}
    return tuple(sorted(found))


@cache
def candidates(low: int, high: int) -> tuple[Candidate, ...]:
    found = dict.fromkeys(_covering(cells, low, high) for cells in suffixes() if sum(cells[-1]) >= high)
    return tuple(found)


def _covering(cells: tuple[Cell, ...], low: int, high: int) -> Candidate:
    inside = tuple(cell for cell in cells if cell[0] < high and sum(cell) > low)
    after = sum(inside[-1])
    return Candidate(inside, after if after < sum(cells[-1]) else None)


def matches(offset: int, match: int, mask: int, length: int) -> Condition:
    """The ``length`` bytes at ``offset`` are ``match`` in the bits of ``mask``."""
    while length > 1 and not mask & 0xFF:
        match, mask, length = match >> 8, mask >> 8, length - 1
    low, high = 8 * offset, 8 * (offset + length)
    options = candidates(low, high)
    everywhere = frozenset().union(*(one.edges for one in options))
    shapes = [_shape(one, everywhere) for one in options]
    found = [All((*shape, *_values(one, low, high, match & mask, mask))) for one, shape in zip(options, shapes, strict=True)]
    return Any((*found, All((Not(Any(tuple(map(All, shapes)))), unknown(offset)))))


def unknown(offset: int) -> Condition:
    """Cannot be looked at: the error names the byte."""
    return Compare("==", Read(Meta(f"byte {offset} of the packet", local=True)), Number(0, 1))


def _shape(one: Candidate, everywhere: frozenset[int]) -> tuple[Condition, ...]:
    first = one.cells[0][0]
    last = one.ends if one.ends is not None else sum(one.cells[-1]) - 1
    there = [edge for edge in sorted(everywhere) if first <= edge <= last]
    return tuple(Present(Header("start", edge)) if edge in one.edges else Not(Present(Header("start", edge))) for edge in there)


def _values(one: Candidate, low: int, high: int, match: int, mask: int) -> Iterator[Condition]:
    for begin, width in one.cells:
        first, last = max(low, begin), min(high, begin + width)
        bits = (1 << (last - first)) - 1
        up = begin + width - last
        part, of = (mask >> (high - last)) & bits, (match >> (high - last)) & bits
        if part:
            yield Masked(Read(Header("start", begin)), of << up, part << up)
