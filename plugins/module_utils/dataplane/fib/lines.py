# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of a device's output, and the one way in which a reader refuses one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from ...core.errors import InputError, Place

SHOWN = 60


def shown(text: str) -> str:
    """A text for a sentence: quoted, and cut where it is long."""
    return repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}…"


@dataclass(frozen=True)
class Lines:
    """The text of a file, whose name is kept for the sake of errors."""

    text: str
    file: str | None = None

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """``(number from 1, line without its end)``; a line ends at a newline alone, as editors count."""
        return enumerate(self.text.replace("\r\n", "\n").split("\n"), 1)

    def refuse(self, number: int | None, message: str) -> NoReturn:
        """:raises InputError: always, with the file and the line"""
        raise InputError(message, Place(self.file, number))
