# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many random cases a test takes: few every day, ``NFV_CASES`` times as many in a campaign."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("NFV_CASES", "1"))


def seeds(first: int, count: int) -> range:
    """The seeds of one test, from a number on; what the test found is judged by ``len`` of it."""
    return range(first, first + count * TIMES)
