# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the oldest Python that is supported gets wrong is not used, whichever Python these tests run on."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).parents[2]
POSSESSIVE_GROUP = re.compile(r"\)[*+?]\+|\(\?>")


def test_no_pattern_has_a_possessive_group() -> None:
    """Before 3.11.5 these match what they should not (https://github.com/python/cpython/issues/106052)."""
    files = [path for folder in ("plugins", "roles", "tools") for path in sorted((TOP / folder).rglob("*.py"))]
    found = [str(path) for path in files if POSSESSIVE_GROUP.search(path.read_text(encoding="utf-8"))]
    assert found == []
