# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader answers: a service, the language it was written in, and what it could not use."""

from __future__ import annotations

from dataclasses import dataclass, field

from .element import Element


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
