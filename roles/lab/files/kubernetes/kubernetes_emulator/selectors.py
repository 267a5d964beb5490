# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label selectors (as text and as objects) and field selectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Labels = Mapping[str, str]

OPERATORS: dict[str, Callable[[str | None, tuple[str, ...]], bool]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
    "Gt": lambda value, values: value is not None and int(value) > int(values[0]),
    "Lt": lambda value, values: value is not None and int(value) < int(values[0]),
}
NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?"
VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?"
# In this order: text of a requirement, operator that it means (the values are the last group).
FORMS = (
    (re.compile(rf"({NAME})\s+in\s*\(([^()]*)\)"), "In"),
    (re.compile(rf"({NAME})\s+notin\s*\(([^()]*)\)"), "NotIn"),
    (re.compile(rf"({NAME})\s*==?\s*({VALUE})"), "In"),
    (re.compile(rf"({NAME})\s*!=\s*({VALUE})"), "NotIn"),
    (re.compile(rf"({NAME})\s*>\s*(\d+)"), "Gt"),
    (re.compile(rf"({NAME})\s*<\s*(\d+)"), "Lt"),
    (re.compile(rf"!\s*({NAME})()"), "DoesNotExist"),
    (re.compile(rf"({NAME})()"), "Exists"),
)


@dataclass(frozen=True)
class Requirement:
    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: Labels) -> bool:
        return OPERATORS[self.operator](labels.get(self.key), self.values)


def parse(text: str) -> list[Requirement]:
    """The requirements of a label selector such as ``app=web,tier in (a, b),!old``; ValueError if it is none."""
    parts = re.split(r",(?![^(]*\))", text) if text.strip() else []
    return [_requirement(part.strip()) for part in parts]


def _requirement(text: str) -> Requirement:
    for form, operator in FORMS:
        if match := form.fullmatch(text):
            values = tuple(value.strip() for value in match[2].split(","))
            return Requirement(match[1], operator, values if operator not in ("Exists", "DoesNotExist") else ())
    raise ValueError(f"unable to parse requirement: {text!r}")


def matches(requirements: Iterable[Requirement], labels: Labels) -> bool:
    return all(one.holds(labels) for one in requirements)


def of_object(selector: Mapping[str, Any] | None) -> list[Requirement]:
    """The requirements of a LabelSelector with matchLabels and matchExpressions."""
    selector = selector or {}
    equal = [Requirement(key, "In", (value,)) for key, value in selector.get("matchLabels", {}).items()]
    return equal + of_expressions(selector.get("matchExpressions", ()))


def of_expressions(expressions: Iterable[Mapping[str, Any]]) -> list[Requirement]:
    return [Requirement(one["key"], one["operator"], tuple(one.get("values", ()))) for one in expressions]


def as_text(selector: Mapping[str, Any] | None) -> str:
    """A LabelSelector as the text that the scale subresource reports."""
    words = {"In": "{} in ({})", "NotIn": "{} notin ({})", "Exists": "{}", "DoesNotExist": "!{}"}
    parts = [f"{key}={value}" for key, value in (selector or {}).get("matchLabels", {}).items()]
    for one in of_expressions((selector or {}).get("matchExpressions", ())):
        parts.append(words[one.operator].format(one.key, ",".join(one.values)))
    return ",".join(parts)


def value_at(obj: Any, path: str) -> Any:
    """The value at a dotted path, or None."""
    for key in path.split("."):
        obj = obj.get(key) if isinstance(obj, Mapping) else None
    return obj


def parse_fields(text: str, known: Iterable[str]) -> list[tuple[str, bool, str]]:
    """The terms of a field selector: path, whether it must be equal, value; ValueError for unknown paths."""
    terms = []
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"([^=!]+)(!=|==?)(.*)", part)
        if not match:
            raise ValueError(f"invalid selector: {part!r}; can't understand {part!r}")
        if match[1] not in ("metadata.name", "metadata.namespace", *known):
            raise ValueError(f"field label not supported: {match[1]}")
        terms.append((match[1], match[2] != "!=", match[3]))
    return terms


def matches_fields(terms: Iterable[tuple[str, bool, str]], obj: Mapping[str, Any]) -> bool:
    def text(path: str) -> str:
        value = value_at(obj, path)
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    return all((text(path) == value) is equal for path, equal, value in terms)
