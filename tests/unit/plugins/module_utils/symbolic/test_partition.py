# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a partition finds against looking at every thing by itself."""

from __future__ import annotations

from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.partition import Partition
from hypothesis import given, settings
from hypothesis import strategies as st

WIDTH = 4
NUMBERS = st.frozensets(st.integers(0, 2**WIDTH - 1))


@settings(max_examples=200)
@given(st.lists(NUMBERS, max_size=9), NUMBERS)
def test_it_finds_what_a_look_at_each_finds(things, wanted):
    sets = PacketSets(1 << 12)
    value = sets.symbol("x", WIDTH)

    def some(numbers):
        return sets.within(value, [(number, number) for number in sorted(numbers)])

    partition = Partition(sets, [(name, some(numbers)) for name, numbers in enumerate(things)])
    expected = {name: some(numbers & wanted) for name, numbers in enumerate(things) if numbers & wanted}
    found = partition.of(some(wanted))
    assert len(found) == len(expected)
    assert dict(found) == expected
