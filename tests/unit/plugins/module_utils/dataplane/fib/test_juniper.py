# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwarding tables of Juniper routers."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.juniper import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import DROP, LOCAL, Hop, forward

COLUMNS = "Destination        Type RtRef Next hop           Type Index NhRef Netif\n"
SAMPLE = f"""\
<vn> <router name="atla">

Routing table: default.inet
Internet:
{COLUMNS}default            user     0 10.0.0.9           ucst   700     2 xe-0/0/9.0
default            perm     0                    rjct    36     3
0.0.0.0/32         perm     0                    dscd    34     8
10.1.0.0/24        user     0                    indr 2097182  2819
                              10.0.0.1           ucst  1254    68 ge-6/1/0.0
10.2.0.0/16        user     0                    ulst 1048605     5
                                                 indr 1048604     2
                              10.0.0.1           ucst  1184     4 ge-6/1/0.0
                                                 indr 1048601     2
                              10.0.1.1           ucst  1184     4 xe-2/2/0.706
10.3.0.0/30        intf     0                    rslv   919     1 ge-7/0/2.0
10.3.0.0/32        dest     0 10.3.0.0           recv   917     1 ge-7/0/2.0
10.3.0.1/32        intf     0 10.3.0.1           locl   918     2
10.3.0.1/32        dest     0 10.3.0.1           locl   918     2
10.3.0.2/32        dest     0 0:0:5a:73:78:d5    ucst  1064     1 ge-7/0/2.0
10.3.0.3/32        dest     0 10.3.0.3           bcst   916     1 ge-7/0/2.0
10.4.0.0/30        ifdn     0                    rslv   905     1 ge-7/0/1.0
10.4.0.1/32        user     0                    rjct    36     3
10.4.0.1/32        iddn     0 10.4.0.1           locl   904     2
10.5.0.98/32       dest     0 0.15.c5.f0.43.1b.0.90.69.fd.8e.f2.81.0.0.c.8.0
                                                 ucst   989     1 ge-7/0/0.12
10.6.0.0/24        user     0 10.3.0.2           hold  1575     3 xe-0/0/1.432
10.7.0.0/24        intf     0 f.0.8.0            ucst  2082     1 so-7/3/0.2
224.0.0.0/4        user     2                    rslv   647     1
224.0.0.0/4        perm     0                    mdsc    35     2
224.0.0.1/32       perm     0 224.0.0.1          mcst    31     6
228.1.2.1.136.165.236.112/64
                   user     0                    indr 2097253     6
                                                 mcrt  1419     1
10.0.0.9.150.99.111.244.4/72
                   dest     0                    locl  2081     1

Routing table: default.iso
ISO:
{COLUMNS}49.0000.0000.0000.0001/72
                   intf     0                    locl   517     1

Routing table: default.inet6
Internet6:
{COLUMNS}default            perm     0                    rjct    44     5
2001::/32          user     0                    indr 2097216   120
                              fe80::205:8500:a60:8ff8
                                                 ucst   980    60 ae8.10
2001:200:e000:853::/64
                   user     0 FE80::226:88ff:fec8:f0a5
                                                 ucst  1592    47 ge-6/1/0.0
ff1e::1:f00d:beac:2001:4930:95::122/256
                   user     0                    indr 2097178     2
                                                 mcrt  2269     1

Routing table: default.mpls
MPLS:
{COLUMNS}299776             user     0 10.0.0.1           Pop    1351     2 ge-6/0/0.0
</router>
</vn>"""


def rows(text: str, **options: object) -> dict:
    table = read(text, "atla.xml", **options)
    return {table.written(index): (route.egress, route.line) for index, route in enumerate(table.routes)}


def test_each_kind_of_entry() -> None:
    assert rows(SAMPLE) == {
        "0.0.0.0/0": (forward([Hop("xe-0/0/9.0", "10.0.0.9")]), 6),
        "0.0.0.0/32": (DROP, 8),
        "10.1.0.0/24": (forward([Hop("ge-6/1/0.0", "10.0.0.1")]), 9),
        "10.2.0.0/16": (forward([Hop("ge-6/1/0.0", "10.0.0.1"), Hop("xe-2/2/0.706", "10.0.1.1")]), 11),
        "10.3.0.0/30": (forward([Hop("ge-7/0/2.0")]), 16),
        "10.3.0.0/32": (LOCAL, 17),
        "10.3.0.1/32": (LOCAL, 18),
        "10.3.0.2/32": (forward([Hop("ge-7/0/2.0")]), 20),
        "10.3.0.3/32": (LOCAL, 21),
        "10.4.0.1/32": (DROP, 23),
        "10.5.0.98/32": (forward([Hop("ge-7/0/0.12")]), 25),
        "10.6.0.0/24": (forward([Hop("xe-0/0/1.432", "10.3.0.2")]), 27),
        "10.7.0.0/24": (forward([Hop("so-7/3/0.2")]), 28),
        "224.0.0.0/4": (LOCAL, 29),
        "224.0.0.1/32": (LOCAL, 31),
    }


def test_the_table_of_ipv6() -> None:
    assert rows(SAMPLE, version=6) == {
        "::/0": (DROP, 47),
        "2001::/32": (forward([Hop("ae8.10", "fe80::205:8500:a60:8ff8")]), 48),
        "2001:200:e000:853::/64": (forward([Hop("ge-6/1/0.0", "fe80::226:88ff:fec8:f0a5")]), 51),
    }


def test_routing_instances_are_tables_of_their_own() -> None:
    text = (
        SAMPLE.replace("default.inet\n", "inet\n")
        + f"\nRouting table: blue.inet [Index 5]\n{COLUMNS}10.0.0.0/8 user 0 rjct 36 3\n"
    )
    assert rows(text) == rows(SAMPLE)
    assert list(rows(text, instance="blue")) == ["10.0.0.0/8"]
    with pytest.raises(
        InputError, match=r"no table of 'blue' for IPv6; the text has 'default \(IPv4\), default \(IPv6\), blue \(IPv4\)'"
    ):
        read(text, None, version=6, instance="blue")
    with pytest.raises(InputError, match=r"^there is no table of 'default' for IPv4 or IPv6; the text has none"):
        read("")


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ("hello", 2, "the entry ends before its next hop is complete"),
        ("hello user 0 rjct 1 1", 2, "'hello' is no IPv4 address"),
        ("10.0.0.0/8 user 0 quux 1 1 ge-0", 2, "'quux 1' has no type of next hop that can be read: indr, ulst"),
        ("10.0.0.0/8 user 0 comp 1 1", 2, "'comp 1' has no type of next hop"),
        ("10.0.0.0/8 user x rjct 1 1", 2, "1 counters are expected after the type, not 'x'"),
        ("10.0.0.0/8 user 0 rjct 1", 2, "2 counters are expected after the type, not '1'"),
        ("10.0.0.0/8 user 0 10.0.0.1 ucst 1 1", 2, "a next hop of the type ucst needs an interface"),
        ("10.0.0.0/8 user 0 10.0.0.300 ucst 1 1 ge-0", 2, "'10.0.0.300' is no IPv4 address"),
        ("10.0.0.0/8 user 0 10.0.0.3 ucst 1 1 ge-0 ge-1", 2, "is no line of a forwarding table"),
        ("10.0.0.0/8 user 0 indr 1 1", 2, "the entry has 0 next hops"),
        ("10.0.0.0/8 user 0 ucst 1 1 ge-0\n   ucst 1 1 ge-1", 2, "the entry has 2 next hops; one is expected, or indr or ulst"),
        ("10.0.0.0/8 user 0 10.0.0.1\n  10.0.0.2", 3, "the next hop '10.0.0.1' before this line has no type"),
        ("10.0.0.0/8 user 0 10.0.0.1\n10.1.0.0/16 user 0 rjct 1 1", 2, "the entry ends before its next hop is complete"),
        ("10.0.0.0/8\n  rjct 1 1", 3, "a next hop stands before a type of route"),
        ("10.0.0.0/8 user 0\n  user 0 rjct 1 1", 3, "a second type of route stands here"),
        ("  user 0 rjct 1 1", 2, "a next hop stands before any destination"),
    ],
)
def test_lines_that_are_no_entry(lines: str, line: int, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        read(f"Routing table: default.inet\n{lines}\n", "r.xml")
    assert str(wrong.value).startswith(f"r.xml:{line}: ")
    assert said in str(wrong.value)


def test_text_before_the_first_table() -> None:
    with pytest.raises(InputError, match=r"^line 1: 'user@router> .*' stands before any line `Routing table: NAME`"):
        read(f"user@router> show route forwarding-table\n{SAMPLE}")
