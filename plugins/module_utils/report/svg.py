# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of pictures as SVG, coloured by classes of style; lengths in pixels, places from the upper left corner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from unicodedata import combining, east_asian_width

LETTER = 7.3
"""Width of a letter in the widest of the fonts."""
STYLE = """
svg { vertical-align: top; }
text { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
.name { font-weight: bold; } .end { text-anchor: end; } .middle { text-anchor: middle; }
"""
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot say, or nobody can see."""


def words(given: object) -> str:
    """Text as it may stand in XML and HTML, in quotes too."""
    return escape(NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", str(given)))


def length(given: str) -> float:
    """The width of a text; letters of East Asia and pictures take two places."""
    return LETTER * sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in given)


def clipped(given: object, places: int) -> str:
    """A text that is no wider than so many letters; where it ends early, three dots say so."""
    line = " ".join(str(given).split())
    if length(line) <= LETTER * places:
        return line
    while line and length(line) > LETTER * (places - 1):
        line = line[:-1]
    return f"{line}…"


def shortened(given: object, places: int) -> str:
    """A text that is no wider than so many letters, with its end, where the value of a condition stands."""
    line = " ".join(str(given).split())
    if length(line) <= LETTER * places:
        return line
    end = clipped(line[::-1], places // 2)[-2::-1]
    return f"{clipped(line, places - places // 2 + 1)[:-1]}…{end}"


def text(x: float, y: float, given: str, kind: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{words(given)}</text>'


def line(x: float, y: float, to_x: float, to_y: float, kind: str, width: float = 1) -> str:
    ends = f'x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"'
    return f'<line {ends} class="{kind}" stroke-width="{width:g}"/>'


def dot(x: float, y: float, kind: str, radius: float = 4.5) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" class="{kind}"/>'


def box(x: float, y: float, width: float, height: float, kind: str, radius: float = 0) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" class="{kind}"/>'


def named(name: str, parts: Iterable[str]) -> str:
    """Shapes with a name that shows where one points at them."""
    return f"<g><title>{words(name)}</title>{''.join(parts)}</g>"


def picture(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """``title`` is what is read to those who do not see it."""
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n<title>{words(title)}</title>'
    return "\n".join([head, *parts, "</svg>\n"])
