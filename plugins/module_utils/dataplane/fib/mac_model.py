# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A switch as SEFL, from its MAC table, as it is at that moment: it learns nothing more.

A frame goes to the ports that the table has for its VLAN and destination address. One whose address is not there, and
one to a group, is copied to every port of its VLAN; no frame goes back to the port it came from. One rule stands for all
the addresses of a VLAN that leave by the same ports.

A MAC table does not tell which ports a VLAN has. They are those that the user gives, and where nothing is given those that
the table names in this VLAN; frames of a VLAN that a port is not in are dropped there. Untagged frames of a port belong to
VLAN 1 or to the one that is given for the port, and leave without a tag where they may. Where no VLAN is spoken of the
switch looks at no tag.

With VLANs a frame passes a port ``PORT:out`` inside the switch, where its tag is put on or taken off.

Source: IEEE 802.1Q, of which spanning trees and filters are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...core.errors import InputError, Place
from ...symbolic import sefl
from ...symbolic.fields import FIELDS
from ...symbolic.values import merged
from .. import headers
from . import addresses
from .mac_entry import Entry

NATIVE = 1
CAME, VLAN, PRIORITY, ELIGIBLE = (sefl.Meta(name, local=True) for name in ("came", "vlan", "priority", "dei"))
PORT_BITS = 16
ITSELF = frozenset({"CPU", "Router", "Switch"})
"""What Cisco calls the switch itself: frames for its own addresses go there, and no others are flooded to it."""
Vlan: TypeAlias = "int | None"


@dataclass(frozen=True)
class Switch:
    """``members``: the ports of each VLAN, and of VLAN None for a switch without; ``native``: the VLAN of untagged frames.

    A port that only entries name, such as a bridge itself, gets what they send there, and no frame enters by it.
    """

    entries: tuple[Entry, ...]
    members: Mapping[Vlan, tuple[str, ...]]
    native: Mapping[str, int]
    file: str | None = None

    @property
    def ports(self) -> tuple[str, ...]:
        named = {port for entry in self.entries for port in entry.ports}
        return tuple(sorted({port for ports in self.members.values() for port in ports} | set(self.native) | named))

    @property
    def has_vlans(self) -> bool:
        return None not in self.members

    def origin(self, label: str, line: int | None = None) -> sefl.Origin:
        return sefl.Origin(label, self.file, line)

    def drop(self, label: str) -> sefl.Block:
        return sefl.Block((sefl.Drop(origin=self.origin(label)),))


def switch(entries: Iterable[Entry], file: str | None, options: Mapping[str, Any]) -> Switch:
    """The switch of a table.

    :param options: ``vlans`` (a list of ports for each VLAN) and ``untagged`` (the VLAN of untagged frames for each port)
    :raises InputError: an option that has another form
    """
    found = tuple(entries)
    given = {_vlan(vlan, "vlans"): _ports(ports, vlan) for vlan, ports in _mapping(options, "vlans").items()}
    native = {str(port): _vlan(vlan, "untagged") for port, vlan in _mapping(options, "untagged").items()}
    return Switch(found, given or _named(found, native), native, file)


def _mapping(options: Mapping[str, Any], name: str) -> Mapping[Any, Any]:
    value = options.get(name) or {}
    if not isinstance(value, Mapping):
        raise InputError(f"{name} has a key for each {'VLAN' if name == 'vlans' else 'port'}", Place(path=name))
    return value


def _vlan(value: Any, option: str) -> int:
    try:
        return addresses.vlan(str(value))
    except ValueError as wrong:
        raise InputError(str(wrong), Place(path=option)) from None


def _ports(value: Any, vlan: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise InputError("the ports of a VLAN are a list", Place(path=f"vlans.{vlan}"))
    return tuple(dict.fromkeys(map(str, value)))


def _named(entries: tuple[Entry, ...], native: Mapping[str, int]) -> dict[Vlan, tuple[str, ...]]:
    """The ports that a table names in each VLAN; what holds for each VLAN counts in all of them."""
    vlans: set[Vlan] = {one.vlan for one in entries if one.vlan is not None} | set(native.values())
    found: dict[Vlan, dict[str, None]] = {vlan: {} for vlan in sorted(vlans)} if vlans else {None: {}}
    for port, vlan in native.items():
        found[vlan][port] = None
    for entry in entries:
        for vlan in found if entry.vlan is None else (entry.vlan,):
            found[vlan].update(dict.fromkeys(port for port in entry.ports if port not in ITSELF))
    return {vlan: tuple(ports) for vlan, ports in found.items()}


def program(switch: Switch) -> sefl.Program:
    """The code of the switch: in at any port, out at the others; O(entries + squares of the sizes of VLANs)."""
    numbers = {port: number for number, port in enumerate(switch.ports)}
    lookup = _lookups(switch, numbers)
    ports = {port: sefl.Block((*_enter(switch, port, numbers[port]), *lookup.instructions)) for port in switch.ports}
    inner = {_inside(port): sefl.Block(tuple(_leave(switch, port))) for port in switch.ports} if switch.has_vlans else {}
    return sefl.Program({**ports, **inner}, inner=frozenset(inner))


def _inside(port: str) -> str:
    return f"{port}:out"


def _enter(switch: Switch, port: str, number: int) -> Iterator[sefl.Instruction]:
    yield sefl.If(sefl.Present(FIELDS["eth.dst"].target), sefl.NOTHING, switch.drop("no Ethernet frame"))
    yield sefl.Assign(CAME, sefl.Number(number, PORT_BITS))
    if not switch.has_vlans:
        return
    plain = sefl.Block((sefl.Assign(VLAN, sefl.Number(switch.native.get(port, NATIVE), 12)),))
    own = sefl.If(headers.equals("vlan.id", 0), plain, sefl.Block((sefl.Assign(VLAN, headers.read("vlan.id")),)))
    kept = (sefl.Assign(PRIORITY, headers.read("vlan.priority")), sefl.Assign(ELIGIBLE, headers.read("vlan.dei")))
    none = (sefl.Assign(PRIORITY, sefl.Number(0, 3)), sefl.Assign(ELIGIBLE, sefl.Number(0, 1)))
    with_tag = sefl.Block((own, *kept, *headers.untagged()))
    yield sefl.If(headers.has_tag(), with_tag, sefl.Block((*plain.instructions, *none)))
    mine = tuple((vlan, vlan) for vlan, ports in sorted(switch.members.items()) if port in ports)
    outside = switch.drop(f"{port} is not in the frame's VLAN")
    yield sefl.If(sefl.Within(sefl.Read(VLAN), merged(list(mine))), sefl.NOTHING, outside)


def _lookups(switch: Switch, numbers: Mapping[str, int]) -> sefl.Block:
    """A lookup for each VLAN."""
    if not switch.has_vlans:
        return _lookup(switch, None, numbers)
    chain = switch.drop("no such VLAN")
    for vlan in sorted(switch.members, reverse=True):
        here = sefl.Compare("==", sefl.Read(VLAN), sefl.Number(vlan, 12))
        chain = sefl.Block((sefl.If(here, _lookup(switch, vlan, numbers), chain),))
    return chain


def _lookup(switch: Switch, vlan: Vlan, numbers: Mapping[str, int]) -> sefl.Block:
    """One If for each set of ports; the first entry of an address counts."""
    table: dict[int, Entry] = {}
    for entry in sorted(switch.entries, key=lambda one: one.vlan is None):  # what is said of this VLAN comes first
        if entry.vlan in (vlan, None):
            table.setdefault(entry.mac, entry)
    groups: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for mac, entry in table.items():
        groups.setdefault(entry.ports, []).append((mac, mac))
    value = headers.read("eth.dst")
    chain = sefl.Block((_flood(switch, vlan, numbers),))
    for ports, macs in groups.items():
        told = sefl.Lookup("entry", switch.file, value=value, row=lambda mac: _row(switch, table[mac]))
        code = _send(switch, ports, numbers) if ports else switch.drop("an entry without a port")
        chain = sefl.Block((sefl.If(sefl.Within(value, merged(macs)), code, chain, origin=told),))
    return chain


def _row(switch: Switch, entry: Entry) -> sefl.Origin:
    place = "" if entry.vlan is None else f" VLAN {entry.vlan}"
    return switch.origin(f"entry {entry.mac.to_bytes(6, 'big').hex(':')}{place}", entry.line)


def _flood(switch: Switch, vlan: Vlan, numbers: Mapping[str, int]) -> sefl.If:
    """Always taken; so that a trace tells of it."""
    return sefl.If(sefl.TRUE, _send(switch, switch.members[vlan], numbers), sefl.NOTHING, origin=switch.origin("floods"))


def _send(switch: Switch, ports: tuple[str, ...], numbers: Mapping[str, int]) -> sefl.Block:
    """To all of the ports but the one that the frame came from."""
    chain = sefl.Block((sefl.Deallocate(CAME), _copies(switch, ports)))
    for port in ports:
        rest = tuple(other for other in ports if other != port)
        copies = _copies(switch, rest) if rest else sefl.Drop(origin=switch.origin("would go back where it came from"))
        back = sefl.Compare("==", sefl.Read(CAME), sefl.Number(numbers[port], PORT_BITS))
        chain = sefl.Block((sefl.If(back, sefl.Block((sefl.Deallocate(CAME), copies)), chain),))
    return chain


def _copies(switch: Switch, ports: tuple[str, ...]) -> sefl.Fork:
    return sefl.Fork(tuple(_inside(port) for port in ports) if switch.has_vlans else ports)


def _leave(switch: Switch, port: str) -> Iterator[sefl.Instruction]:
    tag = {"vlan.priority": sefl.Read(PRIORITY), "vlan.dei": sefl.Read(ELIGIBLE), "vlan.id": sefl.Read(VLAN)}
    plain = sefl.Compare("==", sefl.Read(VLAN), sefl.Number(switch.native.get(port, NATIVE), 12))
    yield sefl.If(plain, sefl.NOTHING, sefl.Block(tuple(headers.tagged(tag))))
    yield from (sefl.Deallocate(meta) for meta in (VLAN, PRIORITY, ELIGIBLE))
    yield sefl.Forward(port)
