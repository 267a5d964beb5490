# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a route of the Linux kernel means, and how the kernel's tables make one.

Within a table the longest prefix is used, and of several routes for it the one with the lowest metric.
The table ``local`` comes before ``main``, and what that means depends on the version of IP:

- IPv6 asks ``main`` only where ``local`` has no route at all for the address.
- IPv4 keeps both as one while the machine has only the rules that every machine has: the longest
  prefix of either is used, and ``local`` comes first for equal prefixes. (With rules of its own the
  machine asks one after the other; that matters for prefixes of ``main`` within one of ``local``
  that is no single address, such as 127.0.0.0/8.)

Source: ip-route(8), ip-rule(8), and the kernel itself, which the tests ask.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from . import addresses, rivals
from .builder import TableBuilder
from .lines import Lines, shown
from .table import DROP, LOCAL, Egress, Hop, Table, forward

UNICAST = "unicast"

# Types of routes without a next hop. `throw` ends the search in its table; after the last, that is a drop.
# The kernel keeps broadcasts and its part of multicast; sending multicast on is the business of its
# multicast tables.
TYPES = {
    "local": LOCAL,
    "broadcast": LOCAL,
    "anycast": LOCAL,
    "multicast": LOCAL,
    "blackhole": DROP,
    "unreachable": DROP,
    "prohibit": DROP,
    "throw": DROP,
}

# What tells some packets to one destination from others, or changes them: no table by destination holds that.
PARTIAL = {
    "from": "holds for packets from some sources only",
    "tos": "holds for packets of one type of service only",
    "encap": "puts packets into another header, which elements of type srv6 do where it is of segment routing",
    "as": "changes the destination of packets",
}

LOCAL_TABLE, MAIN_TABLE = "local", "main"
NUMBERED = {"255": LOCAL_TABLE, "254": MAIN_TABLE}
AFTER_LOCAL = 1 << 40  # beyond the rank of any route of the table local
PREFERENCES = {"high": 0, "medium": 1, "low": 2}


@dataclass
class Way:
    """One next hop as far as it is read. The kernel uses none that is `dead`."""

    port: str = ""
    gateway: str | None = None
    dead: bool = False
    tunnel: Hashable | None = None

    def hop(self) -> Hop:
        """:raises ValueError: when no interface was named"""
        if not self.port:
            raise ValueError("a next hop has no interface (dev)")
        return Hop(self.port, self.gateway, self.tunnel)


@dataclass
class Meaning:
    """What a route says besides its destination."""

    type: str = UNICAST
    table: str = MAIN_TABLE
    metric: int = 0
    preference: int = PREFERENCES["medium"]  # of IPv6 routers that announce themselves
    ways: list[Way] = field(default_factory=list)

    def set(self, word: str, value: str) -> None:
        """One of metric, pref and table.

        :raises ValueError: when the value is none of its kind, or the table is used by rules of their own
        """
        if word == "metric":
            if not (value.isascii() and value.isdecimal() and len(value) <= 10):
                raise ValueError(f"{shown(value)} is no metric")
            self.metric = int(value)
        elif word == "pref":
            self.preference = PREFERENCES.get(value, PREFERENCES["medium"])
        else:
            self.table = NUMBERED.get(value, value)
            if self.table not in (LOCAL_TABLE, MAIN_TABLE):
                raise ValueError(f"only rules or a VRF lead to the table {shown(value)}; save and read it by itself")

    @property
    def rank(self) -> int:
        """The lower one is used."""
        return self.metric * len(PREFERENCES) + self.preference

    def egress(self) -> Egress | None:
        """The way out, or None for a route whose next hops are all dead.

        :raises ValueError: when the route has no next hop, or one without an interface
        """
        if self.type != UNICAST:
            return TYPES[self.type]
        if not self.ways:
            raise ValueError("the route has no interface (dev)")
        hops = [way.hop() for way in self.ways]
        alive = [hop for hop, way in zip(hops, self.ways, strict=True) if not way.dead]
        return forward(alive) if alive else None


# The builder of a route's table, its egress there, and its rank; None for a route that the kernel does not use.
Understood: TypeAlias = "tuple[TableBuilder, int, int] | None"


class KernelTables:
    """Takes routes and makes one table of those of local and main."""

    def __init__(self, version: int, lines: Lines):
        self.version = version
        self.lines = lines
        self.main = TableBuilder(version, lines.file)
        self.local = self.main if version == 4 else TableBuilder(version, lines.file)
        self.throws: list[int | None] = []  # the lines of throw routes in local

    def prefix(self, text: str) -> tuple[int, int]:
        """:raises ValueError: when it is no prefix of this version"""
        if text == "default":
            return 0, 0
        try:
            return addresses.prefix(text, self.version)
        except ValueError:
            if addresses.version_of(text) in (None, self.version):
                raise
            raise ValueError("IPv4 and IPv6 stand in one text; save `ip -4 route` and `ip -6 route` apart") from None

    def understood(self, meaning: Meaning, line: int | None) -> Understood:
        """How routes of this meaning are added; `line` is where one of them stands.

        :raises ValueError: when it has no next hop, or one without an interface
        """
        egress = meaning.egress()
        if meaning.table == LOCAL_TABLE:
            builder, rank = self.local, meaning.rank
            self.throws += [line] if meaning.type == "throw" else []
        else:
            builder, rank = self.main, meaning.rank + AFTER_LOCAL
        return None if egress is None else (builder, builder.egress(egress), rank)

    def table(self) -> Table:
        """:raises InputError: when a throw route leads from one table to the other"""
        if self.local is not self.main and self.local:
            if self.throws and self.main:
                self.lines.refuse(self.throws[0], "a throw route leads from the table local to main; read them apart")
            self.local.add_below(self.main)
            return self._noted(self.local)
        return self._noted(self.main)

    def _noted(self, builder: TableBuilder) -> Table:
        unit = "entries" if self.lines.text.lstrip()[:1] == "[" else "lines"
        return replace(builder.table(), notes=tuple(rivals.sentences(builder, unit)))


def version_of(destinations: Iterable[str], gateways: Iterable[str]) -> int:
    """The version of a table: by its destinations, else by its gateways, else 4; `default` is of either."""
    found = (addresses.version_of(text) for texts in (destinations, gateways) for text in texts)
    return next((version for version in found if version), 4)
