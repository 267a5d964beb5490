# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives packet sets through a network until nothing new arrives anywhere: the finite graph of their states.

A *state* is a memory at a port. Packets that meet at a port with equal memories are one state from there on, so n
branches in a row cost n steps and not 2^n; only packets that are new to a state are driven on. A set of packets is
one of *input* packets (and of the choices that elements made), so the graph says exactly which input packets pass
each edge. What is asked about the network afterwards is asked of this graph, see :mod:`.netctl`.
"""

from __future__ import annotations

import gc
import math
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from ..core.errors import InputError
from .execution import Execution
from .instructions import Outcome
from .memory import Memory
from .network import Network
from .packet_sets import OutOfMemory, PacketSet, PacketSets, manager_errors
from .sefl import Condition, Origin

OFTEN = 100
"""Turns after which the memory in use is looked at."""

if TYPE_CHECKING:
    from .replies import Replies

END_SYSTEM = "(end system)"


@dataclass(eq=False, slots=True)
class State:
    """Packets at a port.

    ``place`` is ``in`` (arriving), ``out`` (leaving), ``dropped`` or ``failed``; the last two are where a way ends
    inside the element, at the port where its code began. An ``out`` state at a port without a link is delivered, and one
    at a link to a port that takes no packets is dropped; an edge from a delivered one leads to its answer.
    """

    place: str
    port: str
    memory: Memory
    packets: PacketSet
    why: str | None = None
    origin: Origin | None = None
    fault: bool = False
    edges: dict[State, PacketSet] = field(default_factory=dict)
    choices: frozenset[str] = frozenset()
    depth: int = 0


@dataclass(frozen=True)
class Injection:
    """Packets that are put into the network at an input port."""

    port: str
    memory: Memory
    packets: PacketSet


@dataclass(frozen=True)
class Limits:
    """Where an exploration ends; ``memory`` in MiB of the process, of which ``in_use`` tells how many it has at the moment."""

    states: int = 1_000_000
    hops: int = 10_000
    seconds: float = 3600.0
    memory: int | None = None
    in_use: Callable[[], float] = lambda: 0.0

    def __post_init__(self) -> None:
        for name in ("states", "hops", "seconds", "memory"):
            value = getattr(self, name)
            if value is not None and (math.isnan(value) or value < 0):
                raise InputError(
                    f"a limit of {value:g} {'MiB of memory' if name == 'memory' else name} can never be met; give more"
                )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage: all states stay, and to go through them again and again takes half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Exploration:
    """The states that packets reach, found by breadth or by depth.

    After :meth:`run`, ``states`` has all of them, ``injected`` those where packets begin, and ``incomplete`` says in
    one sentence what limit was reached, or is None.

    :param execution: one that earlier explorations of the same elements used, which saves what it knows of them
    :param depth_first: follow what was found last first; the states are the same in the end
    :param replies: where and how packets that leave are answered; None for not at all
    """

    def __init__(
        self,
        sets: PacketSets,
        network: Network,
        limits: Limits = Limits(),
        *,
        merge: bool = True,
        depth_first: bool = False,
        execution: Execution | None = None,
        replies: Replies | None = None,
    ):
        self._sets = sets
        self._network = network
        self._limits = limits
        self._merge = merge
        self._depth_first = depth_first
        self._execution = execution or Execution(sets)
        self._replies = replies
        self._known: dict[Hashable, State] = {}
        self._waiting: dict[State, PacketSet] = {}
        self._held: dict[State, PacketSet] = {}
        self._queue: deque[State] = deque()
        self._deadline = 0.0
        self.injected: list[State] = []
        self.incomplete: str | None = None

    @property
    def states(self) -> list[State]:
        return list(self._known.values())

    @property
    def frontier(self) -> Mapping[State, PacketSet]:
        """The packets that were not driven on; none where the exploration is complete."""
        return {state: self._held.get(state, packets) | packets for state, packets in (self._held | self._waiting).items()}

    def replay(self, state: State, packets: PacketSet) -> list[Outcome]:
        """What becomes of some packets at an input port, rule by rule."""
        element, code = self._network.inputs[state.port]
        return self._execution.replay(code, element, state.memory, packets)

    def ended(self, state: State) -> str | None:
        """How a way ends here: ``delivered``, ``dropped`` or ``failed``; None where it does not."""
        if state.place in ("dropped", "failed"):
            return state.place
        if state.place == "in":
            return None
        peer = self._network.peers.get(state.port)
        if peer is None:
            return "delivered"
        return None if peer in self._network.inputs else "dropped"

    def truth(self, condition: Condition, state: State) -> PacketSet:
        """Where a condition holds of the packets of a state; where it cannot be read it does not."""
        element = state.port.partition(".")[0]
        return self._execution.evaluation(state.memory, element).truth(condition).holds

    def run(self, injections: Iterable[Injection]) -> Exploration:
        """Drive the injected packets as far as they go, or to a limit.

        :raises InputError: packets are injected where no element takes any
        """
        self.inject(injections)
        return self.drive()

    def inject(self, injections: Iterable[Injection]) -> None:
        """Put packets where they begin; :meth:`drive` drives them on."""
        self._deadline = time.monotonic() + self._limits.seconds
        for one in injections:
            if one.port not in self._network.inputs:
                raise InputError(f"packets cannot be injected at {one.port}: no element takes any there")
            state = self._state(None, "in", one.port, self._execution.interned(one.memory), one.packets)
            self.injected.append(state)
            self._receive(state, one.packets)

    def drive(self, turns: int | None = None) -> Exploration:
        """Run code on what waits until nothing does, or a limit is reached.

        :param turns: how many states may be driven on before it returns; all of them for None
        """
        try:
            with manager_errors(), _no_collection():
                for turn in count() if turns is None else range(turns):
                    if self.incomplete or not self._queue:
                        break
                    state = self._queue.pop() if self._depth_first else self._queue.popleft()
                    self._enter(state, self._waiting.pop(state))
                    self._watch(turn)
        except OutOfMemory as error:
            self._waiting[state], self.incomplete = state.packets, str(error)
        return self

    def keep_to(self, packets: PacketSet) -> None:
        """Drive on only these injected packets from here; the others stay where they wait."""
        for state, waiting in list(self._waiting.items()):
            kept, held = waiting & packets, waiting & ~packets
            if held.satisfiable():
                self._held[state] = self._held.get(state, self._sets.empty) | held
                self._waiting[state] = kept
            if not kept.satisfiable():
                del self._waiting[state]
        self._queue = deque(state for state in self._queue if state in self._waiting)

    def _watch(self, turn: int) -> None:
        if len(self._known) > self._limits.states:
            self.incomplete = f"more than {self._limits.states} states were found"
        elif time.monotonic() > self._deadline:
            self.incomplete = f"it took more than {self._limits.seconds:g} s"
        elif self._limits.memory is not None and turn % OFTEN == 0 and self._limits.in_use() > self._limits.memory:
            self.incomplete = f"it took more than {self._limits.memory} MiB of memory"

    def _enter(self, state: State, packets: PacketSet) -> None:
        for target, some in self._sent(state, packets):
            self._join(state, target, some)

    def _sent(self, state: State, packets: PacketSet) -> Iterator[tuple[State, PacketSet]]:
        """What becomes of packets at an input port, or where they are answered: the states that they come to next."""
        if state.place == "out":
            yield from self._answers(state, packets)
            return
        element, code = self._network.inputs[state.port]
        sent, chosen = self._execution.run(code, element, state.memory, packets)
        state.choices |= chosen
        for outcome, some in sent:
            if not self._sets.possible(some):
                continue
            if outcome.ending == "forwarded":
                yield self._state(state, "out", f"{element}.{outcome.port}", outcome.memory, some), some
            else:
                end = self._state(state, outcome.ending, state.port, outcome.memory, some, outcome.why)
                end.origin, end.fault = end.origin or outcome.origin, end.fault or outcome.fault
                yield end, some

    def _answers(self, state: State, packets: PacketSet) -> Iterator[tuple[State, PacketSet]]:
        """The answers to delivered packets, where they enter; a packet that is not answered ends here."""
        sent, _chosen = self._execution.run(self._replies.code, END_SYSTEM, state.memory, packets)
        for outcome, some in sent:
            if outcome.ending == "forwarded":
                yield self._state(state, "in", self._replies.ports[state.port], outcome.memory, some), some

    def _state(
        self, source: State | None, place: str, port: str, memory: Memory, packets: PacketSet, why: str | None = None
    ) -> State:
        """The state of this memory at this port; unmerged, a new one for each way to it."""
        key: Hashable = (place, port, memory, why)
        if not self._merge:
            key = (key, id(source), packets)
        state = self._known.get(key)
        if state is None:
            depth = source.depth + 1 if source else 0
            state = self._known[key] = State(place, port, memory, self._sets.empty, why, depth=depth)
        return state

    def _join(self, source: State, target: State, packets: PacketSet) -> None:
        """Send packets along an edge."""
        known = source.edges.get(target)
        source.edges[target] = packets if known is None else known | packets
        self._receive(target, packets)

    def _receive(self, state: State, packets: PacketSet) -> None:
        """What is new of the packets goes on: over a link at once, and into code when the state's turn comes."""
        new = packets & ~state.packets
        if not new.satisfiable():
            return
        state.packets = state.packets | new
        peer = self._network.onward.get(state.port) if state.place == "out" else None
        if peer is None and not self._runs_code(state):
            return
        if state.depth > self._limits.hops:
            self.incomplete = f"packets took more than {self._limits.hops} hops, at {state.port}"
        if peer is None or self.incomplete:
            self._wait(state, new)
        else:
            self._join(state, self._state(state, "in", peer, state.memory, new), new)

    def _runs_code(self, state: State) -> bool:
        """Whether packets here wait for code: that of an element, or of the end system that answers them."""
        return state.place == "in" or self._answers_at(state) is not None

    def _answers_at(self, state: State) -> str | None:
        """The port where answers to packets of this state enter."""
        return self._replies.ports.get(state.port) if self._replies and state.place == "out" else None

    def _wait(self, state: State, new: PacketSet) -> None:
        if state in self._waiting:
            self._waiting[state] = self._waiting[state] | new
        else:
            self._waiting[state] = new
            self._queue.append(state)
