# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Yearly costs and fees."""

from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.economics import annuity, economics, terms
from hypothesis import given
from hypothesis import strategies as st


@given(st.floats(1, 1e9), st.integers(1, 60), st.floats(0, 1))
def test_the_annuity_pays_the_capital_back(capital: float, years: int, interest: float) -> None:
    """Year by year: interest on the debt, then the payment; after the last one nothing is owed."""
    payment, debt = annuity(capital, years, interest), capital
    for _year in range(years):
        debt = debt * (1 + interest) - payment
    assert abs(debt) <= 1e-9 * capital * (1 + interest) ** years * years


def test_the_annuity_of_a_mortgage() -> None:
    assert annuity(100_000, 20, 0.05) == pytest.approx(8024.26, abs=0.01)  # a figure of any table of annuities


@pytest.mark.parametrize("interest", [0.0, 5e-324, 1.5e-323, 1e-300, 1e-17, 1e-12])
def test_tiny_interest_is_straight_line(interest: float) -> None:
    assert annuity(1000, 8, interest) == pytest.approx(125)


def test_a_deployment_by_hand() -> None:
    of = terms(
        {"years": 10, "energy_price": 0.2, "site_rent": 600, "maintenance": 0.1, "other": 50, "subscribers": 100, "fee": 5}, 3
    )
    answer = economics(12_000, 4, 1000, of)
    assert answer["yearly"] == pytest.approx({"capital": 1200, "energy": 1752, "sites": 2400, "maintenance": 1200, "other": 50})
    assert answer["yearly_cost"] == pytest.approx(6602)
    assert answer["break_even_fee"] == pytest.approx(6602 / 1200)
    assert answer["yearly_income"] == 6000
    assert answer["yearly_profit"] == pytest.approx(-602)
    assert answer["payback_years"] == pytest.approx(12_000 / 598)


@given(st.floats(0, 1e6), st.integers(0, 50), st.floats(0, 1e5), st.floats(0, 0.3), st.floats(0.01, 1e4))
def test_at_the_break_even_fee_nothing_is_left(
    capital: float, sites: int, power: float, interest: float, subscribers: float
) -> None:
    given_ = {"interest": interest, "energy_price": 0.3, "site_rent": 100, "subscribers": subscribers}
    fee = economics(capital, sites, power, terms(given_, 1))["break_even_fee"]
    again = economics(capital, sites, power, terms({**given_, "fee": fee}, 1))
    assert abs(again["yearly_profit"]) <= 1e-9 * max(1.0, again["yearly_cost"])


def test_a_fee_that_never_pays_back_says_so() -> None:
    answer = economics(1000, 1, None, terms({"site_rent": 900, "fee": 1}, 5))
    assert answer["subscribers"] == 5
    assert answer["payback_years"] is None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"years": 0}, "economics.years: 0 is not more than 0"),
        ({"subscribers": 0}, "economics.subscribers: 0 is not more than 0"),
        ({"interest": -0.1}, "economics.interest: -0.1 is less than 0"),
        ({"fee": math.nan}, "economics.fee: nan is not a finite number"),
        ({"rent": 5}, "economics.rent: is unknown; there are: years, interest"),
    ],
)
def test_terms_are_checked(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        terms(options, 10)


def test_energy_has_no_price_without_power() -> None:
    with pytest.raises(InputError, match=r"economics.energy_price: needs the power of each node"):
        economics(1, 1, None, terms({"energy_price": 1}, 1))
