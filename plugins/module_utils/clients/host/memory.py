# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory this process has."""

from __future__ import annotations

import resource
from pathlib import Path

STATM = Path("/proc/self/statm")
MEBIBYTE = 1 << 20


def in_use() -> float:
    """MiB that are resident at the moment; where the system does not tell, the most that ever were."""
    try:
        return int(STATM.read_text().split()[1]) * resource.getpagesize() / MEBIBYTE
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEBIBYTE
