# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pools of one task, brought to their states at the same time, none in the way of another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeAlias

from ...core.errors import InputError
from ...core.plan import Plan
from .neutron import Neutron
from .pool_leaks import PoolLeaks
from .pool_names import NoneThereError, PoolNames
from .pool_run import Planning, PoolRun

LISTS = ("created", "attached", "recycled", "deleted", "released", "leaked")
MEANS = (
    "a run fails unless it is made before; the plan is for a pool that is still empty",
    "its pool counts as removed, and what it left is looked for",
)
"""What follows from something that is missing: for a check, and for a removal."""
LEAST = {"concurrency": 1, "rate": 0, "timeout": 0}
InUse: TypeAlias = "Callable[[Mapping[str, Any]], frozenset[str] | None]"


class PortPools:
    """The pools of a task's options; an acting verb (see ``glue.boundary.Acting``).

    Names are looked up first, so a wrong one fails the task before anything is changed. After that each pool
    stands for itself: one that cannot be brought to its state does not keep the others from theirs.

    :param options: those of the task; with ``check_mode`` a pool may be of what is still to be made
    :param pools: the options of each pool
    :param in_use: of a pool's options, the ids of ports that somebody uses without Neutron's knowledge
    """

    def __init__(self, options: Mapping[str, Any], pools: Iterable[Mapping[str, Any]], planning: Planning, in_use: InUse):
        self._threads = options["concurrency"]
        for name, least in LEAST.items():
            if (options.get(name) or 0) < least:
                raise InputError(f"{name}: {options.get(name)} is less than {least}")
        if math.isnan(options.get("rate") or 0):
            raise InputError("rate: it is no number: give calls per second, or 0 for no limit")
        self._neutron = Neutron(options, rate=options.get("rate") or None, concurrency=self._threads)
        self._pools = list(pools)
        self._options = options
        self._planning = planning
        self._in_use = in_use
        self._checks = bool(options.get("check_mode"))
        self._names = PoolNames(self._neutron, assume=self._checks)
        self._runs: list[PoolRun] = []
        self._warnings: list[str] = []

    def read(self) -> list[PoolRun]:
        self._runs, self._warnings = [], list(self._options.get("warnings") or ())
        leaks = PoolLeaks(self._neutron)
        for pool in self._pools:
            try:
                self._runs.append(self._run(pool, leaks))
            except NoneThereError as error:
                if pool["state"] != "absent":
                    raise
                self._warnings.append(f"{error}; its pool counts as removed")
        _refuse_twins(self._runs)
        self._each(PoolRun.read, [[run] for run in self._runs])
        return self._runs

    @property
    def names(self) -> list[str]:
        """What the user calls the pools that were read, in the order of the results."""
        return [str(run.wanted.key) for run in self._runs]

    def _run(self, pool: Mapping[str, Any], leaks: PoolLeaks) -> PoolRun:
        wanted = self._names.wanted(pool, self._in_use(pool))
        subnet = self._names.subnet(pool, wanted.key.network)
        if missing := self._names.missing:
            wanted = replace(wanted, missing=missing)
            self._warnings.append(f"{missing}; {MEANS[wanted.state == 'absent']}")
        wait = min(float(self._options["timeout"]), float(pool["active_timeout"])) if self._options["wait"] else 0.0
        return PoolRun(self._neutron, wanted, subnet, self._planning, leaks, wait, self._threads)

    def difference(self, current: list[PoolRun]) -> Plan:
        for run in current:
            run.plan()
        if len(current) == 1 and current[0].error:
            raise current[0].error
        return Plan(tuple(change for run in current for change in run.changes()))

    def apply(self, _plan: Plan) -> None:
        """Pools of one location come one after the other: they would only take each other's VLANs."""
        ordered = sorted(self._runs, key=_location)
        self._each(PoolRun.apply, [list(runs) for _location_, runs in groupby(ordered, key=_location)])

    def result(self) -> dict[str, Any]:
        told = [run.result() for run in self._runs]
        failed = [str(run.error) for run in self._runs if run.error]
        done = {name: [port for one in told for port in one[name]] for name in LISTS}
        return {
            **done,
            "pools": told,
            "pool": told[0]["pool"] if len(told) == 1 else None,
            "claimed": {claimant: port for one in told for claimant, port in one["claimed"].items()},
            "quota": next((one["quota"] for one in told if one["quota"]), None),
            "api_calls": self._neutron.calls,
            "warnings": [*self._warnings, *(one["shortage"] for one in told if one["shortage"])],
            **(_failure(failed, len(told), any(run.done.anything for run in self._runs)) if failed else {}),
        }

    def _each(self, act: Callable[[PoolRun], None], groups: list[list[PoolRun]]) -> None:
        def all_of(runs: list[PoolRun]) -> None:
            for run in runs:
                act(run)

        with ThreadPoolExecutor(max_workers=max(1, min(self._threads, len(groups)))) as pool:
            for one in [pool.submit(all_of, runs) for runs in groups]:
                one.result()


def _refuse_twins(runs: list[PoolRun]) -> None:
    """Two plans for the same ports would undo each other."""
    seen: set[Any] = set()
    for run in runs:
        wanted = run.wanted
        if wanted.missing is None and (wanted.key, wanted.tags) in seen:
            raise InputError(f"pools: {wanted.key} is there twice, under one name or under several: leave one of them")
        seen.add((wanted.key, wanted.tags))


def _location(run: PoolRun) -> str:
    return run.wanted.key.location


def _failure(failed: list[str], number: int, changed: bool) -> dict[str, Any]:
    """A run that failed has changed what it did before, and not what it meant to do."""
    msg = failed[0] if number == 1 else f"{len(failed)} of {number} pools failed: {'; '.join(failed)}"
    return {"failed": True, "msg": msg, "changed": changed}
