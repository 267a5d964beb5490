# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers put before a packet and taken away: where its data begins, and what is allocated there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...symbolic.fields import FIELDS, HEADERS, SIZES
from ...symbolic.sefl import (
    NOTHING,
    Address,
    Allocate,
    Assign,
    Block,
    CreateTag,
    Deallocate,
    Expression,
    Header,
    If,
    Instruction,
    Number,
    Present,
)
from .building import moved
from .window import before


def cleared(bits: int) -> Iterator[Instruction]:
    """Nothing is allocated any more in the bits before the packet's data: what was stripped is written over."""
    for offset in before(bits):
        target = Header("start", offset)
        yield If(Present(target), Block((Deallocate(target),)), NOTHING)


def pushed(header: str, values: Mapping[str, Expression | int]) -> Iterator[Instruction]:
    """A header before the packet's data, which begins with it then; the header's tag points at it.

    :param values: of all fields of the header, by name
    """
    yield from cleared(SIZES[header])
    yield from moved(-(SIZES[header] // 8))
    yield CreateTag(header, Address("start"))
    for name in HEADERS[header]:
        field = FIELDS[name]
        value = values[name]
        yield Allocate(field.target, field.width)
        yield Assign(field.target, Number(value, field.width) if isinstance(value, int) else value)
