# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the calls of a plan: those of one kind together, and one whose answer was lost after a look at what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from ...model.netscaler.resources import BINDINGS, RESOURCES
from ...model.netscaler.steps import Call, Step
from .reading import Reader, keys_of
from .session import PAUSES, LostAnswer, Session

AT_ONCE = 500
"""Objects in one call, at most."""
Part = tuple[Step, Call]


class Sender:
    """Carries calls out, each once."""

    def __init__(self, session: Session, reader: Reader):
        self._session = session
        self._reader = reader

    def send(self, calls: Sequence[Call]) -> list[Call]:
        """Calls of one kind, all or none.

        :returns: those of which nobody knows whether we did them: no answer came, and then what they make was there
        :raises NoRollback: the appliance makes no list of them as a whole, and made none of it
        :raises LostAnswer: the appliance breaks off again and again
        """
        left, unsure = list(calls), []
        for pause in (*PAUSES, None):
            try:
                if len(left) > 1:
                    self._session.make_all(left)
                elif left:
                    self._session.make(left[0])
                return unsure
            except LostAnswer:
                if pause is None:
                    raise
            time.sleep(pause)
            there = self.there(left)
            unsure += [call for call, done in zip(left, there, strict=True) if done]
            left = [call for call, done in zip(left, there, strict=True) if not done]
        return unsure

    def there(self, calls: Sequence[Call]) -> list[bool]:
        """For each call that makes something whether that is there."""
        first = calls[0]
        if first.resource in RESOURCES:
            key = RESOURCES[first.resource].key
            names = [str(call.payload[key]) for call in calls]
            found = self._reader.objects(first.resource, key, names)
            return [name in found for name in names]
        _owner, binding = BINDINGS[first.resource]
        parents = [str(call.payload[binding.parent]) for call in calls]
        rows = self._reader.members(binding.name, binding.parent, sorted(set(parents)))
        known = {(parent, key) for parent, items in rows.items() for row in items for key in keys_of(binding, row)}
        return [
            any((parent, key) in known for key in keys_of(binding, call.payload))
            for call, parent in zip(calls, parents, strict=True)
        ]


def in_groups(steps: Sequence[Step]) -> Iterator[list[Part]]:
    """The calls of the steps in their order, neighbours of one kind together; deletions have no body and go one by one."""
    group: list[Part] = []
    for step in steps:
        for call in step.calls:
            if group and (call.method == "DELETE" or _kind(call) != _kind(group[-1][1]) or len(group) == AT_ONCE):
                yield group
                group = []
            group.append((step, call))
    if group:
        yield group


def _kind(call: Call) -> tuple[str, str, str, bool]:
    return call.method, call.resource, call.action, call.repeatable
