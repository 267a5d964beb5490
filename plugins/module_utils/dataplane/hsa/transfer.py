# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer functions of Header Space Analysis, as its tools write them: rules, one a line.

A line has fields between dollars: the action (``fwd``, ``rw`` or ``link``), the ports where packets come in, the bits to
match, a mask and a rewrite (packets leave as ``header & mask | rewrite``), their two inverses, the ports where packets go
out, and bookkeeping. The first rule of a port that matches counts. Headers are 128 bits, written from the last byte:
TCP flags, destination port, source port, protocol, IP destination, IP source, VLAN.

Source: P. Kazemian et al., Header space analysis: static checking for networks, NSDI 2012; the files of its authors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...core.errors import InputError, Place

WIDTH = 128
BITS = re.compile(r"[01x]{8}(,[01x]{8}){15}")
PORTS = re.compile(r"\[(\d+(,\s*\d+)*)?\]")
COLUMNS = 10


@dataclass(frozen=True)
class Rule:
    """Packets of ``inputs`` with ``header & care == match`` leave by all of ``outputs``; where there is none they are dropped.

    ``keep`` and ``write`` are the mask and the rewrite, ``None`` for a rule that changes nothing. All four are numbers of
    128 bits. Of the rules with ``is_link`` all those of a port count, each without a condition.
    """

    inputs: tuple[str, ...]
    match: int
    care: int
    keep: int | None
    write: int
    outputs: tuple[str, ...]
    line: int
    is_link: bool = False


def read(text: str, file: str | None = None) -> list[Rule]:
    """The rules of a file, in order.

    :raises InputError: a line that is none, with its number
    """
    lines = ((number, line) for number, line in enumerate(text.splitlines(), 1) if line and line[0] in "frl")
    rules = [_rule(line, Place(file, number)) for number, line in lines]
    if not rules:
        raise InputError("there is no rule in this file; one begins with fwd, rw or link", Place(file))
    return rules


def _rule(line: str, place: Place) -> Rule:
    columns = line.split("$")
    if len(columns) < COLUMNS or columns[0] not in ("fwd", "rw", "link"):
        raise InputError("this is no rule of a transfer function", place)
    match, care = _wildcard(columns[2], place)
    keep = _number(columns[3], place)
    write = _number(columns[4], place) or 0
    return Rule(
        _ports(columns[1], place), match, care, keep, write, _ports(columns[7], place), place.line or 0, columns[0] == "link"
    )


def _ports(text: str, place: Place) -> tuple[str, ...]:
    if not PORTS.fullmatch(text):
        raise InputError(f"{text!r} is no list of ports", place)
    return tuple(port.strip() for port in text[1:-1].split(",") if port.strip())


def _wildcard(text: str, place: Place) -> tuple[int, int]:
    """The wanted bits and which bits are wanted; nothing for None."""
    if text == "None":
        return 0, 0
    if not BITS.fullmatch(text):
        raise InputError(f"{text!r} is no header of 16 bytes", place)
    bits = text.replace(",", "")
    return int(bits.replace("x", "0"), 2), int(bits.replace("0", "1").replace("x", "0"), 2)


def _number(text: str, place: Place) -> int | None:
    if text == "None":
        return None
    number, care = _wildcard(text, place)
    if care != (1 << WIDTH) - 1:
        raise InputError("a mask or a rewrite has no wildcards", place)
    return number
