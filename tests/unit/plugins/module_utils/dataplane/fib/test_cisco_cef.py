# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwarding tables of Cisco routers."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.cisco_cef import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import DROP, LOCAL, Hop, forward

HEADER = "Prefix               Next Hop             Interface\n"
SAMPLE = (
    HEADER
    + """\
0.0.0.0/0            10.4.0.2             Vlan2
0.0.0.0/8            drop
0.0.0.0/32           receive
10.0.0.0/8           attached             Null0
10.1.0.0/16          10.9.0.3             Vlan11
                     10.9.0.6             Vlan12
10.1.2.0/24          attached             GigabitEthernet4/6
10.1.2.1/32          receive              GigabitEthernet4/6
10.2.0.0/16          10.7.1.9             Null0
10.3.0.0/16          no route
224.0.0.0/4          multicast
240.0.0.0/4          drop                 Null0 (default route handler entry)
255.255.255.255/32   receive      """
)


def test_each_kind_of_entry() -> None:
    table = read(SAMPLE, "bbra.txt")
    assert {(table.written(index), route.egress, route.line) for index, route in enumerate(table.routes)} == {
        ("0.0.0.0/0", forward([Hop("Vlan2", "10.4.0.2")]), 2),
        ("0.0.0.0/8", DROP, 3),
        ("0.0.0.0/32", LOCAL, 4),
        ("10.0.0.0/8", DROP, 5),
        ("10.1.0.0/16", forward([Hop("Vlan11", "10.9.0.3"), Hop("Vlan12", "10.9.0.6")]), 6),
        ("10.1.2.0/24", forward([Hop("GigabitEthernet4/6")]), 8),
        ("10.1.2.1/32", LOCAL, 9),
        ("10.2.0.0/16", DROP, 10),
        ("10.3.0.0/16", DROP, 11),
        ("224.0.0.0/4", LOCAL, 12),
        ("240.0.0.0/4", DROP, 13),
        ("255.255.255.255/32", LOCAL, 14),
    }
    assert (table.version, table.file) == (4, "bbra.txt")


def test_line_ends_of_windows_and_headers_within_do_not_matter() -> None:
    other = SAMPLE.replace("10.1.2.0/24", f"{HEADER}\n10.1.2.0/24").replace("\n", "\r\n")
    assert read(other).prefixes == read(SAMPLE).prefixes
    assert read(other).egresses == read(SAMPLE).egresses


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("router#show ip cef", "is no entry of `show ip cef`"),
        ("10.0.0.0/8 attached", "'attached' is no next hop and interface"),
        ("10.0.0.0/8 10.0.0.1", "'10.0.0.1' is no next hop and interface"),
        ("10.0.0.0/8", "'' is no next hop and interface"),
        ("10.0.0.0/8 glean Vlan1", "'glean' is no next hop: an address, attached or one of"),
        ("10.0.0.0/8 attached Vlan1 Vlan2", "is no next hop and interface"),
        ("10.0.0.1/8 attached Vlan1", "write 10.0.0.0/8"),
        ("10.0.0.0/33 drop", "'33' is no prefix length"),
        ("2001:db8::/32 attached Vlan1", "is no IPv4 address"),
        ("C    10.0.0.0/8 is directly connected, Vlan1", "is no entry of `show ip cef`"),
    ],
)
def test_lines_that_are_no_entry(line: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        read(f"{HEADER}{line}\n", "r.txt")
    assert str(wrong.value).startswith("r.txt:2: ")
    assert said in str(wrong.value)


def test_a_next_hop_before_any_prefix() -> None:
    with pytest.raises(InputError, match=r"^line 2: .* is no entry"):
        read(HEADER + "                     10.0.0.1             Vlan2\n")


def test_a_prefix_that_is_forwarded_and_dropped() -> None:
    with pytest.raises(InputError, match=r"^line 1: this prefix is both forwarded and not"):
        read("10.0.0.0/8 10.0.0.1 Vlan2\n           10.0.0.2 Null0\n")
