# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network service header: its bytes, and what forwarders and service functions do to it.

::

     0                   1                   2                   3
    |Ver|O|U|    TTL    |   Length  |U|U|U|U|MD Type| Next Protocol |   base header; the length is in words of 32 bits
    |          Service Path Identifier              | Service Index |   service path header
    |   MD type 1: a context of 16 bytes, always                    |
    |   MD type 2: any number of  class:16 type:8 U:1 length:7 value, each value padded to a word

Source: RFC 8300.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.errors import InputError

ETHERTYPE = 0x894F
"""What an Ethernet header says of a network service header behind it; in VXLAN-GPE it is the next protocol 4."""
NEXT_PROTOCOLS = {"ipv4": 1, "ipv6": 2, "ethernet": 3, "nsh": 4, "mpls": 5, "experiment 1": 0xFE, "experiment 2": 0xFF}
FIRST_INDEX = 255
DEFAULT_TTL = 63
MOST_TTL = 63
MOST_PATH = (1 << 24) - 1
MOST_INDEX = 255
WORD = 4
BASE = 2 * WORD
"""Bytes of the base header and the service path header."""
CONTEXT = 4 * WORD
"""Bytes of the context of MD type 1."""
MOST_WORDS = 63
MD1_WORDS = (BASE + CONTEXT) // WORD
MD2_WORDS = BASE // WORD
"""Words of a header of MD type 2 that has no metadata."""
MOST_VALUE = 127


@dataclass(frozen=True)
class Metadata:
    """A context header of variable length, of MD type 2; ``unassigned`` is its U bit, which nobody sets and all pass on."""

    metadata_class: int
    type: int
    value: bytes = b""
    unassigned: int = 0

    def __post_init__(self) -> None:
        _within("metadata class", self.metadata_class, 0, 0xFFFF)
        _within("metadata type", self.type, 0, 0xFF)
        _within("U bit of metadata", self.unassigned, 0, 1)
        _within("length of metadata in bytes", len(self.value), 0, MOST_VALUE)


@dataclass(frozen=True)
class Header:
    """One header. With a ``context`` of 16 bytes it is of MD type 1, without one of MD type 2.

    ``unassigned`` are the five U bits of the base header, the first one the highest; nobody sets them and all pass them on.

    :raises InputError: a number that does not fit its field, or more metadata than a header can have
    """

    path: int
    index: int = FIRST_INDEX
    next_protocol: int = NEXT_PROTOCOLS["ethernet"]
    ttl: int = DEFAULT_TTL
    context: bytes | None = bytes(CONTEXT)
    metadata: tuple[Metadata, ...] = ()
    oam: bool = False
    unassigned: int = 0

    def __post_init__(self) -> None:
        _within("service path", self.path, 0, MOST_PATH)
        _within("service index", self.index, 0, MOST_INDEX)
        _within("next protocol", self.next_protocol, 0, 0xFF)
        _within("time to live", self.ttl, 0, MOST_TTL)
        _within("unassigned bits", self.unassigned, 0, 0x1F)
        if self.context is not None:
            _within("context of MD type 1 in bytes", len(self.context), CONTEXT, CONTEXT)
            _within("number of variable context headers beside a context", len(self.metadata), 0, 0)
        _within("length in words", self.words, MD2_WORDS, MOST_WORDS)

    @property
    def md_type(self) -> int:
        return 2 if self.context is None else 1

    @property
    def words(self) -> int:
        """The length, in words of 32 bits."""
        if self.context is not None:
            return MD1_WORDS
        return MD2_WORDS + sum(1 + _words(len(one.value)) for one in self.metadata)


def encode(header: Header) -> bytes:
    """The bytes of a header; those that pad metadata are zero.

    >>> encode(Header(path=7)).hex(" ", 4)
    '0fc60103 000007ff 00000000 00000000 00000000 00000000'
    """
    first = (header.oam << 13) | (header.unassigned >> 4 << 12) | (header.ttl << 6) | header.words
    kinds = ((header.unassigned & 0xF) << 12) | (header.md_type << 8) | header.next_protocol
    path = (header.path << 8) | header.index
    start = first.to_bytes(2, "big") + kinds.to_bytes(2, "big") + path.to_bytes(WORD, "big")
    return start + (header.context if header.context is not None else b"".join(map(_metadata_bytes, header.metadata)))


def decode(data: bytes) -> tuple[Header, bytes]:
    """The header at the beginning of ``data``, and what comes behind it.

    :raises InputError: the bytes are no network service header that may be processed
    """
    if len(data) < BASE:
        raise InputError(f"a network service header has at least {BASE} bytes, and here are {len(data)}")
    first, kinds = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    path = int.from_bytes(data[4:BASE], "big")
    words, md_type = first & MOST_WORDS, kinds >> 8 & 0xF
    _check_start(first >> 14, md_type, words, len(data))
    rest = data[BASE : words * WORD]
    header = Header(
        path=path >> 8,
        index=path & MOST_INDEX,
        next_protocol=kinds & 0xFF,
        ttl=first >> 6 & MOST_TTL,
        context=rest if md_type == 1 else None,
        metadata=tuple(_metadata(rest)) if md_type == 2 else (),
        oam=bool(first >> 13 & 1),
        unassigned=(first >> 12 & 1) << 4 | kinds >> 12,
    )
    return header, data[words * WORD :]


def forwarded(header: Header) -> Header | None:
    """What a forwarder sends on: the time to live is lowered, and below 0 is 63; None where it comes to 0."""
    ttl = (header.ttl - 1) % (MOST_TTL + 1)
    return replace(header, ttl=ttl) if ttl else None


def served(header: Header) -> Header | None:
    """What a service function, or a proxy for one, sends on: the index is lowered; None where it is 0 already."""
    return replace(header, index=header.index - 1) if header.index else None


def _check_start(version: int, md_type: int, words: int, size: int) -> None:
    if version:
        raise InputError(f"version {version} of the network service header is not known; there is version 0")
    if md_type not in (1, 2):
        raise InputError(f"MD type {md_type} is not known; there are 1 and 2")
    if words < MD2_WORDS or (md_type == 1 and words != MD1_WORDS):
        right = f"{MD1_WORDS} words" if md_type == 1 else f"at least {MD2_WORDS} words"
        raise InputError(f"a header of MD type {md_type} says {words} words; its length is {right}")
    if size < words * WORD:
        raise InputError(f"the header says {words * WORD} bytes, and only {size} are there")


def _metadata(data: bytes) -> Iterator[Metadata]:
    while data:
        length = data[3] & MOST_VALUE
        end = WORD * (1 + _words(length))
        if end > len(data):
            raise InputError(f"metadata of {length} bytes reaches beyond the end of its header, which has {len(data)} left")
        yield Metadata(int.from_bytes(data[:2], "big"), data[2], data[WORD : WORD + length], data[3] >> 7)
        data = data[end:]


def _metadata_bytes(one: Metadata) -> bytes:
    padding = bytes(_words(len(one.value)) * WORD - len(one.value))
    return one.metadata_class.to_bytes(2, "big") + bytes((one.type, one.unassigned << 7 | len(one.value))) + one.value + padding


def _words(size: int) -> int:
    return -(-size // WORD)


def _within(what: str, number: int, low: int, high: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or number < low or number > high:
        right = f"from {low} to {high}" if low < high else str(low)
        raise InputError(f"the {what} is {number!r}, and has to be {right}")
