# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that make no sense are refused, each with the key and one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.sites import parse
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_options import task_of
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.site_ways import shortest_ways

FINE: dict[str, Any] = {
    "servers": [{"name": "s1", "cpu": 16, "site": "e"}, {"name": "s2", "cpu": 16, "load": [{"functions": 2, "pps": 1e5}]}],
    "chains": [{"name": "web", "pps": 5e5, "functions": [{"name": "fw", "cpu": 1}, {"name": "lb", "cpu": 1}]}],
    "switching": {"profile": "kernel-100"},
    "normalisation": "monotone",
    "max_exact_length": 8,
    "sites": {"e": {"role": "edge"}, "c": {"role": "core"}},
    "delays": {"e": {"c": 8.0}},
}


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy with another value at a path such as ``servers.1.cpu``."""
    key, _dot, rest = path.partition(".")
    if isinstance(value, Mapping):
        return {**value, key: changed(value.get(key), rest, new) if rest else new}
    place = int(key)
    items = list(value) + [None] * (place + 1 - len(value))
    items[place] = changed(items[place] or {}, rest, new) if rest else new
    return items


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("servers", [], "servers: is empty; give at least one server"),
        ("servers.0.cpu", None, "servers[0].cpu: is missing; give a number"),
        ("servers.0.cpu", -1, "servers[0].cpu: -1 is less than 0"),
        ("servers.0.cpu", math.nan, "servers[0].cpu: nan is not a finite number"),
        ("servers.1.guest_cpu", math.inf, "servers[1].guest_cpu: inf is not a finite number"),
        ("servers.1.guest_cpu", -0.5, "servers[1].guest_cpu: -0.5 is less than 0"),
        ("servers.1.name", "s1", "servers[1].name: 's1' stands at servers[0] already; give each a name of its own"),
        ("servers.1.name", "", "servers[1].name: is empty; give each a name"),
        ("servers.0.site", "x", "servers[0].site: there is no site 'x'; there are: c, e"),
        (
            "servers.1.load.0.functions",
            0,
            "servers[1].load[0].functions: 0 is not a number of functions; give a whole one from 1",
        ),
        ("servers.1.load.0.functions", None, "servers[1].load[0].functions: None is not a number of functions"),
        ("servers.1.load.0.functions", 10**9, "servers[1].load[0].functions: 1000000000 is not a number of functions"),
        ("servers.1.load.0.pps", -1, "servers[1].load[0].pps: -1 is less than 0"),
        ("servers.1.load.0.pps", None, "servers[1].load[0].pps: is missing; give a number"),
        (
            "servers.1.guest_cpu",
            17,
            "servers[1]: server 's2' has 16 cores, but its functions take 17 and switching its load takes",
        ),
        (
            "servers.1.load.0.pps",
            1e15,
            "servers[1]: server 's2' has 16 cores, but its functions take 0 and switching its load takes",
        ),
        ("chains.1", {"name": "web", "pps": 1, "functions": []}, "chains[1].name: 'web' stands at chains[0] already"),
        ("chains.0.pps", None, "chains[0].pps: is missing; give a number"),
        ("chains.0.pps", -3, "chains[0].pps: -3 is less than 0"),
        ("chains.0.pps", math.nan, "chains[0].pps: nan is not a finite number"),
        ("chains.0.functions", [], "chains[0].functions: has 0 functions; give 1 to 64"),
        ("chains.0.functions", [{"name": str(one), "cpu": 1} for one in range(65)], "chains[0].functions: has 65 functions"),
        ("chains.0.functions.1.cpu", None, "chains[0].functions[1].cpu: is missing; give a number"),
        ("chains.0.functions.1.cpu", -2, "chains[0].functions[1].cpu: -2 is less than 0"),
        ("chains.0.functions.1.name", "fw", "chains[0].functions[1].name: 'fw' stands at chains[0].functions[0] already"),
        ("chains.0.functions.1.server", "s9", "chains[0].functions[1].server: there is no server 's9'; there are: s1, s2"),
        ("chains.0.functions.1.site", "x", "chains[0].functions[1].site: there is no site 'x'; there are: c, e"),
        ("chains.0.functions.1.site_role", "cran", "chains[0].functions[1].site_role: there is no site of the role 'cran'"),
        ("chains.0.latency", -1, "chains[0].latency: -1 is less than 0"),
        ("chains.0.affinity", [["fw", "dpi"]], "chains[0].affinity[0]: there is no function 'dpi'; there are: fw, lb"),
        ("chains.0.anti_affinity", [["fw", "fw"]], "chains[0].anti_affinity[0]: names less than two functions"),
        ("chains.0.anti_affinity", ["fw"], "chains[0].anti_affinity[0]: 'fw' is not a list of names of functions"),
        ("switching.profile", "vpp", "switching.profile: there is no profile 'vpp'"),
        ("max_exact_length", 0, "max_exact_length: 0 is not within 1 and 12"),
        ("max_exact_length", 13, "max_exact_length: 13 is not within 1 and 12"),
        ("sites.e.role", "moon", "sites.e.role: 'moon' is none of core, edge, cran"),
        ("sites.e", 3, "sites.e: a mapping is expected here"),
        ("sites", {}, "delays: there is no site 'e'; there are: none"),
        ("delays.e.c", -1, "delays.e.c: -1 is negative"),
        ("delays.e.x", 1, "delays.e.x: 'x' is no site of this file, which has e, c"),
        ("delays.c", {"e": 7.0}, "delays.c.e: 7.0 contradicts delays.e.c, which is 8.0"),
    ],
)
def test_what_is_refused(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        task_of(changed(FINE, path, value))
    assert str(refused.value).startswith(sentence)


def test_the_servers_stand_by_name_and_the_load_is_read() -> None:
    task = task_of(changed(FINE, "servers.0.name", "z"))
    assert [server.name for server in task.servers] == ["s2", "z"]
    assert task.listed == ("z", "s2")
    assert task.servers[0].load == ((2, 1e5),)


def test_the_shortest_way_counts() -> None:
    sites = {name: {"role": "edge", "servers": {name * 2: {}}} for name in "abcd"}
    delays = {"a": {"b": 1, "c": 9}, "b": {"c": 2}}
    found = parse({"sites": sites, "delays": delays}, "")
    ways = shortest_ways([site.name for site in found.sites], found.delays)
    assert {pair: ms for pair, ms in ways.items() if pair < pair[::-1]} == {("a", "b"): 1, ("a", "c"): 3, ("b", "c"): 2}
    assert ways["c", "a"] == 3
