# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin through Ansible's own inventory manager and its command."""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible.vars.manager import VariableManager
from ansible_collections.superfluidity.nfv.plugins.inventory import sites as plugin

OPERATOR = """\
plugin: superfluidity.nfv.sites
sites:
  core-1:
    role: core
    zone: west
    openstack: {cloud: core-1, clouds_file: clouds.yaml, region_name: west}
    capacity: {cpu: 256}
  edge-1:
    role: edge
    openstack: {cloud: edge-1, clouds_file: clouds.yaml}
    kubernetes: {kubeconfig: kubeconfig, context: edge-1}
    servers:
      fw: {ansible_host: 192.0.2.10, ansible_ssh_common_args: "-F {{ inventory_dir }}/ssh_config"}
    enbs: [enb1, enb2]
  cran-1:
    role: cran
    servers: {bbu-1: {ansible_host: 192.0.2.20}}
delays: {core-1: {edge-1: 8.0, cran-1: 9.5}, edge-1: {cran-1: 0.4}}
"""
CLOUDS = "clouds: {core-1: {auth: {}}, edge-1: {auth: {}}}\n"
KUBECONFIG = "contexts: [{name: edge-1, context: {}}]\n"


@pytest.fixture(autouse=True)
def _package_with_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible's loader asks a package for its file; imported by Python alone, a folder without __init__.py has none."""
    package = sys.modules[plugin.__package__]
    if package.__file__ is None:
        monkeypatch.setattr(package, "__file__", str(Path(plugin.__file__).with_name("__init__.py")))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Ansible shows the user as warnings, errors among them."""
    messages: list[str] = []

    def error_as_warning(self: Display, msg: str, exception: BaseException, **more: Any) -> None:
        messages.append(str(exception))

    monkeypatch.setattr(Display, "warning", lambda self, msg, *rest, **more: messages.append(str(msg)))
    monkeypatch.setattr(Display, "error_as_warning", error_as_warning)
    return messages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "clouds.yaml").write_text(CLOUDS)
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    return tmp_path


def read(folder: Path, text: str, name: str = "operator.sites.yml") -> InventoryManager:
    (folder / name).write_text(text)
    return InventoryManager(DataLoader(), [str(folder / name)], cache=True)


def variables(manager: InventoryManager, host: str) -> dict[str, Any]:
    return VariableManager(DataLoader(), manager).get_vars(host=manager.get_host(host), include_hostvars=False)


def groups(manager: InventoryManager) -> dict[str, list[str]]:
    found = manager.get_groups_dict()
    return {name: sorted(found[name]) for name in found if name not in ("all", "ungrouped")}


def test_hosts_and_groups_follow_from_the_sites(folder):
    edge = ["edge-1-kubernetes", "edge-1-openstack", "fw"]
    assert groups(read(folder, OPERATOR)) == {
        "core": ["core-1-openstack"],
        "edge": edge,
        "cran": ["bbu-1"],
        "site_core_1": ["core-1-openstack"],
        "site_edge_1": edge,
        "site_cran_1": ["bbu-1"],
        "zone_west": ["core-1-openstack"],
        "openstack": ["core-1-openstack", "edge-1-openstack"],
        "kubernetes": ["edge-1-kubernetes"],
        "servers": ["bbu-1", "fw"],
    }


def test_variables_are_ready_for_modules(folder):
    manager = read(folder, OPERATOR)
    core = variables(manager, "core-1-openstack")
    expected = {
        "ansible_connection": "local",
        "ansible_pipelining": True,
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "nfv_site": "core-1",
        "nfv_role": "core",
        "nfv_zone": "west",
        "nfv_vim": "openstack",
        "nfv_region": "west",
        "nfv_cloud": "core-1",
        "nfv_clouds_file": str(folder / "clouds.yaml"),
        "nfv_enbs": [],
        "nfv_delays": {"edge-1": 8.0, "cran-1": 9.5},
        "nfv_capacity": {"cpu": 256},
    }
    assert {name: core[name] for name in expected} == expected
    assert core["nfv_sites"]["edge-1"]["servers"] == ["fw"]
    assert "nfv_context" not in core
    assert "nfv_facts" not in core

    cluster = variables(manager, "edge-1-kubernetes")
    assert (cluster["nfv_kubeconfig"], cluster["nfv_context"]) == (str(folder / "kubeconfig"), "edge-1")
    server = variables(manager, "fw")
    assert (server["ansible_host"], server["nfv_vim"], server["nfv_enbs"]) == ("192.0.2.10", "server", ["enb1", "enb2"])
    assert "ansible_connection" not in server


def test_constructed_options_work(folder):
    more = """
groups: {near_enb1: "'enb1' in nfv_enbs"}
keyed_groups: [{prefix: vim, key: nfv_vim}, {prefix: '', key: nfv_role ~ '_too', separator: '-'}]
leading_separator: false
compose: {distance: "nfv_delays['core-1'] | default(0)", twice: distance * 2}
"""
    manager = read(folder, OPERATOR + more)
    assert groups(manager)["near_enb1"] == ["edge-1-kubernetes", "edge-1-openstack", "fw"]
    assert groups(manager)["vim_server"] == ["bbu-1", "fw"]
    assert groups(manager)["cran_too"] == ["bbu-1"]
    assert variables(manager, "bbu-1")["distance"] == 9.5


def test_strict_makes_a_failing_expression_an_error(folder, told):
    failing = "compose: {x: nfv_zone}\n"
    assert "x" not in variables(read(folder, OPERATOR + failing), "fw")
    assert not read(folder, OPERATOR + failing + "strict: true\n").get_hosts()
    assert any("Could not set x" in message for message in told)


@pytest.mark.parametrize(("name", "ours"), [("a.sites.yml", True), ("a.sites.yaml", True), ("sites.yml", False)])
def test_only_files_with_the_suffix_are_taken(folder, told, name, ours):
    assert bool(read(folder, OPERATOR, name).get_hosts()) is ours


BAD = {
    "duplicate site": (
        OPERATOR.replace("  edge-1:\n", "  core-1:\n"),
        "operator.sites.yml:8: sites.core-1: is given twice, first in line 3; keep one",
    ),
    "duplicate key": (
        OPERATOR.replace("    zone: west\n", "    zone: west\n    role: edge\n"),
        "operator.sites.yml:6: sites.core-1.role: is given twice, first in line 4; keep one",
    ),
    "unknown role": (
        OPERATOR.replace("role: edge", "role: egde"),
        "operator.sites.yml: sites.edge-1.role: 'egde' is none of core, edge, cran",
    ),
    "missing VIM": (
        OPERATOR.replace("servers: {bbu-1: {ansible_host: 192.0.2.20}}", "enbs: []"),
        "operator.sites.yml: sites.cran-1: a site needs at least one of openstack, kubernetes, servers",
    ),
    "wrong cloud": (
        OPERATOR.replace("cloud: edge-1", "cloud: edge1"),
        "clouds.yaml, which has core-1, edge-1",
    ),
    "wrong context": (OPERATOR.replace("context: edge-1", "context: edge"), "kubeconfig, which has edge-1"),
    "unknown option": (OPERATOR + "dealys: {}\n", "operator.sites.yml: dealys: is no option"),
}


@pytest.mark.parametrize(("text", "sentence"), BAD.values(), ids=BAD)
def test_a_mistake_is_one_sentence_with_its_place(folder, told, text, sentence):
    assert not read(folder, text).get_hosts()
    assert any(sentence in message for message in told), told


def test_a_wrong_cloud_names_key_and_file(folder, told):
    read(folder, BAD["wrong cloud"][0])
    file, clouds = folder / "operator.sites.yml", folder / "clouds.yaml"
    expected = f"{file}: sites.edge-1.openstack.cloud: 'edge1' is not in {clouds}, which has core-1, edge-1"
    assert any(expected in message for message in told)


def test_a_file_that_is_not_there_yet_is_no_mistake_but_told(folder, told):
    (folder / "clouds.yaml").unlink()
    (folder / "kubeconfig").unlink()
    assert read(folder, OPERATOR.replace(", context: edge-1", "")).get_hosts()
    for key, file in (("core-1.openstack.clouds_file", "clouds.yaml"), ("edge-1.kubernetes.kubeconfig", "kubeconfig")):
        sentence = f"operator.sites.yml: sites.{key}: {folder / file}: cannot be read: No such file or directory"
        assert any(sentence in message for message in told), told


def test_a_mistake_is_kept_for_the_playbooks(folder, told):
    manager = read(folder, BAD["unknown role"][0])
    assert manager.groups["all"].get_vars()["nfv_sites_mistake"].endswith("'egde' is none of core, edge, cran")
    assert "nfv_sites_mistake" not in read(folder, OPERATOR).groups["all"].get_vars()


def test_a_clouds_file_that_is_no_yaml_is_told(folder, told):
    (folder / "clouds.yaml").write_text("clouds: {")
    assert not read(folder, OPERATOR).get_hosts()
    assert any(f"{folder / 'clouds.yaml'}:1: is no YAML" in message for message in told)


def test_a_key_that_leads_back_to_itself_ends(folder, told):
    assert not read(folder, OPERATOR + "dealys: &a [*a]\n").get_hosts()


def test_without_the_plugin_key_a_sentence_says_so(folder, told, monkeypatch):
    monkeypatch.setattr("ansible.constants.INVENTORY_ENABLED", ["superfluidity.nfv.sites", "yaml"])
    assert not read(folder, OPERATOR.split("\n", 1)[1]).get_hosts()
    assert any("operator.sites.yml: plugin: must be superfluidity.nfv.sites" in message for message in told)


FACTS = "facts: true\nfacts_timeout: 1\n"
CACHE = "cache: true\ncache_plugin: jsonfile\ncache_connection: {}\n"


def test_facts_are_asked_once_while_they_are_kept(folder, monkeypatch):
    asked = []

    def reader(variables: dict[str, Any], timeout: int) -> dict[str, Any]:
        asked.append(variables["nfv_site"])
        return {"n": "{{ 1 }}"}

    for kind in plugin.READERS:
        monkeypatch.setitem(plugin.READERS, kind, reader)
    text = OPERATOR + FACTS + CACHE.format(folder / "cache")
    for _time in range(2):
        manager = read(folder, text)
        assert variables(manager, "edge-1-kubernetes")["nfv_facts"] == {"n": "{{ 1 }}"}
        assert "nfv_facts" not in variables(manager, "fw")
    assert sorted(asked) == ["core-1", "edge-1", "edge-1"]
    manager.refresh_inventory()
    assert len(asked) == 6


def test_libraries_are_imported_before_threads_ask(folder, monkeypatch):
    steps = []
    monkeypatch.setattr(plugin.importlib, "import_module", steps.append)
    readers = dict.fromkeys(plugin.READERS, lambda variables, timeout: steps.append("asked") or {})
    monkeypatch.setattr(plugin, "READERS", readers)
    read(folder, OPERATOR + FACTS)
    assert {"openstack.connection", "kubernetes.client"} <= set(steps[: steps.index("asked")])
    assert set(steps[steps.index("asked") :]) == {"asked"}


@pytest.fixture
def silent():
    """The address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_vims_that_hang_give_warnings_and_no_facts(folder, told, silent):
    auth = {"auth_url": f"http://{silent}/v3", "username": "a", "password": "b", "project_name": "c"}
    (folder / "clouds.yaml").write_text(json.dumps({"clouds": {name: {"auth": auth} for name in ("core-1", "edge-1")}}))
    cluster = {
        "clusters": [{"name": "c", "cluster": {"server": f"http://{silent}"}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "edge-1", "context": {"cluster": "c", "user": "u"}}],
    }
    (folder / "kubeconfig").write_text(json.dumps(cluster))
    manager = read(folder, OPERATOR + FACTS)
    for host in ("core-1-openstack", "edge-1-openstack", "edge-1-kubernetes"):
        assert "nfv_facts" not in variables(manager, host)
        assert any(message.startswith(f"no facts of {host}: ") for message in told), told


@pytest.fixture
def run(folder):
    """The command ``ansible-inventory --list``, as a user who takes mistakes seriously runs it."""
    command = [Path(sys.executable).with_name("ansible-inventory"), "-i", folder / "operator.sites.yml", "--list"]
    root = next((path for path in Path(plugin.__file__).absolute().parents if path.name == "ansible_collections"), None)
    if root is None or not command[0].exists():
        pytest.skip("ansible-inventory, or a checkout below ansible_collections, is not there")
    settings = {"ANSIBLE_COLLECTIONS_PATH": str(root.parent), "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"}
    environment = {**os.environ, **settings}
    options = {"env": environment, "stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "check": False}
    return functools.partial(subprocess.run, command, **options)


def test_the_command_lists_and_refuses(folder, run):
    (folder / "operator.sites.yml").write_text(OPERATOR)
    listed = run()
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout)["site_edge_1"]["hosts"] == ["edge-1-openstack", "edge-1-kubernetes", "fw"]
    assert "unsafe" not in listed.stdout
    (folder / "operator.sites.yml").write_text(BAD["unknown role"][0])
    refused = run()
    assert refused.returncode == 1
    assert "'egde' is none of core, edge, cran" in refused.stderr


def test_a_cloud_that_cannot_be_reached_is_told_once(folder, run):
    auth = {"auth_url": "http://127.0.0.1:9/v3", "username": "a", "password": "b", "project_name": "c"}
    (folder / "clouds.yaml").write_text(json.dumps({"clouds": {"core-1": {"auth": auth}}}))
    core = "{core-1: {role: core, openstack: {cloud: core-1, clouds_file: clouds.yaml}}}"
    (folder / "operator.sites.yml").write_text(f"plugin: superfluidity.nfv.sites\nsites: {core}\n{FACTS}")
    said = run().stderr.strip().splitlines()
    assert len(said) == 1, said
    assert said[0].startswith(
        "[WARNING]: no facts of core-1-openstack: reading what is offered at cloud core-1: the endpoint cannot be reached"
    )
