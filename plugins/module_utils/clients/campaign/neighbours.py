# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Noisy neighbours: load on the machine that a service has to share, by stress-ng."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...core.errors import FailedError, InputError, Place
from .control_groups import Group
from .interruption import undisturbed
from .programs import require, start
from .telemetry import memory_size

KINDS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "cpu": lambda one: ["--cpu", str(one["workers"]), "--cpu-load", str(one["load"])],
    "memory": lambda one: ["--vm", str(one["workers"]), "--vm-bytes", f"{one['memory']}M", "--vm-keep"],
    "network": lambda one: ["--sock", str(one["workers"])],
}
"""``network`` sends through sockets of the loopback device: it takes from the kernel's network stack, not from the link."""
CROWD = 32
"""Workers of all neighbours together for each processor: more would only wait for one another, and the machine for them."""
SETTLE = 0.3
"""Seconds that a neighbour must live to count as started."""


def check(wanted: Sequence[Mapping[str, Any]], processors: int, memory: float) -> None:
    """See that a machine bears the neighbours.

    :param memory: that of the machine, in MiB
    :raises InputError: there are too many workers, or they take all its memory
    """
    workers, most = sum(one["workers"] for one in wanted), CROWD * processors
    if workers > most:
        message = (
            f"{workers} workers are too many for {_processors(processors)}; take {most} at the most, all neighbours together"
        )
        raise InputError(message, Place(path="experiment.noisy_neighbours"))
    taken = sum(one["workers"] * one["memory"] for one in wanted if one["type"] == "memory")
    if taken >= memory:
        message = f"they take {taken} MiB, and this machine has {memory:.0f}; take fewer workers or less memory of each"
        raise InputError(message, Place(path="experiment.noisy_neighbours"))


def _processors(count: int) -> str:
    return "1 processor" if count == 1 else f"{count} processors"


class Neighbours:
    """All neighbours of a campaign, in one control group, by which a later run finds them."""

    def __init__(self, name: str, wanted: Sequence[Mapping[str, Any]]):
        self._group = Group(f"{name}-neighbours")
        self._wanted = wanted
        self._processes: list[subprocess.Popen[bytes]] = []

    def require(self) -> None:
        """See that the tool is there, and that the machine bears what is wanted.

        :raises NfvError: it is not, or it does not
        """
        if self._wanted:
            check(self._wanted, os.cpu_count() or 1, memory_size())
            require(["stress-ng"])

    def start(self) -> None:
        """Start them all.

        :raises FailedError: one of them ends at once
        """
        if not self._wanted:
            return
        self._group.make()
        for one in self._wanted:
            command = ["stress-ng", "--quiet", *KINDS[one["type"]](one), "--temp-path", "/tmp"]  # noqa: S108 - it writes nothing
            quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
            with undisturbed():
                self._processes.append(start(self._group.entered(command), **quiet))
        time.sleep(SETTLE)
        if wrong := self.state():
            raise FailedError(wrong)

    def state(self) -> str | None:
        """What is wrong with them; None where all run."""
        for one, process in zip(self._wanted, self._processes, strict=False):
            if process.poll() is not None:
                return f"the noisy neighbour {one['type']} ended with {process.returncode}"
        return None

    def stop(self) -> bool:
        """End them, also those of an earlier run; whether there were any."""
        there = self._group.remove()
        for process in self._processes:
            process.wait()
        self._processes.clear()
        return there
