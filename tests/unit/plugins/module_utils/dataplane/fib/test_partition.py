# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The partition against a lookup that asks every route."""

from __future__ import annotations

import ipaddress
import itertools
import random
import sys
import time
from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import UnavailableError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib import ip_route
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.addresses import WIDTH
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.builder import TableBuilder
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.partition import (
    NO_ROUTE,
    Partition,
    _numpy,
    partition,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import (
    DROP,
    LOCAL,
    Egress,
    Hop,
    Table,
    forward,
)
from hypothesis import given, settings
from hypothesis import strategies as st

EGRESSES = (forward([Hop("a")]), forward([Hop("b", "10.0.0.1")]), forward([Hop("a"), Hop("c")]), LOCAL, DROP)


def table_of(rows: list[tuple[int, int, Egress]], version: int = 4) -> Table:
    builder = TableBuilder(version)
    for line, (prefix, length, egress) in enumerate(rows, 1):
        builder.add(prefix, length, builder.egress(egress), line)
    return builder.table()


def lookup(table: Table) -> Callable[[int], tuple[Egress, int | None]]:
    """Tells the egress and the line of the longest prefix of an address, by asking all routes."""
    routes, width = list(table.routes), WIDTH[table.version]

    def longest(address: int) -> tuple[Egress, int | None]:
        found = [route for route in routes if (route.prefix ^ address) >> width - route.length == 0]
        best = max(found, key=lambda route: route.length, default=None)
        return (best.egress, best.line) if best else (DROP, None)

    return longest


def decided(parts: Partition, address: int) -> tuple[Egress, int | None]:
    egress, route = parts.decide(address)
    return egress, route.line if route else None


def check_shape(parts: Partition) -> None:
    """All addresses, each once, in order; neighbours by different routes; the egress of the route."""
    starts, ends = parts.starts.tolist(), parts.ends.tolist()
    assert starts[0] == 0
    assert ends[-1] == 2 ** WIDTH[parts.table.version] - 1
    assert all(start <= end for start, end in zip(starts, ends, strict=True))
    assert starts[1:] == [end + 1 for end in ends[:-1]]
    deciders = parts.deciders.tolist()
    assert all(first != second for first, second in itertools.pairwise(deciders))
    for choice, decider in zip(parts.choices, deciders, strict=True):
        wanted = DROP if decider == NO_ROUTE else parts.table.routes[decider].egress
        assert parts.egresses[choice] == wanted


def prefixes(width: int, most: int) -> st.SearchStrategy:
    """``(prefix, length, egress)`` with at most `most` bits, so that prefixes nest and meet."""

    def made(length: int, bits: int, egress: Egress) -> tuple[int, int, Egress]:
        return (bits % 2**length << width - length, length, egress)

    return st.builds(made, st.integers(0, most), st.integers(0, 2**most - 1), st.sampled_from(EGRESSES))


@settings(max_examples=200)
@given(st.lists(prefixes(32, 8), max_size=30), st.integers(0, 2**24 - 1))
def test_every_address_of_eight_bits(rows: list, low: int) -> None:
    table = table_of(rows)
    parts, longest = partition(table), lookup(table)
    check_shape(parts)
    for address in range(low, 2**32, 2**24):
        assert decided(parts, address) == longest(address)


@given(st.lists(prefixes(32, 32), max_size=20), st.lists(st.integers(0, 2**32 - 1), max_size=30))
def test_ipv4_at_random_and_at_the_edges(rows: list, points: list[int]) -> None:
    table = table_of(rows)
    parts, longest = partition(table), lookup(table)
    check_shape(parts)
    edges = [edge for route in table.routes for edge in (route.prefix, route.prefix + (1 << 32 - route.length) - 1)]
    near = [point + step for point in edges for step in (-1, 0, 1) if 0 <= point + step < 2**32]
    for address in [*points, *near]:
        assert decided(parts, address) == longest(address)


@given(st.lists(prefixes(128, 128) | prefixes(128, 5), max_size=20), st.lists(st.integers(0, 2**128 - 1), max_size=30))
def test_ipv6_at_random_and_at_the_edges(rows: list, points: list[int]) -> None:
    table = table_of(rows, 6)
    parts, longest = partition(table), lookup(table)
    check_shape(parts)
    edges = [edge for route in table.routes for edge in (route.prefix, route.prefix + (1 << 128 - route.length) - 1)]
    near = [point + step for point in edges for step in (-1, 0, 1) if 0 <= point + step < 2**128]
    for address in [*points, *near]:
        assert decided(parts, address) == longest(address)


@given(st.lists(prefixes(32, 8), max_size=20), st.sampled_from([4, 6]))
def test_intervals_of_an_egress_are_its_addresses_and_do_not_touch(rows: list, version: int) -> None:
    width = WIDTH[version]
    parts = partition(table_of([(prefix << width - 32, length, egress) for prefix, length, egress in rows], version))
    covered = 0
    for choice, egress in enumerate(parts.egresses):
        starts, ends = (side.tolist() for side in parts.intervals(choice))
        assert all(start > end + 1 for start, end in zip(starts[1:], ends, strict=False))
        covered += sum(end - start + 1 for start, end in zip(starts, ends, strict=True))
        assert all(parts.decide(point)[0] == egress for point in (*starts, *ends))
    assert covered == 2**width


def test_an_empty_table_drops_all() -> None:
    for version in (4, 6):
        parts = partition(table_of([], version))
        assert (len(parts), parts.egresses) == (1, (DROP,))
        assert parts.decide(2 ** WIDTH[version] - 1) == (DROP, None)


def test_a_drop_by_a_route_is_told_from_none() -> None:
    parts = partition(table_of([(10 << 24, 8, DROP), (11 << 24, 8, EGRESSES[0])]))
    assert decided(parts, 10 << 24) == (DROP, 1)
    assert decided(parts, 12 << 24) == (DROP, None)
    starts, ends = parts.intervals(parts.egresses.index(DROP))
    assert (starts.tolist(), ends.tolist()) == ([0, 12 << 24], [(11 << 24) - 1, 2**32 - 1])


def test_should_a_prefix_stand_twice_the_first_route_counts() -> None:
    table = Table(4, (0, 0, 128 << 24, 0), (0, 0, 1, 0), (0, 1, 1, 1), (1, 2, 3, 4), EGRESSES[:2])
    parts = partition(table)
    assert parts.deciders.tolist() == [0, 2]


@pytest.mark.parametrize(("version", "most"), [(4, 24), (6, 64)])
def test_a_large_table(version: int, most: int) -> None:
    """20,000 routes; a sample of addresses by a lookup of all lengths in a dictionary."""
    chance, width = random.Random(version), WIDTH[version]
    rows = []
    for _one in range(20_000):
        length = chance.randrange(8, most + 1)
        rows.append((chance.getrandbits(length) << width - length, length, chance.choice(EGRESSES)))
    table = table_of(rows, version)
    parts = partition(table)
    check_shape(parts)
    routes = {(route.prefix, route.length): route for route in table.routes}
    for _one in range(2_000):
        address = chance.getrandbits(width)
        covering = (routes.get((address >> width - length << width - length, length)) for length in range(width, -1, -1))
        best = next((route for route in covering if route), None)
        assert decided(parts, address) == ((best.egress, best.line) if best else (DROP, None))


def test_without_numpy_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    _numpy.cache_clear()
    with pytest.raises(UnavailableError, match="the Python library numpy is missing; install it"):
        partition(table_of([]))
    monkeypatch.undo()
    assert len(partition(table_of([]))) == 1


@pytest.mark.one_python
def test_a_table_as_large_as_that_of_the_internet() -> None:
    """188,500 routes: far below these bounds on a quiet machine, far above them should time become quadratic."""
    chance = random.Random(188_500)
    found = {(chance.getrandbits(24) << 8, 24) for _one in range(250_000)} | {
        (chance.getrandbits(16) << 16, 16) for _one in range(9_000)
    }
    ports = [(prefix, length, prefix >> 8 & 15) for prefix, length in itertools.islice(found, 188_500)]
    lines = [
        f"{ipaddress.IPv4Address(prefix)}/{length} via 10.0.{port}.1 dev eth{port} proto bgp" for prefix, length, port in ports
    ]
    start = time.process_time()
    table = ip_route.read("\n".join(lines))
    middle = time.process_time()
    parts = partition(table)
    end = time.process_time()
    assert (len(table), len(table.egresses)) == (188_500, 16)
    assert len(parts) > 188_500
    assert (middle - start < 3, end - middle < 1) == (True, True), (middle - start, end - middle)
