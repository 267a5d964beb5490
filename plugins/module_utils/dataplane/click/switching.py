# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Elements that choose among outputs, by an annotation, by their own state or freely; and those that copy."""

from __future__ import annotations

from ...symbolic.sefl import Assign, Block, Compare, Number, Read
from .building import PAINT, Use
from .values import refusal


def passing(use: Use) -> Block:
    return use.out()


def monitor(use: Use) -> Block:
    """Each input has an output of its own."""
    return use.out(use.input)


def discard(use: Use) -> Block:
    return use.drop()


def gauge(use: Use) -> Block:
    """Passes packets on where there is an output, and ends them where there is none."""
    return use.out() if use.outputs else use.drop("takes the packet")


def any_output(use: Use) -> Block:
    """Which output is not decided by what the packet carries."""
    return use.choice(*_each(use, "chooses output"))


def _each(use: Use, label: str) -> list[tuple[str, Block]]:
    found = [(f"{label} {number}", use.outputs[number]) for number in sorted(use.outputs)]
    return found or [("", use.drop("drops, no output is connected"))]


def maybe(use: Use) -> Block:
    """Output 0, or for some packets output 1, or nowhere without one."""
    return use.choice(("chooses output 0", use.out(0)), ("chooses output 1", use.out(1)))


def copies(use: Use) -> Block:
    """A copy for each output; a copy is followed as a choice, which comes to the same for what a policy asks."""
    return use.choice(*_each(use, "copy for output"))


def switch(use: Use) -> Block:
    number = use.given("OUTPUT").number("OUTPUT", 0, low=-0x80000000)
    return use.out(number) if number >= 0 else use.drop("is switched off")


def pull_switch(use: Use) -> Block:
    """Takes packets from one of its inputs; those that wait at the others go nowhere."""
    number = use.given("INPUT").number("INPUT", 0, low=-0x80000000)
    return use.out() if use.input == number else use.drop(f"does not pull input {use.input}")


def paint(use: Use) -> Block:
    color = _color(use)
    return use.then(Assign(PAINT, Number(color, 8), origin=use.origin(f"paints {color}")))


def check_paint(use: Use) -> Block:
    return use.check(Compare("==", Read(PAINT), Number(_color(use))), says="paint")


def paint_tee(use: Use) -> Block:
    painted = Compare("==", Read(PAINT), Number(_color(use)))
    both = use.choice(("sends it", use.out(0)), ("copies it", use.out(1)))
    return use.branch((painted, "is painted so", both), otherwise=use.out(0))


def paint_switch(use: Use) -> Block:
    _no_annotation(use)
    cases = [
        (Compare("==", Read(PAINT), Number(number)), f"paint {number}", use.outputs[number])
        for number in sorted(use.outputs)
        if number < 255
    ]
    every = (Compare("==", Read(PAINT), Number(255)), "paint 255 to all", copies(use))
    return use.branch(*cases, every, otherwise=use.drop("drops, no output has this paint"))


def _color(use: Use) -> int:
    _no_annotation(use)
    return use.given("COLOR").number("COLOR", high=255)


def _no_annotation(use: Use) -> None:
    if len(use.element.arguments) > 1 or any(text.startswith("ANNO") for text in use.element.arguments):
        raise refusal(use.element, "only the PAINT annotation is modelled; leave ANNO out")
