# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NetCTL, the policy language, as plain frozen data: computation tree logic over a packet's way through the network.

A state is a packet at a port. ``A`` and ``E`` speak of all and of some continuations; a packet's way branches only
where the network copies it or chooses freely. ``X`` is the next port. A way ends where the packet is delivered,
dropped or fails; there ``AX`` is true and ``EX`` false.

Only three of the operators are primitive; the functions below build the others of them, by the laws of CTL
(E. Clarke, E. Emerson, A. Sistla, Automatic verification of finite-state concurrent systems, TOPLAS 1986).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from . import sefl


@dataclass(frozen=True)
class Holds:
    """A condition on the packet as it is here; one over a field that the packet has not is false."""

    condition: sefl.Condition


@dataclass(frozen=True)
class At:
    """The packet is at this port."""

    port: str


@dataclass(frozen=True)
class Ended:
    """The way ends here; ``how`` is ``delivered``, ``dropped`` or ``failed``."""

    how: str


@dataclass(frozen=True)
class Not:
    operand: Formula


@dataclass(frozen=True)
class And:
    operands: tuple[Formula, ...]


@dataclass(frozen=True)
class Or:
    operands: tuple[Formula, ...]


@dataclass(frozen=True)
class Next:
    """``EX`` or, for ``every``, ``AX``."""

    every: bool
    operand: Formula


@dataclass(frozen=True)
class Until:
    """``E[left U right]`` or, for ``every``, ``A[left U right]``: right becomes true, and left holds up to there."""

    every: bool
    left: Formula
    right: Formula


@dataclass(frozen=True)
class Always:
    """``EG`` or, for ``every``, ``AG``: the operand holds all the way, to its end if it has one."""

    every: bool
    operand: Formula


Formula: TypeAlias = "Holds | At | Ended | Not | And | Or | Next | Until | Always"
TRUE = And(())
FALSE = Or(())


def implies(left: Formula, right: Formula) -> Formula:
    return Or((Not(left), right))


def finally_(every: bool, operand: Formula) -> Formula:
    """``EF`` or ``AF``: the operand becomes true."""
    return Until(every, TRUE, operand)


def is_quantified(formula: Formula) -> bool:
    """Whether it consists of path operators alone, joined by ``!``, ``&&`` and ``||``: none asks of the packet at hand."""
    if isinstance(formula, And | Or):
        return bool(formula.operands) and all(map(is_quantified, formula.operands))
    return is_quantified(formula.operand) if isinstance(formula, Not) else isinstance(formula, Next | Until | Always)


def quantifier(formula: Formula) -> str:
    """Of which injected packets a policy speaks: ``every``, ``some``, or ``mixed``.

    One of ``every`` holds of a union of packets exactly where it holds of each part, one of ``some`` where it holds of
    any part; of a mixed one, such as ``AF a || AF b``, the parts do not tell.
    """
    if not is_quantified(formula):
        return "every"
    if isinstance(formula, Not):
        return {"every": "some", "some": "every"}.get(quantifier(formula.operand), "mixed")
    if isinstance(formula, And | Or):
        found = {quantifier(operand) for operand in formula.operands}
        wanted = {"every" if isinstance(formula, And) else "some"}
        return found.pop() if found == wanted or len(formula.operands) == 1 else "mixed"
    return "every" if formula.every else "some"


def is_temporal(formula: Formula) -> bool:
    """Whether it speaks of anything but the packet where it is."""
    if isinstance(formula, Next | Until | Always):
        return True
    if isinstance(formula, And | Or):
        return any(map(is_temporal, formula.operands))
    return isinstance(formula, Not) and is_temporal(formula.operand)
