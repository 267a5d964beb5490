# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads all routes of a node of segment routing: every table of both versions of IP, one text behind the other.

::

    ip -6 route show table all; ip -4 route show table all        or with -json, as one list

Each table is read as a forwarding table; what a route does to packets stands with its hop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ...model.kernel_routes import tunnel_apart
from ..fib import addresses, ip_route, ip_route_json
from ..fib.kernel_tables import LOCAL_TABLE, MAIN_TABLE, NUMBERED, KernelTables, Meaning
from ..fib.lines import Lines
from ..fib.table import Table
from .tunnels import tunnel

Tables: TypeAlias = Mapping[tuple[str, int], Table]
"""By name and version; the tables local and main are one, ``main``."""

_TUNNEL = re.compile(r"\bencap (.*?)(?=\s(?:via|dev|nexthop)\s|$)")
_SEGMENTS = re.compile(r"segs \d+ \[ ([^]]*)\]")
_TABLE = re.compile(r"\btable (\S+)")


@dataclass
class Route:
    """A route as far as it is taken apart: what it says of the tunnel, and the rest of it."""

    destination: str
    version: int
    table: str
    tunnel: Mapping[str, Any] | None
    meaning: Meaning
    line: int


@dataclass
class _Reader:
    lines: Lines
    found: dict[tuple[str, int], KernelTables] = field(default_factory=dict)

    def add(self, route: Route) -> None:
        if route.tunnel is not None:
            if len(route.meaning.ways) != 1:
                raise ValueError("a route with several hops and a tunnel is not modelled")
            route.meaning.ways[0].tunnel = tunnel(route.tunnel)
        key = (MAIN_TABLE if route.table == LOCAL_TABLE else route.table, route.version)
        tables = self.found.setdefault(key, KernelTables(route.version, self.lines))
        if understood := tables.understood(route.meaning, route.line):
            builder, egress, rank = understood
            builder.add(*tables.prefix(route.destination), egress, route.line, rank)


def read(text: str, file: str | None = None) -> Tables:
    """Every table of a text; O(length of the text).

    :raises InputError: with the line, when it is no route or one that is not modelled
    """
    reader = _Reader(Lines(text, file))
    is_json = text.lstrip()[:1] == "["
    for number, make in _entries(text, reader.lines) if is_json else _records(reader.lines):
        try:
            reader.add(make(number))
        except ValueError as wrong:
            reader.lines.refuse(None if is_json else number, f"entry {number} of the list: {wrong}" if is_json else str(wrong))
    if not reader.found:
        reader.lines.refuse(None, "has no route; an empty answer is often that of a command that failed")
    return {key: tables.table() for key, tables in reader.found.items()}


# Text.


def _records(lines: Lines) -> Iterator[tuple[int, Any]]:
    for number, record in ip_route.records(lines):
        yield number, lambda line, record=record: _route(record, line)


def _route(record: str, line: int) -> Route:
    kind, destination, rest = ip_route.parted(record)
    found = _TUNNEL.search(rest)
    said = _words(found[1]) if found else None
    rest = rest[: found.start()] + rest[found.end() :] if found else rest
    named = _TABLE.search(rest)
    table = NUMBERED.get(named[1], named[1]) if named else MAIN_TABLE
    if table not in (LOCAL_TABLE, MAIN_TABLE):
        rest = _TABLE.sub("", rest)
    gateway = re.search(r"\bvia (\S+)", rest)
    version = _version(destination, gateway[1] if gateway else "", has_preference=" pref " in f"{rest} ")
    return Route(destination, version, table, said, ip_route.parse(kind, rest), line)


def _words(text: str) -> dict[str, Any]:
    """``seg6 mode encap segs 2 [ a b ]`` as a mapping, its segments a list."""
    segments = _SEGMENTS.search(text)
    words = ["encap", *_SEGMENTS.sub("", text).split()]
    said: dict[str, Any] = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2:
        raise ValueError(f"{words[-1]} is not modelled here")
    return said | ({"segs": segments[1].split()} if segments else {})


def _version(destination: str, gateway: str, *, has_preference: bool) -> int:
    """Of a default route that names no gateway the kernel tells a preference for IPv6 alone."""
    known = addresses.version_of(destination) or addresses.version_of(gateway)
    return known or (6 if has_preference else 4)


# JSON.


def _entries(text: str, lines: Lines) -> Iterator[tuple[int, Any]]:
    try:
        entries = json.loads(text, object_pairs_hook=tunnel_apart)
    except (ValueError, RecursionError) as wrong:
        lines.refuse(getattr(wrong, "lineno", None), f"this is no JSON: {wrong}")
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            lines.refuse(None, "`ip -json route` is a list of objects, one for each route")
        yield number, lambda line, entry=entry: _from_entry(entry, line)


def _from_entry(entry: dict[str, Any], line: int) -> Route:
    entry = dict(entry)
    said, destination = entry.pop("tunnel", None), str(entry.pop("dst", ""))
    table = NUMBERED.get(str(entry.get("table", MAIN_TABLE)), str(entry.get("table", MAIN_TABLE)))
    if table not in (LOCAL_TABLE, MAIN_TABLE):
        del entry["table"]
    version = _version(destination, str(entry.get("gateway", "")), has_preference="pref" in entry)
    return Route(destination, version, table, said, ip_route_json.parse(entry), line)
