# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MAC tables of Cisco's switches, of Linux bridges, and as CSV."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.mac_entry import Entry
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.mac_table import by_port, read, told

A, B, C = 0x0030199D9070, 0x33330000000D, 0x01005E6F700C

CATALYST_6500 = """
Legend: * - primary entry
        age - seconds since last seen
        n/a - not available

  vlan   mac address     type    learn     age              ports
------+----------------+--------+-----+----------+--------------------------
*  590  0030.199d.9070   dynamic  Yes        110   Gi4/9
*  322  3333.0000.000d    static  Yes          -   Te1/1,Te1/2
                                                   Gi4/1,Router
                                                   Switch
*  495  0100.5e6f.700c    static  Yes          -
*  ---  0030.199d.9070    static  No           -   Router
"""
CATALYST = """
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    3333.0000.000d    STATIC      CPU
   1    0030.199d.9070    DYNAMIC     Gi0/1
   1    0100.5e6f.700c    STATIC      Drop
Total Mac Addresses for this criterion: 3
"""
NEXUS = """\
Legend:
        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC
        age - seconds since last seen,+ - primary entry using vPC Peer-Link,
        (T) - True, (F) - False
   VLAN     MAC Address      Type      age     Secure NTFY Ports/SWID.SSID.LID
---------+-----------------+--------+---------+------+----+------------------
* 10       0030.199d.9070   dynamic   10      F      F    Po100 (R)
+ 20       3333.0000.000d   dynamic   5       F      F    vPC Peer-Link
G -        0100.5e6f.700c   static    -       F      F    sup-eth1(R)
"""
BRIDGE = """\
00:30:19:9d:90:70 dev eth1 vlan 10 master br0
33:33:00:00:00:0d dev eth2 vlan 10 extern_learn offload master br0 static
01:00:5e:6f:70:0c dev eth1 master br0 permanent
33:33:00:00:00:01 dev eth1 self permanent
00:00:00:00:00:00 dev vxlan7 dst 10.0.0.1 via eth1 src_vni 7 self permanent
"""


@pytest.mark.parametrize(
    ("name", "text", "entries"),
    [
        (
            "cisco",
            CATALYST_6500,
            [
                Entry(590, A, ("Gi4/9",), 8),
                Entry(322, B, ("Te1/1", "Te1/2", "Gi4/1", "Router", "Switch"), 9),
                Entry(495, C, (), 12),
                Entry(None, A, ("Router",), 13),
            ],
        ),
        ("cisco", CATALYST, [Entry(None, B, ("CPU",), 7), Entry(1, A, ("Gi0/1",), 8), Entry(1, C, (), 9)]),
        ("cisco", NEXUS, [Entry(10, A, ("Po100",), 7), Entry(20, B, ("vPC Peer-Link",), 8), Entry(None, C, ("sup-eth1",), 9)]),
        ("bridge", BRIDGE, [Entry(10, A, ("eth1",), 1), Entry(10, B, ("eth2",), 2), Entry(None, C, ("br0",), 3)]),
        (
            "csv",
            "vlan,mac,port\n10,00:30:19:9d:90:70,eth1\n,3333.0000.000d,eth1\n\n,33-33-00-00-00-0D,eth2\n",
            [Entry(10, A, ("eth1",), 2), Entry(None, B, ("eth1", "eth2"), 3)],
        ),
    ],
    ids=["Catalyst 6500", "Catalyst", "Nexus", "bridge", "CSV"],
)
def test_each_format(name: str, text: str, entries: list[Entry]) -> None:
    assert told(text) == name
    assert read(text) == read(text.replace("\n", "\r\n"), None, name) == tuple(entries)


def test_entries_by_port_and_vlan() -> None:
    entries = [
        Entry(1, B, ("a", "b"), 1),
        Entry(1, A, ("a",), 2),
        Entry(2, A, ("a",), 3),
        Entry(1, C, (), 4),
        Entry(1, A, ("a",), 5),
    ]
    assert by_port(entries) == {("a", 1): (A, B), ("b", 1): (B,), ("a", 2): (A,)}


HEADER = "Vlan    Mac Address       Type        Ports\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", "", "this looks like none of cisco, bridge, csv"),
        ("hello", "", "this looks like none of cisco, bridge, csv"),
        (f"   1    0030.199d.9070    DYNAMIC     Gi0/1\n{HEADER}", ":1", "stands before the header line"),
        (f"{HEADER}switch#", ":2", "'switch#' is no entry of a MAC table"),
        (f"{HEADER}   1    0030.199d.907    DYNAMIC     Gi0/1", ":2", "is no entry of a MAC table"),
        (f"{HEADER}   1    0030199d.9070.    DYNAMIC     Gi0/1", ":2", "'0030199d.9070.' is no MAC address"),
        (f"{HEADER}4096    0030.199d.9070    DYNAMIC     Gi0/1", ":2", "'4096' is no VLAN"),
        (f"{HEADER}     Gi0/1", ":2", "'Gi0/1' is no entry of a MAC table"),
        (f"{HEADER}   1    0030.199d.9070    DYNAMIC     Gi0/1\n     Gi0/2 Gi0/3", ":3", "is no entry of a MAC table"),
        (BRIDGE.replace("eth2", "eth2 colour blue"), ":2", "'colour' is no word of `bridge fdb show`"),
        (BRIDGE.replace("master br0 static", "master br1"), ":2", "the bridges 'br0' and 'br1' stand in one text"),
        (BRIDGE.replace("dev eth1 vlan 10 ", ""), ":1", "the entry names no dev; save `bridge fdb show br NAME`"),
        (BRIDGE.replace("vlan 10", "vlan x"), ":1", "'x' is no VLAN"),
        (BRIDGE.replace("00:30:19", "00:30:1g"), ":1", "is no MAC address"),
        ("1,0030.199d.9070", ":1", "a row is vlan, mac, port"),
        ("1,0030.199d.9070,", ":1", "a row is vlan, mac, port"),
        ("1,eth0,0030.199d.9070", ":1", "'eth0' is no MAC address"),
    ],
)
def test_texts_that_cannot_be_read(text: str, line: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        read(text, "m.txt")
    assert str(wrong.value).startswith(f"m.txt{line}: ")
    assert said in str(wrong.value)


def test_a_format_that_is_none() -> None:
    with pytest.raises(InputError, match=r"^m.txt: 'xml' is no format of a MAC table: auto, cisco, bridge, csv$"):
        read("", "m.txt", "xml")
