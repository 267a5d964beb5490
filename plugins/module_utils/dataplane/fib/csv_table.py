# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a forwarding table written by hand or by a script: ``prefix,port[,gateway]``.

::

    prefix,port,gateway
    0.0.0.0/0,eth0,10.0.0.1
    10.0.0.0/8,eth1
    10.1.0.0/16,eth1,10.0.0.1
    10.1.0.0/16,eth2,10.0.0.2      equal cost: a packet takes either
    10.9.0.0/16,drop
    10.0.0.254,local

The header may be absent. A prefix without a length is one address; ``default`` is allowed where another
line tells the version. The ports ``drop`` and ``local`` stand for what happens to the packets.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from . import addresses
from .builder import TableBuilder
from .lines import Lines, shown
from .table import DROP, LOCAL, Egress, Hop, Table, forward

COLUMNS = ("prefix", "port", "gateway")
WORDS = {"drop": DROP, "local": LOCAL}

Row = tuple[int, list[str]]


def read(text: str, file: str | None = None) -> Table:
    """The table of either version; O(length of the text).

    :raises InputError: with the line, for a row that is none or a prefix that is both forwarded and not
    """
    return _Reader(Lines(text, file)).table()


def rows(lines: Lines, columns: tuple[str, ...]) -> Iterator[Row]:
    """``(line, cells without blanks around them)`` of a CSV text, without empty lines and the header.

    :raises InputError: with the line, when quotes do not match
    """
    reader = csv.reader((f"{line}\n" for _number, line in lines), strict=True)
    first = True
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as wrong:
            lines.refuse(reader.line_num, f"this is no CSV: {wrong}")
        if not any(cells):
            continue
        if not (first and tuple(cell.lower() for cell in cells) == columns[: len(cells)]):
            yield reader.line_num, cells
        first = False


class _Reader:
    """The ways of each prefix: one nearly always, several where more lines name it."""

    def __init__(self, lines: Lines):
        self.lines = lines
        found = (addresses.version_of(cells[0]) for _line, cells in rows(lines, COLUMNS))
        self.version = next((version for version in found if version), 4)
        self.builder = TableBuilder(self.version, lines.file)
        self.known: dict[tuple[str, ...], int] = {}
        self.egresses: dict[int, Egress] = {}

    def table(self) -> Table:
        more: dict[tuple[int, int], list[int]] = {}
        for line, cells in rows(self.lines, COLUMNS):
            prefix, length = self.prefix(line, cells[0])
            way = self.way(line, cells)
            if not self.builder.add(prefix, length, way, line):
                more.setdefault((prefix, length), []).append(way)
        for prefix, ways in more.items():
            first, line = self.builder.held(*prefix)
            egress = self.joined(line, [self.egresses[way] for way in (first, *ways)])
            self.builder.add(*prefix, self.builder.egress(egress), line, rank=-1)
        return self.builder.table()

    def prefix(self, line: int, text: str) -> tuple[int, int]:
        try:
            return (0, 0) if text == "default" else addresses.prefix(text, self.version)
        except ValueError as wrong:
            self.lines.refuse(line, str(wrong))

    def way(self, line: int, cells: list[str]) -> int:
        """The builder's number of a row's egress, looked up where its words were seen before."""
        way = self.known.get(key := tuple(cells[1:]))
        if way is None:
            egress = self.egress(line, cells)
            way = self.known[key] = self.builder.egress(egress)
            self.egresses[way] = egress
        return way

    def egress(self, line: int, cells: list[str]) -> Egress:
        if not 2 <= len(cells) <= 3 or not cells[1]:
            self.lines.refuse(line, f"a row is {', '.join(COLUMNS)} (the last may be absent), not {shown(', '.join(cells))}")
        port, gateway = cells[1], cells[2] if len(cells) == 3 else ""
        if port in WORDS:
            if gateway:
                self.lines.refuse(line, f"{port} has no gateway; leave {shown(gateway)} out")
            return WORDS[port]
        try:
            return forward([Hop(port, addresses.canonical(gateway) if gateway else None)])
        except ValueError as wrong:
            self.lines.refuse(line, str(wrong))

    def joined(self, line: int, egresses: list[Egress]) -> Egress:
        """Several lines of one prefix: the same word, or hops."""
        if len(set(egresses)) == 1:
            return egresses[0]
        if any(not egress.ports for egress in egresses):
            self.lines.refuse(line, "the prefix of this line has ports and a word, or two words; keep one kind")
        return forward(hop for egress in egresses for hop in egress.ports)
