# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import operator

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.bounds import interval
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from hypothesis import given
from hypothesis import strategies as st

MEANING = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}
NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e12, 1e12))


@given(st.sampled_from(list(MEANING)), NUMBERS, NUMBERS, st.booleans())
def test_a_bound_means_what_it_says(sign: str, number: float, value: float, mirrored: bool) -> None:
    found = interval(f"{number!r} {sign} {{}}" if mirrored else [f"{{}} {sign} {number!r}"], "x")
    for one in (value, number):
        sides = (number, one) if mirrored else (one, number)
        assert found.holds([one]) == [MEANING[sign](*sides)]


@given(st.lists(st.tuples(st.sampled_from(list(MEANING)), st.integers(-3, 3)), min_size=1, max_size=4))
def test_bounds_hold_together_and_contradictions_are_told(bounds: list[tuple[str, int]]) -> None:
    points = [step / 2 for step in range(-9, 10)]
    meeting = [point for point in points if all(MEANING[sign](point, number) for sign, number in bounds)]
    texts = [f"{{}} {sign} {number}" for sign, number in bounds]
    if meeting:
        found = interval(texts, "x")
        assert [point for point, inner in zip(points, found.holds(points), strict=True) if inner] == meeting
        assert interval([f"{{}} {part}" for part in str(found).split(" and ")], "x") == found
    else:
        with pytest.raises(InputError, match="no value meets all of"):
            interval(texts, "x")


@pytest.mark.parametrize(
    ("bounds", "ends"),
    [
        ("{} < 0.92", (None, 0.92)),
        ("{} <= 0.92", (None, 0.92)),
        (["{} > 150", "{} < 180"], (150, 180)),
        ("-3 <= {}", (-3, None)),
        ("{} == 5", (5, 5)),
    ],
)
def test_the_ends_are_the_numbers_as_written(bounds: str | list[str], ends: tuple[float | None, float | None]) -> None:
    assert interval(bounds, "x").ends == ends


@pytest.mark.parametrize("text", ["{}<0.92", " { } < .92 ", "{} < 92e-2", "0.92 > {}", "-1 < {} < +0.92", "{} < 0.920"])
def test_spellings(text: str) -> None:
    assert interval(text, "x").holds([0.9, 0.92, 0.93]) == [True, False, False]


WRONG = [
    "",
    "{}",
    "< 5",
    "5",
    "{} <",
    "{} < x",
    "{} << 5",
    "{} != 5",
    "{} < 5 or 1",
    "__import__('os') < 5",
    "{} < 1_000",
    "{} < 1e999",
]


@pytest.mark.parametrize(
    "text", [*WRONG, "{} < nan", "{} < inf", "{} < ٣", "{} < 5\n{} > 6", "{} =< 5", "{0} < 5", None, 5, [], [5], {}]
)
def test_what_is_no_bound_is_refused(text: object) -> None:
    with pytest.raises(InputError, match=r"^class\.metric: ") as caught:
        interval([text] if isinstance(text, str) else text, "class.metric")
    assert "\n" not in str(caught.value)
