# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The highest rate that is held for a whole trial, by binary search.

Source: RFC 2544, section 26.1, as D6.1, annex A3.9.4.1 takes it for services: a rate that falls below what is asked at any time
of a trial is not supported.
"""

from __future__ import annotations

from collections.abc import Generator


def search(lowest: float, highest: float, precision: float) -> Generator[float, bool, float]:
    """Yields the rate of the next trial and is sent whether it was held; returns the highest rate that was, or 0.

    The answer is at most ``precision`` below the true one where every rate below a held one is held too.
    O(log((highest - lowest) / precision)) trials.
    """
    if (yield highest):
        return highest
    if not (yield lowest):
        return 0.0
    held, broken = lowest, highest
    while broken - held > precision:
        middle = (held + broken) / 2
        if (yield middle):
            held = middle
        else:
            broken = middle
    return held
