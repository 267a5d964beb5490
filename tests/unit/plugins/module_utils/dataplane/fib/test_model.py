# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers as SEFL: every address leaves where the longest prefix says, and the trace names the route."""

from __future__ import annotations

import ipaddress
import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.model import program
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.verification import (
    Policy,
    Verification,
    packets_of,
)

TABLE = """
default via 192.0.2.1 dev up
10.0.0.0/8 dev left
10.1.0.0/16 dev right
10.1.2.3 dev left
blackhole 10.9.0.0/16
172.16.0.0/12
\tnexthop via 10.0.0.1 dev left weight 1
\tnexthop via 10.0.0.2 dev right weight 1
"""


def verified(table, formulas, **entry):
    programs = {"r": program(read(table, "r.routes"))}
    policies = [Policy(str(number), formula) for number, formula in enumerate(formulas)]
    packets = packets_of({"at": "r.in", "template": "udp", **entry}, "packets[0]")
    return Verification(programs, [], [packets], policies).run()


def test_routes_that_only_their_order_tells_apart_are_a_finding():
    answer = verified(f"{TABLE}\n10.1.0.0/16 dev left\n", ["ip.dst == 10.1.2.2 && ip.ttl > 1 -> AX port == r.right"])
    assert answer["holds"]
    [finding] = answer["findings"]
    assert (finding["kind"], finding["at"], finding["packet"]) == ("text", "r", None)
    assert finding["message"].startswith("10.1.0.0/16 has several routes of the same metric, in lines 4 and 11, and the first")


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("ip.dst == 10.1.2.3 -> AX port == r.left", "violated"),  # at a time to live of 1 it is dropped
        ("ip.dst == 10.1.2.3 && ip.ttl > 1 -> AX port == r.left", "holds"),
        ("ip.dst == 10.1.2.2 && ip.ttl > 1 -> AX port == r.right", "holds"),
        ("ip.dst == 10.200.0.0/16 && ip.ttl > 1 -> AX port == r.left", "holds"),
        ("ip.dst == 10.9.0.0/16 -> AF dropped", "holds"),
        ("ip.dst == 8.8.8.8 && ip.ttl > 1 -> AX port == r.up", "holds"),
        ("ip.dst == 172.16.0.0/12 && ip.ttl > 1 -> EX port == r.left && EX port == r.right", "holds"),
        ("ip.dst == 172.16.0.0/12 && ip.ttl > 1 -> AX port == r.left", "violated"),
        ("AG (port == r.left -> ip.ttl < initial(ip.ttl))", "holds"),
        ("ip.ttl <= 1 -> AF dropped", "holds"),
    ],
)
def test_verdicts(formula, verdict):
    assert verified(TABLE, [formula])["policies"][0]["verdict"] == verdict


@pytest.mark.parametrize(
    "formula",
    [
        "ip.dst == 10.0.0.9 -> AX (port == r.local && ip.ttl == initial(ip.ttl))",
        "ip.dst == 10.0.0.9 -> AF delivered",
        "!(ip.dst == 10.0.0.9) -> AG !(port == r.local)",
    ],
)
def test_the_router_itself_takes_packets_of_any_time_to_live(formula):
    table = "local 10.0.0.9 dev left table local\n10.0.0.0/8 dev left\n"
    assert verified(table, [formula])["policies"][0]["verdict"] == "holds"


def test_the_trace_names_the_route():
    [policy] = verified(TABLE, ["AG !(port == r.right && ip.dst == 10.1.9.9)"])["policies"]
    assert policy["trace"][0]["rule"] == "route 10.1.0.0/16 (line 4)"
    assert policy["packets"] == ["at r.in eth/ip/udp: ip.dst == 10.1.9.9 and ip.ttl in {2-255}"]


def test_packets_of_the_other_version_are_dropped():
    [policy] = verified(TABLE, ["AF dropped"], template="udp6")["policies"]
    assert policy["holds"]


def test_ipv6():
    table = "default via fe80::1 dev up metric 1024\n2001:db8::/32 dev left\n2001:db8:1::/48 dev right\n"
    formulas = [
        "ipv6.dst == 2001:db8:1::5 && ipv6.hlim > 1 -> AX port == r.right",
        "ipv6.dst == 2001:db8:2::5 && ipv6.hlim > 1 -> AX port == r.left",
        "ipv6.dst == 2001:db9::1 && ipv6.hlim > 1 -> AX port == r.up",
    ]
    assert verified(table, formulas, template="udp6")["holds"]


def test_random_tables_against_a_search_of_the_longest_prefix():
    chance = random.Random(5)
    for _table in range(20):
        routes = {}
        for _route in range(40):
            network = ipaddress.ip_network((chance.getrandbits(32), chance.randrange(33)), strict=False)
            routes[network] = f"p{chance.randrange(4)}"
        text = "".join(f"{network} dev {port}\n" for network, port in routes.items())
        addresses = [network[chance.randrange(network.num_addresses)] for network in chance.sample(sorted(routes), 15)]
        formulas = []
        for address in addresses:
            best = max((n for n in routes if address in n), key=lambda n: n.prefixlen)
            formulas.append(f"ip.dst == {address} && ip.ttl > 1 -> AX port == r.{routes[best]}")
        assert verified(text, formulas)["holds"]


def test_a_port_of_which_only_a_hidden_route_speaks_takes_packets_and_gives_none():
    table = "default via 192.0.2.1 dev eth0 metric 100\ndefault via 192.0.2.9 dev eth9 metric 200\n"
    formulas = ["AG (ip.ttl > 1 -> !dropped)", "AG (port == r.eth9 -> !delivered)", "EF port == r.eth0"]
    assert verified(table, formulas, at="r.eth9")["policies"][1]["holds"]
    assert verified(table, formulas[1:], at="r.eth9")["holds"]


@pytest.mark.parametrize("port", ["left", "right"])
def test_the_trace_names_the_route_by_whichever_of_equal_hops(port):
    [policy] = verified(TABLE, [f"EF (port == r.{port} && ip.dst == 172.16.1.1)"])["policies"]
    assert [(step["port"], step["rule"]) for step in policy["trace"]] == [
        ("r.in", "route 172.16.0.0/12 (line 7)"),
        (f"r.{port}", None),
    ]
