# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The axis of a metric: all values are on it, and its ticks tell where."""

from __future__ import annotations

import itertools
import math
import sys

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.report import ranges
from ansible_collections.superfluidity.nfv.plugins.module_utils.report.axes import axis
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1000, 1000) | st.integers(-5, 5).map(float)


@pytest.mark.one_python
@given(st.lists(NUMBERS, max_size=8), st.lists(NUMBERS, max_size=3))
def test_all_values_are_on_the_axis_in_their_order(values: list[float], borders: list[float]) -> None:
    one = axis(values, borders, 100, 300, values)
    least = sys.float_info.min
    assert all(one.low - least <= value <= one.high + least for value in values)
    places = [one.at(value) for value in sorted([*values, *borders])]
    assert places == sorted(places)
    assert all(100 <= place <= 400 for place in places)
    ticks = one.ticks()
    assert 1 <= len(ticks) <= 12
    assert ticks == sorted(ticks)
    assert one.at(ticks[0]) == 100


@given(st.lists(st.floats(-1e6, 1e6) | st.floats(1e-6, 1e9), min_size=1, max_size=8))
def test_ticks_are_round_and_no_two_read_the_same(values: list[float]) -> None:
    one = axis(values, [], 0, 300, values)
    ticks = one.ticks()
    if one.logarithmic:
        assert [float(one.text(tick)) for tick in ticks] == pytest.approx(ticks)
        places = [one.at(tick) for tick in ticks]
        apart = [after - before for before, after in itertools.pairwise(places)]
        assert max(apart) - min(apart) < 0.03, "equal factors are equal distances"
        return
    assert f"{one.step:e}"[0] in "125"
    if one.step > 1e-9 * max(map(abs, ticks)):
        texts = [one.text(tick) for tick in ticks]
        assert len(set(texts)) == len(texts)
        assert [float(text) for text in texts] == pytest.approx(ticks, abs=one.step / 2)
        assert one.at(ticks[-1]) == 300


@pytest.mark.parametrize(
    ("values", "borders", "ends"),
    [
        ([0.7, 2000], [5, 7], (0.1, 10000)),
        ([0.7, 2000], [0.05, 1e9], (0.01, 10000)),
        ([0.7, 2000], [-1, 0, 1e-300], (0.1, 10000)),
        ([1, 999], [], (0, 1000)),
        ([3e-308, sys.float_info.max], [], (1e-308, sys.float_info.max)),
        ([90, 1044], [200, 310], (0, 1200)),
        ([0.85, 1.24], [0.92, 1.05], (0.8, 1.3)),
        ([100, 110], [130], (100, 130)),
        ([100, 110], [1e9], (100, 110)),
        ([5], [], (4.7, 5.3)),
        ([], [7], (6.6, 7.4)),
        ([], [], (-1, 1)),
        ([-sys.float_info.max, sys.float_info.max], [], (-sys.float_info.max, sys.float_info.max)),
    ],
)
def test_the_ends(values: list[float], borders: list[float], ends: tuple[float, float]) -> None:
    one = axis(values, borders, 0, 100, values)
    assert (one.low, one.high) == pytest.approx(ends, rel=1e-9, abs=0)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12, unique=True).map(sorted))
def test_labels_of_borders_do_not_touch(ends: list[float]) -> None:
    one = axis([0, 100], ends, 0, 300)
    labels = list(ranges._labels(one, ends))
    for (end, x, level), (other, to_x, at) in itertools.combinations(labels, 2):
        halves = 7.3 * (len(ranges.border_text(one, end)) + len(ranges.border_text(one, other))) / 2
        assert level != at or abs(to_x - x) >= halves


def test_a_logarithmic_axis_has_equal_factors_at_equal_distances() -> None:
    one = axis([0.5, 3000], [], 100, 500, [1, 2000])
    assert one.logarithmic
    assert [one.at(10.0**power) for power in range(-1, 5)] == [100, 200, 300, 400, 500, 600]
    assert one.at(math.sqrt(10)) == pytest.approx(250)
    assert one.at(0) == one.at(-1) == 100
    assert [one.text(tick) for tick in one.ticks()] == ["0.1", "1", "10", "100", "1000", "10000"]


@pytest.mark.parametrize(
    ("values", "typical", "logarithmic"),
    [([0.001, 900], [500, 800], False), ([0.001, 900], [0.1, 800], True), ([0, 900], [0.1, 800], False), ([1, 900], [], False)],
)
def test_what_is_typical_decides(values: list[float], typical: list[float], logarithmic: bool) -> None:
    one = axis(values, [], 0, 100, typical)
    assert one.logarithmic == logarithmic
    assert one.low <= min(values) <= max(values) <= one.high


def test_a_border_far_away_is_told_with_an_arrow() -> None:
    one = axis([100, 110], [], 0, 300)
    assert [ranges.border_text(one, end) for end in (1e9, -5, 105)] == ["1000000000 →", "← -5", "105"]
