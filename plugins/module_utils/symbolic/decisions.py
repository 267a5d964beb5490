# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A chain of Ifs decided as a whole: the rules of a firewall, the routes of a router.

Rules that do the same are one set of packets, first match first. So packets go on once for each different body and not
once for each rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby

from . import sefl
from .conditions import Evaluation, Truth
from .packet_sets import PacketSet, PacketSets

Decision = tuple[sefl.Block, PacketSet]


def links(chain: sefl.If) -> Iterator[sefl.If]:
    """An If, and each If that is all of the else branch of the one before it."""
    while True:
        yield chain
        rest = chain.otherwise.instructions
        if len(rest) != 1 or not isinstance(rest[0], sefl.If):
            return
        chain = rest[0]


def decided(sets: PacketSets, chain: sefl.If, evaluation: Evaluation) -> tuple[list[Decision], list[Truth]]:
    """The bodies of a chain, each with the packets that run it, and the errors with theirs."""
    cases: list[tuple[sefl.Block | Truth, PacketSet]] = []
    for link in links(chain):
        truth = evaluation.truth(link.condition)
        cases += [(truth, truth.wrong)] if truth.wrong.satisfiable() else []
        cases.append((link.then, truth.holds))
        last = link.otherwise
    cases.append((last, sets.full))
    merged = _first_match(_runs(cases, sets))[1]
    decisions = [(body, packets) for body, packets in merged.items() if isinstance(body, sefl.Block)]
    return decisions, [body._replace(wrong=packets) for body, packets in merged.items() if isinstance(body, Truth)]


def _first_match(cases: Sequence[tuple[Hashable, PacketSet]]) -> tuple[PacketSet, dict[Hashable, PacketSet]]:
    """What the cases cover, and the packets for which each is the first that matches; equal bodies are one.

    Halves are joined, so that large sets meet only in the last few steps.
    """
    if len(cases) == 1:
        return cases[0][1], {cases[0][0]: cases[0][1]}
    covered, found = _first_match(cases[: len(cases) // 2])
    more, others = _first_match(cases[len(cases) // 2 :])
    for body, packets in others.items():
        rest = packets & ~covered
        if rest.satisfiable():
            found[body] = found[body] | rest if body in found else rest
    return covered | more, found


def _runs(cases: Sequence[tuple[Hashable, PacketSet]], sets: PacketSets) -> list[tuple[Hashable, PacketSet]]:
    """Neighbours of one body as one case: among them it does not matter which is first."""
    grouped = groupby(cases, key=lambda case: case[0])
    return [(body, sets.union(packets for _body, packets in group)) for body, group in grouped]
