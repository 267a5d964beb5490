# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that a campaign runs: found or named with the Debian package that has them, and never left running."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import IO, Any

from ...core.errors import FailedError, UnavailableError
from .interruption import undisturbed

PACKAGES = {
    "wrk": "wrk",
    "iperf3": "iperf3",
    "stress-ng": "stress-ng",
    "nginx": "nginx-light",
    "ip": "iproute2",
    "tc": "iproute2",
    "nsenter": "util-linux",
    "taskset": "util-linux",
    "ssh": "openssh-client",
}
"""The Debian package of each program."""
PATIENCE = 5.0
"""Seconds for the end of what was killed."""


def require(programs: Iterable[str]) -> None:
    """See that programs are installed.

    :raises UnavailableError: with all that are missing, and their packages where they are known
    """
    missing = [name for name in dict.fromkeys(programs) if shutil.which(name) is None]
    if missing:
        packages = dict.fromkeys(PACKAGES[name] for name in missing if name in PACKAGES)
        advice = f"; on Debian: apt-get install {' '.join(packages)}" if packages else ""
        raise UnavailableError(f"not installed on the controller: {', '.join(missing)}{advice}")


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """A program in a session of its own, so that no terminal's signals reach it.

    :raises FailedError: it cannot be started
    """
    try:
        return subprocess.Popen(command, start_new_session=True, **options)
    except (OSError, ValueError) as error:  # the latter for a word with a NUL in it
        raise FailedError(f"{command[0]} cannot be started: {getattr(error, 'strerror', None) or error}") from error


def run(command: Sequence[str], timeout: float = 30, check: bool = True, given: str = "") -> str:
    """What a command prints; it is killed where it lasts longer, or where the campaign is interrupted.

    :param given: what the command reads
    :raises FailedError: it cannot be started, fails (unless ``check`` is false), or lasts longer
    """
    code, printed, complained = completed(command, timeout, given)
    if check and code:
        said = (complained.strip() or printed.strip() or "it said nothing").splitlines()[-1]
        raise FailedError(f"{' '.join(command[:6])} failed with {code}: {said}")
    return printed


def completed(command: Sequence[str], timeout: float = 30, given: str = "") -> tuple[int, str, str]:
    """How a command ended, what it printed, and what it said of errors; otherwise as :func:`run`.

    What it has left in the background goes on, and is not waited for.

    :raises FailedError: it cannot be started or lasts longer
    """
    process = None
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as complained:
        try:
            with undisturbed():
                process = start(command, stdin=subprocess.PIPE, stdout=printed, stderr=complained)
            process.communicate(given.encode(), timeout)
        except subprocess.TimeoutExpired as error:
            raise FailedError(f"{command[0]} did not end within {timeout:.0f} s") from error
        finally:
            if process is not None:
                ended(process)
        return process.returncode, _text(printed), _text(complained)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def ended(process: subprocess.Popen[Any]) -> None:
    """Killed with all that it started, unless it has ended, and reaped."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):  # the latter where it has become another user
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
