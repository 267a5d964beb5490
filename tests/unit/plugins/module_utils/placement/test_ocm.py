# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every placement is compared with one that was found by looking at all of them, by code of its own."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import UnavailableError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement import ocm_arrays, ocm_beam, ocm_steps
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_answer import answer

from .ocm_oracle import (
    Case,
    best,
    check,
    chosen_in,
    commit,
    distributed,
    gathered,
    options,
    placements,
    random_case,
    runs,
)


def function(name: str, cpu: float, **pins: Any) -> dict[str, Any]:
    return {"name": name, "cpu": cpu, **pins}


def case_of(servers: list[dict[str, Any]], *chains: dict[str, Any], **more: Any) -> Case:
    plain = {"coefficients": (0.586, 0.858, -1.789), "normalisation": "monotone", "sites": {}, "delays": {}}
    return {**plain, "servers": servers, "chains": list(chains), **more}


def chain(name: str, pps: float, cores: list[float], **more: Any) -> dict[str, Any]:
    return {"name": name, "pps": pps, "functions": [function(f"f{number}", cpu) for number, cpu in enumerate(cores)], **more}


def agree(case: Case, contiguous: bool) -> None:
    """Each chain costs what the cheapest of all placements costs, on the servers as the chains before have left them."""
    told = answer(options(case, strategy="relaxed" if contiguous else "ocm"))
    check(case, told)
    case = copy.deepcopy(case)
    for raw, placement in zip(case["chains"], told["placements"], strict=True):
        least = best(case, raw, contiguous)
        assert placement["accepted"] == (least is not None), placement
        if least is not None:
            assert placement["switching_cpu"] == pytest.approx(least, abs=1e-8)
            chosen = chosen_in(placement, raw)
            assert not contiguous or len(placement["blocks"]) == 1 + sum(map(str.__ne__, chosen, chosen[1:]))
            commit(case, raw, chosen)


@pytest.mark.parametrize("seed", range(250))
def test_every_chain_is_placed_at_the_least_cost(seed: int) -> None:
    case = random_case(seed, longest=5)
    agree(case, contiguous=False)
    agree(case, contiguous=True)


@pytest.mark.one_python
@pytest.mark.parametrize("first", range(1000, 3000, 100))
def test_thousands_of_placements_are_the_cheapest(first: int) -> None:
    for seed in range(first, first + 100):
        agree(random_case(seed), contiguous=bool(seed % 2))


@pytest.mark.parametrize(("strategy", "oracle"), [("gather", gathered), ("distribute", distributed)])
def test_the_baselines_are_what_they_are_said_to_be(
    strategy: str, oracle: Callable[[Case, dict[str, Any]], tuple[str, ...] | None]
) -> None:
    for seed in range(200):
        case = random_case(seed, longest=4)
        told = answer(options(case, strategy=strategy))
        check(case, told)
        assert told["compared"][strategy] == told["totals"]
        for raw, placement in zip(case["chains"], told["placements"], strict=True):
            wanted = oracle(case, raw)
            assert (chosen_in(placement, raw) if placement["accepted"] else None) == wanted, seed
            case = copy.deepcopy(case)
            if wanted:
                commit(case, raw, wanted)


@pytest.mark.parametrize("seed", range(30))
def test_many_sites_within_a_latency(seed: int) -> None:
    """More sites than functions, so that the search has ways to choose from."""
    pick = random.Random(seed)
    sites = {f"e{number}": {"role": "edge"} for number in range(5)}
    delays = {f"e{number}": {f"e{number + 1}": pick.choice([1.0, 2.0, 4.0])} for number in range(4)}
    servers = [{"name": f"s{number}", "cpu": pick.choice([1.2, 2.3, 3.1]), "site": f"e{number}"} for number in range(5)]
    asked = chain("c", 3e5, [pick.choice([0.5, 1]) for _function in range(5)], latency=pick.choice([2.0, 4.0, 6.0]))
    case = case_of(servers, asked, sites=sites, delays=delays, normalisation=pick.choice(["monotone", "consistent"]))
    agree(case, contiguous=False)
    agree(case, contiguous=True)


def entries(chosen: tuple[str, ...]) -> int:
    """How often packets enter a server."""
    return sum(len(runs(tuple(at for at, name in enumerate(chosen) if name == server))) for server in set(chosen))


def test_of_equal_placements_the_one_with_fewest_runs_is_taken() -> None:
    """The monotone cost of a block depends on its size alone, so that many placements cost the same."""
    ties = 0
    for seed in range(150):
        case = random_case(seed, longest=5, constrained=False)
        case["normalisation"], case["chains"] = "monotone", case["chains"][:1]
        [placement] = answer(options(case))["placements"]
        if not placement["accepted"]:
            continue
        chosen = chosen_in(placement, case["chains"][0])
        equal = [way for cost, way in placements(case, case["chains"][0]) if cost < placement["switching_cpu"] + 1e-11]
        assert entries(chosen) == min(map(entries, equal)), seed
        ties += len(set(map(entries, equal))) > 1
    assert ties > 20


@pytest.mark.parametrize("strategy", ["ocm", "relaxed", "gather", "distribute"])
def test_of_equal_servers_the_first_by_name_is_taken_in_whatever_order_they_stand(strategy: str) -> None:
    servers = [{"name": name, "cpu": 8} for name in ("c", "a", "d", "b")]
    told = answer(options(case_of(servers, chain("one", 1e5, [1, 1])), strategy=strategy))
    used = [block["server"] for block in told["placements"][0]["blocks"]]
    assert used == (["a", "b"] if strategy == "distribute" else ["a"])
    assert [server["name"] for server in told["servers"]] == ["c", "a", "d", "b"]


def test_equal_servers_are_taken_in_the_order_of_the_functions() -> None:
    apart = chain("c", 1e5, [1, 1, 1], anti_affinity=[["f0", "f1", "f2"]])
    [placement] = answer(options(case_of([{"name": name, "cpu": 8} for name in "cabd"], apart)))["placements"]
    assert chosen_in(placement, apart) == ("a", "b", "c")


def test_the_order_of_the_servers_does_not_matter() -> None:
    for seed in range(60):
        case = random_case(seed)
        told = answer(options(case))["placements"]
        case["servers"].reverse()
        assert answer(options(case))["placements"] == told


def test_a_long_chain_is_placed_by_the_relaxed_step_and_says_so() -> None:
    case = case_of([{"name": "a", "cpu": 20}], chain("long", 1e5, [0.5] * 9), chain("short", 1e5, [0.5] * 8))
    assert [one["strategy"] for one in answer(options(case))["placements"]] == ["relaxed", "ocm"]
    assert [one["strategy"] for one in answer(options(case, max_exact_length=9))["placements"]] == ["ocm", "ocm"]
    assert [one["strategy"] for one in answer(options(case, strategy="gather"))["placements"]] == ["gather", "gather"]


@pytest.mark.one_python
def test_a_very_long_chain_is_cut_by_a_beam(monkeypatch: pytest.MonkeyPatch) -> None:
    """It fits, and it is close to the best where that is known."""
    for seed in range(30):
        case = random_case(seed, longest=8, most_servers=6)
        exact = answer(options(case, strategy="relaxed"))["placements"][0]
        with monkeypatch.context() as patched:
            patched.setattr(ocm_steps, "LONGEST_RELAXED", 0)
            told = answer(options(case, strategy="relaxed"))
        check(case, told)
        assert told["placements"][0]["accepted"] == exact["accepted"]
        assert told["placements"][0]["switching_cpu"] == pytest.approx(exact["switching_cpu"], abs=1e-8)


@pytest.mark.one_python
def test_sixty_functions_are_placed_on_as_many_servers_as_it_takes() -> None:
    case = case_of([{"name": f"s{number}", "cpu": 6} for number in range(13)], chain("long", 2e5, [1] * 60))
    told = answer(options(case, strategy="relaxed"))
    check(case, told)
    assert told["placements"][0]["accepted"]
    assert len(told["placements"][0]["blocks"]) > ocm_beam.CHOICES - 1


@pytest.mark.parametrize("normalisation", ["monotone", "consistent", "literal"])
@pytest.mark.parametrize("pps", [0.0, 1e-300, 1e15])
def test_no_packets_and_too_many(normalisation: str, pps: float) -> None:
    case = case_of([{"name": "a", "cpu": 4}, {"name": "b", "cpu": 4}], chain("c", pps, [1, 1]), normalisation=normalisation)
    told = answer(options(case))
    [placement] = told["placements"]
    assert placement["accepted"] == (pps < 1)
    if pps < 1:
        check(case, told)
    else:
        assert "switching" in placement["reason"]


EDGE = {"sites": {"e": {"role": "edge"}, "c": {"role": "core"}, "far": {"role": "cran"}}, "delays": {"e": {"c": 8}}}
AT = [{"name": "s1", "cpu": 4, "site": "e"}, {"name": "s2", "cpu": 8, "site": "c"}, {"name": "s3", "cpu": 8, "site": "far"}]


@pytest.mark.parametrize(
    ("strategy", "servers", "asked", "sentence"),
    [
        (
            "ocm",
            [{"name": "a", "cpu": 2}],
            chain("c", 0, [3]),
            "function 'f0' takes 3 cores, and no server has more than 2 free",
        ),
        (
            "ocm",
            [{"name": "a", "cpu": 2}],
            chain("c", 1e6, [2]),
            "function 'f0' takes 2 cores besides switching 1e+06 packets per second",
        ),
        ("ocm", [{"name": "a", "cpu": 2}], chain("c", 0, [1, 2]), "its functions take 3 cores, and 2 are free on all servers"),
        (
            "ocm",
            [{"name": "a", "cpu": 2}],
            chain("c", 2e5, [1, 0.9]),
            "with the switching of 200000 packets per second its functions",
        ),
        (
            "gather",
            [{"name": n, "cpu": 2} for n in "ab"],
            chain("c", 0, [2, 2]),
            "with switching no server has room for all of them",
        ),
        (
            "distribute",
            [{"name": "a", "cpu": 9}],
            chain("c", 0, [1, 1]),
            "it has 2 functions, and there are 1 servers for one each",
        ),
        (
            "ocm",
            [{"name": "a", "cpu": 9}],
            chain("c", 0, [1, 1], anti_affinity=[["f0", "f1"]]),
            "it fits only where functions share a server that anti_affinity keeps apart",
        ),
        (
            "ocm",
            [{"name": n, "cpu": 2} for n in "ab"],
            chain("c", 0, [2, 2], affinity=[["f0", "f1"]]),
            "it fits only where functions are apart that affinity joins",
        ),
        (
            "ocm",
            AT,
            {"name": "c", "pps": 0, "functions": [function("a", 1, site="e", server="s2")]},
            "no server is where function 'a' must run",
        ),
        (
            "ocm",
            AT,
            {"name": "c", "pps": 0, "functions": [function("a", 5, site_role="edge")]},
            "function 'a' takes 5 cores, and no server that it may run on has more than 4 free",
        ),
        (
            "ocm",
            AT,
            {"name": "c", "pps": 0, "latency": 5, "functions": [function("a", 1, site="e"), function("b", 1, site="c")]},
            "its latency is 5 ms, and the shortest way takes 8 ms where its functions must run",
        ),
        (
            "ocm",
            AT,
            {"name": "c", "pps": 0, "latency": 5, "functions": [function("a", 1, site="e"), function("b", 1, site="far")]},
            "its latency is 5 ms, and there is no way between the sites where its functions must run",
        ),
        (
            "ocm",
            AT,
            {"name": "c", "pps": 0, "latency": 5, "functions": [function("a", 4), function("b", 6), function("c", 2)]},
            "no placement that fits keeps its latency of 5 ms; the one without it",
        ),
    ],
)
def test_a_rejected_chain_says_why(strategy: str, servers: list[dict[str, Any]], asked: dict[str, Any], sentence: str) -> None:
    more = EDGE if any("site" in server for server in servers) else {}
    [placement] = answer(options(case_of(copy.deepcopy(servers), asked, **more), strategy=strategy))["placements"]
    assert not placement["accepted"]
    assert sentence in placement["reason"]


@pytest.mark.one_python
def test_every_rejection_has_a_reason() -> None:
    for seed in range(150):
        case = random_case(seed)
        for strategy in ("ocm", "relaxed", "gather", "distribute"):
            for placement in answer(options(case, strategy=strategy))["placements"]:
                assert placement["accepted"] or placement["reason"] != "nothing fits"


def test_a_latency_that_cannot_be_looked_at_is_told() -> None:
    told = answer(options(case_of([{"name": "a", "cpu": 9}], chain("c", 0, [1], latency=3))))
    assert told["warnings"] == ["no server has a site, so the latency of chain 'c' is taken to be kept everywhere"]
    case = case_of(copy.deepcopy(AT), chain("c", 0, [1], latency=3), **EDGE)
    assert answer(options(case))["warnings"] == []


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocm_arrays, "MISSING", ImportError("numpy"))
    with pytest.raises(UnavailableError, match="the Python library numpy is missing"):
        answer(options(case_of([{"name": "a", "cpu": 9}], chain("c", 0, [1]))))


def test_a_latency_of_nothing_keeps_a_chain_at_one_site() -> None:
    case = case_of(copy.deepcopy(AT), chain("c", 1e5, [3, 3, 1], latency=0), **EDGE)
    told = answer(options(case))
    check(case, told)
    assert {block["server"] for block in told["placements"][0]["blocks"]} == {"s2"}
    assert not math.isinf(told["totals"]["switching_cpu"])
