# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many users stress a service, step by step.

Source: the profile of Hammer in D6.1, annex A3.9.5: ``step_deltas``, ``step_periods`` and ``step_repetitions``.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..core.errors import InputError, Place
from .campaign import DAY


def steps(deltas: Sequence[int], periods: Sequence[int], repetitions: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Users and seconds of each step. A phase repeats ``repetitions`` times: so many users more, for so many seconds.

    :param most: users that the tool can be
    :raises InputError: lists of different lengths or without items, or numbers out of range
    """
    if not deltas or not len(deltas) == len(periods) == len(repetitions):
        raise _error("step_deltas", "step_deltas, step_periods and step_repetitions have one number each for every phase")
    found, users = [], 0
    for phase, (delta, seconds, times) in enumerate(zip(deltas, periods, repetitions, strict=True)):
        if not 1 <= seconds <= DAY:
            raise _error(f"step_periods[{phase}]", f"{seconds} is out of range; take from 1 to {DAY} seconds")
        if not 1 <= times <= 10_000:
            raise _error(f"step_repetitions[{phase}]", f"{times} is out of range; take from 1 to 10000")
        for _repetition in range(times):
            users += delta
            if not 1 <= users <= most:
                raise _error(f"step_deltas[{phase}]", f"leads to {users} users; take from 1 to {most}")
            found.append((users, seconds))
    return found


def _error(name: str, message: str) -> InputError:
    return InputError(message, Place(path=f"experiment.use_case.parameters.{name}"))
