# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of the documentation's pictures as SVG; lengths in pixels.

A picture brings its own light ground, so that it can be read on pages of any colour, and takes the reader's own fonts.
"""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.superfluidity.nfv.plugins.module_utils.report import svg as shapes
from ansible_collections.superfluidity.nfv.plugins.module_utils.report.svg import length, text

__all__ = ["arrow", "box", "dot", "length", "line", "picture", "text", "turn"]

ROW = 17
"""Height of a line of text."""
RED, BLUE, GREEN, GREY = "#c62828", "#1565c0", "#2e7d32", "#8a94a0"
STYLE = """
text { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2933; white-space: pre; }
.quiet { fill: #667380; } .name { font-weight: bold; } .end { text-anchor: end; } .middle { text-anchor: middle; }
"""


def box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="#f5f7fa" stroke="{GREY}"/>'


def dot(x: float, y: float, colour: str, radius: float = 4.5) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>'


def line(x: float, y: float, to_x: float, to_y: float, colour: str, width: float = 1.5) -> str:
    ends = f'x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"/>'


def arrow(x: float, to_x: float, y: float, colour: str) -> str:
    """A level line with a head at its end."""
    back = 9 if to_x > x else -9
    head = f'<path d="M{to_x:g} {y:g} l{-back} -5 v10 z" fill="{colour}"/>'
    return line(x, y, to_x - back, y, colour, 2.5) + head


def turn(x: float, y: float, to_y: float, colour: str) -> str:
    """A half circle to the right, down to another level."""
    radius = (to_y - y) / 2
    return (
        f'<path d="M{x:g} {y:g} a{radius:g} {radius:g} 0 0 1 0 {to_y - y:g}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
    )


def picture(width: float, height: float, title: str, parts: Iterable[str], style: str = STYLE) -> str:
    """A whole file; ``title`` is what is read to those who do not see it."""
    ground = f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8" fill="#fff" stroke="#d5dbe1"/>'
    return shapes.picture(width, height, title, [f"<style>{style}</style>", ground, *parts])
