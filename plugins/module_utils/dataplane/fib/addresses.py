# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as whole numbers: IPv4, IPv6, prefixes of both, MAC addresses and VLANs.

Everything here takes text and raises ValueError with a sentence; the reader that knows the line makes
an InputError of it. Tables have 200,000 prefixes, for which the standard library is too slow: octets and
lengths are looked up here, not computed, which also refuses signs, blanks, leading zeros and the digits of
other scripts.
"""

from __future__ import annotations

import ipaddress
import re

from .lines import shown

WIDTH = {4: 32, 6: 128}

_OCTETS = {str(number): number for number in range(256)}
_LENGTHS = {version: {str(bits): bits for bits in range(width + 1)} for version, width in WIDTH.items()}
_BEYOND = {version: tuple((1 << width - bits) - 1 for bits in range(width + 1)) for version, width in WIDTH.items()}
_LONGEST = 45  # characters of an IPv6 address with all groups and four octets
_GROUPS = r"[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*"
_IPV6 = re.compile(rf"({_GROUPS})?(?:(::)({_GROUPS})?)?")
_MAC = re.compile(r"[0-9a-f]{4}(\.[0-9a-f]{4}){2}|[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{2}(-[0-9a-f]{2}){5}", re.IGNORECASE)


def ipv4(text: str) -> int:
    """``10.0.0.1`` as a number below 2^32.

    :raises ValueError: when the text is no address with four plain numbers
    """
    try:
        a, b, c, d = text.split(".")
        return _OCTETS[a] << 24 | _OCTETS[b] << 16 | _OCTETS[c] << 8 | _OCTETS[d]
    except (KeyError, ValueError):
        raise ValueError(f"{shown(text)} is no IPv4 address") from None


def ipv6(text: str) -> int:
    """``2001:db8::1`` as a number below 2^128.

    :raises ValueError: when the text is no address; a zone (``%eth0``) is not part of one
    """
    found = _IPV6.fullmatch(text)
    if not found:
        return _dotted(text)
    head, gap, tail = found.groups()
    high, low = head.split(":") if head else [], tail.split(":") if tail else []
    missing = 8 - len(high) - len(low)
    if missing < 0 or bool(missing) != bool(gap):
        raise ValueError(f"{shown(text)} is no IPv6 address")
    return int("".join([group.zfill(4) for group in [*high, *["0"] * missing, *low]]), 16)


def _dotted(text: str) -> int:
    """IPv6 whose last 32 bits are written as IPv4: rare enough for the slow way."""
    if "%" not in text and len(text) <= _LONGEST:
        try:
            return int(ipaddress.IPv6Address(text))
        except ValueError:
            pass
    raise ValueError(f"{shown(text)} is no IPv6 address")


_ADDRESS = {4: ipv4, 6: ipv6}


def length(text: str, version: int) -> int:
    """The number of bits of a prefix, as it stands behind the slash.

    :raises ValueError: when it is no whole number up to the width of an address
    """
    bits = _LENGTHS[version].get(text)
    if bits is None:
        raise ValueError(f"{shown(text)} is no prefix length from 0 to {WIDTH[version]}")
    return bits


def prefix(text: str, version: int) -> tuple[int, int]:
    """``10.0.0.0/8`` as ``(first address, length)``; without a length it is one address.

    :raises ValueError: when it is no prefix of that version, or has bits set beyond its length
    """
    address, slash, bits_text = text.partition("/")
    value = _ADDRESS[version](address)
    bits = length(bits_text, version) if slash else WIDTH[version]
    if value & _BEYOND[version][bits]:
        right = ipaddress.ip_address(value & ~_BEYOND[version][bits])
        raise ValueError(f"{shown(text)} has bits set beyond its length; write {right}/{bits}")
    return value, bits


def version_of(text: str) -> int | None:
    """4 or 6 by the look of a prefix, None where it looks like neither."""
    if ":" in text:
        return 6
    return 4 if "." in text else None


def canonical(text: str) -> str:
    """An address of either version in its shortest form, so that equal addresses are equal text.

    :raises ValueError: when it is none
    """
    if version_of(text) == 6:
        return str(ipaddress.IPv6Address(ipv6(text)))
    return str(ipaddress.IPv4Address(ipv4(text)))


def mac(text: str) -> int:
    """A MAC address (``0011.2233.4455``, ``00:11:22:33:44:55``, ``00-11-…``) as a number below 2^48.

    :raises ValueError: when the text is none
    """
    if not _MAC.fullmatch(text):
        raise ValueError(f"{shown(text)} is no MAC address")
    return int(re.sub(r"[.:-]", "", text), 16)


def vlan(text: str) -> int:
    """The number of a VLAN, 0 to 4095.

    :raises ValueError: when it is none
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= 4095):
        raise ValueError(f"{shown(text)} is no VLAN; a VLAN is a number from 0 to 4095")
    return int(text)
