# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a name in the place of the variable of a For."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from .sefl import For, Meta

Term = TypeVar("Term")


def renamed(term: Term, variable: str, name: str) -> Term:
    """A copy of any SEFL term in which ``Meta(variable)`` is ``Meta(name)``; a For of the same variable hides it."""
    if isinstance(term, Meta):
        return replace(term, name=name) if term.name == variable else term
    if isinstance(term, tuple):
        return tuple(renamed(item, variable, name) for item in term)
    if not is_dataclass(term) or (isinstance(term, For) and term.variable == variable):
        return term
    return replace(term, **{item.name: renamed(getattr(term, item.name), variable, name) for item in fields(term)})
