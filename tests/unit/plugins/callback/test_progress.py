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
from types import SimpleNamespace

import pytest
from ansible_collections.superfluidity.nfv.plugins.callback import progress

TASKS = [
    {"name": "Slow", "ansible.builtin.pause": {"seconds": 1}},
    {"name": "Quick", "ansible.builtin.debug": {"msg": "hello"}},
    {"name": "Failing", "ansible.builtin.fail": {"msg": "no"}, "ignore_errors": True},
]


def test_slow_tasks_that_ran_get_a_line_and_the_longest_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, shown = [100.0], []
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    callback = progress.CallbackModule(display=SimpleNamespace(display=lambda line, **_: shown.append(line), verbosity=0))
    monkeypatch.setattr(callback, "get_option", {"noticeable": 1.0, "longest": 2}.get)
    for name, took, told in (
        ("Slow", 2.5, callback.v2_runner_on_ok),
        ("Quick", 0.25, callback.v2_runner_on_ok),
        ("Skipped", 1.5, callback.v2_runner_on_skipped),
        ("Slower", 31.0, callback.v2_runner_on_failed),
    ):
        callback.v2_playbook_on_task_start(SimpleNamespace(get_name=lambda name=name: name), False)
        clock[0] += took
        told(None)
    callback.v2_playbook_on_stats(None)
    assert shown == [
        "[2.5 s; 2 s in all]",
        "[31.0 s; 35 s in all]",
        "   31.0 s  Slower",
        "    2.5 s  Slow",
        "   35.2 s  in all",
    ]


def test_ansible_runs_it(tmp_path: Path) -> None:
    play = {"hosts": "localhost", "gather_facts": False, "tasks": TASKS}
    (tmp_path / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    environment = {**os.environ, "ANSIBLE_CALLBACKS_ENABLED": "superfluidity.nfv.progress"}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "play.yml"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert re.search(r"^\[\d+\.\d s; \d+ s in all\]$", done.stdout, re.MULTILINE)
    assert set(re.findall(r"^ +\d+\.\d s  (.*)$", done.stdout, re.MULTILINE)) == {"Slow", "Quick", "Failing", "in all"}
    assert "Callback dispatch" not in done.stderr
