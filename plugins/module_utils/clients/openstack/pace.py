# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many calls are under way at one time, and how many begin in a second.

keystoneauth has limits of its own, which do not hold: one call more than it is told may be under way, and after a quiet
time all calls begin at once that would have been allowed in it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any


class Pace:
    """A context for one call; safe for several threads.

    :param rate: calls per second, at most; None for no limit
    :param concurrency: calls under way at one time, at most; None for no limit
    """

    def __init__(self, rate: float | None, concurrency: int | None):
        self._slots: Any = threading.BoundedSemaphore(concurrency) if concurrency else contextlib.nullcontext()
        self._gap = 1 / rate if rate else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def __enter__(self) -> None:
        self._slots.__enter__()
        with self._lock:
            now = time.monotonic()
            begin = max(now, self._next)
            self._next = begin + self._gap
        if begin > now:
            time.sleep(begin - now)

    def __exit__(self, *_what: Any) -> None:
        self._slots.__exit__(None, None, None)
