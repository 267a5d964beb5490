# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Campaigns whose services are deployed by the lab's real Heat, and by its cluster: deployed, removed, killed and gone on with.

Nothing answers in the lab's servers, so a command of the test prints the samples. All is in a project of this file's own.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import mark

CASE = Path(__file__).parents[3] / "playbooks/files/characterisation/heat"
ANSIBLE = Path(__file__).parents[3] / ".venv/bin/ansible"
SITE = "edge-1"
NETWORK = "measured"
VALUE = {"type": "OS::Heat::Value", "properties": {"value": 1}}
NOTHING = {"heat_template_version": "2018-08-31", "resources": {"value": VALUE}}


@pytest.fixture(scope="module")
def project(cloud: Callable) -> Iterator[str]:
    """A project of this file's own, in which the administrator works."""
    admin = cloud(SITE)
    name = f"characterise-{uuid.uuid4().hex[:8]}"
    made = admin.identity.create_project(name=name, domain_id="default")
    user = admin.identity.find_user(admin.config.auth["username"], ignore_missing=False)
    role = admin.identity.find_role("admin", ignore_missing=False)
    admin.identity.assign_project_role_to_user(made, user, role)
    yield name
    admin.identity.delete_project(made)


@pytest.fixture(scope="module")
def own(cloud: Callable, project: str) -> Iterator[tuple[dict[str, Any], Any]]:
    """The settings that lead to the project, and a connection to it; it has a network of SR-IOV."""
    from openstack import connection

    config = cloud(SITE).config
    settings = {"auth": {**config.auth, "project_name": project}, "region_name": config.region_name}
    for name in ("verify", "cacert"):
        if config.config.get(name) is not None:
            settings[name] = config.config[name]
    there = connection.Connection(**settings)
    network = there.network.create_network(name=NETWORK, provider_physical_network="physnet1", provider_network_type="vlan")
    there.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.42.0.0/24")
    yield settings, there
    there.network.delete_network(network)


@pytest.fixture
def instance() -> str:
    return f"test-{uuid.uuid4().hex[:12]}"


def campaign(settings: dict[str, Any], instance: str, command: list[str], **changes: Any) -> dict[str, Any]:
    heat = {"cloud": settings, "ready_timeout": 0, "timeout": 120}
    parameters = {"flavor": ["small", "medium"], "vnic_type": ["normal", "direct"], "image": "cirros", "network": NETWORK}
    return {
        "service_definition": {
            "service_id": str(CASE / "origin.yml"), "deployer": "heat", "heat": heat, "deployment_parameters": parameters,
            **changes,
        },
        "experiment": {
            "instance_name": instance,
            "use_case": {"name": "command", "parameters": {"command": command, "metrics": ["latency"]}},
        },
        "methodology": {"iterations": 1},
    }  # fmt: skip


def ports() -> dict[str, Any]:
    """The shipped template without its server: a port is made sooner."""
    template = yaml.safe_load((CASE / "origin.yml").read_text(encoding="utf-8"))
    del template["resources"]["server"], template["parameters"]["flavor"], template["parameters"]["image"]
    return template


PORTS = {"vnic_type": ["normal", "direct", "macvtap"], "network": NETWORK}


def words(store: Path, sections: dict[str, Any], state: str = "measured") -> list[str]:
    arguments = json.dumps({**sections, "store": str(store), "state": state})
    return [str(ANSIBLE), "localhost", "-m", "superfluidity.nfv.service_characterise", "-a", arguments]


def run(store: Path, sections: dict[str, Any], environment: dict[str, str], state: str = "measured") -> dict[str, Any]:
    """One task; its result, with what it said on the screen as ``screen``."""
    done = subprocess.run(
        words(store, sections, state), cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    head, _arrow, answer = done.stdout.partition("=>")
    assert answer, done.stdout + done.stderr
    return {"failed": "FAILED" in head, "screen": head, **json.loads(answer)}


def names(connection: Any) -> dict[str, tuple[str, str]]:
    """The stacks that are there: Heat lists one that it has just deleted for a moment."""
    there = (stack for stack in connection.orchestration.stacks() if stack.status != "DELETE_COMPLETE")
    return {stack.name: (stack.id, stack.status) for stack in there}


@pytest.fixture
def stranger(own: tuple[dict[str, Any], Any]) -> Iterator[str]:
    """A stack in the same project that has nothing to do with a campaign."""
    name = f"stranger-{uuid.uuid4().hex[:8]}"
    heat = own[1].orchestration
    made = heat.create_stack(name=name, template=NOTHING)
    await_that(lambda: names(own[1])[name][1] == "CREATE_COMPLETE")
    yield name
    heat.delete_stack(made)
    await_that(lambda: name not in names(own[1]))


def await_that(condition: Callable[[], Any], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_stack_for_each_experiment_and_none_at_the_end(
    own: tuple[dict[str, Any], Any], instance: str, stranger: str, environment: dict[str, str], tmp_path: Path
) -> None:
    settings, connection = own
    before = names(connection)
    seen = tmp_path / "seen"
    script = f'echo "$1:$2" >> {shlex.quote(str(seen))}; printf "users,latency\\n10,2.5\\n"'
    sections = campaign(settings, instance, ["sh", "-c", script, "sh", "{address}", "{port}"])
    answer = run(tmp_path / "s.sqlite", sections, environment)
    assert answer.get("experiments") == {"planned": 4, "finished": 4, "failed": 0, "run": 4}, answer.get("msg")
    assert names(connection) == before
    assert list(connection.compute.servers()) == []
    assert len(seen.read_text().split()) == 4
    assert all(line.startswith("10.42.0.") and line.endswith(":80") for line in seen.read_text().split())
    with sqlite3.connect(tmp_path / "s.sqlite") as store:
        samples = [json.loads(row[0]) for row in store.execute("SELECT metrics FROM samples")]
        kept = store.execute("SELECT count(*) FROM sqlite_master").fetchone()
    assert kept[0] > 2
    assert all("controller_cpu" in one and "host_cpu" not in one for one in samples)
    assert settings["auth"]["password"].encode() not in (tmp_path / "s.sqlite").read_bytes(), "no secret is kept"
    again = run(tmp_path / "s.sqlite", sections, environment)
    assert (again["failed"], again["changed"], again["experiments"]["run"]) == (False, False, 0), again


def test_a_run_that_is_killed_leaves_a_stack_which_the_next_removes(
    own: tuple[dict[str, Any], Any], instance: str, stranger: str, environment: dict[str, str], tmp_path: Path
) -> None:
    settings, connection = own
    before = names(connection)
    store, gate = tmp_path / "s.sqlite", tmp_path / "go"
    script = f'[ "$(cat {shlex.quote(str(gate))}.count 2> /dev/null)" != x ] || [ -e {shlex.quote(str(gate))} ] || sleep 600; '
    script += f'echo x > {shlex.quote(str(gate))}.count; printf "users,latency\\n10,2.5\\n"'
    sections = campaign(settings, instance, ["sh", "-c", script], service_id=ports(), deployment_parameters=PORTS)
    with subprocess.Popen(words(store, sections), cwd="/", env=environment, start_new_session=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # fmt: skip
        await_that(lambda: finished(store) == 1 and names(connection).get(mark(instance), ("", ""))[1] == "CREATE_COMPLETE")
        killed = [*children(process.pid), process.pid]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
    left = names(connection)[mark(instance)]
    assert left[1].startswith("CREATE"), "nobody has removed it"
    gate.touch()
    answer = run(store, sections, environment)
    assert "removed what an earlier run of this campaign had left" in answer["screen"]
    assert answer.get("experiments") == {"planned": 3, "finished": 3, "failed": 0, "run": 2}, answer.get("msg")
    assert names(connection) == before


def finished(store: Path) -> int:
    if not store.exists():
        return 0
    with sqlite3.connect(store, timeout=10) as connection:
        try:
            return connection.execute("SELECT count(*) FROM experiments WHERE state = 'finished'").fetchone()[0]
        except sqlite3.OperationalError:  # killed before it had tables
            return 0


def children(pid: int) -> list[int]:
    """The processes that a process began and those that they began."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    own = [int(line.split()[0]) for line in listed if int(line.split()[1]) == pid]
    return own + [one for child in own for one in children(child)]


def test_what_a_killed_run_left_can_be_removed_alone_and_a_strangers_stack_is_refused(
    own: tuple[dict[str, Any], Any], instance: str, environment: dict[str, str], tmp_path: Path
) -> None:
    settings, connection = own
    sections = campaign(settings, instance, ["true"])
    theirs = connection.orchestration.create_stack(name=mark(instance), template=NOTHING)
    refused = run(tmp_path / "s", sections, environment)
    assert f"stack {mark(instance)} exists and is not ours" in refused["msg"], refused
    assert mark(instance) in names(connection)
    connection.orchestration.delete_stack(theirs)
    await_that(lambda: mark(instance) not in names(connection))
    tags = f"superfluidity.nfv:service={mark(instance)}"
    await_that(lambda: made(connection, mark(instance), tags))
    assert run(tmp_path / "s", sections, environment, "terminated")["changed"] is True
    assert mark(instance) not in names(connection)
    assert run(tmp_path / "s", sections, environment, "terminated")["changed"] is False


def made(connection: Any, name: str, tags: str) -> bool:
    """Make a stack of a name that Heat may hold for a moment after it has deleted another."""
    from openstack.exceptions import ConflictException

    try:
        connection.orchestration.create_stack(name=name, template=NOTHING, tags=tags)
    except ConflictException:
        return False
    return True


def test_a_stack_that_fails_is_told_with_its_reason_and_removed(
    own: tuple[dict[str, Any], Any], instance: str, environment: dict[str, str], tmp_path: Path
) -> None:
    settings, connection = own
    template = yaml.safe_load((CASE / "origin.yml").read_text(encoding="utf-8"))
    template["resources"]["server"]["properties"]["availability_zone"] = "moon"
    sections = campaign(settings, instance, ["true"], service_id=template)
    sections["service_definition"]["deployment_parameters"]["flavor"] = "small"
    sections["service_definition"]["deployment_parameters"]["vnic_type"] = ["normal"]
    answer = run(tmp_path / "s.sqlite", sections, environment)
    assert answer.get("experiments") == {"planned": 1, "finished": 0, "failed": 1, "run": 0}, answer
    print(answer["msg"])
    assert f"create stack {mark(instance)} ended in CREATE_FAILED: server: " in answer["msg"], answer
    assert mark(instance) not in names(connection)


def test_what_heat_refuses_is_told(
    own: tuple[dict[str, Any], Any], instance: str, environment: dict[str, str], tmp_path: Path
) -> None:
    settings, connection = own
    sections = campaign(settings, instance, ["true"])
    sections["service_definition"]["deployment_parameters"] = {
        "flavor": ["gigantic"],
        "vnic_type": "normal",
        "image": "cirros",
        "network": NETWORK,
    }
    answer = run(tmp_path / "s.sqlite", sections, environment)
    print(answer["msg"])
    assert "gigantic" in answer["msg"]
    sections["service_definition"]["heat"]["cloud"] = "moon"
    assert "the cloud 'moon' cannot be used" in run(tmp_path / "t.sqlite", sections, environment)["msg"]
    wrong = {**settings, "auth": {**settings["auth"], "password": "guess"}}
    sections["service_definition"]["heat"]["cloud"] = wrong
    assert "the credentials were refused" in run(tmp_path / "u.sqlite", sections, environment)["msg"]
    assert not (tmp_path / "u.sqlite").exists()
    assert mark(instance) not in names(connection)


def test_the_whole_of_d61_with_a_stack_and_an_emulator_of_hammer_on_a_host(
    lab: Path, own: tuple[dict[str, Any], Any], instance: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Heat is real and so is the way to the host, by the lab's SSH; what stands for Hammer there is a line of shell."""
    settings, connection = own
    sections = campaign(settings, instance, [], service_id=ports(), deployment_parameters={**PORTS, "vnic_type": ["normal"]})
    emulator = 'printf \'time,users,latency,curl_bytes_download,profile\\n1,20,0.9,180,%s\\n4,40,1,170,%s\\n\' "$1" "$2" > "$3"'
    sections["experiment"]["use_case"] = {
        "name": "hammer",
        "parameters": {
            "hammer_ip_address": "client",
            "ssh_config": str(lab / "ssh_config"),
            "command": ["sh", "-c", emulator, "sh", "{profile_name}", "{address}:{port}", "{results}"],
            "profile_name": "mixed-profile", "step_deltas": [20], "step_periods": [2], "step_repetitions": [2],
            "metrics": ["latency", "curl_bytes_download"], "time": "time",
        },
    }  # fmt: skip
    answer = run(tmp_path / "s.sqlite", sections, environment)
    assert answer.get("experiments") == {"planned": 1, "finished": 1, "failed": 0, "run": 1}, answer.get("msg")
    with sqlite3.connect(tmp_path / "s.sqlite") as store:
        rows = store.execute("SELECT time, load, metrics FROM samples ORDER BY time").fetchall()
    assert [row[:2] for row in rows] == [(0, 20), (3, 40)]
    first, second = (json.loads(row[2]) for row in rows)
    assert (first["latency"], second["curl_bytes_download"]) == (0.9, 170)
    assert first["controller_cpu"] == second["controller_cpu"], "what was measured belongs to the whole of it"
    assert mark(instance) not in names(connection)


STRESSED = {
    "wrk": ("python3 -m http.server", {"step_deltas": [2], "step_periods": [1], "step_repetitions": [1]}, "requests"),
    "rfc2544": ("iperf3 -s -p", {"lowest": 1, "highest": 8, "precision": 4, "duration": 1}, "trials"),
}
"""Of each tool: the service without its port, its parameters, and a metric that is above nothing."""


@pytest.mark.parametrize("tool", STRESSED)
def test_a_tool_stresses_from_another_host(lab: Path, environment: dict[str, str], tmp_path: Path, tool: str) -> None:
    """From one host of the lab by SSH; the service is started and ended by commands on a second."""
    server, parameters, metric = STRESSED[tool]
    way, port = ["ssh", "-F", str(lab / "ssh_config"), "cache"], 5201 + list(STRESSED).index(tool)
    address = subprocess.run([*way, "echo $SSH_CONNECTION"], capture_output=True, text=True, check=True).stdout.split()[2]
    waited = f"until ss -Htln 'sport = :{port}' | grep -q .; do sleep 0.1; done"
    started = f"cd / && ({server} {port} > /dev/null 2>&1 & echo $! > /run/stressed-{port}.pid) && {waited}"
    ended = f"! [ -e /run/stressed-{port}.pid ] || {{ kill $(cat /run/stressed-{port}.pid); rm /run/stressed-{port}.pid; }}"
    service = {"deploy": [*way, started], "terminate": [*way, ended], "address": address, "port": port}
    service |= {"timeout": {"get_param": "patience"}}
    sections = {
        "service_definition": {"service_id": service, "deployer": "command", "deployment_parameters": {"patience": [20]}},
        "experiment": {
            "instance_name": f"stressed-{port}",
            "use_case": {"name": tool, "parameters": {**parameters, "host": "client", "ssh_config": str(lab / "ssh_config")}},
        },
        "methodology": {"iterations": 1},
    }
    answer = run(tmp_path / "s.sqlite", sections, environment)
    assert answer.get("experiments") == {"planned": 1, "finished": 1, "failed": 0, "run": 1}, answer.get("msg")
    with sqlite3.connect(tmp_path / "s.sqlite") as store:
        [(metrics,)] = store.execute("SELECT metrics FROM samples").fetchall()
    assert json.loads(metrics)[metric] > 0
    listening = subprocess.run([*way, f"ss -Htln 'sport = :{port}'"], capture_output=True, text=True, check=True)
    assert listening.stdout == "", "the service is terminated"


MANIFESTS = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {get_param: pods}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, resources: {limits: {cpu: {get_param: cpu}}}}]}
"""


def test_a_namespace_for_each_experiment_and_none_at_the_end(
    lab: Path, cluster: Any, instance: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "web.yml").write_text(MANIFESTS, encoding="utf-8")
    sections = campaign({}, instance, ["printf", "users,latency\n10,2.5\n"])
    sections["service_definition"] = {
        "service_id": str(tmp_path / "web.yml"), "deployer": "kubernetes",
        "deployment_parameters": {"pods": [1, 2], "cpu": ["500m", 1]},
        "kubernetes": {"kubeconfig": str(lab / "kubeconfig"), "context": SITE, "service": "web", "ready_timeout": 0},
    }  # fmt: skip
    answer = run(tmp_path / "s.sqlite", sections, environment)
    assert (answer["failed"], answer.get("experiments", {}).get("finished")) == (False, 4), answer.get("msg")
    assert mark(instance) not in [space.metadata.name for space in cluster.list_namespace().items]
