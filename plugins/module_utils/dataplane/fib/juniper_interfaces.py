# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Juniper's ``show interfaces | display xml`` of one or more routers: addresses, and links between routers.

::

    <router name="seat"> … <physical-interface> <oper-status>up</oper-status>
      <logical-interface> <name>xe-0/0/0.0</name>
        <address-family> <address-family-name>inet</address-family-name>
          <interface-address> <ifa-destination>64.57.28.26/31</ifa-destination> <ifa-local>64.57.28.26</ifa-local>

The document is read as a stream, by the names of its elements; what else they hold is passed over. It
may declare no document type, so no entity of its own can make it grow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from ...core.errors import InputError, Place
from . import addresses

FAMILIES = {"inet": 4, "inet6": 6}

# Lengths of subnets with two hosts: a link between two routers has one.
POINT_TO_POINT = {4: (30, 31), 6: (126, 127)}

# Values that are kept, as "owner/element", and the elements that begin anew what they hold.
PORT = "logical-interface/name"
STATUS = "physical-interface/oper-status"
FAMILY = "address-family/address-family-name"
ADDRESS = "address-family/interface-address"
LOCAL = "interface-address/ifa-local"
SUBNET = "interface-address/ifa-destination"
DOWN = "ifa-flags/ifaf-down"  # an empty element: there when the interface is down
LONGEST_NAME = 40
KEPT = (PORT, STATUS, FAMILY, LOCAL, SUBNET, DOWN)
CLEARS = {
    "interface-information/physical-interface": KEPT,
    "physical-interface/logical-interface": (PORT, FAMILY, LOCAL, SUBNET, DOWN),
    "logical-interface/address-family": (FAMILY, LOCAL, SUBNET, DOWN),
    ADDRESS: (LOCAL, SUBNET, DOWN),
}


@dataclass(frozen=True)
class Address:
    """An address of a logical interface (`port`) and the length of its subnet; `up` when packets can leave there."""

    router: str
    port: str
    version: int
    address: int
    length: int
    up: bool
    line: int

    @property
    def subnet(self) -> tuple[int, int, int]:
        """``(version, first address, length)``"""
        beyond = addresses.WIDTH[self.version] - self.length
        return self.version, self.address >> beyond << beyond, self.length


@dataclass(frozen=True)
class Link:
    """Two ports on one subnet of two hosts, the ends in alphabetical order."""

    ends: tuple[tuple[str, str], tuple[str, str]]


def links(found: Iterable[Address]) -> tuple[Link, ...]:
    """The links between different routers, in alphabetical order; O(n log n).

    Two interfaces that are up and share a point-to-point subnet are its ends. Where a subnet is seen
    more than twice, or one of its addresses twice, private addresses were used in several places: that
    tells of no link.
    """
    sharing: dict[tuple[int, int, int], list[Address]] = {}
    for one in found:
        if one.up and one.length in POINT_TO_POINT[one.version]:
            sharing.setdefault(one.subnet, []).append(one)
    pairs = [pair for pair in sharing.values() if len(pair) == 2 and pair[0].address != pair[1].address]
    ends = {_ends(*pair) for pair in pairs if pair[0].router != pair[1].router}
    return tuple(Link(pair) for pair in sorted(ends))


def _ends(one: Address, other: Address) -> tuple[tuple[str, str], tuple[str, str]]:
    first, second = sorted([(one.router, one.port), (other.router, other.port)])
    return first, second


def read(text: str, file: str | None = None) -> tuple[Address, ...]:
    """Every address of the document, in its order; O(length of the text).

    :raises InputError: when it is no XML, declares a document type, or holds an address that is none
    """
    return _Reader(file).read(text)


class _Reader:
    """The values of the elements that are open, by name; an address is complete when its element ends."""

    def __init__(self, file: str | None):
        self.file = file
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.open: list[str] = []
        self.values: dict[str, str] = {}
        self.words: list[str] = []
        self.found: list[Address] = []

    def read(self, text: str) -> tuple[Address, ...]:
        try:
            self.parser.Parse(text, True)
        except (expat.ExpatError, UnicodeEncodeError) as wrong:
            self.fail(f"this is no XML: {wrong}")
        return tuple(self.found)

    def fail(self, message: str) -> NoReturn:
        raise InputError(message, Place(self.file, self.parser.CurrentLineNumber))

    def doctype(self, *_declared: object) -> None:
        self.fail("this XML declares a document type; the output of a router has none")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        key = self.key(name)
        self.open.append(name[:LONGEST_NAME])
        self.words = []
        if name == "router":
            self.values = {"router": attributes.get("name", "")}
        for stale in CLEARS.get(key, ()):
            self.values.pop(stale, None)

    def key(self, name: str) -> str:
        """An element with its owner: Junos puts an ``interface-address`` of flags into that of the address."""
        return f"{self.open[-1] if self.open else ''}/{name[:LONGEST_NAME]}"

    def text(self, words: str) -> None:
        self.words.append(words)

    def end(self, name: str) -> None:
        self.open.pop()
        key = self.key(name)
        if key in KEPT:
            self.values[key] = "".join(self.words).strip()
        elif key == ADDRESS:
            self.address()
        self.words = []

    def address(self) -> None:
        version = FAMILIES.get(self.values.get(FAMILY, ""))
        local = self.values.get(LOCAL)
        if version is None or local is None:
            return
        port = self.values.get(PORT, "")
        if not self.values.get("router") or not port:
            self.fail(
                'put the output of each router into <router name="…">; this address stands outside of one, or of an interface'
            )
        up = self.values.get(STATUS) == "up" and DOWN not in self.values
        try:
            value = addresses.ipv4(local) if version == 4 else addresses.ipv6(local)
            length = self.length(version)
        except ValueError as wrong:
            self.fail(str(wrong))
        self.found.append(Address(self.values["router"], port, version, value, length, up, self.parser.CurrentLineNumber))

    def length(self, version: int) -> int:
        """The length of the subnet, which is written without its zero bytes (``10/8``); none stands for one host."""
        _subnet, slash, bits = self.values.get(SUBNET, "").partition("/")
        if not slash:
            return addresses.WIDTH[version]
        return addresses.length(bits, version)
