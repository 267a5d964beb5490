# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node of segment routing over IPv6 as SEFL, from all its routes.

Routes are looked up as in any router. A packet whose headers a route changes is looked up once more, at the port
``table:NAME`` inside the node: in the table main after an encapsulation and at ``End``, in the one that ``End.T`` and
``End.DT…`` name. Neighbours of ``End.X`` and ``End.DX…`` are where the table main says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.errors import InputError, Place
from ...symbolic import sefl
from .. import headers
from ..fib import addresses, model
from ..fib.kernel_tables import MAIN_TABLE
from ..fib.partition import partition
from ..fib.table import Egress, Kind, Table
from .instructions import INNER, advanced, decapsulated, drop, encapsulated
from .routes import Tables
from .tunnels import Encapsulation, Endpoint

VERSIONS = {"End.DX4": (4,), "End.DX6": (6,), "End.DT4": (4,), "End.DT6": (6,), "End.DT46": (4, 6)}
"""The packets inside that an action takes out of their headers."""
LINK_LOCAL = 0xFE80 >> 6
LOOPBACK = 1


def program(tables: Tables, file: str | None, options: Mapping[str, Any]) -> sefl.Program:
    """The code of the node.

    :param options: ``source`` (the source address of outer headers; else the node's first) and ``vrf`` (a table's name for
        each port that is not of the table main)
    :raises InputError: an option of another form, or a route that leads to what is not there
    """
    return _Node(tables, file, options).program()


@dataclass
class _Node:
    tables: Tables
    file: str | None
    options: Mapping[str, Any]

    def program(self) -> sefl.Program:
        names = dict.fromkeys([MAIN_TABLE, *(name for name, _version in self.tables)])
        inner = {_inside(name): self._dispatch(name) for name in names}
        vrf = self.options.get("vrf") or {}
        if not isinstance(vrf, Mapping) or not {str(table) for table in vrf.values()} <= set(names):
            raise InputError(f"vrf has a table for each port; there are {', '.join(names)}", Place(path="vrf"))
        ports = sorted({port for table in self.tables.values() for port in model.ports(table)} | set(map(str, vrf)))
        of = {port: str(table) for port, table in vrf.items()}
        entries = {port: self._enter(of.get(port, MAIN_TABLE)) for port in (model.IN, *ports)}
        notes = [f"table {name}: {note}" for (name, _version), table in self.tables.items() for note in table.notes]
        return sefl.Program({**entries, **inner}, inner=frozenset(inner), notes=tuple(notes))

    def _enter(self, table: str) -> sefl.Block:
        """A tag of a VLAN ends here."""
        tag = sefl.If(headers.has_tag(), sefl.Block(tuple(headers.untagged())), sefl.NOTHING)
        ethernet = sefl.Present(headers.read("eth.type").target)
        return sefl.Block((sefl.If(ethernet, sefl.Block((tag,)), drop("no Ethernet frame")), self._dispatch(table)))

    def _dispatch(self, name: str) -> sefl.Block:
        """By the version of the outer header."""
        chain = drop("neither IPv4 nor IPv6, or no table for it")
        for version, (_header, _protocol, kind) in INNER.items():
            if table := self.tables.get((name, version)):
                code = sefl.Block((model.lookup(table, lambda egress, of=table: self._leave(egress, of)),))
                chain = sefl.Block((sefl.If(headers.equals("eth.type", kind), code, chain),))
        return chain

    def _leave(self, egress: Egress, table: Table) -> sefl.Block:
        tunnels = {hop.tunnel for hop in egress.ports if hop.tunnel}
        if not tunnels:
            return model.leave(egress, table.version, self.file)
        if len(egress.ports) > 1:
            raise InputError("of several routes of equal cost one has a tunnel, which is not modelled", Place(self.file))
        [tunnel] = tunnels
        if isinstance(tunnel, Encapsulation):
            return sefl.Block((*self._encapsulated(table.version, tunnel), sefl.Forward(_inside(MAIN_TABLE))))
        return sefl.Block(tuple(self._endpoint(tunnel)))

    def _encapsulated(self, version: int, given: Encapsulation) -> Iterator[sefl.Instruction]:
        return encapsulated(version, given, self._source())

    def _endpoint(self, end: Endpoint) -> Iterator[sefl.Instruction]:
        versions = VERSIONS.get(end.action)
        yield from decapsulated(versions) if versions else advanced()
        if end.action == "End.B6.Encaps":
            yield from self._encapsulated(6, Encapsulation(end.segments))
        if end.neighbour and int(addresses.ipv6(end.neighbour) if ":" in end.neighbour else addresses.ipv4(end.neighbour)):
            yield self._to(end)
        else:
            yield sefl.Forward(_inside(self._known(end.table)))

    def _known(self, name: str) -> str:
        if name not in {one for one, _version in self.tables}:
            raise InputError(f"a segment leads to the table {name}, of which there is no route", Place(self.file))
        return name

    def _to(self, end: Endpoint) -> sefl.Block:
        """To the neighbour, by the port that the table main has for it."""
        version = addresses.version_of(end.neighbour or "") or 6
        address = addresses.ipv6(end.neighbour) if version == 6 else addresses.ipv4(end.neighbour)
        table = self.tables.get((MAIN_TABLE, version))
        egress = partition(table).decide(address)[0] if table else None
        if egress is None or egress.kind is not Kind.FORWARD or any(hop.tunnel for hop in egress.ports):
            raise InputError(f"no route of the table main leads to {end.neighbour}, the neighbour of {end}", Place(self.file))
        return model.leave(egress, version, self.file)

    def _source(self) -> int:
        """The address that outer headers come from: what the user gives, or the node's first that is no link's own."""
        if given := self.options.get("source"):
            try:
                return addresses.ipv6(str(given))
            except ValueError as wrong:
                raise InputError(str(wrong), Place(path="source")) from None
        table = self.tables.get((MAIN_TABLE, 6))
        for route in table.routes if table else ():
            if (
                route.kind is Kind.LOCAL
                and route.length == 128
                and route.prefix > LOOPBACK
                and route.prefix >> 118 != LINK_LOCAL
            ):
                return route.prefix
        raise InputError("the node has no address of its own; give source, or the table local too", Place(self.file))


def _inside(table: str) -> str:
    return f"table:{table}"
