# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each instruction of SEFL does to a set of packets that share one memory."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from . import sefl
from .conditions import Evaluation
from .decisions import links
from .memory import Memory, PathError
from .packet_sets import PacketSet, Vector
from .renaming import renamed

if TYPE_CHECKING:
    from .execution import Execution


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


class Run:
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
        if step.target in self._execution.lasting and _lowers(step):
            return [path]
        memory = path.memory

        def fresh(symbol: sefl.Symbol) -> Vector:
            nonlocal memory
            occurrence, memory = memory.draw(symbol.name, self._element)
            name, vector = self._execution.choose(symbol, self._element, occurrence)
            self.chosen.add(name)
            return vector

        width = memory.width_of(step.target, self._element)
        evaluation = Evaluation(self._execution.sets, path.memory, self._element, fresh)
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


def _lowers(step: sefl.Assign) -> bool:
    """Whether the value is the target's own less a number."""
    value = step.value
    return isinstance(value, sefl.Difference) and value.left == sefl.Read(step.target) and isinstance(value.right, sefl.Number)


class Replay(Run):
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
