# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the code of one port on a set of packets at once, and remembers what came of it.

All packets of a set share one memory, whose values are functions of the packets' input bits; a branch splits the set.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from . import sefl
from .conditions import Evaluation, Truth, targets
from .decisions import Decision, decided, links
from .instructions import Outcome, Replay, Run
from .memory import Memory, PathError
from .packet_sets import PacketSet, PacketSets, Vector

Sent = list[tuple[Outcome, PacketSet]]
Known = tuple[list[Outcome], set[str]]


class Execution:
    """Runs code over one universe of packet sets; what it computes for one memory it keeps for the next that is alike."""

    def __init__(self, sets: PacketSets):
        self.sets = sets
        self._decided: dict[Hashable, tuple[list[Decision], list[Truth]]] = {}
        self._looked_at: dict[int, tuple[sefl.If, tuple[sefl.Target, ...]]] = {}
        self._symbols: dict[tuple[str, str, int], str] = {}
        self._codes: dict[int, sefl.Block] = {}
        self._memories: dict[Hashable, Memory] = {}
        self._known: dict[tuple[str, int, int], Known | None] = {}

    def run(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> tuple[Sent, set[str]]:
        """What becomes of the packets, each outcome with those of them that it has; and the symbols chosen on the way.

        Code that runs a second time with a memory runs on all packets there are. From then on its outcomes are known,
        and packets only need to be intersected with them: no instruction cares which packets it is given.
        """
        self._codes.setdefault(id(code), code)  # kept, so that no other gets its number
        key = (element, id(code), self.canonical(memory))
        if key not in self._known:
            self._known[key] = None
            outcomes, chosen = self._run(code, element, memory, packets)
            return [(outcome, outcome.packets) for outcome in outcomes], chosen
        if self._known[key] is None:
            self._known[key] = self._run(code, element, memory, self.sets.full)
        outcomes, chosen = self._known[key]
        sent = ((outcome, packets & outcome.packets) for outcome in outcomes)
        return [one for one in sent if one[1].satisfiable()], chosen

    def canonical(self, memory: Memory) -> int:
        """The same number for equal memories."""
        return id(self._memories.setdefault(memory.key, memory))

    def _run(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> Known:
        call = Run(self, element)
        return call.run(code, memory, packets), call.chosen

    def replay(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> list[Outcome]:
        """The same for the trace of a packet: rule by rule, each outcome with what decided on its way."""
        return Replay(self, element).run(code, memory, packets)

    def number(self, vector: Vector, packets: PacketSet) -> int:
        """The value of a vector in one of the packets."""
        values = self.sets.example(packets) or {}
        return sum(1 << at for at, bit in enumerate(reversed(vector)) if self.sets.contains(bit, values))

    def evaluation(self, memory: Memory, element: str) -> Evaluation:
        return Evaluation(self.sets, memory, element)

    def choose(self, symbol: sefl.Symbol, element: str, occurrence: int) -> tuple[str, Vector]:
        """The name and the vector of the element's free choice; the same for the same occurrence on a packet's way."""
        key = (element, symbol.name, occurrence)
        if key not in self._symbols:
            self._symbols[key] = f"{element}:{symbol.name}" + (f"#{occurrence + 1}" if occurrence else "")
            return self._symbols[key], self.sets.symbol(self._symbols[key], symbol.width)
        return self._symbols[key], self.sets.vector(self._symbols[key])

    def decide(self, chain: sefl.If, element: str, memory: Memory) -> tuple[list[Decision], list[Truth]]:
        """The bodies of an If and of the Ifs in its else branches, each with the packets that run it; and the errors."""
        key = (id(chain), *self._seen(chain, element, memory))
        if key not in self._decided:
            self._decided[key] = decided(self.sets, chain, self.evaluation(memory, element))
        return self._decided[key]

    def _seen(self, chain: sefl.If, element: str, memory: Memory) -> Iterator[Hashable]:
        """The values that the chain looks at: all that a decision depends on."""
        if id(chain) not in self._looked_at:
            conditions = tuple(link.condition for link in links(chain))
            self._looked_at[id(chain)] = (chain, tuple(dict.fromkeys(targets(conditions))))
        for target in self._looked_at[id(chain)][1]:
            try:
                yield memory.read(target, element)
            except PathError as error:
                yield str(error)
