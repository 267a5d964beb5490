# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is there when a NEMO program has run: NodeModels and, outside of them, nodes, connections, flows and operations.

Statements are carried out in order; what they refer to is looked up only afterwards, so a Node may stand before its
NodeModel, and a program that deletes a NodeModel before its last Node is sound.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from .nemo_statements import Statement

SCOPED = ("Node", "Connection", "ConnectionPoint", "Flow", "Operation")


@dataclass
class Scope:
    """The things of one NodeModel, or of the program itself: kind → name → statement."""

    things: dict[str, dict[str, Statement]] = field(default_factory=lambda: {kind: {} for kind in SCOPED})

    @property
    def nodes(self) -> dict[str, Statement]:
        return self.things["Node"]

    @property
    def connections(self) -> dict[str, Statement]:
        return self.things["Connection"]

    @property
    def points(self) -> dict[str, Statement]:
        return self.things["ConnectionPoint"]


@dataclass
class Model:
    """A NodeModel: its statement and what stands in it."""

    statement: Statement
    scope: Scope = field(default_factory=Scope)

    @property
    def uri(self) -> str | None:
        return self.statement.get("VNFD")

    @property
    def parameters(self) -> dict[str, str]:
        """Name → ``string``, ``integer`` or ``range``."""
        return {name: kind.text for name, kind in self.statement.properties.items()}


@dataclass
class Program:
    models: dict[str, Model] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    queries: list[Statement] = field(default_factory=list)


def run(statements: t.Iterable[Statement]) -> Program:
    """Carry out the statements.

    :raises InputError: a name is created twice, or one is updated or deleted that is not there
    """
    program = Program()
    inside: Model | None = None
    for statement in statements:
        if statement.kind == "Query":
            program.queries.append(statement)
        elif statement.verb is None:
            if inside is None:
                raise statement.error(f"this {statement.kind} stands outside of a NodeModel; begin with CREATE or IMPORT")
            _create(inside.scope, statement)
        else:
            inside = _carry_out(program, statement)
    return program


def _carry_out(program: Program, statement: Statement) -> Model | None:
    """The NodeModel in which the following parts stand, if any."""
    if statement.verb == "DELETE":
        _delete(program, statement)
        return None
    if statement.kind == "NodeModel":
        return _model(program, statement)
    if statement.kind == "ConnectionPoint":
        raise statement.error(
            f"the ConnectionPoint {statement.name} belongs in a NodeModel: write it behind one, without CREATE"
        )
    if statement.verb == "UPDATE":
        _update(program.scope, statement)
    else:
        _create(program.scope, statement)
    return None


def _model(program: Program, statement: Statement) -> Model:
    name, known = statement.name, program.models.get(statement.name)
    if known is not None and statement.verb != "UPDATE":
        raise statement.error(f"the NodeModel {name} was created {_where(known.statement, statement)} already; write UPDATE")
    if known is None and statement.verb == "UPDATE":
        raise statement.error(f"there is no NodeModel {name} to update")
    wrong = [kind for kind in (value.text for value in statement.properties.values()) if kind not in PARAMETER_TYPES]
    if wrong:
        raise statement.error(f"a property of a NodeModel is one of {', '.join(PARAMETER_TYPES)}, not {wrong[0][:40]!r}")
    program.models[name] = Model(statement)
    return program.models[name]


PARAMETER_TYPES = ("string", "integer", "range")


def _create(scope: Scope, statement: Statement) -> None:
    if statement.kind == "NodeModel":
        raise statement.error(f"the NodeModel {statement.name} cannot stand inside another; begin with CREATE")
    if statement.kind == "Node" and "." in statement.name:
        raise statement.error(
            f"the name {statement.name[:60]} of a node holds a dot, which stands between a node and its point"
        )
    things = scope.things[statement.kind]
    if statement.name in things:
        where = _where(things[statement.name], statement)
        raise statement.error(f"the {statement.kind} {statement.name} was created {where} already; write UPDATE")
    things[statement.name] = statement


def _where(earlier: Statement, later: Statement) -> str:
    return f"in line {earlier.line}" if earlier.file == later.file else f"at {earlier.place}"


def _update(scope: Scope, statement: Statement) -> None:
    """Clauses that are given replace those that were; of the properties only those that are given."""
    old = scope.things[statement.kind].get(statement.name)
    if old is None:
        raise statement.error(f"there is no {statement.kind} {statement.name} to update")
    clauses = {**old.clauses, **statement.clauses}
    if "Property" in clauses:
        clauses["Property"] = {**old.properties, **statement.properties}
    scope.things[statement.kind][statement.name] = replace(old, clauses=clauses, line=statement.line, file=statement.file)


def _delete(program: Program, statement: Statement) -> None:
    """``model.name`` is a part of a NodeModel."""
    kind, name, scope = statement.kind, statement.name, program.scope
    if kind == "NodeModel":
        things: dict[str, t.Any] = program.models
    else:
        owner, dot, part = name.partition(".")
        if dot and owner in program.models and name not in scope.things[kind]:
            scope, name = program.models[owner].scope, part
        things = scope.things[kind]
    if name not in things:
        raise statement.error(
            f"there is no {kind} {statement.name} to delete; what only deletes is read together with what creates"
        )
    del things[name]
