# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits of calls, with threads that are real and a clock that is not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import SimpleNamespace

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack import pace
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.pace import Pace


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (3, 3), (None, 8)])
def test_no_more_calls_are_under_way_than_allowed(concurrency: int | None, most: int) -> None:
    limit, seen, lock, there = Pace(None, concurrency), [0], threading.Lock(), [0]
    together = threading.Barrier(most)

    def call(_index: int) -> None:
        with limit:
            with lock:
                there[0] += 1
                seen.append(there[0])
            together.wait(timeout=30)  # as many as are allowed are under way at once
            with lock:
                there[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(24)))
    assert max(seen) == most


def test_a_quiet_time_is_no_credit_for_a_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    began: list[float] = []

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock[0], sleep=sleep))
    limit = Pace(20.0, 2)
    for quiet in (0.0, 0.0, 30.0, 0.0, 0.0):
        clock[0] += quiet
        with limit:
            began.append(clock[0])
    gaps = [later - earlier for earlier, later in pairwise(began)]
    assert gaps == pytest.approx([0.05, 30.0, 0.05, 0.05])
