# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects routes, each prefix and each egress once, and makes a table of them."""

from __future__ import annotations

from collections.abc import Iterator

from .addresses import WIDTH
from .table import Egress, Table


class TableBuilder:
    """Takes routes one by one, in constant time each.

    Of several routes for one prefix the one with the lowest rank is used, and among equal ranks the
    first; readers whose format knows no ranks leave them at 0.
    """

    def __init__(self, version: int, file: str | None = None):
        self.version = version
        self.file = file
        self._egresses: dict[Egress, int] = {}
        self._places: dict[int, int] = {}  # prefix and length in one number -> place in these lists
        self._choices: list[int] = []
        self._lines: list[int] = []
        self._ranks: list[int] = []
        self._rivals: dict[int, int] = {}  # place -> line of the next route of the same rank, by another egress

    def __bool__(self) -> bool:
        return bool(self._places)

    def egress(self, egress: Egress) -> int:
        """The number by which :meth:`add` knows this egress."""
        return self._egresses.setdefault(egress, len(self._egresses))

    def add(self, prefix: int, length: int, egress: int, line: int, rank: int = 0) -> bool:
        """Takes a route; tells whether it is the first for its prefix."""
        end = len(self._lines)
        place = self._places.setdefault(prefix << 8 | length, end)
        if place == end:
            self._choices.append(egress)
            self._lines.append(line)
            self._ranks.append(rank)
            return True
        if rank < self._ranks[place]:
            self._choices[place], self._lines[place], self._ranks[place] = egress, line, rank
            self._rivals.pop(place, None)
        elif rank == self._ranks[place] and egress != self._choices[place]:
            self._rivals.setdefault(place, line)
        return False

    def rivals(self) -> Iterator[tuple[int, int, int, int]]:
        """``(prefix, length, line, line of the other)`` of each route that is used only because it stands before another."""
        keys = list(self._places) if self._rivals else []
        for place, other in self._rivals.items():
            yield keys[place] >> 8, keys[place] & 0xFF, self._lines[place], other

    def held(self, prefix: int, length: int) -> tuple[int, int]:
        """``(egress, line)`` of the route that is used so far for a prefix that was added."""
        place = self._places[prefix << 8 | length]
        return self._choices[place], self._lines[place]

    def add_below(self, other: TableBuilder) -> None:
        """The routes of a table that is asked only where this one has no route.

        A route of ours covers its whole prefix, so theirs for that prefix and all longer ones within it
        are never asked; all others go by the longest match over both. Time: O(routes of the other ×
        different lengths of ours).
        """
        width = WIDTH[self.version]
        covered: dict[int, set[int]] = {}
        for key in self._places:
            covered.setdefault(key & 0xFF, set()).add(key >> 8)
        masks = [(bits, ~((1 << width - bits) - 1), prefixes) for bits, prefixes in covered.items()]
        numbers = {number: self.egress(egress) for egress, number in other._egresses.items()}
        for key, place in other._places.items():
            prefix, length = key >> 8, key & 0xFF
            if not any(bits <= length and prefix & mask in prefixes for bits, mask, prefixes in masks):
                self.add(prefix, length, numbers[other._choices[place]], other._lines[place])
                if place in other._rivals:
                    self._rivals[self._places[key]] = other._rivals[place]

    def table(self) -> Table:
        """What was collected, in the order in which each prefix came first; O(routes)."""
        used = {number: index for index, number in enumerate(dict.fromkeys(self._choices))}
        known = list(self._egresses)
        return Table(
            self.version,
            tuple([key >> 8 for key in self._places]),
            tuple([key & 0xFF for key in self._places]),
            tuple([used[number] for number in self._choices]),
            tuple(self._lines),
            tuple(known[number] for number in used),
            self.file,
            tuple(sorted({hop.port for egress in known for hop in egress.ports})),
        )
