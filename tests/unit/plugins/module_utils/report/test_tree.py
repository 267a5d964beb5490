# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as wide as they may be, and trees of any shape without boxes that touch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.report import svg, tree
from hypothesis import given
from hypothesis import strategies as st

SVG = "{http://www.w3.org/2000/svg}"


@given(st.text(max_size=60), st.integers(4, 30))
def test_a_text_is_no_wider_than_asked_for_and_begins_and_ends_alike(text: str, places: int) -> None:
    plain = " ".join(text.split())
    clipped, shortened = svg.clipped(text, places), svg.shortened(text, places)
    for one in (clipped, shortened):
        assert svg.length(one) <= 7.3 * places + 1e-9
        assert (one == plain) == (svg.length(plain) <= 7.3 * places + 1e-9) or "…" in plain
    if clipped != plain:
        assert plain.startswith(clipped[:-1])
        start, _dots, end = shortened.partition("…")
        assert "…" in plain or (plain.startswith(start) and plain.endswith(end))


def test_a_condition_keeps_its_value() -> None:
    assert svg.shortened("memory_page_size_of_the_virtual_machine <= 2048", 26) == "memory_page_s…hine <= 2048"
    assert svg.shortened("vcpus <= 2", 26) == "vcpus <= 2"


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (1, "100 %"), (0.5, "50.0 %"), (0.99999, "> 99.9 %"), (0.00001, "< 0.1 %"), (0.999, "99.9 %")],
)
def test_nearly_all_is_not_all(share: float, words: str) -> None:
    assert tree.percent(share) == words


def node(branches: list[Mapping[str, Any]]) -> dict[str, Any]:
    own = {"class": "gold", "support": 3, "classes": {"gold": 1, "silver": 1, "None": 1}, "confidence": 1 / 3}
    if not branches:
        return own
    named = [{"condition": f"parameter {'long ' * number}= {number}", **one} for number, one in enumerate(branches)]
    return {**own, "parameter": "parameter", "branches": named}


TREES = st.recursive(
    st.builds(lambda: node([])), lambda inner: st.lists(inner, min_size=2, max_size=3).map(node), max_leaves=10
)


def conditions(of: Mapping[str, Any]) -> Iterator[str]:
    for branch in of.get("branches", []):
        yield branch["condition"]
        yield from conditions(branch)


@pytest.mark.one_python
@given(TREES)
def test_no_two_boxes_of_a_tree_touch_and_all_nodes_are_there(root: Mapping[str, Any]) -> None:
    width, height, parts = tree.drawn(root, ["gold", "silver", "None"])
    picture = ElementTree.fromstring(svg.picture(width, height, "tree", parts))
    boxes = [
        tuple(float(one.get(key)) for key in ("x", "y", "width", "height"))
        for one in picture.iter(f"{SVG}rect")
        if one.get("class") == "node"
    ]
    told = sorted(conditions(root))
    assert len(boxes) == 1 + len(told)
    for x, y, wide, high in boxes:
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + high <= height
    for (x, y, wide, high), (to_x, to_y, _wide, _high) in itertools.combinations(boxes, 2):
        assert x + wide <= to_x or to_x + wide <= x or y + high <= to_y or to_y + high <= y
    texts = [one.text for one in picture.iter(f"{SVG}text")]
    assert sorted(text for text in texts if " = " in text) == sorted(svg.shortened(one, tree.PLACES) for one in told)
    shares = [one for one in picture.iter(f"{SVG}rect") if one.get("class", "").startswith("class-")]
    assert len(shares) == 3 * len(boxes)
    outline = tree.outline(root, ["gold", "silver", "None"])
    assert all(one in outline for one in told)
    assert outline.count("<li>") == len(boxes)
