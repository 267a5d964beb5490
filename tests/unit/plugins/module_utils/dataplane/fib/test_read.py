# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwarding tables as CSV, and the door that tells formats apart."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib import csv_table
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.read import FORMATS, read, told
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import DROP, LOCAL, Hop, Table, forward

SAMPLE = """\
Prefix, port, gateway

default,eth0,10.0.0.1
10.0.0.0/8,eth1
10.1.0.0/16,eth1,10.0.0.1
10.9.0.0/16,drop
"10.0.0.254",local,
10.1.0.0/16,eth2,10.0.0.2
"""


def rows(table: Table) -> list[tuple]:
    return [(table.written(index), route.egress, route.line) for index, route in enumerate(table.routes)]


def test_each_kind_of_row() -> None:
    assert rows(csv_table.read(SAMPLE)) == [
        ("0.0.0.0/0", forward([Hop("eth0", "10.0.0.1")]), 3),
        ("10.0.0.0/8", forward([Hop("eth1")]), 4),
        ("10.1.0.0/16", forward([Hop("eth1", "10.0.0.1"), Hop("eth2", "10.0.0.2")]), 5),
        ("10.9.0.0/16", DROP, 6),
        ("10.0.0.254/32", LOCAL, 7),
    ]


def test_without_a_header_and_of_ipv6() -> None:
    table = csv_table.read("default,eth0,FE80::1\r\n2001:db8::/32,eth1\r\n")
    assert rows(table) == [("::/0", forward([Hop("eth0", "fe80::1")]), 1), ("2001:db8::/32", forward([Hop("eth1")]), 2)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10.0.0.0/8", "line 1: a row is prefix, port, gateway"),
        ("10.0.0.0/8,,10.0.0.1", "line 1: a row is prefix, port, gateway"),
        ("10.0.0.0/8,a,10.0.0.1,b", "line 1: a row is prefix, port, gateway"),
        ("10.0.0.0/8,a\nprefix,port", "line 2: 'prefix' is no IPv4 address"),
        ("10.0.0.0/8,a\n::/0,b", "line 2: '::' is no IPv4 address"),
        ("10.0.0.0/8,a,b", "line 1: 'b' is no IPv4 address"),
        ("10.0.0.0/8,drop,10.0.0.1", "line 1: drop has no gateway; leave '10.0.0.1' out"),
        ("10.0.0.0/8,drop\n10.0.0.0/8,local", "line 1: the prefix of this line has ports and a word, or two words"),
        ("10.0.0.0/8,eth0\n11.0.0.0/8,a\n10.0.0.0/8,local", "line 1: the prefix of this line has ports and a word"),
        ('10.0.0.0/8,"a', "line 1: this is no CSV"),
        ("10.0.0.0/8,a\rb", "line 1: this is no CSV"),
        ("10.0.0.0/8," + "a" * 200_000, "line 1: this is no CSV"),
    ],
)
def test_rows_that_are_none(text: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        csv_table.read(text)
    assert str(wrong.value).startswith(said)


def test_a_prefix_named_again_and_again_is_read_in_linear_time() -> None:
    table = csv_table.read("".join(f"10.0.0.0/8,eth{number}\n" for number in range(20_000)))
    assert len(table.routes[0].ports) == 20_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("csv", SAMPLE),
        ("csv", "10.0.0.0/8,eth0"),
        ("cisco_cef", "\nPrefix               Next Hop             Interface\n"),
        ("cisco_cef", "0.0.0.0/0            drop\n"),
        ("cisco_cef", "0.0.0.0/0            10.0.0.1             Vlan2\n"),
        ("ip_route", "default via 10.0.0.1 dev eth0"),
        ("ip_route", "10.0.0.0/8 dev eth0"),
        ("ip_route", "\n10.0.0.0/8 proto static\n\tnexthop dev eth0\n"),
        ("ip_route", "2001:db8::1 dev eth0"),
        ("ip_route", "blackhole 10.0.0.0/8"),
        ("ip_route", ' [{"dst":"default","dev":"eth0"}]'),
        ("juniper", "<vn>\nRouting table: default.inet\nInternet:\ndefault perm 0 rjct 36 1\n"),
    ],
)
def test_formats_are_told_by_their_content(name: str, text: str) -> None:
    assert told(text) == name
    assert read(text).routes[:] == read(text, None, name).routes[:] == FORMATS[name](text, None).routes[:]


@pytest.mark.parametrize("text", ["", "\n \n", "hello world", "C    10.0.0.0/8 is directly connected, Vlan1".replace(",", "")])
def test_a_format_that_cannot_be_told(text: str) -> None:
    with pytest.raises(InputError, match="name the format if it is right"):
        read(text, "r.txt")


def test_a_format_that_is_none() -> None:
    with pytest.raises(
        InputError, match=r"^r.txt: 'xml' is no format of a forwarding table: auto, ip_route, cisco_cef, juniper, csv$"
    ):
        read("", "r.txt", "xml")
