# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SEFL, the language in which every network element is modelled: its terms as plain frozen data.

A packet is a *header memory* (values at bit addresses), *metadata* (values by name) and *tags* (addresses by
name). Both kinds of memory hold stacks of allocations: a field that is allocated again hides the older one
until it is deallocated, which is what encapsulation does.

All values are unsigned numbers of a fixed width in bits. Operands of one operation have the same width, a
number that does not fit is refused, sums and differences wrap, and widths change only by :class:`Slice` and
:class:`Extend`. A :class:`Number` without a width takes that of the other operand.

Source: R. Stoenescu et al., Symnet: scalable symbolic execution for modern networks, SIGCOMM 2016. Widths,
:class:`Within`, :class:`Masked`, :class:`Present`, :class:`Slice` and :class:`Extend` are additions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Origin:
    """Where an instruction comes from in what the user wrote: ``fw rule 14``, in a line of a file."""

    label: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.label} (line {self.line})" if self.line else self.label


@dataclass(frozen=True)
class Lookup(Origin):
    """A rule that stands for the rows of a table: ``row`` gives the one for a number, the value of ``value``."""

    value: Expression | None = None
    row: Callable[[int], Origin] | None = None


@dataclass(frozen=True)
class Header:
    """Header memory at a tag plus an offset in bits; without a tag the offset is the address."""

    tag: str | None
    offset: int = 0


@dataclass(frozen=True)
class Meta:
    """Metadata by name; ``local`` metadata belongs to the element instance that the code runs in."""

    name: str
    local: bool = False


Target: TypeAlias = "Header | Meta"


@dataclass(frozen=True)
class Number:
    value: int
    width: int | None = None


@dataclass(frozen=True)
class Read:
    """The last value assigned to a target."""

    target: Target


@dataclass(frozen=True)
class Symbol:
    """A value that the element chooses freely, such as a NAT its port; a new one each time it is evaluated."""

    name: str
    width: int


@dataclass(frozen=True)
class Sum:
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Difference:
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Slice:
    """``width`` bits of a value, from bit ``low`` upwards; bit 0 is the least significant."""

    value: Expression
    low: int
    width: int


@dataclass(frozen=True)
class Extend:
    """A value with zeros before it up to ``width`` bits."""

    value: Expression
    width: int


Expression: TypeAlias = "Number | Read | Symbol | Sum | Difference | Slice | Extend"


@dataclass(frozen=True)
class Compare:
    """``operator`` is one of ``== != < <= > >=``; numbers are unsigned."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Within:
    """The value lies in one of ``ranges``: sorted, disjoint pairs of a first and a last number."""

    value: Expression
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Masked:
    """``value & mask == match``."""

    value: Expression
    match: int
    mask: int


@dataclass(frozen=True)
class Present:
    """The target is allocated and has a value; never an error."""

    target: Target


@dataclass(frozen=True)
class Not:
    condition: Condition


@dataclass(frozen=True)
class All:
    """Every condition holds, looked at from left to right and no further than the first that does not; true for none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """One condition holds, looked at from left to right and no further than the first that does; false for none."""

    conditions: tuple[Condition, ...]


Condition: TypeAlias = "Compare | Within | Masked | Present | Not | All | Any"
TRUE = All(())
FALSE = Any(())


@dataclass(frozen=True)
class Address:
    """A tag plus an offset, as :class:`CreateTag` computes it."""

    tag: str | None
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class _Instruction:
    """``origin`` says where it comes from; instructions that differ in nothing else are equal."""

    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Allocate(_Instruction):
    """Put a new allocation on the target. Metadata needs no other; a header that overlaps one that is not its equal fails."""

    target: Target
    width: int


@dataclass(frozen=True)
class Deallocate(_Instruction):
    """Remove the top allocation; with ``width``, fails unless it is of that width."""

    target: Target
    width: int | None = None


@dataclass(frozen=True)
class Assign(_Instruction):
    """Give the target a value; metadata is allocated by it where it is not, a header that is not allocated fails."""

    target: Target
    value: Expression


@dataclass(frozen=True)
class CreateTag(_Instruction):
    name: str
    address: Address


@dataclass(frozen=True)
class DestroyTag(_Instruction):
    name: str


@dataclass(frozen=True)
class Constrain(_Instruction):
    """Go on with the packets that meet the condition; the others fail here."""

    condition: Condition


@dataclass(frozen=True)
class If(_Instruction):
    condition: Condition
    then: Block
    otherwise: Block


@dataclass(frozen=True)
class For(_Instruction):
    """Run the body once for each name of metadata that matches the glob ``pattern`` when it begins, in order of name.

    ``variable`` stands for the name in the body: ``Meta(variable)`` there means the matching metadata.
    """

    variable: str
    pattern: str
    body: Block


@dataclass(frozen=True)
class Fork(_Instruction):
    """Copy the packet: each copy is bound for one of the ports and goes on by itself."""

    ports: tuple[str, ...]


@dataclass(frozen=True)
class Forward(_Instruction):
    """Bind the packet for a port; it leaves when the code of its port ends. One that is bound for none is dropped then."""

    port: str


@dataclass(frozen=True)
class Drop(_Instruction):
    """End the packet without an error."""


@dataclass(frozen=True)
class Fail(_Instruction):
    message: str


@dataclass(frozen=True)
class Block:
    """Instructions in sequence; an empty one does nothing.

    Its hash is computed once, when it is made: blocks are shared, and a chain of Ifs is as deep as a table has rules.
    """

    instructions: tuple[Instruction, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self.instructions))

    def __hash__(self) -> int:
        return self._hash


Instruction: TypeAlias = (
    "Allocate | Deallocate | Assign | CreateTag | DestroyTag | Constrain | If | For | Fork | Forward | Drop | Fail | Block"
)
NOTHING = Block()


@dataclass(frozen=True)
class Program:
    """The code of one element: what it does to a packet that enters at each of its input ports.

    A packet that leaves by a port of ``inner`` enters the element again there, as if it were linked with itself.
    ``notes`` are sentences about what looks like a mistake in the text that the program was made of.
    """

    ports: Mapping[str, Block]
    inner: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
