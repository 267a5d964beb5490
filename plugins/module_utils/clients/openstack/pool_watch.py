# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools watched over time: filled when they fall below their minimum, and cleaned from time to time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...core.errors import NfvError
from .port_pools import PortPools

Event = dict[str, Any]
NUMBERS = ("created", "attached", "recycled", "deleted", "leaked")


class PoolWatch:
    """Brings pools to their state again and again.

    :param keep: fills the pools; :param clean: recycles them and removes leaks, or None
    :param interval: seconds between two looks; :param clean_interval: seconds between two cleanings
    """

    def __init__(self, keep: PortPools, clean: PortPools | None, interval: float, clean_interval: float, act: bool = True):
        self._keep = keep
        self._clean = clean
        self._interval = interval
        self._clean_interval = clean_interval
        self._act = act
        self._sizes: dict[str, Any] = {}

    def events(self, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> Iterator[Event]:
        """What happens, as it happens: ``{pool, size, in_use, down, below_minimum, created, …}``.

        A pool is told of when it has changed since it was last told of, or something was done to it. A failure is
        told, too (``msg``), and the next look tries again. An event without a pool ends each round.

        :param seconds: how long to watch; None for ever
        """
        began, cleaned = clock(), clock()
        while seconds is None or clock() - began < seconds:
            yield from self._round(self._keep)
            if self._clean is not None and clock() - cleaned >= self._clean_interval:
                cleaned = clock()
                yield from self._round(self._clean)
            yield {"pool": None}
            time.sleep(self._interval)

    def _round(self, pools: PortPools) -> Iterator[Event]:
        try:
            plan = pools.difference(pools.read())
            if plan and self._act:
                pools.apply(plan)
            told = pools.result()["pools"]
        except NfvError as error:
            yield {"pool": "all", "msg": str(error)}
            return
        for name, one in zip(pools.names, told, strict=True):
            event = _event(name, one, any(change["action"] != "delete" for change in one["plan"]))
            if self._is_news(event):
                yield event

    def _is_news(self, event: Event) -> bool:
        now = (event["size"], event["in_use"], event["down"])
        before, self._sizes[event["pool"]] = self._sizes.get(event["pool"]), now
        return now != before or "msg" in event or any(event[name] for name in NUMBERS)


def _event(name: str, told: Mapping[str, Any], planned: bool) -> Event:
    pool = told["pool"]
    event = {"pool": name, "size": pool["size"], "in_use": pool["in_use"], "down": pool["down"]}
    event |= {"below_minimum": planned, "recyclable": pool["recyclable"]}
    event |= {number: len(told[number]) for number in NUMBERS}
    return {**event, "msg": told["msg"]} if told.get("failed") else event
