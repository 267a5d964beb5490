# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads ``ip -json route``: the same routes as the text of ``ip route``, as a list of objects.

A route's line is the number of its entry, from 1, since the list usually stands on a single line.
"""

from __future__ import annotations

import json
import typing as t

from . import addresses
from .kernel_tables import PARTIAL, TYPES, UNICAST, KernelTables, Meaning, Understood, Way, version_of
from .lines import Lines, shown
from .table import Table

# Keys that say nothing about where packets go.
IGNORED = {
    *("protocol", "scope", "prefsrc", "weight", "nhid", "realm", "realms", "metrics", "expires", "error", "mark", "uid"),
    *("flags", "users", "used", "age", "cache", "id", "ts", "tsage", "ttl-propagate", "nh_info"),
}
ROUTE = frozenset({"type", "dev", "gateway", "via", "nexthops", "metric", "pref", "table", *IGNORED})
NEXT_HOP = frozenset({"dev", "gateway", "via", "weight", "flags", "realm", "realms"})

Entry = dict[str, t.Any]


def read(text: str, file: str | None = None) -> Table:
    """The table; O(length of the text).

    :raises InputError: with the number of the entry, when it is no route or one that a table by destination
        cannot hold
    """
    lines = Lines(text, file)
    entries = _entries(lines)
    gateways = (str(entry.get("gateway", "")) for entry in entries)
    tables = KernelTables(version_of((str(entry.get("dst", "")) for entry in entries), gateways), lines)
    known: dict[str, Understood] = {}
    for number, entry in enumerate(entries, 1):
        destination = entry.pop("dst", None)
        said = str(entry)  # equal for equal entries, of which there are many
        try:
            if said not in known:
                known[said] = tables.understood(parse(entry), None)
            prefix, length = tables.prefix(_text(destination, "dst"))
        except ValueError as wrong:
            lines.refuse(None, f"entry {number} of the list: {wrong}")
        if meaning := known[said]:
            builder, egress, rank = meaning
            builder.add(prefix, length, egress, number, rank)
    return tables.table()


def _entries(lines: Lines) -> list[Entry]:
    try:
        entries = json.loads(lines.text)
    except json.JSONDecodeError as wrong:
        lines.refuse(wrong.lineno, f"this is no JSON: {wrong.msg}")
    except (RecursionError, ValueError):
        lines.refuse(None, "this JSON is nested too deeply or holds a number that is too long")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        lines.refuse(None, "`ip -json route` is a list of objects, one for each route")
    return entries


def parse(entry: Entry) -> Meaning:
    """What an entry says, its destination taken out.

    :raises ValueError: with a sentence, when a key is unknown or its value of a wrong type
    """
    _check(entry, ROUTE)
    meaning = Meaning(_text(entry["type"], "type") if "type" in entry else UNICAST)
    if meaning.type != UNICAST and meaning.type not in TYPES:
        raise ValueError(f"{shown(meaning.type)} is no type of route: {', '.join((UNICAST, *TYPES))}")
    for key in ("metric", "pref", "table"):
        if key in entry:
            meaning.set(key, str(entry[key]))
    hops = entry.get("nexthops", [entry])
    if not isinstance(hops, list) or not all(isinstance(hop, dict) for hop in hops):
        raise ValueError("nexthops is a list of objects")
    for hop in hops:
        if hop is not entry:
            _check(hop, NEXT_HOP)
    meaning.ways = [_way(hop) for hop in hops]
    return meaning


def _check(entry: Entry, known: frozenset[str]) -> None:
    if entry.keys() <= known:
        return
    key = sorted(entry.keys() - known)[0]
    raise ValueError(f"the route {PARTIAL[key]}" if key in PARTIAL else f"{shown(key)} is no key of `ip -json route`")


def _way(hop: Entry) -> Way:
    flags = hop.get("flags", [])
    if not isinstance(flags, list):
        raise ValueError("flags is a list of words")
    way = Way(_text(hop["dev"], "dev") if "dev" in hop else "", None, "dead" in flags)
    if "gateway" in hop:
        way.gateway = addresses.canonical(_text(hop["gateway"], "gateway"))
    elif "via" in hop:
        via = hop["via"]
        way.gateway = addresses.canonical(_text(via.get("host") if isinstance(via, dict) else via, "host of via"))
    return way


def _text(value: t.Any, key: str) -> str:
    if value is None:
        raise ValueError(f"{key} is missing")
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} is text that is not empty, and not {type(value).__name__}")
    return value
