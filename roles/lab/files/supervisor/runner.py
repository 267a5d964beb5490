# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out stages: start, stop and status of a whole lab, one command of a lab at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from supervisor import pids
from supervisor.errors import LabError
from supervisor.graph import run_graph
from supervisor.lab import Lab
from supervisor.launcher import ensure, pid_file, recorded
from supervisor.process import STOP_SECONDS, Process, Stage

# Booting a service is work for a processor; one more than there are keeps them busy while one waits.
WORKERS = (os.cpu_count() or 1) + 1


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Hold the lab's lock; a second command waits here until the first is done."""
    run = root / "run"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(lab: Lab, stages: Sequence[Stage]) -> dict[str, Any]:
    """Start what does not run and wait until all of it is healthy."""
    begun = time.monotonic()
    started: list[str] = []
    changes: list[str] = []
    for folder in (lab.run, lab.logs, lab.data, lab.sockets):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for stage in stages:
        _run_stage(lab, stage, started, changes)
    seconds = round(time.monotonic() - begun, 1)
    return {"changed": bool(started or changes), "started": sorted(started), "done": changes, "seconds": seconds}


def _run_stage(lab: Lab, stage: Stage, started: list[str], changes: list[str]) -> None:
    items = {item.name: item for item in stage.items}

    def run(name: str, cancelled: Event) -> None:
        item = items[name]
        if isinstance(item, Process):
            if ensure(lab, item, cancelled):
                started.append(name)
        elif item.run():
            changes.append(name)

    run_graph({name: item.depends for name, item in items.items()}, run, WORKERS)


def stop(lab: Lab, stages: Sequence[Stage]) -> dict[str, Any]:
    """End every process of the lab, the last stage first, whatever of it still runs."""
    begun = time.monotonic()
    stopped: list[str] = []
    known = [{process.name: process.grace for process in stage.processes} for stage in reversed(stages)]
    # A process whose site or profile has left the specification is known by its pid file alone.
    listed = {name for graces in known for name in graces}
    strays = {path.stem: STOP_SECONDS for path in lab.run.glob("*.pid") if path.stem not in listed}
    for graces in [strays, *known]:
        with ThreadPoolExecutor(max_workers=max(len(graces), 1)) as pool:
            ended = pool.map(partial(_stop_one, lab), graces, graces.values())
            stopped += [name for name, did in zip(graces, ended, strict=True) if did]
    seconds = round(time.monotonic() - begun, 1)
    return {"changed": bool(stopped), "stopped": sorted(stopped), "seconds": seconds}


def _stop_one(lab: Lab, name: str, grace: float) -> bool:
    path = pid_file(lab, name)
    identity = recorded(lab, name)
    ended = bool(identity) and pids.end(identity, grace)
    path.unlink(missing_ok=True)
    return ended


def status(lab: Lab, stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """One record for each process of the lab."""
    return [_state(lab, process) for stage in stages for process in stage.processes]


def _state(lab: Lab, process: Process) -> dict[str, Any]:
    identity = recorded(lab, process.name)
    running = pids.is_running(identity)
    return {"name": process.name, "pid": identity.pid if running else None, "port": process.port, "running": running}


def select(stages: Sequence[Stage], name: str | None) -> list[Stage]:
    """The stage of that name, or all."""
    chosen = [stage for stage in stages if name in (None, stage.name)]
    if not chosen:
        raise LabError(f"this lab has no stage {name!r}, only {', '.join(stage.name for stage in stages)}")
    return chosen
