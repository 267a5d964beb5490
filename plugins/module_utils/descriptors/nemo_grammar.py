# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of NEMO, and the statements that a text holds; the only file that knows lark.

A statement is a kind of thing, its name, and clauses in any order, so the spellings of OpenDaylight, of its
Superfluidity extension, of the Internet drafts and of the deliverable are all read: which clauses a kind takes is a
table of ``nemo_statements``, not grammar. A word is a keyword only where one can stand, so anything may bear any name.
The parser is LALR without recursion: its time is linear in the text, and nothing in it can be nested.
"""

from __future__ import annotations

import re
import typing as t
from functools import cache

from ..core.errors import InputError, Place, UnavailableError
from .nemo_statements import Statement, Value, checked, shown

LARGEST = 4 * 2**20
"""Characters of a program at most; ten thousand statements have about one million."""
GRAMMAR = r"""
start: item*
item: VERB KIND name clause* end
    | KIND name clause* end           -> part
    | QUERY NAME ("," NAME)* FROM NAME end  -> query
end: SEMICOLON?
?name: NAME | STRING
clause: TYPE name                     -> one
      | TARGET name                   -> one
      | PRIORITY NAME                 -> one
      | CONTAIN name ("," name)*      -> many
      | ENDNODES name ("," name)*     -> many
      | PROPERTY pair ("," pair)*     -> pairs
      | MATCH pair ("," pair)*        -> pairs
      | ACTION action ("," action)*   -> pairs
      | CONDITION NOT? test ((LOGIC NOT?|NOT) test)*  -> condition
      | VNFD URI                      -> one
      | AT VNFD ":" value             -> at
pair: name ":" value
?action: pair | name -> bare
test: "(" NAME OPERATOR value ")"
    | NAME OPERATOR value
value: VALUE | STRING
     | VALUE "(" VALUE ")"            -> measured
     | "[" (element ("," element)*)? "]"   -> list
     | "(" VALUE "," VALUE ")"        -> range
?element: VALUE | STRING

VERB: "CREATE" | "IMPORT" | "UPDATE" | "DELETE"
KIND: /(Node([Mm]odel)?|Connection([Pp]oint)?|Template(Definition|Instance)|Link|Flow|Operation|Policy)(?![\w.-])/
QUERY: "Query"
FROM: "From"
TYPE: "Type"
CONTAIN: "Contain"
PROPERTY: /Propert(y|ies)/
ENDNODES: /End[Nn]odes/
MATCH: "Match"
TARGET: "Target" | "ApplyTo"
PRIORITY: "Priority"
CONDITION: /Conditions?/
ACTION: /Actions?/
VNFD: "VNFD"
AT: "at"
LOGIC: "&&" | "||"
NOT: "!"
OPERATOR: "==" | ">=" | "<=" | ">" | "<" | "*"
SEMICOLON: ";"
NAME: /[A-Za-z0-9][A-Za-z0-9_.-]*/
VALUE: /\d{4}-\d{1,2}-\d{1,2},\d{1,2}:\d{1,2}:\d{1,2}|[^\s,;()\[\]"\x00-\x20\x7f]+/
STRING: /"[^"\n\x00]*"/
URI: /(https?|file):\/\/[^\s;\x00-\x20\x7f]+(\s*\n\s*\/[^\s;\x00-\x20\x7f]+)*/
COMMENT: /(#|\/\/)[^\n\x00]*/
%ignore /[ \t\r\n\f]+/
%ignore COMMENT
"""

EXPECTED = {
    "SEMICOLON": "a semicolon",
    "NAME": "a name",
    "VALUE": "a value",
    "URI": "a URI (http, https or file)",
    "COLON": "a colon",
}


def statements(text: str, file: str) -> list[Statement]:
    """The statements of a program, in order.

    :raises InputError: this is no NEMO; it names the line
    """
    if len(text) > LARGEST:
        raise InputError(f"this program has more than {LARGEST // 2**20} MiB", Place(file, 1))
    return [checked(raw, file) for raw in _parsed(text, file)]


def _parsed(text: str, file: str) -> list[tuple]:
    lark, parser = _parser()
    try:
        return parser.parse(text)
    except lark.exceptions.UnexpectedCharacters as wrong:
        raise InputError(_stray(text, wrong), Place(file, wrong.line)) from None
    except lark.exceptions.UnexpectedToken as wrong:
        line = text.count("\n") + 1 if wrong.token.type == "$END" else wrong.token.line
        found = "the program ends" if wrong.token.type == "$END" else f"{shown(wrong.token)} stands"
        raise InputError(f"{found} where {_expected(wrong.expected)} is expected", Place(file, line)) from None


def _stray(text: str, wrong: t.Any) -> str:
    if text.startswith('"', wrong.pos_in_stream):
        return "this text in quotes does not end on its line"
    if not text[wrong.pos_in_stream].isprintable():
        return f"the character {text[wrong.pos_in_stream]!r} cannot stand in a program"
    rest = re.match(r"[^\s;,]*", text[wrong.pos_in_stream : wrong.pos_in_stream + 60])
    found = rest[0] if rest and rest[0] else text[wrong.pos_in_stream]
    return f"{shown(found)} stands where {_expected(wrong.allowed or ())} is expected"


def _expected(terminals: t.Iterable[str]) -> str:
    """What could stand here, in words; keywords as they are written."""
    names = sorted(set(terminals) - {"$END", "COMMENT", "NOT", "LOGIC", "STRING"})
    words = [EXPECTED.get(name, "") or WORDS.get(name, name) for name in names if not name.startswith("__IGNORE")]
    left = [word for word in dict.fromkeys(words) if not re.fullmatch(r"__\w+", word)]
    return " or ".join([", ".join(left[:-1]), left[-1]] if len(left) > 1 else left) or "something else"


WORDS = {
    "VERB": "CREATE, IMPORT, UPDATE, DELETE",
    "KIND": "Node, NodeModel, Connection, ConnectionPoint, Flow, Operation",
    "QUERY": "Query",
    "FROM": "From",
    "TYPE": "Type",
    "CONTAIN": "Contain",
    "PROPERTY": "Property",
    "ENDNODES": "Endnodes",
    "MATCH": "Match",
    "TARGET": "Target",
    "PRIORITY": "Priority",
    "CONDITION": "Condition",
    "ACTION": "Action",
    "AT": "at",
    "OPERATOR": "a comparison",
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "COMMA": "a comma",
}


@cache
def _parser() -> tuple[t.Any, t.Any]:
    """lark, and the parser that answers items as tuples ``(verb, kind, name, clauses, ended, line)``."""
    try:
        import lark
    except ImportError as missing:
        raise UnavailableError("the Python library lark is missing; install it for the Python that runs Ansible") from missing

    def text(token: t.Any) -> str:
        return token[1:-1] if token.type == "STRING" else str(token)

    class Items(lark.Transformer):
        """Makes each item while the text is parsed, so that no tree is kept."""

        def start(self, items: list) -> list:
            return items

        def end(self, tokens: list) -> bool:
            return bool(tokens)

        def item(self, parts: list) -> tuple:
            verb, kind, name, *clauses, ended = parts
            return str(verb), str(kind), text(name), clauses, ended, verb.line

        def part(self, parts: list) -> tuple:
            kind, name, *clauses, ended = parts
            return None, str(kind), text(name), clauses, ended, kind.line

        def query(self, parts: list) -> tuple:
            return None, "Query", str(parts[1]), [], True, parts[0].line

        def one(self, parts: list) -> tuple:
            word, value = parts
            joined = re.sub(r"\s+", "", value) if word.type == "VNFD" else text(value)
            return str(word), joined

        def many(self, parts: list) -> tuple:
            return str(parts[0]), [text(name) for name in parts[1:]]

        def pairs(self, parts: list) -> tuple:
            return str(parts[0]), parts[1:]

        def condition(self, parts: list) -> tuple:
            return str(parts[0]), " ".join(map(str, parts[1:]))

        def at(self, parts: list) -> tuple:
            return str(parts[0]), parts[2]

        def pair(self, parts: list) -> tuple:
            return text(parts[0]), parts[1]

        def bare(self, parts: list) -> tuple:
            return text(parts[0]), None

        def test(self, parts: list) -> str:
            return f"({' '.join(map(str, parts))})"

        def value(self, parts: list) -> Value:
            return Value(text(parts[0]), quoted=parts[0].type == "STRING")

        def measured(self, parts: list) -> Value:
            return Value(str(parts[0]), unit=str(parts[1]))

        def list(self, parts: list) -> Value:
            return Value("", items=tuple(Value(text(part), part.type == "STRING") for part in parts))

        def range(self, parts: list) -> Value:
            return Value("", ends=(str(parts[0]), str(parts[1])))

    return lark, lark.Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=Items(), maybe_placeholders=False)
