# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements of a Click text as they are written, before any name is looked up.

::

    Statement ── Chain            a [1] -> b :: Queue(8), c -> { … };
              ├─ ElementClass     elementclass Name { … }   elementclass Name Other
              ├─ Define           define($x 1, $y 2)
              └─ Require          require(package p, library l)

    Chain = steps with an arrow between each two; a step is one Use or several with commas;
    a Use is what stands there (Reference, Declaration, Unnamed, Group) and the ports at its sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .spot import Spot
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Ports:
    """``[0, 2-4]``: ranges of port numbers, both ends in them; an open list goes on as far as it is needed."""

    ranges: tuple[tuple[int, int], ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Formal:
    """A parameter of a compound: ``$name``, or ``KEYWORD $name``."""

    name: str
    keyword: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the bodies that ``||`` separates between braces."""

    formals: tuple[Formal, ...]
    statements: tuple[Statement, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Braces:
    """A compound class; one that extends has ``|| ...`` at its end."""

    alternatives: tuple[Alternative, ...]
    extends: bool
    spot: Spot


@dataclass(frozen=True, slots=True)
class Reference:
    """``name`` or ``Name(configuration)``: an element declared before, or a class.

    Where ``input`` or ``output`` is left out at the end of a chain, it stands here as if it were written.
    """

    name: str
    configuration: str | None
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """``name :: Class(configuration)``."""

    name: str
    of: str | Braces
    configuration: str


@dataclass(frozen=True, slots=True)
class Unnamed:
    """``{ … }(configuration)``."""

    of: Braces
    configuration: str


@dataclass(frozen=True, slots=True)
class Group:
    """``( … )``: statements of the scope around it, with an input and an output of its own."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Use:
    what: Reference | Declaration | Unnamed | Group
    inputs: Ports | None
    outputs: Ports | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Chain:
    steps: tuple[tuple[Use, ...], ...]
    arrows: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class ElementClass:
    name: str
    of: str | Braces
    spot: Spot


@dataclass(frozen=True, slots=True)
class Define:
    """Names without their ``$``, and the text that each stands for."""

    values: tuple[tuple[str, str], ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Require:
    """``("package", "fastclassifier")``, one for each requirement."""

    wanted: tuple[tuple[str, str], ...]
    spot: Spot


Statement: TypeAlias = "Chain | ElementClass | Define | Require"
