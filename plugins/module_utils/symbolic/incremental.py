# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps an exploration up to date while elements change; only what a change touches is executed again.

The code that changed runs on the packets of its states. Packets that it no longer sends where it did are withdrawn from
there on, as far as the edges lead them; those of them that still come by other edges are put back; and what is new is
driven on as ever. Each of these steps moves the packets that differ, so a rule costs what it decides.

Source: A. Gupta, I. Mumick, V. Subrahmanian, Maintaining views incrementally, SIGMOD 1993 (deletion and rederivation).
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from ..core.errors import InputError
from .exploration import Exploration, Injection, State
from .packet_sets import PacketSet, manager_errors
from .replies import Replies
from .sefl import Program


class IncrementalExploration(Exploration):
    """An exploration whose elements may change after it was run."""

    def inject(self, injections: Iterable[Injection]) -> None:
        self._injections = list(injections)
        super().inject(self._injections)

    def change(self, element: str, program: Program, replies: Replies | None = None) -> IncrementalExploration:
        """Give an element another program; the states are then those of a new exploration, in another order.

        A port whose block of code is the very one of the program before is not looked at. So to change one port of a
        large element, replace that port's block and keep the others. An exploration that had reached a limit, or does
        not merge, is run anew.

        :param replies: where packets are answered then
        :raises InputError: there is no such element, or packets are injected at a port that it has no longer
        :raises OutOfMemory: the sets outgrew their memory; the exploration is of no use then
        """
        network = self._network.changed(element, program)
        if gone := next((state.port for state in self.injected if state.port not in network.inputs), None):
            raise InputError(f"packets are injected at {gone}, where the new {element} takes none")
        states = self.states
        before = list(map(self._following, states))
        self._network, self._replies = network, replies
        if self.incomplete or self.frontier or not self._merge:
            return self._anew()
        self._deadline = time.monotonic() + self._limits.seconds
        with manager_errors():
            self._update([state for state, next_was in zip(states, before, strict=True) if self._following(state) != next_was])
        return self.drive()

    def _anew(self) -> IncrementalExploration:
        self._known, self._waiting, self._held, self.injected, self.incomplete = {}, {}, {}, [], None
        self._queue.clear()
        self.run(self._injections)
        return self

    def _update(self, touched: list[State]) -> None:
        """Edges of the touched states anew, and the packets of all others as the edges have them."""
        for state in touched:
            for target in state.edges:
                target.origin, target.fault = None, False
        before = {state: state.edges for state in touched}
        for state in touched:
            state.choices, state.edges = frozenset(), {}
            for target, packets in self._next(state):
                state.edges[target] = state.edges.get(target, self._sets.empty) | packets
        lost = [
            (target, packets & ~state.edges.get(target, self._sets.empty))
            for state, edges in before.items()
            for target, packets in edges.items()
        ]
        concerned = self._withdrawn(lost) | {target for state in touched for target in state.edges}
        arriving = self._arriving(concerned)
        for state, packets in arriving.items():
            self._receive(state, packets)
        kept = set(self.injected)
        self._known = {key: one for key, one in self._known.items() if one in kept or one.packets.satisfiable()}

    def _following(self, state: State) -> int | str | None:
        """Tells apart what decides where packets go next: the code that they run, or the port that they come to."""
        if state.place == "in":
            entry = self._network.inputs.get(state.port)
            return id(entry[1]) if entry else None
        if state.place == "out":
            return self._network.onward.get(state.port) or self._answers_at(state)
        return None

    def _next(self, state: State) -> Iterable[tuple[State, PacketSet]]:
        if state.place == "in" and state.port not in self._network.inputs:
            return ()
        if self._runs_code(state):
            return self._sent(state, state.packets)
        peer = self._network.onward.get(state.port)
        return [(self._state(state, "in", peer, state.memory, state.packets), state.packets)] if peer else ()

    def _withdrawn(self, lost: Iterable[tuple[State, PacketSet]]) -> set[State]:
        """Take packets from states and from wherever these sent them; the states that lost some."""
        waiting, shorter = list(lost), set()
        while waiting:
            state, packets = waiting.pop()
            packets = packets & state.packets
            if not packets.satisfiable():
                continue
            shorter.add(state)
            state.packets = state.packets & ~packets
            waiting += [(target, edge & packets) for target, edge in state.edges.items()]
            left = ((target, edge & ~packets) for target, edge in state.edges.items())
            state.edges = {target: edge for target, edge in left if edge.satisfiable()}
        return shorter

    def _arriving(self, states: set[State]) -> dict[State, PacketSet]:
        """What comes to these states by the edges there are, and by injection."""
        parts: dict[State, list[PacketSet]] = {state: [] for state in states}
        for state, injection in zip(self.injected, self._injections, strict=True):
            if state in parts:
                parts[state].append(injection.packets)
        for source in self.states:
            for target, packets in source.edges.items():
                if target in parts:
                    parts[target].append(packets)
        return {state: self._sets.union(found) for state, found in parts.items()}
