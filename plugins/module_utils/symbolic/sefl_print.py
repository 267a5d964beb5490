# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints SEFL in the form that :mod:`.sefl_text` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from . import sefl
from .decisions import links
from .memory import told
from .values import TARGETS

PLAIN = re.compile(r"[\w.\/:@-]+")


def program(code: sefl.Program) -> str:
    return "".join(f"port {_port(name)} {block(body)}\n" for name, body in code.ports.items())


def block(body: sefl.Block, indent: str = "") -> str:
    if not body.instructions:
        return "{}"
    inner = indent + "  "
    return "{\n" + "".join(f"{inner}{instruction(one, inner)}\n" for one in body.instructions) + indent + "}"


def instruction(one: sefl.Instruction, indent: str = "") -> str:
    if isinstance(one, sefl.Block):
        return block(one, indent)
    if isinstance(one, sefl.If):
        return _chain(one, indent)
    if isinstance(one, sefl.For):
        return f"For ({one.variable} in {json.dumps(one.pattern)}) {block(one.body, indent)}"
    return f"{type(one).__name__}({', '.join(_arguments(one))})"


def _chain(first: sefl.If, indent: str) -> str:
    chain = list(links(first))
    text = " Else ".join(f"If ({condition(link.condition)}) {block(link.then, indent)}" for link in chain)
    rest = chain[-1].otherwise
    return f"{text} Else {block(rest, indent)}" if rest.instructions else text


def _arguments(one: sefl.Instruction) -> Iterator[str]:
    if isinstance(one, sefl.Allocate | sefl.Deallocate):
        yield target(one.target)
        yield from (str(one.width),) if one.width is not None else ()
    elif isinstance(one, sefl.Assign):
        yield from (target(one.target), expression(one.value))
    elif isinstance(one, sefl.CreateTag):
        yield from (one.name, _address(one.address))
    elif isinstance(one, sefl.DestroyTag):
        yield one.name
    elif isinstance(one, sefl.Constrain):
        yield condition(one.condition)
    elif isinstance(one, sefl.Fork):
        yield from map(_port, one.ports)
    elif isinstance(one, sefl.Forward):
        yield _port(one.port)
    elif isinstance(one, sefl.Fail):
        yield json.dumps(one.message)


def _port(name: str) -> str:
    return name if PLAIN.fullmatch(name) else json.dumps(name)


def _address(place: sefl.Address) -> str:
    if place.tag is None:
        return str(place.offset)
    return f"{place.tag} {'-' if place.offset < 0 else '+'} {abs(place.offset)}"


def target(place: sefl.Target) -> str:
    return TARGETS.get(place) or told(place)


def expression(term: sefl.Expression) -> str:
    if isinstance(term, sefl.Number):
        return f"{term.width}w{term.value}" if term.width else str(term.value)
    if isinstance(term, sefl.Read):
        return target(term.target)
    if isinstance(term, sefl.Symbol):
        return f"symbol({term.name}, {term.width})"
    if isinstance(term, sefl.Slice):
        return f"bits({expression(term.value)}, {term.low}, {term.width})"
    if isinstance(term, sefl.Extend):
        return f"extend({expression(term.value)}, {term.width})"
    sign = "+" if isinstance(term, sefl.Sum) else "-"
    return f"({expression(term.left)} {sign} {expression(term.right)})"


def condition(term: sefl.Condition) -> str:
    """In brackets wherever another reading were possible."""
    if isinstance(term, sefl.Compare):
        return f"{expression(term.left)} {term.operator} {expression(term.right)}"
    if isinstance(term, sefl.Within):
        return f"{expression(term.value)} in {{{', '.join(_range(*pair) for pair in term.ranges)}}}"
    if isinstance(term, sefl.Masked):
        return f"mask({expression(term.value)}, {term.match:#x}, {term.mask:#x})"
    if isinstance(term, sefl.Present):
        return f"present({target(term.target)})"
    if isinstance(term, sefl.Not):
        return f"!({condition(term.condition)})"
    return _joined(term)


def _joined(term: sefl.All | sefl.Any) -> str:
    if not term.conditions:
        return "true" if isinstance(term, sefl.All) else "false"
    sign = " && " if isinstance(term, sefl.All) else " || "
    return sign.join(f"({condition(one)})" for one in term.conditions)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"
