# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused: the line, the column, and a sentence that says what would be right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError, Place
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.read import read

Refused = Callable[[str], str]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # grammar
        ("-> Null", "1: column 1: an element is expected here, not '->'"),
        ("a ->", "1: column 5: an element is expected here, not the end of the text"),
        ("a,\n-> b", "2: column 1: an element is expected here, not '->'"),
        ("a -> -> b", "1: column 6: an element is expected here, not '->'"),
        ("{ a -> -> b }", "1: column 8: an element is expected here, not '->'"),
        ("{ a -> [0], b -> c }", "1: column 15: an element must be named before '->'"),
        ("{ [0]; }", "1: column 6: an element is expected here, not ';'"),
        ("a :: ;", "1: column 6: a class is expected here, not ';'"),
        ("a :: Q(1)\n:: R", "2: column 1: '::' has no meaning after this; if a statement ends here, write ';'"),
        ("a -> b [1] (c)", "1: column 6: nothing is connected to the output port"),
        ("(a)(b)", "1: column 4: '(' has no meaning after this; if a statement ends here, write ';'"),
        ("a | b", "1: column 3: a statement is expected here, not '|'"),
        ("}", "1: column 1: a statement is expected here, not '}'"),
        ("( a }", "1: column 5: a statement is expected here, not '}'"),
        ("{ a )", "1: column 5: a statement is expected here, not ')'"),
        ("c :: {\n a :: A", "2: column 8: '}' is expected before the end of the text; line 1 has its '{'"),
        ("a -> ( b", "1: column 9: ')' is expected before the end of the text; line 1 has its '('"),
        ("a :: Q(1", "1: column 7: this parenthesis is not closed, or a quote or comment inside it is not"),
        ("a :: Q('1)", "1: column 7: this parenthesis is not closed, or a quote or comment inside it is not"),
        ("provide x", "1: column 1: a statement is expected here, not 'provide'"),
        ("elementclass { X }", "1: column 14: the name of the new class is expected here, not '{'"),
        ("elementclass C (x)", "1: column 16: a class is expected here, not '('"),
        ("elementclass C { ... }", "1: column 18: a statement is expected here, not '...'"),
        ("elementclass C { X || ... || Y }", "1: column 27: '}' is expected before '||'; line 1 has its '{'"),
        ("{ X || ... }", "1: column 1: '...' extends a class that has a name"),
        # ports
        ("[0] a -> b", "1: column 5: nothing is connected to the input port before this element"),
        ("a -> b [0]", "1: column 6: nothing is connected to the output port after this element"),
        ("a [x] -> b", "1: column 4: 'x' is no port number; ports are whole numbers up to 65535"),
        ("a [65536] -> b", "1: column 4: '65536' is no port number"),
        ("a [09] -> b", "1: column 4: '09' is no port number"),
        ("a [1 2] -> b", "1: column 6: ',' or ']' after a port number is expected here, not '2'"),
        ("a [0-] -> b", "1: column 6: a port number is expected here, not ']'"),
        ("a [2-0] -> b", "1: column 4: the ports 2-0 run backwards; write 0-2"),
        ("a [0,1] -> [0,1] b", "1: column 9: several outputs are connected to several inputs here, which '=>' does"),
        ("a [0,1] => [0-2] b", "1: column 9: 2 outputs are connected to 3 inputs; write as many ports"),
        ("a [] => [] b", "1: column 6: only one list of ports beside '=>' can be without an end"),
        ("a [], b [] -> c", "1: column 12: only one list of ports beside '->' can be without an end"),
        # names
        ("a -> b; b :: Q", "1: column 9: line 1 uses b where this declaration does not count; declare an element above"),
        ("c :: { x :: X };\nx -> c", "2: column 1: x is no class: line 1 declares an element of this name"),
        ("a :: Q; a :: R", "1: column 9: there is an element a in this scope already; declare each name once"),
        ("c :: { input :: Q }", "1: column 8: there is an element input in this scope already"),
        ("a :: Q; a(1) -> b", "1: column 9: a is an element; only its declaration can have a configuration"),
        ("elementclass C { X } C :: Q", "1: column 22: C is a class; give the element another name"),
        ("1 :: Q", "1: column 1: 1 is no name for an element: no part of it can be a number"),
        ("a/1 :: Q", "1: column 1: a/1 is no name for an element"),
        ("input -> a", "1: column 1: input stands for a port of braces or of a group"),
        ("c/x :: X; c :: { x :: X }", "1: column 18: two elements are called c/x once compounds are unfolded"),
        # compounds and groups
        ("c :: { a -> input }", "1: column 10: no connection can reach input: it stands for the inputs of what is around"),
        ("c :: { output -> a }", "1: column 15: no connection can leave output"),
        ("c :: { input[1] -> X }", "1: column 8: this compound uses input [1] but not input [0]; ports count from 0"),
        ("elementclass C { X -> [2]output;\nX -> output }", "1: column 18: C uses output [2] but not output [1]"),
        ("a => ( [0] -> X; [2] -> Y )", "1: column 6: this group uses input [2] but not input [1]"),
        ("c :: { -> X -> }; a -> c", "1: column 1: nothing is connected to output [0] of c, which is used inside it"),
        ("c :: { -> X -> }; c -> a", "1: column 1: nothing is connected to input [0] of c, which is used inside it"),
        ("c :: { -> X }; a -> [1] c", "1: column 1: c has no input [1], which a connection uses"),
        ("c :: { X -> }; c [1] -> a", "1: column 1: c has no output [1], which a connection uses"),
        ("x => [0] ( [0] -> [0]; [1] -> X ) -> y", "1: column 10: nothing is connected to input [1] of the group of line 1"),
        ("x -> ( X ) -> y", "1: column 6: the group of line 1 has no input [0], which a connection uses"),
        # parameters and overloads
        ("{ $a, $b | } (1)", "1: column 1: this compound has no definition for 1 argument, no inputs and no outputs; it has"),
        ("{ $a | } (1, 2)", "1: column 1: this compound has no definition for 2 arguments"),
        ("{ COUNT $c | } (1)", "1: column 1: this compound has no definition for 1 argument"),
        (
            "elementclass C { $a | || $a, KEY $b | -> }\nx -> C(1)",
            "2: column 6: the class C has no definition for 1 argument, 1 input and no outputs; it has ($a) with no inputs",
        ),
        ("elementclass T { $a | } T(1, 2); elementclass T { $a, $b | || ... }", "1: column 25: the class T has no definition"),
        ("{ $a, $a | }", "1: column 7: the parameter $a has a value in this scope already"),
        ("{ $a | define($a 1) } (1)", "1: column 8: the parameter $a has a value in this scope already"),
        ("define($a 1, $a 2)", "1: column 1: the parameter $a has a value in this scope already"),
        ("define(a 1)", "1: column 1: define takes parameters and their values, such as define($x 1, $y 2)"),
        ("{ K $a, $b | }", "1: column 9: parameters stand in this order: by position, by keyword, and __REST__"),
        ("{ __REST__ $a, K $b | }", "1: column 18: parameters stand in this order"),
        ("{ K $a, K $b | }", "1: column 5: two parameters of a compound have the same keyword"),
        ("{ $a, x | }", "1: column 7: a parameter such as $a is expected here, not 'x'"),
        ("{ $a x | }", "1: column 6: ',' or '|' after a parameter is expected here, not 'x'"),
        # requirements
        ("require(library l.click)", "1: column 1: the library l.click cannot be read here; write its text in place of this"),
        ("require(package a b)", "1: column 1: require takes packages and libraries, such as require(package p, library l)"),
        ("require x", "1: column 9: '(' is expected here, not 'x'"),
    ],
)
def test_refused(refused: Refused, text: str, sentence: str) -> None:
    assert refused(text).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "circle"),
    [
        ("elementclass A { B } elementclass B { A }", "1: column 14: the classes A → B → A contain each other"),
        ("elementclass A { x :: B }\nelementclass B { C }\nelementclass C { { A } } A", "A → B → C → A contain each other"),
        ("elementclass A { elementclass I { B } I } elementclass B { A }", "A → I → B → A contain each other"),
        ("{ elementclass A { B } elementclass B { A } }", "A → B → A contain each other"),
    ],
)
def test_classes_in_a_circle_are_named(refused: Refused, text: str, circle: str) -> None:
    assert circle in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "elementclass A { A }",
        "elementclass A { elementclass I { A } I }",
        "elementclass B { X } elementclass A { B } elementclass B { A }",
        "elementclass A { B } { elementclass B { A } }",
        "elementclass A { B } elementclass B { $a | A || ... }",
    ],
)
def test_classes_that_wrap_another_of_the_same_name_are_no_circle(text: str) -> None:
    read(text)


def test_the_place_is_that_of_line_directives() -> None:
    with pytest.raises(InputError) as caught:
        read('a :: A;\n# 70 "inner.click"\n  a :: B', "outer.click")
    assert caught.value.place == Place("inner.click", 70)


def test_text_without_a_file_has_lines_too() -> None:
    with pytest.raises(InputError, match=r"^line 2: column 1: "):
        read("a :: A;\na :: B")
