# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks run as a user runs them, against the lab that the environment variable NFV_LAB names."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]
BIN = TOP / ".venv/bin"
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """How a playbook ended."""

    code: int
    output: str

    @property
    def changed(self) -> int:
        return sum(int(row[2]) for row in RECAP.findall(self.output))

    @property
    def failed(self) -> int:
        return sum(int(row[3]) + int(row[4]) for row in RECAP.findall(self.output))


@pytest.fixture(scope="session")
def lab() -> Path:
    """The state folder of a running lab."""
    if "NFV_LAB" not in os.environ:
        pytest.skip("no lab: NFV_LAB names none (make test starts one)")
    return Path(os.environ["NFV_LAB"])


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    return {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOST_KEY_CHECKING": "True"}


def arguments(playbook: str, inventory: Path, *words: str, **variables: Any) -> list[str]:
    command = [str(BIN / "ansible-playbook"), f"superfluidity.nfv.{playbook}", "-i", str(inventory), *words]
    return [*command, "-e", json.dumps(variables)] if variables else command


@pytest.fixture(scope="session")
def play(lab: Path, environment: dict[str, str]) -> Callable[..., Run]:
    """Run one of the collection's playbooks on the lab's sites and wait for its end."""

    def run(playbook: str, *words: str, inventory: Path | None = None, **variables: Any) -> Run:
        command = arguments(playbook, inventory or lab / "lab.sites.yml", *words, **variables)
        done = subprocess.run(
            command,
            cwd="/",
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=900,
        )
        return Run(done.returncode, done.stdout)

    return run


@pytest.fixture
def killed_play(lab: Path, environment: dict[str, str]) -> Callable[..., None]:
    """Start a playbook, wait ``seconds``, and kill it and all its children without a word."""

    def run(playbook: str, seconds: float, **variables: Any) -> None:
        command = arguments(playbook, lab / "lab.sites.yml", **variables)
        with subprocess.Popen(
            command, cwd="/", env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)

    return run


@pytest.fixture(scope="session")
def cloud(lab: Path) -> Callable[[str], Any]:
    """The ordinary OpenStack client's connection to a region, as its administrator."""
    from openstack import config, connection

    loader = config.OpenStackConfig(config_files=[str(lab / "clouds.yaml")], load_envvars=False)
    return functools.cache(lambda name: connection.Connection(config=loader.get_one(name)))


@pytest.fixture
def cluster(lab: Path) -> Any:
    """The ordinary Kubernetes client."""
    from kubernetes import client, config

    return client.CoreV1Api(config.new_client_from_config(str(lab / "kubeconfig"), context="edge-1"))


@pytest.fixture
def shell(lab: Path) -> Callable[[str, str], str]:
    """Run a command line on a plain host, over SSH."""

    def run(host: str, line: str) -> str:
        command = ["ssh", "-n", "-F", str(lab / "ssh_config"), host, line]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run


@pytest.fixture
def terminated(play: Callable[..., Run]) -> Iterator[Callable[[str], None]]:
    """Have a service removed when the test is over, however it ends."""
    names: list[str] = []
    yield names.append
    for name in names:
        play("terminate", service_name=name)
