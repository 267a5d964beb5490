# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a specification to files: checked, complete, private, and the same each time."""

from __future__ import annotations

import configparser
import stat
from pathlib import Path

import pytest
import yaml
from supervisor import lab as labs
from supervisor.configuration import configure
from supervisor.errors import LabError
from supervisor.parts import stages
from supervisor.spec import read_spec

SITES = [
    {"name": "core-1", "openstack": {"profiles": []}},
    {"name": "edge-1", "openstack": {"profiles": ["octavia", "sfc"]}, "kubernetes": {}},
    {"name": "cran-1"},
]


@pytest.fixture
def spec(tmp_path):
    def write(**changes):
        path = tmp_path / "spec.yml"
        path.write_text(yaml.safe_dump({"size": "full", "cache": str(tmp_path / "cache"), "sites": SITES, **changes}))
        return path

    return write


def snapshot(folder):
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", ["full", "small"])
def test_a_second_run_changes_nothing(tmp_path, spec, size):
    root = tmp_path / "lab"
    assert configure(spec(size=size), root)
    before = snapshot(root)
    assert not configure(spec(size=size), root)
    assert snapshot(root) == before


def test_files_are_private_and_well_formed(tmp_path, spec):
    root = tmp_path / "lab"
    configure(spec(), root)
    for path in filter(Path.is_file, root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        if path.name.endswith(".conf") and path.name != "rabbitmq.conf":
            configparser.RawConfigParser(strict=False).read_string(path.read_text())


def test_a_new_profile_changes_its_site_only(tmp_path, spec):
    root = tmp_path / "lab"
    configure(spec(), root)
    core = snapshot(root / "etc" / "core-1")
    ports = labs.load(root).ports
    more = [SITES[0], {**SITES[1], "openstack": {"profiles": ["octavia", "sfc", "mistral"]}}, SITES[2]]
    assert configure(spec(sites=more), root)
    assert snapshot(root / "etc" / "core-1") == core
    later = labs.load(root).ports
    assert {name: later[name] for name in ports} == ports
    assert later.keys() - ports.keys() == {"edge-1-mistral"}


def test_stages_of_the_full_size(tmp_path, spec):
    root = tmp_path / "lab"
    configure(spec(), root)
    names = [stage.name for stage in stages(labs.load(root))]
    assert names == ["database", "broker", "schemas", "keystone", "core-1", "edge-1", "clouds", "kubernetes"]


def test_every_dependency_is_in_the_same_stage_and_every_port_is_used_once(tmp_path, spec):
    root = tmp_path / "lab"
    configure(spec(), root)
    table = stages(labs.load(root))
    for stage in table:
        names = {item.name for item in stage.items}
        assert all(set(item.depends) <= names for item in stage.items)
    ports = [process.port for stage in table for process in stage.processes if process.port]
    assert len(ports) == len(set(ports))


def test_two_labs_share_no_name(tmp_path, spec):
    configure(spec(), tmp_path / "one")
    configure(spec(), tmp_path / "two")
    one, two = labs.load(tmp_path / "one"), labs.load(tmp_path / "two")
    assert one.id != two.id
    assert not set(one.secrets.values()) & set(two.secrets.values())


def test_long_state_folders_put_sockets_elsewhere(tmp_path):
    deep = labs.Lab(tmp_path / ("x" * 100), "full", (), tmp_path)
    assert str(deep.sockets) == f"/tmp/nfv-lab-{deep.id}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": "big"}, "size: 'big' is none of full, small"),
        ({"cache": "relative"}, "cache: 'relative' is not the absolute path"),
        ({"sites": []}, "sites: is not a list"),
        ({"sites": [{"name": "Edge"}]}, r"sites\[0\]: needs a name"),
        ({"sites": [{"name": "a"}, {"name": "a"}]}, "the name a is given 2 times"),
        ({"sites": [{"name": "a", "openstack": {"profiles": ["swift"]}}]}, "profiles: 'swift' is none of"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path, spec, changes, message):
    with pytest.raises(LabError, match=message):
        read_spec(spec(**changes), tmp_path)


def test_a_folder_without_a_lab_says_what_to_do(tmp_path):
    with pytest.raises(LabError, match="run 'configure"):
        labs.load(tmp_path)
