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

import time
from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..core.errors import InputError
from .execution import Execution
from .instructions import Outcome
from .memory import Memory
from .packet_sets import OutOfMemory, PacketSet, PacketSets, manager_errors
from .ports import outputs
from .sefl import Condition, Origin, Program


@dataclass(eq=False)
class State:
    """Packets at a port.

    ``place`` is ``in`` (arriving), ``out`` (leaving), ``dropped`` or ``failed``; the last two are where a way ends
    inside the element, at the port where its code began. An ``out`` state at a port without a link is delivered, and one
    at a link to a port that takes no packets is dropped.
    """

    place: str
    port: str
    memory: Memory
    packets: PacketSet
    why: str | None = None
    origin: Origin | None = None
    fault: bool = False
    edges: dict[State, PacketSet] = field(default_factory=dict)
    choices: set[str] = field(default_factory=set)
    depth: int = 0


@dataclass(frozen=True)
class Injection:
    """Packets that are put into the network at an input port."""

    port: str
    memory: Memory
    packets: PacketSet


@dataclass(frozen=True)
class Limits:
    states: int = 1_000_000
    hops: int = 10_000
    seconds: float = 3600.0


class Network:
    """Elements by name and the links between their ports, written ``element.port``.

    :raises InputError: a link names a port that is not there, or a port has two links
    """

    def __init__(self, elements: Mapping[str, Program], links: Iterable[Sequence[str]]):
        self.elements = dict(elements)
        for name in elements:
            if "." in name:
                raise InputError(f"the element {name} has a dot in its name, where its ports begin; give it another")
        self.inputs = {f"{name}.{port}": (name, code) for name, one in elements.items() for port, code in one.ports.items()}
        self.ports = set(self.inputs) | {f"{name}.{port}" for name, one in elements.items() for port in outputs(one)}
        self.peers = {port: port for name, one in elements.items() for port in (f"{name}.{inner}" for inner in one.inner)}
        for number, ends in enumerate(links):
            if len(ends) != 2:
                raise InputError(f"links[{number}]: a link has two ports, not {len(ends)}")
            for port, other in (ends, reversed(ends)):
                self._connect(port, other, f"links[{number}]")

    def _connect(self, port: str, other: str, where: str) -> None:
        if port not in self.ports:
            element = port.partition(".")[0]
            near = sorted(known for known in self.ports if known.startswith(f"{element}.")) or sorted(self.ports)
            raise InputError(f"{where}: there is no port {port}; there are {', '.join(near)}")
        if self.peers.setdefault(port, other) != other:
            raise InputError(f"{where}: {port} is linked with {self.peers[port]} already; a port has one link")


class Exploration:
    """The states that packets reach, found by breadth.

    After :meth:`run`, ``states`` has all of them, ``injected`` those where packets begin, and ``incomplete`` says in
    one sentence what limit was reached, or is None.

    :param execution: one that earlier explorations of the same elements used, which saves what it knows of them
    """

    def __init__(
        self,
        sets: PacketSets,
        network: Network,
        limits: Limits = Limits(),
        *,
        merge: bool = True,
        execution: Execution | None = None,
    ):
        self._sets = sets
        self._network = network
        self._limits = limits
        self._merge = merge
        self._execution = execution or Execution(sets)
        self._known: dict[Hashable, State] = {}
        self._waiting: dict[State, PacketSet] = {}
        self._queue: deque[State] = deque()
        self.injected: list[State] = []
        self.incomplete: str | None = None

    @property
    def states(self) -> list[State]:
        return list(self._known.values())

    @property
    def frontier(self) -> Mapping[State, PacketSet]:
        """The packets that were not driven on, because a limit was reached; none where the exploration is complete."""
        return self._waiting

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
        for one in injections:
            if one.port not in self._network.inputs:
                raise InputError(f"packets cannot be injected at {one.port}: no element takes any there")
            self.injected.append(self._arrive(None, "in", one.port, one.memory, one.packets))
        deadline = time.monotonic() + self._limits.seconds
        while self._queue and not self.incomplete:
            state = self._queue.popleft()
            packets = self._waiting.pop(state)
            try:
                with manager_errors():
                    self._advance(state, packets)
            except OutOfMemory as error:
                self._waiting[state], self.incomplete = packets, str(error)
            self._watch(deadline)
        return self

    def _watch(self, deadline: float) -> None:
        if len(self._known) > self._limits.states:
            self.incomplete = f"more than {self._limits.states} states were found"
        elif time.monotonic() > deadline:
            self.incomplete = f"it took more than {self._limits.seconds:g} s"

    def _advance(self, state: State, packets: PacketSet) -> None:
        if state.place == "in":
            self._enter(state, packets)
        elif state.port in self._network.peers:
            self._cross(state, packets)

    def _enter(self, state: State, packets: PacketSet) -> None:
        element, code = self._network.inputs[state.port]
        sent, chosen = self._execution.run(code, element, state.memory, packets)
        state.choices |= chosen
        for outcome, some in sent:
            self._place(state, element, outcome, some)

    def _place(self, state: State, element: str, outcome: Outcome, packets: PacketSet) -> None:
        if outcome.ending == "forwarded":
            self._arrive(state, "out", f"{element}.{outcome.port}", outcome.memory, packets)
        else:
            end = self._arrive(state, outcome.ending, state.port, outcome.memory, packets, outcome.why)
            end.origin, end.fault = end.origin or outcome.origin, end.fault or outcome.fault

    def _cross(self, state: State, packets: PacketSet) -> None:
        peer = self._network.peers[state.port]
        if peer in self._network.inputs:
            self._arrive(state, "in", peer, state.memory, packets)

    def _arrive(
        self, source: State | None, place: str, port: str, memory: Memory, packets: PacketSet, why: str | None = None
    ) -> State:
        key: Hashable = (place, port, self._execution.canonical(memory), why)
        if not self._merge:
            key = (key, id(source), packets)
        state = self._known.get(key)
        if state is None:
            state = self._known[key] = State(place, port, memory, self._sets.empty, why)
            state.depth = source.depth + 1 if source else 0
        if source is not None:
            source.edges[state] = source.edges.get(state, self._sets.empty) | packets
        new = packets & ~state.packets
        if new.satisfiable():
            self._drive_on(state, new)
        return state

    def _drive_on(self, state: State, new: PacketSet) -> None:
        state.packets = state.packets | new
        if state.place in ("dropped", "failed"):
            return
        if state not in self._waiting:
            self._queue.append(state)
        self._waiting[state] = self._waiting.get(state, self._sets.empty) | new
        if state.depth > self._limits.hops:
            self.incomplete = f"packets took more than {self._limits.hops} hops, at {state.port}"
