# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which output goes to which input where several stand on either side of an arrow.

Source: the manual page click(5) of the Click modular router, sections "Many-to-one connections" and
"Many-to-many connections"; lists of ports that go on without an end are how Click behaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .bounds import CONNECTIONS, Bounds
from .tokens import Token
from .tree import Ports

FIRST = Ports(((0, 0),))
ALL = Ports(((0, 0),), is_open=True)


class End(NamedTuple):
    """A node at one side of an arrow and the ports written at that side."""

    node: int
    ports: Ports | None


class _Side(NamedTuple):
    """The ends at one side; `least` counts their ports, without those that an open list may add."""

    ends: list[End]
    least: int
    is_open: bool

    @property
    def is_many(self) -> bool:
        return self.is_open or self.least > 1

    def ports(self, wanted: int) -> Iterator[tuple[int, int]]:
        """``(node, port)`` in order; an open list goes on until there are as many as wanted."""
        for node, ports in self.ends:
            ranges = [*(ports or FIRST).ranges]
            if ports and ports.is_open and wanted > self.least:
                ranges.append((ranges[-1][1] + 1, ranges[-1][1] + wanted - self.least))
            yield from ((node, port) for first, last in ranges for port in range(first, last + 1))


def pairs(
    outputs: list[End], inputs: list[End], arrow: Token, bounds: Bounds
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """``((node, output port), (node, input port))`` for each connection that an arrow makes.

    One port on one side is paired with every port of the other. Where both sides have several, the
    first goes with the first and so on; that takes ``=>`` and as many on the left as on the right.
    """
    left, right = _side(outputs, arrow), _side(inputs, arrow)
    if arrow.kind == "=>":
        left, right = _opened(left, right), _opened(right, left)
    _check(left, right, arrow)
    count = max(left.least, right.least)
    bounds.spend(CONNECTIONS, count, arrow.spot)
    sources, targets = list(left.ports(count)), list(right.ports(count))
    return zip(_repeated(sources, count), _repeated(targets, count), strict=True)


def _side(ends: list[End], arrow: Token) -> _Side:
    opened = sum(1 for end in ends if end.ports and end.ports.is_open)
    if opened > 1:
        raise arrow.spot.error(f"only one list of ports beside {arrow} can be without an end")
    least = sum(last - first + 1 for end in ends for first, last in (end.ports or FIRST).ranges)
    return _Side(ends, least, opened == 1)


def _opened(side: _Side, other: _Side) -> _Side:
    """An element alone and without ports takes as many as the other side has."""
    if len(side.ends) > 1 or side.ends[0].ports or other.least == 1:
        return side
    return _Side([End(side.ends[0].node, ALL)], 1, is_open=True)


def _check(left: _Side, right: _Side, arrow: Token) -> None:
    if left.is_open and right.is_open:
        raise arrow.spot.error(f"only one list of ports beside {arrow} can be without an end")
    if not (left.is_many and right.is_many):
        return
    if arrow.kind != "=>":
        raise arrow.spot.error("several outputs are connected to several inputs here, which '=>' does, not '->'")
    short, long = sorted((left, right), key=lambda side: side.least)
    if short.least != long.least and not short.is_open:
        sentence = f"{left.least} outputs are connected to {right.least} inputs"
        raise arrow.spot.error(f"{sentence}; write as many ports on the left of '=>' as on the right")


def _repeated(ports: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    return ports * count if len(ports) == 1 else ports
