# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pid files that a reused pid cannot mislead: a process is its pid and the time at which it started.

The start time is field 22 of ``/proc/<pid>/stat``, in clock ticks since the machine booted. A pid
file is one line, ``<pid> <start time>``.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .command import LabError


@dataclass(frozen=True)
class Process:
    pid: int
    started: int

    def is_alive(self) -> bool:
        """Whether this very process still runs; a zombie, which only waits to be reaped, does not."""
        state, started = _stat(self.pid)
        return started == self.started and state not in ("Z", "X")


def _stat(pid: int) -> tuple[str, int | None]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return "X", None
    fields = text.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    return fields[0], int(fields[19])


def find(pid: int) -> Process | None:
    started = _stat(pid)[1]
    return None if started is None else Process(pid, started)


def read(file: Path) -> Process | None:
    """The process of a pid file; None without the file, or when it is no pid file."""
    try:
        pid, started = file.read_text(encoding="utf-8").split()
        return Process(int(pid), int(started))
    except (FileNotFoundError, ValueError):
        return None


def end(processes: Iterable[Process]) -> None:
    """Kill these processes and wait until they are gone."""
    victims = [process for process in processes if process.is_alive()]
    for process in victims:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    wait_until(lambda: not any(process.is_alive() for process in victims), 10, "a killed process did not end")


def wait_until(condition: Callable[[], object], seconds: float, failure: str) -> None:
    """Poll until the condition holds; after so many seconds raise the failure as a sentence."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"{failure} within {seconds:g} s")
        time.sleep(0.02)
