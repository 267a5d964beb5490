# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An element that remembers what was asked of it, so that what nobody asked for can be told.

A reader takes from a descriptor what the service model can hold. The rest may matter to whoever wrote it, so it is
said and not dropped: ``Notes.unused`` makes a warning of each key that no reader has touched.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from .element import Element
from .package import Package
from .reading import UNUSED, Warnings

EMPTY = (None, "", [], {})
MOST_ENTRIES = 2000
"""Entries of one list or mapping that a reader looks at: readers compare entries, so a longer one could take for ever."""
MOST_WARNINGS = 500


@dataclass(frozen=True)
class Traced(Element):
    """An Element, and below it every Element that is reached through it."""

    used: set[str] = field(default_factory=set, compare=False, repr=False)
    strict: bool = field(default=False, compare=False, repr=False)
    """Whether a list is written as one also where it holds but one value; XML cannot tell."""

    def child(self, key: str) -> Traced:
        return Traced(self._mapping().get(key), self.file, self._below(key), self.used, self.strict)

    def items(self, key: str) -> list[Traced]:
        """The elements of the list at ``key``; a single value is a list of one, unless this is ``strict``."""
        found = self.child(key)
        if found.value is None:
            return []
        if not isinstance(found.value, list):
            if self.strict:
                raise found.error("a list is expected here")
            return [found]
        return found.listed()

    def listed(self) -> list[Traced]:
        """The elements of this list; none where it is something else."""
        if not isinstance(self.value, list):
            return []
        if len(self.value) > MOST_ENTRIES:
            raise self.error(f"this list has more than {MOST_ENTRIES} entries; a descriptor has far fewer")
        return list(self._entries())

    def text(self, key: str | None = None) -> str | None:
        self.used.add((self.child(key) if key else self).path)
        return super().text(key)

    def boolean(self, key: str | None = None) -> bool:
        self.used.add((self.child(key) if key else self).path)
        return super().boolean(key)

    def texts_of(self, key: str) -> list[str]:
        """The texts of the list at ``key``, without repetition."""
        return list(dict.fromkeys(self.texts(key)))

    def number(self, key: str) -> float | None:
        """The number at ``key``, as it is or as a text."""
        text = self.text(key)
        try:
            found = None if text is None else float(text)
        except ValueError:
            raise self.error(f"a number is expected here, not {text[:40] if text else text!r}", key) from None
        if found is not None and not 0 <= found < 2**53:
            raise self.error(f"a number from 0 is expected here, not {str(text)[:40]}", key)
        return found

    def _mapping(self) -> dict:
        found = super()._mapping()
        if len(found) > MOST_ENTRIES:
            raise self.error(f"this mapping has more than {MOST_ENTRIES} entries; a descriptor has far fewer")
        return found

    def take(self, *keys: str) -> None:
        """Mark ``keys``, with all below them, as seen; this element itself where none is given."""
        for path in [self._below(key) for key in keys] or [self.path]:
            self.used.add(f"{path}*")

    def unused(self) -> list[Traced]:
        """The largest parts that nobody has asked for."""
        return self._split()[1]

    def _split(self) -> tuple[bool, list[Traced]]:
        """Whether anything here was asked for, and what was not."""
        if f"{self.path}*" in self.used or self.path in self.used:
            return True, []
        if self.value in EMPTY:
            return False, []
        parts = [part._split() for part in self._parts()]
        if not any(used for used, _rest in parts):
            return False, [self]
        return True, [rest for _used, found in parts for rest in found]

    def _parts(self) -> Iterator[Traced]:
        if isinstance(self.value, dict):
            yield from (self.child(key) for key in self.value)
        elif isinstance(self.value, list):
            yield from self._entries()

    def _entries(self) -> Iterator[Traced]:
        """The elements of this list."""
        for index, value in enumerate(self.value):
            yield Traced(value, self.file, f"{self.path}[{index}]", self.used, self.strict)


def mapping(owner: Traced, key: str) -> Traced:
    """The mapping at ``key``, empty where there is none."""
    found = owner.child(key)
    return found if found.value is not None else Traced({}, owner.file, found.path, owner.used)


@dataclass(frozen=True)
class Notes:
    """What a reader has to say, with the lines that it speaks of."""

    package: Package
    warnings: Warnings

    def warn(self, kind: str, message: str, where: Element) -> None:
        if len(self.warnings.found) == MOST_WARNINGS:
            self.warnings.add("more", "more could be said of this than can be read; only the first is", where)
        elif kind not in self.warnings.kinds and len(self.warnings.found) < MOST_WARNINGS:
            self.warnings.add(kind, message, where, self.package.line_at(where.file, where.path))

    def unused(self, element: Traced, what: str, drawn: Container[str] = ()) -> None:
        """A warning for each key below ``element`` (``what`` it is) that was not read, each kind of key once.

        :param drawn: texts that an editor writes where nobody has; a part that holds nothing else says nothing
        """
        for part in element.unused():
            if drawn and all(text in drawn for text in _leaves(part.value)):
                continue
            key = re.sub(r"\[\d+\]", "", part.path[len(element.path) :]).lstrip(".") or "all of it"
            self.warn(f"unused {what} {key}", f"of {what}, {key} {UNUSED}", part)


def _leaves(value: t.Any) -> Iterator[t.Any]:
    """The texts, numbers and truths in a value; what is empty holds none."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(one)
    if not isinstance(value, dict | list) and value is not None:
        yield value
