# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes and the bodies they stand for, once every name in a Click text has been looked up.

A body is what one scope holds, the text as a whole or one alternative of a compound: its nodes in the
order in which Click counts them, and the wires between their ports. Nodes 0 and 1 of a compound are
its ``input`` and ``output``. A group takes three nodes: where wires from outside meet it, its ``input``
and its ``output``. Such nodes have no class; a joint says that what arrives at one node leaves the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .spot import Spot
from .tree import Formal


@dataclass(frozen=True, slots=True)
class Primitive:
    """A class that the text does not define."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Compound:
    """A class that the text defines; `base` is what it extends with ``...``."""

    name: str
    definitions: tuple[Definition, ...]
    base: Primitive | Compound | None = None

    def candidates(self) -> Iterator[Definition | Primitive]:
        """What an element of this class may be, in the order in which it is tried."""
        found: Primitive | Compound | None = self
        while isinstance(found, Compound):
            yield from found.definitions
            found = found.base
        if found:
            yield found


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One alternative of a compound. `depth` counts the braces around and of it, `values` are from ``define``."""

    formals: tuple[Formal, ...]
    values: tuple[tuple[str, str], ...]
    body: Body
    depth: int

    @property
    def inputs(self) -> int:
        return self.body.outputs_of[0]

    @property
    def outputs(self) -> int:
        return self.body.inputs_of[1]


class Node(NamedTuple):
    name: str
    of: Primitive | Compound | None
    configuration: str
    spot: Spot


class Wire(NamedTuple):
    source: int
    source_port: int
    target: int
    target_port: int
    spot: Spot


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """`inputs_of` and `outputs_of` say how many ports of each node the wires of the body use."""

    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    joints: tuple[tuple[int, int], ...]
    inputs_of: tuple[int, ...]
    outputs_of: tuple[int, ...]
