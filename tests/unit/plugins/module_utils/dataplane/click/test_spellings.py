# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One graph, written in many ways, is read as one graph; and text that is no Click at all is refused, never more."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.read import read
from hypothesis import example, given, settings
from hypothesis import strategies as st

Port = tuple[str, int]
ARGUMENTS = ("1", "12/0800", '"a, b"', "KEY v", "'// x'", r"\<00 2c>", "10.0.0.0/8 1", r'"\""', "-")


@dataclass(frozen=True)
class Drawing:
    """What a text should mean: ``{name: (class, arguments)}`` and connections from port to port."""

    elements: dict[str, tuple[str, tuple[str, ...]]]
    connections: frozenset[tuple[Port, Port]]

    def inside(self, name: str) -> Drawing:
        elements = {f"{name}/{element}": value for element, value in self.elements.items()}
        return Drawing(elements, frozenset(((f"{name}/{a}", p), (f"{name}/{b}", q)) for (a, p), (b, q) in self.connections))


def drawn(text: str) -> Drawing:
    graph = read(text)
    elements = {name: (one.class_name, one.arguments) for name, one in graph.elements.items()}
    connections = [((one.from_element, one.from_port), (one.to_element, one.to_port)) for one in graph.connections]
    assert len(set(connections)) == len(connections)
    return Drawing(elements, frozenset(connections))


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    names = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True))
    values = st.tuples(
        st.sampled_from(["Queue", "Tee", "IPFilter"]), st.lists(st.sampled_from(ARGUMENTS), max_size=3).map(tuple)
    )
    port = st.tuples(st.sampled_from(names), st.integers(0, 3))
    return Drawing({name: draw(values) for name in names}, frozenset(draw(st.lists(st.tuples(port, port), max_size=12))))


def class_text(value: tuple[str, tuple[str, ...]]) -> str:
    name, arguments = value
    return f"{name}({', '.join(arguments)})"


def out_text(port: Port) -> str:
    return f"{port[0]} [{port[1]}]"


def in_text(port: Port) -> str:
    return f"[{port[1]}] {port[0]}"


def declared(drawing: Drawing) -> str:
    return "".join(f"{name} :: {class_text(value)};\n" for name, value in drawing.elements.items())


def plain(drawing: Drawing, _chance: random.Random) -> str:
    """Declarations first, then each connection alone."""
    return declared(drawing) + "".join(f"{out_text(a)} -> {in_text(b)};\n" for a, b in sorted(drawing.connections))


def inline(drawing: Drawing, chance: random.Random) -> str:
    """Elements declared where they are first used; ports of zero left out; connections in any order."""
    left = dict(drawing.elements)
    connections = chance.sample(sorted(drawing.connections), len(drawing.connections))

    def name(element: str) -> str:
        return f"{element} :: {class_text(left.pop(element))}" if element in left else element

    lines = []
    for (a, p), (b, q) in connections:
        source = name(a) + (f" [{p}]" if p else "")
        lines.append(f"{source} -> {f'[{q}] ' if q else ''}{name(b)}")
    return "\n;".join([*lines, *(f"{element} :: {class_text(value)}" for element, value in left.items())])


def by_source(drawing: Drawing) -> dict[Port, list[Port]]:
    found: dict[Port, list[Port]] = {}
    for a, b in sorted(drawing.connections):
        found.setdefault(a, []).append(b)
    return found


def one_to_many(drawing: Drawing, _chance: random.Random) -> str:
    lines = (f"{out_text(a)} -> {', '.join(map(in_text, ends))};\n" for a, ends in by_source(drawing).items())
    return declared(drawing) + "".join(lines)


def many_to_many(drawing: Drawing, chance: random.Random) -> str:
    """One arrow for all."""
    pairs = chance.sample(sorted(drawing.connections), len(drawing.connections))
    ends = (
        f"{', '.join(out_text(a) for a, _target in pairs)} => {', '.join(in_text(b) for _source, b in pairs)}" if pairs else ""
    )
    return declared(drawing) + ends


def through(middle: str) -> Callable[[Drawing, random.Random], str]:
    """Every connection past a compound or group that does nothing."""

    def spelling(drawing: Drawing, _chance: random.Random) -> str:
        lines = (f"{out_text(a)} -> {middle} -> {in_text(b)};\n" for a, b in sorted(drawing.connections))
        return f"elementclass Wire {{ input -> output }}\n{declared(drawing)}{''.join(lines)}"

    return spelling


def parameters(drawing: Drawing, _chance: random.Random) -> str:
    """Classes by another name, arguments by parameters that are defined last."""
    synonyms = "".join(
        f"elementclass My{name} {name};\n" for name in sorted({name for name, _arguments in drawing.elements.values()})
    )
    used = sorted({argument for _name, arguments in drawing.elements.values() for argument in arguments})
    number = {argument: index for index, argument in enumerate(used)}
    values = {
        name: (f"My{of}", tuple(f"${{p{number[argument]}}}" for argument in arguments))
        for name, (of, arguments) in drawing.elements.items()
    }
    text = plain(Drawing(values, drawing.connections), _chance)
    return f"{synonyms}{text}define({', '.join(f'$p{index} {argument}' for argument, index in number.items())})"


def noisy(drawing: Drawing, chance: random.Random) -> str:
    """Space, comments and line directives wherever they may stand."""
    gaps = [" ", "\n", "\r\n", "\t", "/* ; -> ( */", "// { \n", "\n# 7\n", '\n#line 9 "x"\n', "/**/"]

    def spread(*parts: str) -> str:
        return "".join(f"{chance.choice(gaps)}{part}{chance.choice(gaps)}" for part in parts)

    lines = []
    for name, (of, arguments) in drawing.elements.items():
        commas = [part for argument in arguments for part in (",", argument)][1:]
        lines.append(spread(name, "::", of, f"({spread(*commas)})", ";"))
    for (a, p), (b, q) in drawing.connections:
        lines.append(spread(a, "[", str(p), "]", "->", "[", str(q), "]", b, ";"))
    return "".join(lines)


def with_spread(drawing: Drawing, chance: random.Random) -> str:
    """``a, b :: Class`` for elements that are alike."""
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, value in drawing.elements.items():
        alike.setdefault(value, []).append(name)
    declarations = "".join(f"{', '.join(names)} :: {class_text(value)}\n" for value, names in alike.items())
    return declarations + plain(drawing, chance).removeprefix(declared(drawing))


SPELLINGS = {
    "plain": plain,
    "inline": inline,
    "one-to-many": one_to_many,
    "many-to-many": many_to_many,
    "groups": through("( -> )"),
    "groups in groups": through("( [0] -> ( input -> output ) -> )"),
    "braces": through("{ -> }"),
    "classes": through("Wire"),
    "all of them": through("( -> { -> Wire -> } -> )"),
    "parameters": parameters,
    "noisy": noisy,
    "spread": with_spread,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(drawing=drawings(), seed=st.integers(0, 9))
@settings(max_examples=40)
def test_every_spelling_means_the_same(spelling: str, drawing: Drawing, seed: int) -> None:
    assert drawn(SPELLINGS[spelling](drawing, random.Random(seed))) == drawing


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(drawing=drawings(), seed=st.integers(0, 9))
@settings(max_examples=15)
def test_what_stands_in_braces_gets_their_name_in_front(spelling: str, drawing: Drawing, seed: int) -> None:
    text = SPELLINGS[spelling](drawing, random.Random(seed))
    assert drawn(f"whole :: {{ {text}\n}}") == drawing.inside("whole")
    assert drawn(f"elementclass Whole {{ {text}\n}} outer :: {{ whole :: Whole }}") == drawing.inside("outer/whole")


def tried(text: str) -> None:
    with contextlib.suppress(InputError):
        read(text)


WORDS = "a b C input output 0 1 2-3 $a ${a-$b} elementclass define( require( KEY __REST__ $ #"
SIGNS = "-> => :: || ... ; , ( ) [ ] { } | - ' \" \\ \\< > // /* */"
PHRASES = ("a :: Q;", "elementclass C {", "C(1)", "{ -> }", "( -> )", "[0,1]", "\n", "\n# 5\n", "", "é", "\0", "\ud800")
FRAGMENTS = (*WORDS.split(), *SIGNS.split(), *PHRASES)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(" ".join))
@example("a -> (" * 60)
@settings(max_examples=500)
def test_pieces_of_click_in_any_order_are_read_or_refused(text: str) -> None:
    tried(text)


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_any_text_is_read_or_refused(text: str) -> None:
    tried(text)


def damaged(text: str, cuts: Iterable[tuple[int, str]]) -> str:
    for place, piece in cuts:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + 1 :]
    return text


@given(
    drawings(),
    st.sampled_from(sorted(SPELLINGS)),
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["", *FRAGMENTS])), min_size=1, max_size=4),
)
@settings(max_examples=300)
def test_damaged_text_is_read_or_refused(drawing: Drawing, spelling: str, cuts: list[tuple[int, str]]) -> None:
    tried(damaged(SPELLINGS[spelling](drawing, random.Random(0)), cuts))
