# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which definition an element of a compound class is: the first that fits its arguments and its ports.

Source: the manual page click(5) of the Click modular router, section Overloading.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from .bounds import STEPS, Bounds
from .classes import Compound, Definition, Primitive
from .parameters import assign
from .spot import Spot, shown
from .tree import Formal


class Choice(NamedTuple):
    """What was chosen, and the value of each of its parameters; `unused` tells of arguments without a parameter."""

    of: Definition | Primitive
    values: list[str]
    unused: bool = False


def choose(compound: Compound, given: Sequence[str], ports: tuple[int, int], spot: Spot, bounds: Bounds) -> Choice:
    """The candidate for these arguments and (inputs, outputs). InputError where there is none.

    Where a class has one definition alone it need not fit the ports: which of them is missing or too
    many is said better later. Nor need it fit arguments if it has no parameters at all; Click refuses
    that, but configurations are about in which the line with the parameters became a comment.
    """
    fitting = _fitting(compound, given, ports, spot, bounds)
    if fitting:
        return fitting
    only = compound.definitions[0]
    if len(compound.definitions) > 1 or compound.base:
        raise spot.error(_refusal(compound, given, ports))
    values = assign(given, only.formals)
    if values is None and only.formals:
        raise spot.error(_refusal(compound, given, ports))
    return Choice(only, values or [], unused=values is None)


def _fitting(compound: Compound, given: Sequence[str], ports: tuple[int, int], spot: Spot, bounds: Bounds) -> Choice | None:
    for candidate in compound.candidates():
        if isinstance(candidate, Primitive):
            return Choice(candidate, [])
        bounds.spend(STEPS, 1 + len(given) + len(candidate.formals), spot)
        values = assign(given, candidate.formals)
        if values is not None and ports == (candidate.inputs, candidate.outputs):
            return Choice(candidate, values)
    return None


def _refusal(compound: Compound, given: Sequence[str], ports: tuple[int, int]) -> str:
    offered = [_signature(one.formals, (one.inputs, one.outputs)) for one in islice(compound.candidates(), 4)]
    more = ", …" if len(offered) > 3 else ""
    name = f"the class {shown(compound.name)}" if compound.name else "this compound"
    wanted = f"{_count(len(given), 'argument')}, {_count(ports[0], 'input')} and {_count(ports[1], 'output')}"
    return f"{name} has no definition for {wanted}; it has {', '.join(offered[:3])}{more}"


def _signature(formals: Sequence[Formal], ports: tuple[int, int]) -> str:
    names = ", ".join(f"{formal.keyword} ${formal.name}" if formal.keyword else f"${formal.name}" for formal in formals)
    return f"({shown(names)}) with {_count(ports[0], 'input')} and {_count(ports[1], 'output')}"


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
