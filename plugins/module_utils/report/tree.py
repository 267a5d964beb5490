# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision tree: a picture from the top down, or an outline where it has many leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import colours, svg

Node = Mapping[str, Any]
STYLE = """
.node { fill: #8a94a0; fill-opacity: .12; stroke: #8a94a0; stroke-opacity: .7; }
.way { stroke: #8a94a0; }
"""
PLACES = 26
"""Letters of a name that are shown."""
HEIGHT, LEVEL, EDGE = 60, 122, 14
"""Of a box, from one level to the next, and room at the sides."""
WIDEST = 1500
"""Width with which a tree is no picture any more."""


@dataclass(frozen=True)
class Style:
    classes: Sequence[str]
    box: float
    """Width of a node."""
    slot: float
    """Width of a leaf with the room beside it."""

    def kind(self, name: str) -> str:
        return colours.kind(name, self.classes)


def leaves(node: Node) -> int:
    return sum(map(leaves, node.get("branches", []))) or 1


def depth(node: Node) -> int:
    return 1 + max(map(depth, node.get("branches", [])), default=0)


def shown(root: Node, classes: Sequence[str]) -> tuple[float, str]:
    """The tree as a picture with its width, or as an outline, which has none, where that would be too wide."""
    width, height, parts = drawn(root, classes)
    if width > WIDEST:
        return 0.0, f'<ul class="outline">{outline(root, classes)}</ul>'
    return width, svg.picture(width, height, "The decision tree over the parameters of deployment", parts)


def drawn(root: Node, classes: Sequence[str]) -> tuple[float, float, list[str]]:
    """Its width and height, and its shapes: each node with its samples, the share of its class, and a bar of all classes."""
    every = list(_every(root))
    box = max(170.0, *(svg.length(words) + 44 for one in every for words in _words(one)))
    slot = max(box, *(svg.length(svg.shortened(one.get("condition", ""), PLACES)) for one in every)) + 24
    _middle, parts = _below(root, EDGE, EDGE, Style(classes, box, slot))
    return 2 * EDGE + slot * leaves(root), 2 * EDGE + HEIGHT + LEVEL * (depth(root) - 1), parts


def _every(node: Node) -> Iterator[Node]:
    yield node
    for branch in node.get("branches", []):
        yield from _every(branch)


def _words(node: Node) -> tuple[str, str]:
    name = f"{svg.clipped(node['parameter'], PLACES)}?" if "parameter" in node else svg.clipped(node["class"], PLACES)
    return name, f"{node['support']} · {percent(node['confidence'])} {svg.clipped(node['class'], PLACES)}"


def _below(node: Node, left: float, top: float, style: Style) -> tuple[float, list[str]]:
    """A node with what is below it; where its middle is."""
    parts, middles, at = [], [], left
    for branch in node.get("branches", []):
        middle, below = _below(branch, at, top + LEVEL, style)
        middles.append(middle)
        parts += [*below, svg.text(middle, top + LEVEL - 9, svg.shortened(branch["condition"], PLACES), "middle")]
        at += style.slot * leaves(branch)
    middle = (middles[0] + middles[-1]) / 2 if middles else left + style.slot / 2
    fork = top + HEIGHT + 20
    if middles:
        parts += [svg.line(middle, top + HEIGHT, middle, fork, "way"), svg.line(middles[0], fork, middles[-1], fork, "way")]
        parts += [svg.line(x, fork, x, top + LEVEL - 23, "way") for x in middles]
    return middle, [*parts, svg.named(sentence(node), _box(node, middle, top, style))]


def _box(node: Node, middle: float, top: float, style: Style) -> Iterator[str]:
    name, share = _words(node)
    left = middle - style.box / 2
    yield svg.box(left, top, style.box, HEIGHT, "node", 6)
    if "parameter" not in node:
        yield svg.dot(middle - svg.length(name) / 2 - 12, top + 17, style.kind(node["class"]))
    yield svg.text(middle, top + 21, name, "name middle") + svg.text(middle, top + 39, share, "quiet middle")
    x, whole = left + 8, sum(node["classes"].values()) or 1
    for one in style.classes:
        width = (style.box - 16) * node["classes"].get(one, 0) / whole
        if width:
            yield svg.box(x, top + HEIGHT - 12, width, 5, style.kind(one))
        x += width


def sentence(node: Node) -> str:
    of = ", ".join(f"{count} {name}" for name, count in node["classes"].items())
    return f"{node.get('condition', 'all')}: {of}"


def percent(share: float) -> str:
    """Neither 0 nor 100 % where that is only nearly so."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %" if 0 < share < 1 else f"{100 * share:.0f} %"


def outline(node: Node, classes: Sequence[str]) -> str:
    """The tree as a list of HTML: a line a node, further in the further down."""
    branches = "".join(outline(branch, classes) for branch in node.get("branches", []))
    dot = f'<i class="key {colours.kind(node["class"], classes)}"></i>'
    share = f'<span class="role">{node["support"]} · {percent(node["confidence"])}</span>'
    asks = f", then {svg.words(node['parameter'])}?" if branches else ""
    line = f"{svg.words(node.get('condition', 'all'))} {dot}{svg.words(node['class'])} {share}{asks}"
    return f"<li>{line}<ul>{branches}</ul></li>" if branches else f"<li>{line}</li>"
