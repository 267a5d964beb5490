# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.values import (
    meant,
    order,
    priced,
    shown,
    value,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError


@pytest.mark.parametrize("raw", [2048, 2048.0, "2048", " 2048.0 ", "2.048e3", "+2048"])
def test_a_number_is_one_value_however_it_is_written(raw: Any) -> None:
    assert value(raw) == 2048
    assert isinstance(value(raw), int)


@pytest.mark.parametrize(
    ("raw", "one"), [("small ", "small"), ("0x10", "0x10"), ("1_000", "1_000"), (0.5, 0.5), ("2:1", "2:1")]
)
def test_words_stand_for_themselves(raw: Any, one: Any) -> None:
    assert value(raw) == one


@pytest.mark.parametrize("raw", [None, "", "  ", "nan", "inf", float("nan"), [], {}])
def test_what_is_no_value_is_refused(raw: Any) -> None:
    with pytest.raises(InputError):
        value(raw)


def test_truth_values_are_not_numbers() -> None:
    assert value(True) == value("True") == "true" != value(1)
    assert shown(value(True)) is True
    assert shown(value(1)) == 1


def test_numbers_are_ordered_before_words() -> None:
    assert sorted([("b",), (10,), ("a",), (9,)], key=order) == [(9,), (10,), ("a",), ("b",)]


@pytest.mark.parametrize(
    ("given", "power"),
    [
        (4092, 4096),
        (4096, None),
        (4095, None),
        (4097, None),
        (2000, None),
        (2050, 2048),
        (65535, None),
        (3, None),
        ("a", None),
        (-4, None),
    ],
)
def test_nearly_a_power_of_two(given: Any, power: int | None) -> None:
    assert meant(given) == power


def test_costs_are_found_by_value() -> None:
    there = {"ram": {2048, 4092}, "pin": {"on", "off"}, "page": {"small"}}
    costs = {"ram": {"2048": 1, 4092.0: 2.5}, "pin": {True: 3, False: 0}, "page": {"small": 1, "large": 5}, "other": 1}
    assert priced(costs, there) == {"ram": {2048: 1, 4092: 2.5}, "pin": {"on": 3, "off": 0}, "page": {"small": 1}}


@pytest.mark.parametrize(
    ("costs", "sentence"),
    [
        ({}, "costs.ram: is missing; give a cost for each value"),
        ({"ram": 5}, "costs.ram: give a cost for each value"),
        ({"ram": {2048: 1, 4096: 2}}, "costs.ram: there is no cost for its value 4092; did you mean 4096?"),
        ({"ram": {2048: 1}}, "costs.ram: there is no cost for its value 4092; there are costs for 2048"),
        ({"ram": {2048: 1, "2048.0": 2, 4092: 1}}, "costs.ram.2048.0: stands twice"),
        ({"ram": {2048: -1, 4092: 1}}, "costs.ram.2048: -1 is not a cost"),
        ({"ram": {2048: float("nan"), 4092: 1}}, "costs.ram.2048: nan is not a cost"),
        ({"ram": {2048: float("inf"), 4092: 1}}, "costs.ram.2048: inf is not a cost"),
        ({"ram": {2048: 1e308, 4092: 1}}, "costs.ram.2048: 1e+308 is not a cost; give a number from 0 to 1e+100"),
        ({"ram": {2048: 10**309, 4092: 1}}, " is not a cost"),
        ({"ram": {2048: True, 4092: 1}}, "costs.ram.2048: True is not a cost"),
        ({"ram": {2048: "1", 4092: 1}}, "costs.ram.2048: '1' is not a cost"),
        ({"ram": {None: 1, 2048: 1, 4092: 1}}, "costs.ram.None: is missing"),
    ],
)
def test_wrong_costs(costs: Any, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        priced(costs, {"ram": {2048, 4092}})
    assert sentence in str(caught.value)
