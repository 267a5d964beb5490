# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scope while it is being read: the names that count in it, and the body that grows in it.

Braces open a scope, groups do not. A name is looked up in the scopes around too if it is a class, but
not if it is an element.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .classes import Body, Compound, Node, Primitive, Wire
from .spot import Spot

ENDS = ("input", "output")


class Scope:
    """`ends` are the nodes that ``input`` and ``output`` mean at present: of the braces, or of a group inside."""

    def __init__(self, parent: Scope | None, spot: Spot) -> None:
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.classes: dict[str, Primitive | Compound] = {}
        self.elements: dict[str, int] = {}
        self.values: dict[str, str] = {}
        self.ends: dict[str, int] = {}
        self._nodes: list[Node] = []
        self._wires: list[Wire] = []
        self._joints: list[tuple[int, int]] = []
        self._unnamed: list[int] = []
        self._sources: set[int] = set()
        self._sinks: set[int] = set()
        self._arriving: dict[int, set[int]] = defaultdict(set)
        self._leaving: dict[int, set[int]] = defaultdict(set)
        if parent:
            self.ends = self._add_ends("", spot)

    def find_class(self, name: str) -> Primitive | Compound | None:
        scope: Scope | None = self
        while scope and name not in scope.classes:
            scope = scope.parent
        return scope.classes[name] if scope else None

    def add(self, name: str, of: Primitive | Compound, configuration: str, spot: Spot) -> int:
        """A node with a name of its own."""
        self.elements[name] = self._append(name, of, configuration, spot)
        return self.elements[name]

    def add_unnamed(self, class_name: str, of: Primitive | Compound, configuration: str, spot: Spot) -> int:
        """A node to be called ``Class@number``, where the number counts the nodes so far."""
        self._unnamed.append(len(self._nodes))
        number = len(self._nodes) - (2 if self.parent else 0) + 1
        return self._append(f"{class_name}@{number}", of, configuration, spot)

    def add_group(self, spot: Spot) -> tuple[int, dict[str, int]]:
        """The node that stands for a group, and its ends by name."""
        name = f"the group of line {spot.line}"
        node = self._append(name, None, "", spot)
        ends = self._add_ends(f"{name}, ", spot)
        self._joints += [(node, ends["input"]), (ends["output"], node)]
        return node, ends

    def connect(self, pairs: Iterable[tuple[tuple[int, int], tuple[int, int]]], spot: Spot) -> None:
        for (source, source_port), (target, target_port) in pairs:
            if source in self._sinks or target in self._sources:
                end, side = ("output", "leave") if source in self._sinks else ("input", "reach")
                raise spot.error(f"no connection can {side} {end}: it stands for the {end}s of what is around it")
            self._wires.append(Wire(source, source_port, target, target_port, spot))
            self._leaving[source].add(source_port)
            self._arriving[target].add(target_port)

    def count_ports(self, ends: dict[str, int], what: str, spot: Spot) -> tuple[int, int]:
        """How many inputs and outputs the wires at `ends` make; each port up to the highest must be used."""
        used = (self._leaving[ends["input"]], self._arriving[ends["output"]])
        for end, ports in zip(ENDS, used, strict=True):
            if ports and len(ports) <= max(ports):
                missing = next(port for port in range(len(ports) + 1) if port not in ports)
                raise spot.error(
                    f"{what} uses {end} [{max(ports)}] but not {end} [{missing}]; ports count from 0 without a gap"
                )
        return len(used[0]), len(used[1])

    def body(self) -> Body:
        """All that was added; unnamed nodes get the next number that is free if theirs is taken."""
        self._name_the_unnamed()
        counts = [
            [max(used[index], default=-1) + 1 for index in range(len(self._nodes))] for used in (self._arriving, self._leaving)
        ]
        return Body(tuple(self._nodes), tuple(self._wires), tuple(self._joints), tuple(counts[0]), tuple(counts[1]))

    def _append(self, name: str, of: Primitive | Compound | None, configuration: str, spot: Spot) -> int:
        self._nodes.append(Node(name, of, configuration, spot))
        return len(self._nodes) - 1

    def _add_ends(self, prefix: str, spot: Spot) -> dict[str, int]:
        ends = {end: self._append(f"{prefix}{end}", None, "", spot) for end in ENDS}
        self._sources.add(ends["input"])
        self._sinks.add(ends["output"])
        return ends

    def _name_the_unnamed(self) -> None:
        """Numbers grow from node to node, so where one is taken, the search goes on where the last of its class ended."""
        last: dict[str, int] = {}
        for index in self._unnamed:
            prefix, _at, written = self._nodes[index].name.rpartition("@")
            number = int(written)
            if f"{prefix}@{number}" in self.elements:
                number = max(number, last.get(prefix, 0))
            while f"{prefix}@{number}" in self.elements:
                number += 1
            last[prefix] = number
            self.elements[f"{prefix}@{number}"] = index
            self._nodes[index] = self._nodes[index]._replace(name=f"{prefix}@{number}")
