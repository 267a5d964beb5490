# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placements of MEC apps: exact, within all rules, and with a reason for each eNB that is not served."""

from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement import mec_program, mec_search
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_covering import coarse, covering
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_greedy import greedy
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_input import problem
from ansible_collections.superfluidity.nfv.plugins.modules.mec_placement import SPEC, decide
from oracle_mec import check, optimum, tiny

from tests.bench.mec_instances import instance

DELAY = {"maximum": 5}


def placed(options: dict[str, Any]) -> dict[str, Any]:
    """The answer to a task, by way of the spec."""
    return decide(SPEC.validated(options), None)


def hosts_of(answer: dict[str, Any], app: str) -> list[str]:
    return [one["host"] for one in answer["placements"] if one["app"] == app]


@pytest.mark.parametrize("seed", range(150))
def test_tiny_systems_are_placed_as_well_as_by_trying_everything(seed: int) -> None:
    options = tiny(seed)
    answer = placed({**options, "gap": 1e-9})
    check(options, answer)
    best = optimum(options)
    assert answer["objective"] == pytest.approx(best, abs=1e-6)
    assert answer["bound"] <= best + 1e-6
    assert answer["status"] == "optimal"


@pytest.mark.one_python
@pytest.mark.parametrize("seed", range(1000, 1020))
def test_somewhat_larger_systems_too(seed: int) -> None:
    options = tiny(seed, hosts=4, apps=4, enbs=7)
    answer = placed({**options, "gap": 1e-9})
    check(options, answer)
    assert answer["objective"] == pytest.approx(optimum(options), abs=1e-6)


@pytest.mark.parametrize("seed", range(60))
def test_a_coarser_covering_never_counts_more_and_loses_no_more_than_allowed(seed: int) -> None:
    fine = covering(problem({**tiny(seed), "weights": {"delay": 2.0}}))
    rough = coarse(fine, 10.0)
    assert sum(map(len, rough.covers)) <= sum(map(len, fine.covers))
    for placement in (fine.nothing(), greedy(fine), tuple(frozenset(openings) for openings in fine.openings)):
        assert fine.cost(placement) - 10.0 - 1e-9 <= rough.cost(placement) <= fine.cost(placement) + 1e-9


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of all apps finds nothing, as when the limit of time comes first; small ones do."""

    def solve(program: Any, apps: Any, *rest: Any) -> mec_program.Part:
        whole = len(apps) == len(program.openings)
        return mec_program.Part(None, 0.0, False) if whole else mec_program.solve(program, apps, *rest)

    monkeypatch.setattr(mec_search, "solve", solve)
    monkeypatch.setattr(mec_search, "FIRST_APPS", 6)


@pytest.mark.one_python
@pytest.mark.usefixtures("hasty")
def test_when_time_is_up_the_answer_is_better_than_the_greedy_and_says_so() -> None:
    options = instance(10, 60, 50, seed=1)
    answer = placed({**options, "time_limit": 2.0})
    check(options, answer)
    assert (answer["status"], answer["optimal"]) == ("feasible", False)
    assert answer["objective"] < answer["greedy"]
    assert 0 < answer["gap"] <= 1


@pytest.mark.parametrize("options", [*map(tiny, range(30)), instance(10, 60, 50, seed=2)], ids=lambda _options: "")
def test_the_search_never_takes_what_is_worse(monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]) -> None:
    """Programs that answer that nothing runs anywhere leave the greedy's placement as it is."""

    def nothing(_program: Any, apps: Any, *_rest: Any) -> mec_program.Part:
        return mec_program.Part({app: frozenset() for app in apps}, 0.0, False)

    monkeypatch.setattr(mec_search, "solve", nothing)
    answer = placed({**options, "time_limit": 0.05})
    check(options, answer)


def test_the_greedy_drops_what_later_instances_make_needless() -> None:
    """The middle host gains most at first, and nothing once both others are there for eNBs that only they reach."""
    left = {"name": "left", "cpu": 4, "enbs": {"e1": 1, "e2": 1, "x1": 1}}
    right = {"name": "right", "cpu": 4, "enbs": {"e3": 1, "e4": 1, "x2": 1}}
    middle = {"name": "middle", "cpu": 4, "enbs": {"e1": 1, "e2": 1, "e3": 1, "e4": 1}}
    given = covering(problem({"hosts": [left, middle, right], "apps": [APP]}))
    assert greedy(given) == (frozenset({0, 2}),)


def test_an_enb_that_a_running_instance_could_serve_at_too_high_a_cost_says_so() -> None:
    host = {"name": "h", "cpu": 2, "enbs": {"e1": 1, "e2": 4}}
    answer = placed({"hosts": [host], "apps": [APP], "weights": {"delay": 30}})
    assert hosts_of(answer, "a") == ["h"]
    assert [(one["enb"], one["reason"]) for one in answer["unserved"]] == [("e2", "cost")]


@pytest.mark.one_python
def test_a_system_of_ten_hosts_is_placed_within_the_gap() -> None:
    options = instance(10, 60, 50, seed=1)
    answer = placed(options)
    check(options, answer)
    assert answer["optimal"]
    assert answer["gap"] <= 1e-4
    assert answer["objective"] < answer["greedy"]
    assert {one["reason"] for one in answer["unserved"]} >= {"delay", "hardware", "service", "capacity"}


def test_many_covers_take_a_coarser_program_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mec_search, "MANY_COVERS", 20)
    programs = []
    solve = mec_program.solve
    monkeypatch.setattr(mec_search, "solve", lambda program, *rest: programs.append(program) or solve(program, *rest))
    options = instance(6, 20, 12, seed=3)
    answer = placed(options)
    check(options, answer)
    assert answer["optimal"]
    assert [sum(map(len, program.covers)) for program in programs] == sorted(
        sum(map(len, program.covers)) for program in programs
    )
    assert answer["objective"] == pytest.approx(placed({**options, "gap": 1e-9})["objective"], rel=1e-4)


def test_hosts_are_never_overfull_by_what_the_solver_tolerates() -> None:
    """A sum that exceeds the capacity by less than a millionth is no solution, though HiGHS takes it for one."""
    host = {"name": "h", "cpu": 8, "memory": 1048576, "enbs": {"e": 1}}
    apps = [{"name": name, "cpu": 1, "memory": size, "delay": DELAY} for name, size in (("a", 524288), ("b", 524288.5))]
    answer = placed({"hosts": [host], "apps": apps})
    check({"hosts": [host], "apps": apps}, answer)
    assert len(answer["placements"]) == 1
    assert answer["optimal"]


def test_a_gap_of_nothing_is_reached_by_what_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """No search begins for a gap that only rounding leaves."""
    monkeypatch.setattr(mec_search, "_improved", None)
    host = {"name": "h", "cpu": 10, "enbs": {"e": 1}}
    apps = [{"name": name, "cpu": 4, "delay": DELAY} for name in "abc"]
    answer = placed({"hosts": [host], "apps": apps, "gap": 0})
    assert (answer["optimal"], answer["gap"]) == (True, 0.0)


def test_floats_that_fit_on_paper_fit() -> None:
    host = {"name": "h", "cpu": 0.3, "enbs": {"e": 1}}
    apps = [{"name": name, "cpu": 0.1, "delay": DELAY} for name in "abc"]
    assert len(placed({"hosts": [host], "apps": apps})["placements"]) == 3


NEAR = {"name": "near", "cpu": 8, "memory": 100, "hardware": ["gpu"], "services": ["rnis"], "enbs": {"e": 1}}
FAR = {"name": "far", "cpu": 8, "enbs": {"e": 9}}
APP = {"name": "a", "cpu": 2, "delay": DELAY}
REASONS = {
    "unavailable": ([{**NEAR, "available": False}], [APP]),
    "delay": ([FAR], [APP]),
    "hardware": ([NEAR, FAR], [{**APP, "hardware": ["gpu", "fpga"]}]),
    "service": ([NEAR, FAR], [{**APP, "services": {"mandatory": ["dns"]}}]),
    "capacity": ([NEAR, FAR], [{**APP, "vms": [{"name": "x", "cpu": 5}, {"name": "y", "cpu": 4}], "cpu": 9}]),
    "agreement": ([NEAR, FAR], [{**APP, "allowed_hosts": ["far"]}]),
    "pinned": ([NEAR, FAR], [{**APP, "host": "far"}]),
    "licence": ([NEAR, FAR], [{**APP, "licences": 0}]),
    "cost": ([{**NEAR, "cost": 1000}, FAR], [APP]),
}


@pytest.mark.parametrize("reason", REASONS)
def test_an_unserved_enb_says_why(reason: str) -> None:
    hosts, apps = REASONS[reason]
    answer = placed({"hosts": hosts, "apps": apps})
    assert [(one["app"], one["enb"], one["reason"]) for one in answer["unserved"]] == [("a", "e", reason)]
    assert "near" in answer["unserved"][0]["message"] or reason == "delay"
    assert answer["optimal"]


def test_a_full_host_is_a_reason_of_its_own() -> None:
    small = {**NEAR, "cpu": 3}
    answer = placed({"hosts": [small], "apps": [APP, {**APP, "name": "b", "priority": 2}]})
    assert hosts_of(answer, "b") == ["near"]
    assert answer["unserved"] == [
        {
            "app": "a",
            "enb": "e",
            "reason": "capacity",
            "message": "near could serve it and has no room left: an instance takes 2 of cpu, and near has 1",
        }
    ]


def test_the_only_licence_goes_where_it_serves_most() -> None:
    hosts = [{"name": "one", "cpu": 4, "enbs": {"e1": 1, "e2": 1}}, {"name": "two", "cpu": 4, "enbs": {"e3": 1}}]
    answer = placed({"hosts": hosts, "apps": [{**APP, "licences": 1}]})
    assert hosts_of(answer, "a") == ["one"]
    assert [one["reason"] for one in answer["unserved"]] == ["licence"]


def test_without_a_desired_delay_the_nearest_host_is_the_best() -> None:
    hosts = [{"name": name, "cpu": 4, "enbs": {"e": delay}} for name, delay in (("x", 3), ("y", 2), ("z", 4))]
    assert hosts_of(placed({"hosts": hosts, "apps": [APP]}), "a") == ["y"]
    desired = {**APP, "delay": {"desired": 4, "maximum": 5}, "services": {"optional": ["rnis"]}}
    hosts[2]["services"] = ["rnis"]
    assert hosts_of(placed({"hosts": hosts, "apps": [desired]}), "a") == ["z"]


def test_hosts_that_the_oss_has_chosen_get_instances_even_for_nobody() -> None:
    hosts = [NEAR, FAR, {"name": "third", "cpu": 1, "enbs": {"e": 1}}]
    answer = placed({"hosts": hosts, "apps": [{**APP, "hosts": ["near", "far", "third"]}]})
    assert [(one["host"], one["enbs"]) for one in answer["placements"]] == [("near", ["e"]), ("far", [])]
    assert [(one["host"], one["reason"]) for one in answer["missing"]] == [("third", "capacity")]


def test_the_app_of_a_ue_has_one_instance_for_its_enb() -> None:
    hosts = [{"name": "one", "cpu": 4, "enbs": {"e1": 1, "e2": 1}}, {"name": "two", "cpu": 4, "enbs": {"e2": 0.5}}]
    answer = placed({"hosts": hosts, "apps": [{**APP, "kind": "ue", "enb": "e2"}]})
    assert answer["placements"] == [{"app": "a", "host": "two", "enbs": ["e2"]}]


def test_everything_but_names_cpu_and_the_maximum_may_be_left_out() -> None:
    answer = placed({"hosts": [{"name": "h", "cpu": 1}], "apps": [{"name": "a", "cpu": 1, "delay": DELAY}]})
    assert (answer["placements"], answer["unserved"], answer["gap"], answer["optimal"]) == ([], [], 0.0, True)
    assert placed({"hosts": [], "apps": []})["optimal"]


def test_the_answer_is_the_same_each_time() -> None:
    options = instance(6, 20, 12, seed=7)
    first, second = placed(options), placed(options)
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


@pytest.mark.parametrize("seed", range(8))
def test_what_runs_stays_where_nothing_has_changed(seed: int) -> None:
    options = instance(6, 20, 12, seed)
    first = placed({**options, "gap": 1e-9})
    again = placed({**options, "gap": 1e-9, "current": first["placements"]})
    assert (again["moved"], again["stopped"]) == ([], [])
    assert again["placements"] == first["placements"]


@pytest.mark.parametrize("seed", range(8))
def test_when_a_host_fails_less_is_moved_than_by_placing_anew(seed: int) -> None:
    options = instance(6, 20, 12, seed)
    first = placed(options)
    busiest = max(first["hosts"], key=lambda host: len(host["apps"]))["name"]
    hosts = [{**host, "available": host["name"] != busiest} for host in options["hosts"]]
    options = {**options, "hosts": hosts, "current": first["placements"]}
    answer = placed(options)
    check(options, answer)
    before = {(one["app"], one["host"]) for one in first["placements"]}
    running = {app for app, _host in before}
    anew = placed({**options, "current": []})
    moved_anew = [one for one in anew["placements"] if one["app"] in running and (one["app"], one["host"]) not in before]
    assert len(answer["moved"]) <= len(moved_anew)
    assert all(one["host"] != busiest for one in answer["placements"])
    lost = answer["parts"]["unserved"] - anew["parts"]["unserved"]
    assert lost <= 20 * (len(moved_anew) - len(answer["moved"])) + answer["objective"] * 1e-4 + 20


@pytest.mark.parametrize("seed", range(40))
def test_when_a_host_fails_as_much_is_served_as_can_be_and_then_as_little_moved(seed: int) -> None:
    """With hosts and apps of one worth; every placement is tried, first for what is not served and then for moves."""
    options = tiny(seed)
    for host in options["hosts"]:
        host.pop("cost", None)
    for app in options["apps"]:
        app["priority"] = 1
    before = placed({**options, "current": [], "weights": {}, "gap": 1e-9})
    hosts = [{**host, "available": number != seed % 3} for number, host in enumerate(options["hosts"])]
    options = {**options, "hosts": hosts, "current": before["placements"]}
    answer = placed({**options, "weights": {}, "gap": 1e-9})
    first, second = {"unserved": 1e6, "move": 1e3}, dict.fromkeys(("cost", "delay", "optional", "reroute"), 0)
    best = optimum({**options, "weights": {**first, **second}})
    assert answer["parts"]["unserved"] / 100 * 1e6 + answer["parts"]["move"] / 20 * 1e3 == pytest.approx(best)


def test_a_move_is_worth_an_unserved_enb_but_no_nearness() -> None:
    hosts = [{"name": "old", "cpu": 4, "enbs": {"e1": 4}}, {"name": "new", "cpu": 4, "enbs": {"e1": 1}}]
    current = [{"app": "a", "host": "old", "enbs": ["e1", "gone"]}]
    stays = placed({"hosts": hosts, "apps": [APP], "current": current})
    assert (hosts_of(stays, "a"), stays["moved"]) == (["old"], [])
    hosts[1]["enbs"]["e2"] = 1
    answer = placed({"hosts": hosts, "apps": [{**APP, "licences": 1}], "current": current})
    assert answer["moved"] == [{"app": "a", "host": "new"}]
    assert answer["stopped"] == [{"app": "a", "host": "old"}]
    assert answer["parts"]["move"] == 40


HOST = {"name": "h", "cpu": 4, "enbs": {"e": 1}}
BAD = [
    ({"hosts": [{**HOST, "cpu": -1}]}, "hosts[0].cpu of h: -1 is less than 0"),
    ({"hosts": [{"name": "h"}]}, "hosts[0].cpu of h: is missing"),
    ({"hosts": [{**HOST, "memory": math.nan}]}, "hosts[0].memory of h: nan is not a finite number"),
    ({"hosts": [{**HOST, "name": "{x}", "memory": -1}]}, "hosts[0].memory of {x}: -1 is less than 0"),
    ({"hosts": [{**HOST, "cost": -2}]}, "hosts[0].cost of h: -2 is less than 0"),
    ({"hosts": [{**HOST, "enbs": {"e": math.nan}}]}, "hosts[0].enbs.e of h: nan is not a finite number"),
    ({"hosts": [{**HOST, "enbs": {"e": "soon"}}]}, "hosts[0].enbs.e of h: 'soon' is not a finite number"),
    ({"hosts": [{**HOST, "enbs": {"e": None}}]}, "hosts[0].enbs.e of h: is missing"),
    ({"hosts": [HOST, HOST]}, "hosts[1].name: 'h' stands at hosts[0] already"),
    ({"apps": [APP, APP]}, "apps[1].name: 'a' stands at apps[0] already"),
    ({"apps": [{**APP, "name": ""}]}, "apps[0].name: is empty"),
    ({"apps": [{"name": "a", "delay": DELAY}]}, "apps[0].cpu of a: is missing"),
    ({"apps": [{**APP, "cpu": -0.5}]}, "apps[0].cpu of a: -0.5 is less than 0"),
    ({"apps": [{**APP, "storage": math.inf}]}, "apps[0].storage of a: inf is not a finite number"),
    ({"apps": [{"name": "a", "cpu": 1}]}, "apps[0].delay.maximum of a: is missing"),
    ({"apps": [{**APP, "delay": {"maximum": math.nan}}]}, "apps[0].delay.maximum of a: nan is not a finite number"),
    (
        {"apps": [{**APP, "delay": {"desired": 7, "maximum": 5}}]},
        "apps[0].delay.desired of a: 7 ms is more than the maximum, 5 ms",
    ),
    ({"apps": [{**APP, "enbs": ["e", "x"]}]}, "apps[0].enbs of a: there is no eNB 'x'"),
    ({"apps": [{**APP, "enb": "x"}]}, "apps[0].enb of a: there is no eNB 'x'"),
    ({"apps": [{**APP, "area": "moon"}]}, "apps[0].area of a: there is no area 'moon'"),
    ({"apps": [{**APP, "area": "moon", "enb": "e"}]}, "apps[0].area of a: stands beside enb"),
    ({"areas": {"moon": ["x"]}}, "areas.moon: there is no eNB 'x'"),
    ({"areas": {"moon": []}}, "areas.moon: has no eNBs"),
    ({"areas": {"moon": "e"}}, "areas.moon: 'e' is not a list of eNBs"),
    ({"apps": [{**APP, "licences": -1}]}, "apps[0].licences of a: -1 is less than 0"),
    ({"apps": [{**APP, "priority": 0}]}, "apps[0].priority of a: 0 is not more than 0"),
    ({"apps": [{**APP, "priority": math.nan}]}, "apps[0].priority of a: nan is not a finite number"),
    ({"apps": [{**APP, "host": "x"}]}, "apps[0].host of a: there is no host 'x'"),
    ({"apps": [{**APP, "hosts": ["h", "x"]}]}, "apps[0].hosts of a: there is no host 'x'"),
    ({"apps": [{**APP, "host": "h", "hosts": ["h"]}]}, "apps[0].host of a: stands beside hosts"),
    (
        {"hosts": [HOST, {**HOST, "name": "i"}], "apps": [{**APP, "hosts": ["h", "i"], "licences": 1}]},
        "names 2 hosts, and licences is 1",
    ),
    (
        {"hosts": [HOST, {**HOST, "name": "i"}], "apps": [{**APP, "kind": "ue", "enb": "e", "hosts": ["h", "i"]}]},
        "one instance",
    ),
    ({"hosts": [{**HOST, "enbs": {"e": 1, "f": 1}}], "apps": [{**APP, "kind": "ue"}]}, "apps[0].enbs of a: means 2 eNBs"),
    ({"apps": [{**APP, "allowed_hosts": ["x"]}]}, "apps[0].allowed_hosts of a: there is no host 'x'"),
    ({"apps": [{**APP, "vms": [{"name": "v"}]}]}, "apps[0].vms[0].cpu of v: is missing"),
    ({"apps": [{**APP, "vms": [{"name": "v", "cpu": -1}]}]}, "apps[0].vms[0].cpu of v: -1 is less than 0"),
    ({"apps": [{**APP, "vms": [{"name": "v", "cpu": 3}]}]}, "apps[0].cpu of a: 2 is not 3, the sum of its VMs"),
    ({"apps": [{**APP, "vms": [{"name": "v", "cpu": 1}] * 2}]}, "apps[0].vms[1].name: 'v' stands at apps[0].vms[0] already"),
    ({"current": [{"app": "a", "host": "x"}]}, "current[0].host: there is no host 'x'"),
    ({"current": [{"app": "x", "host": "h"}]}, "current[0].app: there is no app 'x'"),
    ({"current": [{"app": "a", "host": "h"}] * 2}, "current[1]: a has an instance on h already"),
    (
        {"apps": [{**APP, "vms": [{"name": name, "cpu": 1e308} for name in "xy"]}]},
        "apps[0].vms[0].cpu of x: is more than 1e+15",
    ),
    (
        {"apps": [{**APP, "priority": 1e7}]},
        "apps[0].priority of a: 1e+07 is more than 1e+06",
    ),
    ({"weights": {"cost": 1e7}}, "weights.cost: 1e+07 is more than 1e+06"),
    ({"weights": {"delay": -1}}, "weights.delay: -1 is less than 0"),
    ({"weights": {"unserved": 0}}, "weights.unserved: is 0"),
    ({"time_limit": 0}, "time_limit: 0 is not more than 0"),
    ({"time_limit": math.nan}, "time_limit: nan is not a finite number"),
    ({"gap": -1}, "gap: -1 is less than 0"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD, ids=[sentence for _wrong, sentence in BAD])
def test_bad_input_is_one_sentence_with_the_key_and_the_element(wrong: dict[str, Any], sentence: str) -> None:
    from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError

    with pytest.raises(InputError) as caught:
        placed({"hosts": [HOST], "apps": [APP], **wrong})
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
