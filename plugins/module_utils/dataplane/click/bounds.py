# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large a Click configuration may become while it is read.

A few lines can unfold to any size: a class of a hundred classes of a hundred elements, a connection
of a thousand ports to a thousand others, a parameter that holds another twice. Each part of the reader
that makes more out of less spends from an allowance, so hostile text ends with a sentence.
"""

from __future__ import annotations

from .spot import Spot

NESTING = 50
"""How deep braces and groups may stand within each other; Click's own reader stops there too."""

HIGHEST_PORT = 65_535

LIMITS = {
    "elements": 100_000,  # with the compound elements, which are gone in the end
    "connections": 200_000,
    "characters of names and arguments": 20_000_000,
    "steps from joint to joint and from definition to definition": 1_000_000,
}
ELEMENTS, CONNECTIONS, CHARACTERS, STEPS = LIMITS


class Bounds:
    """What is left of each limit for one text, in one part of the reader."""

    def __init__(self) -> None:
        self._left = dict(LIMITS)

    def spend(self, what: str, amount: int, spot: Spot) -> None:
        """Take `amount` of a limit; InputError at `spot` when it is used up."""
        self._left[what] -= amount
        if self._left[what] < 0:
            raise spot.error(f"the configuration unfolds to more than {LIMITS[what]:,} {what} here; make it smaller")
