# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the code of one port on a set of packets at once.

All packets of a set share one memory, whose values are functions of the packets' input bits; a branch splits
the set. A chain of :class:`~.sefl.If` (the rules of a firewall, the routes of a router) is decided as a whole:
the packets of each different body are one set, first match first, computed once for the values that the chain
looks at. So a packet set goes on once for each body, not once for each rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import NamedTuple

from . import sefl
from .conditions import Evaluation, Truth, targets
from .memory import Memory, PathError
from .packet_sets import PacketSet, PacketSets, Vector
from .renaming import renamed


class Path(NamedTuple):
    """Packets on their way through the code: their memory, and the port that they are bound for.

    ``trail`` has what decided on the way where that was asked for, see :class:`Replay`.
    """

    memory: Memory
    packets: PacketSet
    port: str | None = None
    trail: tuple[sefl.Origin, ...] = ()


class Outcome(NamedTuple):
    """Packets at the end of the code.

    ``ending`` is ``forwarded``, ``dropped`` or ``failed``; of the last ``why`` is the reason, and ``fault`` says whether
    the code broke a rule of SEFL (it read what is not there) and did not fail the packets on purpose.
    """

    ending: str
    memory: Memory
    packets: PacketSet
    port: str | None = None
    why: str | None = None
    origin: sefl.Origin | None = None
    fault: bool = False
    trail: tuple[sefl.Origin, ...] = ()


Decision = tuple[sefl.Block, PacketSet]
Sent = list[tuple[Outcome, PacketSet]]
Known = tuple[list[Outcome], set[str]]


class Execution:
    """Runs code over one universe of packet sets; what it computes for one memory it keeps for the next that is alike."""

    def __init__(self, sets: PacketSets):
        self._sets = sets
        self._decided: dict[Hashable, tuple[list[Decision], list[Truth]]] = {}
        self._looked_at: dict[int, tuple[sefl.If, tuple[sefl.Target, ...]]] = {}
        self._symbols: dict[tuple[str, str, int], str] = {}
        self._memories: dict[Hashable, Memory] = {}
        self._known: dict[tuple[str, int, int], Known | None] = {}

    def run(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> tuple[Sent, set[str]]:
        """What becomes of the packets, each outcome with those of them that it has; and the symbols chosen on the way.

        Code that runs a second time with a memory runs on all packets there are. From then on its outcomes are known,
        and packets only need to be intersected with them: no instruction cares which packets it is given.
        """
        key = (element, id(code), self.canonical(memory))
        if key not in self._known:
            self._known[key] = None
            outcomes, chosen = self._run(code, element, memory, packets)
            return [(outcome, outcome.packets) for outcome in outcomes], chosen
        if self._known[key] is None:
            self._known[key] = self._run(code, element, memory, self._sets.full)
        outcomes, chosen = self._known[key]
        sent = ((outcome, packets & outcome.packets) for outcome in outcomes)
        return [one for one in sent if one[1].satisfiable()], chosen

    def canonical(self, memory: Memory) -> int:
        """The same number for equal memories."""
        return id(self._memories.setdefault(memory.key, memory))

    def _run(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> Known:
        call = _Call(self, element)
        return call.run(code, memory, packets), call.chosen

    def replay(self, code: sefl.Block, element: str, memory: Memory, packets: PacketSet) -> list[Outcome]:
        """The same for the trace of a packet: rule by rule, each outcome with what decided on its way."""
        return Replay(self, element).run(code, memory, packets)

    def number(self, vector: Vector, packets: PacketSet) -> int:
        """The value of a vector in one of the packets."""
        values = self._sets.example(packets) or {}
        return sum(1 << at for at, bit in enumerate(reversed(vector)) if self._sets.contains(bit, values))

    def evaluation(self, memory: Memory, element: str) -> Evaluation:
        return Evaluation(self._sets, memory, element)

    def choose(self, symbol: sefl.Symbol, element: str, occurrence: int) -> tuple[str, Vector]:
        """The name and the vector of the element's free choice; the same for the same occurrence on a packet's way."""
        key = (element, symbol.name, occurrence)
        if key not in self._symbols:
            self._symbols[key] = f"{element}:{symbol.name}" + (f"#{occurrence + 1}" if occurrence else "")
            return self._symbols[key], self._sets.symbol(self._symbols[key], symbol.width)
        return self._symbols[key], self._sets.vector(self._symbols[key])

    def decide(self, chain: sefl.If, element: str, memory: Memory) -> tuple[list[Decision], list[Truth]]:
        """The bodies of an If and of the Ifs in its else branches, each with the packets that run it; and the errors."""
        key = (id(chain), *self._seen(chain, element, memory))
        if key not in self._decided:
            self._decided[key] = self._decision(chain, self.evaluation(memory, element))
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

    def _decision(self, chain: sefl.If, evaluation: Evaluation) -> tuple[list[Decision], list[Truth]]:
        cases: list[tuple[sefl.Block | Truth, PacketSet]] = []
        for link in links(chain):
            truth = evaluation.truth(link.condition)
            cases += [(truth, truth.wrong)] if truth.wrong.satisfiable() else []
            cases.append((link.then, truth.holds))
            last = link.otherwise
        cases.append((last, self._sets.full))
        merged = self._first_match(_runs(cases, self._sets))[1]
        decisions = [(body, packets) for body, packets in merged.items() if isinstance(body, sefl.Block)]
        return decisions, [body._replace(wrong=packets) for body, packets in merged.items() if isinstance(body, Truth)]

    def _first_match(self, cases: Sequence[tuple[Hashable, PacketSet]]) -> tuple[PacketSet, dict[Hashable, PacketSet]]:
        """What the cases cover, and the packets for which each is the first that matches; equal bodies are one.

        Halves are joined, so that large sets meet only in the last few steps.
        """
        if len(cases) == 1:
            return cases[0][1], {cases[0][0]: cases[0][1]}
        covered, found = self._first_match(cases[: len(cases) // 2])
        more, others = self._first_match(cases[len(cases) // 2 :])
        for body, packets in others.items():
            rest = packets & ~covered
            if rest.satisfiable():
                found[body] = found[body] | rest if body in found else rest
        return covered | more, found


def links(chain: sefl.If) -> Iterator[sefl.If]:
    """An If, and each If that is all of the else branch of the one before it."""
    while True:
        yield chain
        rest = chain.otherwise.instructions
        if len(rest) != 1 or not isinstance(rest[0], sefl.If):
            return
        chain = rest[0]


def _runs(cases: Sequence[tuple[Hashable, PacketSet]], sets: PacketSets) -> list[tuple[Hashable, PacketSet]]:
    """Neighbours of one body as one case: among them it does not matter which is first."""
    grouped = groupby(cases, key=lambda case: case[0])
    return [(body, sets.union(packets for _body, packets in group)) for body, group in grouped]


class _Call:
    """One run of one port's code; ``outcomes`` collects what ended on the way."""

    def __init__(self, execution: Execution, element: str):
        self._execution = execution
        self._element = element
        self.outcomes: list[Outcome] = []
        self.chosen: set[str] = set()

    def run(self, code: sefl.Block, memory: Memory, packets: PacketSet) -> list[Outcome]:
        for path in self.block(code, [Path(memory, packets)]):
            ending = "forwarded" if path.port else "dropped"
            self.outcomes.append(Outcome(ending, path.memory, path.packets, path.port, trail=path.trail))
        return self.outcomes

    def block(self, block: sefl.Block, paths: list[Path]) -> list[Path]:
        for instruction in block.instructions:
            step = getattr(self, INSTRUCTIONS[type(instruction)])
            paths = [after for path in paths for after in self._step(step, instruction, path)]
        return paths

    def _step(self, step: Callable, instruction: sefl.Instruction, path: Path) -> list[Path]:
        try:
            return step(instruction, path)
        except PathError as error:
            return self._failed(path, path.packets, str(error), instruction, fault=True)

    def _failed(
        self, path: Path, packets: PacketSet, why: str | None, instruction: sefl.Instruction, *, fault: bool = False
    ) -> list[Path]:
        origin = getattr(instruction, "origin", None)
        if packets.satisfiable():
            trail = (*path.trail, origin) if origin else path.trail
            self.outcomes.append(Outcome("failed", path.memory, packets, path.port, why, origin, fault, trail))
        return []

    def _allocate(self, step: sefl.Allocate, path: Path) -> list[Path]:
        return [path._replace(memory=path.memory.allocate(step.target, step.width, self._element))]

    def _deallocate(self, step: sefl.Deallocate, path: Path) -> list[Path]:
        return [path._replace(memory=path.memory.deallocate(step.target, step.width, self._element))]

    def _assign(self, step: sefl.Assign, path: Path) -> list[Path]:
        memory = path.memory

        def fresh(symbol: sefl.Symbol) -> Vector:
            nonlocal memory
            occurrence, memory = memory.draw(symbol.name, self._element)
            name, vector = self._execution.choose(symbol, self._element, occurrence)
            self.chosen.add(name)
            return vector

        width = memory.width_of(step.target, self._element)
        evaluation = Evaluation(self._execution._sets, path.memory, self._element, fresh)
        value = evaluation.vector(step.value, width)
        return [path._replace(memory=memory.assign(step.target, value, len(value), self._element))]

    def _create_tag(self, step: sefl.CreateTag, path: Path) -> list[Path]:
        return [path._replace(memory=path.memory.tag(step.name, step.address))]

    def _destroy_tag(self, step: sefl.DestroyTag, path: Path) -> list[Path]:
        return [path._replace(memory=path.memory.untag(step.name))]

    def _constrain(self, step: sefl.Constrain, path: Path) -> list[Path]:
        truth = self._execution.evaluation(path.memory, self._element).truth(step.condition)
        self._failed(path, path.packets & truth.wrong, truth.reason, step, fault=True)
        self._failed(path, path.packets & ~(truth.holds | truth.wrong), "the constraint does not hold", step)
        packets = path.packets & truth.holds
        return [path._replace(packets=packets)] if packets.satisfiable() else []

    def _if(self, step: sefl.If, path: Path) -> list[Path]:
        decisions, errors = self._execution.decide(step, self._element, path.memory)
        for truth in errors:
            self._failed(path, path.packets & truth.wrong, truth.reason, step, fault=True)
        parts = ((body, path.packets & packets) for body, packets in decisions)
        return [
            after
            for body, packets in parts
            if packets.satisfiable()
            for after in self.block(body, [path._replace(packets=packets)])
        ]

    def _for(self, step: sefl.For, path: Path) -> list[Path]:
        mine = (name for owner, name in path.memory.names() if owner in ("", self._element))
        names = sorted({name for name in mine if fnmatchcase(name, step.pattern)})
        paths = [path]
        for name in names:
            paths = self.block(renamed(step.body, step.variable, name), paths)
        return paths

    def _fork(self, step: sefl.Fork, path: Path) -> list[Path]:
        return [path._replace(port=port) for port in step.ports]

    def _forward(self, step: sefl.Forward, path: Path) -> list[Path]:
        return [path._replace(port=step.port)]

    def _drop(self, step: sefl.Drop, path: Path) -> list[Path]:
        trail = (*path.trail, step.origin) if step.origin else path.trail
        self.outcomes.append(Outcome("dropped", path.memory, path.packets, origin=step.origin, trail=trail))
        return []

    def _fail(self, step: sefl.Fail, path: Path) -> list[Path]:
        return self._failed(path, path.packets, step.message, step)

    def _block(self, step: sefl.Block, path: Path) -> list[Path]:
        return self.block(step, [path])


class Replay(_Call):
    """A run that takes the links of a chain one by one and notes each that decided."""

    def _if(self, step: sefl.If, path: Path) -> list[Path]:
        evaluation = self._execution.evaluation(path.memory, self._element)
        answer: list[Path] = []
        for link in links(step):
            truth = evaluation.truth(link.condition)
            self._failed(path, path.packets & truth.wrong, truth.reason, link, fault=True)
            hit = path.packets & truth.holds
            if hit.satisfiable():
                trail = (*path.trail, self._told(link.origin, hit, evaluation)) if link.origin else path.trail
                answer += self.block(link.then, [path._replace(packets=hit, trail=trail)])
            path = path._replace(packets=path.packets & ~(truth.holds | truth.wrong))
            if not path.packets.satisfiable():
                return answer
        return answer + self.block(link.otherwise, [path])

    def _told(self, origin: sefl.Origin, packets: PacketSet, evaluation: Evaluation) -> sefl.Origin:
        """The rule, or the row of the table that it stands for."""
        if not isinstance(origin, sefl.Lookup) or origin.value is None or origin.row is None:
            return origin
        return origin.row(self._execution.number(evaluation.vector(origin.value), packets))


INSTRUCTIONS = {
    sefl.Allocate: "_allocate",
    sefl.Deallocate: "_deallocate",
    sefl.Assign: "_assign",
    sefl.CreateTag: "_create_tag",
    sefl.DestroyTag: "_destroy_tag",
    sefl.Constrain: "_constrain",
    sefl.If: "_if",
    sefl.For: "_for",
    sefl.Fork: "_fork",
    sefl.Forward: "_forward",
    sefl.Drop: "_drop",
    sefl.Fail: "_fail",
    sefl.Block: "_block",
}
