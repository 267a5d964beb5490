# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the functions of a chain may run, and how far apart: the servers, seen from the constraints."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from typing import Any

from .ocm_arrays import indices, truths
from .ocm_model import SLACK, Chain, Function, Geography, Server


class Ground:
    """``sites`` has the servers of each site by number, those without a site under None."""

    def __init__(self, servers: Sequence[Server], geography: Geography):
        self.servers, self.geography = servers, geography
        self.everywhere = indices(range(len(servers)))
        numbers: dict[str | None, list[int]] = {}
        for number, server in enumerate(servers):
            numbers.setdefault(server.site, []).append(number)
        self.sites = {site: indices(found) for site, found in numbers.items()}
        self._permits: dict[tuple[str | None, str | None, str | None], list[bool]] = {}

    def allowed(self, chain: Chain) -> Any:
        """Functions × servers: whether the function may run there; None where the chain has no pins."""
        return truths([self._permitted(one) for one in chain.functions]) if chain.pinned else None

    def permitted(self, function: Function) -> list[int]:
        """The servers where a function may run, by number."""
        return [number for number, may in enumerate(self._permitted(function)) if may]

    def _permitted(self, function: Function) -> list[bool]:
        pins = (function.server, function.site, function.site_role)
        if pins not in self._permits:
            self._permits[pins] = [function.may_run_on(server, self.geography.roles) for server in self.servers]
        return self._permits[pins]

    def latency(self, places: Sequence[int]) -> float:
        """The delays between successive functions, in ms."""
        sites = [self.servers[place].site for place in places]
        return math.fsum(self.geography.delay(*pair) for pair in itertools.pairwise(sites))

    def least_latency(self, choices: Sequence[Collection[int]]) -> float:
        """The least sum of delays where each function has a choice of servers; infinite where one has none."""
        spent: dict[str | None, float] = {}
        for number, servers in enumerate(choices):
            sites = {self.servers[one].site for one in servers}
            delay, before = self.geography.delay, spent
            spent = {to: min((cost + delay(at, to) for at, cost in before.items()), default=math.inf) for to in sites}
            if not number:
                spent = dict.fromkeys(sites, 0.0)
        return min(spent.values(), default=math.inf)

    def within(self, chain: Chain, places: Sequence[int]) -> bool:
        return math.isinf(chain.latency) or self.latency(places) <= chain.latency + SLACK
