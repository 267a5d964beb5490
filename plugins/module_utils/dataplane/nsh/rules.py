# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an element of a service chain does with network service headers: rules, one a line.

::

    encap users path 7 index 255 to sff     what comes in at users without a header gets one, and leaves by sff
    forward path 7 index 255 to fw          a forwarder sends packets of this path and index on by fw
    decap path 7 index 253 to servers       the header is taken off
    serve in to out                         a service function: the index is lowered by one

``encap`` may have ``md 2`` (no context header; else MD type 1, whose context is zero) and ``ttl 63``. The text behind a
``#`` is a comment. This form is ours; what it says is that of RFC 8300.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core.errors import InputError, Place
from ...model import nsh

SHAPES: Mapping[str, tuple[str, ...]] = {
    "encap": ("PORT", "path", "index", "to"),
    "forward": ("path", "index", "to"),
    "decap": ("path", "index", "to"),
    "serve": ("PORT", "to"),
}
OPTIONAL: Mapping[str, tuple[str, ...]] = {"encap": ("md", "ttl")}
RANGES = {"path": (0, nsh.MOST_PATH), "index": (0, nsh.MOST_INDEX), "md": (1, 2), "ttl": (1, nsh.MOST_TTL)}


@dataclass(frozen=True)
class Rule:
    """One line; ``port`` is where packets come in, for rules that say it, and ``numbers`` has its numbers by their words."""

    kind: str
    to: str
    line: int
    port: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.kind, *(f"{word} {number}" for word, number in self.numbers.items()), f"to {self.to}"])


def read(text: str, file: str | None = None) -> list[Rule]:
    """The rules of a text, in order.

    :raises InputError: with the line, when it is no rule, or says something else about what an earlier one is of
    """
    lines = ((number, line.partition("#")[0].split()) for number, line in enumerate(text.splitlines(), 1))
    rules = [_rule(words, Place(file, number)) for number, words in lines if words]
    first: dict[tuple, Rule] = {}
    for rule in rules:
        key = ("port", rule.port) if rule.port else ("path", rule.numbers["path"], rule.numbers["index"])
        if first.setdefault(key, rule) is not rule:
            raise InputError(
                f"what comes there has a rule already, in line {first[key].line}; keep one", Place(file, rule.line)
            )
    return rules


def _rule(words: list[str], place: Place) -> Rule:
    kind, *rest = words
    if kind not in SHAPES:
        raise InputError(f"{kind!r} is no rule; they begin with {', '.join(SHAPES)}", place)
    port = rest.pop(0) if SHAPES[kind][0] == "PORT" and rest else None
    given = dict(zip(rest[::2], rest[1::2], strict=False))
    needed = {word for word in SHAPES[kind] if word != "PORT"}
    if len(rest) % 2 or len(given) * 2 != len(rest) or not needed <= set(given) <= needed | set(OPTIONAL.get(kind, ())):
        shape = " ".join(word if word == "PORT" else f"{word} {word.upper()}" for word in SHAPES[kind])
        raise InputError(f"this is no rule of {kind}; write {kind} {shape}", place)
    to = given.pop("to")
    return Rule(kind, to, place.line or 0, port, {word: _number(word, text, place) for word, text in given.items()})


def _number(word: str, text: str, place: Place) -> int:
    low, high = RANGES[word]
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
        raise InputError(f"{text!r} is no {word}; it is a number from {low} to {high}", place)
    return int(text)
