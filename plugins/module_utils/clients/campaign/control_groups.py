# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control groups of a campaign: limits for a service, what it uses, and an end to all that runs in them.

Both versions are known. Version 2 has one tree; version 1 has a tree for each controller, and a group is a folder in several.
A group's name carries the campaign's id, so that a later run finds it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ...core.errors import FailedError, UnavailableError

ROOT = Path("/sys/fs/cgroup")
TREES = ("cpu", "cpuacct", "memory")
"""The controllers that are used, which are folders of version 1."""
PERIOD, LONG_PERIOD = 10_000, 100_000
"""Microseconds in which a share of the processor is given out; the kernel's default of 100 ms would show in latencies. It gives
no less than 1 ms at a time, so small shares have the long one."""
MEBIBYTE = 1 << 20
PATIENCE = 5.0
USAGE: Mapping[int, Mapping[str, tuple[str, str | None, float]]] = {
    1: {
        "cpu": ("cpuacct.usage", None, 1e-9),
        "throttled": ("cpu.stat", "throttled_time", 1e-9),
        "memory": ("memory.usage_in_bytes", None, 1 / MEBIBYTE),
        "faults": ("memory.stat", "pgfault", 1),
        "major_faults": ("memory.stat", "pgmajfault", 1),
    },
    2: {
        "cpu": ("cpu.stat", "usage_usec", 1e-6),
        "throttled": ("cpu.stat", "throttled_usec", 1e-6),
        "memory": ("memory.current", None, 1 / MEBIBYTE),
        "faults": ("memory.stat", "pgfault", 1),
        "major_faults": ("memory.stat", "pgmajfault", 1),
    },
}
"""What a group uses, by version: the file, the row of it where it is a table, and what the number there is multiplied by."""


class Group:
    """A control group by its name; there or not."""

    def __init__(self, name: str, root: Path = ROOT):
        self.name = name
        self._root = root
        self._unified = (root / "cgroup.controllers").exists()
        self._usage = USAGE[2 if self._unified else 1]
        self._folders = [root / name] if self._unified else [root / tree / name for tree in TREES if (root / tree).is_dir()]

    def require(self) -> None:
        """:raises UnavailableError: there are no control groups on this machine"""
        if not self._folders:
            raise UnavailableError(f"there are no control groups under {self._root}; a service cannot be limited here")

    def make(self, cpus: float | None = None, memory: float | None = None) -> None:
        """Make the group with its limits: shares of processors, and MiB.

        :raises UnavailableError: control groups are not there, lack a controller, or may not be changed
        """
        self.require()
        try:
            if self._unified:
                self._enable({"cpu": cpus, "memory": memory})
            for folder in self._folders:
                folder.mkdir(exist_ok=True)
            for name, value in self._limits(cpus, memory):
                self._file(name).write_text(value, encoding="ascii")
        except OSError as error:
            raise UnavailableError(f"control group {self.name} cannot be set up: {error.strerror}; run as root") from error

    def _enable(self, limits: Mapping[str, float | None]) -> None:
        """Enable the controllers of version 2 that are there: to measure, and to limit."""
        there = (self._root / "cgroup.controllers").read_text(encoding="ascii").split()
        for name, limit in limits.items():
            if limit is not None and name not in there:
                message = (
                    f"controller {name} is not in {self._root}/cgroup.controllers; version 1 may hold it, or nobody gave it"
                )
                raise UnavailableError(f"{message}: leave its limit out, or start the machine with version 2 alone")
        wanted = " ".join(f"+{name}" for name in limits if name in there)
        if wanted:
            (self._root / "cgroup.subtree_control").write_text(wanted, encoding="ascii")

    def entered(self, command: Sequence[str]) -> list[str]:
        """The command that joins the group and then becomes ``command``."""
        script = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"'
        return ["sh", "-c", script, "sh", *map(str, self._folders), "--", *command]

    def usage(self) -> dict[str, float]:
        """What all members used so far: ``cpu``, ``throttled`` (s), ``faults``, ``major_faults``; and ``memory`` (MiB) now.
        What the kernel does not tell is left out.
        """
        found = {name: self._read(file, row) for name, (file, row, _factor) in self._usage.items()}
        return {name: one * self._usage[name][2] for name, one in found.items() if one is not None}

    def members(self) -> set[int]:
        found: set[int] = set()
        for folder in self._folders:
            with suppress(OSError):
                found |= {int(pid) for pid in (folder / "cgroup.procs").read_text(encoding="ascii").split()}
        return found - {os.getpid()}

    def out_of_memory(self) -> bool:
        """Whether the memory limit made the kernel end a member."""
        name = "memory.events" if self._unified else "memory.oom_control"
        return self._table(name).get("oom_kill", 0) > 0

    def remove(self) -> bool:
        """End all members and remove the group; whether there was one.

        :raises FailedError: something in it does not end
        """
        there = any(folder.exists() for folder in self._folders)
        deadline = time.monotonic() + PATIENCE
        while (members := self.members()) and time.monotonic() < deadline:
            for pid in members:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        while any(folder.exists() for folder in self._folders):
            try:
                for folder in self._folders:
                    with suppress(FileNotFoundError):
                        folder.rmdir()
            except OSError as error:  # busy until the last member is reaped
                if time.monotonic() > deadline:
                    raise FailedError(f"control group {self.name} cannot be removed: {error.strerror}") from error
                time.sleep(0.01)
        return there

    def _limits(self, cpus: float | None, memory: float | None) -> list[tuple[str, str]]:
        period = PERIOD if cpus is None or cpus >= 0.1 else LONG_PERIOD
        quota = None if cpus is None else str(max(1000, round(cpus * period)))
        size = None if memory is None else str(round(memory * MEBIBYTE))
        if self._unified:
            found = [("cpu.max", quota and f"{quota} {period}"), ("memory.max", size)]
        else:
            found = [("cpu.cfs_period_us", quota and str(period)), ("cpu.cfs_quota_us", quota), ("memory.limit_in_bytes", size)]
        return [(name, value) for name, value in found if value is not None]

    def _file(self, name: str) -> Path:
        return self._root / self.name / name if self._unified else self._root / name.partition(".")[0] / self.name / name

    def _table(self, name: str) -> Mapping[str, float]:
        try:
            lines = [line.split() for line in self._file(name).read_text(encoding="ascii").splitlines()]
        except OSError:
            return {}
        return {line[0]: float(line[1]) for line in lines if len(line) == 2 and line[1].isdigit()}

    def _read(self, name: str, row: str | None) -> float | None:
        if row is not None:
            return self._table(name).get(row)
        try:
            return float(self._file(name).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
