# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammars of SEFL and NetCTL, and trees of what is written in them; the only file that knows lark.

Both languages share their conditions. A tree has ``data`` (the rule), ``children`` (trees and tokens) and ``meta.line``;
a token is a text with ``type`` and ``line``. The parser is LALR: its time is linear in the text.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import Any

from ..core.errors import InputError, Place

try:
    import lark
except ImportError:  # said where it is needed, see parse
    lark = None

DEEPEST = 200
"""Nested brackets, and operators inside one another, at the most: whatever walks a tree may then recurse."""

TERMS = r"""
comparison: operand OPERATOR operand            -> compare
          | operand ("in" | "∈") "{" item ("," item)* "}"  -> within
          | operand "&" NUMBER OPERATOR NUMBER  -> masked
          | "present" "(" target ")"            -> present

?operand: value | target | initial
initial: "initial" "(" NAME ")"
item: NUMBER | RANGE | ADDRESS | ADDRESS6 | MAC
value: NUMBER | WIDE | RANGE | ADDRESS | ADDRESS6 | MAC | STRING
?target: NAME -> named
       | "@" NAME -> local
       | "[" TAG SIGNED? "]" -> header
       | "[" NUMBER "]" -> absolute

OPERATOR: "==" | "!=" | "≠" | "<=" | "≤" | ">=" | "≥" | "<" | ">"
NAME: /(?!in\b|initial\b|present\b)[A-Za-z_](?:[\w.\/]|[-:@](?=\w))*/
TAG: /[A-Za-z_][\w.]*/
SIGNED: /[+-]\s*\d+/
WIDE.3: /\d+w(0x[0-9a-fA-F]+|\d+)/
MAC.5: /[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}/
ADDRESS.4: /\d+\.\d+\.\d+\.\d+(\/\d+|\s*-\s*\d+\.\d+\.\d+\.\d+)?/
ADDRESS6.3: /(?=[0-9a-fA-F:]*:[0-9a-fA-F]*:)[0-9a-fA-F:]+(\.\d+){0,3}(\/\d+)?/
RANGE.2: /(0x[0-9a-fA-F]+|\d+)-(0x[0-9a-fA-F]+|\d+)/
NUMBER.1: /0x[0-9a-fA-F]+|\d+/
STRING: /"(\\.|[^"\\])*"/
COMMENT: /(#|\/\/)[^\n]*/
%ignore /\s+/
%ignore COMMENT
"""

NETCTL = r"""
start: formula
?formula: disjunction
        | disjunction ARROW formula -> implies
?disjunction: conjunction (OR conjunction)*
?conjunction: unary (AND unary)*
?unary: NOT unary -> not
      | PATH unary -> path
      | QUANTIFIER "[" formula "U" formula "]" -> until
      | "(" formula ")"
      | comparison
      | ENDED -> ended
      | REPLY -> reply
      | TRUTH -> truth
ARROW: "->" | "→" | "⇒"
OR: "||" | "or" | "∨"
AND: "&&" | "and" | "∧"
NOT.2: /!|not(?![\w.\/]|-(?!>))|¬/
PATH.2: /[AE∀∃]\s*[XFG](?![\w.])/
QUANTIFIER.2: /[AE∀∃](?=\s*\[)/
ENDED.2: /(delivered|dropped|failed)(?![\w.\/]|-(?!>))/
REPLY.2: /reply(?![\w.\/]|-(?!>))/
TRUTH.2: /(true|false)(?![\w.\/]|-(?!>))|⊤|⊥/
"""

SEFL = r"""
start: code*
code: "port" name block
block: "{" (instruction ";"?)* "}"
instruction: "Allocate" "(" target "," NUMBER ")" -> allocate
           | "Deallocate" "(" target ("," NUMBER)? ")" -> deallocate
           | "Assign" "(" target "," expression ")" -> assign
           | "CreateTag" "(" TAG "," address ")" -> create_tag
           | "DestroyTag" "(" TAG ")" -> destroy_tag
           | "Constrain" "(" condition ")" -> constrain
           | "If" "(" condition ")" block ("Else" instruction)? -> if
           | "For" "(" TAG "in" STRING ")" block -> for
           | "Fork" "(" name ("," name)* ")" -> fork
           | "Forward" "(" name ")" -> forward
           | "Drop" ("(" ")")? -> drop
           | "Fail" "(" STRING ")" -> fail
           | "NoOp" -> no_op
           | block
name: PORT | STRING
PORT: /[\w.\/:@-]+/
address: TAG SIGNED? | NUMBER
?condition: disjunction
?disjunction: conjunction
            | conjunction (("||" | "∨") conjunction)+ -> any
?conjunction: unary
            | unary (("&&" | "∧") unary)+ -> all
?unary: ("!" | "¬") unary -> not
      | "(" condition ")"
      | comparison_of
      | ("true" | "⊤") -> true
      | ("false" | "⊥") -> false
comparison_of: expression OPERATOR expression -> compare
             | expression ("in" | "∈") "{" (item ("," item)*)? "}" -> within
             | "mask" "(" expression "," NUMBER "," NUMBER ")" -> masked
             | "present" "(" target ")" -> present
?expression: term
           | expression "+" term -> sum
           | expression "-" term -> difference
?term: value | target | initial
     | "symbol" "(" TAG "," NUMBER ")" -> symbol
     | "bits" "(" expression "," NUMBER "," NUMBER ")" -> slice
     | "extend" "(" expression "," NUMBER ")" -> extend
     | "(" expression ")"
"""

WORD = re.compile(r"\w+|.", re.DOTALL)
GRAMMARS = {"NetCTL": NETCTL, "SEFL": SEFL}
PLAIN = {"≠": "!=", "≤": "<=", "≥": ">=", "⊤": "true", "⊥": "false"}
"""Glyphs that stand in trees as what they mean."""


@cache
def _parser(language: str) -> Any:
    if lark is None:
        raise InputError("lark is missing in this Python: install it there with pip")
    said = dict.fromkeys(("OPERATOR", "TRUTH") if language == "NetCTL" else ("OPERATOR",), _plain)
    how: dict[str, Any] = {"parser": "lalr", "propagate_positions": True, "maybe_placeholders": False}
    return lark.Lark(GRAMMARS[language] + TERMS, lexer_callbacks=said, **how)


def _plain(token: Any) -> Any:
    return token.update(value=PLAIN.get(token, token))


def parse(language: str, text: str, file: str | None = None) -> Any:
    """The tree of a text.

    :param language: ``NetCTL`` or ``SEFL``
    :raises InputError: with line and column, what stands there and what is expected
    """
    _check_depth(text, file)
    parser = _parser(language)
    try:
        return _checked_nesting(parser.parse(text), file)
    except lark.exceptions.UnexpectedInput as error:
        token = getattr(error, "token", None)
        if getattr(token, "type", "$END" if error.line < 0 else "") == "$END":
            raise InputError(f"the {language} text ends too early", Place(file, text.count("\n") + 1)) from None
        at = next(word for word in WORD.finditer(text) if word.end() > error.pos_in_stream)
        column = error.column - (error.pos_in_stream - at.start())
        message = f"{at[0]!r} in column {column} is not expected here{_meant(parser, at[0])}"
        raise InputError(message, Place(file, error.line)) from None


def _meant(parser: Any, found: str) -> str:
    """The keyword that looks most like what was found; what is spelt right is a keyword in a wrong place."""
    keywords = [one.pattern.value for one in parser.terminals if one.pattern.type == "str" and one.pattern.value.isalpha()]
    near = difflib.get_close_matches(found, keywords, 1)
    return f"; is {near[0]} meant?" if near and near[0] != found else ""


def _checked_nesting(tree: Any, file: str | None) -> Any:
    """Operators nest without brackets, too: ``! ! ! a``.

    An If in an Else does not count, since a chain is as long as a table.
    """
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, lark.Tree):
            depth += node.data != "if"
            if depth > DEEPEST:
                raise InputError(f"operators stand more than {DEEPEST} deep inside one another", Place(file, node.meta.line))
            waiting += ((child, depth) for child in node.children)
    return tree


def _check_depth(text: str, file: str | None) -> None:
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        for sign in line:
            depth += (sign in "([{") - (sign in ")]}")
            if depth > DEEPEST:
                raise InputError(f"more than {DEEPEST} brackets are open at once", Place(file, number))
