# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters: the values that ``$name`` has in a compound and around it, and text with them put in.

Source: the manual page click(5) of the Click modular router, sections "Configuration parameters" and
PARAMETER DEFINITIONS; ``${name[1]}``, a word of a value, is how Click behaves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .arguments import COMMENT, SINGLE, escaped, keyword, words
from .bounds import CHARACTERS, Bounds
from .spot import Spot
from .tree import Formal

LEVELS = 10  # how often a value is looked through for parameters in turn; Click does so as often

_REFERENCE = r"\$(?:(?P<name>[A-Za-z0-9_]++)|\{(?P<braces>[^}]*+)\})|\$\{[^}]*+"  # the last where a brace is not closed
_OUTSIDE = re.compile(rf"""(?P<quote>")|{_REFERENCE}|(?:[^'"/$]++|{COMMENT}|{SINGLE}|/)+|.""", re.DOTALL)
_INSIDE = re.compile(rf"""(?P<quote>")|{_REFERENCE}|(?:[^"\\$]++|\\.)+|.""", re.DOTALL)
_BRACES = re.compile(r"\s*(?P<name>\w*)\s*(?:\[\s*(?P<index>[0-9]{1,9})\]\s*)?(?:-(?P<default>.*))?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, eq=False)
class Environment:
    """The values of one scope, and the scope around it; `depth` is as in ``classes.Definition``."""

    values: Mapping[str, str]
    bounds: Bounds
    around: Environment | None = None
    depth: int = 0

    def above(self, depth: int) -> Environment:
        """The environment in which a class with braces at `depth` was defined."""
        found = self
        while found.around and found.depth >= depth:
            found = found.around
        return found

    def find(self, name: str) -> str | None:
        scope: Environment | None = self
        while scope and name not in scope.values:
            scope = scope.around
        return scope.values[name] if scope else None

    def expand(self, text: str, spot: Spot, level: int = 0) -> str:
        """`text` with the values of parameters in place of their names; a name without a value stays.

        Inside single quotes and comments nothing is replaced; inside double quotes a value is put in
        so that it keeps its meaning there.
        """
        if "$" not in text or level > LEVELS:
            return text
        parts, offset, is_quoted = [], 0, False
        while match := (_INSIDE if is_quoted else _OUTSIDE).match(text, offset):
            value = self._value(match, spot, level)
            self.bounds.spend(CHARACTERS, len(match[0]) + len(value or ""), spot)
            parts.append(match[0] if value is None else escaped(value) if is_quoted else value)
            is_quoted ^= match["quote"] is not None
            offset = match.end()
        return "".join(parts)

    def _value(self, match: re.Match[str], spot: Spot, level: int) -> str | None:
        if match["name"]:
            value = self.find(match["name"])
            return None if value is None else self.expand(value, spot, level + 1)
        if match["braces"] is None:
            return None
        return self._of_braces(self.expand(match["braces"], spot, level + 1), spot, level)

    def _of_braces(self, text: str, spot: Spot, level: int) -> str | None:
        """The value of ``{name}``, ``{name[1]}`` (its second word) and ``{name-instead}`` (if it has none)."""
        match = _BRACES.match(text)
        value = self.find(match["name"])
        if value is None:
            return None if match["default"] is None else self.expand(match["default"], spot, level + 1)
        value = self.expand(value, spot, level + 1)
        if match["index"] is None:
            return value
        return next(iter(words(value)[int(match["index"]) :]), "")


def assign(given: Sequence[str], formals: Sequence[Formal]) -> list[str] | None:
    """The argument for each parameter, or None where they do not go together.

    Every parameter must have its argument, and every argument its parameter unless ``__REST__`` takes
    the others. Keywords count once all parameters by position have theirs.
    """
    keys = {formal.keyword: None for formal in formals if formal.keyword}
    if not keys:
        return list(given) if len(given) == len(formals) else None
    has_rest = "__REST__" in keys
    keys.pop("__REST__", None)
    count = len(formals) - len(keys) - has_rest
    values: dict[str, str | None] = dict(keys)
    rest: list[str] = []
    for argument in given[count:]:
        key, value = keyword(argument) or ("", "")
        if key in values:
            values[key] = value
        else:
            rest.append(argument)
    if len(given) < count or None in values.values() or (rest and not has_rest):
        return None
    return [*given[:count], *values.values(), *([", ".join(rest)] if has_rest else [])]
