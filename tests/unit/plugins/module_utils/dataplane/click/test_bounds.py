# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that would unfold without end, or is nested without end, ends soon and with a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.bounds import LIMITS, NESTING
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.read import read

Refused = Callable[[str], str]

pytestmark = pytest.mark.one_python  # how its time grows is the same on all
LONG = 30.0  # seconds; each row takes less than one on a quiet machine


def classes(number: int, body: str) -> str:
    """Classes C1, C2 …, where `body` has the name of the one before in place of its star, and one element of the last."""
    lines = (f"elementclass C{index} {{ {body.replace('*', f'C{index - 1}')} }}\n" for index in range(1, number))
    return f"elementclass C0 {{ X }}\n{''.join(lines)}C{number - 1};"


ENDLESS = {
    "elements": (classes(30, "*; *; *; *"), "more than 100,000 elements"),
    "elements of nothing": (classes(40, "*; *").replace("{ X }", "{ }"), "more than "),
    "nested names": (classes(9000, "*"), "more than 20,000,000 characters"),
    "long names": (f"{'n' * 100_000} :: {{ {'X; ' * 300} }}", "more than 20,000,000 characters"),
    "long arguments": (f"{', '.join(f'a{n}' for n in range(300))} :: X({'y' * 100_000})", "more than 20,000,000 characters"),
    "compounds by the list": (f"{', '.join(f'a{n}' for n in range(999))} :: {{ {'X; ' * 999} }}", "more than 100,000 elements"),
    "ports": ("a [0-65535] => [0-65535] b; " * 4, "more than 200,000 connections"),
    "ports in a list": (f"a [{'0-65535,' * 999}] -> b", "more than 200,000 connections"),
    "each to each": ("c :: { X[0-999] -> output }; c -> { input -> [0-999] Y }", "more than 200,000 connections"),
    "each past many": (f"a [0-999] -> {'(->) -> ' * 2000} b", "more than 1,000,000 steps"),
    "definitions": (f"elementclass C {{ {'$a | || ' * 3000} X }} {'C; ' * 500}", "more than 1,000,000 steps"),
    "values of values": (f"define({', '.join(f'$a{n} ' + f'$a{n + 1}' * 9 for n in range(9))}) X($a0)", "more than 20,000,000"),
    "a value of itself": ("define($a $a$a$a$a$a$a$a$a) X($a)", "more than 20,000,000 characters"),
    "large values": (f"define($a {'y' * 100_000}) X({'$a' * 300})", "more than 20,000,000 characters"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_unfolds_too_far_is_refused(refused: Refused, name: str) -> None:
    text, sentence = ENDLESS[name]
    started = time.monotonic()
    assert sentence in refused(text)
    assert time.monotonic() - started < LONG


@pytest.mark.parametrize("opening", ["{", "(", "c :: {", "a -> (", "elementclass C {", "a -> { a -> ("])
@pytest.mark.parametrize("times", [NESTING + 1, 100_000])
def test_what_is_nested_too_deep_is_refused(refused: Refused, opening: str, times: int) -> None:
    assert "stand more than 50 deep within each other here" in refused(opening * times)


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("{ -> ", "{ -> }", " -> }"),
        ("( -> ", "( -> )", " -> )"),
        ("c :: { input -> ", "{ -> }", " -> output }"),
        ("{ elementclass C { -> ", "( -> )", " -> } -> C -> }"),
    ],
)
def test_what_may_be_nested_is_read(opening: str, middle: str, closing: str) -> None:
    times = NESTING // opening.count("{") - 1 if "{" in opening else NESTING - 1
    connections = read(f"a :: X -> {opening * times}{middle}{closing * times} -> b :: X").connections
    assert [(one.from_element, one.to_element) for one in connections][:1] == [("a", "b")]


@pytest.mark.parametrize(
    "text",
    [
        f"a({'(' * 99_999}",
        "a(" + "'\"" * 99_999,
        "a(" + "\\<//" * 99_999 + "/*" * 99_999,
        'a("' + "\\<// \n" * 99_999,
        "a(" + "/*" * 99_999,
        'a("' + "\\" * 99_999,
        "/*/" * 99_999,
        f"#{' ' * 99_999}",
        f"# {'1' * 99_999}",
        f"a [{'1' * 99_999}] -> b",
        f"a [{'0,' * 99_999}",
        "$a" * 99_999,
    ],
)
def test_repeated_openings_without_an_end_are_refused(refused: Refused, text: str) -> None:
    started = time.monotonic()
    assert refused(text)
    assert time.monotonic() - started < LONG


@pytest.mark.parametrize(
    "text",
    [
        f"a({'${a-' * 99_999})",
        f"a({'${a-$b' * 99_999}{'}' * 99_999})",
        f"a({'$' * 99_999})",
        f"a({'/**/ x,' * 20_000})",
        f"{'a/' * 99_999}a",
        f"{'X; ' * 9_999}{', '.join(f'X@{n}' for n in range(5000, 9999))} :: Y",
        "# 1\n" * 20_000,
        f"a -> {'(->) -> ' * 5_000} b",
        ";" * 99_999,
    ],
)
def test_long_text_is_read_in_a_time_that_grows_with_its_length(text: str) -> None:
    started = time.monotonic()
    read(text)
    assert time.monotonic() - started < LONG


def test_a_configuration_as_large_as_the_limit_is_read() -> None:
    count = LIMITS["elements"] // 10
    assert len(read(f"{', '.join(f'e{number}' for number in range(count))} :: Queue(8)").elements) == count
