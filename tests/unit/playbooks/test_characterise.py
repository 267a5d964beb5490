# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ``characterise`` in check mode, before there is a store."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CAMPAIGN = {
    "service_definition": {
        "service_id": {"deploy": ["true", {"get_param": "size"}], "terminate": ["true"], "port": 80},
        "deployer": "command",
        "deployment_parameters": {"size": [1, 2]},
    },
    "experiment": {
        "instance_name": "never-carried-out",
        "use_case": {"name": "command", "parameters": {"command": ["true"], "metrics": ["latency"]}},
    },
    "methodology": {
        "iterations": 2,
        "action": {
            "type": "template_optimization",
            "parameters": {"sla_classes": {"fast": {"latency": ["{} < 5"]}}, "costs": {"size": {1: 1, 2: 2}}},
        },
    },
}


@pytest.mark.one_python
def test_a_check_before_the_first_experiment_tells_how_many_are_left(tmp_path: Path) -> None:
    (tmp_path / "campaign.yml").write_text(json.dumps(CAMPAIGN), encoding="utf-8")
    playbook = str(Path(sys.executable).parent / "ansible-playbook")
    store = tmp_path / "s.sqlite"
    variables = json.dumps({"characterise_campaign": str(tmp_path / "campaign.yml"), "characterise_store": str(store)})
    done = subprocess.run(
        [playbook, "superfluidity.nfv.characterise", "-i", "localhost,", "-e", variables, "--check"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 of 4 experiments are done, 4 are left" in done.stdout
    assert not store.exists()
