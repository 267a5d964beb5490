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
from .partition import Partition
from .truths import Truths

Sent = list[tuple[Outcome, PacketSet]]
Known = tuple[Partition[Outcome], frozenset[str]]


class Execution:
    """Runs code over one universe of packet sets; what it computes for one memory it keeps for the next that is alike.

    :param lasting: fields that code does not lower, such as times to live that are taken to last for ever
    """

    def __init__(self, sets: PacketSets, lasting: frozenset[sefl.Target] = frozenset()):
        self.sets = sets
        self.lasting = lasting
        self._truths = Truths(sets)
        self._decided: dict[Hashable, tuple[list[Decision], list[Truth]]] = {}
        self._looked_at: dict[int, tuple[sefl.If, tuple[sefl.Target, ...]]] = {}
        self._codes: dict[int, sefl.Block] = {}
        self._memories: dict[Hashable, Memory] = {}
        self._known: dict[tuple[str, int, Memory], Known | None] = {}

    def run(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> tuple[Sent, frozenset[str]]:
        """What becomes of the packets, each outcome with those of them that it has; and the symbols chosen on the way.

        Code that runs a second time with a memory runs on all packets there are. From then on its outcomes are known,
        and packets only need to be intersected with them: no instruction cares which packets it is given.

        :param memory: as :meth:`interned` returned it; those of the outcomes are interned too
        """
        key = (element, id(code), memory)
        known = self._known.get(key)
        if known is None:
            first = key not in self._known
            self._codes.setdefault(id(code), code)  # kept, so that no other gets its number
            sent, chosen = self._run(code, element, memory, packets if first else self.sets.full)
            self._known[key] = known = None if first else (Partition(self.sets, sent), chosen)
            if known is None:
                return sent, chosen
        outcomes, chosen = known
        return outcomes.of(packets), chosen

    def interned(self, memory: Memory) -> Memory:
        """The same object for equal memories, which then are compared at no cost."""
        return self._memories.setdefault(memory.key, memory)

    def _run(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> tuple[Sent, frozenset[str]]:
        call = Run(self, element)
        outcomes = call.run(code, memory, packets)
        return [(one._replace(memory=self.interned(one.memory)), one.packets) for one in outcomes], frozenset(call.chosen)

    def replay(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> list[Outcome]:
        """The same for the trace of a packet: rule by rule, each outcome with what decided on its way."""
        return Replay(self, element).run(code, memory, packets)

    def number(self, vector: Vector, packets: PacketSet) -> int:
        """The value of a vector in one of the packets."""
        values = self.sets.example(packets) or {}
        return self.sets.number(vector, values)

    def evaluation(self, memory: Memory, element: str) -> Evaluation:
        return self._truths.evaluation(memory, element)

    def choose(self, symbol: sefl.Symbol, element: str, occurrence: int) -> tuple[str, Vector]:
        """The name and the vector of the element's free choice; the same for the same occurrence on a packet's way."""
        name = f"{element}:{symbol.name}" + (f"#{occurrence + 1}" if occurrence else "")
        if self.sets.widths.get(name, symbol.width) != symbol.width:  # another program of the element chose another width
            name = f"{name} of {symbol.width} bits"
        if name not in self.sets:
            self.sets.symbol(name, symbol.width)
        return name, self.sets.vector(name)

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
