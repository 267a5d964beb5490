# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output ports that code names."""

from __future__ import annotations

from collections.abc import Iterator

from .sefl import Block, For, Fork, Forward, If, Instruction


def outputs(code: Block) -> Iterator[str]:
    """Every port that some instruction sends packets to; one may be named several times.

    Walks with a stack of its own, since a chain of Ifs is as deep as a table has rules; shared bodies once.
    """
    seen: set[int] = set()
    waiting: list[Instruction] = [code]
    while waiting:
        term = waiting.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        if isinstance(term, Forward):
            yield term.port
        elif isinstance(term, Fork):
            yield from term.ports
        else:
            waiting += reversed(_inside(term))


def _inside(term: Instruction) -> tuple[Instruction, ...]:
    if isinstance(term, Block):
        return term.instructions
    if isinstance(term, If):
        return (term.then, term.otherwise)
    return (term.body,) if isinstance(term, For) else ()
