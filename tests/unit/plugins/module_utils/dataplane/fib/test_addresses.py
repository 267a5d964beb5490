# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as numbers: what the standard library says of them, faster and stricter."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib import addresses
from hypothesis import example, given
from hypothesis import strategies as st

TEXTS = st.text("0123456789abcdefABCDEF:./%x_+- ٣", max_size=30)


def of_library(kind: type, text: str) -> int | None:
    try:
        return int(kind(text)) if "%" not in text else None
    except ValueError:
        return None


def of_ours(read: object, text: str) -> int | None:
    try:
        return read(text)
    except ValueError:
        return None


@given(st.integers(0, 2**32 - 1))
def test_ipv4_reads_what_is_written(number: int) -> None:
    assert addresses.ipv4(str(ipaddress.IPv4Address(number))) == number


@given(st.integers(0, 2**128 - 1) | st.integers(0, 2**16).map(lambda low: low << 64) | st.integers(0, 2**33))
def test_ipv6_reads_what_is_written_in_every_form(number: int) -> None:
    address = ipaddress.IPv6Address(number)
    assert addresses.ipv6(str(address)) == addresses.ipv6(address.exploded) == addresses.ipv6(str(address).upper()) == number


@given(TEXTS)
@example("1.2.3")
@example("01.2.3.4")
@example("1.2.3.4.5")
@example("256.0.0.1")
def test_ipv4_refuses_what_the_library_refuses(text: str) -> None:
    assert of_ours(addresses.ipv4, text) == of_library(ipaddress.IPv4Address, text)


@given(TEXTS)
@example("::")
@example("1:2:3:4:5:6:7::")
@example("1:2:3:4:5:6:7:8::")
@example("::1:2:3:4:5:6:7:8")
@example("1::2::3")
@example("::ffff:10.0.0.1")
@example("fe80::1%eth0")
@example("1:2:3:4:5:6:7")
@example("12345::")
@example(":1::")
@example("0x1::")
def test_ipv6_refuses_what_the_library_refuses(text: str) -> None:
    assert of_ours(addresses.ipv6, text) == of_library(ipaddress.IPv6Address, text)


@pytest.mark.parametrize(
    ("text", "version", "read"),
    [
        ("10.0.0.0/8", 4, (10 << 24, 8)),
        ("0.0.0.0/0", 4, (0, 0)),
        ("10.0.0.1", 4, ((10 << 24) + 1, 32)),
        ("2001:db8::/32", 6, (0x20010DB8 << 96, 32)),
        ("::1", 6, (1, 128)),
    ],
)
def test_prefixes(text: str, version: int, read: tuple[int, int]) -> None:
    assert addresses.prefix(text, version) == read


@pytest.mark.parametrize(
    ("text", "version", "said"),
    [
        ("10.0.0.1/8", 4, "'10.0.0.1/8' has bits set beyond its length; write 10.0.0.0/8"),
        ("2001:db8::1/32", 6, "'2001:db8::1/32' has bits set beyond its length; write 2001:db8::/32"),
        ("10.0.0.0/33", 4, "'33' is no prefix length from 0 to 32"),
        ("10.0.0.0/", 4, "'' is no prefix length from 0 to 32"),
        ("10.0.0.0/+8", 4, "'+8' is no prefix length from 0 to 32"),
        ("::/129", 6, "'129' is no prefix length from 0 to 128"),
        ("::/0", 4, "'::' is no IPv4 address"),
        ("10.0.0.0/8", 6, "'10.0.0.0' is no IPv6 address"),
    ],
)
def test_prefixes_that_are_none(text: str, version: int, said: str) -> None:
    with pytest.raises(ValueError, match=r"no IPv|no prefix|has bits") as wrong:
        addresses.prefix(text, version)
    assert str(wrong.value) == said


def test_a_long_text_is_cut_in_the_sentence() -> None:
    with pytest.raises(ValueError, match="is no IPv4 address") as wrong:
        addresses.ipv4("1." * 100_000)
    assert len(str(wrong.value)) < 100


def test_equal_addresses_are_equal_text() -> None:
    assert addresses.canonical("2001:DB8:0:0::0001") == "2001:db8::1"
    assert addresses.canonical("10.0.0.1") == "10.0.0.1"


@pytest.mark.parametrize("text", ["0011.2233.44ff", "00:11:22:33:44:FF", "00-11-22-33-44-ff"])
def test_mac_addresses(text: str) -> None:
    assert addresses.mac(text) == 0x0011223344FF


@pytest.mark.parametrize("text", ["", "0011.2233.44", "00:11:22:33:44", "00:11-22:33:44:55", "0011.2233.44fg", "001122334455"])
def test_mac_addresses_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no MAC address"):
        addresses.mac(text)


def test_vlans() -> None:
    assert [addresses.vlan(text) for text in ("0", "1", "4095")] == [0, 1, 4095]


@pytest.mark.parametrize("text", ["", "4096", "-1", "all", "٣", "1" * 5000])
def test_vlans_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="a VLAN is a number from 0 to 4095"):
        addresses.vlan(text)
