# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All chains at once is never worse than one after the other."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_answer import answer

from .ocm_oracle import Case, check, options, random_case


def crowded(seed: int) -> Case:
    """More chains than the servers take."""
    case = random_case(seed, longest=4, constrained=seed % 2 == 0)
    chains = [one for more in range(3) for one in random_case(7919 * more + seed, longest=4, constrained=False)["chains"]]
    case["chains"] += [{**one, "name": f"more-{number}"} for number, one in enumerate(chains)]
    return case


@pytest.mark.one_python
@pytest.mark.parametrize("strategy", ["ocm", "relaxed", "gather", "distribute"])
def test_it_accepts_no_fewer_and_with_as_many_takes_no_more(strategy: str) -> None:
    better = 0
    for seed in range(60):
        case = crowded(seed)
        alone, together = (answer(options(copy.deepcopy(case), strategy=strategy, batch=batch)) for batch in (False, True))
        check(case, together)
        before, after = alone["totals"], together["totals"]
        assert together["compared"]["online"] == before
        assert after["accepted"] >= before["accepted"], seed
        if after["accepted"] == before["accepted"]:
            assert after["switching_cpu"] <= before["switching_cpu"] + 1e-9, seed
        better += (after["accepted"], -after["switching_cpu"]) > (before["accepted"], -before["switching_cpu"] + 1e-6)
    assert better > 5  # it is worth its time


def test_a_large_chain_that_comes_last_is_not_shut_out() -> None:
    """One after the other, the small chain takes the room of the large one, though it fits elsewhere."""
    chains = [
        {"name": "small", "pps": 0, "functions": [{"name": "f", "cpu": 1}]},
        {"name": "large", "pps": 0, "functions": [{"name": "f", "cpu": 4}]},
    ]
    case = {"coefficients": (0.586, 0.858, -1.789), "normalisation": "monotone", "sites": {}, "delays": {}}
    case.update(servers=[{"name": "a", "cpu": 4}, {"name": "b", "cpu": 2}], chains=chains)
    assert answer(options(case))["totals"]["accepted"] == 1
    assert answer(options(case, batch=True))["totals"]["accepted"] == 2


def test_it_answers_the_same_each_time() -> None:
    case = crowded(3)
    assert answer(options(case, batch=True)) == answer(options(copy.deepcopy(case), batch=True))


@pytest.mark.parametrize("seed", [635, 1088, 1297, 1480])
def test_no_server_is_overfull_where_a_subchain_that_leaves_makes_it_dearer(seed: int) -> None:
    """Costs that are not monotone rise when a small sub-chain leaves; found among many by taking the check away."""
    case = random_case(seed, longest=4, constrained=False)
    chains = [one for more in range(4) for one in random_case(7919 * more + seed, longest=4, constrained=False)["chains"]]
    case["chains"] += [{**one, "name": f"more-{number}"} for number, one in enumerate(chains)]
    assert case["normalisation"] != "monotone"
    check(case, answer(options(case, strategy="relaxed", batch=True)))
