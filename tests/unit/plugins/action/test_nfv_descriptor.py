# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deciding verb, run by Ansible itself: in process, with one sentence for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MODEL = "name: small\nfunctions:\n  - name: web\n    vdus: [{name: vm, kind: vm}]\n"


def run(tmp_path: Path, *words: str, **arguments: Any) -> dict[str, Any]:
    """One task; its result."""
    command = [str(Path(sys.executable).parent / "ansible"), "localhost", "-m", "superfluidity.nfv.nfv_descriptor"]
    done = subprocess.run(
        [*command, "-a", json.dumps(arguments), *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    head, answer = done.stdout.split("=>", 1)
    return {"failed": "FAILED" in head, "said": " ".join(done.stderr.split()), **json.loads(answer)}


def test_it_answers_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "service.yml").write_text(MODEL, encoding="utf-8")
    answer = run(tmp_path, path="service.yml")
    assert answer["changed"] is False
    assert answer["format"] == "model"
    assert answer["service"]["functions"][0]["vdus"] == [{"name": "vm", "kind": "vm"}]
    assert run(tmp_path, "--check", path="service.yml") == answer


def test_what_was_assumed_is_told_as_data_and_as_sentences(tmp_path: Path) -> None:
    vnfd = {"vnfdId": "web", "vdu": [{"vduId": "vm", "intCpd": []}, {"vduId": None}]}
    nsd = {"nsdIdentifier": "web", "vnfdId": ["web"]}
    answer = run(tmp_path, content=json.dumps({"nsd": {"web": nsd}, "vnfd": {"web": vnfd}}))
    assert answer["findings"]
    assert all(set(one) == {"message", "path", "line"} for one in answer["findings"])
    assert all(one["message"] in answer["said"] for one in answer["findings"])


VNFD = "vnf: {name: one, VNFC: [{name: vm, bridge-ifaces: [{name: eth0}]}]}"
NEMO = "CREATE NodeModel m VNFD {uri}; ConnectionPoint p at VNFD: eth0;\nCREATE Node n Type m;\n"


def test_a_nemo_program_with_its_vnfd_in_the_task_or_beside_it(tmp_path: Path) -> None:
    text = NEMO.replace("{uri}", "file:///elsewhere/vm.yaml")
    given = run(tmp_path, content=text, vnfds={"vm.yaml": VNFD})
    assert given["format"] == "nemo"
    assert given["service"]["functions"][0]["vdus"] == [{"name": "vm", "kind": "vm", "interfaces": ["eth0"]}]
    (tmp_path / "n.nemo").write_text(text, encoding="utf-8")
    (tmp_path / "vm.yaml").write_text(VNFD, encoding="utf-8")
    beside = run(tmp_path, path="n.nemo")
    assert beside["service"] == given["service"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"content": NEMO.replace("{uri}", "http://127.0.0.1:1/vm.yaml")},
            "content:1: the VNFD http://127.0.0.1:1/vm.yaml is in the",
        ),
        ({"path": "nowhere.yml"}, "nowhere.yml: cannot be read: No such file or directory"),
        ({"format": "model"}, "one of the following is required: path, content"),
        ({"path": "a", "content": "b"}, "parameters are mutually exclusive: path|content"),
        (
            {"content": "", "format": "morse"},
            "value of format must be one of: auto, superfluidity, nemo, sol001, osm, sol006, openmano, model, got: morse",
        ),
        ({"content": MODEL, "colour": "red"}, "colour"),
        ({"content": "name: x\nfunctions: []\n"}, "functions"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, arguments: dict[str, Any], sentence: str) -> None:
    answer = run(tmp_path, **arguments)
    assert answer["failed"] is True
    assert sentence in answer["msg"]
    assert "Traceback" not in json.dumps(answer)
