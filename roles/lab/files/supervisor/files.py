# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing files so that a kill in between leaves the old one or the new one, never half of either."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE = 0o600


def write_atomic(path: Path, text: str) -> None:
    """Replace ``path`` in one step; readable by its owner only, from the first moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    os.replace(temporary, path)


def write_if_changed(path: Path, text: str) -> bool:
    """Write ``path`` only where its text differs; returns whether it did."""
    if path.exists() and path.read_text() == text:
        return False
    write_atomic(path, text)
    return True
