# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of one packet that shows why a formula is true or false, port by port, with the rule that decided at each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_

from . import netctl
from .checking import Checker, Labels
from .exploration import Exploration, State
from .instructions import Outcome
from .packet_sets import PacketSet, PacketSets


@dataclass(frozen=True)
class Step:
    """A packet at a port; ``rule`` is what sent it on from there, or ended it."""

    state: State
    rule: str | None = None


Way = list[State]


class Witness:
    def __init__(self, sets: PacketSets, exploration: Exploration, checker: Checker):
        self._sets = sets
        self._exploration = exploration
        self._checker = checker

    def trace(self, formula: netctl.Formula, state: State, packets: PacketSet, *, holds: bool) -> list[Step]:
        """The steps of one of ``packets`` from ``state`` that show that the formula holds, or that it does not."""
        way = self._way(formula, holds, state, packets)
        return list(self._explained(way, packets))

    def _way(self, formula: netctl.Formula, holds: bool, state: State, packets: PacketSet) -> Way:
        """States from ``state`` on. Where every way shows it, the packet's first way stands for all."""
        if isinstance(formula, netctl.Not):
            return self._way(formula.operand, not holds, state, packets)
        if isinstance(formula, netctl.And | netctl.Or):
            return self._operand(formula, holds, state, packets)
        if isinstance(formula, netctl.Next) and formula.every != holds:
            way = self._search(state, packets, self._labels(formula.operand, holds), self._anywhere, most=1)
            return self._onward(way, packets, formula.operand, holds)
        if isinstance(formula, netctl.Always) and formula.every and not holds:
            way = self._search(state, packets, self._labels(formula.operand, False), self._anywhere)
            return self._onward(way, packets, formula.operand, False)
        if isinstance(formula, netctl.Until) and not formula.every and holds:
            way = self._search(state, packets, self._labels(formula.right, True), self._labels(formula.left, True))
            return self._onward(way, packets, formula.right, True)
        return self._walk(state, packets, self._labels(formula, holds))

    def _onward(self, way: Way, packets: PacketSet, formula: netctl.Formula, holds: bool) -> Way:
        """A way, and from its last state on what shows the formula there, where that is more than the state itself."""
        if not netctl.is_temporal(formula):
            return way
        here = reduce(and_, (state.edges[following] for state, following in pairwise(way)), packets)
        return way[:-1] + self._way(formula, holds, way[-1], here & self._labels(formula, holds)[way[-1]])

    def _operand(self, formula: netctl.And | netctl.Or, holds: bool, state: State, packets: PacketSet) -> Way:
        for operand in sorted(formula.operands, key=netctl.is_temporal, reverse=True):
            part = packets & self._labels(operand, holds)[state]
            if self._sets.possible(part) and netctl.is_temporal(operand):
                return self._way(operand, holds, state, part)
        return [state]

    def _labels(self, formula: netctl.Formula, holds: bool) -> Labels:
        return self._checker.labels(formula if holds else netctl.Not(formula), True)

    @property
    def _anywhere(self) -> Labels:
        return self._checker.labels(netctl.TRUE, True)

    def _search(self, state: State, packets: PacketSet, goal: Labels, through: Labels, most: int | None = None) -> Way:
        """The shortest way to the goal through states of ``through``."""
        waiting = deque([([state], packets)])
        seen = {state}
        while waiting:
            way, here = waiting.popleft()
            at = way[-1]
            if (len(way) > 1 or most is None) and self._sets.possible(here & goal[at]):
                return way
            if (most is not None and len(way) > most) or not self._sets.possible(here & through[at]):
                continue
            for target, edge in at.edges.items():
                if target not in seen and self._sets.possible(here & edge):
                    seen.add(target)
                    waiting.append(([*way, target], here & edge))
        return [state]

    def _walk(self, state: State, packets: PacketSet, label: Labels) -> Way:
        """Go on where the label holds, or anyhow where it holds no further, to the end or around a loop once."""
        way, here = [state], packets
        while True:
            ways = [(target, here & edge) for target, edge in way[-1].edges.items() if self._sets.possible(here & edge)]
            if not ways:
                return way
            target, here = next(((t, p) for t, p in ways if self._sets.possible(p & label[t])), ways[0])
            way.append(target)
            if target in way[:-1]:
                return way

    def _explained(self, way: Way, packets: PacketSet) -> Iterator[Step]:
        here = packets
        for number, state in enumerate(way):
            following = way[number + 1] if number + 1 < len(way) else None
            rule = self._rule(state, following, here) if state.place == "in" else state.why
            if following is not None:
                here = here & state.edges[following]
            yield Step(state, rule)
        if way[-1].place == "in":
            yield from self._end(way[-1], here)

    def _end(self, state: State, packets: PacketSet) -> Iterator[Step]:
        """Where the packet whose rule was told ends, if it ends in this element."""
        one = self._sets.just(self._sets.example(packets & state.packets) or {})
        for target, edge in state.edges.items():
            if target.place in ("dropped", "failed") and (one & edge).satisfiable():
                yield Step(target, target.why)
                return

    def _rule(self, state: State, following: State | None, packets: PacketSet) -> str | None:
        """What decided in the element: all of the trail that led to where the packet went, by the choice that led there."""
        gone = packets if following is None else packets & state.edges[following]
        example = self._sets.example(gone & state.packets)
        if example is None:
            return None
        for outcome in self._exploration.replay(state, self._sets.just(example)):
            if following is None or _leads_to(outcome, following):
                return "; ".join(str(origin) for origin in outcome.trail) or None
        return None


def _leads_to(outcome: Outcome, following: State) -> bool:
    ending = {"forwarded": "out"}.get(outcome.ending, outcome.ending)
    port = following.port.partition(".")[2]
    return ending == following.place and outcome.memory.key == following.memory.key and outcome.port in (port, None)
