# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes against the real kernel: started, found again, replaced, removed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import processes
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, InputError

SLEEPER = (
    "import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\ntime.sleep(600)\n"
)


def options(root: Path, **more: Any) -> dict[str, Any]:
    return {
        "service": "video",
        "function": "bbu",
        "name": "bbu",
        "state": "present",
        "command": [sys.executable, "main.py"],
        "environment": {},
        "files": {"main.py": SLEEPER},
        "root": str(root),
        **more,
    }


def bring(root: Path, **more: Any) -> processes.Process:
    """One run of the module; the process must be as wanted afterwards."""
    verb = processes.Process(options(root, **more))
    verb.apply(verb.difference(verb.read()))
    again = processes.Process(options(root, **more))
    assert not again.difference(again.read())
    return verb


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for a condition, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    bring(tmp_path, state="absent")


def test_it_runs_until_it_is_removed(root: Path) -> None:
    pid = bring(root).result()["process"]["id"]
    folder = root / "video/bbu"
    assert os.getsid(pid) == pid != os.getsid(0)
    running = processes.members(folder, None)
    assert pid in running
    bring(root, state="absent")
    assert not processes.members(folder, None)
    assert list(root.iterdir()) == []


def test_its_children_end_with_it(root: Path) -> None:
    bring(root)
    folder = root / "video/bbu"
    eventually(lambda: len(processes.members(folder, None)) == 2)
    bring(root, state="absent")
    assert not processes.members(folder, None)


def test_a_killed_process_is_started_again(root: Path) -> None:
    first = bring(root).result()["process"]["id"]
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    assert processes.parts(str(root), "video")[0]["status"] == "stopped"
    assert bring(root).result()["process"]["id"] != first


def test_a_change_replaces_it(root: Path) -> None:
    first = bring(root).result()["process"]["id"]
    verb = processes.Process(options(root, environment={"LEVEL": 3}))
    plan = verb.difference(verb.read())
    assert plan.diff() == {
        "before": {"process bbu": {"environment": {}}},
        "after": {"process bbu": {"environment": {"LEVEL": "3"}}},
    }
    verb.apply(plan)
    assert verb.result()["process"]["id"] != first
    assert processes.start_time(first) is None


def test_a_file_that_somebody_changed_is_put_right(root: Path) -> None:
    bring(root)
    (root / "video/bbu/main.py").write_text("pass", encoding="utf-8")
    verb = processes.Process(options(root))
    assert [change.action for change in verb.difference(verb.read())] == ["update"]


def test_one_that_was_started_just_before_its_recorder_was_killed_is_found(root: Path) -> None:
    bring(root)
    folder = root / "video/bbu"
    record = processes.read_record(folder)
    processes.write_record(folder, {**record, "pid": None, "started": None})
    orphan = record["pid"]
    bring(root)
    assert processes.start_time(orphan) is None
    assert len([pid for pid in processes.members(folder, None) if os.getsid(pid) == pid]) == 1


def test_a_recycled_pid_is_not_ours(root: Path) -> None:
    bring(root)
    record = processes.read_record(root / "video/bbu")
    stranger = {**record, "pid": os.getpid()}
    assert not processes.is_running(stranger)


def test_one_that_ends_at_once_is_an_error_with_its_last_words(root: Path) -> None:
    with pytest.raises(FailedError, match=r"process bbu ended at once: out of cheese \(log: .*process.log\)"):
        bring(root, files={"main.py": "import sys; sys.exit('out of cheese')"})


def test_a_program_that_is_not_there_is_an_error(root: Path) -> None:
    with pytest.raises(FailedError, match=r"create process bbu failed: .*nosuchprogram"):
        bring(root, command=["/nosuchprogram"])


@pytest.mark.parametrize("name", ["/etc/passwd", "../other/main.py", "record.json"])
def test_files_stay_in_the_folder(root: Path, name: str) -> None:
    with pytest.raises(InputError, match="must be a relative path inside"):
        bring(root, files={name: ""})


def test_check_mode_changes_nothing(root: Path) -> None:
    verb = processes.Process(options(root))
    assert verb.difference(verb.read())
    assert list(root.iterdir()) == []
