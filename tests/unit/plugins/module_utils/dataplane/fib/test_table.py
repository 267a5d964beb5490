# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables and the builder: every prefix and every egress once, and the route that is used."""

from __future__ import annotations

import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.builder import TableBuilder
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.partition import partition
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import (
    DROP,
    LOCAL,
    Egress,
    Hop,
    Kind,
    Route,
    forward,
)

ETH0, ETH1 = forward([Hop("eth0")]), forward([Hop("eth1", "10.0.0.1")])


def built(*rows: tuple, version: int = 4) -> TableBuilder:
    """A builder of ``(prefix, length, egress, line[, rank])``."""
    builder = TableBuilder(version, "table.txt")
    for prefix, length, egress, *rest in rows:
        builder.add(prefix, length, builder.egress(egress), *rest)
    return builder


def test_hops_in_another_order_are_the_same_way_out() -> None:
    hops = [Hop("eth1", "10.0.0.1"), Hop("eth0"), Hop("eth1")]
    assert forward(hops) == forward(reversed([*hops, *hops]))
    assert str(forward(hops)) == "eth0 or eth1 or eth1 via 10.0.0.1"
    assert (str(DROP), str(LOCAL)) == ("drop", "local")


def test_routes_are_values_made_of_the_table() -> None:
    table = built((0, 0, ETH1, 1), (10 << 24, 8, ETH0, 2), (11 << 24, 8, ETH1, 3), (12 << 24, 8, DROP, 4)).table()
    assert table.routes[0] == Route(0, 0, (Hop("eth1", "10.0.0.1"),), 1, Kind.FORWARD)
    assert table.routes[-1] == Route(12 << 24, 8, (), 4, Kind.DROP)
    assert [route.line for route in table.routes[1:3]] == [2, 3]
    assert [route.egress for route in table.routes] == [ETH1, ETH0, ETH1, DROP]
    assert (len(table), len(table.routes), table.egresses) == (4, 4, (ETH1, ETH0, DROP))
    assert [table.written(index) for index in (0, 1)] == ["0.0.0.0/0", "10.0.0.0/8"]
    assert built((1 << 96, 32, ETH0, 1), version=6).table().written(0) == "0:1::/32"
    with pytest.raises(IndexError):
        table.routes[4]


def test_the_lowest_rank_is_used_and_of_equal_ranks_the_first() -> None:
    table = built((0, 0, ETH0, 1, 20), (0, 0, ETH1, 2, 10), (0, 0, DROP, 3, 10), (0, 1, LOCAL, 4, 99)).table()
    assert [(route.line, route.egress) for route in table.routes] == [(2, ETH1), (4, LOCAL)]
    assert table.egresses == (ETH1, LOCAL)


def random_rows(chance: random.Random) -> list[tuple[int, int, Egress, int]]:
    rows = []
    for line in range(1, chance.randrange(1, 12)):
        length = chance.randrange(0, 7)
        prefix = chance.getrandbits(length) << 32 - length if length else 0
        rows.append((prefix, length, chance.choice([ETH0, ETH1, DROP, LOCAL]), line))
    return rows


@pytest.mark.parametrize("seed", range(60))
def test_a_table_below_another_is_asked_where_that_has_no_route(seed: int) -> None:
    chance = random.Random(seed)
    above, below = random_rows(chance), random_rows(chance)
    first, second = partition(built(*above).table()), partition(built(*below).table())
    builder = built(*above)
    builder.add_below(built(*below))
    both = partition(builder.table())
    for address in range(0, 2**32, 2**24):
        egress, route = first.decide(address)
        assert both.decide(address)[0] == (egress if route else second.decide(address)[0])
