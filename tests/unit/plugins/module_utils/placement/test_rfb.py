# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placements of RFBs: exact against all placements one by one, both methods against a checker, reasons and readings."""

from __future__ import annotations

import copy
import importlib.util
import math
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement import rfb_swarm
from ansible_collections.superfluidity.nfv.plugins.modules.rfb_placement import SPEC, decide


def beside(name: str) -> Any:
    """A file of this folder that is no test."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


oracle, instances = beside("rfb_oracle"), beside("rfb_instances")
OBJECTIVES = ("throughput", "nodes", "energy", "installation_cost")


def place(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return decide(SPEC.validated({"fail_on_infeasible": False, **options, **more}), None)


def tiny(seed: int) -> dict[str, Any]:
    """Three nodes, one of them without an antenna, and three users; limits are tight, so that some have no placement."""
    chance = random.Random(seed)

    def some(*choices: Any) -> Any:
        return chance.choice(choices)

    nodes = [
        {
            "name": name,
            "dedicated": some(3, 5, 8),
            "cpu": some(2, 3, 5),
            "memory": some(6, 8, 9),
            "site_cost": some(0, 3, 5),
            "power": {"idle": some(0, 5, 9), "max": some(9, 12)},
        }
        for name in ("a", "b", "host")
    ]
    rates = [{"a": {"big": some(0, 300, 900)}, "b": {"big": some(0, 400), "small": some(200, 500, 700)}} for _user in range(3)]
    functions = {
        kind: {
            "dedicated": some(0, 1, 2),
            "cpu": some(0.5, 1),
            "cpu_per_kbps": some(0, 0.001, 0.002),
            "memory": some(0, 1, 2),
            "memory_per_user": some(0, 1),
            "cost": some(0, 2),
            "count": some(1, 2),
        }
        for kind in ("full", "light", "mec")
    }
    functions["mec"]["max_user_rate"] = some(350, 9999)
    functions["mec"]["per_node"] = some({}, {"host": {"cpu": 0, "cpu_per_kbps": 0.0005}})
    return {
        "nodes": nodes,
        "users": [{"name": f"u{at}", "rates": of, "min_rate": some(0, 0, 100)} for at, of in enumerate(rates)],
        "rrh": [
            {
                "name": "big",
                "bbu": ["full"],
                "max_users": some(2, 3.7),
                "dedicated": 1,
                "cost": 4,
                "power": 3,
                "count": some(1, 2),
            },
            {"name": "small", "max_users": 2, "max_rate": some(900, 1400), "dedicated_per_kbps": some(0, 0.002), "cost": 1},
        ],
        "bbu": [{"name": name, **functions[name]} for name in ("full", "light")],
        "mec": [{"name": "mec", **functions["mec"]}],
        "links": some(
            [{"rrh": "a", "host": "host"}, {"rrh": "b", "host": "host", "carries": ["mec"]}], [{"rrh": "b", "host": "a"}]
        ),
        "hardware": {"dedicated": 2, "dedicated_cost": 3, "cpu": 1, "memory": 2, "commodity_cost": 2},
        **some({}, {"max_nodes": 2}),
    }


def compare(seed: int) -> bool:
    """Whether there is a placement; all that the exact method says of it is right."""
    options = tiny(seed)
    best = oracle.best(options)
    for objective in OBJECTIVES:
        answer = place(options, objective=objective, gap=0)
        if best[objective] is None:
            assert answer["status"] == "infeasible", (seed, answer)
            assert answer["reason"]
            assert answer["assignment"] == []
            continue
        assert answer["status"] == "optimal", (seed, objective, answer["reason"])
        assert answer["objective"] == pytest.approx(best[objective], rel=1e-5, abs=1e-4), (seed, objective)
        judge, traffic = oracle.judged(options, answer)
        assert judge.wrongs(traffic) == [], (seed, objective)
        if objective == "nodes":
            assert answer["throughput"] == pytest.approx(best["then"], rel=1e-5), seed
            assert answer["throughput_proven"]
    quick = place(options, objective=OBJECTIVES[seed % 4], method="heuristic")
    if quick["chains"]:
        judge, traffic = oracle.judged(options, quick)
        assert judge.wrongs(traffic) == [], seed
        sign = -1 if quick["unit"] == "kbit/s" else 1
        assert sign * quick["objective"] >= sign * best[OBJECTIVES[seed % 4]] - 1e-4, seed
    return best["nodes"] is not None


@pytest.mark.one_python
def test_tiny_instances_are_placed_as_by_enumeration() -> None:
    assert 4 <= sum(compare(seed) for seed in range(16)) <= 13  # placements and none are both among them


@pytest.mark.one_python
@pytest.mark.campaign
def test_many_tiny_instances_are_placed_as_by_enumeration() -> None:
    for seed in range(1000, 1100):
        compare(seed)


@pytest.mark.parametrize("method", ["exact", "heuristic"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_answers_of_the_published_shape_keep_the_rules_and_say_what_is_so(method: str, objective: str) -> None:
    hardware = {"dedicated": 60_000, "dedicated_cost": 3000, "cpu": 1, "memory": 1, "commodity_cost": 2000}
    options = instances.instance(26, hardware=hardware)
    answer = place(options, method=method, objective=objective)
    judge, traffic = oracle.judged(options, answer)
    assert judge.wrongs(traffic) == []
    said = {"throughput": sum(traffic.values()), "nodes": len(judge.active())}
    said |= {"energy": judge.power(traffic), "installation_cost": judge.cost(traffic)}
    assert answer["objective"] == pytest.approx(said[objective])
    assert answer["throughput"] == pytest.approx(said["throughput"])
    assert answer["power"] == pytest.approx(said["energy"])
    assert answer["installation_cost"] == pytest.approx(said["installation_cost"])
    assert set(answer["active_nodes"]) == judge.active() == {node["name"] for node in answer["nodes"]}
    assert math.fsum(one["rate"] for one in answer["assignment"]) == pytest.approx(answer["throughput"])
    for one in answer["assignment"]:
        assert judge.people[one["user"]].get("min_rate", 0) - 1e-6 <= one["rate"] <= judge.most(one["user"]) + 1e-6
    for node in answer["nodes"]:
        for what in ("dedicated", "cpu", "memory"):
            assert node[what]["used"] == pytest.approx(judge.load(traffic)[node["name"]][what])


@pytest.mark.one_python
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("users", [8, 26, 65])
def test_the_heuristic_is_never_better_than_the_optimum_and_seldom_far_from_it(objective: str, users: int) -> None:
    """The first half also tells of a solver that stops too early: its optimum would be beaten."""
    options = instances.instance(users)
    exact = place(options, objective=objective)
    found = place(options, objective=objective, method="heuristic")
    sign = -1 if objective == "throughput" else 1
    assert exact["status"] == "optimal"
    assert sign * found["objective"] >= sign * exact["objective"] - 1e-4 * abs(exact["objective"])
    assert abs(found["objective"] - exact["objective"]) <= 0.3 * exact["objective"]
    assert sign * found["bound"] <= sign * exact["objective"] + 1e-4 * abs(exact["objective"])


def test_the_same_seed_gives_the_same_answer() -> None:
    options = instances.instance(12)
    first, second = (place(options, method="heuristic", seed=3) for _time in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_without_scipy_the_heuristic_has_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rfb_swarm, "MISSING", ImportError())
    answer = place(instances.instance(12), method="heuristic")
    assert (answer["status"], answer["bound"], answer["gap"]) == ("feasible", None, None)


def test_a_limit_of_time_leaves_an_answer_or_a_sentence() -> None:
    answer = place(instances.instance(65), objective="energy", time_limit=1e-9)
    assert answer["status"] in {"unknown", "feasible"}
    assert answer["assignment"] or "time_limit" in answer["reason"]
    answer = place(instances.instance(65), method="heuristic", time_limit=1e-9)
    assert answer["status"] in {"unknown", "feasible", "optimal"}


SMALL: dict[str, Any] = {
    "nodes": [
        {"name": "mast", "dedicated": 8, "cpu": 4, "memory": 4096, "power": {"idle": 100, "max": 200}},
        {"name": "lamp", "dedicated": 2, "cpu": 2, "memory": 2048, "power": {"idle": 10, "max": 20}},
    ],
    "users": [
        {"name": "ann", "rates": {"mast": {"macro": 900}}},
        {"name": "bob", "rates": {"mast": {"macro": 100}, "lamp": {"small": 500}}, "min_rate": 50},
    ],
    "rrh": [{"name": "macro", "dedicated": 4}, {"name": "small", "dedicated": 1}],
    "bbu": [{"name": "bbu", "dedicated": 1, "cpu": 1, "cpu_per_kbps": 0.001, "memory": 512}],
    "mec": [{"name": "mec", "cpu": 0.5, "memory": 512, "memory_per_user": 256}],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The small network with one value set; ``del`` removes it."""
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


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("nodes.1.cpu", -1, "nodes[1].cpu: -1 is less than 0"),
        ("nodes.1.cpu", math.nan, "nodes[1].cpu: nan is not a finite number"),
        ("nodes.1.cpu", 1e16, "nodes[1].cpu: is more than 1e+15; check its unit"),
        ("users.0.rates.mast", {"macro": 10**400}, "users[0].rates.mast.macro: is more than 1e+15"),
        ("nodes.0.memory", math.inf, "nodes[0].memory: inf is not a finite number"),
        ("nodes.1.cpu", "del", "nodes[1].cpu: is missing"),
        ("nodes.1.dedicated", "del", "nodes[1].dedicated: is missing"),
        ("nodes.1.name", "mast", "nodes[1].name: 'mast' stands at nodes[0] already"),
        ("nodes.1.name", "", "nodes[1].name: is empty"),
        ("nodes.1.role", "sea", "role must be one of: cran, edge, core"),
        ("nodes.0.power", {"idle": 5}, "nodes[0].power.max: is missing"),
        ("nodes.0.power", {"idle": 5, "max": 1}, "nodes[0].power.max: 1 is less than 5"),
        ("nodes", [], "nodes: is empty"),
        ("users", [], "users: is empty"),
        ("users.1.name", "ann", "users[1].name: 'ann' stands at users[0] already"),
        ("users.0.rates.moon", {"macro": 5}, "users[0].rates: there is no node 'moon'; there are: lamp, mast"),
        ("users.0.rates.mast", {"mocro": 5}, "users[0].rates.mast: there is no RRH type 'mocro'; there are: macro, small"),
        ("users.0.rates.mast", {"macro": math.nan}, "users[0].rates.mast.macro: nan is not a finite number"),
        ("users.0.rates.mast", {"macro": "fast"}, "users[0].rates.mast.macro: 'fast' is not a finite number"),
        ("users.0.rates.mast", {"macro": True}, "users[0].rates.mast.macro: True is not a finite number"),
        ("users.0.rates.mast", {"macro": None}, "users[0].rates.mast.macro: is missing"),
        ("users.0.rates.mast", 7, "users[0].rates.mast: is no mapping; give rates"),
        ("users.0.min_rate", -1, "users[0].min_rate: -1 is less than 0"),
        ("rrh.0.name", "small", "rrh[1].name: 'small' stands at rrh[0] already"),
        ("rrh.0.bbu", ["bbx"], "rrh[0].bbu: there is no BBU type 'bbx'; there are: bbu"),
        ("rrh.0.max_users", -2, "rrh[0].max_users: -2 is less than 0"),
        ("bbu.0.cpu_per_kbps", math.nan, "bbu[0].cpu_per_kbps: nan is not a finite number"),
        ("bbu.0.per_node", {"moon": {"cpu": 1}}, "bbu[0].per_node: there is no node 'moon'"),
        ("bbu.0.per_node", {"mast": {"gpu": 1}}, "bbu[0].per_node.mast: there is no amount of a node 'gpu'"),
        ("bbu.0.per_node", {"mast": {"cpu": -1}}, "bbu[0].per_node.mast.cpu: -1 is less than 0"),
        ("bbu.0.per_node", {"mast": 3}, "bbu[0].per_node.mast: is no mapping"),
        ("mec.0.blocks", ["PHY RRH"], "mec[0].blocks[0]: PHY RRH is a physical function and is never virtualised"),
        ("mec.0.blocks", ["PHY"], "mec[0].blocks[0]: there is no C-RAN block 'PHY'; there are: PHY RRH, PHY Cell"),
        ("links", [{"rrh": "mast", "host": "moon"}], "links[0].host: there is no node 'moon'"),
        ("links", [{"rrh": "mast", "host": "lamp", "delay": -1}], "links[0].delay: -1 is less than 0"),
        ("hardware", {"dedicated_cost": 5}, "hardware.dedicated: is missing"),
        ("hardware", {"commodity_cost": 5, "cpu": 1}, "hardware.memory: is missing"),
        ("hardware", {"cpu": 0}, "hardware.cpu: 0 is not more than 0"),
        ("economics", {"years": 0}, "economics.years: 0 is not more than 0"),
        ("economics", {"interest": math.nan}, "economics.interest: nan is not a finite number"),
        ("max_nodes", -1, "max_nodes: -1 is less than 0"),
        ("time_limit", 0, "time_limit: 0 is not more than 0"),
        ("gap", math.nan, "gap: nan is not a finite number"),
        ("objective", "speed", "value of objective must be one of"),
    ],
)
def test_bad_input_is_one_sentence(path: str, value: Any, sentence: str) -> None:
    for method in ("exact", "heuristic"):
        with pytest.raises(InputError) as error:
            place(changed(path, value), method=method)
        assert sentence in str(error.value)


def test_power_must_be_known_where_it_counts() -> None:
    options = changed("nodes.1.power", "del")
    assert place(options)["power"] is None
    for more in ({"objective": "energy"}, {"economics": {"energy_price": 0.2}}):
        with pytest.raises(InputError, match=r"nodes\[1\].power: is missing"):
            place(options, **more)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("users.0.rates", {}, "users[0].rates: no node covers 'ann'"),
        ("users.0.rates", {"mast": {"macro": 0}}, "users[0].rates: no node covers 'ann'"),
        ("users.0.min_rate", 901, "users[0].min_rate: 'ann' needs 901 kbit/s and can have 900 at the most"),
        ("mec.0.max_user_rate", 40, "users[1].min_rate: 'bob' needs 50 kbit/s and can have 40 at the most"),
        ("rrh.0.bbu", [], "'ann' is covered by macro on mast only, and no BBU of its own may run for it there"),
        ("nodes.0.role", "core", "'ann' is covered by macro on mast only, where no RRH may stand: an RRH on mast: PHY RRH"),
        ("bbu.0.dedicated", 5, "nodes[0].dedicated of 'mast' is 1 too small"),
        ("max_nodes", 0, "max_nodes is 1 too small"),
        ("rrh.0.count", 0, "rrh[0].count of 'macro' is 1 too small"),
        ("bbu.0.count", 0, "bbu[0].count of 'bbu' is 1 too small"),
        ("mec.0.count", 0.5, "mec[0].count of 'mec' is 1 too small"),
        ("rrh.0.max_rate", 600, "max_rate of the RRH on 'mast' is 300 kbit/s too small"),
        ("rrh.0.max_users", 0, "max_users of the RRH on 'mast' is 1 users too small"),
        ("bbu.0.cpu", 5, "nodes[0].cpu of 'mast' is 1.05 cores too small"),
        ("bbu.0.memory", 5000, "nodes[0].memory of 'mast' is 904 MiB too small"),
    ],
)
def test_a_placement_that_cannot_be_has_its_reason(path: str, value: Any, sentence: str) -> None:
    answer = place(changed(path, value))
    assert answer["status"] == "infeasible"
    assert sentence in answer["reason"]
    assert (answer["objective"], answer["gap"], answer["active_nodes"], answer["assignment"]) == (None, None, [], [])
    failed = place(changed(path, value), fail_on_infeasible=True)
    assert failed["failed"] is True
    assert failed["msg"] == failed["reason"] == answer["reason"]


def test_what_lacks_can_be_of_two_kinds_at_once() -> None:
    options = changed("bbu.0.cpu", 5)
    options["bbu"][0]["memory"] = 5000
    assert "no change of one limit makes one: nodes[0].cpu of 'mast'" in place(options)["reason"]


def test_users_whom_nothing_covers_may_be_left_out() -> None:
    answer = place(changed("users.0.rates", {}), uncovered="unserved")
    assert answer["status"] == "optimal"
    assert [one["user"] for one in answer["assignment"]] == ["bob"]
    assert [one["user"] for one in answer["unserved"]] == ["ann"]
    assert "no node covers 'ann'" in answer["unserved"][0]["reason"]
    nobody = changed("users.0.rates", {})
    nobody["users"][1]["rates"] = {}
    assert place(nobody, uncovered="unserved", objective="nodes")["objective"] == 0


def test_users_share_an_rrh_evenly_beyond_their_least_rates() -> None:
    options = changed("nodes.0.cpu", 1.8)  # 0.3 cores are left for traffic: 300 kbit/s
    del options["users"][1]["rates"]["lamp"]
    options["nodes"][1]["cpu"] = 0.4
    rates = {one["user"]: one["rate"] for one in place(options)["assignment"]}
    assert rates == pytest.approx({"ann": 200, "bob": 100})


def test_a_mec_that_throttles_is_not_for_users_who_need_more() -> None:
    options = changed("users.0.min_rate", 700)
    options["users"][1] = {"name": "bob", "rates": {"mast": {"macro": 500}}}
    options["mec"] = [{"name": "thin", "max_user_rate": 600}, {"name": "wide", "cost": 5}]
    answer = place(options, objective="installation_cost")
    assert [chain["mec"] for chain in answer["chains"]] == ["wide"]
    options["users"][0]["min_rate"] = 600
    answer = place(options, objective="installation_cost")
    assert [chain["mec"] for chain in answer["chains"]] == ["thin"]
    assert {one["user"]: one["rate"] for one in answer["assignment"]} == pytest.approx({"ann": 600, "bob": 500})


def test_users_need_an_rrh_where_nothing_else_asks_for_one() -> None:
    answer = place({**SMALL, "mec": [{"name": "mec"}], "bbu": [{"name": "bbu"}]}, objective="nodes")
    assert answer["active_nodes"] == ["mast"]


def test_energy_is_not_spent_on_traffic_that_nobody_asked_for() -> None:
    answer = place(SMALL, objective="energy", max_nodes=1)
    assert answer["throughput"] == pytest.approx(50, abs=0.01)
    assert answer["power"] == pytest.approx(100 + 100 * (1.5 + 0.05) / 4, abs=1e-4)


def test_a_deadline_keeps_functions_near() -> None:
    links = [{"rrh": "mast", "host": "lamp", "delay": 0.4}]
    options = {**changed("bbu.0.max_delay", 0.25), "links": links}
    options["nodes"][0]["cpu"] = 1.2
    answer = place(options)
    assert [chain["bbu_node"] for chain in answer["chains"] if chain["node"] == "mast"] == ["mast"]
    assert answer["refused_hosts"] == [
        "bbu on lamp for the RRH at mast: the way takes 0.4 ms, more than its max_delay of 0.25 ms"
    ]


def test_blocks_stay_where_their_table_has_them() -> None:
    options = copy.deepcopy(SMALL)
    options["nodes"][0]["role"] = options["nodes"][1]["role"] = "cran"
    options["nodes"].append({"name": "office", "dedicated": 99, "cpu": 99, "memory": 9999, "role": "edge"})
    options["bbu"][0]["blocks"], options["mec"][0]["blocks"] = ["PHY User"], ["rlc"]
    answer = place(options)
    assert {chain["mec_node"] for chain in answer["chains"]} == {"office"}
    assert "office" not in {chain["bbu_node"] for chain in answer["chains"]}
    assert any("never lands beyond the front-end cloud" in why for why in answer["refused_hosts"])
    options["nodes"][0]["cpu"] = options["nodes"][1]["cpu"] = 0.5
    assert place(options)["status"] == "infeasible"
    assert place(options, phy_at_edge=True)["status"] == "optimal"


def test_economics_are_those_of_the_placement() -> None:
    options = {**changed("nodes.0.site_cost", 1200), "economics": {"years": 10, "energy_price": 0.5, "site_rent": 7}}
    answer = place(options, objective="nodes")
    yearly = 120 + answer["power"] * 8.76 * 0.5 + 7
    assert answer["active_nodes"] == ["mast"]
    assert answer["economics"]["yearly_cost"] == pytest.approx(yearly)
    assert answer["economics"]["break_even_fee"] == pytest.approx(yearly / 24)
