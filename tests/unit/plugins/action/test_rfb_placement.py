# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``rfb_placement`` and ``energy_placement``, run by Ansible itself: an answer, and one sentence for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.superfluidity.nfv.plugins.modules import energy_placement, rfb_placement

MODULES = {"rfb_placement": rfb_placement, "energy_placement": energy_placement}


def run(tmp_path: Path, module: str, **arguments: Any) -> dict[str, Any]:
    """One task; its result."""
    command = [str(Path(sys.executable).parent / "ansible"), "localhost", "-m", f"superfluidity.nfv.{module}"]
    done = subprocess.run([*command, "-a", json.dumps(arguments)], cwd=tmp_path, capture_output=True, text=True, check=False)
    head, answer = done.stdout.split("=>", 1)
    return {"failed": "FAILED" in head, **json.loads(answer)}


def example(module: str) -> dict[str, Any]:
    return yaml.safe_load(MODULES[module].EXAMPLES)[0][f"superfluidity.nfv.{module}"]


def test_the_example_is_answered_and_nothing_is_changed(tmp_path: Path) -> None:
    answer = run(tmp_path, "rfb_placement", **example("rfb_placement"))
    assert (answer["failed"], answer["changed"], answer["status"]) == (False, False, "optimal")
    here = rfb_placement.decide(rfb_placement.SPEC.validated(example("rfb_placement")), None)
    assert {**here, "seconds": 0} == {name: answer[name] if name != "seconds" else 0 for name in here}


def test_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    options = example("rfb_placement")
    options["users"][1]["rates"]["moon"] = {"macro": 3}
    answer = run(tmp_path, "rfb_placement", **options)
    assert answer["failed"] is True
    assert answer["msg"] == "users[1].rates: there is no node 'moon'; there are: lamp, mast, office"


def test_a_placement_that_cannot_be_fails_with_its_reason(tmp_path: Path) -> None:
    options = example("energy_placement")
    options["chains"][1]["latency"] = 0.4
    answer = run(tmp_path, "energy_placement", **options)
    assert (answer["failed"], answer["status"], answer["placements"]) == (True, "infeasible", [])
    assert answer["msg"] == answer["reason"] == "there is no placement: chains[1].latency of 'voice' is 0.1 ms too small"
