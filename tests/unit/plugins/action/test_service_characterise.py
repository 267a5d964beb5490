# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``service_characterise``, run by Ansible itself: campaigns that are refused, interrupted, killed, resumed, and real ones."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import mark
from ansible_collections.superfluidity.nfv.plugins.modules import service_characterise

TOP = Path(__file__).parents[4]
CASE = TOP / "playbooks/files/characterisation"
PACKAGES = {
    "wrk": "wrk",
    "iperf3": "iperf3",
    "nginx": "nginx-light",
    "ip": "iproute2",
    "tc": "iproute2",
    "nsenter": "util-linux",
}

FAKE_WRK = """#!/bin/sh
# Takes a third of a second, and has counted what the service answered once.
trap 'exit 1' TERM
for last; do :; done
{python} -c "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5).read()" "$last" || exit 1
sleep 0.2
echo '{{"duration": 1000000, "requests": 100, "bytes": 125000, "socket_errors": 0, "status_errors": 0, "mean": 1000, "p50": 1,
"p90": 2, "p99": 3, "max": 4}}' | tr -d '\\n'
"""
SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Handler).serve_forever()
"""


def lacking(*programs: str) -> str | None:
    """Why a real campaign cannot run here; None where it can."""
    if os.geteuid() != 0:
        return "needs root, for namespaces and control groups"
    if not any(Path("/sys/fs/cgroup").iterdir()):
        return "needs control groups, and none are mounted here"
    missing = [name for name in ("ip", "tc", "nsenter", *programs) if shutil.which(name) is None]
    return f"needs {', '.join(missing)} (Debian: {' '.join(PACKAGES[name] for name in missing)})" if missing else None


def require(*programs: str) -> None:
    if why := lacking(*programs):
        pytest.skip(why)


@pytest.fixture
def instance() -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    assert left_of(name) == []


def left_of(instance: str) -> list[str]:
    """All that this machine still has of a campaign."""
    name = mark(instance)
    spaces = [str(path) for path in Path("/run/netns").glob(f"{name}*")]
    groups = [str(path) for path in Path("/sys/fs/cgroup").glob(f"**/{name}*")]
    folders = [str(path) for path in Path("/run").glob(name)]
    return spaces + groups + folders


def campaign(instance: str, **changes: Any) -> dict[str, Any]:
    """Four configurations of a small server, twice."""
    sections = {
        "service_definition": {
            "service_id": {
                "command": [sys.executable, "server.py", "8080"],
                "files": {"server.py": SERVER},
                "ready": {"port": 8080, "timeout": 30},
                "limits": {"cpus": {"get_param": "cpus"}, "rate": {"choose": {"nic": {"normal": 100, "direct": None}}}},
            },
            "deployment_parameters": {"cpus": [0.8, 1], "nic": ["normal", "direct"]},
        },
        "experiment": {"instance_name": instance, "use_case": {"name": "wrk", "parameters": {"step_repetitions": [2]}}},
        "methodology": {"iterations": 2},
    }
    for path, value in changes.items():
        section, _separator, name = path.partition("__")
        sections[section][name] = value
    return sections


def command(arguments: dict[str, Any], *words: str) -> list[str]:
    ansible = str(Path(sys.executable).parent / "ansible")
    return [ansible, "localhost", "-m", "superfluidity.nfv.service_characterise", "-a", json.dumps(arguments), *words]


def run(tmp_path: Path, arguments: dict[str, Any], *words: str, **environment: str) -> dict[str, Any]:
    """One task; its result, with what it said on the screen as ``screen``."""
    done = subprocess.run(
        command({"store": str(tmp_path / "s.sqlite"), **arguments}, *words),
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    head, _arrow, answer = done.stdout.partition("=>")
    assert answer, done.stdout + done.stderr
    return {"failed": "FAILED" in head, "screen": head, **json.loads(answer)}


@pytest.fixture
def path_with_fake_wrk(tmp_path: Path) -> str:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "wrk").write_text(FAKE_WRK.format(python=sys.executable), encoding="utf-8")
    (folder / "wrk").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def finished(store: Path) -> Counter[int]:
    """How many samples each finished experiment has."""
    if not store.exists():
        return Counter()
    with sqlite3.connect(store, timeout=10) as connection:
        query = (
            "SELECT experiments.id, count(samples.time) FROM experiments LEFT JOIN samples ON experiment = experiments.id"
            " WHERE state = 'finished' GROUP BY 1"
        )
        try:
            return Counter(dict(connection.execute(query).fetchall()))
        except sqlite3.OperationalError:  # killed before it had tables
            return Counter()


def await_that(condition: Any, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.one_python
def test_a_campaign_that_is_killed_again_and_again_loses_nothing(
    tmp_path: Path, instance: str, path_with_fake_wrk: str
) -> None:
    require()
    store, sections = tmp_path / "s.sqlite", campaign(instance)
    environment = {**os.environ, "PATH": path_with_fake_wrk}
    before: Counter[int] = Counter()
    for more in (1, 2, 4):
        arguments = command({"store": str(store), **sections})
        with subprocess.Popen(arguments, cwd=tmp_path, env=environment, start_new_session=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # fmt: skip
            await_that(lambda more=more: len(finished(store)) >= more and left_of(instance))
            workers = children(process.pid)
            for pid in (*workers, process.pid):
                os.kill(pid, signal.SIGKILL)
        after = finished(store)
        assert set(before) <= set(after), "what was finished stays finished"
        assert set(after.values()) <= {2}, "a finished experiment has all its samples"
        before = after
    answer = run(tmp_path, sections, PATH=path_with_fake_wrk)
    assert (answer["failed"], answer["experiments"]["finished"]) == (False, 8), answer
    assert answer["experiments"]["run"] == 8 - len(before)
    assert finished(store) == Counter(dict.fromkeys(range(1, 9), 2))
    again = run(tmp_path, sections, PATH=path_with_fake_wrk)
    assert (again["changed"], again["experiments"]["run"]) == (False, 0)
    assert again["seconds"] == answer["seconds"] > 0


def children(pid: int) -> list[int]:
    """The processes that a process began, Ansible's workers among them."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    return [int(line.split()[0]) for line in listed if int(line.split()[1]) == pid]


@pytest.mark.one_python
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_who_interrupts_ansible_leaves_nothing_running(
    tmp_path: Path, instance: str, path_with_fake_wrk: str, how: signal.Signals
) -> None:
    """Ansible alone gets the signal; its worker sees to it that all is terminated, even where Ansible itself is killed."""
    require()
    store = tmp_path / "s.sqlite"
    with subprocess.Popen(command({"store": str(store), **campaign(instance)}), cwd=tmp_path, start_new_session=True,
                          env={**os.environ, "PATH": path_with_fake_wrk}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as process:  # fmt: skip
        await_that(lambda: finished(store) and left_of(instance))
        process.send_signal(how)
        process.communicate()
        await_that(lambda: not left_of(instance))


@pytest.mark.one_python
def test_an_adaptive_campaign_makes_as_many_experiments_as_it_may(
    tmp_path: Path, instance: str, path_with_fake_wrk: str
) -> None:
    require()
    sections = campaign(instance, methodology__design="adaptive", methodology__experiments=5)
    assert run(tmp_path, sections, "--check", PATH=path_with_fake_wrk)["experiments"]["planned"] == 5
    answer = run(tmp_path, sections, PATH=path_with_fake_wrk)
    assert (answer["failed"], answer["experiments"]) == (False, {"planned": 5, "finished": 5, "failed": 0, "run": 5}), answer
    assert "4 of 5 done" in answer["screen"]
    with sqlite3.connect(tmp_path / "s.sqlite") as connection:
        measured = Counter(connection.execute("SELECT configuration FROM experiments").fetchall())
    assert sorted(measured.values()) == [1, 1, 1, 2], "all four first, and then one of them again"
    again = run(tmp_path, sections, PATH=path_with_fake_wrk)
    assert (again["changed"], again["experiments"]["run"]) == (False, 0)


@pytest.mark.one_python
def test_what_a_killed_run_has_left_can_be_removed_alone(tmp_path: Path, instance: str, path_with_fake_wrk: str) -> None:
    require()
    subprocess.run(["ip", "netns", "add", f"{mark(instance)}-client"], check=True)
    sections = {**campaign(instance), "state": "terminated"}
    assert run(tmp_path, sections, "--check", PATH=path_with_fake_wrk)["changed"] is False
    assert run(tmp_path, sections, PATH=path_with_fake_wrk)["changed"] is True
    assert run(tmp_path, sections, PATH=path_with_fake_wrk)["changed"] is False
    assert not (tmp_path / "s.sqlite").exists()


@pytest.mark.one_python
def test_experiments_that_fail_are_told_and_tried_again(tmp_path: Path, instance: str, path_with_fake_wrk: str) -> None:
    """The service breaks with one value until a file is there."""
    require()
    sections = campaign(instance, service_definition__deployment_parameters={"broken": ["no", "yes"]})
    check = f"[ NAME = no ] || [ -e {tmp_path}/mended ] || {{ echo out of film >&2; exit 1; }}"
    breaks = f"{check}; exec {sys.executable} server.py 8080"
    sections["service_definition"]["service_id"] = {
        "command": ["sh", "-c", {"str_replace": {"template": breaks, "params": {"NAME": {"get_param": "broken"}}}}],
        "files": {"server.py": SERVER},
        "ready": {"port": 8080},
    }
    answer = run(tmp_path, sections, PATH=path_with_fake_wrk)
    assert answer["failed"] is True
    assert answer["experiments"] == {"planned": 4, "finished": 2, "failed": 2, "run": 2}
    assert "the service ended with 1: out of film" in answer["msg"]
    assert "broken=yes #1 failed" in answer["screen"]
    (tmp_path / "mended").touch()
    again = run(tmp_path, sections, PATH=path_with_fake_wrk)
    assert (again["failed"], again["experiments"]) == (False, {"planned": 4, "finished": 4, "failed": 0, "run": 2})


@pytest.mark.one_python
def test_a_command_stresses_a_process_from_its_clients_side(tmp_path: Path, instance: str) -> None:
    require()
    script = "import urllib.request as u; u.urlopen('http://{address}:{port}/', timeout=5); print('users,latency\\n1,2')"
    parameters = {"command": [sys.executable, "-c", script], "metrics": ["latency"]}
    sections = campaign(
        instance, experiment__use_case={"name": "command", "parameters": parameters}, methodology__iterations=1,
        service_definition__deployment_parameters={"cpus": [1], "nic": ["direct"]},
    )  # fmt: skip
    answer = run(tmp_path, sections)
    assert (answer["failed"], answer["experiments"]["finished"]) == (False, 1), answer
    with sqlite3.connect(tmp_path / "s.sqlite") as connection:
        [sample] = [json.loads(row[0]) for row in connection.execute("SELECT metrics FROM samples")]
    assert sample["latency"] == 2
    assert {"host_cpu", "service_cpu"} <= set(sample)


def test_commands_deploy_and_terminate(tmp_path: Path, instance: str, path_with_fake_wrk: str) -> None:
    """Without root: two commands of the user's own. The service answers some time after its command has ended."""
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    with_port = {"str_replace": {"template": "PORT", "params": {"PORT": {"get_param": "port"}}}}
    script = 'cd "$0"; echo "up $1" >> log; setsid "$2" server.py "$1" & echo $! > pid'
    down = 'cd "$0"; echo down >> log; [ ! -e pid ] || kill "$(cat pid)"; rm -f pid'
    sections = campaign(instance, service_definition__deployer="command", methodology__iterations=1)
    sections["service_definition"]["service_id"] = {
        "deploy": ["sh", "-c", script, str(tmp_path), with_port, sys.executable],
        "terminate": ["sh", "-c", down, str(tmp_path)],
        "port": {"get_param": "port"},
    }
    sections["service_definition"]["deployment_parameters"] = {"port": [free_port(), free_port()]}
    answer = run(tmp_path, sections, PATH=path_with_fake_wrk)
    assert (answer["failed"], answer["experiments"]["finished"]) == (False, 2), answer
    lines = (tmp_path / "log").read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["down", "up", "down", "up", "down"]
    assert not (tmp_path / "pid").exists()


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"service_definition__deployment_parameters": {}}, "no parameter has a list of values"),
        ({"service_definition__deployment_parameters": {"cpus": [], "nic": [1]}}, "deployment_parameters.cpus: has no values"),
        (
            {"service_definition__deployment_parameters": {"cpus": [1], "nic": ["direct"], "ram": [1, 2]}},
            "deployment_parameters.ram: the service definition does not use it",
        ),
        (
            {"service_definition__deployment_parameters": {"cpus": [1], "nic": ["direct"], "latency": [1, 2]}},
            "deployment_parameters.latency: is the name of a column of samples",
        ),
        ({"service_definition__deployer": "murano"}, "deployer must be one of: process, command, heat, kubernetes, osm"),
        ({"service_definition__deployer": "heat"}, "service_definition.heat: is missing; deployer: heat needs it"),
        ({"service_definition__osm": {"url": "http://x", "password": "p", "vim_account": "v"}}, "osm: is for deployer: osm"),
        ({"service_definition__service_id": "none.yml"}, "none.yml: cannot be read"),
        ({"experiment__use_case": {"name": "ixia"}}, "value of name must be one of: wrk, iperf3, rfc2544, command, hammer"),
        ({"experiment__use_case": {"name": "hammer"}}, "parameters: missing required arguments: command, host, metrics"),
        (
            {"experiment__use_case": {"name": "wrk", "parameters": {"host": "hammer-1"}}},
            "host: the service of deployer process answers on this machine only",
        ),
        (
            {"experiment__use_case": {"name": "wrk", "parameters": {"profile_name": "mixed"}}},
            "experiment.use_case.parameters: there is no option profile_name. Supported parameters include: ",
        ),
        ({"experiment__use_case": {"name": "wrk", "parameters": {"threads": 0}}}, "threads must be above 0"),
        ({"experiment__use_case": {"name": "iperf3", "parameters": {"protocol": "udp"}}}, "protocol is udp but all of"),
        ({"experiment__use_case": {"name": "rfc2544", "parameters": {"highest": 0.5}}}, "lowest must be less than highest"),
        ({"experiment__noisy_neighbours": [{"type": "cpu", "workers": 10**9}]}, "1000000000 workers are too many for"),
        ({"experiment__noisy_neighbours": [{"type": "cpu", "load": 101}]}, "load must be 100 per cent at the most"),
        ({"experiment__noisy_neighbours": [{"type": "moon"}]}, "noisy_neighbours[0]: value of type must be one of: cpu"),
        ({"methodology__design": "latin_hypercube"}, "methodology.experiments: is missing"),
        ({"methodology__design": "latin_hypercube", "methodology__experiments": 4}, "take from 1 to 3"),
        ({"methodology__experiments": 2}, "methodology.experiments: contradicts design: full"),
        ({"methodology__design": "adaptive"}, "experiments: is missing; say how many experiments in all design: adaptive"),
        ({"methodology__design": "adaptive", "methodology__experiments": 9}, "9 is more than all 8 experiments that there are"),
        ({"methodology__action": {"parameters": {"costs": {"cpus": {1: "dear"}}}}}, "costs: give a number for each"),
        ({"methodology__iteration": 2}, "there is no option methodology.iteration. Supported parameters include: action"),
        (
            {"methodology__action": {"type": "kpi_mapping", "parameters": {"slos": ["speed"]}}},
            "methodology.action.parameters: wrk does not measure 'speed'; it measures: throughput",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_anything_begins(changes: dict[str, Any], wrong: str, tmp_path: Path) -> None:
    action = action_of({"store": str(tmp_path / "s.sqlite"), **campaign("x", **changes)})
    answer = action.run(None, {})
    assert answer["failed"] is True
    assert wrong in answer["msg"]
    assert not (tmp_path / "s.sqlite").exists()


def action_of(arguments: dict[str, Any], check: bool = False) -> Any:
    """The action as Ansible would make it, without Ansible around it."""
    from types import SimpleNamespace

    from ansible.parsing.dataloader import DataLoader
    from ansible_collections.superfluidity.nfv.plugins.action.service_characterise import ActionModule

    action = ActionModule.__new__(ActionModule)
    action._task = SimpleNamespace(args=arguments, check_mode=check, async_val=0, environment=None)
    action._loader = DataLoader()
    action._find_needle = lambda _folder, path: os.path.abspath(path)
    action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    action._supports_check_mode, action._supports_async = True, False
    return action


def test_tools_that_are_not_installed_are_named_with_their_packages(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    sections = campaign("x", experiment__use_case={"name": "iperf3"})
    before = os.environ["PATH"]
    os.environ["PATH"] = str(tmp_path / "empty")
    try:
        answer = action_of({"store": str(tmp_path / "s"), **sections}).run(None, {})
    finally:
        os.environ["PATH"] = before
    assert answer["msg"] == "not installed on the controller: iperf3; on Debian: apt-get install iperf3"


def test_a_store_of_another_campaign_or_none_at_all(tmp_path: Path, instance: str, path_with_fake_wrk: str) -> None:
    require()
    os.environ["PATH"], before = path_with_fake_wrk, os.environ["PATH"]
    try:
        check = action_of({"store": str(tmp_path / "s"), **campaign(instance)}, check=True).run(None, {})
        assert (check["changed"], check["experiments"]["finished"], (tmp_path / "s").exists()) == (True, 0, False)
        only_one = campaign(instance, methodology__iterations=1)
        only_one["service_definition"]["deployment_parameters"] = {"cpus": 1, "nic": ["direct"]}
        assert action_of({"store": str(tmp_path / "s"), **only_one}).run(None, {})["experiments"]["run"] == 1
        other = action_of({"store": str(tmp_path / "s"), **campaign(instance)}).run(None, {})
        assert "/s: holds another campaign: fixed.cpus is 1 there and missing here; " in other["msg"]
        folder = action_of({"store": str(tmp_path), **campaign(instance)}).run(None, {})
        assert folder["msg"] == f"{tmp_path}: cannot be written: is a folder"
    finally:
        os.environ["PATH"] = before


def test_the_shipped_campaign_is_sound_and_has_48_experiments(tmp_path: Path) -> None:
    require("nginx", "wrk")
    answer = action_of({"store": str(tmp_path / "s"), "campaign": str(CASE / "campaign.yml")}, check=True).run(None, {})
    assert answer["experiments"] == {"planned": 48, "finished": 0, "failed": 0, "run": 0}
    assert answer["template_optimise"]["parameters"] == ["ram", "vcpus", "vnic_type", "file_cache"]


@pytest.mark.one_python
def test_a_real_campaign_with_nginx_and_wrk(tmp_path: Path, instance: str) -> None:
    """The shipped service in two of its configurations, once each; neither is fast for want of anything but what is limited."""
    require("nginx", "wrk")
    sections = yaml.safe_load((CASE / "campaign.yml").read_text(encoding="utf-8"))
    sections["service_definition"]["service_id"] = str(CASE / "nginx.yml")
    sections["service_definition"]["deployment_parameters"] = {
        "ram": 64, "vcpus": [0.1], "vnic_type": ["normal", "direct"], "file_cache": "small",
    }  # fmt: skip
    sections["experiment"]["instance_name"] = instance
    sections["experiment"]["use_case"]["parameters"] = {"path": "/segment.m4s", "step_deltas": [4], "step_repetitions": [2]}
    sections["methodology"] = {"iterations": 1, "action": {"type": "kpi_mapping"}}
    answer = run(tmp_path, sections)
    assert (answer["failed"], answer["experiments"]["finished"]) == (False, 2), answer
    with sqlite3.connect(tmp_path / "s.sqlite") as connection:
        samples = [json.loads(row[0]) for row in connection.execute("SELECT metrics FROM samples")]
    assert len(samples) == 4
    for sample in samples:
        assert 0 < sample["service_cpu"] < 0.2, "the limit of a tenth of a processor holds"
        assert sample["throughput"] > 0
        assert sample["errors"] == 0
        assert sample["service_sent"] > 0.5 * sample["throughput"], "both have seen the same traffic"


@pytest.mark.one_python
def test_a_real_search_for_the_rate_of_a_shaped_link(tmp_path: Path, instance: str) -> None:
    """The link is known: 20 Mbit/s of whole frames, of which UDP's payload is a little less."""
    require("iperf3")
    sections = campaign(instance, methodology__iterations=1)
    sections["service_definition"]["service_id"] = {
        "command": ["iperf3", "-s"], "ready": {"port": 5201}, "limits": {"rate": {"get_param": "rate"}},
    }  # fmt: skip
    sections["service_definition"]["deployment_parameters"] = {"rate": [20]}
    parameters = {"lowest": 2, "highest": 42, "precision": 10, "duration": 1, "loss": 0.02}
    sections["experiment"]["use_case"] = {"name": "rfc2544", "parameters": parameters}
    answer = run(tmp_path, sections)
    assert answer["failed"] is False, answer
    with sqlite3.connect(tmp_path / "s.sqlite") as connection:
        [sample] = [json.loads(row[0]) for row in connection.execute("SELECT metrics FROM samples")]
    assert sample["throughput"] <= 20
    assert sample["trials"] == 4


def test_the_first_example_is_accepted(tmp_path: Path) -> None:
    require()
    example = yaml.safe_load(service_characterise.EXAMPLES)[0]["superfluidity.nfv.service_characterise"]
    answer = action_of({**example, "store": str(tmp_path / "s")}, check=True).run(None, {})
    assert answer.get("experiments", {}).get("planned") == 4 or "not installed" in answer["msg"]
