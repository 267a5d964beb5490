# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine and a service do while the service is stressed, from ``/proc`` and control groups."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

PROC = Path("/proc")
CLOSEST = 0.05
"""Seconds between readings below which a row is that of the readings before: a tool that gives all samples at its end has them
at once, and what was measured belongs to all of them."""
MACHINE: Mapping[str, tuple[str, float | None]] = {
    "cpu": ("busy", 1 / os.sysconf("SC_CLK_TCK")),
    "memory": ("used", None),
    "faults": ("pgfault", 1),
    "major_faults": ("pgmajfault", 1),
    "switches": ("ctxt", 1),
}
COLUMNS: Mapping[str, tuple[str, float | None]] = {
    **{f"host_{name}": (f"host_{key}", factor) for name, (key, factor) in MACHINE.items()},
    **{f"controller_{name}": (f"controller_{key}", factor) for name, (key, factor) in MACHINE.items()},
    "service_cpu": ("cpu", 1),
    "service_throttled": ("throttled", 1),
    "service_memory": ("memory", None),
    "service_faults": ("faults", 1),
    "service_major_faults": ("major_faults", 1),
    "service_received": ("received_bytes", 8e-6),
    "service_sent": ("sent_bytes", 8e-6),
    "service_received_packets": ("received_packets", 1),
    "service_sent_packets": ("sent_packets", 1),
    "service_dropped_packets": ("dropped_packets", 1),
}
"""Each column of telemetry: the counter that it comes from, and what its growth per second is multiplied by; None for what has
a value at a moment. Processors in use (1 is one of them), MiB, events per second, Mbit/s. This machine is the ``host`` where
the service runs on it, and else the ``controller``."""


class Telemetry:
    """Two readings make one row.

    :param machine: what this machine is to the service: its ``host``, or the ``controller``
    :param more: other columns, by the values that they have at a moment
    """

    def __init__(
        self,
        usage: Callable[[], Mapping[str, float]],
        proc: Path = PROC,
        machine: str = "host",
        more: Callable[[], Mapping[str, float]] = dict,
    ):
        self._usage, self._proc, self._machine, self._more = usage, proc, machine, more
        self._row: dict[str, float] | None = None
        self._last = self._read()

    def row(self) -> dict[str, float]:
        """The columns for the time since the row before; those whose source is not there are left out."""
        before, now = self._last, self._read()
        if self._row is not None and now["time"] - before["time"] < CLOSEST:
            return dict(self._row)
        self._last = now
        seconds = max(now["time"] - before["time"], 1e-6)
        self._row = {
            name: now[key] if factor is None else max(0.0, now[key] - before[key]) * factor / seconds
            for name, (key, factor) in COLUMNS.items()
            if key in now and key in before
        }
        self._row |= self._more()
        return dict(self._row)

    def _read(self) -> dict[str, float]:
        own = {f"{self._machine}_{key}": value for key, value in self._host().items()}
        return {"time": time.monotonic(), **own, **self._usage()}

    def _host(self) -> dict[str, float]:
        stat = (self._proc / "stat").read_text(encoding="ascii").splitlines()
        ticks = [float(cell) for cell in stat[0].split()[1:9]]
        idle = ticks[3] + ticks[4]
        events = _table((self._proc / "vmstat").read_text(encoding="ascii"))
        memory = _table((self._proc / "meminfo").read_text(encoding="ascii").replace(":", ""))
        return {
            "busy": sum(ticks) - idle,
            "ctxt": next((float(line.split()[1]) for line in stat if line.startswith("ctxt ")), 0.0),
            "used": (memory["MemTotal"] - memory.get("MemAvailable", memory["MemFree"])) / 1024,
            "pgfault": events["pgfault"],
            "pgmajfault": events["pgmajfault"],
        }


def memory_size(proc: Path = PROC) -> float:
    """The memory of this machine in MiB."""
    return _table((proc / "meminfo").read_text(encoding="ascii").replace(":", ""))["MemTotal"] / 1024


def _table(text: str) -> dict[str, float]:
    rows = (line.split() for line in text.splitlines())
    return {row[0]: float(row[1]) for row in rows if len(row) >= 2}
