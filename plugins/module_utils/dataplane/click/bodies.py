# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements to bodies: every name looked up, every connection between numbered ports.

The classes of elements are not known here, so a name that is neither a class of the text nor an element
declared before is taken for a class of Click's own. Click knows its classes and refuses a name that is
meant as both; so does this, which finds elements that are used before or outside their scope.

Source: the manual page click(5) of the Click modular router.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from .bounds import Bounds
from .classes import Body, Compound, Definition, Primitive
from .families import Families
from .pairs import End, pairs
from .scope import ENDS, Scope
from .spot import Spot, shown
from .tree import (
    Alternative,
    Braces,
    Chain,
    Declaration,
    Define,
    ElementClass,
    Formal,
    Group,
    Ports,
    Reference,
    Require,
    Statement,
    Unnamed,
    Use,
)

Sides = tuple[End, End]  # how a use takes part in the arrow before it, and in the one after it


def body_of(statements: Sequence[Statement]) -> tuple[Body, dict[str, str]]:
    """The body of a whole text, and the parameters that it defines.

    Raises InputError for a name with two meanings or none, wrong ports, and classes in a circle.
    """
    scope = Scope(None, Spot(None, 1, 1))
    reading = _Reading()
    reading.read(scope, statements)
    reading.families.check()
    return scope.body(), scope.values


class _Reading:
    """What is known of the whole text: which names it uses as elements, and which as classes of Click's own."""

    def __init__(self) -> None:
        self.families = Families()
        self._bounds = Bounds()
        self._elements: dict[str, Spot] = {}
        self._primitives: dict[str, Spot] = {}
        self._made: dict[int, Compound] = {}  # by identity: ``a, b :: { … }`` has one compound for both

    def read(self, scope: Scope, statements: Sequence[Statement]) -> None:
        for statement in statements:
            self._READERS[type(statement)](self, scope, statement)

    def _elementclass(self, scope: Scope, statement: ElementClass) -> None:
        with self.families.one(statement.name, statement.spot) as family:
            found = self._class(scope, statement.of, statement.name, statement.spot)
        scope.classes[statement.name] = found
        if isinstance(statement.of, Braces):
            self.families.belongs(found, family, statement.of.extends)

    def _define(self, scope: Scope, statement: Define) -> None:
        for name, value in statement.values:
            if name in scope.values:
                raise statement.spot.error(f"the parameter ${shown(name)} has a value in this scope already")
            scope.values[name] = value

    def _require(self, _scope: Scope, statement: Require) -> None:
        for kind, value in statement.wanted:
            if kind == "library":
                raise statement.spot.error(f"the library {shown(value)} cannot be read here; write its text in place of this")

    def _chain(self, scope: Scope, chain: Chain) -> None:
        left = self._step(scope, chain.steps[0])
        for arrow, step in zip(chain.arrows, chain.steps[1:], strict=True):
            right = self._step(scope, step)
            ends = [after for _before, after in left], [before for before, _after in right]
            scope.connect(pairs(*ends, arrow, self._bounds), arrow.spot)
            left = right

    def _step(self, scope: Scope, step: Sequence[Use]) -> list[Sides]:
        """Click adds the groups of a step first, which the numbers of unnamed elements show."""
        groups = {index: self._group(scope, use) for index, use in enumerate(step) if isinstance(use.what, Group)}
        return [groups.get(index) or self._element(scope, use) for index, use in enumerate(step)]

    def _group(self, scope: Scope, use: Use) -> Sides:
        """Unlike braces, a group shares the names of what is around it, but for ``input`` and ``output``."""
        node, ends = scope.add_group(use.spot)
        around, scope.ends = scope.ends, ends
        self.read(scope, use.what.statements)
        scope.ends = around
        inputs, outputs = scope.count_ports(ends, "this group", use.spot)
        return End(node, use.inputs or _first(inputs)), End(node, use.outputs or _first(outputs))

    def _element(self, scope: Scope, use: Use) -> Sides:
        node = self._NODES[type(use.what)](self, scope, use.what, use.spot)
        return End(node, use.inputs), End(node, use.outputs)

    def _declared(self, scope: Scope, what: Declaration, spot: Spot) -> int:
        of = self._class(scope, what.of, "", spot)
        self._check_name(scope, what.name, spot)
        self._elements.setdefault(what.name, spot)
        return scope.add(what.name, of, what.configuration, spot)

    def _check_name(self, scope: Scope, name: str, spot: Spot) -> None:
        if name in scope.elements or name in scope.ends:
            raise spot.error(f"there is an element {shown(name)} in this scope already; declare each name once")
        if any(part.isdigit() for part in name.split("/")):
            raise spot.error(f"{shown(name)} is no name for an element: no part of it can be a number")
        if scope.find_class(name):
            raise spot.error(f"{shown(name)} is a class; give the element another name")
        if name in self._primitives:
            raise spot.error(
                f"line {self._primitives[name].line} uses {shown(name)} where this declaration does not count; "
                "declare an element above its first use and in the same braces, and give no class its name"
            )

    def _unnamed(self, scope: Scope, what: Unnamed, spot: Spot) -> int:
        return scope.add_unnamed("", self._class(scope, what.of, "", spot), what.configuration, spot)

    def _referred(self, scope: Scope, what: Reference, spot: Spot) -> int:
        """An element declared before, or a new one of a class."""
        known = scope.ends if what.name in scope.ends else scope.elements
        of = None if known is scope.ends else scope.find_class(what.name)
        if of is None and what.name in known:
            if what.configuration is not None:
                raise spot.error(f"{shown(what.name)} is an element; only its declaration can have a configuration")
            return known[what.name]
        if what.name in ENDS and of is None:
            raise spot.error(f"{what.name} stands for a port of braces or of a group, and has no meaning outside them")
        return scope.add_unnamed(what.name, self._class(scope, what.name, "", spot), what.configuration or "", spot)

    def _class(self, scope: Scope, written: str | Braces, name: str, spot: Spot) -> Primitive | Compound:
        """The class of a name or of braces; `name` is what braces are called."""
        if isinstance(written, Braces):
            return self._compound(scope, written, name)
        self.families.uses(written, scope)
        return scope.find_class(written) or self._primitive(written, spot)

    def _primitive(self, name: str, spot: Spot) -> Primitive:
        if name in self._elements:
            raise spot.error(
                f"{shown(name)} is no class: line {self._elements[name].line} declares an element of this name, "
                "which can be used only below its declaration and in the same braces"
            )
        self._primitives.setdefault(name, spot)
        return Primitive(name)

    def _compound(self, scope: Scope, braces: Braces, name: str) -> Compound:
        if id(braces) in self._made:
            return self._made[id(braces)]
        if braces.extends and not name:
            raise braces.spot.error("'...' extends a class that has a name, so it has a meaning only in elementclass Name { }")
        definitions = tuple(self._definition(scope, one, name or "this compound") for one in braces.alternatives)
        base = (scope.find_class(name) or self._primitive(name, braces.spot)) if braces.extends else None
        self._made[id(braces)] = Compound(name, definitions, base)
        return self._made[id(braces)]

    def _definition(self, around: Scope, alternative: Alternative, what: str) -> Definition:
        scope = Scope(around, alternative.spot)
        ends = scope.ends
        _check_order(alternative.formals)
        for formal in alternative.formals:
            self._define(scope, Define(((formal.name, ""),), formal.spot))
        self.read(scope, alternative.statements)
        scope.count_ports(ends, what, alternative.spot)
        values = tuple(scope.values.items())[len(alternative.formals) :]
        return Definition(alternative.formals, values, scope.body(), scope.depth)

    _READERS: ClassVar[dict[type, Callable[[_Reading, Scope, Statement], None]]] = {
        Chain: _chain,
        ElementClass: _elementclass,
        Define: _define,
        Require: _require,
    }
    _NODES: ClassVar[dict[type, Callable[..., int]]] = {Reference: _referred, Declaration: _declared, Unnamed: _unnamed}


def _first(count: int) -> Ports | None:
    return Ports(((0, count - 1),)) if count else None


def _check_order(formals: Sequence[Formal]) -> None:
    """First the parameters by position, then those by keyword, then ``__REST__``; no keyword twice."""
    ranks = [0 if formal.keyword is None else 2 if formal.keyword == "__REST__" else 1 for formal in formals]
    keywords = [formal.keyword for formal in formals if formal.keyword]
    for formal, rank, next_rank in zip(formals[1:], ranks, ranks[1:], strict=False):
        if rank > next_rank or rank == 2:
            raise formal.spot.error("parameters stand in this order: by position, by keyword, and __REST__ once and last")
    if len(set(keywords)) < len(keywords):
        raise formals[0].spot.error("two parameters of a compound have the same keyword; give each its own")
