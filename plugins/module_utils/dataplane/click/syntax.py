# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens to statements (see ``tree.py``): the grammar of the Click language.

Source: the manual page click(5) of the Click modular router, section BNF GRAMMAR and the prose before
it; where both are silent (ports without an end, a name left out at the end of a chain), what Click does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from .arguments import arguments, first_word, words
from .bounds import NESTING
from .chains import chain
from .tokens import Token, Tokens
from .tree import Alternative, Braces, Chain, Define, ElementClass, Formal, Require, Statement

VARIABLE = re.compile(r"\$([A-Za-z0-9_]+)")
REQUIREMENTS = {"compact_config": 1, "package": 2, "library": 2}  # the words that each takes, itself among them


def parse(text: str, file: str | None = None) -> tuple[Statement, ...]:
    """The statements of a whole text. Raises InputError at the first that the grammar does not know."""
    return Parser(Tokens(text, file)).statements("end")


class Parser:
    """Takes statements from tokens; ``depth`` counts the braces and groups around the place it is at."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.depth = 0

    def statements(self, *closings: str) -> tuple[Statement, ...]:
        """All up to a token of a kind in `closings`, which is left for the caller."""
        found: list[Statement] = []
        while self.tokens.peek().kind not in closings:
            if self.tokens.accept(";"):
                continue
            read = self.READERS.get(self.tokens.peek().kind)
            if read is None:
                raise self.tokens.peek().spot.error(f"a statement is expected here, not {self.tokens.peek()}")
            found.append(read(self))
        return tuple(found)

    @contextmanager
    def inside(self, opening: Token, closing: str) -> Iterator[None]:
        """What stands between `opening`, taken last, and `closing`, taken at the end."""
        self.depth += 1
        if self.depth > NESTING:
            raise opening.spot.error(f"braces and groups stand more than {NESTING} deep within each other here")
        yield
        self.depth -= 1
        if not self.tokens.accept(closing):
            token = self.tokens.peek()
            raise token.spot.error(f"'{closing}' is expected before {token}; line {opening.spot.line} has its '{opening.text}'")

    def configuration(self) -> str | None:
        opening = self.tokens.accept("(")
        return self.tokens.configuration(opening) if opening else None

    def class_(self) -> str | Braces:
        """``Class`` or ``{ … }``, as after ``::`` and ``elementclass Name``."""
        if self.tokens.peek().kind == "{":
            return self.braces()
        return self.tokens.expect("name", "a class").text

    def braces(self) -> Braces:
        opening = self.tokens.take()
        extends = False
        with self.inside(opening, "}"):
            found = [self._alternative()]
            while self.tokens.accept("||"):
                extends = self.tokens.accept("...") is not None
                if extends:
                    break
                found.append(self._alternative())
        return Braces(tuple(found), extends, opening.spot)

    def _alternative(self) -> Alternative:
        spot = self.tokens.peek().spot
        formals = tuple(self._formals())
        return Alternative(formals, self.statements("}", "||", "end"), spot)

    def _formals(self) -> Iterator[Formal]:
        """``$a, KEY $b |``, or nothing at all."""
        if self.tokens.accept("|"):
            return
        while self._is_at_parameter():
            key = self.tokens.accept("name")
            variable = self.tokens.take()
            yield Formal(variable.text[1:], key.text if key else None, variable.spot)
            if self.tokens.accept("|"):
                return
            self.tokens.expect(",", "',' or '|' after a parameter")
            if not self._is_at_parameter():
                raise self.tokens.peek().spot.error(f"a parameter such as $a is expected here, not {self.tokens.peek()}")

    def _is_at_parameter(self) -> bool:
        """Two tokens tell ``KEY $b`` from a statement that begins with a name."""
        has_keyword = self.tokens.peek().kind == "name"
        return self.tokens.peek(1 if has_keyword else 0).kind == "variable"

    def _elementclass(self) -> ElementClass:
        self.tokens.take()
        name = self.tokens.expect("name", "the name of the new class")
        return ElementClass(name.text, self.class_(), name.spot)

    def _define(self) -> Define:
        keyword = self.tokens.take()
        values = []
        for argument in self._listed():
            name, value = first_word(argument)
            match = VARIABLE.fullmatch(name)
            if match is None:
                raise keyword.spot.error("define takes parameters and their values, such as define($x 1, $y 2)")
            values.append((match[1], value))
        return Define(tuple(values), keyword.spot)

    def _require(self) -> Require:
        keyword = self.tokens.take()
        wanted = []
        for argument in self._listed():
            kind, *rest = words(argument)
            if not rest and kind not in REQUIREMENTS:  # a package may be named alone
                kind, rest = "package", [kind]
            if REQUIREMENTS.get(kind) != 1 + len(rest):
                raise keyword.spot.error("require takes packages and libraries, such as require(package p, library l)")
            wanted.append((kind, "".join(rest)))
        return Require(tuple(wanted), keyword.spot)

    def _listed(self) -> list[str]:
        """The arguments after ``define`` and ``require``; empty ones do not count."""
        opening = self.tokens.expect("(", "'('")
        return [argument for argument in arguments(self.tokens.configuration(opening)) if argument]

    def _chain(self) -> Chain:
        return chain(self)

    READERS: ClassVar[dict[str, Callable[[Parser], Statement]]] = {
        "elementclass": _elementclass,
        "define": _define,
        "require": _require,
        **dict.fromkeys(("name", "[", "{", "(", "->", "=>"), _chain),
    }
