# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration strings: the text between the parentheses of a Click element, split and stripped.

Quotes stay as they are written, for what they mean is up to the element; comments become one space.
All patterns end at the end of the text where a quote or comment does not, so nothing that they took can
turn out to be wrong later: none goes back, and each function takes time in proportion to its text.

Source: the manual page click(5) of the Click modular router, sections CONFIGURATION STRINGS and
LEXICAL ISSUES.
"""

from __future__ import annotations

import re

SPACE = r"[ \t\n\v\f\r]"
COMMENT = r"(?://[^\r\n]*+|/\*(?s:.*?)(?:\*/|\Z))"
DATA = rf"\\<(?:[^>/]++|{COMMENT}|/)*(?:>|\Z)"
SINGLE = r"'[^']*+(?:'|\Z)"
DOUBLE = rf'"(?:[^"\\]++|{DATA}|\\(?s:.)|\\)*(?:"|\Z)'
QUOTED = rf"(?:{SINGLE}|{DOUBLE}|{DATA})"

_SOLIDUS = r"/(?![/*])"  # alone; with a second one or a star it begins a comment
_GAP = rf"(?P<gap>(?:{SPACE}++|{COMMENT})+)"
_ARGUMENT = re.compile(rf"""{_GAP}|(?P<comma>,)|(?:[^ \t\n\v\f\r'"\\,/]++|{QUOTED}|\\|{_SOLIDUS})+""")
_WORD = re.compile(rf"""{_GAP}|(?P<word>(?:[^ \t\n\v\f\r'"\\/]++|{QUOTED}|\\|{_SOLIDUS})+)""")
_KEYWORD = re.compile(rf"(?P<keyword>[A-Za-z0-9_.:?!]++)(?:{SPACE}++(?P<value>(?s:.*))|\Z)")

_ESCAPES = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\t": "\\t", "\r": "\\r", "\n": "\\n"}
_UNQUOTED = str.maketrans(_ESCAPES | {chr(code): f"\\{code:03o}" for code in (*range(32), 127) if chr(code) not in _ESCAPES})


def arguments(text: str) -> list[str]:
    """The arguments of a configuration string, split at the commas that are not quoted.

    White space around an argument and comments are gone, quotes are kept, and a last argument with
    nothing in it does not count::

        >>> arguments('a /* first */ b, "x, y", , ')
        ['a b', '"x, y"', '']
    """
    found: list[str] = []
    parts: list[str] = []
    gap = ""
    for match in _ARGUMENT.finditer(text):
        if match["comma"]:
            found.append("".join(parts))
            parts, gap = [], ""
        elif match["gap"]:
            gap = " " if "/" in match["gap"] else match["gap"]
        else:
            parts += [gap, match[0]] if parts else [match[0]]
            gap = ""
    return [*found, "".join(parts)] if parts else found


def words(text: str) -> list[str]:
    """The words of an argument, split at white space and comments that are not quoted."""
    return [match["word"] for match in _WORD.finditer(text) if match["word"]]


def first_word(text: str) -> tuple[str, str]:
    """The first word of an argument, and all that follows the space after it."""
    match = next((match for match in _WORD.finditer(text) if match["word"]), None)
    if match is None:
        return "", ""
    after = _WORD.match(text, match.end())
    return match["word"], text[after.end() :] if after and after["gap"] else text[match.end() :]


def keyword(argument: str) -> tuple[str, str] | None:
    """``("LIMIT", "10")`` for the argument ``LIMIT 10``, or None where no keyword can stand first."""
    match = _KEYWORD.match(argument)
    return (match["keyword"], match["value"] or "") if match else None


def escaped(text: str) -> str:
    """`text` as it must be written between double quotes to mean itself."""
    return text.translate(_UNQUOTED)
