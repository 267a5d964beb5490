# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies to one flat network: each compound element gives way to what it stands for.

The result still has the nodes without a class at which compounds and groups were joined to what is
around them; ``splice.py`` takes them out. Compounds are unfolded from a list of those still to do, so
how deep they stand within each other does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .arguments import arguments
from .bounds import CHARACTERS, CONNECTIONS, ELEMENTS, Bounds
from .classes import Body, Compound, Definition, Node, Primitive, Wire
from .graph import Notice
from .overloads import Choice, choose
from .parameters import Environment
from .scope import ENDS
from .spot import Spot, shown


class _Waiting(NamedTuple):
    """A compound element that is still to be unfolded, and the values where it stands."""

    node: int
    of: Compound
    ports: tuple[int, int]
    values: Environment


class Network:
    """Nodes by number, wires between them; what arrives at a key of `beyond` leaves from the node it names.

    Once made it does not change. Raises InputError where a compound does not fit its use, two elements
    get the same name, or all of it becomes too large.
    """

    def __init__(self, body: Body, values: Mapping[str, str]) -> None:
        self.nodes: list[Node] = []
        self.wires: list[Wire] = []
        self.beyond: dict[int, int] = {}
        self.notices: list[Notice] = []
        self._bounds = Bounds()
        self._names: set[str] = set()
        self._told: set[Definition] = set()
        waiting = self._add_body(body, "", Environment(values, self._bounds), ())[::-1]
        while waiting:
            waiting += self._unfold(waiting.pop())[::-1]

    def _add_body(self, body: Body, prefix: str, values: Environment, ends: Sequence[int]) -> list[_Waiting]:
        """Add nodes and wires; `ends` are the nodes for the first ones of the body. Answers its compounds."""
        numbers = [*ends]
        for node in body.nodes[len(ends) :]:
            numbers.append(self._add_node(node, prefix, values))
        for arrival, departure in body.joints:
            self.beyond[numbers[arrival]] = numbers[departure]
        for source, source_port, target, target_port, spot in body.wires:
            self._bounds.spend(CONNECTIONS, 1, spot)
            self.wires.append(Wire(numbers[source], source_port, numbers[target], target_port, spot))
        return [
            _Waiting(number, node.of, (inputs, outputs), values)
            for number, node, inputs, outputs in zip(numbers, body.nodes, body.inputs_of, body.outputs_of, strict=True)
            if isinstance(node.of, Compound)
        ]

    def _add_node(self, node: Node, prefix: str, values: Environment) -> int:
        name = prefix + node.name
        self._bounds.spend(ELEMENTS, 1, node.spot)
        self._bounds.spend(CHARACTERS, len(name) + len(node.configuration), node.spot)
        if node.of and name in self._names:
            raise node.spot.error(f"two elements are called {shown(name)} once compounds are unfolded; rename one of them")
        self._names.add(name)
        configuration = values.expand(node.configuration, node.spot)
        self.nodes.append(Node(name, node.of, configuration, node.spot))
        return len(self.nodes) - 1

    def _unfold(self, one: _Waiting) -> list[_Waiting]:
        node = self.nodes[one.node]
        given = arguments(node.configuration)
        choice = choose(one.of, given, one.ports, node.spot, self._bounds)
        if isinstance(choice.of, Primitive):
            self.nodes[one.node] = node._replace(of=choice.of)
            return []
        if choice.unused:
            self._tell(one.of, choice.of, given, node)
        ends = [self._add_node(Node(end, None, "", node.spot), f"{node.name}/", one.values) for end in ENDS]
        self.beyond[one.node], self.beyond[ends[1]] = ends[0], one.node
        values = self._values(choice, one.values, node.spot)
        return self._add_body(choice.of.body, f"{node.name}/", values, ends)

    def _values(self, choice: Choice, around: Environment, spot: Spot) -> Environment:
        """Arguments, and what the body defines, which may use them."""
        definition = choice.of
        own = dict(zip((formal.name for formal in definition.formals), choice.values, strict=True))
        above = around.above(definition.depth)
        values = Environment(own, self._bounds, above, definition.depth)
        for name, value in definition.values:
            own[name] = values.expand(value, spot)
        return values

    def _tell(self, of: Compound, definition: Definition, given: Sequence[str], node: Node) -> None:
        """Once for each definition, however many elements it has."""
        if definition in self._told:
            return
        self._told.add(definition)
        what = f"the class {shown(of.name)}" if of.name else "the compound"
        message = f"{what} of {shown(node.name)} has no parameters, so the argument {shown(given[0])} has no effect"
        self.notices.append(Notice(message, node.spot.line, node.spot.column))
