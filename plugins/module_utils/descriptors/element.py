# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value inside a parsed file, which knows where it stands.

Descriptors are written by hand and by tools, so any key may be absent or hold the wrong thing.
A reader asks an Element for what it needs in the type it needs; a wrong type is an InputError
that names the file and the path of keys, and an absent or null value is simply not there.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from dataclasses import dataclass

from ..core.errors import InputError, Place

TRUE_WORDS = {"true": True, "yes": True, "false": False, "no": False, "": False, "none": False}


@dataclass(frozen=True)
class Element:
    """``value`` at ``path`` of ``file``."""

    value: t.Any
    file: str
    path: str = ""

    def error(self, message: str, key: str | None = None) -> InputError:
        """An InputError at this element, or at its ``key``."""
        return InputError(message, Place(self.file, None, self._below(key) if key else self.path or None))

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        """The keys of a mapping."""
        return iter(self._mapping())

    def child(self, key: str) -> Element:
        return Element(self._mapping().get(key), self.file, self._below(key))

    def items(self, key: str) -> list[Element]:
        """The elements of the list at ``key``; none where it is absent."""
        found = self.child(key)
        if found.value is None:
            return []
        if not isinstance(found.value, list):
            raise found.error("a list is expected here")
        return [Element(value, self.file, f"{found.path}[{index}]") for index, value in enumerate(found.value)]

    def text(self, key: str | None = None) -> str | None:
        """The text at ``key`` (or this element itself); a number is taken as written, null is None."""
        found = self.child(key) if key else self
        if found.value is None or isinstance(found.value, str):
            return found.value
        if isinstance(found.value, int | float) and not isinstance(found.value, bool):
            return str(found.value)
        raise found.error("a text is expected here")

    def texts(self, key: str) -> list[str]:
        return [text for text in (item.text() for item in self.items(key)) if text is not None]

    def integer(self, key: str) -> int | None:
        found = self.child(key)
        text = found.text()
        if text is None:
            return None
        try:
            return int(text)
        except ValueError:
            raise found.error(f"a whole number is expected here, not {text!r}") from None

    def boolean(self, key: str | None = None) -> bool:
        """Truth at ``key``: true and false, or the words editors write for them; absent is false."""
        found = self.child(key) if key else self
        word = "" if found.value is None else str(found.value).lower()
        if word not in TRUE_WORDS:
            raise found.error(f"true or false is expected here, not {word[:40]!r}")
        return TRUE_WORDS[word]

    def _mapping(self) -> dict:
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.error("a mapping of keys is expected here")
        return self.value

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
