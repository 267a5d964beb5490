# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours of the classes of service level, the strictest first, grey for best effort; they can be told from light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COLOURS = ("#2e9e4f", "#3d83e0", "#d98a16", "#a662d8", "#12a0a0", "#d6568a")
BEST_EFFORT = "None"
"""The class of what meets no other."""
BORDER = "#d9483b"
STYLE = "".join(
    f".{kind} {{ fill: {colour}; stroke: {colour}; background: {colour}; }}\n"
    for kind, colour in (*((f"class-{number}", colour) for number, colour in enumerate(COLOURS)), ("class-none", "#8a94a0"))
)


def names(answer: Mapping[str, Any]) -> list[str]:
    """The classes of an answer of ``template_optimise``, the strictest first."""
    return [*answer.get("bounds", {}), BEST_EFFORT]


def kind(name: str, known: Sequence[str]) -> str:
    """The class of style of a class of service level; there are six colours, which come round again."""
    return f"class-{known.index(name) % len(COLOURS)}" if name in known and name != BEST_EFFORT else "class-none"
