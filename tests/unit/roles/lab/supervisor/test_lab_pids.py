# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity of processes: a pid alone proves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, replace

import pytest
from supervisor import pids


@pytest.fixture
def leader():
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield child
    child.kill()
    child.wait()


def wait_for(condition, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_a_running_process_is_known(leader):
    assert pids.is_running(pids.identify(leader.pid))


def test_a_recycled_pid_is_not_ours(leader):
    ours = replace(pids.identify(leader.pid), started=1)
    assert not pids.is_running(ours)
    assert pids.members(ours) == []
    assert not pids.end(ours, grace=1)
    assert leader.poll() is None


def test_a_zombie_does_not_run(leader):
    identity = pids.identify(leader.pid)
    os.kill(leader.pid, signal.SIGKILL)
    assert wait_for(lambda: not pids.is_running(identity))


def test_identity_survives_the_file(tmp_path, leader):
    identity = pids.identify(leader.pid, "digest")
    (tmp_path / "a.pid").write_text(json.dumps(asdict(identity)))
    assert pids.read_identity(tmp_path / "a.pid") == identity


@pytest.mark.parametrize("text", ["", "123", "{", '{"pid": 1}', "[1, 2]"])
def test_a_damaged_file_names_nobody(tmp_path, text):
    (tmp_path / "a.pid").write_text(text)
    assert pids.read_identity(tmp_path / "a.pid") is None


def test_end_takes_the_whole_session():
    child = subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60 & wait"], start_new_session=True)
    identity = pids.identify(child.pid)
    assert wait_for(lambda: len(pids.members(identity)) == 3)
    assert pids.end(identity, grace=5)
    assert pids.members(identity) == []
    child.wait()


def test_end_takes_children_that_lost_their_leader():
    child = subprocess.Popen(["sh", "-c", "sleep 60 & wait"], start_new_session=True)
    identity = pids.identify(child.pid)
    assert wait_for(lambda: len(pids.members(identity)) == 2)
    child.kill()
    child.wait()
    assert not pids.is_running(identity)
    assert pids.end(identity, grace=5)
    assert pids.members(identity) == []


def test_end_kills_what_ignores_term():
    child = subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"], start_new_session=True)
    identity = pids.identify(child.pid)
    time.sleep(0.2)
    assert pids.end(identity, grace=0.5)
    assert child.wait() == -signal.SIGKILL
