# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Constraints say exactly which packets are meant, and a packet's bytes are those of its fields."""

from __future__ import annotations

from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import layouts, readable
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from hypothesis import given
from hypothesis import strategies as st

FIELDS = ("ip.flags", "vlan.priority")  # three bits each
pairs = st.frozensets(st.tuples(st.integers(0, 7), st.integers(0, 7)))


def meant(line: str) -> set[tuple[int, int]]:
    """The pairs that a line means, read by itself."""
    allowed = {name: set(range(8)) for name in FIELDS}
    for part in line.split(" and "):
        if part == "any packet":
            continue
        name, _space, rest = part.partition(" ")
        items = rest.removeprefix("in {").removesuffix("}").removeprefix("== ").split(", ")
        bounds = [(int(item.split("-")[0]), int(item.split("-")[-1])) for item in items]
        allowed[name] &= {x for low, high in bounds for x in range(low, high + 1)}
    return {(x, y) for x in allowed[FIELDS[0]] for y in allowed[FIELDS[1]]}


@given(pairs)
def test_the_lines_are_disjoint_and_exact(points):
    sets = PacketSets(1 << 14)
    for name in FIELDS:
        sets.symbol(name, 3)
    packets = sets.union(sets.just(dict(zip(FIELDS, point, strict=True))) for point in points)
    lines = readable.constraints(sets, packets, FIELDS)
    parts = [meant(line) for line in lines if line != "…"]
    assert set().union(*parts) <= set(points)
    assert sum(map(len, parts)) == len(set().union(*parts))
    assert lines[-1:] == ["…"] or set().union(*parts) == set(points)


def test_a_range_is_written_as_its_field_is():
    sets = PacketSets(1 << 14)
    source = sets.symbol("ip.src", 32)
    packets = sets.within(source, [(0x0A000000, 0x0AFFFFFF), (0xC0000201, 0xC0000201), (1, 6)])
    assert readable.constraints(sets, packets, ["ip.src"]) == ["ip.src in {0.0.0.1-0.0.0.6, 10.0.0.0/8, 192.0.2.1}"]
    assert readable.constraints(sets, sets.full, ["ip.src"]) == ["any packet"]


def test_the_bytes_of_a_packet():
    sets = PacketSets(1 << 14)
    [layout] = layouts.TEMPLATES["tcp"]
    layouts.declare(sets, [layout])
    memory = layouts.memory(sets, layout)
    wanted = {"ip.src": ((0xC0000201, 0xC0000201),), "tcp.dstport": ((443, 443),), "tcp.flags": ((2, 2),)}
    example = readable.example(sets, layouts.packets(sets, layout, wanted))
    found = readable.packet_bytes(sets, memory, example)
    assert len(found) == 14 + 20 + 20
    assert found[:14].hex() == "020000000002" + "020000000001" + "0800"
    assert found[14:34].hex() == "4500" + "0000" * 3 + "4006" + "0000" + "c0000201" + "c6336401"
    assert found[34:38].hex() == "c000" + "01bb"
    assert found[46:48].hex() == "5002"
    assert readable.fields(sets, memory, example)["eth.src"] == "02:00:00:00:00:01"
