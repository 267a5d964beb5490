# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declarations, connections and groups: each way to write them, and the graph it means."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.graph import Connection, Element, Graph
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.read import read

Drawn = Callable[[str], list[str]]


def test_the_whole_of_a_graph() -> None:
    graph = read("// two elements\nin :: FromDevice(eth0, SNIFFER false)\n  -> [1] out :: X;\n", "r.click")
    assert graph == Graph(
        {
            "in": Element("in", "FromDevice", ("eth0", "SNIFFER false"), 2, 1),
            "out": Element("out", "X", (), 3, 10),
        },
        (Connection("in", 0, "out", 1, 3),),
    )
    assert graph.elements["in"].file == "r.click"


def test_nothing() -> None:
    assert read("") == read(" ;; // nothing\n;") == Graph({}, ())


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("a :: A; b :: B(1, 2);", ["a :: A", "b :: B(1, 2)"]),
        ("a :: A b :: B", ["a :: A", "b :: B"]),
        ("a, b :: B(1)", ["a :: B(1)", "b :: B(1)"]),
        ("a :: A, b :: B", ["a :: A", "b :: B"]),
        ("A; B(1); A()", ["A@1 :: A", "B@2 :: B(1)", "A@3 :: A"]),
        ("A, B", ["A@1 :: A", "B@2 :: B"]),
        ("x/y :: A", ["x/y :: A"]),
        ("A@1 :: B; A@2 :: B; A; A", ["A@1 :: B", "A@2 :: B", "A@3 :: A", "A@4 :: A"]),
        ("A; A@1 :: B; A", ["A@2 :: A", "A@1 :: B", "A@3 :: A"]),
        ("A; A@1 :: B; A@2 :: B", ["A@3 :: A", "A@1 :: B", "A@2 :: B"]),
        ("A :: B // the class A is not used\n", ["A :: B"]),
    ],
)
def test_declarations(drawn: Drawn, text: str, graph: list[str]) -> None:
    assert drawn(text) == graph


ABC = "a, b, c :: X; "
DECLARED = ["a :: X", "b :: X", "c :: X"]


@pytest.mark.parametrize(
    ("text", "connections"),
    [
        ("a -> b", ["a -> b"]),
        ("a [0] -> [0] b", ["a -> b"]),
        ("a [1] -> [2] b [3] -> [4] c", ["a [1] -> [2] b", "b [3] -> [4] c"]),
        ("a -> b; a -> b; a[0] -> b", ["a -> b"]),
        ("a -> a", ["a -> a"]),
        ("b -> c a -> b", ["a -> b", "b -> c"]),
        ("a [0x10] -> [010] b", ["a [16] -> [8] b"]),
        # many to one
        ("a, b -> c", ["a -> c", "b -> c"]),
        ("a [1], b [2] -> [3] c", ["a [1] -> [3] c", "b [2] -> [3] c"]),
        ("a -> b, c", ["a -> b", "a -> c"]),
        ("a -> b, [1] c -> a", ["a -> b", "a -> [1] c", "b -> a", "c -> a"]),
        ("a [0,1] -> b", ["a -> b", "a [1] -> b"]),
        ("a -> [0-2] b", ["a -> b", "a -> [1] b", "a -> [2] b"]),
        ("a => b", ["a -> b"]),
        ("a [] -> b", ["a -> b"]),
        # many to many
        ("a [0,1] => b, c", ["a -> b", "a [1] -> c"]),
        ("a [0-1] => b, c", ["a -> b", "a [1] -> c"]),
        ("a => b, c", ["a -> b", "a [1] -> c"]),
        ("a [] => b, c", ["a -> b", "a [1] -> c"]),
        ("a [2,] => b, c", ["a [2] -> b", "a [3] -> c"]),
        ("a [1,5,] => [0-3] b", ["a [1] -> b", "a [5] -> [1] b", "a [6] -> [2] b", "a [7] -> [3] b"]),
        ("a, b => c", ["a -> c", "b -> [1] c"]),
        ("a [0,2-3] => [1] b, c, [4] c", ["a -> [1] b", "a [2] -> c", "a [3] -> [4] c"]),
        ("a, b [] => [0-3] c", ["a -> c", "b -> [1] c", "b [1] -> [2] c", "b [2] -> [3] c"]),
        ("a => b, c, [0,1] a", ["a -> b", "a [1] -> c", "a [2] -> a", "a [3] -> [1] a"]),
        ("a => b, c -> a", ["a -> b", "a [1] -> c", "b -> a", "c -> a"]),
        ("a, a[1] -> b -> a, c", ["a -> b", "a [1] -> b", "b -> a", "b -> c"]),
    ],
)
def test_connections(drawn: Drawn, text: str, connections: list[str]) -> None:
    assert drawn(ABC + text) == DECLARED + connections


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("a :: A -> B(1) -> c :: C", ["a :: A", "B@2 :: B(1)", "c :: C", "a -> B@2", "B@2 -> c"]),
        ("A -> q :: Q(8) [1] -> [2] B", ["A@1 :: A", "q :: Q(8)", "B@3 :: B", "A@1 -> q", "q [1] -> [2] B@3"]),
        ("a :: X; a, b :: Y -> C", ["a :: X", "b :: Y", "C@3 :: C", "a -> C@3", "b -> C@3"]),
        ("A -> A -> A", ["A@1 :: A", "A@2 :: A", "A@3 :: A", "A@1 -> A@2", "A@2 -> A@3"]),
    ],
)
def test_declarations_in_connections(drawn: Drawn, text: str, graph: list[str]) -> None:
    assert drawn(text) == graph


XY = "x, y, z :: X; "
PLAIN = ["x -> y"]


@pytest.mark.parametrize(
    ("text", "connections"),
    [
        ("x -> ( input -> output ) -> y", PLAIN),
        ("x -> ( [0] -> [0] ) -> y", PLAIN),
        ("x -> (->) -> y", PLAIN),
        ("x -> ( [0]->[0]; [1]->[1] ) => ( [0]->[0]; [1]->[1] ) -> y", PLAIN),
        ("x => ( [0]->[0]; [1]->[1] ) -> y", ["x -> y", "x [1] -> y"]),
        ("x => [0,1] ( [0]->[0]; [1]->[1] ) [0,1] -> y", ["x -> y", "x [1] -> y"]),
        ("x => [1,0] ( [0]->[0]; [1]->[1] ) => [0-1] y", ["x -> [1] y", "x [1] -> y"]),
        ("x => ( -> y ), ( -> z )", ["x -> y", "x [1] -> z"]),
        ("( y -> output ), ( z -> ) -> x", ["y -> x", "z -> x"]),
        ("x => ( [0] -> z => (->), y -> ) -> y", ["x -> z", "y -> y", "z -> y", "z [1] -> y"]),
        ("x -> ( -> ( -> ( -> ) -> ) -> ) -> y", PLAIN),
        ("( x -> y )", PLAIN),
        ("()", []),
        ("x => ( [0], [1] -> [0] ) -> y", ["x -> y", "x [1] -> y"]),
        ("x -> ( -> [0], [1] ) => [0-1] y", ["x -> y", "x -> [1] y"]),
        ("x -> ( input, y -> output ) -> z", ["x -> z", "y -> z"]),
    ],
)
def test_groups(drawn: Drawn, text: str, connections: list[str]) -> None:
    assert drawn(XY + text) == ["x :: X", "y :: X", "z :: X", *connections]


def test_a_group_is_no_scope(drawn: Drawn) -> None:
    assert drawn("a :: A -> ( -> b :: B -> ) -> c :: C; b [1] -> c") == [
        "a :: A",
        "b :: B",
        "c :: C",
        "a -> b",
        "b -> c",
        "b [1] -> c",
    ]


def test_a_group_takes_three_numbers_and_comes_before_the_rest_of_its_step(drawn: Drawn) -> None:
    assert drawn("A -> B, ( -> C ) ") == ["A@1 :: A", "C@5 :: C", "B@6 :: B", "A@1 -> C@5", "A@1 -> B@6"]


def test_lines_are_those_of_the_arrows() -> None:
    graph = read("a :: A\n  -> b ::\n B; b\n -> (\n->\n) -> \na")
    assert [(one.from_element, one.to_element, one.line) for one in graph.connections] == [("a", "b", 2), ("b", "a", 4)]


@pytest.mark.parametrize("text", ["require(package fastclassifier, compact_config)", "require(fastclassifier)", "require( )"])
def test_requirements_of_packages_change_nothing(text: str) -> None:
    assert read(f"{text} a :: A").elements == {"a": Element("a", "A", (), 1, len(text) + 2)}


def test_the_same_text_gives_the_same_graph() -> None:
    text = "a => ( [0] -> B => X, Y -> ; [1] -> ) -> { -> Q -> } -> c"
    assert read(text) == read(text)
