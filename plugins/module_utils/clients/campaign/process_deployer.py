# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as a process of this machine, under real limits.

It runs in a control group (processors, memory), pinned to processors where that is asked, and in a network namespace of its
own, which one link joins to the namespace of those that stress it; the link is direct, or shaped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...core.errors import FailedError, InputError, UnavailableError
from .control_groups import Group
from .deployer import Target
from .interruption import undisturbed
from .links import SERVICE_ADDRESS, Link
from .programs import require, run, start

ROOT = Path("/run")
"""Where the folder of a campaign is; the campaign's name tells it from others."""
LOG = "service.log"
LISTENS = "0A"
"""The state of a listening socket in ``/proc/net/tcp``."""


class ProcessDeployer:
    """See ``deployer.Deployer``."""

    def __init__(self, name: str, root: Path = ROOT):
        self._group = Group(f"{name}-service")
        self._link = Link(name)
        self._folder = root / name
        self._process: subprocess.Popen[bytes] | None = None

    def require(self, documents: Iterable[Mapping[str, Any]]) -> None:
        if os.geteuid() != 0:
            raise UnavailableError("the deployer process makes control groups and network namespaces: run the playbook as root")
        self._group.require()
        there = os.sched_getaffinity(0)
        programs = {"ip": None, "tc": None, "nsenter": None, "taskset": None}
        for wanted in documents:
            programs.update(dict.fromkeys(wanted["programs"]))
            _check_processors(wanted["limits"]["cpu_set"], there)
        require(programs)

    def deploy(self, wanted: Mapping[str, Any]) -> Target:
        limits = wanted["limits"]
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, text in wanted["files"].items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self._link.make(limits["rate"])
        self._group.make(limits["cpus"], limits["memory"])
        self._start(wanted["command"], limits["cpu_set"])
        self._await(wanted["ready"])
        return Target(SERVICE_ADDRESS, wanted["ready"]["port"], tuple(self._link.entered(self._link.client)))

    def usage(self) -> dict[str, float]:
        return {**self._group.usage(), **self._link.counters()}

    def state(self) -> str | None:
        if self._group.out_of_memory():
            return "the service had not enough memory, and the kernel ended a part of it"
        if self._process is not None and self._process.poll() is not None:
            return f"the service ended with {self._process.returncode}: {self._said()}"
        return None

    def terminate(self, wanted: Mapping[str, Any]) -> bool:  # noqa: ARG002 - what is there is found by its name
        there = [self._group.remove(), self._link.remove(), self._folder.exists()]
        if self._process is not None:
            self._process.wait()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)
        return any(there)

    def _start(self, command: list[str], cpu_set: str | None) -> None:
        pinned = ["taskset", "-c", cpu_set] if cpu_set else []
        whole = self._group.entered([*self._link.entered(self._link.service), *pinned, *command])
        with open(self._folder / LOG, "wb") as log, undisturbed():
            self._process = start(whole, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _await(self, ready: Mapping[str, Any]) -> None:
        deadline = time.monotonic() + ready["timeout"]
        while not self._listens(ready["port"]):
            if wrong := self.state():
                raise FailedError(wrong)
            if time.monotonic() > deadline:
                raise FailedError(f"nothing listens on port {ready['port']} after {ready['timeout']:.0f} s: {self._said()}")
            time.sleep(0.02)

    def _listens(self, port: int) -> bool:
        tables = run([*self._link.entered(self._link.service), "cat", "/proc/net/tcp", "/proc/net/tcp6"], check=False)
        rows = [line.split() for line in tables.splitlines()]
        return any(len(row) > 3 and row[3] == LISTENS and row[1].endswith(f":{port:04X}") for row in rows)

    def _said(self) -> str:
        lines = (self._folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def _check_processors(cpu_set: str | None, there: set[int]) -> None:
    if cpu_set is None:
        return
    try:
        ends = [tuple(int(end) for end in part.split("-")) for part in cpu_set.split(",")]
        known_ends = all(len(span) <= 2 and span[-1] <= max(there) for span in ends)
        wanted = {one for span in ends for one in range(span[0], span[-1] + 1)} if known_ends else set()
    except ValueError:
        wanted = set()
    if not wanted or not wanted <= there:
        known = ",".join(map(str, sorted(there)))
        raise InputError(f"limits.cpu_set: {cpu_set!r} is no list of processors that are here, such as {known}")
