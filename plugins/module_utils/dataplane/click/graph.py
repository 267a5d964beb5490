# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Click text describes in the end: elements, and connections between their ports."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a class that the text does not define.

    An element inside compounds is called ``outer/inner``, one without a name ``Class@1``. The
    arguments are as written (quotes are kept, parameters put in). ``file`` is what a line directive
    says, else the file given to ``read``; it does not count when two elements are compared.
    """

    name: str
    class_name: str
    arguments: tuple[str, ...]
    line: int
    column: int
    file: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """From an output port to an input port; ``line`` has the arrow by which packets leave the first element."""

    from_element: str
    from_port: int
    to_element: str
    to_port: int
    line: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was read although Click itself would not take it."""

    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Graph:
    """``elements`` by name, in Click's order: those of the text itself, then those of each compound in turn.

    ``connections`` are in the order of the elements and ports that they leave, then of those they
    reach; none is there twice, and each end is in ``elements``.
    """

    elements: dict[str, Element]
    connections: tuple[Connection, ...]
    notices: tuple[Notice, ...] = ()
