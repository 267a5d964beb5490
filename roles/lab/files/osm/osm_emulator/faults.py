# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be made to go wrong between a client and the emulated OSM.

A fault is for calls that a pattern finds (``POST /nslcm/.*/scale``), after some of them and for some of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Fault:
    """``what`` is a status (``500``), ``reset`` (nothing is done and nothing answered), ``lost`` (done, and not answered),
    ``html`` (a page that is no JSON), ``half`` (an answer that breaks off) or ``slow:2`` (seconds before it is done)."""

    call: str
    what: str
    times: int = 1
    after: int = 0

    def meets(self, method: str, path: str) -> bool:
        if not self.times or not re.search(self.call, f"{method} {path}"):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


class Faults(list[Fault]):
    """The faults of a server; ``watchers`` see every call before it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.watchers: list[Callable[[str, str], None]] = []

    def of(self, method: str, path: str) -> str | None:
        for watcher in self.watchers:
            watcher(method, path)
        what = next((fault.what for fault in list(self) if fault.meets(method, path)), None)
        if what and what.startswith("slow:"):
            time.sleep(float(what.partition(":")[2]))
            return None
        return what
