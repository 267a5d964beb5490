# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements of NEMO as plain data: a kind of thing, its name, and clauses.

Which clauses a kind takes, and how each word may be spelt, are tables; whatever they do not allow is refused here.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ..core.errors import InputError, Place

LONGEST_NAME = 128
LONGEST_VALUE = 8192

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")

SPELLINGS = {
    "Nodemodel": "NodeModel",
    "TemplateDefinition": "NodeModel",
    "TemplateInstance": "Node",
    "Connectionpoint": "ConnectionPoint",
    "Link": "Connection",
    "Policy": "Operation",
    "EndNodes": "Endnodes",
    "Properties": "Property",
    "ApplyTo": "Target",
    "Conditions": "Condition",
    "Actions": "Action",
}
"""A word as some source writes it → as it is called here."""

CLAUSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Node": (("Type",), ("Contain", "Property")),
    "Connection": ((), ("Type", "Endnodes", "Property")),
    "Flow": (("Match",), ("Property",)),
    "Operation": (("Target",), ("Priority", "Condition", "Action")),
    "NodeModel": ((), ("Property", "VNFD")),
    "ConnectionPoint": ((), ("at",)),
}
"""Kind → the clauses that it needs, and those that it may have."""


@dataclass(frozen=True)
class Value:
    """``text`` as written, or ``items`` of a list, or both ends of a range; a ``unit`` stands in brackets behind a number."""

    text: str
    quoted: bool = False
    items: tuple[Value, ...] | None = None
    ends: tuple[str, str] | None = None
    unit: str | None = None

    def __str__(self) -> str:
        if self.items is not None:
            return f"[{', '.join(map(str, self.items))}]"
        if self.ends is not None:
            return f"({', '.join(self.ends)})"
        return f"{self.text}({self.unit})" if self.unit else self.text


@dataclass(frozen=True)
class Statement:
    """One statement: ``verb`` is None for a part of the NodeModel above it, ``kind`` a key of CLAUSES or ``Query``.

    ``clauses`` holds a text (Type, Target, Priority, VNFD, Condition), texts (Contain, Endnodes), ``{name: Value}``
    (Property, Match), ``{name: Value | None}`` (Action) or a Value (at), by the clause's word.
    """

    verb: str | None
    kind: str
    name: str
    clauses: dict[str, t.Any] = field(default_factory=dict)
    file: str = ""
    line: int = 0

    def error(self, message: str) -> InputError:
        return InputError(message, self.place)

    @property
    def place(self) -> Place:
        return Place(self.file, self.line)

    def get(self, clause: str, default: t.Any = None) -> t.Any:
        return self.clauses.get(clause, default)

    @property
    def properties(self) -> dict[str, Value]:
        return self.clauses.get("Property", {})


def shown(text: str, limit: int = 40) -> str:
    return repr(str(text)[:limit]) + ("…" if len(text) > limit else "")


def checked(raw: tuple, file: str) -> Statement:
    """The statement of one item, if its clauses are those of its kind."""
    verb, kind, name, given, ended, line = raw
    kind = SPELLINGS.get(kind, kind)
    statement = Statement(verb, kind, name, {}, file, line)
    if kind == "Query":
        return statement
    required, optional = CLAUSES[kind]
    for word, value in given:
        _take(statement, SPELLINGS.get(word, word), value, required + optional)
    if verb not in ("UPDATE", "DELETE"):
        for word in required:
            if word not in statement.clauses:
                raise statement.error(f"the {kind} {shown(name)} has no {word}")
    if not ended and kind != "NodeModel":
        raise statement.error(f"the statement of the {kind} {shown(name)} does not end with a semicolon")
    _check_lengths(statement)
    return statement


def _take(statement: Statement, word: str, value: t.Any, known: tuple[str, ...]) -> None:
    if statement.verb == "DELETE":
        raise statement.error(f"a DELETE names what goes and says nothing more; {word} stands too much")
    if word not in known:
        raise statement.error(f"a {statement.kind} has no {word}; it may have {', '.join(known)}")
    if word in statement.clauses:
        raise statement.error(f"the {statement.kind} {shown(statement.name)} has two clauses {word}; write one")
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        if statement.kind == "NodeModel":  # the type stands before the name there
            value = [(name.text, Value(kind)) for kind, name in value]
        names = [name for name, _value in value]
        twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
        if twice:
            raise statement.error(f"{shown(min(twice))} stands twice in {word}; write it once")
        value = dict(value)
    statement.clauses[word] = value


def _check_lengths(statement: Statement) -> None:
    for name in _names(statement):
        if any(len(part) > LONGEST_NAME for part in name.split(".", 1)):
            raise statement.error(f"the name {shown(name)} has more than {LONGEST_NAME} characters")
        if not NAME.fullmatch(name):
            raise statement.error(f"the name {shown(name)} is none: letters, digits, -, _ and . between letters or digits")
    for word in ("Property", "Match", "Action"):
        for name, value in statement.clauses.get(word, {}).items():
            if len(name) > LONGEST_NAME or not name:
                raise statement.error(
                    f"the name {shown(name)} of a property is empty or has more than {LONGEST_NAME} characters"
                )
            if value is not None and len(value.text) > LONGEST_VALUE:
                raise statement.error(f"the value of {shown(name)} has more than {LONGEST_VALUE} characters")


def _names(statement: Statement) -> t.Iterator[str]:
    """The names of things; properties may be called as they like."""
    yield statement.name
    for word in ("Type", "Target"):
        if word in statement.clauses:
            yield statement.clauses[word]
    for word in ("Contain", "Endnodes"):
        yield from statement.clauses.get(word, ())
    if statement.kind == "NodeModel":
        yield from statement.properties
