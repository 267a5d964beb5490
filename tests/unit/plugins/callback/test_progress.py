# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback says what took long, and nothing of what did not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

TASKS = [
    {"name": "Slow", "ansible.builtin.pause": {"seconds": 1}},
    {"name": "Quick", "ansible.builtin.debug": {"msg": "hello"}},
]


def test_slow_tasks_get_a_line_and_all_are_summed(tmp_path: Path) -> None:
    play = {"hosts": "localhost", "gather_facts": False, "tasks": TASKS}
    (tmp_path / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    environment = {**os.environ, "ANSIBLE_CALLBACKS_ENABLED": "superfluidity.nfv.progress", "NFV_PROGRESS_LONGEST": "1"}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "play.yml"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert len(re.findall(r"^\[\d+\.\d s; \d+ s in all\]$", done.stdout, re.MULTILINE)) == 1
    assert re.findall(r"^ +\d+\.\d s  (.*)$", done.stdout, re.MULTILINE) == ["Slow", "in all"]
