# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What switching costs: the model's values, and what each normalisation promises."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.switching import (
    COMBINED,
    PROFILES,
    Switching,
    profiles,
    server_cost,
    switching_of,
)
from ansible_collections.superfluidity.nfv.plugins.modules.ocm_placement import SWITCHING
from hypothesis import given
from hypothesis import strategies as st

from .ocm_oracle import COEFFICIENTS, cost_of_server

PPS = st.sampled_from([1e3, 1e4, 1e5, 5e5, 1e6, 2.5e6])
PARTS = st.lists(st.tuples(st.integers(1, 12), PPS), min_size=1, max_size=8)
PROFILE = st.sampled_from(sorted(COEFFICIENTS))


def test_the_profiles_are_those_of_the_source_and_tell_where_they_come_from() -> None:
    assert {name: (one.alpha, one.beta, one.gamma) for name, one in profiles().items()} == COEFFICIENTS
    assert list(profiles()) == SWITCHING["profile"]["choices"]
    assert {"formula", "source", "units", "left_out"} == set(json.loads(PROFILES.read_text("utf-8"))["provenance"])


@pytest.mark.parametrize(
    ("profile", "cores"), [("kernel-100", 2.42), ("kernel-1500", 1.03), ("dpdk-100", 2.76), ("dpdk-1500", 1.98)]
)
def test_ten_functions_at_a_million_packets(profile: str, cores: float) -> None:
    assert profiles()[profile].cost(10, 1e6) == pytest.approx(cores, abs=0.005)


@given(PROFILE, st.sampled_from(sorted(COMBINED)), PARTS)
def test_a_server_costs_what_the_formulas_say(profile: str, normalisation: str, parts: list[tuple[int, float]]) -> None:
    case = {"coefficients": COEFFICIENTS[profile], "normalisation": normalisation}
    assert server_cost(profiles()[profile], normalisation, parts) == pytest.approx(cost_of_server(case, parts), abs=1e-9)


@given(PROFILE, st.integers(1, 6), st.integers(1, 10), PPS)
def test_identical_copies_are_one_chain_that_is_as_much_longer(profile: str, copies: int, functions: int, pps: float) -> None:
    switching = profiles()[profile]
    for normalisation in ("monotone", "consistent"):
        together = server_cost(switching, normalisation, [(functions, pps)] * copies)
        assert together == pytest.approx(switching.cost(functions * copies, pps))


@given(PROFILE, PARTS, st.tuples(st.integers(1, 12), PPS))
def test_a_subchain_more_never_makes_a_monotone_server_cheaper(
    profile: str, parts: list[tuple[int, float]], more: tuple[int, float]
) -> None:
    switching = profiles()[profile]
    cost = server_cost(switching, "monotone", parts)
    assert cost <= server_cost(switching, "monotone", [*parts, more]) <= cost + switching.cost(*more) + 1e-9


def test_a_small_subchain_makes_a_consistent_server_cheaper() -> None:
    """Why it is not the default: see the page."""
    large, small = (8, 1e6), (1, 1e4)
    kernel = profiles()["kernel-100"]
    assert server_cost(kernel, "consistent", [large]) == pytest.approx(2.12, abs=0.005)
    assert server_cost(kernel, "consistent", [large, small]) == pytest.approx(1.60, abs=0.005)


def test_the_printed_formula_makes_no_sense_from_three_copies_on() -> None:
    kernel = profiles()["kernel-100"]
    shares = [server_cost(kernel, "literal", [(4, 1e6)] * copies) / kernel.cost(4, 1e6) for copies in range(1, 5)]
    assert shares == pytest.approx([1, 1.50, 0.81, 0], abs=0.01)  # and -1.24 without the floor


def test_no_packets_cost_nothing_unless_packets_do_not_matter() -> None:
    assert server_cost(profiles()["dpdk-100"], "monotone", [(3, 0.0)]) == 0
    assert Switching(1, 0, math.log(100)).cost(2, 0) == pytest.approx(2)


@pytest.mark.parametrize("normalisation", COMBINED)
def test_what_a_float_cannot_hold_is_infinite(normalisation: str) -> None:
    assert server_cost(Switching(10, 10, 0), normalisation, [(10**6, 1e300)]) == math.inf
    assert server_cost(Switching(0.05, 1, 600), normalisation, [(1, 1e9)] * 3) == math.inf or normalisation != "monotone"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "switching: give either a profile, or alpha, beta and gamma"),
        ({"profile": "kernel-100", "alpha": 1}, "switching: give either a profile, or alpha, beta and gamma"),
        (
            {"profile": "vpp"},
            "switching.profile: there is no profile 'vpp'; there are: kernel-100, kernel-1500, dpdk-100, dpdk-1500",
        ),
        ({"alpha": 1, "beta": 1}, "switching.gamma: is missing; give a number"),
        ({"alpha": 0, "beta": 1, "gamma": 0}, "switching.alpha: 0 is not within 0.05 and 10"),
        ({"alpha": 1, "beta": -1, "gamma": 0}, "switching.beta: -1 is less than 0"),
        ({"alpha": 1, "beta": 1, "gamma": math.nan}, "switching.gamma: nan is not a finite number"),
    ],
)
def test_coefficients_that_are_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        switching_of(options)
    assert str(refused.value) == sentence
