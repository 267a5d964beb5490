# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of the placement, opened by Ansible itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CALL: dict[str, Any] = {
    "servers": [
        {"name": "s1", "cpu": 16},
        {"name": "s2", "cpu": 16, "load": [{"functions": 2, "pps": 100000}], "guest_cpu": 3.5},
    ],
    "chains": [{"name": "web", "pps": 500000, "functions": [{"name": name, "cpu": 1} for name in ("fw", "lb", "cache")]}],
    "switching": {"profile": "kernel-1500"},
}


def run(*words: str, **arguments: Any) -> dict[str, Any]:
    command = [str(Path(sys.executable).parent / "ansible"), "localhost", "-m", "superfluidity.nfv.ocm_placement"]
    done = subprocess.run([*command, "-a", json.dumps(arguments), *words], capture_output=True, text=True, check=False)
    head, answer = done.stdout.split("=>", 1)
    return {"failed": "FAILED" in head, **json.loads(answer)}


def test_it_answers_and_changes_nothing() -> None:
    answer = run(**CALL)
    assert answer["changed"] is False
    [placement] = answer["placements"]
    assert placement["blocks"] == [{"server": "s2", "functions": ["fw", "lb", "cache"]}]
    assert set(answer["compared"]) == {"gather", "distribute"}
    assert run("--check", **CALL) == answer


def test_what_is_wrong_is_one_sentence() -> None:
    answer = run(**{**CALL, "switching": {"profile": "vpp"}})
    assert answer["failed"] is True
    assert "value of profile must be one of: kernel-100, kernel-1500, dpdk-100, dpdk-1500, got: vpp" in answer["msg"]
    answer = run(**{**CALL, "chains": [{"name": "web", "pps": 1, "functions": [{"name": "fw"}]}]})
    assert answer["msg"] == "chains[0].functions[0].cpu: is missing; give a number"
