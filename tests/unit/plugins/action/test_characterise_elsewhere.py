# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``service_characterise`` where services run elsewhere, from the options to the store; OSM is the lab's emulator."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superfluidity.nfv.plugins.action.service_characterise import ActionModule

sys.path.insert(0, str(Path(__file__).parents[4] / "roles/lab/files/osm"))
OSM = {"url": "osm", "password": "p", "vim_account": "v"}
SECRET = "a-word-nobody-may-see"


@pytest.fixture
def osm() -> Iterator[tuple[Any, str]]:
    """The state and the URL of an emulator."""
    from osm_emulator.server import serve
    from osm_emulator.state import Catalogue

    state = Catalogue({"username": "admin", "password": SECRET, "project_id": "admin"}, ["origin_ns"], ["lab"])
    server = serve(state)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield state, f"http://127.0.0.1:{server.server_address[1]}/osm"
    server.shutdown()
    server.server_close()


def campaign(url: str, **changes: Any) -> dict[str, Any]:
    parameters = {"command": ["printf", "users,latency\n10,2.5\n"], "metrics": ["latency"]}
    sections = {
        "service_definition": {
            "service_id": "origin_ns",
            "deployer": "osm",
            "osm": {"url": url, "password": SECRET, "vim_account": "lab", "ready_timeout": 0},
            "deployment_parameters": {"ram": [1, 2], "cores": 4},
        },
        "experiment": {"instance_name": f"test-{os.getpid()}", "use_case": {"name": "command", "parameters": parameters}},
        "methodology": {"iterations": 1},
    }
    for path, value in changes.items():
        section, _separator, name = path.partition("__")
        sections[section][name] = value
    return sections


@pytest.fixture
def act(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def run(arguments: dict[str, Any], check: bool = False) -> dict[str, Any]:
        action = ActionModule.__new__(ActionModule)
        given = {"store": str(tmp_path / "s.sqlite"), **arguments}
        action._task = SimpleNamespace(args=given, check_mode=check, async_val=0, environment=None)
        action._loader = DataLoader()
        action._find_needle = lambda _folder, path: os.path.abspath(path)
        action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        action._supports_check_mode, action._supports_async = True, False
        return action.run(None, {})

    return run


def test_a_campaign_of_network_services(osm: tuple[Any, str], act: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    state, url = osm
    assert act(campaign(url), check=True)["experiments"]["planned"] == 2
    assert not state.told
    answer = act(campaign(url))
    assert answer["experiments"] == {"planned": 2, "finished": 2, "failed": 0, "run": 2}, answer
    assert sorted(one["additionalParamsForNs"]["ram"] for one in state.told) == [1, 2]
    assert {one["additionalParamsForNs"]["cores"] for one in state.told} == {4}
    assert not state.instances
    with sqlite3.connect(tmp_path / "s.sqlite") as store:
        [sample, _other] = [json.loads(row[0]) for row in store.execute("SELECT metrics FROM samples")]
    assert {"latency", "controller_cpu", "controller_memory"} <= set(sample)
    assert not [name for name in sample if name.startswith(("host_", "service_"))]
    assert SECRET.encode() not in (tmp_path / "s.sqlite").read_bytes()
    assert act(campaign(url))["experiments"]["run"] == 0


def test_how_to_get_there_may_change_between_runs_and_the_place_may_not(
    osm: tuple[Any, str], act: Callable[..., dict[str, Any]]
) -> None:
    state, url = osm
    act(campaign(url))
    state.who["password"] = "another"
    there = {"url": url, "password": "another", "vim_account": "lab", "ready_timeout": 0}
    assert act(campaign(url, service_definition__osm={**there, "timeout": 5}))["experiments"]["run"] == 0
    state.vims.append({"_id": "moon", "name": "moon"})
    refused = act(campaign(url, service_definition__osm={**there, "vim_account": "moon"}))
    assert 'place.vim_account is "lab" there and "moon" here' in refused["msg"]


def test_an_experiment_that_fails_is_terminated_and_told(osm: tuple[Any, str], act: Callable[..., dict[str, Any]]) -> None:
    state, url = osm
    document = {"nsd": "origin_ns", "instantiate": {"additionalParamsForNs": {"fail": {"get_param": "why"}}}}
    changes = {
        "service_definition__service_id": document,
        "service_definition__deployment_parameters": {"why": ["no host left"]},
    }
    answer = act(campaign(url, **changes))
    (told,) = answer["failures"]
    assert told.startswith("why=no host left #1: instantiate origin_ns ended in FAILED: no host left (operation ")
    assert not state.instances


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"service_definition__osm": {"url": "x"}}, "missing required arguments: password, vim_account found in"),
        ({"service_definition__osm": {"url": "x", "password": 1, "vim_account": "v", "port": 0}}, "port must be above 0"),
        (
            {"service_definition__osm": {"url": "x", "password": 1, "vim_account": "v", "port": 70000}},
            "osm.port: give a TCP port",
        ),
        (
            {"service_definition__osm": {"url": "x", "password": 1, "vim_account": "v", "ready_timeout": -1}},
            "ready_timeout: give",
        ),
        ({"service_definition__osm": {"url": "osm", "password": 1, "vim_account": "v"}}, "'osm' is no address of OSM"),
        ({"experiment__noisy_neighbours": [{"type": "cpu"}]}, "noisy_neighbours: they run on this machine, and the service of"),
        ({"service_definition__service_id": "none.yml"}, "none.yml: cannot be read"),
        ({"service_definition__service_id": "moon_ns"}, "OSM has no NSD 'moon_ns'; it has: origin_ns"),
        ({"service_definition__service_id": ["a"]}, "service_id: give the file of the service definition"),
        ({"service_definition__deployer": "heat"}, "service_definition.heat: is missing; deployer: heat needs it"),
        (
            {"experiment__use_case": {"name": "command", "parameters": {"command": ["no-such-tool-9"], "metrics": ["a"]}}},
            "not installed on the controller: no-such-tool-9",
        ),
        (
            {"experiment__use_case": {"name": "command", "parameters": {"command": [], "metrics": ["a"]}}},
            "parameters.command: give the program and its arguments as a list of words",
        ),
        (
            {"experiment__use_case": {"name": "command", "parameters": {"command": ["true"], "metrics": ["ram"]}}},
            "deployment_parameters.ram: is the name of a column of samples",
        ),
        (
            {"experiment__use_case": {"name": "command", "parameters": {"command": ["true"], "metrics": ["a"], "user": "x"}}},
            "missing parameter(s) required by 'user': host",
        ),
        (
            {"methodology__action": {"type": "kpi_mapping", "parameters": {"slos": ["speed"]}}},
            "command does not measure 'speed'; it measures: latency",
        ),
    ],
)
def test_what_is_wrong_is_told_before_anything_begins(
    changes: dict[str, Any], wrong: str, osm: tuple[Any, str], act: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    state, url = osm
    answer = act(campaign(url, **changes))
    assert answer["failed"] is True
    assert wrong in answer["msg"]
    assert not state.told
    assert not (tmp_path / "s.sqlite").exists()
