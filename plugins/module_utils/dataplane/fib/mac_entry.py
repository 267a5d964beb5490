# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry of a MAC table, whatever switch it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """Frames to `mac` (a number below 2^48) in a VLAN go to all of `ports`, and are lost where there is none.

    ``vlan`` is None where the switch tells no VLAN: the entry holds for each. Ports have the switch's own
    names; some stand for the switch itself (Cisco's ``Router``, ``Switch`` and ``CPU``, a Linux bridge's name).
    ``line`` counts from 1.
    """

    vlan: int | None
    mac: int
    ports: tuple[str, ...]
    line: int
