# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains where they draw the least energy: exact against all placements one by one, the search against the optimum, reasons."""

from __future__ import annotations

import copy
import itertools
import math
import random
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement import energy
from ansible_collections.superfluidity.nfv.plugins.modules.energy_placement import SPEC, decide


def place(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return decide(SPEC.validated({"fail_on_infeasible": False, **options, **more}), None)


def watts(options: dict[str, Any], hosts: dict[tuple[str, str], str]) -> float | None:
    """What a placement draws, None where it breaks a rule; written from the documentation, not from the library."""
    servers = {server["name"]: server for server in options["servers"]}
    links = {frozenset(link["ends"]): link for link in options.get("links", ())}
    cpu, memory, rates, total = dict.fromkeys(servers, 0.0), dict.fromkeys(servers, 0.0), dict.fromkeys(links, 0.0), 0.0
    moving = options.get("migration", {"joules_per_mib": 0, "slot": 1})
    for chain in options["chains"]:
        kbps, spent = chain.get("kbps", 0), 0.0
        stops = [hosts[chain["name"], function["name"]] for function in chain["functions"]]
        for function, server in zip(chain["functions"], stops, strict=True):
            cpu[server] += function.get("cpu", 0) + kbps * function.get("cpu_per_kbps", 0)
            memory[server] += function.get("memory", 0)
            spent += function.get("delay", 0)
            if function.get("server", server) != server:
                total += function.get("memory", 0) * moving["joules_per_mib"] / moving["slot"]
        way = [stop for stop in (chain.get("source"), *stops, chain.get("destination")) if stop]
        for start, end in itertools.pairwise(way):
            if start == end:
                continue
            if "links" not in options:
                total += kbps * options.get("power_per_kbps", 0)
                continue
            link = links.get(frozenset({start, end}))
            if link is None:
                return None
            spent += link.get("delay", 0)
            total += kbps * link.get("power_per_kbps", 0)
            rates[frozenset({start, end})] += kbps
        if spent > chain.get("latency", math.inf) + 1e-9:
            return None
    if any(rate > links[ends].get("max_rate", math.inf) for ends, rate in rates.items()):
        return None
    for name, server in servers.items():
        if cpu[name] > server["cpu"] + 1e-9 or memory[name] > server["memory"]:
            return None
        if name in hosts.values():
            power = server["power"]
            total += power["idle"] + (power["max"] - power["idle"]) * cpu[name] / server["cpu"]
    return total


def best(options: dict[str, Any]) -> float | None:
    functions = [(chain["name"], function["name"]) for chain in options["chains"] for function in chain["functions"]]
    names = [server["name"] for server in options["servers"]]
    drawn = (
        watts(options, dict(zip(functions, hosts, strict=True))) for hosts in itertools.product(names, repeat=len(functions))
    )
    return min((one for one in drawn if one is not None), default=None)


def tiny(seed: int) -> dict[str, Any]:
    """Two or three servers and five functions; limits are tight."""
    chance = random.Random(seed)

    def some(*choices: Any) -> Any:
        return chance.choice(choices)

    names = ["a", "b", "c"][: some(2, 3, 3)]
    servers = [
        {"name": name, "cpu": some(3, 4, 6), "memory": some(6, 9), "power": {"idle": some(10, 30, 50), "max": some(50, 90)}}
        for name in names
    ]
    chains = []
    for at, length in enumerate((2, 3)):
        functions = [
            {
                "name": f"f{number}",
                "cpu": some(0.5, 1, 2),
                "cpu_per_kbps": some(0, 0.01),
                "memory": some(1, 2),
                "delay": some(0, 1),
                **some({}, {"server": some(*names)}),
            }
            for number in range(length)
        ]
        more = some({}, {"latency": some(2, 4, 6)})
        more |= some({}, {"source": some(*names)}) | some({}, {"destination": some(*names)})
        chains.append({"name": f"c{at}", "kbps": some(0, 50, 100), "functions": functions, **more})
    pairs = list(itertools.combinations(names, 2))
    links = [
        {"ends": list(ends), "delay": some(0, 1, 2), "power_per_kbps": some(0, 0.1), **some({}, {"max_rate": some(60, 160)})}
        for ends in pairs[: some(len(pairs), len(pairs), len(pairs) - 1)]
    ]
    more = some({"links": links}, {"links": links}, {"power_per_kbps": 0.05})
    more |= some({}, {"migration": {"joules_per_mib": some(100, 900), "slot": 60}})
    return {"servers": servers, "chains": chains, **more}


MISSED: list[int] = []
"""The instances in which the search found nothing where something is."""


def compare(seed: int) -> bool:
    """Whether there is a placement; both methods are right about it."""
    options = tiny(seed)
    least, answer, quick = best(options), place(options, gap=0), place(options, method="heuristic")
    if least is None:
        assert answer["status"] == "infeasible", seed
        assert answer["reason"]
        assert (answer["objective"], answer["placements"]) == (None, [])
        assert quick["status"] in {"infeasible", "unknown"}, seed
        return False
    assert answer["status"] == "optimal", seed
    assert answer["objective"] == pytest.approx(least, rel=1e-6), seed
    for one in (answer, quick):
        if one is quick and quick["status"] == "unknown":
            assert one["reason"]
            MISSED.append(seed)
            continue
        hosts = {(of["chain"], of["function"]): of["server"] for of in one["placements"]}
        assert watts(options, hosts) == pytest.approx(one["objective"]), seed
        assert sum(one["power"].values()) == pytest.approx(one["objective"])
        assert set(hosts.values()) == set(one["active_servers"])
    assert quick["objective"] is None or quick["objective"] >= least - 1e-6
    assert quick["bound"] is None or quick["bound"] <= least + 1e-6
    return True


@pytest.mark.one_python
def test_tiny_instances_are_placed_as_by_enumeration() -> None:
    assert 15 <= sum(compare(seed) for seed in range(40)) <= 38
    assert len(MISSED) <= 2


@pytest.mark.one_python
@pytest.mark.campaign
def test_many_tiny_instances_are_placed_as_by_enumeration() -> None:
    for seed in range(1000, 1300):
        compare(seed)


SMALL: dict[str, Any] = {
    "servers": [
        {"name": "a", "cpu": 4, "memory": 4096, "power": {"idle": 100, "max": 200}},
        {"name": "b", "cpu": 8, "memory": 8192, "power": {"idle": 150, "max": 350}},
    ],
    "chains": [
        {
            "name": "web",
            "kbps": 100,
            "latency": 5,
            "source": "a",
            "functions": [
                {"name": "fw", "cpu": 1, "memory": 512, "delay": 0.5, "server": "a"},
                {"name": "cache", "cpu": 2, "memory": 2048, "delay": 0.5},
            ],
        }
    ],
    "links": [{"ends": ["a", "b"], "delay": 1, "power_per_kbps": 0.1, "max_rate": 500}],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The small example with one value set; ``del`` removes it."""
    options = copy.deepcopy(SMALL)
    *way, last = [int(word) if word.isdigit() else word for word in path.split(".")]
    at: Any = options
    for word in way:
        at = at[word]
    if value == "del":
        del at[last]
    else:
        at[last] = value
    return options


def test_power_is_told_in_its_parts() -> None:
    answer = place(changed("servers.0.cpu", 2))
    assert answer["active_servers"] == ["a", "b"] or answer["active_servers"] == ["b"]
    only = place({**changed("servers.0.cpu", 0.5), "migration": {"joules_per_mib": 9, "slot": 512}})
    assert only["active_servers"] == ["b"]
    assert only["power"] == pytest.approx({"servers": 150 + 200 * 3 / 8, "network": 10, "migration": 9})
    assert [one["moved"] for one in only["placements"]] == [True, False]
    assert only["chains"] == [{"name": "web", "servers": ["b", "b"], "latency": 2.0}]


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("servers", [], "servers: is empty"),
        ("chains", [], "chains: is empty"),
        ("servers.1.name", "a", "servers[1].name: 'a' stands at servers[0] already"),
        ("servers.0.cpu", -4, "servers[0].cpu: -4 is less than 0"),
        ("servers.0.cpu", "del", "servers[0].cpu: is missing"),
        ("servers.0.memory", math.nan, "servers[0].memory: nan is not a finite number"),
        ("servers.0.power", {"idle": 9}, "servers[0].power.max: is missing"),
        ("servers.0.power", {"idle": 9, "max": 8}, "servers[0].power.max: 8 is less than 9"),
        ("servers.0.power", {"idle": "x", "max": 8}, "servers[0].power.idle: 'x' is not a finite number"),
        ("chains.0.functions", [], "chains[0].functions: is empty"),
        ("chains.0.functions.1.name", "fw", "chains[0].functions[1].name: 'fw' stands at chains[0].functions[0] already"),
        ("chains.0.functions.1.cpu", math.inf, "chains[0].functions[1].cpu: inf is not a finite number"),
        ("chains.0.functions.0.server", "z", "chains[0].functions[0].server: there is no server 'z'; there are: a, b"),
        ("chains.0.source", "z", "chains[0].source: there is no server 'z'"),
        ("chains.0.latency", -1, "chains[0].latency: -1 is less than 0"),
        ("chains.0.kbps", math.nan, "chains[0].kbps: nan is not a finite number"),
        ("links.0.ends", ["a", "z"], "links[0].ends: there is no server 'z'"),
        ("links.0.ends", ["a", "a"], "links[0].ends: has not two servers"),
        ("links.0.ends", ["a"], "links[0].ends: has not two servers"),
        ("links", [{"ends": ["a", "b"]}, {"ends": ["b", "a"]}], "links[1].ends: has the servers of links[0]"),
        ("links.0.max_rate", -1, "links[0].max_rate: -1 is less than 0"),
        ("power_per_kbps", math.nan, "power_per_kbps: nan is not a finite number"),
        ("migration", {"joules_per_mib": 1, "slot": 0}, "migration.slot: 0 is not more than 0"),
        ("time_limit", -1, "time_limit: -1 is not more than 0"),
        ("gap", -1, "gap: -1 is less than 0"),
    ],
)
def test_bad_input_is_one_sentence(path: str, value: Any, sentence: str) -> None:
    for method in ("exact", "heuristic"):
        with pytest.raises(InputError) as error:
            place(changed(path, value), method=method)
        assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("chains.0.functions.1.cpu", 9, "servers[1].cpu of 'b' is 1 cores too small"),
        ("chains.0.functions.1.memory", 9000, "servers[1].memory of 'b' is 808 MiB too small"),
        ("chains.0.latency", 0.25, "chains[0].latency of 'web' is 0.75 ms too small"),
        ("servers.0.cpu", 0, "servers[0].cpu of 'a' is 3 cores too small, or max_rate of the link of a and b is 100"),
        ("links", [], "some chain's source, destination and functions cannot be linked"),
    ],
)
def test_a_placement_that_cannot_be_has_its_reason(path: str, value: Any, sentence: str) -> None:
    options = changed(path, value)
    if "max_rate" in sentence:
        options["links"][0]["max_rate"] = 0
    if path == "links":
        options["servers"][0]["cpu"] = 0
        options["chains"][0]["functions"][0]["cpu"] = 9
        options["servers"].append({"name": "c", "cpu": 0, "memory": 0, "power": {"idle": 0, "max": 0}})
        options["chains"][0]["source"], options["chains"][0]["destination"] = "a", "c"
    for method in ("exact", "heuristic"):
        answer = place(options, method=method)
        assert (answer["objective"], answer["placements"]) == (None, [])
        if method == "exact":
            assert answer["status"] == "infeasible"
            assert sentence in answer["reason"]
    failed = place(options, fail_on_infeasible=True)
    assert (failed["failed"], failed["msg"]) == (True, failed["reason"])


def test_without_scipy_the_search_has_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(energy, "MISSING", ImportError())
    answer = place(SMALL, method="heuristic")
    assert (answer["status"], answer["bound"], answer["gap"]) == ("feasible", None, None)
    assert answer["objective"] == place(SMALL)["objective"]
