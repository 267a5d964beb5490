# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Cisco's ``show ip cef``: the table by which the hardware of a router forwards.

::

    Prefix               Next Hop             Interface
    0.0.0.0/0            172.20.4.2           Vlan2
    10.0.0.0/8           attached             Null0             thrown away
    171.64.0.107/32      172.20.10.3          Vlan11
                         172.20.10.6          Vlan11            equal cost: either of both
    172.20.4.1/32        receive              Vlan2             the router's own address
    224.0.0.0/4          multicast

Unlike ``show ip route`` it holds the router's own and the broadcast addresses, and next hops are already
resolved to interfaces. Source: the command's description in Cisco's "IOS IP Switching Command Reference".
"""

from __future__ import annotations

import re

from . import addresses
from .builder import TableBuilder
from .lines import Lines, shown
from .table import DROP, LOCAL, Egress, Hop, Table, forward

HEADER = re.compile(r"Prefix\s+Next Hop\s+Interface\s*")

# What stands in place of a next hop. A unicast table sends no multicast on: that is the business of the
# router's own multicast table.
WORDS = {"receive": LOCAL, "multicast": LOCAL, "drop": DROP, "discard": DROP, "no route": DROP}
ATTACHED = "attached"
NULL = re.compile(r"Null\d+")
REMARK = "(default route handler entry)"


def read(text: str, file: str | None = None) -> Table:
    """The IPv4 table; O(length of the text).

    :raises InputError: with the line, when it is no entry of such a table
    """
    return _Reader(Lines(text, file)).table()


Entry = list[tuple[int, str]]


class _Reader:
    """An entry is a line with a prefix and those after it that begin with blanks; each such text is understood once."""

    def __init__(self, lines: Lines):
        self.lines = lines
        self.builder = TableBuilder(4, lines.file)
        self.known: dict[tuple[str, ...], int] = {}

    def table(self) -> Table:
        entry: Entry = []
        for number, line in self.lines:
            if line[:1].isdecimal():
                self.add(entry)
                entry = []
            elif not line.strip() or HEADER.fullmatch(line):
                continue
            elif not entry or not line[0].isspace():
                self.lines.refuse(
                    number, f"{shown(line)} is no entry of `show ip cef`: an IPv4 prefix, a next hop, an interface"
                )
            entry.append((number, line))
        self.add(entry)
        return self.builder.table()

    def add(self, entry: Entry) -> None:
        if not entry:
            return
        number, line = entry[0]
        head, _blank, rest = line.partition(" ")
        key = (rest, *[text for _number, text in entry[1:]])
        if key not in self.known:
            self.known[key] = self.builder.egress(self.joined([(number, rest), *entry[1:]]))
        self.builder.add(*self.prefix(number, head), self.known[key], number)

    def joined(self, texts: Entry) -> Egress:
        """The way out that the lines of an entry describe: the same word on each, or hops of equal cost."""
        ways = [self.egress(number, text) for number, text in texts]
        if len(set(ways)) == 1:
            return ways[0]
        if any(not way.ports for way in ways):
            self.lines.refuse(texts[0][0], "this prefix is both forwarded and not; give each prefix next hops or one word")
        return forward(hop for way in ways for hop in way.ports)

    def prefix(self, number: int, text: str) -> tuple[int, int]:
        try:
            return addresses.prefix(text, 4)
        except ValueError as wrong:
            self.lines.refuse(number, f"an entry of `show ip cef` begins with an IPv4 prefix, but {wrong}")

    def egress(self, number: int, text: str) -> Egress:
        wanted = text.replace(REMARK, "").strip()
        for word, egress in WORDS.items():
            if wanted == word or (wanted.startswith(f"{word} ") and len(wanted[len(word) :].split()) == 1):
                return egress
        next_hop, *ports = wanted.split() or [""]
        if len(ports) != 1:
            self.lines.refuse(number, f"{shown(wanted)} is no next hop and interface, and none of {', '.join(WORDS)}")
        hop = Hop(ports[0], None if next_hop == ATTACHED else self.gateway(number, next_hop))
        return DROP if NULL.fullmatch(hop.port) else forward([hop])

    def gateway(self, number: int, text: str) -> str:
        try:
            return addresses.canonical(text)
        except ValueError:
            self.lines.refuse(number, f"{shown(text)} is no next hop: an address, {ATTACHED} or one of {', '.join(WORDS)}")
