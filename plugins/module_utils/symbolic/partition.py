# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things, each for a set of packets, arranged so that those for some packets are found with few set operations.

A tree of halves: packets that no thing of a half is for are not looked at there again. Of n things whose sets are
disjoint, the one for a packet takes log n intersections.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from .packet_sets import PacketSet, PacketSets

Thing = TypeVar("Thing")


class _Node(NamedTuple):
    """All packets below; ``halves`` of a branch, ``things`` of a leaf. Things of equal sets are in one leaf."""

    packets: PacketSet
    things: Sequence = ()
    halves: Sequence[_Node] = ()
    disjoint: bool = False


class Partition(Generic[Thing]):
    """The things that :meth:`of` some packets are found for; sets may overlap, empty ones are never found."""

    def __init__(self, sets: PacketSets, things: Iterable[tuple[Thing, PacketSet]]):
        leaves: dict[PacketSet, list[Thing]] = {}
        for thing, packets in things:
            leaves.setdefault(packets, []).append(thing)
        leaves.pop(sets.empty, None)
        self._root = _arranged([_Node(packets, found) for packets, found in leaves.items()]) if leaves else None

    def of(self, packets: PacketSet) -> list[tuple[Thing, PacketSet]]:
        """Each thing that some of the packets have, with those of them."""
        found: list[tuple[Thing, PacketSet]] = []
        packets = packets & self._root.packets if self._root else packets
        if self._root and packets.satisfiable():
            _find(self._root, packets, found)
        return found


def _arranged(leaves: list[_Node]) -> _Node:
    if len(leaves) == 1:
        return leaves[0]
    first, second = halves = (_arranged(leaves[: len(leaves) // 2]), _arranged(leaves[len(leaves) // 2 :]))
    disjoint = not (first.packets & second.packets).satisfiable()
    return _Node(first.packets | second.packets, halves=halves, disjoint=disjoint)


def _find(node: _Node, packets: PacketSet, found: list[tuple[Thing, PacketSet]]) -> None:
    """Collect what is found below; all ``packets``, one at least, are the node's."""
    while node.halves:
        first, second = node.halves
        here = packets & first.packets
        if not here.satisfiable():
            node = second
        elif node.disjoint and here == packets:
            node = first
        else:
            _find(first, here, found)
            packets = packets & second.packets
            if not packets.satisfiable():
                return
            node = second
    found += [(thing, packets) for thing in node.things]
