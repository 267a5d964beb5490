# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of other languages, made fit for the service model."""

from __future__ import annotations

import re

from .element import Element
from .traced import Notes

LONGEST = 63


def slug(text: str) -> str:
    """``text`` with what a name may not have replaced: ``control net/1`` becomes ``control-net-1``."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-_")[:LONGEST].rstrip("-_")


def fit_name(text: str | None, where: Element, notes: Notes, key: str | None = None) -> str:
    """The name of a service, function, VDU or router. A changed name is told."""
    if not text:
        raise where.error("a name is missing here", key)
    name = slug(text)
    if not name:
        raise where.error(f"no name can be made of {text[:40]!r}; use letters or digits", key)
    if name != text:
        notes.warn(
            f"name {text}", f"the name {text[:80]!r} may not have these letters or this length; it is read as {name}", where
        )
    return name


def fit_point(text: str | None, where: Element, notes: Notes, key: str | None = None) -> str:
    """The name of a connection point or link, which may have dots."""
    if text and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", text):
        return text
    return fit_name(text, where, notes, key)
