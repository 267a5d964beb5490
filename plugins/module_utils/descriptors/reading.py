# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader answers: a service, the language it was written in, and what it could not use."""

from __future__ import annotations

from dataclasses import dataclass, field

from .element import Element

UNUSED = "is not used: the service model has no place for it"
"""How a warning ends of a key that no reader has asked for."""
MOST_SHOWN = 8
"""Keys of one file that are shown one by one; editors fill in every key that there is."""


@dataclass(frozen=True)
class Reading:
    """``service`` is a valid service model; ``warnings`` are mappings of message, path and line."""

    service: dict
    format: str
    warnings: list[dict]


@dataclass
class Warnings:
    """Collects warnings, each kind once, however often an editor's template repeats itself."""

    found: list[dict] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def add(self, kind: str, message: str, where: Element, line: int | None = None) -> None:
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        path = f"{where.file}: {where.path}" if where.path else where.file
        self.found.append({"message": message, "path": path, "line": line})


def sentences(found: list[dict]) -> list[str]:
    """Warnings for people: each with its place, but of a file with many keys that are not used all those in one."""
    unused: dict[str, list[str]] = {}
    for one in found:
        if one["message"].endswith(UNUSED):
            unused.setdefault(one["path"].partition(":")[0], []).append(one["path"].partition(": ")[2])
    many = {file: keys for file, keys in unused.items() if len(keys) > MOST_SHOWN}
    shown = [one for one in found if not (one["message"].endswith(UNUSED) and one["path"].partition(":")[0] in many)]
    return [f"{one['path']}: {one['message']}" for one in shown] + [
        f"{file}: {len(keys)} keys are not used, as the service model has no place for them: "
        f"{', '.join(keys[:MOST_SHOWN])} …; findings has all of them"
        for file, keys in many.items()
    ]
