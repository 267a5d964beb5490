# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of Click elements as values, and the names that AddressInfo and PortInfo give to some of them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...core.errors import InputError, Place
from .arguments import keyword, words
from .graph import Element
from .spot import shown

Prefix = tuple[int, int]
"""An IPv4 address and its mask."""

_MAC = re.compile(r"[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){5}")
_TRUE, _FALSE = ("true", "yes", "1", "t", "y"), ("false", "no", "0", "f", "n")
PORTS = {
    "echo": 7, "discard": 9, "daytime": 13, "chargen": 19, "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23,
    "smtp": 25, "domain": 53, "dns": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "finger": 79, "www": 80, "pop3": 110,
    "sunrpc": 111, "auth": 113, "nntp": 119, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139,
    "snmp": 161, "snmp-trap": 162, "irc": 194, "imap3": 220, "https": 443, "rip": 520, "route": 520, "imaps": 993,
    "pop3s": 995,
}  # fmt: skip


def refusal(element: Element, message: str) -> InputError:
    """The error for something that an element's line says."""
    return InputError(f"{element.name} :: {element.class_name}: {message}", Place(element.file, element.line))


@dataclass(frozen=True)
class Names:
    """What the information elements of a configuration say; addresses by kind, then by name."""

    hosts: Mapping[str, int] = field(default_factory=dict)
    nets: Mapping[str, Prefix] = field(default_factory=dict)
    macs: Mapping[str, int] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=lambda: PORTS)


def names_of(elements: Iterable[Element]) -> Names:
    """The names of all AddressInfo and PortInfo elements."""
    names = Names({}, {}, {}, dict(PORTS))
    for element in elements:
        if element.class_name == "AddressInfo":
            for argument in element.arguments:
                _address_info(names, words(argument))
        elif element.class_name == "PortInfo":
            _port_info(names, element)
    return names


def _address_info(names: Names, parts: Sequence[str]) -> None:
    for text in parts[1:]:
        if (mac := mac_value(text)) is not None:
            names.macs.setdefault(parts[0], mac)
        elif "/" in text and (prefix := prefix_value(text)) is not None:
            names.nets.setdefault(parts[0], prefix)
            names.hosts.setdefault(parts[0], int(ipaddress.IPv4Address(text.partition("/")[0])))
        elif (host := address_value(text)) is not None:
            names.hosts.setdefault(parts[0], host)


def _port_info(names: Names, element: Element) -> None:
    for argument in element.arguments:
        name, *rest = words(argument)
        number = rest[0].partition("/")[0] if rest else ""
        if not number.isdigit():
            raise refusal(element, f"{argument} is no name with a port number")
        names.ports[name] = int(number)


def number_value(text: str) -> int | None:
    """A number in decimal, in hexadecimal with 0x, or in octal with 0, as Click takes them."""
    if re.fullmatch(r"-?0[0-7]+", text):
        return int(text, 8)
    return int(text, 0) if re.fullmatch(r"-?(?:0[xX][0-9A-Fa-f]+|\d+)", text) else None


def address_value(text: str) -> int | None:
    try:
        return int(ipaddress.IPv4Address(text))
    except ValueError:
        return None


def mac_value(text: str) -> int | None:
    return int("".join(f"{int(part, 16):02x}" for part in re.split("[:-]", text)), 16) if _MAC.fullmatch(text) else None


def prefix_value(text: str) -> Prefix | None:
    """``a.b.c.d/bits`` or ``a.b.c.d/mask``; host bits are cleared. Fewer than four parts are filled with zeros."""
    address, slash, length = text.partition("/")
    parts = address.split(".")
    host = address_value(".".join([*parts, *["0"] * (4 - len(parts))])) if slash else address_value(address)
    if host is None:
        return None
    if not slash:
        return host, 0xFFFFFFFF
    mask = _mask(length)
    return None if mask is None else (host & mask, mask)


def _mask(text: str) -> int | None:
    if text.isdigit():
        return None if int(text) > 32 else (0xFFFFFFFF << (32 - int(text))) & 0xFFFFFFFF
    return address_value(text)


@dataclass(frozen=True)
class Given:
    """The arguments of one element by the names of its parameters; what is asked for and wrong is refused."""

    element: Element
    names: Names
    values: Mapping[str, str]
    rest: tuple[str, ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str | None = None) -> str:
        if name not in self.values and default is None:
            raise refusal(self.element, f"{name} is missing")
        return self.values.get(name, default or "").strip("\"'")

    def number(self, name: str, default: int | None = None, low: int = 0, high: int = 0xFFFFFFFF) -> int:
        if name not in self.values and default is not None:
            return default
        value = number_value(self.text(name))
        if value is None or not low <= value <= high:
            raise refusal(self.element, f"{name} is a number from {low} to {high}, not {self.text(name)}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        text = self.text(name, str(default)).lower()
        if text not in (*_TRUE, *_FALSE):
            raise refusal(self.element, f"{name} is true or false, not {text}")
        return text in _TRUE

    def address(self, name: str) -> int:
        return self.as_address(self.text(name))

    def as_address(self, text: str) -> int:
        name = text.removesuffix(":ip")
        value = self.names.hosts.get(name, address_value(text))
        if value is None:
            raise refusal(self.element, f"{shown(text)} is no IPv4 address")
        return value

    def as_prefix(self, text: str) -> Prefix:
        name = text.removesuffix(":ipnet")
        value = self.names.nets.get(name) if name != text or name not in self.names.hosts else None
        value = value or prefix_value(text) or ((self.names.hosts[text], 0xFFFFFFFF) if text in self.names.hosts else None)
        if value is None:
            raise refusal(self.element, f"{shown(text)} is no IPv4 prefix")
        return value

    def mac(self, name: str) -> int:
        return self.as_mac(self.text(name))

    def as_mac(self, text: str) -> int:
        value = self.names.macs.get(text.removesuffix(":eth"), mac_value(text))
        if value is None:
            raise refusal(self.element, f"{shown(text)} is no Ethernet address")
        return value

    def port(self, name: str) -> int:
        text = self.text(name)
        value = self.names.ports.get(text, number_value(text))
        if value is None or not 0 <= value <= 0xFFFF:
            raise refusal(self.element, f"{text} is no port")
        return value


def given(element: Element, names: Names, positional: Sequence[str], keywords: Sequence[str] = ()) -> Given:
    """Sorts arguments into parameters: those named by a keyword, and the others by their order.

    Refuses more arguments than there are parameters, and a parameter that is given twice.
    """
    values: dict[str, str] = {}
    free = list(positional)
    for argument in element.arguments:
        found = keyword(argument)
        if found and found[0] in (*positional, *keywords) and (found[1] or found[0] in keywords):
            name, text = found
        elif free:
            name, text = next((one for one in free if one not in values), ""), argument
        else:
            name, text = "", argument
        if not name or name in values:
            raise refusal(element, f"cannot make out the argument {argument}")
        values[name] = text
    return Given(element, names, values)
