# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that a solver can work with: finite, and not so large that sums of them are not."""

from __future__ import annotations

from typing import Any

from ..core.errors import InputError, Place
from .checks import number

MOST = 1e15
"""No capacity, rate or price is larger; of whole numbers below it each has its own float."""


def amount(value: Any, path: str, least: float = 0.0, above: bool = False) -> float:
    """As :func:`.checks.number`, and ``MOST`` at the most.

    :raises InputError: it is missing, no number, not finite, too small, or too large
    """
    try:
        found = number(value, path, least, above)
    except OverflowError:
        found = 2 * MOST  # a whole number beyond all floats
    if found > MOST:
        raise InputError(f"is more than {MOST:g}; give it in a larger unit", Place(path=path))
    return found
