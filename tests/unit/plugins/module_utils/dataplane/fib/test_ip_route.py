# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of Linux machines, as text and as JSON."""

from __future__ import annotations

import json

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.ip_route import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import DROP, LOCAL, Egress, Hop, forward

ETH0, ETH1 = forward([Hop("eth0")]), forward([Hop("eth1")])

# (text, the same as JSON, what is read: prefix -> egress)
SAMPLES = {
    "a gateway": (
        "default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.9 metric 100 \n",
        [
            {
                "dst": "default",
                "gateway": "10.0.0.1",
                "dev": "eth0",
                "protocol": "dhcp",
                "prefsrc": "10.0.0.9",
                "metric": 100,
                "flags": [],
            }
        ],
        {"0.0.0.0/0": forward([Hop("eth0", "10.0.0.1")])},
    ),
    "a link": (
        "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.9 linkdown\n",
        [{"dst": "10.0.0.0/24", "dev": "eth0", "protocol": "kernel", "scope": "link", "flags": ["linkdown"]}],
        {"10.0.0.0/24": ETH0},
    ),
    "equal cost": (
        "10.0.0.0/8 proto static metric 20 \n\tnexthop via 10.1.0.1 dev eth1 weight 1 \n\tnexthop dev eth0 weight 3 onlink \n",
        [
            {
                "dst": "10.0.0.0/8",
                "metric": 20,
                "nexthops": [
                    {"gateway": "10.1.0.1", "dev": "eth1", "weight": 1},
                    {"dev": "eth0", "weight": 3, "flags": ["onlink"]},
                ],
            }
        ],
        {"10.0.0.0/8": forward([Hop("eth0"), Hop("eth1", "10.1.0.1")])},
    ),
    "a next hop that is dead": (
        "10.0.0.0/8\n\tnexthop via 10.1.0.1 dev eth1 weight 1 dead linkdown\n\tnexthop dev eth0 weight 1\n",
        [
            {
                "dst": "10.0.0.0/8",
                "nexthops": [{"gateway": "10.1.0.1", "dev": "eth1", "flags": ["dead", "linkdown"]}, {"dev": "eth0"}],
            }
        ],
        {"10.0.0.0/8": ETH0},
    ),
    "a dead route gives way": (
        "10.0.0.0/8 dev eth1 metric 1 dead\n10.0.0.0/8 dev eth0 metric 2\n",
        [
            {"dst": "10.0.0.0/8", "dev": "eth1", "metric": 1, "flags": ["dead"]},
            {"dst": "10.0.0.0/8", "dev": "eth0", "metric": 2},
        ],
        {"10.0.0.0/8": ETH0},
    ),
    "the lowest metric": (
        "10.0.0.0/8 dev eth1 metric 20\n10.0.0.0/8 dev eth0\n",
        [{"dst": "10.0.0.0/8", "dev": "eth1", "metric": 20}, {"dst": "10.0.0.0/8", "dev": "eth0"}],
        {"10.0.0.0/8": ETH0},
    ),
    "the higher preference": (
        """\
default via fe80::1 dev eth0 proto ra metric 1024 expires 1700sec hoplimit 64 pref medium
default via fe80::2 dev eth1 proto ra metric 1024 pref high
::1 dev lo proto kernel metric 256 pref medium
""",
        [
            {"dst": "default", "gateway": "fe80::1", "dev": "eth0", "metric": 1024, "expires": 1700, "pref": "medium"},
            {"dst": "default", "gateway": "fe80::2", "dev": "eth1", "metric": 1024, "pref": "high"},
            {"dst": "::1", "dev": "lo", "metric": 256, "pref": "medium"},
        ],
        {"::/0": forward([Hop("eth1", "fe80::2")]), "::1/128": forward([Hop("lo")])},
    ),
    "types": (
        """\
unicast 10.0.0.0/8 dev eth0
blackhole 10.1.0.0/16
unreachable 10.2.0.0/16 metric 4
prohibit 10.3.0.0/16
throw 10.4.0.0/16
local 10.0.0.9 dev eth0 scope host
broadcast 10.0.0.255 dev eth0 scope link
multicast 239.0.0.0/8 dev eth0
""",
        [
            {"type": "unicast", "dst": "10.0.0.0/8", "dev": "eth0"},
            {"type": "blackhole", "dst": "10.1.0.0/16"},
            {"type": "unreachable", "dst": "10.2.0.0/16", "metric": 4},
            {"type": "prohibit", "dst": "10.3.0.0/16"},
            {"type": "throw", "dst": "10.4.0.0/16"},
            {"type": "local", "dst": "10.0.0.9", "dev": "eth0"},
            {"type": "broadcast", "dst": "10.0.0.255", "dev": "eth0"},
            {"type": "multicast", "dst": "239.0.0.0/8", "dev": "eth0"},
        ],
        {"10.0.0.0/8": ETH0}
        | dict.fromkeys(["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"], DROP)
        | dict.fromkeys(["10.0.0.9/32", "10.0.0.255/32", "239.0.0.0/8"], LOCAL),
    ),
    "IPv4 by a neighbour of IPv6": (
        "default via inet6 fe80::1 dev eth0 mtu lock 1400 advmss 1360\n",
        [{"dst": "default", "via": {"family": "inet6", "host": "fe80::1"}, "dev": "eth0", "metrics": [{"mtu": 1400}]}],
        {"0.0.0.0/0": forward([Hop("eth0", "fe80::1")])},
    ),
    "a next hop by its number": (
        "10.0.0.0/8 nhid 7 via 10.1.0.1 dev eth1 proto bgp offload\n",
        [{"dst": "10.0.0.0/8", "nhid": 7, "gateway": "10.1.0.1", "dev": "eth1", "flags": ["offload"]}],
        {"10.0.0.0/8": forward([Hop("eth1", "10.1.0.1")])},
    ),
    "local and main of IPv4 are one, local first": (
        """\
10.0.0.0/8 dev eth0
10.1.1.0/24 dev eth0
10.1.0.0/16 dev eth0
11.0.0.0/8 table 254 dev eth1
local 10.1.0.0/16 dev lo table local metric 9
throw 10.2.0.0/16 table 255
""",
        [
            {"dst": "10.0.0.0/8", "dev": "eth0"},
            {"dst": "10.1.1.0/24", "dev": "eth0"},
            {"dst": "10.1.0.0/16", "dev": "eth0"},
            {"dst": "11.0.0.0/8", "dev": "eth1", "table": "254"},
            {"type": "local", "dst": "10.1.0.0/16", "dev": "lo", "table": "local", "metric": 9},
            {"type": "throw", "dst": "10.2.0.0/16", "table": 255},
        ],
        {"10.0.0.0/8": ETH0, "10.1.1.0/24": ETH0, "10.1.0.0/16": LOCAL, "11.0.0.0/8": ETH1, "10.2.0.0/16": DROP},
    ),
    "main of IPv6 is asked after local": (
        """\
2001:db8::/32 dev eth0 metric 1024
2001:db8:1:1::/64 dev eth0 metric 1024
2001:db8:1::/48 dev eth0 metric 1
2001:db8:2::/48 dev eth1 metric 1
local 2001:db8:1::/48 dev lo table local metric 1024
""",
        [
            {"dst": "2001:db8::/32", "dev": "eth0", "metric": 1024},
            {"dst": "2001:db8:1:1::/64", "dev": "eth0", "metric": 1024},
            {"dst": "2001:db8:1::/48", "dev": "eth0", "metric": 1},
            {"dst": "2001:db8:2::/48", "dev": "eth1", "metric": 1},
            {"type": "local", "dst": "2001:db8:1::/48", "dev": "lo", "table": "local", "metric": 1024},
        ],
        {"2001:db8::/32": ETH0, "2001:db8:1::/48": LOCAL, "2001:db8:2::/48": ETH1},
    ),
    "nothing": ("", [], {}),
}


def rows(text: str) -> dict[str, Egress]:
    table = read(text)
    return {table.written(index): route.egress for index, route in enumerate(table.routes)}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    text, entries, wanted = SAMPLES[name]
    assert rows(text) == wanted
    assert rows(json.dumps(entries)) == wanted
    assert rows(text.replace("\n\t", " \\\t")) == wanted, "as one line each, by ip -oneline"


def test_lines_count_from_one_and_entries_too() -> None:
    text, entries, _wanted = SAMPLES["equal cost"]
    assert [route.line for route in read(f"{text}\n11.0.0.0/8 dev eth0").routes] == [1, 5]
    assert [route.line for route in read(json.dumps([*entries, {"dst": "11.0.0.0/8", "dev": "eth0"}])).routes] == [1, 2]


RIVAL = "has several routes of the same metric, in {}, and the first is taken; give them different metrics, or make them"


@pytest.mark.parametrize(
    ("lines", "prefix", "places"),
    [
        (["10.0.0.0/8 dev a", "10.0.0.0/8 dev b"], "10.0.0.0/8", (1, 2)),
        (["10.0.0.0/8 dev a metric 7", "default dev a", "10.0.0.0/8 via 1.1.1.1 dev a metric 7"], "10.0.0.0/8", (1, 3)),
        (["10.0.0.0/8 dev a metric 9", "blackhole 10.0.0.0/8", "10.0.0.0/8 dev b", "10.0.0.0/8 dev c"], "10.0.0.0/8", (2, 3)),
        (["2001:db8::/64 dev a metric 256", "2001:db8::/64 dev b metric 256"], "2001:db8::/64", (1, 2)),
        (["local 2001:db8:1::1 dev lo table local", "default via fe80::1 dev a", "default via fe80::2 dev a"], "::/0", (2, 3)),
    ],
)
def test_routes_that_only_their_order_tells_apart_are_noted(lines: list[str], prefix: str, places: tuple[int, int]) -> None:
    table = read("\n".join(lines))
    [note] = table.notes
    assert note.startswith(f"{prefix} {RIVAL.format('lines {} and {}'.format(*places))}")
    assert next(route.line for route in table.routes if table.written(table.routes.index(route)) == prefix) == places[0]


@pytest.mark.parametrize(
    "lines",
    [
        ["10.0.0.0/8 dev a", "10.0.0.0/8 dev a proto static"],
        ["10.0.0.0/8 dev a metric 7", "10.0.0.0/8 dev b metric 7", "10.0.0.0/8 dev c metric 6"],
        ["10.0.0.0/8 dev a", "10.0.0.0/8 dev b dead"],
        ["10.0.0.0/8 dev a", "local 10.0.0.0/8 dev b table local"],
        ["broadcast 10.0.0.255 dev a table local", "broadcast 10.0.0.255 dev b table local"],
        ["2001:db8::/32 dev a pref high", "2001:db8::/32 dev b pref low"],
        ["2001:db8::/32 dev a", "2001:db8::/32 dev b", "local 2001:db8::/32 dev lo table local"],
        ["fe80::/64 dev a metric 256", "fe80::/64 dev b metric 256", "ff00::/8 dev a", "ff00::/8 dev b"],
        ["10.0.0.0/8 nexthop dev a nexthop dev b"],
    ],
)
def test_routes_that_do_no_harm_are_not_noted(lines: list[str]) -> None:
    assert read("\n".join(lines)).notes == ()


def test_notes_on_json_count_entries_and_are_few() -> None:
    entries = [{"dst": f"10.{number}.0.0/16", "dev": port} for number in range(13) for port in "ab"]
    notes = read(json.dumps(entries)).notes
    assert notes[0].startswith(f"10.0.0.0/16 {RIVAL.format('entries 1 and 2')}")
    assert notes[10:] == ("3 more prefixes have several routes of the same metric, and the first of each is taken",)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("default dev eth0", 4),
        ("default via fe80::1 dev eth0", 6),
        ("default via inet6 fe80::1 dev e", 4),
        ("::/0 dev eth0", 6),
        ("", 4),
    ],
)
def test_the_version_is_told_by_addresses(text: str, version: int) -> None:
    assert read(text).version == version


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("10.0.0.0/8 dev", "dev has no value"),
        ("10.0.0.0/8 dev eth0 via", "via has no value"),
        ("10.0.0.0/8 proto static", "a next hop has no interface (dev)"),
        ("10.0.0.0/8", "a next hop has no interface (dev)"),
        ("10.0.0.0/8 dev eth0 colour blue", "'colour' is no word of `ip route`"),
        ("10.0.0.0/8 dev eth0 metric many", "'many' is no metric"),
        ("10.0.0.0/8 dev eth0 metric " + "9" * 5000, "is no metric"),
        ("10.0.0.0/8 dev eth0 table 100", "only rules or a VRF lead to the table '100'; save and read it by itself"),
        ("10.0.0.0/8 dev eth0 table default", "only rules or a VRF lead to the table 'default'"),
        ("10.0.0.0/8 dev eth0 tos 0x10", "holds for packets of one type of service only"),
        ("10.0.0.0/8 from 11.0.0.0/8 dev eth0", "holds for packets from some sources only"),
        ("10.0.0.0/8 encap mpls 100 via 10.1.0.1 dev eth0", "puts packets into another header"),
        ("10.0.0.0/8 via 10.1.0.300 dev eth0", "'10.1.0.300' is no IPv4 address"),
        ("10.0.0.1/8 dev eth0", "write 10.0.0.0/8"),
        ("2001:db8::/32 dev eth0", "save `ip -4 route` and `ip -6 route` apart"),
        ("Kernel IP routing table", "'IP' is no word of `ip route`"),
        ("blackhole", "'' is no IPv4 address"),
    ],
)
def test_lines_that_are_no_route(line: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        read(f"11.0.0.0/8 dev eth0\n{line}\n", "r.txt")
    assert str(wrong.value).startswith("r.txt:2: ")
    assert said in str(wrong.value)


def test_a_next_hop_before_any_route() -> None:
    with pytest.raises(InputError, match=r"^line 1: a next hop stands before any route"):
        read("\tnexthop via 10.0.0.1 dev eth0")


def test_a_throw_route_between_tables() -> None:
    text = "2001:db8::/32 dev eth0\nthrow 2001:db8:1::/48 table local\n"
    with pytest.raises(InputError, match=r"^line 2: a throw route leads from the table local to main; read them apart"):
        read(text)
    assert rows(text.splitlines()[1]) == {"2001:db8:1::/48": DROP}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "line 1: this is no JSON: Expecting value"),
        ("[" * 100_000, "this JSON is nested too deeply"),
        ('[{"dst": "default", "dev": "e", "metric": ' + "9" * 5000 + "}]", "holds a number that is too long"),
        ("[1]", "is a list of objects, one for each route"),
        ('[{"dev": "eth0"}]', "entry 1 of the list: dst is missing"),
        ('[{"dst": 7, "dev": "eth0"}]', "dst is text that is not empty, and not int"),
        ('[{"dst": "default"}]', "a next hop has no interface (dev)"),
        ('[{"dst": "default", "dev": []}]', "dev is text that is not empty, and not list"),
        ('[{"dst": "default", "dev": "e", "type": []}]', "type is text"),
        ('[{"dst": "default", "dev": "e", "type": "nat"}]', "'nat' is no type of route"),
        ('[{"dst": "default", "dev": "e", "metric": true}]', "'True' is no metric"),
        ('[{"dst": "default", "dev": "e", "colour": 1}]', "'colour' is no key of"),
        ('[{"dst": "default", "dev": "e", "tos": "0x10"}]', "one type of service only"),
        ('[{"dst": "default", "dev": "e", "flags": 1}]', "flags is a list"),
        ('[{"dst": "default", "dev": "e", "via": 1}]', "host of via is text"),
        ('[{"dst": "default", "nexthops": {}}]', "nexthops is a list of objects"),
        ('[{"dst": "default", "nexthops": [{"dev": "e", "dst": "f"}]}]', "'dst' is no key of"),
        ('[{"dst": "default", "nexthops": []}]', "the route has no interface (dev)"),
        ('[{"dst": "default", "dev": "e", "gateway": "x"}]', "'x' is no IPv4 address"),
    ],
)
def test_json_that_is_no_route(text: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        read(text)
    assert said in str(wrong.value)
