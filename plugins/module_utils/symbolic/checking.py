# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks NetCTL formulas on the graph of an exploration: which packets of each state satisfy a formula, exactly.

The states are labelled bottom-up, each subformula once, with packet sets for truth values. What an element chooses
freely is quantified where it is chosen: ``E`` asks for some choice, ``A`` for all.

An exploration that ended at a limit has packets whose further way nobody knows. So everything is computed as a
bound, either of the packets that satisfy the formula whatever those do (``least``), or of those that may; both are
the same where the exploration is complete.

Complexity: for each subformula a number of set operations linear in the edges times the length of the longest way.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from . import netctl
from .exploration import Exploration, State
from .packet_sets import PacketSet, PacketSets

Labels = dict[State, PacketSet]


@dataclass(frozen=True)
class Verdict:
    """``verdict`` is ``holds``, ``violated`` or ``unknown``.

    ``packets`` are, by injection state, those that decided it: they speak against a policy for all packets, or for one
    that asks for some. ``formula`` is the part of the policy that they show to be ``truth``.
    """

    verdict: str
    packets: Mapping[State, PacketSet]
    formula: netctl.Formula
    truth: bool


class Checker:
    """Answers formulas about one exploration; what it has computed for a subformula it keeps."""

    def __init__(self, sets: PacketSets, exploration: Exploration):
        self._sets = sets
        self._exploration = exploration
        self._states = exploration.states
        self._numbers = {state: number for number, state in enumerate(self._states)}
        self._frontier = exploration.frontier
        self._sources: dict[State, list[State]] = {state: [] for state in self._states}
        for state in self._states:
            for target in state.edges:
                self._sources[target].append(state)
        self._labels: dict[tuple[netctl.Formula, bool], Labels] = {}

    def check(self, formula: netctl.Formula) -> Verdict:
        """The verdict on a policy.

        At its top ``A…`` speaks of all injected packets and ``E…`` of some, and so do combinations of these alone. What
        has a bare condition at its top speaks of each injected packet: ``tcp.dstport == 80 -> EF delivered``.
        """
        if not netctl.is_quantified(formula):
            return self._every(formula)
        if isinstance(formula, netctl.Not):
            return self._negated(self.check(formula.operand))
        if isinstance(formula, netctl.And | netctl.Or):
            return self._combined([self.check(operand) for operand in formula.operands], isinstance(formula, netctl.And))
        return self._every(formula) if formula.every else self._some(formula)

    def undecided(self, formula: netctl.Formula) -> PacketSet:
        """The injected packets whose further way may still change the verdict; none where it is known."""
        if self.check(formula).verdict != "unknown":
            return self._sets.empty
        if netctl.is_quantified(formula) and isinstance(formula, netctl.Not):
            return self.undecided(formula.operand)
        if netctl.is_quantified(formula) and isinstance(formula, netctl.And | netctl.Or):
            return self._sets.union(map(self.undecided, formula.operands))
        least, most = self.labels(formula, True), self.labels(formula, False)
        return self._sets.union(most[state] & ~least[state] for state in self._exploration.injected)

    def _some(self, formula: netctl.Formula) -> Verdict:
        least, most = self.labels(formula, True), self.labels(formula, False)
        found = self._with_example(least)
        if found:
            return Verdict("holds", found, formula, True)
        possible = any(self._sets.possible(most[state]) for state in self._exploration.injected)
        return Verdict("unknown" if possible else "violated", {}, formula, True)

    def _every(self, formula: netctl.Formula) -> Verdict:
        least, most = self.labels(formula, True), self.labels(formula, False)
        against = self._with_example({state: state.packets & ~most[state] for state in self._exploration.injected})
        if against:
            return Verdict("violated", against, formula, False)
        proven = all(not self._sets.possible(state.packets & ~least[state]) for state in self._exploration.injected)
        return Verdict("holds" if proven else "unknown", {}, formula, False)

    def _with_example(self, labels: Labels) -> Labels:
        """Those of the injected packets, where there is one."""
        return {state: labels[state] for state in self._exploration.injected if self._sets.example(labels[state]) is not None}

    def _negated(self, verdict: Verdict) -> Verdict:
        opposite = {"holds": "violated", "violated": "holds", "unknown": "unknown"}
        return replace(verdict, verdict=opposite[verdict.verdict])

    def _combined(self, verdicts: list[Verdict], every: bool) -> Verdict:
        decisive, other = ("violated", "holds") if every else ("holds", "violated")
        for wanted in (decisive, "unknown"):
            found = next((one for one in verdicts if one.verdict == wanted), None)
            if found:
                return found
        return (
            next((one for one in verdicts if one.packets), verdicts[0]) if verdicts else Verdict(other, {}, netctl.TRUE, True)
        )

    # Labels.

    def labels(self, formula: netctl.Formula, least: bool) -> Labels:
        """The packets of every state that satisfy the formula; a lower bound for ``least``, else an upper one."""
        key = (formula, least)
        if key not in self._labels:
            self._labels[key] = LABELS[type(formula)](self, formula, least)
        return self._labels[key]

    def _each(self, label: Callable[[State], PacketSet]) -> Labels:
        return {state: label(state) for state in self._states}

    def _holds(self, formula: netctl.Holds, _least: bool) -> Labels:
        evaluate = self._exploration.truth
        return self._each(lambda state: state.packets & evaluate(formula.condition, state))

    def _at(self, formula: netctl.At, _least: bool) -> Labels:
        """Not where a way ended inside the element: that packet is at no port any more."""
        here = {state for state in self._states if state.port == formula.port and state.place in ("in", "out")}
        return self._each(lambda state: state.packets if state in here else self._sets.empty)

    def _ended(self, formula: netctl.Ended, _least: bool) -> Labels:
        ended = self._exploration.ended
        return self._each(lambda state: state.packets if ended(state) == formula.how else self._sets.empty)

    def _not(self, formula: netctl.Not, least: bool) -> Labels:
        operand = self.labels(formula.operand, not least)
        return self._each(lambda state: state.packets & ~operand[state])

    def _and(self, formula: netctl.And, least: bool) -> Labels:
        answer = self._each(lambda state: state.packets)
        for operand in formula.operands:
            labels = self.labels(operand, least)
            answer = {state: packets & labels[state] for state, packets in answer.items()}
        return answer

    def _or(self, formula: netctl.Or, least: bool) -> Labels:
        rows = [self.labels(operand, least) for operand in formula.operands]
        return self._each(lambda state: self._sets.union(row[state] for row in rows))

    def _next(self, formula: netctl.Next, least: bool) -> Labels:
        operand = self.labels(formula.operand, least)
        step = self._all_next if formula.every else self._some_next
        return self._each(lambda state: step(state, operand, least))

    def _always(self, formula: netctl.Always, least: bool) -> Labels:
        """What holds all the way is what cannot be left: no way leads to where it does not hold."""
        wrong = netctl.Until(not formula.every, netctl.TRUE, netctl.Not(formula.operand))
        return self._not(netctl.Not(wrong), least)

    def _until(self, formula: netctl.Until, least: bool) -> Labels:
        """The least fixpoint, from the states where ``right`` holds backwards along the edges.

        What was found last is looked at first: what follows a state is then mostly known when its turn comes.
        """
        left, right = self.labels(formula.left, least), self.labels(formula.right, least)
        answer = dict(right)
        waiting = [-number for number in reversed(range(len(self._states)))]
        queued = set(waiting)
        while waiting:
            number = heapq.heappop(waiting)
            queued.discard(number)
            state = self._states[-number]
            new = self._more(formula, state, left[state] & ~answer[state], answer, least)
            if new.satisfiable():
                answer[state] = answer[state] | new
                for source in self._sources[state]:
                    if -self._numbers[source] not in queued:
                        heapq.heappush(waiting, -self._numbers[source])
                        queued.add(-self._numbers[source])
        return answer

    def _more(self, formula: netctl.Until, state: State, left: PacketSet, answer: Labels, least: bool) -> PacketSet:
        """Those of ``left`` that come to where the answer holds by the next step."""
        if not left.satisfiable():
            return left
        if formula.every:
            return left & self._goes_on(state, least) & self._all_next(state, answer, least)
        return left & self._some_next(state, answer, least)

    def _some_next(self, state: State, labels: Labels, least: bool) -> PacketSet:
        reached = self._sets.union(packets & labels[target] for target, packets in state.edges.items())
        if not least and state in self._frontier:
            reached = reached | self._frontier[state]
        return state.packets & self._sets.chosen(reached, state.choices, least)

    def _all_next(self, state: State, labels: Labels, least: bool) -> PacketSet:
        missed = self._sets.union(packets & ~labels[target] for target, packets in state.edges.items())
        if least and state in self._frontier:
            missed = missed | self._frontier[state]
        return state.packets & ~self._sets.chosen(missed, state.choices, not least)

    def _goes_on(self, state: State, least: bool) -> PacketSet:
        return self._some_next(state, {target: target.packets for target in state.edges}, least)

    def endless(self) -> Labels:
        """The packets of every state that may go on for ever: the greatest fixpoint of EX."""
        ends = netctl.Until(True, netctl.TRUE, netctl.Not(netctl.Next(False, netctl.TRUE)))
        return self.labels(netctl.Not(ends), True)


LABELS = {
    netctl.Holds: Checker._holds,
    netctl.At: Checker._at,
    netctl.Ended: Checker._ended,
    netctl.Not: Checker._not,
    netctl.And: Checker._and,
    netctl.Or: Checker._or,
    netctl.Next: Checker._next,
    netctl.Until: Checker._until,
    netctl.Always: Checker._always,
}
