# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Click text to tokens, each with the place where it stands.

Where a configuration string may begin depends on the grammar (a parenthesis after a class opens one,
elsewhere it opens a group), so tokens are taken one by one, and :meth:`Tokens.configuration` takes
the raw text up to the closing parenthesis.

Source: the manual page click(5) of the Click modular router, section LEXICAL ISSUES; that line
directives count inside configuration strings too is how Click behaves.
"""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple

from .arguments import COMMENT, QUOTED, SPACE
from .spot import Spot, shown

KEYWORDS = frozenset({"elementclass", "require", "provide", "define"})

_WORD = r"[A-Za-z0-9_@]++"
_TOKEN = re.compile(
    rf"(?P<name>{_WORD}(?:/{_WORD})*)|(?P<variable>\$[A-Za-z0-9_]++)|->|=>|::|\|\||\.\.\.|[;,(){{}}\[\]|\-]", re.DOTALL
)
_BETWEEN = re.compile(rf"{SPACE}++|{COMMENT}")
_RAW = re.compile(rf"""(?P<newline>\r\n?|\n)|[^()'"/\\\r\n]++|{COMMENT}|{QUOTED}|[()]|.""")
_NEWLINE = re.compile(r"\r\n?|\n")
_DIRECTIVE = re.compile(
    r"""\#[ \t]*(?:line[ \t]+)?(?P<line>[0-9]{1,9})(?![0-9])[ \t]*(?:"(?P<file>(?:[^"\\\r\n]|\\[^\r\n])*)"?)?[^\r\n]*+"""
)
_ESCAPED = re.compile(r"\\(.)")


class Token(NamedTuple):
    """``kind`` is name, variable or end; of a sign or a keyword it is the text itself."""

    kind: str
    text: str
    spot: Spot

    def __str__(self) -> str:
        return "the end of the text" if self.kind == "end" else f"'{shown(self.text)}'"


class Tokens:
    """The tokens of a text from first to last; once it is used up, ``end`` for ever."""

    def __init__(self, text: str, file: str | None = None) -> None:
        self._text = text
        self._offset = 0
        self._line_start = 0
        self._line = 1
        self._file = self._own_file = file
        self._ahead: deque[Token] = deque()

    def peek(self, distance: int = 0) -> Token:
        while len(self._ahead) <= distance:
            self._ahead.append(self._next())
        return self._ahead[distance]

    def take(self) -> Token:
        token = self.peek()
        self._ahead.popleft()
        return token

    def accept(self, kind: str) -> Token | None:
        return self.take() if self.peek().kind == kind else None

    def expect(self, kind: str, what: str) -> Token:
        """The next token, which must be of this kind; `what` names it in the sentence of the error."""
        token = self.take()
        if token.kind != kind:
            raise token.spot.error(f"{what} is expected here, not {token}")
        return token

    def configuration(self, opening: Token) -> str:
        """The raw text up to the parenthesis that closes `opening`, the token taken last; both are left out."""
        parts, depth = [], 1
        while depth and (match := _RAW.match(self._text, self._offset)):
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            parts.append(match[0])
            self._pass(match.end())
            if match["newline"] and self._text.startswith("#", self._offset):
                self._directive()
        if depth:
            raise opening.spot.error("this parenthesis is not closed, or a quote or comment inside it is not")
        return "".join(parts[:-1])

    def _next(self) -> Token:
        self._skip()
        spot = self._spot()
        match = _TOKEN.match(self._text, self._offset)
        if match is None:
            return self._odd(spot)
        self._offset = match.end()
        kind = match.lastgroup or match[0]
        return Token(match[0] if match[0] in KEYWORDS else kind, match[0], spot)

    def _odd(self, spot: Spot) -> Token:
        if self._offset == len(self._text):
            return Token("end", "", spot)
        found = self._text[self._offset]
        hint = "comments begin with //" if found == "#" else "quoted text stands only in the parentheses of an element"
        raise spot.error(f"the character {found!r} has no meaning here; {hint}")

    def _skip(self) -> None:
        """Pass white space, comments and line directives."""
        while True:
            if self._text.startswith("#", self._offset) and self._offset == self._line_start:
                self._directive()
            match = _BETWEEN.match(self._text, self._offset)
            if match is None:
                return
            if match[0].startswith("/*") and (len(match[0]) < 4 or not match[0].endswith("*/")):
                raise self._spot().error("this comment has no end; close it with */")
            self._pass(match.end())

    def _directive(self) -> None:
        """``# 12 "file"``: the next line is line 12 of that file, or of the text's own file for ``""``."""
        match = _DIRECTIVE.match(self._text, self._offset)
        if match is None:
            raise self._spot().error('a line that begins with # must be like # 12 "file"; comments begin with //')
        self._offset = match.end()
        self._line = int(match["line"]) - 1
        if match["file"] is not None:
            self._file = _ESCAPED.sub(r"\1", match["file"]) or self._own_file

    def _pass(self, offset: int) -> None:
        """Move on, and count the lines on the way."""
        for newline in _NEWLINE.finditer(self._text, self._offset, offset):
            self._line += 1
            self._line_start = newline.end()
        self._offset = offset

    def _spot(self) -> Spot:
        return Spot(self._file, self._line, self._offset - self._line_start + 1)
