# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens and the places where they stand."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.tokens import Token, Tokens


def tokens(text: str) -> list[Token]:
    stream, found = Tokens(text, "r.click"), []
    while (token := stream.take()).kind != "end":
        found.append(token)
    return found


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a->b", "name -> name"),
        ("a=>[0-2]b", "name => [ name - name ] name"),
        ("a::B;c,d", "name :: name ; name , name"),
        ("{$a|x||...}", "{ variable | name || ... }"),
        ("elementclass require define provide", "elementclass require define provide"),
        ("elementclasses", "name"),
        ("an/identifier/with/slashes//too/many", "name"),
        ("a/*x*/b//c\nd", "name name name"),
        ("Queue@1 _x 0x1f f/g", "name name name name"),
        ('# 7 "f"\na\n#line 9\nb', "name name"),
        ("", ""),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    assert [token.kind for token in tokens(text)] == kinds.split()


def test_places_count_lines_as_every_system_writes_them() -> None:
    text = "a\n b\r\n  c\r   d /* \n\n */ e // x\nf"
    assert [(token.text, token.spot.line, token.spot.column) for token in tokens(text)] == [
        ("a", 1, 1),
        ("b", 2, 2),
        ("c", 3, 3),
        ("d", 4, 4),
        ("e", 6, 5),
        ("f", 7, 1),
    ]


def test_line_directives_move_the_places() -> None:
    text = 'a\n# 100 "other.click"\nb\n#line 7 ""\nc\n'
    assert [(token.text, token.spot.file, token.spot.line) for token in tokens(text)] == [
        ("a", "r.click", 1),
        ("b", "other.click", 100),
        ("c", "r.click", 7),
    ]


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("simple string)", "simple string"),
        ("string with (balanced parens))", "string with (balanced parens)"),
        ('string with ")quoted" paren)', 'string with ")quoted" paren'),
        ("// end-of-line comment)\n still going!)", "// end-of-line comment)\n still going!"),
        ("/* slash-star comment) */ and backslash \\)", "/* slash-star comment) */ and backslash \\"),
        ("\\<29 // )\n > x)", "\\<29 // )\n > x"),
        ("'\\')", "'\\'"),
        ('"\\")")', '"\\")"'),
        ('\n# 100 "f.click"\n"test")', '\n\n"test"'),
        ("a # b)", "a # b"),
        (")", ""),
    ],
)
def test_configuration_strings_end_where_their_parenthesis_is_closed(text: str, raw: str) -> None:
    stream = Tokens(f"({text} end")
    assert stream.configuration(stream.take()) == raw
    assert stream.take().text == "end"


def test_places_are_right_after_a_configuration_string() -> None:
    stream = Tokens('(a\n# 40 "f"\nb\n ) c')
    stream.configuration(stream.take())
    assert stream.take().spot == ("f", 41, 4)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\n  ?", "r.click:2: column 3: the character '?' has no meaning here"),
        ('"a"', "r.click:1: column 1: the character '\"' has no meaning here; quoted text stands only in the parentheses"),
        ("a # b", "r.click:1: column 3: the character '#' has no meaning here; comments begin with //"),
        ("a\n# a comment", "r.click:2: column 1: a line that begins with # must be like"),
        ("a /* b", "r.click:1: column 3: this comment has no end"),
        ("a /*/", "r.click:1: column 3: this comment has no end"),
        ("a : b", "r.click:1: column 3: the character ':' has no meaning here"),
        ("$ a", "r.click:1: column 1: the character '$' has no meaning here"),
    ],
)
def test_what_is_no_token(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        tokens(text)
    assert str(caught.value).startswith(sentence)
