# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that nobody meant well: every reader ends soon, with a table or with one sentence."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib import juniper_interfaces, mac_table
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.read import FORMATS, read
from hypothesis import given, settings
from hypothesis import strategies as st

READERS: dict[str, Callable[[str], object]] = {
    "auto": read,
    **{name: lambda text, name=name: read(text, None, name) for name in FORMATS},
    "interfaces": juniper_interfaces.read,
    "mac": mac_table.read,
    **{f"mac {name}": lambda text, name=name: mac_table.read(text, None, name) for name in mac_table.FORMATS},
}
SIZE = 50_000
SECONDS = 10  # of the processor; quadratic time would take minutes

CEF = "Prefix               Next Hop             Interface\n"
JUNIPER = "Routing table: default.inet\n10.0.0.0/8 user 0 ulst 1 1\n"
MAC = "Vlan    Mac Address       Type        Ports\n   1    0030.199d.9070    DYNAMIC     Gi0/1\n"
LARGE = {
    "letters": "a" * SIZE,
    "digits": "9" * SIZE,
    "blanks": " " * SIZE + "x",
    "dots": "1." * SIZE,
    "colons": "1:" * SIZE,
    "commas": "a," * SIZE,
    "quotes": '"' * SIZE,
    "stars": "* " * SIZE,
    "blanks in CEF": CEF + "10.0.0.0/8 a" + " " * SIZE + "b",
    "blanks in a route": "10.0.0.0/8 dev" + " " * SIZE + "b",
    "blanks in Juniper": JUNIPER + "11.0.0.0/8 user 0 a" + " " * SIZE + "b",
    "blanks in CSV": "10.0.0.0/8,a" + " " * SIZE + "b",
    "blanks in a row of MACs": MAC + "   1    0030.199d.9070    DYNAMIC     a" + " " * SIZE + "b",
    "blanks in a bridge's line": "00:30:19:9d:90:70 dev a" + " " * SIZE + "b",
    "tags": "<" * SIZE,
    "lines": "\n" * SIZE + "x",
    "nested JSON": "[" * SIZE,
    "nested XML": "<a>" * SIZE,
    "a long name in XML": f"<vn><{'a' * SIZE}>{'<b/>' * (SIZE // 10)}</{'a' * SIZE}></vn>",
    "a large value in XML": f"<logical-interface><name>{'<x/>a' * SIZE}</name></logical-interface>",
    "one entry of CEF": CEF + "10.0.0.0/8 10.0.0.1 Vlan1\n" + "  10.0.0.2 Vlan2\n" * SIZE,
    "one route of Linux": "10.0.0.0/8\n" + "\tnexthop via 10.0.0.1 dev eth0\n" * SIZE,
    "a word of Linux": "10.0.0.0/8 dev eth0 mtu " + "lock " * SIZE,
    "one route of Juniper": JUNIPER + "  10.0.0.1 ucst 1 1 ge-0\n" * SIZE,
    "a title of Juniper": "Routing table: " + "a." * SIZE + "inet",
    "titles of Juniper": "".join(f"Routing table: a{number}.inet\n" for number in range(SIZE)),
    "a destination of Juniper": "Routing table: default.inet\n" + "1." * SIZE + "1/64\n  user 0 rjct 1 1",
    "one entry of MACs": MAC + "      Gi0/2,Gi0/3\n" * SIZE,
    "a header of MACs": "vlan mac address type " + "a " * SIZE,
    "a bridge's line": "00:30:19:9d:90:70 dev eth0" + " self" * SIZE,
}


def sentence_of(reader: Callable[[str], object], text: str) -> str | None:
    """What a reader says against a text, or None when it reads it."""
    try:
        reader(text)
    except InputError as wrong:
        return str(wrong)
    return None


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", LARGE)
def test_large_text_ends_in_bounded_time(reader: str, name: str) -> None:
    start = time.process_time()
    sentence = sentence_of(READERS[reader], LARGE[name])
    assert time.process_time() - start < SECONDS
    if sentence is not None:
        assert 20 < len(sentence) < 1_000
        assert "\n" not in sentence


WORDS = [
    *("10.0.0.0/8", "default", "2001:db8::/32", "10.0.0.1", "fe80::1", "0", "7", "0030.199d.9070", "00:30:19:9d:90:70"),
    *(
        "dev",
        "eth0",
        "via",
        "inet6",
        "nexthop",
        "metric",
        "table",
        "local",
        "blackhole",
        "throw",
        "proto",
        "dead",
        "lock",
        "mtu",
    ),
    *("attached", "receive", "drop", "Null0", "Vlan2", "Prefix", "Next Hop", "Interface", "multicast", "no route"),
    *("user", "intf", "ifdn", "indr", "ulst", "ucst", "rslv", "rjct", "Routing table: default.inet\n", "Internet:", "<router>"),
    *("vlan", "mac address", "type", "ports", "*", "dynamic", "Gi4/9", "master", "br0", "self", "permanent", "vlan 10"),
    *(
        "[",
        "]",
        "{",
        "}",
        '"dst":',
        '"dev":',
        '"nexthops":',
        '"default"',
        '"eth0"',
        ",",
        '"',
        "\\",
        "\r",
        "\t",
        "\ud800",
        "\x0b",
    ),
]
SEPARATORS = ["", " ", "  ", "\n", "\n  ", ","]


@settings(max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SEPARATORS)), max_size=25))
def test_words_in_any_order_are_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    text = "".join(word + separator for word, separator in pairs)
    for reader in READERS.values():
        assert sentence_of(reader, text) != ""


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for reader in READERS.values():
        assert sentence_of(reader, text) != ""
