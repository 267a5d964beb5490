# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of experiments with a deployer that writes down what it is told, and the store that they end in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.experiments import SCHEMA
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import Target
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.interruption import Interrupted
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.runner import Runner, Task
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.store import Store
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, InputError


class Recorder:
    """A deployer and a set of neighbours in one; ``fails`` names the calls that fail."""

    def __init__(self, fails: Mapping[str, BaseException] | None = None, broken: str | None = None):
        self.calls: list[str] = []
        self._fails, self._broken = fails or {}, broken

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name in self._fails:
            raise self._fails[name]

    def deploy(self, wanted: Mapping[str, Any]) -> Target:
        self._called("deploy")
        return Target("192.0.2.1", 80)

    def terminate(self, wanted: Mapping[str, Any]) -> bool:
        self._called("terminate")
        return True

    def start(self) -> None:
        self._called("start")

    def stop(self) -> bool:
        self._called("stop")
        return False

    def usage(self) -> dict[str, float]:
        return {"cpu": 1.0}

    def state(self) -> str | None:
        return self._broken


WHOLE = ["deploy", "start", "stress", "stop", "terminate"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path / "s.sqlite"), SCHEMA)
    store.plan({"a": 1}, [('{"x": 1}', 1), ('{"x": 2}', 1), ('{"x": 3}', 1), ('{"x": 4}', 1)])
    yield store
    store.close()


def runner(recorder: Recorder, store: Store, stress: Callable[[Target], Iterator[dict[str, float]]] | None = None) -> Runner:
    def two(_target: Target) -> Iterator[dict[str, float]]:
        recorder._called("stress")
        yield {"users": 10, "latency": 2.5}
        yield {"users": 20, "latency": 3.5}

    return Runner(recorder, recorder, stress or two, store, max_failures=2)


TASKS = [Task(number, f"x={number} #1", {}) for number in (1, 2, 3, 4)]


def test_an_experiment_is_deployed_disturbed_stressed_measured_and_terminated(store: Store) -> None:
    recorder = Recorder()
    events = list(runner(recorder, store).run(TASKS[:1]))
    assert recorder.calls == WHOLE
    assert [event["state"] for event in events] == ["running", "finished"]
    first, second = store.samples()
    assert (first["experiment"], first["users"], first["latency"], second["users"]) == (1, 10, 2.5, 20)
    assert {"host_cpu", "service_cpu"} <= first.keys()
    assert len(store.durations()) == 1


@pytest.mark.parametrize("at", ["deploy", "start", "stress", "stop", "terminate"])
def test_what_fails_is_terminated_told_and_kept_as_failed_and_the_next_begins(store: Store, at: str) -> None:
    recorder = Recorder({at: FailedError("no")})
    events = list(runner(recorder, store).run(TASKS))
    assert [event["state"] for event in events] == ["running", "failed"] * 2, "two failures in a row end it"
    assert events[1]["message"] == "no"
    assert recorder.calls.count("terminate") == recorder.calls.count("stop") == 2
    assert store.samples() == []
    assert sorted(state for _number, state in store.numbers().values()) == ["failed", "failed", "planned", "planned"]


@pytest.mark.parametrize("at", ["deploy", "start", "stress"])
def test_an_interruption_terminates_and_leaves_at_once(store: Store, at: str) -> None:
    recorder = Recorder({at: Interrupted()})
    with pytest.raises(Interrupted):
        list(runner(recorder, store).run(TASKS))
    assert recorder.calls[-2:] == ["stop", "terminate"]
    assert recorder.calls.count("deploy") == 1
    assert store.numbers()['{"x": 1}', 1] == (1, "running")


@pytest.mark.parametrize("at", ["stop", "terminate"])
def test_an_interruption_of_the_end_begins_it_once_more(store: Store, at: str) -> None:
    recorder = Recorder({at: Interrupted()})
    with pytest.raises(Interrupted):
        list(runner(recorder, store).run(TASKS))
    assert recorder.calls == [*WHOLE, "stop", "terminate"]


def test_who_looks_away_in_the_middle_leaves_nothing(store: Store) -> None:
    recorder = Recorder()
    events = runner(recorder, store).run(TASKS)
    assert next(events)["state"] == "running"
    events.close()
    assert recorder.calls == []


def test_failures_that_are_not_in_a_row_do_not_end_it(store: Store) -> None:
    turns = iter([True, False, True, False])

    def stress(_target: Target) -> Iterator[dict[str, float]]:
        if next(turns, False):
            raise FailedError("once")
        yield {"users": 1, "latency": 1.0}

    states = [event["state"] for event in runner(Recorder(), store, stress).run(TASKS) if event["state"] != "running"]
    assert states == ["failed", "finished", "failed", "finished"]


def test_a_service_that_ended_is_the_reason(store: Store) -> None:
    recorder = Recorder(broken="the service ended with 1: oops")
    [_begun, failed] = runner(recorder, store).run(TASKS[:1])
    assert failed["message"] == "the service ended with 1: oops"
    recorder = Recorder({"stress": FailedError("no answer")}, broken="the service ended with 1: oops")
    [_begun, failed] = runner(recorder, store).run(TASKS[:1])
    assert failed["message"] == "no answer; the service ended with 1: oops"


def test_a_failed_experiment_can_be_repeated(store: Store) -> None:
    list(runner(Recorder({"stress": FailedError("no")}), store).run(TASKS[:1]))
    list(runner(Recorder(), store).run(TASKS[:1]))
    assert store.numbers()['{"x": 1}', 1] == (1, "finished")
    list(runner(Recorder(), store).run(TASKS[:1]))
    assert len(store.samples()) == 2, "repeated samples take the place of the earlier ones"


def test_the_store_is_what_its_readers_expect(store: Store, tmp_path: Path) -> None:
    list(runner(Recorder(), store).run(TASKS[:1]))
    with sqlite3.connect(tmp_path / "s.sqlite") as connection:
        experiments = connection.execute("SELECT id, configuration, iteration, state FROM experiments").fetchall()
        samples = connection.execute("SELECT experiment, time, load, metrics FROM samples").fetchall()
    assert experiments[:2] == [(1, '{"x": 1}', 1, "finished"), (2, '{"x": 2}', 1, "planned")]
    assert [row[2] for row in samples] == [10.0, 20.0]
    assert json.loads(samples[0][3])["latency"] == 2.5


def test_a_store_is_opened_again(tmp_path: Path) -> None:
    for more in (1, 2):
        store = Store(str(tmp_path / "s.sqlite"), SCHEMA)
        store.plan({"a": more}, [('{"x": 1}', iteration) for iteration in range(1, more + 1)])
        assert (store.identity(), len(store.numbers())) == ({"a": 1}, more)
        store.close()


def test_stores_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x" * 5000, encoding="ascii")
    for path, wrong in (
        (tmp_path / "none" / "s", "cannot be written: its folder is not there"),
        (tmp_path, "cannot be written: is a folder"),
        (tmp_path / "text", "is no store of a campaign: file is not a database"),
        (Path("/proc/s.sqlite"), "cannot be written: unable to open database file"),
    ):
        with pytest.raises(InputError, match=wrong):
            Store(str(path), SCHEMA)


def test_any_reason_of_a_failure_can_be_kept(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "s.sqlite"), SCHEMA)
    store.plan({}, [('{"x": 1}', 1)])
    store.fail(1, 0.0, 1.0, "out of\nfilm \ud800")
    assert store.numbers() == {('{"x": 1}', 1): (1, "failed")}
    store.close()
    with sqlite3.connect(tmp_path / "s.sqlite") as connection:
        assert connection.execute("SELECT message FROM runs").fetchall() == [("out of film ?",)]
