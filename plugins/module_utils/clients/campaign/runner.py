# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of each experiment: deployed, disturbed, stressed, measured, and always terminated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.errors import FailedError, NfvError
from .deployer import Deployer, Target
from .keeping import CampaignStore
from .neighbours import Neighbours
from .telemetry import Telemetry

Stress = Callable[[Target], Iterator[dict[str, float]]]


@dataclass(frozen=True)
class Task:
    """One experiment to carry out: its id in the store, what it is called, and what is to be deployed."""

    experiment: int
    name: str
    wanted: Mapping[str, Any]


class Runner:
    """Carries experiments out, one after the other.

    :param warm_up: seconds between deployment and stress
    :param max_failures: as many failures one after the other end the campaign
    :param machine: what this machine is to the service, its ``host`` or the ``controller``
    :param more: what else is told of it at a moment, by the name of its column
    """

    def __init__(
        self,
        deployer: Deployer,
        neighbours: Neighbours,
        stress: Stress,
        store: CampaignStore,
        warm_up: float = 0,
        max_failures: int = 3,
        machine: str = "host",
        more: Callable[[], Mapping[str, float]] = dict,
    ):
        self._deployer, self._neighbours, self._stress, self._store = deployer, neighbours, stress, store
        self._warm_up, self._max_failures, self._machine = warm_up, max_failures, machine
        self._more = more

    def run(self, tasks: Iterable[Task]) -> Iterator[dict[str, Any]]:
        """An event before and after each experiment: ``name``, ``state`` (``running``, ``finished``, ``failed``), ``seconds``,
        and ``message`` where it failed. What fails is kept as such, and the next is carried out. A task is asked for after the
        one before it has ended.
        """
        failures = 0
        for task in tasks:
            yield {"name": task.name, "state": "running", "seconds": 0.0, "message": None}
            self._store.begin(task.experiment)
            begun, start = time.time(), time.monotonic()
            try:
                samples = self._experiment(task)
                seconds = time.monotonic() - start
                self._store.finish(task.experiment, begun, seconds, samples)
                failures = 0
                yield {"name": task.name, "state": "finished", "seconds": seconds, "message": None}
            except NfvError as error:
                seconds = time.monotonic() - start
                self._store.fail(task.experiment, begun, seconds, str(error))
                failures += 1
                yield {"name": task.name, "state": "failed", "seconds": seconds, "message": str(error)}
                if failures >= self._max_failures:
                    return

    def clear(self, wanted: Mapping[str, Any]) -> bool:
        """Remove what an earlier run left; whether there was something."""
        return any([self._neighbours.stop(), self._deployer.terminate(wanted)])

    def _experiment(self, task: Task) -> list[dict[str, float]]:
        try:
            target = self._deployer.deploy(task.wanted)
            self._neighbours.start()
            time.sleep(self._warm_up)
            return self._measured(target)
        finally:
            self._terminate(task.wanted)

    def _terminate(self, wanted: Mapping[str, Any]) -> None:
        """End it all; where that is interrupted, once more from its beginning."""
        try:
            self._end(wanted)
        except NfvError:
            raise
        except BaseException:
            self._end(wanted)
            raise

    def _end(self, wanted: Mapping[str, Any]) -> None:
        try:
            self._neighbours.stop()
        finally:
            self._deployer.terminate(wanted)

    def _measured(self, target: Target) -> list[dict[str, float]]:
        start, rows = time.monotonic(), []
        telemetry = Telemetry(self._deployer.usage, machine=self._machine, more=self._more)
        try:
            for sample in self._stress(target):
                rows.append({"time": time.monotonic() - start, **sample, **telemetry.row()})
                self._see_all_run()
        except NfvError as error:
            wrong = self._deployer.state()
            if wrong and wrong not in str(error):
                raise FailedError(f"{error}; {wrong}") from error
            raise
        return rows

    def _see_all_run(self) -> None:
        """What was measured after the service or a neighbour ended would be of something else."""
        if wrong := self._deployer.state() or self._neighbours.state():
            raise FailedError(wrong)
