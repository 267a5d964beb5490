# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A switch's MAC table: to which ports it sends a frame, by VLAN and destination address.

::

    *  590  0030.199d.9070   dynamic  Yes        110   Gi4/9
    → Entry(vlan=590, mac=0x0030199d9070, ports=("Gi4/9",), line=…)

A frame whose address is not in the table is flooded to all ports of its VLAN: that is for the reader of
a table to model, as the table does not tell which ports a VLAN has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ...core.errors import InputError, Place
from . import addresses, mac_bridge, mac_cisco
from .csv_table import rows
from .lines import Lines, shown
from .mac_entry import Entry

COLUMNS = ("vlan", "mac", "port")
AUTO = "auto"


def read(text: str, file: str | None = None, format: str = AUTO) -> tuple[Entry, ...]:  # noqa: A002  the word that users know
    """The entries of a MAC table in the order of the text; O(length of the text).

    :param format: one of :data:`FORMATS`, or ``auto``
    :raises InputError: when the format is unknown or cannot be told, or with the line that cannot be read
    """
    name = told(text, file) if format == AUTO else format
    if name not in FORMATS:
        raise InputError(f"{shown(str(name))} is no format of a MAC table: {', '.join((AUTO, *FORMATS))}", Place(file))
    return FORMATS[name](Lines(text, file))


def told(text: str, file: str | None = None) -> str:
    """The name of the format that a text looks like; O(length of the text).

    :raises InputError: when it looks like none
    """
    first = ""
    for _number, line in Lines(text, file):
        first = first or line.strip()
        if mac_cisco.is_header(line):
            return "cisco"
    if "," in first:
        return "csv"
    if first[2:3] == ":" and " " in first:
        return "bridge"
    raise InputError(f"this looks like none of {', '.join(FORMATS)}; name the format if it is right", Place(file))


def by_port(entries: Iterable[Entry]) -> dict[tuple[str, int | None], tuple[int, ...]]:
    """``{(port, VLAN): addresses in ascending order}``; an entry with several ports stands under each; O(n log n)."""
    groups: dict[tuple[str, int | None], set[int]] = {}
    for entry in entries:
        for port in entry.ports:
            groups.setdefault((port, entry.vlan), set()).add(entry.mac)
    return {key: tuple(sorted(macs)) for key, macs in groups.items()}


def _read_csv(lines: Lines) -> tuple[Entry, ...]:
    """``vlan,mac,port``, the header optional; an empty VLAN stands for every one, lines of one address add ports."""
    found: dict[tuple[int | None, int], Entry] = {}
    ports: dict[tuple[int | None, int], dict[str, None]] = {}
    for line, cells in rows(lines, COLUMNS):
        if len(cells) != 3 or not cells[2]:
            lines.refuse(line, f"a row is {', '.join(COLUMNS)}, not {shown(', '.join(cells))}")
        try:
            key = (addresses.vlan(cells[0]) if cells[0] else None, addresses.mac(cells[1]))
        except ValueError as wrong:
            lines.refuse(line, str(wrong))
        found.setdefault(key, Entry(*key, (), line))
        ports.setdefault(key, {})[cells[2]] = None
    return tuple(Entry(entry.vlan, entry.mac, tuple(ports[key]), entry.line) for key, entry in found.items())


FORMATS: Mapping[str, Callable[[Lines], tuple[Entry, ...]]] = {
    "cisco": mac_cisco.read,
    "bridge": mac_bridge.read,
    "csv": _read_csv,
}
