# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where something stands in a Click text, and the error that points there."""

from __future__ import annotations

from typing import NamedTuple

from ...core.errors import InputError, Place

SHOWN = 60


class Spot(NamedTuple):
    """A character of the text: its file, line and column (both from 1), as line directives have it."""

    file: str | None
    line: int
    column: int

    def error(self, message: str) -> InputError:
        return InputError(f"column {self.column}: {message}", Place(self.file, self.line))


def around(line: str, at: int) -> str:
    """The words of a line around the character where something is wrong; all of them where the line is not long."""
    if len(line) <= SHOWN:
        return line
    begin, end = max(0, at - SHOWN // 2), at + SHOWN // 2
    before, behind = line[begin:at], line[at:end]
    if begin:
        before = f"…{before.partition(' ')[2] or before}"
    if end < len(line):
        behind = f"{behind.rpartition(' ')[0] or behind}…"
    return before + behind


def shown(text: str) -> str:
    """A piece of the user's text for use inside a sentence: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
