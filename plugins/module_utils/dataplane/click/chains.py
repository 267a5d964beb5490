# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declarations and connections: chains of elements with arrows between them.

A declaration is a chain of one step. Inside braces and groups the first element of a chain may be
left out and is then ``input``, and the last one ``output``; this is settled here.

Source: the manual page click(5) of the Click modular router, sections SHORTHAND and BNF GRAMMAR.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from .bounds import HIGHEST_PORT
from .tokens import Token, Tokens
from .tree import Chain, Declaration, Group, Ports, Reference, Unnamed, Use

if TYPE_CHECKING:
    from .syntax import Parser

ARROWS = ("->", "=>")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]{1,8})|(0[0-7]{0,9})|([1-9][0-9]{0,9})")
BASES = (16, 8, 10)  # of the three ways above


def chain(parser: Parser) -> Chain:
    """A step, and another after each arrow."""
    steps, arrows = [_step(parser, is_first=True)], []
    while parser.tokens.peek().kind in ARROWS:
        arrows.append(parser.tokens.take())
        steps.append(_step(parser, is_first=False))
    _check_ends(steps)
    _check_next(parser.tokens.peek())
    if not arrows:
        steps = [_spread(steps[0])]
    return Chain(tuple(steps), tuple(arrows))


def _check_ends(steps: list[tuple[Use, ...]]) -> None:
    for use in steps[0]:
        if use.inputs:
            raise use.spot.error("nothing is connected to the input port before this element; write an arrow before the port")
    for use in steps[-1]:
        if use.outputs:
            raise use.spot.error("nothing is connected to the output port after this element; write an arrow after the port")


def _check_next(token: Token) -> None:
    """A statement needs no semicolon at its end, but what comes next must not look like more of it."""
    if token.kind in ("(", "::"):
        raise token.spot.error(f"{token} has no meaning after this; if a statement ends here, write ';'")


def _spread(step: tuple[Use, ...]) -> tuple[Use, ...]:
    """``a, b :: Class(x)`` declares both; where an arrow follows, or a port, it declares b alone."""
    *others, last = step
    bare = all(isinstance(use.what, Reference) and use.what.configuration is None for use in others)
    if not bare or not isinstance(last.what, Declaration) or any(use.inputs or use.outputs for use in step):
        return step
    return (*(replace(use, what=replace(last.what, name=use.what.name)) for use in others), last)


def _step(parser: Parser, is_first: bool) -> tuple[Use, ...]:
    uses = [_use(parser, is_first, is_alone=True)]
    while parser.tokens.accept(","):
        uses.append(_use(parser, is_first, is_alone=False))
    token = parser.tokens.peek()
    if not is_first and token.kind in ARROWS and any(isinstance(use.what, Reference) and use.what.is_left_out for use in uses):
        raise token.spot.error(f"an element must be named before {token}; only at the ends of a chain it may be left out")
    return tuple(uses)


def _use(parser: Parser, is_first: bool, is_alone: bool) -> Use:
    tokens = parser.tokens
    inputs, token = _ports(tokens), tokens.peek()
    if token.kind not in READERS:
        return _left_out(parser, is_first, is_alone, inputs)
    what = READERS[token.kind](parser)
    return Use(what, inputs, _ports(tokens), token.spot)


def _named(parser: Parser) -> Reference | Declaration:
    name = parser.tokens.take().text
    if parser.tokens.accept("::"):
        of = parser.class_()
        return Declaration(name, of, parser.configuration() or "")
    return Reference(name, parser.configuration())


def _unnamed(parser: Parser) -> Unnamed:
    return Unnamed(parser.braces(), parser.configuration() or "")


def _group(parser: Parser) -> Group:
    opening = parser.tokens.take()
    with parser.inside(opening, ")"):
        return Group(parser.statements(")", "end"))


READERS = {"name": _named, "{": _unnamed, "(": _group}


def _left_out(parser: Parser, is_first: bool, is_alone: bool, ports: Ports | None) -> Use:
    """``input`` before the first arrow of a chain, or ``output`` after the last one.

    Among others with commas it can be left out only where its port is written.
    """
    token = parser.tokens.peek()
    at_the_end = token.kind == "," or (token.kind in ARROWS) == is_first
    if not parser.depth or not at_the_end or not (ports or (is_alone and token.kind != ",")):
        raise token.spot.error(f"an element is expected here, not {token}")
    what = Reference("input" if is_first else "output", None, is_left_out=True)
    return Use(what, None if is_first else ports, ports if is_first else None, token.spot)


def _ports(tokens: Tokens) -> Ports | None:
    """``[1]``, ``[0, 2-4]``, and lists that go on, ``[]`` and ``[0, 1,]``; None where there is no bracket."""
    if not tokens.accept("["):
        return None
    ranges: list[tuple[int, int]] = []
    while not tokens.accept("]"):
        ranges.append(_range(tokens))
        if tokens.accept("]"):
            return Ports(tuple(ranges))
        tokens.expect(",", "',' or ']' after a port number")
    return Ports(tuple(ranges) or ((0, 0),), is_open=True)


def _range(tokens: Tokens) -> tuple[int, int]:
    token = tokens.peek()
    first = _number(tokens)
    last = _number(tokens) if tokens.accept("-") else first
    if last < first:
        raise token.spot.error(f"the ports {first}-{last} run backwards; write {last}-{first}")
    return first, last


def _number(tokens: Tokens) -> int:
    """A port, written as in C: decimal, hexadecimal after 0x, octal after 0."""
    token = tokens.expect("name", "a port number")
    match = NUMBER.fullmatch(token.text)
    number = int(match[0], BASES[match.lastindex - 1]) if match else None
    if number is None or number > HIGHEST_PORT:
        raise token.spot.error(f"{token} is no port number; ports are whole numbers up to {HIGHEST_PORT}")
    return number
