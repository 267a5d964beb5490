# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The store in InfluxDB beside the one in SQLite: what is done to both must be seen in both."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import experiments
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign import influxdb_store
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.influxdb_store import (
    InfluxdbStore,
    kept,
    require_tags,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.keeping import CampaignStore
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.store import Store
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files import sqlite
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.client import connected
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.line_protocol import Point
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, FailedError, InputError
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "influxdb"))

import influxdb2_emulator
import servers

PLAN = [
    (json.dumps({"size": size, "nic": "SR-IOV, ü"}, sort_keys=True), iteration) for size in (1, 2.5) for iteration in (1, 2)
]
ROWS = [{"time": 0.5, "users": 5, "latency": 1.25, "requests": 7.0}, {"time": 0.5, "users": 10, "latency": 2.5}]


@pytest.fixture(scope="module")
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Influxd]:
    with servers.influxd(tmp_path_factory.mktemp("influxd") / "db") as one:
        yield one


@pytest.fixture(scope="module")
def emulator() -> Iterator[influxdb2_emulator.Emulator]:
    with influxdb2_emulator.emulator() as one:
        yield one


@pytest.fixture(params=["influxd", "emulator"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.getfixturevalue(request.param).options(campaign=f"c-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def store(options: dict[str, Any]) -> Iterator[InfluxdbStore]:
    with closing(InfluxdbStore(options)) as one:
        one.plan({"a": 1}, PLAN)
        yield one


def seen(store: CampaignStore) -> dict[str, Any]:
    """What a store tells, with experiments by what they are."""
    numbers = store.numbers()
    names = {number: key for key, (number, _state) in numbers.items()}
    samples = [{**row, "experiment": names[row["experiment"]]} for row in store.samples()]
    return {
        "identity": store.identity(),
        "states": {key: state for key, (_number, state) in numbers.items()},
        "durations": sorted(store.durations()),
        "samples": sorted(samples, key=lambda row: (row["experiment"], row["users"])),
    }


def flat(tables: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """What ``template_optimise`` makes of tables, without the numbers of experiments."""
    rows, unfinished = experiments.samples(tables, "users", "store")
    return sorted(({**row, "experiment": None} for row in rows), key=lambda row: json.dumps(row, sort_keys=True)), unfinished


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("plan"), st.integers(1, len(PLAN))),
        st.tuples(st.sampled_from(["finish", "fail", "killed"]), st.integers(0, len(PLAN) - 1)),
        st.tuples(st.just("reopen"), st.just(0)),
    ),
    max_size=10,
)


def carried_out(stores: list[CampaignStore], act: str, at: int) -> None:
    """One act, as a campaign would do it: what is finished is not begun again."""
    for store in stores:
        if act == "plan":
            store.plan({"a": [1, {"b": "ü"}]}, PLAN[:at])
            continue
        number, state = store.numbers().get(PLAN[at], (None, "finished"))
        if state == "finished":
            continue
        store.begin(number)
        if act == "finish":
            store.finish(number, 1_700_000_000.25 + at, 2.5 + at, [{**row, "latency": float(at)} for row in ROWS])
        elif act == "fail":
            store.fail(number, 1_700_000_000.25, 1.0, "the service ended:\nout of film, 'quoted' \\")


@pytest.mark.one_python
@pytest.mark.parametrize("kind", ["influxd", "emulator"])
def test_it_tells_what_sqlite_tells(kind: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue(kind)

    @settings(max_examples=15, deadline=None)
    @given(ACTS)
    def check(acts: list[tuple[str, int]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/s.sqlite"
            options = server.options(campaign=f"c-{uuid.uuid4().hex}")
            stores: list[CampaignStore] = [Store(path, experiments.SCHEMA), InfluxdbStore(options)]
            for act, at in acts:
                if act == "reopen":
                    for one in stores:
                        one.close()
                    stores = [Store(path, experiments.SCHEMA), InfluxdbStore(options)]
                else:
                    carried_out(stores, act, at)
            first, second = map(seen, stores)
            assert first == second
            if first["samples"]:
                assert flat(sqlite.tables(path, "s")) == flat(kept(options)[0])
            for one in stores:
                one.close()

    check()


def test_what_a_killed_attempt_left_never_mixes_in(
    store: InfluxdbStore, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _state = store.numbers()[PLAN[0]]
    store.begin(number)
    monkeypatch.setattr(store, "_mark", _killed)
    with pytest.raises(KeyboardInterrupt):
        store.finish(number, time.time(), 1.0, [{**row, "latency": 99.0} for row in ROWS])
    assert store.samples() == []
    with closing(InfluxdbStore(options)) as again:
        assert again.numbers()[PLAN[0]] == (number, "running")
        again.begin(number)
        again.finish(number, time.time(), 1.0, ROWS)
        assert [row["latency"] for row in again.samples()] == [1.25, 2.5]
        assert [row["latency"] for row in kept(options)[0]["samples"]] == [1.25, 2.5]


def _killed(*_words: Any) -> None:
    raise KeyboardInterrupt


def test_of_two_that_finish_the_same_the_first_counts(store: InfluxdbStore, options: dict[str, Any]) -> None:
    number, _state = store.numbers()[PLAN[0]]
    with closing(InfluxdbStore(options)) as other:
        store.begin(number)
        other.begin(number)
        other.finish(number, time.time(), 2.0, ROWS[:1])
        store.finish(number, time.time(), 3.0, ROWS)
        store.fail(number, time.time(), 3.0, "too late")
        for one in (store, other):
            assert (one.durations(), len(one.samples()), one.numbers()[PLAN[0]][1]) == ([2.0], 1, "finished")


def test_a_finish_that_is_repeated_is_one(store: InfluxdbStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server kept all and its answer was lost, so the client has written it again."""
    number, _state = store.numbers()[PLAN[0]]
    store.begin(number)
    write = store._client.write

    def twice(points: Any) -> None:
        kept_points = list(points)
        write(kept_points)
        write(kept_points)

    monkeypatch.setattr(store._client, "write", twice)
    store.finish(number, time.time(), 2.0, ROWS)
    assert (store.durations(), len(store.samples())) == ([2.0], 2)


def test_what_went_wrong_is_kept_on_one_line(influxd: servers.Influxd) -> None:
    with closing(InfluxdbStore(influxd.options(campaign="failing"))) as store:
        store.plan({}, PLAN[:1])
        [(number, _state)] = store.numbers().values()
        store.begin(number)
        store.fail(number, time.time(), 1.0, "out of\nfilm \ud800 " + "ü" * 60_000)
        assert store.numbers()[PLAN[0]][1] == "failed"
    [answer] = influxd.ask("SELECT message FROM nfv_runs WHERE campaign = 'failing' AND state = 'failed'")
    assert answer["values"][0][1].startswith("out of film ? üüü")


def test_an_experiment_without_a_number_for_a_metric_is_not_finished(store: InfluxdbStore) -> None:
    number, _state = store.numbers()[PLAN[0]]
    store.begin(number)
    with pytest.raises(InputError, match="latency is nan, and InfluxDB keeps finite numbers only"):
        store.finish(number, time.time(), 1.0, [*ROWS, {**ROWS[0], "latency": float("nan")}])
    assert store.numbers()[PLAN[0]][1] == "running"
    assert store.samples() == []


def test_a_store_belongs_to_the_campaign_that_came_first(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(InfluxdbStore(options)) as one, closing(InfluxdbStore(options)) as other:
        long = {"definition": 'film, \\"ü\n' * 20_000}
        one.plan(long, PLAN)
        assert other.identity() == long
        other.plan({"another": 1}, PLAN)
        assert one.identity() == long, "who looks before, as a campaign does, sees that it is another's"
    with closing(InfluxdbStore({**options, "campaign": options["campaign"] + "-2"})) as late:
        answers = [None, {"a": "another's"}]
        monkeypatch.setattr(late, "identity", lambda: answers.pop(0))
        with pytest.raises(ConflictError, match=r"campaign c-\w+-2: holds another campaign by now"):
            late.plan({"a": "mine"}, PLAN)


def test_two_campaigns_share_a_database(store: InfluxdbStore, options: dict[str, Any]) -> None:
    with closing(InfluxdbStore({**options, "campaign": "other"})) as other:
        other.plan({"b": 2}, PLAN[:1])
        number = next(iter(other.numbers().values()))[0]
        other.begin(number)
        other.finish(number, time.time(), 9.0, ROWS)
        assert len(other.samples()) == 2
    assert (store.samples(), store.durations(), store.identity()) == ([], [], {"a": 1})
    assert set(store.numbers()) == set(PLAN)


def test_samples_that_are_gone_are_told(influxd: servers.Influxd) -> None:
    options = influxd.options(campaign="gone")
    with closing(InfluxdbStore(options)) as store:
        store.plan({}, PLAN[:1])
        [(number, _state)] = store.numbers().values()
        store.begin(number)
        store.finish(number, time.time(), 1.0, ROWS)
        influxd.ask("DROP SERIES FROM nfv_samples WHERE campaign = 'gone'")
        with pytest.raises(FailedError, match=f"has 0 of 2 samples of experiment {number}; see whether its retention policy"):
            store.samples()


@pytest.mark.parametrize(
    "foreign",
    [
        Point("x_runs", {"campaign": "x", "experiment": "one", "attempt": "a", "state": "finished"}, {"seconds": 1.0}),
        Point("x_runs", {"campaign": "x", "experiment": "1"}, {"seconds": 1.0}),
        Point("x_experiments", {"campaign": "x", "experiment": "1"}, {"configuration": "[1]", "iteration": 1}),
        Point("x_experiments", {"campaign": "x", "experiment": "1"}, {"configuration": "7", "iteration": 1}),
        Point("x_experiments", {"campaign": "x"}, {"other": 1}),
        Point("x_samples", {"campaign": "x", "experiment": "1"}, {"load": 1}),
        Point("x_samples", {"campaign": "x"}, {"load": 1}),
        Point("x_campaign", {"campaign": "x"}, {"identity_0": "{"}),
        Point("x_campaign", {"campaign": "x"}, {"other": 1}),
    ],
)
def test_what_somebody_else_has_written_is_told(foreign: Point) -> None:
    one = {"campaign": "x", "experiment": "1"}
    ours = [
        Point("x_runs", {**one, "attempt": "a", "state": "finished"}, {"samples": 1}),
        Point("x_experiments", one, {"configuration": "{}", "iteration": 1}, 5),
    ]
    with influxdb2_emulator.emulator() as server:
        store = InfluxdbStore(server.options(campaign="x", measurement_prefix="x_"))
        with closing(store), closing(connected(server.options())) as client:
            client.write([*ours, foreign])
            with pytest.raises(FailedError, match="measurement_prefix"):
                store.identity() or store.tables()


def test_samples_can_be_grouped_by_parameters(influxd: servers.Influxd) -> None:
    """As Grafana would ask, by their tags."""
    with closing(InfluxdbStore(influxd.options(campaign="grouped", measurement_prefix="own."))) as store:
        store.plan({}, PLAN)
        for (text, _iteration), (number, _state) in store.numbers().items():
            store.begin(number)
            store.finish(number, time.time(), 1.0, [{**ROWS[0], "latency": json.loads(text)["size"] * 2}])
    answer = influxd.ask('SELECT mean(latency) FROM "own.samples" GROUP BY size, nic')
    assert {one["tags"]["size"]: one["values"][0][1] for one in answer} == {"1": 2, "2.5": 5}
    assert {one["tags"]["nic"] for one in answer} == {"SR-IOV, ü"}


@pytest.mark.parametrize(
    ("configuration", "wrong"),
    [
        ({"attempt": 1}, "the parameter 'attempt' has the name of a tag of the store in InfluxDB; give it another name"),
        ({"size": "a\nb"}, "cannot be the tag size of InfluxDB"),
        ({"size": "C:\\"}, "cannot be the tag size of InfluxDB"),
    ],
)
def test_configurations_that_can_be_no_tags(configuration: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        require_tags(['{"size": 1}', json.dumps(configuration)])
    assert wrong in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("campaign", "a' OR 'a' = 'a"), ("campaign", ""), ("measurement_prefix", 'x"')])
def test_names_that_are_none(name: str, value: str) -> None:
    with pytest.raises(InputError, match=rf"influxdb.{name}: .* is no name"):
        InfluxdbStore({**servers.NOTHING, "url": "http://h", "version": 1, "database": "d", "campaign": "c", name: value})


def test_a_campaign_that_is_not_there(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"campaign c-\w+: is not there; check the names"):
        kept(options)


def test_numbers_of_experiments_are_those_of_before() -> None:
    """They stand in databases of users."""
    store = InfluxdbStore({**servers.NOTHING, "url": "http://h", "version": 1, "database": "d", "campaign": "c"})
    assert store._planned('{"x": 1}', 1, 5).tags == {"campaign": "c", "experiment": "243982921361944"}
    assert influxdb_store.TAGS == ("campaign", "experiment", "attempt")
