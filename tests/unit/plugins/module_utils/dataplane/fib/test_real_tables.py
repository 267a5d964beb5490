# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real tables, wholly: the backbone of Stanford and Internet2, where their files are at hand."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib import juniper, juniper_interfaces, mac_table
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.addresses import ipv4
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.partition import partition
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.read import read, told
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import Kind, Table

pytestmark = pytest.mark.one_python
SHARED = Path(__file__).parents[7] / "shared/data"
STANFORD, INTERNET2 = SHARED / "stanford/Stanford_backbone", SHARED / "internet2"
SUFFIX = "-show_route_forwarding-table_table_default.xml.gz"
real_inputs = pytest.mark.skipif(
    not (STANFORD.exists() and INTERNET2.exists()),
    reason="the folder ../shared with real tables of Stanford and Internet2 is not here",
)

# How many prefixes each router's file has.
ROUTES = {
    *(("bbra", 1825), ("bbrb", 1620), ("boza", 1614), ("bozb", 1453), ("goza", 1767), ("gozb", 1669)),
    *(("poza", 1489), ("pozb", 1434), ("roza", 1567), ("rozb", 1483), ("yoza", 4746), ("yozb", 2592)),
}
MACS = {
    *(
        ("bbra", 507),
        ("bbrb", 151),
        ("boza", 3664),
        ("bozb", 4454),
        ("coza", 3295),
        ("cozb", 2129),
        ("goza", 6687),
        ("gozb", 7370),
    ),
    *(
        ("poza", 4533),
        ("pozb", 4999),
        ("roza", 3851),
        ("rozb", 3711),
        ("soza", 3153),
        ("sozb", 2399),
        ("yoza", 3944),
        ("yozb", 2944),
    ),
}
FORWARDING = {
    *(("atla", 14053, 1062), ("chic", 14219, 1253), ("hous", 14050, 1079), ("kans", 14086, 1117), ("losa", 14110, 1161)),
    *(("newy32aoa", 14121, 1136), ("salt", 14052, 1063), ("seat", 14092, 1144), ("wash", 14153, 1153)),
}


def unzipped(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def port_of(table: Table) -> Callable[[str], set[str]]:
    parts = partition(table)
    return lambda address: {hop.port for hop in parts.decide(ipv4(address))[0].ports}


@real_inputs
@pytest.mark.parametrize(("router", "routes"), sorted(ROUTES))
def test_forwarding_tables_of_stanford(router: str, routes: int) -> None:
    text = (STANFORD / f"{router}_rtr_route.txt").read_text("utf-8")
    assert told(text) == "cisco_cef"
    table = read(text, router)
    assert len(table) == routes == len(re.findall(r"^\d", text, re.MULTILINE))
    assert {route.kind for route in table.routes} == set(Kind)
    assert table.notes == ()
    parts = partition(table)
    for index, route in enumerate(table.routes):
        line = text.split("\n")[route.line - 1]
        assert line.split()[0] == table.written(index)
        assert all(hop.port in line or hop.gateway for hop in route.ports)
        assert parts.decide(route.prefix)[1].length >= route.length


@real_inputs
def test_a_way_through_stanford() -> None:
    leaves = port_of(read((STANFORD / "bbra_rtr_route.txt").read_text("utf-8")))
    assert leaves("8.8.8.8") == {"Vlan2"}
    assert leaves("10.1.1.1") == set(), "10.0.0.0/8 leads to Null0"
    assert leaves("10.32.0.1") == {"GigabitEthernet4/6"}
    assert leaves("224.0.0.5") == set()


@real_inputs
@pytest.mark.parametrize(("router", "entries"), sorted(MACS))
def test_mac_tables_of_stanford(router: str, entries: int) -> None:
    text = (STANFORD / f"{router}_rtr_mac_table.txt").read_text("utf-8")
    found = mac_table.read(text, router)
    assert len(found) == entries == text.count("\n*") + text.startswith("*")
    listed = re.findall(r"\b(?:Gi|Te|Fa|Po)\d[\d/]*|\bRouter\b|\bSwitch\b", text)
    assert sorted(port for entry in found for port in entry.ports) == sorted(listed)
    groups = mac_table.by_port(found)
    assert sum(map(len, groups.values())) == len({(port, one.vlan, one.mac) for one in found for port in one.ports})


@real_inputs
@pytest.mark.parametrize(("router", "routes", "routes6"), sorted(FORWARDING))
def test_forwarding_tables_of_internet2(router: str, routes: int, routes6: int) -> None:
    text = unzipped(INTERNET2 / f"{router}{SUFFIX}")
    assert told(text) == "juniper"
    for version, count in ((4, routes), (6, routes6)):
        table = juniper.read(text, router, version)
        assert (table.version, len(table)) == (version, count)
        assert {route.kind for route in table.routes} == set(Kind)
        assert table.notes == ()
        parts = partition(table)
        assert all(parts.decide(route.prefix)[1].length >= route.length for route in table.routes)
    assert read(text).prefixes == juniper.read(text, None, 4).prefixes


@real_inputs
def test_routes_of_equal_cost_in_internet2() -> None:
    texts = [unzipped(path) for path in sorted(INTERNET2.glob(f"*{SUFFIX}"))]
    several = [route for text in texts for route in juniper.read(text).routes if len(route.ports) > 1]
    assert len(several) == 5
    assert {len(route.ports) for route in several} == {2}


@real_inputs
def test_interfaces_and_links_of_internet2() -> None:
    text = unzipped(INTERNET2 / "show_interfaces.xml.gz")
    found = juniper_interfaces.read(text)
    root = ElementTree.fromstring(text)
    families = [family for family in root.iter() if family.tag.endswith("}address-family")]
    of_ip = [family for family in families if family[0].text in ("inet", "inet6")]
    locals_ = [one.text for family in of_ip for one in family.iter() if one.tag.endswith("}ifa-local")]
    assert len(found) == len(locals_) == 1384
    links = juniper_interfaces.links(found)
    pairs = {tuple(router for router, _port in link.ends) for link in links}
    assert len(links) == 31
    assert pairs == {
        *(("atla", "chic"), ("atla", "hous"), ("atla", "wash"), ("chic", "kans"), ("chic", "newy32aoa"), ("chic", "wash")),
        *(("hous", "kans"), ("hous", "losa"), ("kans", "salt"), ("losa", "salt"), ("losa", "seat"), ("newy32aoa", "wash")),
        ("salt", "seat"),
    }


@real_inputs
def test_gateways_of_internet2_stand_at_the_far_end_of_links() -> None:
    """Where a route of one router goes through a link, its gateway is the address of the other router."""
    found = juniper_interfaces.read(unzipped(INTERNET2 / "show_interfaces.xml.gz"))
    owners = {(one.version, one.address): one.router for one in found if one.up}
    ends = {end: link.ends for link in juniper_interfaces.links(found) for end in link.ends}
    checked = 0
    for router, *_counts in FORWARDING:
        table = juniper.read(unzipped(INTERNET2 / f"{router}{SUFFIX}"))
        hops = {hop for egress in table.egresses for hop in egress.ports if (router, hop.port) in ends and hop.gateway}
        for hop in hops:
            (other,) = {end[0] for end in ends[router, hop.port]} - {router}
            assert owners[4, ipv4(hop.gateway)] == other
            checked += 1
    assert checked == 26
