# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compounds: how they unfold, which definition is taken, and what parameters become."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.graph import Notice
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.read import read

Drawn = Callable[[str], list[str]]

AB = "a, b :: X; "


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("a -> { input -> Y -> output } -> b", ["@3/Y@1 :: Y", "a -> @3/Y@1", "@3/Y@1 -> b"]),
        ("a -> c :: { input -> y :: Y -> output } -> b", ["c/y :: Y", "a -> c/y", "c/y -> b"]),
        ("a -> { -> } -> b", ["a -> b"]),
        ("a [1] -> { [0] -> [0] } -> [1] b", ["a [1] -> [1] b"]),
        ("a => [0,1] { -> [0] output; input [1] -> Y } -> b", ["@3/Y@1 :: Y", "a -> b", "a [1] -> @3/Y@1"]),
        (
            "c :: { input -> Y -> output; input [1] -> Z -> [1] output }; a -> c -> b; b -> [1] c [1] -> a",
            ["c/Y@1 :: Y", "c/Z@2 :: Z", "a -> c/Y@1", "b -> c/Z@2", "c/Y@1 -> b", "c/Z@2 -> a"],
        ),
        ("{ Y; { Z; Z } }", ["@3/Y@1 :: Y", "@3/@2/Z@1 :: Z", "@3/@2/Z@2 :: Z"]),
        ("{}", []),
        ("a -> { -> ( -> b :: Y ) } ", ["@3/b :: Y", "a -> @3/b"]),
        ("f :: { -> }; f -> f", []),
        ("f :: { -> }; g :: { -> }; a -> f -> g -> f; g -> b", ["a -> b"]),
        ("c, d :: { Y }", ["c/Y@1 :: Y", "d/Y@1 :: Y"]),
        ("{ Y@1 :: Z; Y }", ["@3/Y@1 :: Z", "@3/Y@2 :: Y"]),
    ],
)
def test_braces(drawn: Drawn, text: str, graph: list[str]) -> None:
    assert drawn(AB + text) == ["a :: X", "b :: X", *graph]


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("elementclass C { Y } C; c :: C", ["C@1/Y@1 :: Y", "c/Y@1 :: Y"]),
        # within its own definition, a name is what it was before
        ("elementclass Q { Q(8); Shaper } Q", ["Q@1/Q@1 :: Q(8)", "Q@1/Shaper@2 :: Shaper"]),
        ("elementclass Q { elementclass I { Q } I } Q", ["Q@1/I@1/Q@1 :: Q"]),
        ("elementclass C { X } elementclass C { C; Y } C", ["C@1/Y@2 :: Y", "C@1/C@1/X@1 :: X"]),
        # and before its definition too
        ("C; elementclass C { X } C", ["C@1 :: C", "C@2/X@1 :: X"]),
        # it counts to the end of the braces around it
        ("{ elementclass C { X } C } C", ["C@2 :: C", "@1/C@1/X@1 :: X"]),
        ("elementclass C { X } { C; elementclass C { Y } C } C", ["@1/C@1/X@1 :: X", "@1/C@2/Y@1 :: Y", "C@2/X@1 :: X"]),
        # synonyms
        ("elementclass N Queue; N(3); n :: N", ["N@1 :: Queue(3)", "n :: Queue"]),
        ("elementclass C { X } elementclass N C; elementclass C { Y } N; C", ["N@1/X@1 :: X", "C@2/Y@1 :: Y"]),
        ("elementclass Plain B; elementclass A { Plain } elementclass B { A } B", ["B@1/A@1/Plain@1 :: B"]),
    ],
)
def test_classes_count_where_they_are_known(drawn: Drawn, text: str, graph: list[str]) -> None:
    assert drawn(text) == graph


def test_elements_of_the_text_come_before_those_of_its_compounds() -> None:
    text = "elementclass C { X; { Y } } elementclass D { C; Z } D; E; C"
    assert list(read(text).elements) == ["E@2", "D@1/Z@2", "D@1/C@1/X@1", "D@1/C@1/@2/Y@1", "C@3/X@1", "C@3/@2/Y@1"]


FOO = """elementclass Foo {
   $a | Print(1)
|| $a, TWO $b | Print(2, $b)
|| $a, __REST__ $b | Print(3, $b)
|| input -> Print(4) -> output
|| -> Print(5) => [0,1] output
}
"""


@pytest.mark.parametrize(
    ("use", "printed"),
    [
        ("Foo(x)", "1"),
        ("Foo(x, TWO 2)", "2, 2"),
        ("Foo(TWO 2)", "1"),
        ("Foo(x, THREE 3)", "3, THREE 3"),
        ("Foo(x, 2, TWO 3)", "3, 2, TWO 3"),
        ("Foo(x, TWO 1, TWO 2)", "2, 2"),
        ("S -> Foo -> E", "4"),
        ("S -> Foo [0,1] -> E", "5"),
    ],
)
def test_the_first_definition_that_fits_arguments_and_ports_is_taken(use: str, printed: str) -> None:
    prints = [one for one in read(FOO + use).elements.values() if one.class_name == "Print"]
    assert [", ".join(one.arguments) for one in prints] == [printed]


def test_a_class_is_extended_by_more_definitions(drawn: Drawn) -> None:
    text = "elementclass C { $a | X($a) } C(1); elementclass C { $a, $b | Y($a, $b) || ... } C(1); C(1, 2)"
    assert drawn(text) == ["C@1/X@1 :: X(1)", "C@2/X@1 :: X(1)", "C@3/Y@1 :: Y(1, 2)"]


def test_a_class_of_clicks_own_is_extended_too(drawn: Drawn) -> None:
    text = "elementclass Q { $a, $b | Q($a) || ... } Q(1, 2); Q(1); q :: Q"
    assert drawn(text) == ["Q@2 :: Q(1)", "q :: Q", "Q@1/Q@1 :: Q(1)"]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("{ $a, $b | E($a, x$b) } (1, 2)", ["1", "x2"]),
        ("{ | E(1) }", ["1"]),
        ("{ COUNT $c | E($c) } (COUNT 3)", ["3"]),
        ("{ $a, COUNT $count, __REST__ $rest | E($a, $count, $rest) } (1, 2, COUNT 3, FOO 4)", ["1", "3", "2", "FOO 4"]),
        ("{ __REST__ $rest | E($rest) } ", []),
        ("{ $a | E($a$a, ${a}b, $ab) } (1)", ["11", "1b", "$ab"]),
        ("{ $a | E(${a-7}, ${b-7}, ${c-$a}, ${d-}) } (1)", ["1", "7", "1"]),
        ("{ $a | E(${a[0]}, ${a[2]}, ${a[3]}x) } (p q r)", ["p", "r", "x"]),
        ("{ $a, $n | E(${a[$n]}) } (p q r, 1)", ["q"]),
        # quotes and comments
        ("{ $a | E('$a') } (1)", ["'$a'"]),
        ('{ $a | E("$a") } (1)', ['"1"']),
        (r'{ $a | E("\$a") } (1)', [r'"\$a"']),
        ('{ $a | E("$a") } ("x, \\\\y")', [r'"\"x, \\\\y\""']),
        ("{ $a | E(x /* $a */ y // $a\n) } (1)", ["x y"]),
        ("{ $a | E($a) } (1 // one\n)", ["1"]),
        ("{ $a | E($a) } ('x, y')", ["'x, y'"]),
        # define
        ("define($a 1) E($a)", ["1"]),
        ("E($a) define($a 1, $b)", ["1"]),
        ("define($a 1 2) E($a)", ["1 2"]),
        ("define($a x$b, $b y) E($a)", ["xy"]),
        ("define($a 1) { E($a) }", ["1"]),
        ("define($a 1) { define($a 2) E($a) }", ["2"]),
        ("define($a 1) { $a | E($a) } ($a)", ["1"]),
        ("{ $a | define($b x$a) { E($b) } } (1)", ["x1"]),
        ("{ define($a 1) } E($a)", ["$a"]),
        ("define($a $a) E($a)", ["$a"]),
        # scopes are those of the text, not those of the use
        ("elementclass C { E($a) } { define($a 1) C }", ["$a"]),
        ("elementclass F { $a | elementclass C { $b | E($a) } elementclass D { $a | C($a) } D(2) } F(1)", ["1"]),
        # no parameter
        ("E($, $(x), $?, ${, a$)", ["$", "$(x)", "$?", "${", "a$"]),
    ],
)
def test_parameters(text: str, arguments: list[str]) -> None:
    (found,) = (one for one in read(text).elements.values() if one.class_name == "E")
    assert list(found.arguments) == arguments


def test_arguments_without_a_parameter_are_read_but_noticed_once() -> None:
    text = "elementclass C {\n// $rate |\nX($rate) }\nc :: C(20000);\nC(7)"
    graph = read(text)
    assert [list(one.arguments) for one in graph.elements.values()] == [["$rate"], ["$rate"]]
    sentence = "the class C of c has no parameters, so the argument 20000 has no effect"
    assert graph.notices == (Notice(sentence, 4, 1),)


def test_connections_inside_compounds_have_their_own_lines() -> None:
    graph = read("elementclass C {\ninput -> X\n-> Y\n-> output }\na :: A\n-> C\n-> b :: B")
    assert [(one.from_element, one.to_element, one.line) for one in graph.connections] == [
        ("a", "C@2/X@1", 6),
        ("C@2/X@1", "C@2/Y@2", 3),
        ("C@2/Y@2", "b", 4),
    ]
