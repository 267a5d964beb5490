# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``osm_package``, run by Ansible itself: in process, the same on a second run, and nothing in check mode."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read

SERVICE: dict[str, Any] = {
    "name": "portal",
    "functions": [
        {
            "name": "portal",
            "vdus": [{"name": "vm", "kind": "vm", "image": "ubuntu", "flavor": "big"}],
            "connection_points": [{"name": "mgmt", "vdu": "vm"}],
        }
    ],
}


def run(folder: Path, *words: str, **arguments: Any) -> dict[str, Any]:
    """One task; its result."""
    command = [str(Path(sys.executable).parent / "ansible"), "localhost", "-m", "superfluidity.nfv.osm_package"]
    arguments = {"service": SERVICE, "dest": "osm", **arguments}
    done = subprocess.run(
        [*command, "-a", json.dumps(arguments), *words],
        cwd=folder,
        env={"PWD": str(folder), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    head, answer = done.stdout.split("=>", 1)
    return {"failed": "FAILED" in head, "said": " ".join(done.stderr.split()), **json.loads(answer)}


def test_packages_are_written_once_and_read_back(tmp_path: Path) -> None:
    planned = run(tmp_path, "--check")
    assert (planned["changed"], (tmp_path / "osm").exists()) == (True, False)
    made = run(tmp_path)
    assert made["plan"] == planned["plan"]
    assert [(one["name"], one["kind"]) for one in made["packages"]] == [("portal_vnf", "vnf"), ("portal_ns", "ns")]
    assert "portal.vm: flavor is not said" in made["left_out"]
    assert "flavor is not said" in made["said"]
    before = {path: path.read_bytes() for path in (tmp_path / "osm").iterdir() if path.is_file()}
    again = run(tmp_path)
    assert (again["changed"], again["plan"]) == (False, [])
    assert {path: path.read_bytes() for path in before} == before
    reading = read(Files().tree(made["packages"][0]["path"]))
    assert (reading.format, reading.service["functions"][0]["vdus"][0]["image"]) == ("osm", "ubuntu")
    assert read(Files().tree(str(tmp_path / "osm"))).service["name"] == "portal"


def test_what_is_no_longer_wanted_goes_and_what_is_mine_stays(tmp_path: Path) -> None:
    run(tmp_path, execution="juju")
    mine = tmp_path / "osm/portal_vnf/images/mine.qcow2"
    mine.parent.mkdir()
    mine.write_bytes(b"x")
    changed = run(tmp_path)
    assert {"action": "delete", "kind": "file", "name": "portal_vnf/charms/portal/src/charm.py"} in changed["plan"]
    assert not (tmp_path / "osm/portal_vnf/charms/portal/src/charm.py").exists()
    assert mine.exists()
    assert run(tmp_path)["changed"] is False


def test_what_is_wrong_is_one_sentence_and_changes_nothing(tmp_path: Path) -> None:
    answer = run(tmp_path, service={"name": "a", "functions": []})
    assert (answer["failed"], answer["changed"]) == (True, False)
    assert answer["msg"] == "functions: the list is empty; give at least one entry"
    (tmp_path / "osm").write_bytes(b"a file")
    answer = run(tmp_path)
    assert answer["failed"] is True
    assert "osm" in answer["msg"]
