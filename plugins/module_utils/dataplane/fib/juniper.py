# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Juniper's ``show route forwarding-table``, which may stand inside XML tags.

::

    Routing table: default.inet
    Internet:
    Destination        Type RtRef Next hop           Type Index NhRef Netif
    default            perm     1                    rjct    36     3
    1.8.1.0/24         user     0                    indr 2097182  2819
                                  64.57.28.112       ucst  1254    68 ge-6/1/0.0
    64.57.16.81/32     intf     0 64.57.16.81        locl   904     2

A destination or next hop that is too long for its column ends its line, and the rest follows on the
next. Of several entries for one destination the first is in use (a ``user`` default before the
``perm`` one). Tables of other families (ISO, MPLS), of other routing instances, and routes by more than
the destination have no place in a :class:`Table`: ``233.4.200.18.128.105.40.15/64`` is a multicast group
and its source, ``64.57.28.241.150.99.111.244.4/72`` the ends of a tunnel and its protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import addresses, juniper_words
from .builder import TableBuilder
from .juniper_words import NextHops
from .lines import Lines, shown
from .table import Table

TITLE = re.compile(r"^Routing table: (?:(\S+)\.)?([a-z0-9-]+)(?: \[Index \d+\])?\s*?$", re.MULTILINE)
FAMILIES = {"inet": 4, "inet6": 6}
MAIN = "default"
HEADINGS = re.compile(
    r"Internet6?:\s*|Destination\s+Type\s+RtRef\s+Next hop\s+Type\s+Index\s+NhRef\s+Netif\s*|Enabled protocols:.*"
)
TAG = re.compile(r"(<[^<>]*>\s*)+")
LONGER = {
    4: re.compile(r"\d{1,3}(\.\d{1,3}){7,8}/\d{1,3}"),
    6: re.compile(r"[0-9a-f:]+/(129|1[3-9]\d|2\d\d)"),
}


def read(text: str, file: str | None = None, version: int | None = None, instance: str = MAIN) -> Table:
    """The unicast table of one routing instance; O(length of the text).

    Without a version it is IPv4's where the text has it, else IPv6's.

    :raises InputError: when the text has no such table, or with the line that cannot be read
    """
    lines = Lines(text, file)
    titles = (_name(title) for title in TITLE.finditer(text))
    names = {name: None for name in titles if name}
    held = [(instance, one) for one in (4, 6) if (instance, one) in names and version in (None, one)]
    if not held:
        there = shown(", ".join(f"{name} (IPv{one})" for name, one in names)) if names else "none"
        lines.refuse(None, f"there is no table of {shown(instance)} for IPv{version or '4 or IPv6'}; the text has {there}")
    return _Reader(lines, held[0][1]).table(_section(lines, held[0]))


def _name(title: re.Match[str]) -> tuple[str, int] | None:
    """The routing instance and the version of a table, None for one of another family."""
    family = FAMILIES.get(title[2])
    return (title[1] or MAIN, family) if family else None


def _section(lines: Lines, wanted: tuple[str, int]) -> Iterator[tuple[int, str]]:
    """The numbered lines of one table, without headings and tags."""
    inside: bool | None = None
    for number, line in lines:
        plain = line[:1] == " " or line[:1].isdecimal()
        if not plain and (title := TITLE.fullmatch(line)):
            inside = _name(title) == wanted
        elif not line.strip() or (not plain and (TAG.fullmatch(line) or HEADINGS.fullmatch(line))):
            continue
        elif inside:
            yield number, line
        elif inside is None:
            lines.refuse(number, f"{shown(line)} stands before any line `Routing table: NAME`")


class _Reader:
    """Reads one table. Thousands of entries share their next hops, so each list of these is understood once."""

    def __init__(self, lines: Lines, version: int):
        self.lines = lines
        self.version = version
        self.builder = TableBuilder(version, lines.file)
        self.known: dict[tuple[str, ...], int | None] = {}

    def table(self, section: Iterator[tuple[int, str]]) -> Table:
        destination, texts, numbers = "", [""], [0]
        for number, line in section:
            if line[0] != " ":
                if destination:
                    self.add(destination, texts, numbers)
                destination, _blank, rest = line.partition(" ")
                texts, numbers = [rest], [number]
            elif destination:
                texts.append(line)
                numbers.append(number)
            else:
                self.lines.refuse(number, "a next hop stands before any destination")
        if destination:
            self.add(destination, texts, numbers)
        return self.builder.table()

    def add(self, destination: str, texts: list[str], numbers: list[int]) -> None:
        """One entry, its lines without the destination: into the table, unless no unicast packet can follow it."""
        key = tuple(texts)
        if key not in self.known:
            self.known[key] = self.egress(texts, numbers)
        egress, number = self.known[key], numbers[0]
        prefix = self.prefix(number, destination)
        if prefix is not None and egress is not None:
            self.builder.add(*prefix, egress, number)

    def prefix(self, number: int, destination: str) -> tuple[int, int] | None:
        """None for a destination that is more than one."""
        try:
            return (0, 0) if destination == "default" else addresses.prefix(destination, self.version)
        except ValueError as wrong:
            if not LONGER[self.version].fullmatch(destination):
                self.lines.refuse(number, str(wrong))
        return None

    def egress(self, texts: list[str], numbers: list[int]) -> int | None:
        """The builder's number of the way out that the lines of an entry describe, or None for one out of use."""
        next_hops = NextHops()
        for number, text in zip(numbers, texts, strict=True):
            try:
                if text.strip():
                    next_hops.take(juniper_words.parse(text))
            except ValueError as wrong:
                self.lines.refuse(number, str(wrong))
        try:
            return self.builder.egress(next_hops.egress()) if next_hops.used() else None
        except ValueError as wrong:
            self.lines.refuse(numbers[0], str(wrong))
