# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the MAC table of a Linux bridge: ``bridge fdb show br NAME``.

::

    52:54:00:12:34:56 dev eth1 vlan 10 master br0
    52:54:00:aa:bb:cc dev eth1 vlan 10 master br0 permanent     the bridge's own address
    33:33:00:00:00:01 dev eth1 self permanent                   not the bridge's but eth1's own list

What says ``self`` alone belongs to the interface (which addresses its hardware accepts, to which peers a
tunnel sends) and not to the bridge. Source: bridge(8).
"""

from __future__ import annotations

from collections.abc import Iterator

from . import addresses
from .lines import Lines, shown
from .mac_entry import Entry

VALUED = frozenset({"dev", "vlan", "dst", "port", "vni", "src_vni", "via", "link-netnsid", "nhid", "used"})
STATES = frozenset({"permanent", "static", "stale", "dynamic"})
FLAGS = frozenset({"self", "router", "extern_learn", "offload", "sticky", "locked", "added_by_user", *STATES})
MASTER = "master"


def read(lines: Lines) -> tuple[Entry, ...]:
    """The entries in the order of the text; O(length of the text).

    :raises InputError: with the line, when it is no entry, or belongs to another bridge than those before
    """
    entries = []
    bridge: str | None = None
    for number, line in lines:
        if not line.strip():
            continue
        try:
            mac, words = _words(line)
            if MASTER in words:
                bridge = _same(bridge, words[MASTER])
                entries.append(_entry(mac, words, number))
        except ValueError as wrong:
            lines.refuse(number, str(wrong))
    return tuple(entries)


def _same(before: str | None, bridge: str) -> str:
    if before is not None and before != bridge:
        raise ValueError(
            f"the bridges {shown(before)} and {shown(bridge)} stand in one text; save `bridge fdb show br NAME` for each"
        )
    return bridge


def _entry(mac: int, words: dict[str, str], number: int) -> Entry:
    """A permanent address is the bridge's own: frames for it come to the machine."""
    port = words[MASTER] if "permanent" in words else words.get("dev", "")
    if not port:
        raise ValueError("the entry names no dev; save `bridge fdb show br NAME`, without a single port")
    return Entry(addresses.vlan(words["vlan"]) if "vlan" in words else None, mac, (port,), number)


def _words(line: str) -> tuple[int, dict[str, str]]:
    """The address of a line, and ``{word: its value, or nothing}``.

    :raises ValueError: when the line does not begin with an address, or has a word that is unknown
    """
    address, *rest = line.split()
    words: Iterator[str] = iter(rest)
    found: dict[str, str] = {}
    for word in words:
        if word in VALUED or word == MASTER:
            found[word] = next(words, "")
            if found[word] == "ifindex":
                found[word] = next(words, "")
        elif word in FLAGS or word.startswith("state="):
            found[word] = ""
        else:
            raise ValueError(f"{shown(word)} is no word of `bridge fdb show`")
    return addresses.mac(address), found
