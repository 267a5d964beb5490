# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The store of a campaign in InfluxDB, for which no transaction is needed.

========== ============================================= ==========================================================
measurement tags                                         fields
========== ============================================= ==========================================================
campaign    campaign                                     identity_0, identity_1, …: pieces of one JSON object
experiments campaign, experiment                         configuration (JSON), iteration
runs        campaign, experiment, attempt, state         begun, seconds (s), samples (how many), message
samples     campaign, experiment, attempt, one for each  elapsed (s since the begin), load (users), the metrics
            parameter
========== ============================================= ==========================================================

Nothing is ever changed or removed, so whatever order things arrive in, they mean the same:

- Each attempt at an experiment has a name of its own, a random one. Its samples are written first, and its mark ``finished`` in
  ``runs`` last. Samples count if their attempt has that mark: what a killed attempt left never mixes in.
- An experiment with such a mark is finished and stays so. Of two marks, which two machines may bring, the earlier one counts.
- An experiment's number is made of its configuration and iteration, so who plans it again plans the same one.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from ...core.errors import ConflictError, FailedError, InputError, Place
from ..influxdb.client import Client, connected
from ..influxdb.line_protocol import Point, line
from .keeping import metrics, told

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}\Z")
PREFIX = re.compile(r"[A-Za-z0-9_.-]{0,63}\Z")
PIECE = 16_000
"""Characters of one field: a text of InfluxDB is limited, a service definition with its files is not."""
TAGS = ("campaign", "experiment", "attempt")
"""The store's own tags of samples; parameters are tags beside them."""
SECOND = 10**9


@dataclass(frozen=True)
class Run:
    """A mark of an attempt: its state, when it had that, and, where it is finished, its seconds and how many samples it has."""

    experiment: int
    attempt: str
    state: str
    time: int
    seconds: float
    samples: int


class InfluxdbStore:
    """One campaign in an InfluxDB, see ``keeping.CampaignStore``.

    :param options: validated ones, those of ``glue.options.INFLUXDB``, with the name of the ``campaign``
    :raises InputError: the address or a name is none
    """

    def __init__(self, options: Mapping[str, Any]):
        for name, pattern in (("campaign", NAME), ("measurement_prefix", PREFIX)):
            if not pattern.match(str(options[name])):
                message = f"{options[name]!r} is no name; take at most 63 letters, digits, dots, hyphens and underscores"
                raise InputError(message, Place(path=f"influxdb.{name}"))
        self._campaign, self._prefix = options["campaign"], options["measurement_prefix"] or ""
        self._client: Client = connected(options)
        self.name = f"{self._client.name}, campaign {self._campaign}"
        self._attempts: dict[int, str] = {}
        self._tags: dict[int, dict[str, str]] = {}

    def close(self) -> None:
        self._client.close()

    def identity(self) -> dict[str, Any] | None:
        kept = min(self._points("campaign"), key=lambda one: one.time, default=None)
        if kept is None:
            return None
        pieces = (kept.fields.get(f"identity_{number}") for number in count())
        with self._own():
            return json.loads("".join(iter(lambda: next(pieces, None), None)))

    def plan(self, identity: Mapping[str, Any], experiments: Iterable[tuple[str, int]]) -> None:
        """See ``keeping.CampaignStore``.

        :raises ConflictError: somebody else has just begun a campaign of this name
        """
        now, known = time.time_ns(), self.numbers()
        new = dict.fromkeys(one for one in experiments if one not in known)
        if self.identity() is None:
            text = json.dumps(identity, sort_keys=True)
            pieces = {f"identity_{at // PIECE}": text[at : at + PIECE] for at in range(0, len(text), PIECE)}
            self._client.write([self._point("campaign", {}, pieces, now)])
            if self.identity() != json.loads(text):
                raise ConflictError("holds another campaign by now; wait for its end, or take another name", Place(self.name))
        self._client.write(self._planned(text, iteration, now) for text, iteration in new)

    def numbers(self) -> dict[tuple[str, int], tuple[int, str]]:
        return self._numbers(self._runs())

    def _numbers(self, runs: Mapping[int, Sequence[Run]]) -> dict[tuple[str, int], tuple[int, str]]:
        found = {}
        for mark in self._points("experiments"):
            with self._own():
                key = (mark.fields["configuration"], int(mark.fields["iteration"]))
                number = int(mark.tags["experiment"])
                self._tags[number] = _parameters(key[0])
                found[key] = (number, _state(runs.get(number, ())))
        return found

    def begin(self, experiment: int) -> None:
        self._attempts[experiment] = uuid.uuid4().hex[:16]
        self._mark(experiment, "running", {"begun": time.time()})

    def finish(self, experiment: int, begun: float, seconds: float, samples: Sequence[Mapping[str, float]]) -> None:
        """See ``keeping.CampaignStore``.

        :raises InputError: a metric is not finite
        """
        if experiment not in self._tags:
            self.numbers()
        tags = {"experiment": str(experiment), "attempt": self._attempt(experiment), **self._tags.get(experiment, {})}
        points, last = [], 0
        for sample in samples:
            measured = {name: float(one) for name, one in metrics(sample).items()}
            fields = {**measured, "elapsed": float(sample["time"]), "load": float(sample["users"])}
            last = max(last + 1, round((begun + sample["time"]) * SECOND))  # two of one time would be one
            points.append(self._point("samples", tags, fields, last))
        self._client.write(points)
        self._mark(experiment, "finished", {"begun": float(begun), "seconds": float(seconds), "samples": len(points)})

    def fail(self, experiment: int, begun: float, seconds: float, message: str) -> None:
        why = {"begun": float(begun), "seconds": float(seconds), "message": told(message)[:PIECE]}
        self._mark(experiment, "failed", why)

    def durations(self) -> list[float]:
        return [run.seconds for runs in self._runs().values() if (run := _finished(runs))]

    def samples(self) -> list[dict[str, Any]]:
        found = []
        for row in self.tables()["samples"]:
            own = {name: one for name, one in row.items() if name not in {"time", "load"}}
            found.append({**own, "users": row["load"]})
        return found

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Experiments, and the samples of finished ones, as ``characterisation.experiments.samples`` takes them.

        :raises FailedError: samples of a finished experiment are gone
        """
        runs = self._runs()
        numbers = self._numbers(runs)
        known = {number for number, _state in numbers.values()}
        kept = {number: run for number, one in runs.items() if number in known and (run := _finished(one))}
        own = self._samples_of(kept)
        for number, run in kept.items():
            if len(own[number]) != run.samples:
                message = f"has {len(own[number])} of {run.samples} samples of experiment {number}"
                raise FailedError(f"{message}; see whether its retention policy has removed them", Place(self.name))
        return {
            "experiments": [
                {"id": number, "configuration": text, "iteration": iteration, "state": state}
                for (text, iteration), (number, state) in sorted(numbers.items())
            ],
            "samples": [row for number in sorted(own) for row in own[number]],
        }

    def _samples_of(self, runs: Mapping[int, Run]) -> dict[int, list[dict[str, Any]]]:
        """The samples of one attempt at each experiment, in the order of time."""
        found: dict[int, list[dict[str, Any]]] = {number: [] for number in runs}
        with self._own():
            for point in sorted(self._points("samples"), key=lambda one: one.time):
                number = int(point.tags["experiment"])
                if number in runs and runs[number].attempt == point.tags["attempt"]:
                    found[number].append(_sample(number, point))
        return found

    def _point(self, measurement: str, tags: Mapping[str, str], fields: Mapping[str, Any], moment: int) -> Point:
        return Point(f"{self._prefix}{measurement}", {"campaign": self._campaign, **tags}, fields, moment)

    def _points(self, measurement: str) -> list[Point]:
        return self._client.points(f"{self._prefix}{measurement}", {"campaign": self._campaign})

    def _planned(self, text: str, iteration: int, now: int) -> Point:
        number = hashlib.sha256(f"{text} #{iteration}".encode()).digest()[:6]
        tags = {"experiment": str(int.from_bytes(number))}
        return self._point("experiments", tags, {"configuration": text, "iteration": iteration}, now)

    def _attempt(self, experiment: int) -> str:
        return self._attempts.setdefault(experiment, uuid.uuid4().hex[:16])

    def _mark(self, experiment: int, state: str, fields: Mapping[str, Any]) -> None:
        tags = {"experiment": str(experiment), "attempt": self._attempt(experiment), "state": state}
        self._client.write([self._point("runs", tags, fields, time.time_ns())])

    def _runs(self) -> dict[int, list[Run]]:
        """The marks of each experiment."""
        found: dict[int, list[Run]] = {}
        with self._own():
            for run in map(_run, self._points("runs")):
                found.setdefault(run.experiment, []).append(run)
        return found

    @contextmanager
    def _own(self) -> Iterator[None]:
        """What does not fit inside was written by somebody else."""
        try:
            yield
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            message = "has measurements that are of no campaign; take another measurement_prefix"
            raise FailedError(message, Place(self.name)) from error


def _run(point: Point) -> Run:
    tags, fields = point.tags, point.fields
    seconds, samples = float(fields.get("seconds", 0)), int(fields.get("samples", 0))
    return Run(int(tags["experiment"]), tags["attempt"], tags["state"], point.time, seconds, samples)


def _finished(runs: Iterable[Run]) -> Run | None:
    """The mark of the attempt that counts."""
    marks = [run for run in runs if run.state == "finished"]
    return min(marks, key=lambda one: (one.time, one.attempt), default=None)


def _state(runs: Sequence[Run]) -> str:
    if _finished(runs):
        return "finished"
    return max(runs, key=lambda one: (one.time, one.state == "failed")).state if runs else "planned"


def _sample(number: int, point: Point) -> dict[str, Any]:
    measured = {name: float(one) for name, one in point.fields.items() if name not in {"elapsed", "load"}}
    return {**measured, "experiment": number, "time": float(point.fields["elapsed"]), "load": float(point.fields["load"])}


def _parameters(text: str) -> dict[str, str]:
    """The values of a configuration as tags, by which samples can be selected and grouped."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in json.loads(text).items()}


def require_tags(configurations: Iterable[str]) -> None:
    """See that configurations, each a JSON object, can be tags of samples.

    :raises InputError: a parameter has the name of a tag of the store, or a value that InfluxDB does not take
    """
    for text in configurations:
        tags = _parameters(text)
        for name in TAGS:
            if name in tags:
                raise InputError(f"the parameter {name!r} has the name of a tag of the store in InfluxDB; give it another name")
        line(Point("samples", tags, {"load": 0.0}))


def kept(options: Mapping[str, Any]) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """What ``template_optimise`` asks of an InfluxDB, as tables, and what messages call it.

    :param options: validated ones, with either ``campaign`` or ``query``
    :raises NfvError: the server does not answer, refuses, or has no such campaign
    """
    if options["query"] is not None:
        with closing(connected(options)) as client:
            return {"query": client.rows(options["query"])}, f"{client.name}, query"
    if options["campaign"] is None:
        raise InputError("name the campaign, or give a query", Place(path="influxdb"))
    with closing(InfluxdbStore(options)) as store:
        if store.identity() is None:
            raise InputError("is not there; check the names of the campaign and the measurement_prefix", Place(store.name))
        return store.tables(), store.name
