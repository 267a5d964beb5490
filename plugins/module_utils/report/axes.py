# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The axis of a metric: its ends, its ticks, and where a value lies.

It is logarithmic where the typical values are spread over a factor of a thousand and more. All else is computed in quarters, so
that the distance of the largest floats does not overflow.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TICKS = 5
FAR = 3
"""A border that is further from the samples than so many times their range is not on the axis."""
DECADES = 3
"""Powers of ten from the lowest to the highest typical value with which an axis is logarithmic."""
LARGEST = sys.float_info.max


@dataclass(frozen=True)
class Axis:
    low: float
    high: float
    step: float
    left: float
    width: float
    logarithmic: bool = False
    """Then ``step`` is in powers of ten."""

    @property
    def right(self) -> float:
        return self.left + self.width

    def at(self, value: float) -> float:
        """Where a value lies; what is beyond an end lies there."""
        share = self._share(value)
        return round(self.left + self.width * min(1.0, max(0.0, share)), 2)

    def _share(self, value: float) -> float:
        if self.logarithmic:
            low, high = math.log10(self.low), math.log10(self.high)
            return (math.log10(value) - low) / (high - low) if value > 0 else 0.0
        return (value / 4 - self.low / 4) / (self.high / 4 - self.low / 4)

    def ticks(self) -> list[float]:
        if self.logarithmic:
            first, last = round(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1, round(self.step))]
        steps = round((self.high / 4 - self.low / 4) / (self.step / 4))
        return [min(self.high, self.low + number * self.step) for number in range(1 + steps)]

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def text(self, value: float) -> str:
        """As many digits as tell one tick from the next."""
        if self.logarithmic:
            return (
                f"{value:.3g}" if 1e-4 <= value < 1000 else f"{value:.0e}" if value < 1e-4 or value >= 1e6 else f"{value:.0f}"
            )
        most = max(abs(self.low), abs(self.high))
        if self.step >= 1e-4 and most < 1e7:
            return f"{value:.{max(0, -_exponent(self.step))}f}"
        return f"{value:.{min(15, max(1, _exponent(most) - _exponent(self.step) + 1))}g}"


def axis(values: Iterable[float], borders: Sequence[float], left: float, width: float, typical: Sequence[float] = ()) -> Axis:
    """An axis that holds all values, and those borders that are not far from them.

    :param typical: the values that decide whether it is logarithmic; a single low one among others does not
    """
    there = list(values) or list(borders) or [0.0]
    low, high = min(there), max(there)
    if low > sys.float_info.min and typical and math.log10(max(typical)) - math.log10(min(typical)) >= DECADES:
        return _logarithmic(low, high, borders, left, width)
    reach = FAR * (high / 4 - low / 4)
    near = [one for one in borders if low / 4 - reach <= one / 4 <= high / 4 + reach]
    low, high = min([low, *near]), max([high, *near])
    if not high / 4 - low / 4:
        beside = abs(low) / 20 or 1.0
        low, high = max(low - beside, -LARGEST), min(high + beside, LARGEST)
    step = _step((high / 4 - low / 4) / TICKS * 4)
    start, end = math.floor(low / step) * step, math.ceil(high / step) * step
    if not -LARGEST <= start < end <= LARGEST:
        start, end = low, high
    return Axis(start, end, min(step, (end / 4 - start / 4) * 2), left, width)


def _logarithmic(low: float, high: float, borders: Iterable[float], left: float, width: float) -> Axis:
    """From one power of ten to another, with the borders that are no further than :data:`DECADES` from the values."""
    ends = [math.log10(low), math.log10(high)]
    near = [math.log10(one) for one in borders if one > sys.float_info.min]
    found = [*ends, *(one for one in near if ends[0] - DECADES <= one <= ends[1] + DECADES)]
    first, last = math.floor(min(found)), min(308, math.ceil(max(found)))
    step = math.ceil((last - first) / TICKS / 2)
    return Axis(10.0**first, max(high, 10.0**last), step, left, width, logarithmic=True)


def _exponent(number: float) -> int:
    return math.floor(math.log10(number)) if number else 0


def _step(rough: float) -> float:
    """The least of 1, 2, 5, 10 times a power of ten that is no less."""
    power = 10.0 ** max(-300, _exponent(rough))
    return next((one * power for one in (1, 2, 5) if one * power >= rough), min(10 * power, LARGEST))
