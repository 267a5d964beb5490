# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network service headers as bytes: round trips, bytes that a person can check by RFC 8300, and scapy as another decoder."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.nsh import (
    Header,
    Metadata,
    decode,
    encode,
    forwarded,
    served,
)
from hypothesis import given
from hypothesis import strategies as st

SCAPY = """
import json, sys
from scapy.contrib.nsh import NSH
found = []
for text in json.load(sys.stdin):
    one = NSH(bytes.fromhex(text))
    found.append({
        "version": one.ver, "oam": one.oam, "ttl": one.ttl, "words": one.length, "md_type": one.mdtype,
        "next_protocol": one.nextproto, "path": one.spi, "index": one.si, "context": bytes(one.context_header or b"").hex(),
        "unassigned": one.unused1 << 4 | one.unused2,
        "metadata": [
            [t.class_, t.type, t.reserved, b"".join(word.to_bytes(4, "big") for word in t.metadata)[: t.length].hex()]
            for t in one.vlch or ()
        ],
    })
json.dump(found, sys.stdout)
"""


def metadata() -> st.SearchStrategy[Metadata]:
    return st.builds(
        Metadata, st.integers(0, 0xFFFF), st.integers(0, 255), st.binary(max_size=60), unassigned=st.integers(0, 1)
    )


def headers() -> st.SearchStrategy[Header]:
    common = {
        "path": st.integers(0, (1 << 24) - 1),
        "index": st.integers(0, 255),
        "next_protocol": st.integers(0, 255),
        "ttl": st.integers(0, 63),
        "oam": st.booleans(),
        "unassigned": st.integers(0, 31),
    }
    first = st.builds(Header, context=st.binary(min_size=16, max_size=16), **common)
    second = st.builds(Header, context=st.none(), metadata=st.lists(metadata(), max_size=3).map(tuple), **common)
    return first | second


@given(headers(), st.binary(max_size=8))
def test_what_is_encoded_is_decoded(header: Header, payload: bytes) -> None:
    assert decode(encode(header) + payload) == (header, payload)


@given(st.binary(max_size=80))
def test_bytes_are_a_header_or_are_refused(data: bytes) -> None:
    try:
        header, rest = decode(data)
    except InputError:
        return
    assert len(data) - len(rest) == 4 * header.words
    assert decode(encode(header)) == (header, b"")


@pytest.mark.parametrize(
    ("data", "header"),
    [
        ("0fc60103 000001ff 00000000 00000000 00000000 00000000", Header(path=1)),
        ("0fc20201 00000afe", Header(path=10, index=254, next_protocol=1, context=None)),
        ("2fc20201 00000afe", Header(path=10, index=254, next_protocol=1, context=None, oam=True)),
        (
            "00440202 ffffff00 01028003 61626300",
            Header(0xFFFFFF, 0, 2, 1, None, (Metadata(0x102, 0x80, b"abc"),)),
        ),
        ("1fc2f2fe 00000001", Header(0, 1, 0xFE, 63, None, unassigned=31)),
    ],
)
def test_bytes_as_the_standard_draws_them(data: str, header: Header) -> None:
    assert encode(header).hex() == data.replace(" ", "")
    assert decode(bytes.fromhex(data)) == (header, b"")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "has at least 8 bytes, and here are 0"),
        ("0fc601030000", "has at least 8 bytes, and here are 6"),
        ("4fc20201 00000afe", "version 1 of the network service header is not known"),
        ("0fc20001 00000afe", "MD type 0 is not known; there are 1 and 2"),
        ("0fc20f01 00000afe", "MD type 15 is not known"),
        ("0fc20101 00000afe", "a header of MD type 1 says 2 words; its length is 6 words"),
        ("0fc10201 00000afe", "a header of MD type 2 says 1 words; its length is at least 2 words"),
        ("0fc60103 000001ff", "the header says 24 bytes, and only 8 are there"),
        ("0fc30201 00000afe 00010205", "metadata of 5 bytes reaches beyond the end of its header, which has 4 left"),
    ],
)
def test_bytes_that_must_not_be_processed(data: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(bytes.fromhex(data))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"path": 1 << 24}, "the service path is 16777216, and has to be from 0 to 16777215"),
        ({"path": -1}, "the service path is -1"),
        ({"path": True}, "the service path is True"),
        ({"path": 1, "index": 256}, "the service index is 256"),
        ({"path": 1, "ttl": 64}, "the time to live is 64, and has to be from 0 to 63"),
        ({"path": 1, "context": b"12"}, "the context of MD type 1 in bytes is 2, and has to be 16"),
        ({"path": 1, "metadata": (Metadata(1, 1),)}, "the number of variable context headers beside a context is 1"),
        ({"path": 1, "context": None, "metadata": (Metadata(1, 1, bytes(120)),) * 2}, "the length in words is 64"),
    ],
)
def test_headers_that_cannot_be(fields: dict, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        Header(**fields)
    assert sentence in str(caught.value)
    with pytest.raises(InputError):
        Metadata(1, 1, bytes(128))


def test_a_packet_is_lost_after_as_many_hops_as_its_time_to_live() -> None:
    header, hops = Header(path=1), 0
    while header := forwarded(header):
        hops += 1
    assert hops == 62
    assert forwarded(Header(path=1, ttl=0)) == Header(path=1, ttl=63)


def test_a_function_lowers_the_index_alone_and_cannot_below_zero() -> None:
    assert served(Header(path=5, index=9, context=None)) == Header(path=5, index=8, context=None)
    assert served(Header(path=5, index=0)) is None


def test_scapy_reads_the_same() -> None:
    pytest.importorskip("scapy", reason="scapy is not installed")
    chance = random.Random(8300)
    written = [_random(chance) for _header in range(200)]
    given = json.dumps([encode(one).hex() for one in written])
    done = subprocess.run([sys.executable, "-c", SCAPY], input=given, capture_output=True, text=True, check=True, timeout=60)
    for header, read in zip(written, json.loads(done.stdout), strict=True):
        assert read == {
            "version": 0,
            "oam": int(header.oam),
            "ttl": header.ttl,
            "words": header.words,
            "md_type": header.md_type,
            "next_protocol": header.next_protocol,
            "path": header.path,
            "index": header.index,
            "context": (header.context or b"").hex(),
            "unassigned": header.unassigned,
            "metadata": [[one.metadata_class, one.type, one.unassigned, one.value.hex()] for one in header.metadata],
        }


def _random(chance: random.Random) -> Header:
    header = Header(
        path=chance.getrandbits(24), index=chance.getrandbits(8), next_protocol=chance.getrandbits(8),
        ttl=chance.getrandbits(6), oam=chance.random() < 0.5, unassigned=chance.getrandbits(5), context=chance.randbytes(16),
    )  # fmt: skip
    if chance.random() < 0.5:
        return header
    some = (
        Metadata(chance.getrandbits(16), chance.getrandbits(8), chance.randbytes(chance.randrange(60)), chance.getrandbits(1))
        for _one in range(chance.randrange(4))
    )
    return replace(header, context=None, metadata=tuple(some))
