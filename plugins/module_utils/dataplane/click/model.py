# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A graph of Click elements as one program: the code behind every device that packets come from.

The code of an element stands before that of the elements behind it, and is built once for each of its inputs, so the
program grows with the graph and not with its paths. Where the ways through the graph are very many, elements at which ways
meet become ports inside the program, so that packets that meet there alike go on together. A ring of elements has no such
order and is refused, but for one through ICMPError: about an error no other is sent, so behind the first ICMPError all
others drop what they get.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...symbolic.fields import FIELDS
from ...symbolic.sefl import NOTHING, Assign, Block, Forward, If, Present, Program, Symbol
from .arguments import keyword
from .building import BEGIN, END, Use
from .graph import Element, Graph
from .read import read
from .table import KNOWN, MAKERS, SINKS, SOURCES
from .values import names_of, refusal

_DEVICE_KEYWORDS = ("DEVNAME", "PORT")


MOST_WAYS = 256
"""Ways through a graph that are followed one by one."""


class Point(NamedTuple):
    """An input of an element, of packets that are errors made by ICMPError or not."""

    element: str
    input: int
    is_error: bool

    @property
    def port(self) -> str:
        """Its name as a port inside the program."""
        return f"{self.element}:{self.input}" + (":error" if self.is_error else "")


def program(text: str, file: str | None, options: Mapping[str, Any]) -> Program:
    """The program of a configuration.

    :param options: with ``black_box`` true, elements without a model let all packets by, with any headers
    :raises InputError: a mistake in the text, an element without a model, or a ring of elements
    """
    return _Model(read(text, file), bool(options.get("black_box"))).program()


class _Model:
    def __init__(self, graph: Graph, black_box: bool):
        self._graph = graph
        self._black_box = black_box
        self._names = names_of(graph.elements.values())
        self._known: set[Point] = set()
        self._joins: set[Point] = set()
        self._built: dict[Point, Block] = {}
        self._next: dict[str, dict[int, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
        for one in graph.connections:
            self._next[one.from_element][one.from_port].append((one.to_element, one.to_port))

    def program(self) -> Program:
        for element in self._graph.elements.values():
            self._check(element)
        firsts: dict[str, Point] = {}
        for element in self._graph.elements.values():
            if element.class_name in SOURCES:
                name = device(element)
                if name in firsts:
                    raise refusal(element, f"packets of {name} are taken by another element already")
                firsts[name] = Point(element.name, 0, False)
        order = [point for first in firsts.values() for point in self._ordered(first)]
        self._joins = self._meetings(order)
        for point in order:
            self._built[point] = self._code(point)
        ports = {name: Block((*BEGIN, *self._built[first].instructions)) for name, first in firsts.items()}
        inner = {point.port: self._built[point] for point in order if point in self._joins}
        return Program({**ports, **inner}, inner=frozenset(inner))

    def _meetings(self, order: list[Point]) -> set[Point]:
        """Where several ways meet, in a graph with very many of them; order has each point behind all that it leads to."""
        ways: dict[Point, int] = {}
        arrivals: dict[Point, int] = defaultdict(int)
        for point in order:
            following = [after for _port, after in self._after(point)]
            ways[point] = sum(ways[after] for after in following) or 1
            for after in following:
                arrivals[after] += 1
        many = max(ways.values(), default=0) > MOST_WAYS
        return {point for point, count in arrivals.items() if many and count > 1}

    def _check(self, element: Element) -> None:
        if element.class_name in (*SOURCES, *SINKS, *MAKERS) or self._black_box:
            return
        known = KNOWN.get(element.class_name)
        if known is None or known.kind == "unmodelled":
            reason = known.note if known else "the class is not known"
            raise refusal(element, f"there is no model, since {reason}; black_box: true lets it pass with any headers")

    def _after(self, point: Point) -> Iterator[tuple[int, Point]]:
        element = self._graph.elements[point.element]
        if element.class_name in (*SINKS, "Discard", "Idle"):
            return
        is_error = point.is_error or element.class_name == "ICMPError"
        if element.class_name == "ICMPError" and point.is_error:
            return
        for port, ends in sorted(self._next[point.element].items()):
            for end in ends:
                yield port, Point(*end, is_error)

    def _ordered(self, first: Point) -> Iterator[Point]:
        """The points that are reached and not ordered yet, each behind all that it leads to."""
        if first in self._known:
            return
        way = [first]
        waiting = [self._after(first)]
        while way:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                self._known.add(way[-1])
                yield way.pop()
            elif step[1] in way:
                self._refuse_ring([one.element for one in way[way.index(step[1]) :]])
            elif step[1] not in self._known:
                way.append(step[1])
                waiting.append(self._after(step[1]))

    def _refuse_ring(self, names: list[str]) -> None:
        ring = " -> ".join([*names, names[0]])
        raise refusal(self._graph.elements[names[0]], f"packets can go around in the ring {ring}, of which there is no model")

    def _code(self, point: Point) -> Block:
        element = self._graph.elements[point.element]
        use = Use(element, point.input, self._outputs(point), self._names)
        if element.class_name in SOURCES:
            return use.out()
        if element.class_name in SINKS:
            return Block((*END, Forward(device(element), origin=use.origin())))
        if element.class_name == "ICMPError" and point.is_error:
            return use.drop("answers no error")
        known = KNOWN.get(element.class_name)
        if known is None or known.build is None:
            return _any_packet(use)
        return known.build(use)

    def _follow(self, point: Point) -> Block:
        return Block((Forward(point.port),)) if point in self._joins else self._built[point]

    def _outputs(self, point: Point) -> dict[int, Block]:
        """The code behind each output; where several elements pull from one, any of them may get the packet."""
        ends: dict[int, list[Point]] = defaultdict(list)
        for port, after in self._after(point):
            ends[port].append(after)
        alone = Use(self._graph.elements[point.element], point.input, {}, self._names)
        return {
            port: alone.choice(*((f"goes to {one.element}", self._follow(one)) for one in many), name=f"output {port}")
            for port, many in ends.items()
        }


def _any_packet(use: Use) -> Block:
    """A black box: every header field that a packet has gets any value, and the packet any output."""
    code = [
        If(Present(field.target), Block((Assign(field.target, Symbol(f"{use.element.name} {name}", field.width)),)), NOTHING)
        for name, field in FIELDS.items()
    ]
    bodies = [(f"output {number}", use.outputs[number]) for number in sorted(use.outputs)]
    return Block((*code, *use.choice(*bodies or [("", use.drop())]).instructions))


def device(element: Element) -> str:
    """The port of a device: its name, or the class of an element that has none."""
    for argument in element.arguments:
        found = keyword(argument)
        if found and found[0] in _DEVICE_KEYWORDS:
            return found[1].strip("\"'")
    return element.arguments[0].strip("\"'") if element.arguments else element.class_name
