# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two verbs of MEC, run by Ansible itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HOSTS = [{"name": "tower", "cpu": 4, "memory": 8192, "hardware": [], "services": ["rnis"], "enbs": {"enb1": 2.5}}]


def run(module: str, arguments: dict[str, Any], *words: str) -> dict[str, Any]:
    """One task; its result."""
    command = [str(Path(sys.executable).parent / "ansible"), "localhost", "-m", f"superfluidity.nfv.{module}"]
    done = subprocess.run([*command, "-a", json.dumps(arguments), *words], capture_output=True, text=True, check=False)
    head, answer = done.stdout.split("=>", 1)
    return {"failed": "FAILED" in head, **json.loads(answer)}


def test_apps_are_placed() -> None:
    app = {"name": "cache", "cpu": 2, "delay": {"desired": 2, "maximum": 5}, "area": "town", "licences": 1}
    answer = run("mec_placement", {"hosts": HOSTS, "apps": [app], "areas": {"town": ["enb1"]}, "time_limit": 30}, "--check")
    assert answer["placements"] == [{"app": "cache", "host": "tower", "enbs": ["enb1"]}]
    assert (answer["unserved"], answer["gap"], answer["optimal"], answer["changed"]) == ([], 0.0, True, False)


def test_what_is_wrong_with_a_placement_is_one_sentence() -> None:
    answer = run("mec_placement", {"hosts": HOSTS, "apps": [{"name": "cache", "cpu": -2, "delay": {"maximum": 5}}]})
    assert (answer["failed"], answer["msg"]) == (True, "apps[0].cpu of cache: -2 is less than 0")
    assert "placements" not in answer


def test_a_relocation_has_steps() -> None:
    answer = run(
        "mec_relocation",
        {
            "app": {"kind": "generic", "stateful": True, "state_api": True, "maximum_delay": 10},
            "same_host": False,
            "target": {"in_scope": True, "can_host": True, "has_instance": True},
            "live_migration": False,
            "delay_to_anchor": 4,
        },
    )
    assert (answer["action"], answer["state"], answer["changed"]) == ("state", "transferred", False)
    assert [one["step"] for one in answer["steps"]] == ["A1", "A2", "A3", "A4", "A5", "A6b", "A7b"]
