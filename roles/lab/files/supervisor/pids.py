# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling our processes from others: a pid alone is soon somebody else's.

A pid file holds the pid and the time at which that process started, in clock ticks since boot as the
kernel counts them. Both together name one process for as long as the machine runs. Every process of the
lab leads a session of its own, so what it forked is found by the session, also when the leader is dead.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Identity:
    """One process of this boot, and a digest of what it was started with."""

    pid: int
    started: int
    fingerprint: str = ""


@dataclass(frozen=True)
class _Entry:
    """What /proc says about a process that is not a zombie."""

    session: int
    started: int


def identify(pid: int, fingerprint: str = "") -> Identity:
    """The identity of a process that runs now."""
    entry = _entry(pid)
    return Identity(pid, entry.started if entry else -1, fingerprint)


def is_running(identity: Identity | None) -> bool:
    """Whether that very process still runs; a zombie does not."""
    entry = _entry(identity.pid) if identity else None
    return entry is not None and entry.started == identity.started


def read_identity(path: Path) -> Identity | None:
    """The process that a pid file names; a missing or damaged file names none."""
    try:
        return Identity(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def members(identity: Identity) -> list[int]:
    """The pids of the session that this process led, itself included.

    The kernel gives a number to no new process while a session bears it. So the session is ours while its
    leader is, or while no process has the number; a stranger with our pid started his own session.
    """
    leader = _entry(identity.pid)
    if leader and leader.started != identity.started:
        return []
    return [
        pid
        for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
        if (entry := _entry(pid)) and entry.session == identity.pid and entry.started >= identity.started
    ]


def end(identity: Identity, grace: float) -> bool:
    """End a process and its session: TERM to the leader, then KILL to what is left; says whether any ran."""
    pids = members(identity)
    if not pids:
        return False
    _send(signal.SIGTERM, [identity.pid] if identity.pid in pids else pids)
    if not _gone(identity, grace):
        _send(signal.SIGKILL, members(identity))
        _gone(identity, grace)
    return True


def _gone(identity: Identity, seconds: float) -> bool:
    """Wait for the leader, then for its children: those that outlive it do not end by themselves."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = members(identity)
        if not left:
            return True
        if identity.pid not in left:
            _send(signal.SIGKILL, left)
        time.sleep(POLL_SECONDS)
    return False


def _send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _entry(pid: int) -> _Entry | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field, the name in parentheses, may hold anything; what follows it is regular.
    fields = text.rpartition(")")[2].split()
    state, session, started = fields[0], int(fields[3]), int(fields[19])
    return None if state in "ZX" else _Entry(session, started)
