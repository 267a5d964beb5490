# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbook says of a service that cannot be deployed, where no lab is needed to find out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CLUSTER = {"name": "c", "cluster": {"server": "http://127.0.0.1:9"}}
CONTEXT = {"name": "core-1", "context": {"cluster": "c", "user": "u"}}
SITES = {"core-1": {"role": "core", "kubernetes": {"kubeconfig": "kubeconfig", "context": "core-1"}}}
POD = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
SERVICE = {
    "name": "small",
    "functions": [{"name": "web", "vdus": [{"name": "pod", "kind": "pod", "descriptor": "pod"}]}],
    "documents": {"pod": json.dumps(POD)},
}
FILES = {
    "kubeconfig": {"clusters": [CLUSTER], "contexts": [CONTEXT], "users": [{"name": "u", "user": {}}]},
    "one.sites.yml": {"plugin": "superfluidity.nfv.sites", "sites": SITES},
    "service.yaml": SERVICE,
}


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ([], "small is not whole: ", "terminate -e service_name=small to remove it."),
        (["--check"], "small could not be deployed: ", "Nothing was made: this was a check."),
    ],
    ids=["run", "check"],
)
def test_a_failure_says_what_was_made(tmp_path: Path, words: list[str], first: str, last: str) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "superfluidity.nfv.deploy", "-i", "one.sites.yml"]
    command += ["-e", f"service_descriptor={tmp_path / 'service.yaml'}", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = [line for line in done.stdout.splitlines() + done.stderr.splitlines() if f"Action failed: {first}" in line]
    assert len(said) == 1, done.stdout
    assert said[0].endswith(last)


def test_a_service_that_violates_its_policies_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("oxidd")
    web = {
        "name": "web",
        "vdus": SERVICE["functions"][0]["vdus"],
        "connection_points": [{"name": "front", "vdu": "pod"}],
    }
    service = {
        **SERVICE,
        "functions": [web],
        "links": [{"name": "users", "endpoints": ["web.front"]}],
        "access_points": [{"name": "internet", "link": "users"}],
        "policies": [{"name": "no-ssh", "formula": "AG (tcp.dstport == 22 -> !(port == web.front))"}],
    }
    for name, content in {**FILES, "service.yaml": service}.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "superfluidity.nfv.deploy", "-i", "one.sites.yml"]
    command += ["-e", f"service_descriptor={tmp_path / 'service.yaml'}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = [line for line in done.stdout.splitlines() + done.stderr.splitlines() if "Action failed: " in line]
    assert len(said) == 1, done.stdout
    assert said[0].endswith(
        "Action failed: no-ssh is violated. For no-ssh: packet tcp from 192.0.2.1 port 49152 to 198.51.100.1 port 22, "
        "through internet.in → internet.link → web.front"
    )
    assert "Bring the namespace up" not in done.stdout


def test_no_host_leads_another_past_a_stage(tmp_path: Path) -> None:
    """The host that has nothing to do in the first stage answers long before the other one."""

    def process(name: str) -> dict[str, object]:
        return {"function": name, "name": name, "command": ["sleep", "9"], "environment": {}, "files": {}}

    first = {"hosts": ["slow"], "processes": {"slow": [process("one")]}}
    second = {"hosts": ["quick", "slow"], "processes": {"quick": [process("two")], "slow": [process("two")]}}
    variables = {
        "service_deploy_service": {"name": "small"},
        "service_deploy_stages": [
            {"functions": ["one"], "sites": {"edge-1": first}},
            {"functions": ["two"], "sites": {"edge-1": second}},
        ],
        "nfv_role": "edge",
        "nfv_vim": "server",
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
    }
    slow = {"nfv_site": "{{ lookup('ansible.builtin.pipe', 'sleep 2; echo edge-1') }}"}
    hosts = {"quick": {"nfv_site": "edge-1"}, "slow": slow}
    role = {"ansible.builtin.include_role": {"name": "superfluidity.nfv.service_deploy"}}
    play = {"hosts": "all", "gather_facts": False, "tasks": [role], "vars": variables}
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    (tmp_path / "play.json").write_text(json.dumps([play]), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "play.json", "-i", "hosts.json", "--check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    done_by = [line for line in done.stdout.splitlines() if line.startswith("changed: ")]
    assert done_by == ["changed: [slow] => (item=one)", "changed: [quick] => (item=two)", "changed: [slow] => (item=two)"], (
        done.stdout + done.stderr
    )


def test_the_regions_of_a_stage_come_before_its_clusters_however_long_they_take(tmp_path: Path) -> None:
    """A cluster that answers before its region would wait for nodes that are VMs which nobody has started."""
    share = {
        "functions": ["one"],
        "hosts": ["region", "cluster"],
        "stack": "small-edge-1",
        "networks": True,
        "tags": [],
        "nodes": [],
    }
    variables = {
        "service_deploy_service": {"name": "small", "functions": []},
        "service_deploy_stages": [{"functions": ["one"], "sites": {"edge-1": share}}],
        "service_deploy_flavors": [],
        "nfv_role": "edge",
        "nfv_sites": {"edge-1": {"role": "edge"}},
        "nfv_cloud": "nowhere",
        "nfv_kubeconfig": "nowhere",
        "nfv_context": "nowhere",
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
    }
    slow = {"nfv_vim": "openstack", "nfv_site": "{{ lookup('ansible.builtin.pipe', 'sleep 2; echo edge-1') }}"}
    hosts = {"cluster": {"nfv_vim": "kubernetes", "nfv_site": "edge-1"}, "region": slow}
    role = {"ansible.builtin.include_role": {"name": "superfluidity.nfv.service_deploy"}}
    play = {"hosts": "all", "gather_facts": False, "tasks": [role], "vars": variables}
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    (tmp_path / "play.json").write_text(json.dumps([play]), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "play.json", "-i", "hosts.json", "--check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    tasks = [name for name in ("Bring the stack up", "Bring the namespace up") if name in done.stdout]
    assert tasks == ["Bring the stack up", "Bring the namespace up"], done.stdout + done.stderr
    assert done.stdout.index(tasks[0]) < done.stdout.index(tasks[1]), done.stdout
