# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What code names: the ports that it sends packets to, the metadata that it gives a value."""

from __future__ import annotations

from collections.abc import Iterator

from .sefl import Allocate, Assign, Block, For, Fork, Forward, If, Instruction, Meta


def outputs(code: Block) -> Iterator[str]:
    """Every port that some instruction sends packets to; one may be named several times."""
    for term in _instructions(code):
        if isinstance(term, Forward):
            yield term.port
        elif isinstance(term, Fork):
            yield from term.ports


def metadata(code: Block) -> Iterator[str]:
    """The name of all metadata that some instruction makes or gives a value."""
    for term in _instructions(code):
        if isinstance(term, Allocate | Assign) and isinstance(term.target, Meta):
            yield term.target.name


def _instructions(code: Block) -> Iterator[Instruction]:
    """All of them, those inside others too; shared bodies once.

    Walks with a stack of its own, since a chain of Ifs is as deep as a table has rules.
    """
    seen: set[int] = set()
    waiting: list[Instruction] = [code]
    while waiting:
        term = waiting.pop()
        if id(term) not in seen:
            seen.add(id(term))
            yield term
            waiting += reversed(_inside(term))


def _inside(term: Instruction) -> tuple[Instruction, ...]:
    if isinstance(term, Block):
        return term.instructions
    if isinstance(term, If):
        return (term.then, term.otherwise)
    return (term.body,) if isinstance(term, For) else ()
