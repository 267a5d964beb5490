# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.checks import known, named, number


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "servers[2].cpu: is missing; give a number"),
        (math.nan, "servers[2].cpu: nan is not a finite number"),
        (math.inf, "servers[2].cpu: inf is not a finite number"),
        ("2", "servers[2].cpu: '2' is not a finite number"),
        (True, "servers[2].cpu: True is not a finite number"),
        (-1, "servers[2].cpu: -1 is not more than 0"),
        (0, "servers[2].cpu: 0 is not more than 0"),
    ],
)
def test_a_number_that_is_refused(value: object, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        number(value, "servers[2].cpu", above=True)
    assert str(refused.value) == sentence


def test_a_number_that_is_taken() -> None:
    assert number(0, "x") == 0.0
    assert number(2, "x", least=2) == 2.0


def test_names_stand_once() -> None:
    assert list(named([{"name": "b"}, {"name": "a"}], "hosts")) == ["b", "a"]
    with pytest.raises(InputError, match=r"^hosts\[1\]\.name: 'a' stands at hosts\[0\] already"):
        named([{"name": "a"}, {"name": "a"}], "hosts")
    with pytest.raises(InputError, match=r"^hosts\[0\]\.name: is empty"):
        named([{"name": ""}], "hosts")


def test_names_are_known() -> None:
    known(["a"], {"a", "b"}, "chains[0].servers", "server")
    with pytest.raises(InputError) as refused:
        known(["a", "c"], {"a", "b"}, "chains[0].servers", "server")
    assert str(refused.value) == "chains[0].servers: there is no server 'c'; there are: a, b"


@pytest.mark.parametrize("value", [1.1e15, 10**400])
def test_an_amount_that_sums_could_not_hold_is_refused(value: float) -> None:
    with pytest.raises(InputError, match=r"^cpu: is more than 1e\+15; check its unit$"):
        number(value, "cpu")
