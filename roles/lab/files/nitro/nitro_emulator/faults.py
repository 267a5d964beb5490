# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between an appliance and its clients, on demand.

A fault is ``{"kind": …, "method": "POST", "match": "config/service", "skip": 2, "times": 1, "seconds": 1.5, "status": 503}``.
It hits the calls that it matches, after ``skip`` of them, ``times`` of them (0: all). The kinds:

``reset``
    the connection is broken off before the call is carried out
``lost``
    the call is carried out, and the connection is broken off before its answer
``slow``
    the call waits
``status``
    a server error with a page of HTML, as of a web server whose backend is away; nothing is carried out
``html``
    a page of HTML with status 200, as of a login portal in between
``refuse``
    the call is refused with NITRO's error ``code``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

KINDS = frozenset({"reset", "lost", "slow", "status", "html", "refuse"})


class Faults:
    def __init__(self, faults: Iterable[Mapping[str, Any]] = ()):
        self.faults: list[dict[str, Any]] = []
        self.set(faults)

    def set(self, faults: Iterable[Mapping[str, Any]]) -> None:
        wrong = [fault.get("kind") for fault in faults if fault.get("kind") not in KINDS]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no kind of fault: take one of {', '.join(sorted(KINDS))}")
        self.faults = [{"skip": 0, "times": 1, "seen": 0, **fault} for fault in faults]

    def of(self, method: str, path: str) -> dict[str, Any] | None:
        """The fault that hits this call, or None."""
        hit = None
        for fault in self.faults:
            if fault.get("method", method) != method or fault.get("match", "") not in path:
                continue
            fault["seen"] += 1
            after = fault["seen"] - fault["skip"]
            if hit is None and after > 0 and (not fault["times"] or after <= fault["times"]):
                hit = fault
        return hit
