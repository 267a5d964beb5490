# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting one process, waiting for it to be healthy, and saying why where it does not become so."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import BinaryIO

from supervisor import pids
from supervisor.errors import LabError
from supervisor.lab import Lab
from supervisor.process import Process

POLL_SECONDS = 0.2
LOG_LIMIT = 20 * 1024 * 1024
TROUBLE = ("CRITICAL", "ERROR", "Error", "error:", "[ERROR]", "Exception")
# Empty lines and the frames of a traceback, whose last line says what they lead to.
NOISE = re.compile(r"^\s*$|\^\^\^|  File \"|Traceback \(|ERROR \w+ ( {4}|$)")
# When memory runs short the kernel ends the lab before the user's own programs.
OOM_SCORE = "500"


# The process writes its own pid file before it becomes the program, so that there is no moment at which it runs and
# nobody knows: who starts it may be killed at any time. Until then its input is the guard, which it thus holds locked.
# (Field 22 of proc(5)'s stat is the start time.)
RECORD = r"""printf '{"pid": %d, "started": %d, "fingerprint": "%s"}\n' $$ "$(cut -d" " -f22 /proc/$$/stat)" "$2" > "$1.new" """
BECOME = ("/bin/sh", "-c", f'{RECORD}&& mv "$1.new" "$1" && shift 2 && exec "$@" < /dev/null', "sh")


def pid_file(lab: Lab, name: str) -> Path:
    return lab.run / f"{name}.pid"


@contextlib.contextmanager
def guarded(lab: Lab, name: str) -> Iterator[BinaryIO]:
    """Hold the guard of a process: its pid file is then what it will be."""
    with (lab.run / f"{name}.guard").open("wb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield guard


def recorded(lab: Lab, name: str) -> pids.Identity | None:
    """The process that the pid file names, also one that is just about to write it."""
    with guarded(lab, name):
        return pids.read_identity(pid_file(lab, name))


def log_file(lab: Lab, name: str) -> Path:
    return lab.logs / f"{name}.log"


def fingerprint(process: Process) -> str:
    """A digest of the command, its environment and the files that it reads at its start."""
    digest = hashlib.sha256(repr((process.argv, sorted(process.env.items()))).encode())
    for path in process.files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def ensure(lab: Lab, process: Process, cancelled: Event) -> bool:
    """Make sure that the process runs as described and is healthy; returns whether it was started."""
    wanted = fingerprint(process)
    known = recorded(lab, process.name)
    log = log_file(lab, process.name)
    if known and known.fingerprint == wanted and _await_health(process, known, log, _size(log), cancelled):
        return False
    if known:
        pids.end(known, process.grace)
    offset = _trim(log)
    child = _launch(lab, process, wanted)
    identity = pids.identify(child.pid, wanted)
    if not _await_health(process, identity, log, offset, cancelled):
        raise LabError(trouble(f"{process.name} ended with code {child.wait()} while it started", log, offset))
    return True


def _launch(lab: Lab, process: Process, wanted: str) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, so that it outlives us and our terminal."""
    if not shutil.which(process.argv[0]):
        raise LabError(f"{process.name} cannot be started: {process.argv[0]}: No such file or directory")
    with log_file(lab, process.name).open("ab") as log, guarded(lab, process.name) as guard:
        child = subprocess.Popen(
            (*BECOME, str(pid_file(lab, process.name)), wanted, *process.argv),
            env=environment(lab, process.env),
            cwd=lab.data,
            stdin=guard,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with contextlib.suppress(OSError):
        Path(f"/proc/{child.pid}/oom_score_adj").write_text(OOM_SCORE)
    return child


def environment(lab: Lab, extra: Mapping[str, str]) -> dict[str, str]:
    """A small environment of our own: the user's settings must not reach the lab's services."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(lab.data),
        "LANG": "C.UTF-8",
        "NO_PROXY": "*",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        # glibc gives every thread an arena of its own, which costs idle services a third of their size.
        "MALLOC_ARENA_MAX": "2",
        **extra,
    }


def _await_health(process: Process, identity: pids.Identity, log: Path, offset: int, cancelled: Event) -> bool:
    """Wait until the process is healthy; false where it does not run, or ends before."""
    deadline = time.monotonic() + process.timeout
    while pids.is_running(identity):
        # An answer counts only from the process itself, which may have ended while somebody else answered.
        if process.health() and pids.is_running(identity):
            return True
        if time.monotonic() > deadline:
            raise LabError(trouble(f"{process.name} is not healthy after {process.timeout:.0f} s", log, offset))
        if cancelled.wait(POLL_SECONDS):
            return True
    return False


def trouble(what: str, log: Path, offset: int, lines: int = 5) -> str:
    """``what``, with the lines of the log since ``offset`` that say most, and where the rest stands."""
    with log.open("rb") as stream:
        stream.seek(offset)
        text = stream.read().decode(errors="replace")
    written = [line.strip() for line in text.splitlines() if not NOISE.search(line)]
    telling = [line for line in written if any(word in line for word in TROUBLE)] or written
    last = " | ".join(line[:300] for line in telling[-lines:]) or "nothing"
    return f"{what}; its log says: {last} (whole log: {log})"


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _trim(log: Path) -> int:
    """Move a log that has grown too large aside, keeping one older; returns where the next line goes."""
    if _size(log) < LOG_LIMIT:
        return _size(log)
    os.replace(log, log.with_suffix(".log.1"))
    return 0
