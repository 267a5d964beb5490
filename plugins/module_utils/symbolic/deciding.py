# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks policies while packets are driven on, and stops as soon as all of them are decided.

The bounds of a :class:`.checking.Checker` hold of an exploration at any moment: what was not driven on yet may do
anything. So a verdict that is known once is that of the whole exploration, for every formula. Packets whose further way
can change no verdict any more are not driven on, however many others are.

All that was found is looked at each time, so this is done again only when twice as much was driven on: all checks
together cost about twice the last one, and what is explored is at most about twice what the verdicts need.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import netctl
from .checking import Checker
from .exploration import Exploration
from .packet_sets import PacketSets


def drive_until_decided(sets: PacketSets, exploration: Exploration, formulas: Sequence[netctl.Formula]) -> None:
    """Drive on what was injected until the verdict on every formula is known, or a limit is reached."""
    done = 0
    while exploration.frontier and not exploration.incomplete:
        checker = Checker(sets, exploration)
        undecided = sets.union(map(checker.undecided, formulas))
        if not undecided.satisfiable():
            exploration.incomplete = "every policy was decided before all ways were followed to their ends"
            return
        exploration.keep_to(undecided)
        turns = max(1, done)
        exploration.drive(turns)
        done += turns
