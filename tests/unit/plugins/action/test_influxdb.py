# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Campaigns in an InfluxDB, by Ansible itself: killed and begun again, optimised, refused, and without a secret anywhere."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.influxdb_store import InfluxdbStore
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.client import connected
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.line_protocol import Point
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import NfvError
from ansible_collections.superfluidity.nfv.plugins.modules import service_characterise, template_optimise

UNITS = Path(__file__).parents[1]
sys.path.append(str(UNITS / "module_utils/clients/influxdb"))
sys.path.append(str(UNITS / "module_utils/characterisation"))
sys.path.append(str(UNITS / "action"))

import figures  # noqa: E402
import influxdb2_emulator  # noqa: E402
import servers  # noqa: E402
from test_service_characterise import action_of, await_that  # noqa: E402

USER, PASSWORD = "nfv", "s3cret-that-nobody-may-see"
CLASSES = {"class_A": {"throughput": ["{} > 0.5"]}}
FAKE_WRK = """#!/bin/sh
sleep 0.1
echo '{"duration": 1000000, "requests": 100, "bytes": 125000, "socket_errors": 0, "status_errors": 0, "mean": 1000, "p50": 1,'\\
 '"p90": 2, "p99": 3, "max": 4}'
"""


@pytest.fixture(scope="module")
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Influxd]:
    """A server that asks for a password."""
    with servers.influxd(tmp_path_factory.mktemp("influxd") / "db", "auth-enabled = true") as one:
        one.ask(f"CREATE USER {USER} WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
        one.ask("CREATE DATABASE tests", user=(USER, PASSWORD))
        yield one


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/wrk").write_text(FAKE_WRK, encoding="utf-8")
    (tmp_path / "bin/wrk").chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}


def server_options(server: servers.Influxd, **more: Any) -> dict[str, Any]:
    return {"url": server.url, "version": 1, "database": "tests", "username": USER, "password": PASSWORD, **more}


def campaign(instance: str, size: str = "size") -> dict[str, Any]:
    """Four configurations of a service that is nothing, twice."""
    parameters = {"sla_classes": CLASSES, "costs": {size: {1: 1, 2: 2, 3: 3, 4: 4}}}
    return {
        "service_definition": {
            "service_id": {"deploy": ["true", {"get_param": size}], "terminate": ["true"], "port": 1, "ready_timeout": 0},
            "deployer": "command",
            "deployment_parameters": {size: [1, 2, 3, 4]},
        },
        "experiment": {"instance_name": instance, "use_case": {"name": "wrk", "parameters": {"step_repetitions": [2]}}},
        "methodology": {"iterations": 2, "action": {"type": "template_optimisation", "parameters": parameters}},
    }  # fmt: skip


def command(module: str, arguments: dict[str, Any], *words: str) -> list[str]:
    ansible = str(Path(sys.executable).parent / "ansible")
    return [ansible, "localhost", "-m", f"superfluidity.nfv.{module}", "-a", json.dumps(arguments), *words]


def run(module: str, folder: Path, environment: dict[str, str], arguments: dict[str, Any], *words: str) -> dict[str, Any]:
    """One task; its result. Whatever it says, the password is not in it."""
    done = subprocess.run(
        command(module, arguments, *words), cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    assert PASSWORD not in done.stdout + done.stderr
    assert influxdb2_emulator.TOKEN not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    head, arrow, answer = done.stdout.partition(" => ")
    assert arrow, done.stdout + done.stderr
    return {"failed": "FAILED" in head, **json.JSONDecoder().raw_decode(answer)[0]}


def finished(server: servers.Influxd, instance: str) -> Counter[str]:
    """How many samples each experiment has that is marked as finished, by the server's own words."""
    marks = server.ask(
        f"SELECT samples FROM nfv_runs WHERE campaign = '{instance}' AND state = 'finished' GROUP BY experiment, attempt",
        user=(USER, PASSWORD),
    )
    found: Counter[str] = Counter()
    for mark in marks:
        tags = mark["tags"]
        own = f"experiment = '{tags['experiment']}' AND attempt = '{tags['attempt']}'"
        [samples] = server.ask(f"SELECT count(throughput) FROM nfv_samples WHERE {own}", user=(USER, PASSWORD))
        found[tags["experiment"]] += samples["values"][0][1]
    return found


@pytest.mark.one_python
def test_a_campaign_that_is_killed_again_and_again_loses_nothing(
    tmp_path: Path, influxd: servers.Influxd, environment: dict[str, str]
) -> None:
    """All its processes are killed with signal 9, once while the server is killed too."""
    arguments = {**campaign("killed"), "influxdb": server_options(influxd)}
    before: Counter[str] = Counter()
    for more in (1, 3):
        with subprocess.Popen(
            command("service_characterise", arguments), cwd=tmp_path, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            await_that(lambda more=more: len(finished(influxd, "killed")) >= more)
            os.killpg(process.pid, signal.SIGKILL)
        if more == 3:
            influxd.kill(signal.SIGKILL)
            influxd.start()
        after = finished(influxd, "killed")
        assert set(before) <= set(after), "what was finished stays finished"
        assert set(after.values()) <= {2}, "a finished experiment has all its samples"
        before = after
    assert len(before) < 8
    check = checked(arguments, environment)
    assert (check["changed"], check["experiments"]["finished"]) == (True, len(finished(influxd, "killed")))
    before = finished(influxd, "killed")
    answer = run("service_characterise", tmp_path, environment, arguments, "-vvv", "--diff")
    assert (answer["failed"], answer["experiments"]["finished"], answer["experiments"]["run"]) == (False, 8, 8 - len(before))
    assert answer["store"] == f"InfluxDB {influxd.url}, database tests, campaign killed"
    assert sorted(finished(influxd, "killed").values()) == [2] * 8
    again = run("service_characterise", tmp_path, environment, arguments)
    assert (again["changed"], again["experiments"]["run"]) == (False, 0)

    wanted = answer["template_optimise"]
    assert wanted["influxdb"].keys() & {"password", "token"} == set()
    wanted["influxdb"]["password"] = PASSWORD
    optimised = run("template_optimise", tmp_path, environment, wanted, "-vvv", "--diff")
    assert (optimised["templates"], optimised["counts"]["read"]) == ({"class_A": {"size": 1}}, 16)
    other = campaign("killed")
    other["experiment"]["warm_up"] = 1
    refused = checked({**other, "influxdb": server_options(influxd)}, environment)
    assert "campaign killed: holds another campaign: warm_up is 0.0 there and 1.0 here" in refused["msg"]


@pytest.mark.parametrize("kind", ["influxd", "emulator"])
def test_samples_of_an_influxdb_are_those_of_a_file(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The deliverable's campaign, from CSV, from what the store keeps, and by a query of measurements of somebody else's."""
    rows = list(figures.samples(iterations=1, steps=60))
    (tmp_path / "campaign.csv").write_text(figures.table(rows), encoding="utf-8")
    with influxdb2_emulator.emulator() as emulator:
        if kind == "influxd":
            server = request.getfixturevalue("influxd").options(username=USER, password=PASSWORD)
            query = "SELECT * FROM stress"
        else:
            server = emulator.options()
            pivot = 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")'
            bucket, wanted = influxdb2_emulator.BUCKET, 'filter(fn: (r) => r._measurement == "stress")'
            query = f'from(bucket: "{bucket}") |> range(start: 0) |> {wanted} |> {pivot}'
        kept(rows, server)
        answers = [
            decided({**figures.OPTIONS, **where}, tmp_path)
            for where in (
                {"samples": ["campaign.csv"]},
                {"influxdb": given(server, campaign="figures")},
                {"influxdb": given(server, query=query)},
            )
        ]
    chosen = {name: (answers[0]["costs"][name], template) for name, template in answers[0]["templates"].items()}
    assert chosen == figures.EXPECTED
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]


def decided(options: dict[str, Any], folder: Path) -> dict[str, Any]:
    return template_optimise.decide(template_optimise.SPEC.validated(options), Files(lambda name: str(folder / name)))


def given(server: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {name: one for name, one in {**server, **more}.items() if one is not None}


def kept(rows: list[dict[str, Any]], server: dict[str, Any], campaign: str = "figures") -> None:
    own: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        text = json.dumps({name: row[name] for name in figures.PARAMETERS}, sort_keys=True)
        own.setdefault(text, []).append(
            {name: one for name, one in row.items() if name not in {*figures.PARAMETERS, "iteration"}}
        )
    with closing(InfluxdbStore({**server, "campaign": campaign})) as store:
        store.plan({}, [(text, 1) for text in own])
        for (text, _iteration), (number, _state) in store.numbers().items():
            store.begin(number)
            store.finish(number, 1_790_000_000, 1.0, own[text])
    with closing(connected(server)) as client:
        names = (*figures.PARAMETERS, "iteration")
        client.write(
            Point(
                "stress",
                {name: str(row[name]) for name in names},
                {name: float(one) for name, one in row.items() if name not in {*names, "time"}},
                1_790_000_000_000_000_000 + at,
            )
            for at, row in enumerate(rows)
        )


def test_what_is_wrong_is_one_sentence(tmp_path: Path, influxd: servers.Influxd, environment: dict[str, str]) -> None:
    good = server_options(influxd)
    for changes, words in (
        ({"store": "x.sqlite"}, "parameters are mutually exclusive: store|influxdb"),
        ({"influxdb": None}, "one of the following is required: store, influxdb"),
        ({"influxdb": {"url": influxd.url, "version": 1}}, "version is 1 but all of the following are missing: database"),
        ({"influxdb": {**good, "version": 2}}, "version is 2 but all of the following are missing: org, bucket, token"),
        ({"influxdb": {**good, "password": None}}, "refuses the credentials"),
        ({"influxdb": {"url": influxd.url, "version": 1, "database": "d", "username": USER}}, "together: username, password"),
        ({"influxdb": [good]}, "influxdb: this is not a mapping"),
        ({"influxdb": {**good, "url": f"http://nfv:{PASSWORD}@127.0.0.1"}}, "influxdb.url: has credentials in it"),
        ({"influxdb": {**good, "database": "nowhere"}}, f"InfluxDB {influxd.url}: has no database nowhere; make it"),
        ({"influxdb": {**good, "password": f"{PASSWORD}x"}}, f"InfluxDB {influxd.url}: refuses the credentials; check"),
        ({"influxdb": {**good, "database": None}}, "influxdb.database: is missing"),
        ({"influxdb": {**good, "url": None}}, "influxdb.url: is missing"),
        ({"influxdb": {**good, "version": None}}, "value of version must be one of: 1, 2"),
        ({"influxdb": {**good, "version": 3}}, "value of version must be one of: 1, 2"),
        (campaign("x", "attempt"), "the parameter 'attempt' has the name of a tag of the store in InfluxDB; give it another"),
    ):  # fmt: skip
        arguments = {**campaign("wrong"), "influxdb": good, **changes}
        answer = checked({name: one for name, one in arguments.items() if one is not None}, environment)
        assert answer.get("failed"), (changes, answer)
        assert words in answer["msg"]
        assert PASSWORD not in json.dumps(answer)
    nothing = checked({**campaign("wrong"), "store": None}, environment)
    assert nothing["msg"] == "store: give the file of the store, or an influxdb"
    options = {**figures.OPTIONS, "influxdb": good}
    for changes, words in (
        ({}, "one of the following is required: campaign, query found in influxdb"),
        ({"campaign": "a", "query": "b"}, "parameters are mutually exclusive: campaign|query found in influxdb"),
        ({"campaign": None}, "influxdb: name the campaign, or give a query"),
        ({"campaign": "nobody"}, "campaign nobody: is not there; check the names of the campaign and the measurement_prefix"),
        ({"query": "SELECT * FROM nothing"}, "database tests, query: has no samples"),
        ({"query": "DROP DATABASE tests"}, "the query must be one SELECT"),
    ):
        with pytest.raises(NfvError) as caught:
            decided({**options, "influxdb": {**good, **changes}}, tmp_path)
        assert words in str(caught.value)
        assert PASSWORD not in str(caught.value)
    answer = run("template_optimise", tmp_path, environment, {**options, "influxdb": {**good, "campaign": "nobody"}}, "-vvvv")
    assert (answer["failed"], "campaign nobody: is not there" in answer["msg"]) == (True, True)


def checked(arguments: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """What the action answers in check mode, as Ansible would call it, without Ansible around it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", environment["PATH"])
        return action_of(arguments, check=True).run(None, {})


def test_examples_run(tmp_path: Path, influxd: servers.Influxd) -> None:
    """Those of template_optimise, and that of its page, against servers that have what they ask for."""
    rows = list(figures.samples(iterations=1, steps=60))
    name = "superfluidity.nfv.template_optimise"
    first, second = (task[name] for task in yaml.safe_load(template_optimise.EXAMPLES) if "influxdb" in task.get(name, {}))
    [third] = re.findall(r"```yaml\n([^`]*influxdb:[^`]*)```", (UNITS.parents[2] / "docs/templates.md").read_text("utf-8"))
    third = yaml.safe_load(third)[0][name]
    kept(rows, influxd.options(username=USER, password=PASSWORD), first["influxdb"]["campaign"])
    for options in (first, third):
        options["influxdb"] |= {"url": influxd.url, "database": "tests", "username": USER, "password": PASSWORD}
    with influxdb2_emulator.emulator() as emulator:
        kept(rows, emulator.options())
        query = second["influxdb"]["query"].replace('"tests"', f'"{influxdb2_emulator.BUCKET}"')
        second["influxdb"] = given(emulator.options(), query=query)
        for options in (first, second, third):
            assert decided(options, tmp_path)["costs"]["class_A"] == figures.EXPECTED["class_A"][0]
    for task in yaml.safe_load(service_characterise.EXAMPLES):
        service_characterise.SPEC.validated(task["superfluidity.nfv.service_characterise"])


def test_secrets_are_marked() -> None:
    for spec in (service_characterise.SPEC, template_optimise.SPEC):
        options = spec.argument_spec["influxdb"]["options"]
        assert {name for name, one in options.items() if one.get("no_log")} == {"password", "token"}
