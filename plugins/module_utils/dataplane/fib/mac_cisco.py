# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Cisco's ``show mac-address-table`` (``show mac address-table``), of IOS and NX-OS.

::

      vlan   mac address     type    learn     age              ports
    ------+----------------+--------+-----+----------+--------------------------
    *  590  0030.199d.9070   dynamic  Yes        110   Gi4/9
    *  322  3333.0000.000d    static  Yes          -   Te1/1,Te1/2,Te1/3,Te1/4
                                                       Gi4/1,Router,Switch
    *  495  0100.5e6f.700c    static  Yes          -

Releases differ in the columns between type and ports; the header says how many there are. Source: the
command's description in Cisco's command references of IOS and NX-OS.
"""

from __future__ import annotations

import re

from . import addresses
from .lines import Lines, shown
from .mac_entry import Entry

HEADER = re.compile(r"\s*vlan\s+mac\s*address\s+type\s+((?:[a-z]+\s+)*)ports?(/\S+)?\s*", re.IGNORECASE)
ROW = re.compile(r"\s*(?:[*+A-Z]\s+)*(\d+|-+|All|N/A)\s+([0-9a-fA-F.]{14})\s+(\S.*)")
PORT = re.compile(r"[A-Za-z][A-Za-z0-9/.:_-]*")
ROUTED = "(R)"
RULE = re.compile(r"[-+ ]*")
LEGEND = re.compile(
    r"\s*(Legend:.*|\* - primary entry.*|age - seconds.*|n/a - not available.*|\(T\) - True.*|Mac Address Table"
    r"|(Unicast|Multicast) Entries|Displaying entries from .*|Total Mac Addresses .*)\s*",
    re.IGNORECASE,
)
NO_PORT = "drop"


def is_header(line: str) -> bool:
    return HEADER.fullmatch(line) is not None


def read(lines: Lines) -> tuple[Entry, ...]:
    """The entries in the order of the text; O(length of the text).

    :raises InputError: with the line, when it is no entry, or stands before the header
    """
    between: int | None = None
    rows: list[tuple[int, re.Match[str], list[str]]] = []
    for number, line in lines:
        if not line.strip() or RULE.fullmatch(line):
            continue
        row, header = ROW.fullmatch(line), HEADER.fullmatch(line)
        if header:
            between = len(header[1].split())
        elif row and between is not None:
            rows.append((number, row, row[3].split(maxsplit=between + 1)[between + 1 :]))
        elif rows and line[0].isspace() and all(map(PORT.fullmatch, _ports(line))):
            rows[-1][2].append(line)
        elif row or not LEGEND.fullmatch(line):
            wrong = "stands before the header line `vlan mac address type … ports`" if row else "is no entry of a MAC table"
            lines.refuse(number, f"{shown(line.strip())} {wrong}")
    return tuple(_entry(lines, *row) for row in rows)


def _entry(lines: Lines, number: int, row: re.Match[str], texts: list[str]) -> Entry:
    try:
        vlan = addresses.vlan(row[1]) if row[1].isdecimal() else None
        mac = addresses.mac(row[2])
    except ValueError as wrong:
        lines.refuse(number, str(wrong))
    ports = [port for text in texts for port in _ports(text)]
    return Entry(vlan, mac, tuple(port for port in ports if port.lower() != NO_PORT), number)


def _ports(text: str) -> list[str]:
    """The names of a list; NX-OS marks those with the address of a router."""
    return [port.strip().removesuffix(ROUTED).rstrip() for port in text.split(",")]
