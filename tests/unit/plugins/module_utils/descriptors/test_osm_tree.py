# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages for OSM: whole, the same every time, with sums that other programs find right, and programs that do their work."""

from __future__ import annotations

import asyncio
import copy
import io
import shutil
import subprocess
import sys
import tarfile
import types
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.osm_tree import (
    Tree,
    archive,
    listed_files,
    osm_packages,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read

from .test_to_osm import APPLICATION

SERVICE = copy.deepcopy(APPLICATION) | {"name": "edge"}
SERVICE["functions"].append(
    {
        "name": "tof",
        "vdus": [{"name": "tof-vm", "kind": "vm"}],
        "connection_points": [{"name": "core", "vdu": "tof-vm"}],
    }
)
SERVICE["links"] = [{"name": "lan", "endpoints": ["portal.users", "tof.core"]}]
OFFLOAD = {"function": "tof", "applications": None}
WAYS = [(style, execution) for style in ("sol006", "r2") for execution in ("none", "juju", "helm")]


def packages(style: str = "sol006", execution: str = "none", offload: dict | None = None) -> dict[str, Tree]:
    return {tree.name: tree for tree in osm_packages(SERVICE, style, "us", execution, offload)[0]}


@pytest.mark.parametrize(("style", "execution"), WAYS)
def test_packages_are_read_back(style: str, execution: str) -> None:
    trees = packages(style, execution, OFFLOAD)
    assert list(trees) == ["portal_vnf", "tof_vnf", "edge_ns"]
    files = {f"{tree.name}/{path}": content for tree in trees.values() for path, content in tree.files.items()}
    reading = read(files)
    assert reading.format == "osm"
    assert [function["name"] for function in reading.service["functions"]] == ["portal", "tof"]
    assert not any("checksum" in warning["message"] for warning in reading.warnings)


@pytest.mark.parametrize(("style", "execution"), WAYS)
def test_packages_are_the_same_bytes_every_time(style: str, execution: str) -> None:
    first, second = (packages(style, execution, OFFLOAD) for _time in range(2))
    assert {name: archive(tree) for name, tree in first.items()} == {name: archive(tree) for name, tree in second.items()}


def test_an_archive_has_one_folder_at_its_top_and_no_owner_or_time() -> None:
    tree = packages("sol006", "juju")["portal_vnf"]
    with tarfile.open(fileobj=io.BytesIO(archive(tree))) as tar:
        members = tar.getmembers()
        assert {member.name.partition("/")[0] for member in members} == {"portal_vnf"}
        assert {(member.mtime, member.uid, member.gid, member.uname) for member in members} == {(0, 0, 0, "")}
        held = {member.name.partition("/")[2]: tar.extractfile(member).read() for member in members if member.isreg()}
        assert held == tree.files
        modes = {member.name.partition("/")[2]: member.mode for member in members if member.isreg()}
        assert {path for path, mode in modes.items() if mode == 0o755} == tree.programs
        folders = {member.name.partition("/")[2] for member in members if member.isdir()}
    assert {"charms", "icons", "images", "scripts"} <= folders


def test_md5sum_finds_every_sum_right(tmp_path: Path) -> None:
    program, tar = shutil.which("md5sum"), shutil.which("tar")
    if not program or not tar:
        pytest.skip("md5sum or tar is not installed")
    for tree in packages("sol006", "helm", OFFLOAD).values():
        (tmp_path / "a.tar.gz").write_bytes(archive(tree))
        subprocess.run([tar, "xzf", "a.tar.gz"], cwd=tmp_path, check=True)
        sums = (tmp_path / tree.name / "checksums.txt").read_text("utf-8")
        given = sums.replace("\t", "  ")  # as md5sum writes its own lists
        done = subprocess.run(
            [program, "-c", "--strict", "-"], cwd=tmp_path, input=given, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout
        listed = {line.partition("\t")[2] for line in sums.splitlines()}
        there = {str(one.relative_to(tmp_path)) for one in (tmp_path / tree.name).rglob("*") if one.is_file()}
        assert listed == there - {f"{tree.name}/checksums.txt"}


def test_what_an_earlier_run_has_put_there_is_known_by_its_list() -> None:
    content = {"a_vnf/checksums.txt": b"0\ta_vnf/x\n1\ta_vnf/../../etc/passwd\n2\tb_vnf/y\nnonsense\n\xff\n"}
    assert listed_files("a_vnf", content.get) == {"a_vnf/x"}
    assert listed_files("b_vnf", content.get) == set()


def test_an_offload_at_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="there is no function x in edge that could offload traffic"):
        packages("sol006", "juju", {"function": "x", "applications": ["portal"]})


def configuration(style: str, execution: str) -> dict[str, Any]:
    vnfd = yaml.safe_load(packages(style, execution, OFFLOAD)["portal_vnf"].files["portal_vnfd.yaml"])
    if style == "r2":
        return vnfd["vnfd:vnfd-catalog"]["vnfd"][0]["vnf-configuration"]
    (day,) = vnfd["vnfd"]["df"][0]["lcm-operations-configuration"]["operate-vnf-op-config"]["day1-2"]
    return day


@pytest.mark.parametrize(("style", "execution"), [way for way in WAYS if way[1] != "none"])
def test_the_vnfd_names_the_start_and_the_stop(style: str, execution: str) -> None:
    day = configuration(style, execution)
    assert [one["name"] for one in day["initial-config-primitive"]] == ["config", "start"]
    assert [one["name"] for one in day["terminate-config-primitive"]] == ["stop"]
    files = packages(style, execution, OFFLOAD)["portal_vnf"].files
    if style == "r2":
        charm = day["juju"]["charm"]
    else:
        (environment,) = day["execution-environment-list"]
        charm = environment.get("helm-chart") or environment["juju"]["charm"]
        assert all(one["execution-environment-ref"] == environment["id"] for one in day["initial-config-primitive"])
    assert any(path.split("/")[1] == charm for path in files if path.startswith(("charms/", "helm-charts/")))


@pytest.mark.parametrize("style", ["sol006", "r2"])
def test_settings_of_the_vnfd_are_settings_of_the_charm(style: str) -> None:
    files = packages(style, "juju", OFFLOAD)["portal_vnf"].files
    settings = set(yaml.safe_load(files["charms/portal/config.yaml"])["options"])
    of_the_layer = {"ssh-hostname", "ssh-username", "ssh-password"} if style == "r2" else set()
    given = {one["name"] for one in configuration(style, "juju")["initial-config-primitive"][0]["parameter"]}
    assert given == settings | of_the_layer
    assert set(yaml.safe_load(files["charms/portal/actions.yaml"])) == {"start", "stop"}


CONFIG = {
    "ssh-hostname": "10.0.0.5",
    "ssh-username": "us",
    "start-command": "run",
    "stop-command": "end",
    "tof-hostname": "10.0.0.9",
    "tof-username": "tof",
    "tof-start-command": "add {address}",
    "tof-stop-command": "remove {address}",
}
WANTED = {
    "start": [("10.0.0.5", "run"), ("10.0.0.9", "add 10.0.0.5")],
    "stop": [("10.0.0.9", "remove 10.0.0.5"), ("10.0.0.5", "end")],
}


def modules(monkeypatch: pytest.MonkeyPatch, **named: dict[str, Any]) -> None:
    """Stand-ins of the libraries that a charm gets when it is built."""
    for name, content in named.items():
        module = types.ModuleType(name.replace("__", "."))
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.parametrize("action", ["start", "stop"])
def test_the_charm_of_today_starts_then_offloads_and_stops_the_other_way_round(
    monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    done: list[tuple[str, str]] = []

    class Proxy:
        def __init__(self, hostname: str = "10.0.0.5", username: str = "us"):
            self.hostname = hostname

        def run(self, command: str) -> tuple[str, str]:
            done.append((self.hostname, command))
            return "done", ""

    class Base:
        config = CONFIG
        unit = types.SimpleNamespace(is_leader=lambda: True)

        def __init__(self, *_args: object):
            self.on = types.SimpleNamespace(start_action="start", stop_action="stop")
            self.seen: dict[str, Any] = {}
            self.framework = types.SimpleNamespace(observe=self.seen.__setitem__)

        def get_ssh_proxy(self) -> Proxy:
            return Proxy()

    modules(
        monkeypatch,
        charms={},
        charms__osm={},
        charms__osm__sshproxy={"SSHProxy": Proxy, "SSHProxyCharm": Base},
        ops={},
        ops__main={"main": lambda _charm: None},
    )
    source = packages("sol006", "juju", OFFLOAD)["portal_vnf"].files["charms/portal/src/charm.py"].decode()
    space: dict[str, Any] = {"__name__": "charm"}
    exec(compile(source, "charm.py", "exec"), space)  # what we have written ourselves
    charm = space["VnfCharm"]()
    results: list[dict] = []
    charm.seen[action](types.SimpleNamespace(set_results=results.append, fail=pytest.fail))
    assert done == WANTED[action]
    assert results == [{"output": "done; done"}]


@pytest.mark.parametrize("action", ["start", "stop"])
def test_the_charm_of_release_two_does_the_same(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    done: list[tuple[str, str]] = []
    flags: list[str] = []

    def decorated(*_flags: str) -> Any:
        return lambda function: function

    modules(
        monkeypatch,
        charms={"sshproxy": None},
        charms__sshproxy={"_run": lambda command: (done.append(("10.0.0.5", command)), "")},
        charmhelpers={},
        charmhelpers__core={},
        charmhelpers__core__hookenv={"action_fail": pytest.fail, "action_set": lambda _known: None, "config": CONFIG.get},
        charms__reactive={"clear_flag": flags.append, "set_flag": None, "when": decorated, "when_not": decorated},
    )
    monkeypatch.setattr(sys.modules["charms"], "sshproxy", sys.modules["charms.sshproxy"])
    monkeypatch.setattr(subprocess, "check_output", lambda words: done.append((words[3].partition("@")[2], words[4])) or b"")
    source = packages("r2", "juju", OFFLOAD)["portal_vnf"].files["charms/portal/reactive/portal.py"].decode()
    space: dict[str, Any] = {}
    exec(compile(source, "portal.py", "exec"), space)  # what we have written ourselves
    space[action]()
    assert done == WANTED[action]
    assert flags == [f"actions.{action}"]


@pytest.mark.parametrize("action", ["start", "stop"])
def test_the_execution_environment_does_the_same(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    done: list[tuple[str, str]] = []

    async def run(_program: str, there: str, command: str, **_rest: object) -> Any:
        done.append((there.partition("@")[2], command))

        async def communicate() -> tuple[bytes, bytes]:
            return b"", b""

        return types.SimpleNamespace(communicate=communicate, returncode=0)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", run)
    source = packages("sol006", "helm", OFFLOAD)["portal_vnf"].files["helm-charts/portal-ee/source/vnf_ee.py"].decode()
    space: dict[str, Any] = {}
    exec(compile(source, "vnf_ee.py", "exec"), space)  # what we have written ourselves

    async def all_of_it() -> list[tuple[str, str]]:
        environment = space["VnfEE"]({})
        states = [state async for state in environment.config("1", CONFIG)]
        return states + [state async for state in getattr(environment, action)("2", {})]

    assert asyncio.run(all_of_it()) == [("OK", "configured"), ("OK", "done")]
    assert done == WANTED[action]


def test_the_function_that_offloads_has_no_offload_of_its_own() -> None:
    source = packages("sol006", "juju", OFFLOAD)["tof_vnf"].files["charms/tof/src/charm.py"].decode()
    assert "OFFLOAD = False" in source


def test_what_may_be_scaled_is_said_and_read_back() -> None:
    trees, _left_out = osm_packages(SERVICE, "sol006", "us", "none", None, {"portal": {"vm": 4}})
    (flavour,) = yaml.safe_load(trees[0].files["portal_vnfd.yaml"])["vnfd"]["df"]
    assert flavour["vdu-profile"] == [{"id": "vm", "min-number-of-instances": 1, "max-number-of-instances": 4}]
    assert [(one["id"], one["max-scale-level"]) for one in flavour["scaling-aspect"]] == [("vm-scaling", 3)]
    own = copy.deepcopy(SERVICE)
    own["functions"][0]["vdus"][0]["scaling"] = {"max": 9, "step": 2}
    for most, steps in (({}, 4), ({"portal": {"vm": 5}}, 2)):  # the model's own number, and another in its place
        (tree, *_rest), _told = osm_packages(own, "sol006", "us", "none", None, most)
        (aspect,) = yaml.safe_load(tree.files["portal_vnfd.yaml"])["vnfd"]["df"][0]["scaling-aspect"]
        assert aspect["max-scale-level"] == steps
        assert aspect["aspect-delta-details"]["deltas"][0]["vdu-delta"] == [{"id": "vm", "number-of-instances": 2}]
    for most, style, wrong in (
        ({"portal": {"vm": 4}}, "r2", "scaling: only descriptors of style sol006"),
        ({"door": {"vm": 4}}, "sol006", "scaling.door: give VDUs and how many there may be of each; functions are: portal"),
        ({"portal": {"vm": "4"}}, "sol006", "scaling.portal: give VDUs"),
        ({"portal": {"door": 4}}, "sol006", "portal has no VDU door that OSM could scale; it has: vm"),
        ({"portal": {"vm": 0}}, "sol006", "portal begins with 1 of vm, and there may be no more than 0"),
    ):
        with pytest.raises(InputError) as refused:
            osm_packages(SERVICE, style, "us", "none", None, most)
        assert wrong in str(refused.value)


@pytest.mark.parametrize("execution", ["juju", "helm"])
def test_the_parameters_that_day_one_asks_for_have_names_that_osm_takes(execution: str) -> None:
    trees, _left_out = osm_packages(SERVICE, "sol006", "us", execution, {"address": "10.0.0.2"})
    (flavour,) = yaml.safe_load(trees[0].files["portal_vnfd.yaml"])["vnfd"]["df"]
    (configuration,) = flavour["lcm-operations-configuration"]["operate-vnf-op-config"]["day1-2"]
    values = [one["value"] for one in configuration["initial-config-primitive"][0]["parameter"]]
    asked = {value[1:-1] for value in values if value.startswith("<") and value != "<rw_mgmt_ip>"}
    assert {"start_command", "tof_hostname"} <= asked
    assert all(name.isidentifier() for name in asked)
