# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The destination annotation: where it comes from and goes to, and the routes that it decides."""

from __future__ import annotations

from ...symbolic.sefl import (
    NOTHING,
    Assign,
    Block,
    Compare,
    Header,
    If,
    Masked,
    Number,
    Read,
)
from .arguments import words
from .building import DST, Use
from .ip import field
from .values import Given, refusal


def get_address(use: Use) -> Block:
    given = use.given("OFFSET", keywords=("IP",))
    name = given.text("IP", "")
    if name in ("src", "dst"):
        return use.then(Assign(DST, Read(field(f"ip.{name}")), origin=use.origin()))
    source = Header("start", 8 * given.number("OFFSET", high=0x3FFF))
    return use.then(Assign(DST, Read(source), origin=use.origin()))


def set_address(use: Use) -> Block:
    return use.then(Assign(DST, Number(use.given("ADDR").address("ADDR"), 32), origin=use.origin()))


def store_address(use: Use) -> Block:
    fixed = len(use.element.arguments) == 2
    given = use.given("ADDR", "OFFSET") if fixed else use.given("OFFSET")
    name = given.text("OFFSET")
    target = field(f"ip.{name}") if name in ("src", "dst") else Header("start", 8 * given.number("OFFSET", high=0x3FFF))
    value = Number(given.address("ADDR"), 32) if fixed else Read(DST)
    store = Assign(target, value, origin=use.origin())
    if fixed:
        return use.then(store)
    return use.then(If(Compare("==", Read(DST), Number(0, 32)), NOTHING, Block((store,)), origin=use.origin()))


def routes(use: Use) -> Block:
    """The longest prefix of the destination annotation decides; a gateway becomes the annotation."""
    table: dict[tuple[int, int], tuple[str, Block]] = {}
    for number, text in enumerate(use.element.arguments, 1):
        prefix, gateway, output = _route(use, text)
        if prefix in table:
            raise refusal(use.element, f"the route {text} has the prefix of another one")
        table[prefix] = (f"route {number}: {text}", _via(use, gateway, output))
    order = sorted(table.items(), key=lambda item: -item[0][1])
    cases = [(Masked(Read(DST), net, mask), label, body) for (net, mask), (label, body) in order]
    return use.branch(*cases, otherwise=use.drop("drops, no route"))


def _via(use: Use, gateway: int | None, output: int) -> Block:
    if not gateway:
        return use.out(output)
    return use.then(Assign(DST, Number(gateway, 32), origin=use.origin()), output=output)


def _route(use: Use, text: str) -> tuple[tuple[int, int], int | None, int]:
    given, parts = Given(use.element, use.names, {}), words(text)
    if len(parts) not in (2, 3) or not parts[-1].isdigit():
        raise refusal(use.element, f"{text} is no route; it is ADDRESS/MASK, perhaps a gateway, and an output")
    gateway = given.as_address(parts[1]) if len(parts) == 3 and parts[1] != "-" else None
    return given.as_prefix(parts[0]), gateway, int(parts[-1])
