# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router's forwarding table: which prefix leaves by which ports.

A table of the Internet has 200,000 routes and a few hundred different ways out. So a :class:`Table`
keeps four parallel tuples of numbers, and each way out (:class:`Egress`) once; a :class:`Route` is made
when somebody looks at it. A prefix stands in a table at most once: which of several entries for it is
used is a matter of each format, and its reader decides it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What becomes of a packet: it leaves by a port, reaches the router itself, or is lost."""

    FORWARD = "forward"
    LOCAL = "local"
    DROP = "drop"


@dataclass(frozen=True)
class Hop:
    """A port and the neighbour that gets the packet there: None when that is the destination itself.

    ``tunnel`` is what is done to the packet before, for those who know what it is.
    """

    port: str
    gateway: str | None = None
    tunnel: Hashable | None = None

    def __str__(self) -> str:
        return f"{self.port} via {self.gateway}" if self.gateway else self.port


@dataclass(frozen=True)
class Egress:
    """A way out: of several hops (equal-cost multipath) a packet takes any one; local and drop have none."""

    kind: Kind
    ports: tuple[Hop, ...] = ()

    def __str__(self) -> str:
        return " or ".join(map(str, self.ports)) if self.ports else str(self.kind)


LOCAL = Egress(Kind.LOCAL)
DROP = Egress(Kind.DROP)


def forward(hops: Iterable[Hop]) -> Egress:
    """The way out by any of these hops; order and repetition do not matter, so equal ways compare equal."""
    return Egress(Kind.FORWARD, tuple(sorted(set(hops), key=lambda hop: (hop.port, hop.gateway or ""))))


@dataclass(frozen=True)
class Route:
    """One entry: the packets to ``prefix/length`` (its first address as a number) leave by ``ports``.

    ``line`` is where it stands in its file, from 1; in JSON it is the number of the entry, from 1.
    """

    prefix: int
    length: int
    ports: tuple[Hop, ...]
    line: int
    kind: Kind

    @property
    def egress(self) -> Egress:
        return Egress(self.kind, self.ports)


def written(version: int, prefix: int, length: int) -> str:
    """A prefix as people write it: ``10.0.0.0/8``."""
    make = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    return f"{make(prefix)}/{length}"


@dataclass(frozen=True)
class Table:
    """All routes of one router and one IP version, in the order of the file.

    Route ``i`` is ``prefixes[i]`` (first address, a number), ``lengths[i]`` (bits), ``lines[i]`` and
    ``egresses[choices[i]]``. The egresses are all different and each is used; ``ports`` has those of routes too
    that a better one for the same prefix hides. ``notes`` are sentences about what looks like a mistake in the file.
    """

    version: int
    prefixes: tuple[int, ...]
    lengths: tuple[int, ...]
    choices: tuple[int, ...]
    lines: tuple[int, ...]
    egresses: tuple[Egress, ...]
    file: str | None = None
    ports: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.prefixes)

    @property
    def routes(self) -> Sequence[Route]:
        """The routes as values, made one by one as they are asked for."""
        return _Routes(self)

    def written(self, index: int) -> str:
        """The prefix of a route."""
        return written(self.version, self.prefixes[index], self.lengths[index])


@dataclass(frozen=True)
class _Routes(Sequence):
    table: Table = field(repr=False)

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, index: int | slice) -> Route | list[Route]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        table = self.table
        egress = table.egresses[table.choices[index]]
        return Route(table.prefixes[index], table.lengths[index], egress.ports, table.lines[index], egress.kind)
