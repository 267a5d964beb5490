# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router as SEFL, from its forwarding table: the *egress* model.

One rule for each way out, with all the addresses that leave there, and not one for each prefix: a table of 188,500
prefixes and 16 ports is 16 rules. Which prefix decided for one packet is looked up when its trace is told.

A packet may enter at ``in`` or at any port of the table. It leaves by the port of its route, by one of them chosen
freely where there are several of equal cost, by ``local`` where the router itself is meant, and is dropped where no
route or none but a blackhole covers it. Its time to live is lowered; at 1 it is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...symbolic import sefl
from ...symbolic.fields import FIELDS
from .partition import NO_ROUTE, Partition, partition
from .table import Egress, Kind, Table

IN, LOCAL = "in", "local"
HOP = sefl.Meta("hop", local=True)
HOP_WIDTH = 16
"""Bits of the free choice among hops of equal cost."""
DESTINATION = {4: FIELDS["ip.dst"].target, 6: FIELDS["ipv6.dst"].target}
TIME_TO_LIVE = {4: FIELDS["ip.ttl"].target, 6: FIELDS["ipv6.hlim"].target}


def program(table: Table) -> sefl.Program:
    """The code of a router with this forwarding table.

    The time to live is looked at once, and not once for each way out: what is for the router itself is taken out before.
    """
    found = partition(table)
    ways = _chain(table, found, {Kind.FORWARD}, lambda egress: sefl.Block(tuple(_hops(egress))), _no_route(table))
    onward = sefl.Block((*_age(table.version, table.file), ways))
    local = _chain(table, found, {Kind.LOCAL}, lambda _egress: sefl.Block((sefl.Forward(LOCAL),)), onward)
    code = sefl.Block((_known(table), local))
    return sefl.Program(dict.fromkeys((IN, *ports(table)), code), notes=table.notes)


def ports(table: Table) -> list[str]:
    """All that the table names: packets enter there, whether or not some leave."""
    return sorted({hop.port for egress in table.egresses for hop in egress.ports} | set(table.ports))


def _known(table: Table) -> sefl.If:
    origin = sefl.Origin(f"no IPv{table.version} packet", table.file)
    other = sefl.Block((sefl.Drop(origin=origin),))
    return sefl.If(sefl.Present(DESTINATION[table.version]), sefl.NOTHING, other)


def lookup(table: Table, leave: Callable[[Egress], sefl.Block]) -> sefl.Block:
    """A chain of one If for each way out, with the code that ``leave`` gives it; what no route covers is its last branch."""
    return _chain(table, partition(table), {Kind.FORWARD, Kind.LOCAL}, leave, _no_route(table))


def _chain(
    table: Table, found: Partition, kinds: set[Kind], leave: Callable[[Egress], sefl.Block], otherwise: sefl.Block
) -> sefl.Block:
    """One If for each way out of some kinds, before what becomes of all other addresses."""
    for choice, egress in enumerate(found.egresses):
        if egress.kind in kinds:
            otherwise = _to(table, found, choice, leave(egress), otherwise)
    return otherwise


def _no_route(table: Table) -> sefl.Block:
    return sefl.Block((sefl.Drop(origin=sefl.Origin("no route", table.file)),))


def _to(table: Table, found: Partition, choice: int, then: sefl.Block, otherwise: sefl.Block) -> sefl.Block:
    """What becomes of the addresses of one way out, and of the others; the route is looked up when somebody asks."""
    address = sefl.Read(DESTINATION[table.version])
    ranges = tuple(zip(*(part.tolist() for part in found.intervals(choice)), strict=True))
    if not ranges:
        return otherwise
    rule = str(found.egresses[choice])
    origin = sefl.Lookup(rule, table.file, value=address, row=lambda number: _row(found, number))
    return sefl.Block((sefl.If(sefl.Within(address, ranges), then, otherwise, origin=origin),))


def leave(egress: Egress, version: int, file: str | None) -> sefl.Block:
    """To the router itself, or with a lower time to live by a port."""
    if egress.kind is Kind.LOCAL:
        return sefl.Block((sefl.Forward(LOCAL),))
    return sefl.Block((*_age(version, file), *_hops(egress)))


def _row(found: Partition, address: int) -> sefl.Origin:
    """The route that decides for one address."""
    _egress, route = found.decide(address)
    index = int(found.deciders[max(0, int(found.starts.searchsorted(address, "right")) - 1)])
    if route is None or index == NO_ROUTE:
        return sefl.Origin("no route", found.table.file)
    return sefl.Origin(f"route {found.table.written(index)}", found.table.file, route.line)


def _age(version: int, file: str | None) -> Iterator[sefl.Instruction]:
    ttl = TIME_TO_LIVE[version]
    expired = sefl.Block((sefl.Drop(origin=sefl.Origin("time to live is over", file)),))
    yield sefl.If(sefl.Compare("<=", sefl.Read(ttl), sefl.Number(1)), expired, sefl.NOTHING)
    yield sefl.Assign(ttl, sefl.Difference(sefl.Read(ttl), sefl.Number(1)))


def _hops(egress: Egress) -> Iterator[sefl.Instruction]:
    """To the one port, or to one of several: a free choice cuts its values into equal parts."""
    names = sorted({hop.port for hop in egress.ports})
    if len(names) == 1:
        yield sefl.Forward(names[0])
        return
    yield sefl.Assign(HOP, sefl.Symbol("hop", HOP_WIDTH))
    chain = sefl.Block((sefl.Forward(names[-1]),))
    for number, port in reversed(list(enumerate(names[:-1], 1))):
        upper = (number << HOP_WIDTH) // len(names) - 1
        chosen = sefl.Compare("<=", sefl.Read(HOP), sefl.Number(upper))
        chain = sefl.Block((sefl.If(chosen, sefl.Block((sefl.Forward(port),)), chain),))
    yield chain
    yield sefl.Deallocate(HOP)
