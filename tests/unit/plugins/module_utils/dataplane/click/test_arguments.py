# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration strings: split, stripped, and with quotes as they were."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.arguments import (
    arguments,
    escaped,
    first_word,
    keyword,
    words,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("  // nothing\n ", []),
        ("1", ["1"]),
        (" a,b ,\n c ", ["a", "b", "c"]),
        ("12/0806 20/0001,\n  12/0800,\n  -", ["12/0806 20/0001", "12/0800", "-"]),
        ("1, ", ["1"]),
        ("1, /* nothing */", ["1"]),
        ("1,,2", ["1", "", "2"]),
        (",", [""]),
        (",,", ["", ""]),
        ("a   b", ["a   b"]),
        ("a /* x */   b // y", ["a b"]),
        ("a// x\nb", ["a b"]),
        ('"a, b", c', ['"a, b"', "c"]),
        ("'a, \"b', c", ["'a, \"b'", "c"]),
        (r'"a\", b", c', [r'"a\", b"', "c"]),
        (r'"\\", c', [r'"\\"', "c"]),
        (r"'a\', c", [r"'a\'", "c"]),
        ('" // x /* y"', ['" // x /* y"']),
        (r"DATA \<41, 42 // > still" + "\n43>, x", ["DATA \\<41, 42 // > still\n43>", "x"]),
        (r'"\<22 ">, "', [r'"\<22 ">, "']),
        (r"a\, b", ["a\\", "b"]),
        ("18.26.4/24 1, a/b", ["18.26.4/24 1", "a/b"]),
        ("(a, b)", ["(a", "b)"]),
        ('x "not closed, ', ['x "not closed, ']),
        ("x /* not closed, ", ["x"]),
    ],
)
def test_arguments(text: str, found: list[str]) -> None:
    assert arguments(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" a  b\n", ["a", "b"]),
        ("a/* */b // c", ["a", "b"]),
        ("'a b'c \"d e\"", ["'a b'c", '"d e"']),
        (r"\<41 42> x/y", [r"\<41 42>", "x/y"]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ("", "")),
        ("$a", ("$a", "")),
        (" $a  1 2", ("$a", "1 2")),
        ("$a/* x */1", ("$a", "1")),
        ("/**/ $a b ", ("$a", "b ")),
    ],
)
def test_first_word(text: str, found: tuple[str, str]) -> None:
    assert first_word(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LIMIT 10", ("LIMIT", "10")),
        ("STOP", ("STOP", "")),
        ("DATA  a b", ("DATA", "a b")),
        ("10/8", None),
        ('"LIMIT" 10', None),
        ("", None),
        ("$a", None),
    ],
)
def test_keyword(text: str, found: tuple[str, str] | None) -> None:
    assert keyword(text) == found


def test_escaped() -> None:
    assert escaped('a "b" \\ $c\n\t\x01') == r"a \"b\" \\ \$c\n\t\001"


PIECES = st.sampled_from(["a", "10/8", '"x, y"', "'//'", r'"\""', r"\<00 2c>", "-", "KEY", "\\"])
ARGUMENT = st.lists(PIECES, min_size=1, max_size=4).map(" ".join)


@given(st.lists(ARGUMENT, max_size=5), st.sampled_from([",", " , ", ",\n", "/* , */,", ", // ,\n"]))
def test_what_is_joined_with_commas_comes_apart_again(written: list[str], comma: str) -> None:
    assert arguments(comma.join(written)) == written
