# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What conditions have come to, remembered by the condition and the values that it looks at.

The rules of a network say the same things again and again, at each port and for each memory that arrives there: that a
destination lies in a prefix is computed once, whatever becomes of all other fields.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from . import sefl
from .conditions import Evaluation, Truth, targets
from .memory import Memory, PathError
from .packet_sets import PacketSets


class _Entry(NamedTuple):
    """What a condition looks at, and its truths by the identity of the values there, which are kept with them."""

    targets: tuple[sefl.Target, ...]
    truths: dict[tuple[Hashable, ...], tuple[Truth, list[object]]]


class Truths:
    """Remembers for one universe of packet sets; equal conditions share what is known of them."""

    def __init__(self, sets: PacketSets):
        self._sets = sets
        self._entries: dict[sefl.Condition, _Entry] = {}
        self._by_number: dict[int, tuple[sefl.Condition, _Entry]] = {}

    def evaluation(self, memory: Memory, element: str) -> Evaluation:
        return _Remembering(self, self._sets, memory, element)

    def entry(self, condition: sefl.Condition) -> _Entry:
        """Found by identity where the same object was asked for before, since conditions may be long."""
        known = self._by_number.get(id(condition))
        if known is None:
            if condition not in self._entries:
                self._entries[condition] = _Entry(tuple(dict.fromkeys(targets(condition))), {})
            known = self._by_number[id(condition)] = (condition, self._entries[condition])
        return known[1]


class _Remembering(Evaluation):
    """An evaluation that computes no truth twice, of a whole condition or of a part of one."""

    def __init__(self, truths: Truths, sets: PacketSets, memory: Memory, element: str):
        super().__init__(sets, memory, element)
        self._truths = truths

    def truth(self, condition: sefl.Condition) -> Truth:
        entry = self._truths.entry(condition)
        values = list(self._values(entry.targets))
        key = tuple(value if isinstance(value, str) else id(value) for value in values)
        if key not in entry.truths:
            entry.truths[key] = (super().truth(condition), values)
        return entry.truths[key][0]

    def _values(self, looked_at: tuple[sefl.Target, ...]) -> Iterator[object]:
        """The value of each target, or what is wrong with it."""
        for target in looked_at:
            try:
                yield self._memory.read(target, self._element).value
            except PathError as error:
                yield str(error)
