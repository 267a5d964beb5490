# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the routes of a Linux machine: ``ip route``, ``ip -6 route`` and ``ip -json route``, of any of its tables.

::

    default via 10.0.0.1 dev eth0 proto dhcp metric 100
    10.1.0.0/16 proto static
            nexthop via 10.0.0.1 dev eth0 weight 1
            nexthop via 10.0.1.1 dev eth1 weight 1
    blackhole 10.9.0.0/16
    local 10.0.0.2 dev eth0 table local proto kernel scope host src 10.0.0.2

The text may hold the tables local and main together (``ip -4 route show table all``), of one version of IP.
What says nothing about where packets go (``proto``, ``src``, ``mtu`` …) is known and passed over.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

from . import addresses, ip_route_json
from .kernel_tables import PARTIAL, TYPES, UNICAST, KernelTables, Meaning, Understood, Way, version_of
from .lines import Lines, shown
from .table import Table

# Words without a value, and words with one, that say nothing about where packets go. What a kernel calls
# `linkdown` it still uses, unless its settings say otherwise.
FLAGS = {
    *("onlink", "pervasive", "linkdown", "offload", "offload_failed", "trap", "notify", "unresolved"),
    *("rt_offload", "rt_offload_failed", "rt_trap", "nh_info"),
}
VALUED = {
    *("proto", "protocol", "scope", "src", "weight", "nhid", "realm", "realms", "expires", "error", "mark", "uid"),
    *("mtu", "advmss", "window", "rtt", "rttvar", "rto_min", "ssthresh", "cwnd", "initcwnd", "initrwnd", "reordering"),
    *("hoplimit", "quickack", "congctl", "features", "fastopen_no_cookie", "ttl-propagate", "id", "group"),
}
FAMILIES = ("inet", "inet6")


def read(text: str, file: str | None = None) -> Table:
    """The table; O(length of the text).

    :raises InputError: with the line (the entry's number in JSON), when it is no route or one that a table by
        destination cannot hold
    """
    if text.lstrip()[:1] == "[":
        return ip_route_json.read(text, file)
    return _Reader(Lines(text, file)).table()


class _Reader:
    """Routes share what follows their destination, so each such text is understood once."""

    def __init__(self, lines: Lines):
        self.lines = lines
        self.tables = KernelTables(self.version(), lines)
        self.known: dict[tuple[str, str], Understood] = {}

    def version(self) -> int:
        """By the first destination that is not `default`, else by a gateway."""
        gateways: list[str] = []
        for _number, record in records(self.lines):
            _kind, destination, rest = parted(record)
            if destination != "default":
                return version_of([destination], gateways)
            words = rest.split()
            gateways += [after for word, after in itertools.pairwise(words) if word == "via"]
        return version_of([], gateways)

    def table(self) -> Table:
        known, prefix = self.known, self.tables.prefix
        for number, record in records(self.lines):
            kind, destination, rest = parted(record)
            try:
                if (kind, rest) not in known:
                    known[kind, rest] = self.tables.understood(parse(kind, rest), number)
                first, length = prefix(destination)
            except ValueError as wrong:
                self.lines.refuse(number, str(wrong))
            if known_way := known[kind, rest]:
                builder, egress, rank = known_way
                builder.add(first, length, egress, number, rank)
        return self.tables.table()


def records(lines: Lines) -> Iterator[tuple[int, str]]:
    """Each route with its ``nexthop`` lines behind it, and its line; ``ip -oneline`` ends lines by a backslash."""
    begun, parts = 0, [""]
    for number, line in lines:
        if not line[:1].isspace() and line:
            if begun:
                yield begun, " ".join(parts)
            begun, parts = number, [line]
        elif line.strip():
            if not begun:
                lines.refuse(number, "a next hop stands before any route")
            parts.append(line)
    if begun:
        yield begun, " ".join(parts)


def parted(record: str) -> tuple[str, str, str]:
    """``(type, destination, the rest)`` of a route; a type is written only where it is not unicast."""
    head, _blank, rest = record.partition(" ")
    if head in TYPES or head == UNICAST:
        destination, _blank, rest = rest.partition(" ")
        return head, destination, rest
    return UNICAST, head, rest


def parse(kind: str, text: str) -> Meaning:
    """What the words after a destination say; O(length).

    :raises ValueError: with a sentence, when a word is unknown or has no value
    """
    meaning = Meaning(kind)
    way = Way()
    words = iter(text.replace("\\", " ").split())
    for word in words:
        if word == "nexthop":
            way = Way()
            meaning.ways.append(way)
        elif word in ("metric", "pref", "table"):
            meaning.set(word, _value(word, words))
        elif word in WAY:
            WAY[word](way, words)
        elif word in VALUED:
            if _value(word, words) == "lock":
                _value(word, words)
        elif word not in FLAGS:
            raise ValueError(f"the route {PARTIAL[word]}" if word in PARTIAL else f"{shown(word)} is no word of `ip route`")
    meaning.ways = meaning.ways or [way]
    return meaning


def _dev(way: Way, words: Iterator[str]) -> None:
    way.port = _value("dev", words)


def _via(way: Way, words: Iterator[str]) -> None:
    value = _value("via", words)
    way.gateway = addresses.canonical(_value("via", words) if value in FAMILIES else value)


def _dead(way: Way, _words: Iterator[str]) -> None:
    way.dead = True


# What each word tells of the next hop that is being read.
WAY: Mapping[str, Callable[[Way, Iterator[str]], None]] = {"dev": _dev, "via": _via, "dead": _dead}


def _value(word: str, words: Iterator[str]) -> str:
    value = next(words, None)
    if value is None:
        raise ValueError(f"{word} has no value")
    return value
