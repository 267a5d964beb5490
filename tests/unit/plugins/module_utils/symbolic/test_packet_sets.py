# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet sets against sets of plain numbers."""

from __future__ import annotations

import itertools
import operator

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import (
    OutOfMemory,
    PacketSets,
    manager_errors,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.range_diagrams import diagram
from hypothesis import given
from hypothesis import strategies as st

WIDTH = 4
numbers = st.integers(0, 2**WIDTH - 1)
PAIRS = list(itertools.product(range(2**WIDTH), repeat=2))


@pytest.fixture(params=["apart", "together"], scope="module")
def universe(request: pytest.FixtureRequest) -> tuple:
    sets = PacketSets(1 << 16)
    if request.param == "together":
        found = sets.symbols({"a": WIDTH, "b": WIDTH})
        return sets, found["a"], found["b"]
    return sets, sets.symbol("a", WIDTH), sets.symbol("b", WIDTH)


def members(sets, packets):
    return {(a, b) for a, b in PAIRS if sets.contains(packets, {"a": a, "b": b})}


@pytest.mark.parametrize(("name", "relation"), [("equal", operator.eq), ("less", operator.lt)])
def test_relations(universe, name, relation):
    sets, a, b = universe
    assert members(sets, getattr(sets, name)(a, b)) == {pair for pair in PAIRS if relation(*pair)}


@pytest.mark.parametrize(("name", "operation"), [("add", operator.add), ("subtract", operator.sub)])
def test_arithmetic_wraps(universe, name, operation):
    sets, a, b = universe
    for value in range(2**WIDTH):
        found = sets.equal(getattr(sets, name)(a, b), sets.constant(value, WIDTH))
        assert members(sets, found) == {pair for pair in PAIRS if operation(*pair) % 2**WIDTH == value}


@given(numbers, numbers, st.lists(st.tuples(numbers, numbers).map(sorted), max_size=5))
def test_constants_masks_and_ranges(universe, match, mask, ranges):
    sets, a, _b = universe
    assert members(sets, sets.masked(a, match, mask)) == {(x, y) for x, y in PAIRS if x & mask == match}
    assert members(sets, sets.at_least(a, match)) == {(x, y) for x, y in PAIRS if x >= match}
    assert members(sets, sets.at_most(a, match)) == {(x, y) for x, y in PAIRS if x <= match}
    inside = {(x, y) for x, y in PAIRS if any(low <= x <= high for low, high in ranges)}
    assert members(sets, sets.within(a, ranges)) == inside


@given(st.sets(st.integers(0, 1023)))
def test_long_lists_of_ranges(members):
    ranges = list(runs(sorted(members)))
    sets = PacketSets(1 << 16)
    found = diagram(ranges, 10) if ranges else None
    packets = sets._of_diagram(sets.symbol("x", 10), *found) if found else sets.empty
    assert {x for x in range(1024) if sets.contains(packets, {"x": x})} == members
    wide = sets.symbol("w", 32)
    high = [(first << 20, (last << 20) + 7) for first, last in ranges]
    assert sets.within(wide, high) == sets.union(sets._between(wide, *one) for one in high)


def runs(members):
    for _key, group in itertools.groupby(enumerate(members), key=lambda pair: pair[1] - pair[0]):
        found = [number for _index, number in group]
        yield found[0], found[-1]


@given(st.lists(st.tuples(numbers, numbers), max_size=8))
def test_what_is_told_of_a_set(universe, points):
    sets, _a, _b = universe
    packets = sets.union(sets.just({"a": x, "b": y}) for x, y in points)
    assert members(sets, packets) == set(points)
    assert sets.count(packets, ["a", "b"]) == len(set(points))
    assert sets.count(packets, ["a"]) == len({x for x, _y in points})
    example = sets.example(packets)
    assert (example is None) == (not points)
    assert example is None or (example["a"], example["b"]) in points
    alone = sets.forget(packets, ["b"])
    assert members(sets, alone) == {(x, y) for x, y in PAIRS if any(x == one for one, _y in points)}
    found = list(sets.ranges(alone, "a"))
    assert [x for low, high in found for x in range(low, high + 1)] == sorted({x for x, _y in points})
    assert all(high + 1 < low for (_low, high), (low, _high) in itertools.pairwise(found))


def test_a_symbol_is_declared_once(universe):
    with pytest.raises(ValueError, match="declared already"):
        universe[0].symbol("a", 2)


def test_running_out_of_memory_is_said():
    sets = PacketSets(1 << 8)
    sets.symbol("a", 16)
    with pytest.raises(OutOfMemory), manager_errors():
        sets.union(sets.just({"a": number * number % 65521}) for number in range(1000))


def test_interleaved_fields_compare_in_few_nodes():
    sets = PacketSets(1 << 12)
    found = sets.symbols({"a": 32, "b": 32})
    assert sets.equal(found["a"], found["b"]).node_count() <= 98
