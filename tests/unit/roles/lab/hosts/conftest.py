# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain hosts' program, importable as `hosts` and runnable against a state folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FILES = Path(__file__).parents[5] / "roles" / "lab" / "files"
sys.path.insert(0, str(FILES))


class Program:
    """The program on one state folder."""

    def __init__(self, state: Path):
        self.state = state

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(FILES / "hosts"), "--state", str(self.state), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def __call__(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *names: str) -> dict[str, Any]:
        return self("start", *(word for name in names for word in ("--host", name)))

    def ssh(self, host: str, command: str) -> str:
        done = self.try_ssh(host, command)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def try_ssh(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # -n gives ssh a stdin of its own: it would leave ours non-blocking, which Ansible refuses in a later test.
        command = ["ssh", "-n", "-F", str(self.state / "ssh_config"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    def pid(self, host: str) -> int:
        return int((self.state / "run" / f"host-{host}.pid").read_text().split()[0])


def _why_not() -> str | None:
    if os.geteuid() != 0:
        return "plain hosts need root"
    missing = [name for name in ("ip", "nsenter", "unshare", "/usr/sbin/sshd", "ssh") if not shutil.which(name)]
    if missing:
        return f"plain hosts need {', '.join(missing)}"
    trial = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False)
    return "this machine lets nobody make namespaces" if trial.returncode else None


@pytest.fixture(scope="session")
def _able() -> None:
    reason = _why_not()
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, _able: None) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("lab"))
    yield program
    program("stop", "--erase")


@pytest.fixture
def second_program(tmp_path: Path, _able: None) -> Iterator[Program]:
    program = Program(tmp_path / "another lab")  # with a blank in its path
    yield program
    program("stop", "--erase")
