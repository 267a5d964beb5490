# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds a Python environment from a lock file, once per machine, in a cache named by the lock's hash.

As a program it prints the environment's folder::

    python3 environment.py --locks FOLDER --name lab [--cache FOLDER]

``FOLDER`` holds one lock file per minor version of Python, ``<name>-<major>.<minor>.txt``. Two builds at
once wait for one another; a build that was killed is begun again, for only a finished one has its mark.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

OLDEST = (3, 11)
FINISHED = ".finished"


class SetupError(Exception):
    """One sentence that says what is missing and what to do."""


def default_cache() -> Path:
    """The folder for downloads and built environments: outside every checkout, shared by all of them."""
    chosen = os.environ.get("SUPERFLUIDITY_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(base) / "superfluidity-nfv"


def lock_file(folder: Path, name: str, version: tuple[int, int]) -> Path:
    """The lock file for one minor version of Python, or a :class:`SetupError` that names those there are."""
    path = folder / f"{name}-{version[0]}.{version[1]}.txt"
    if path.exists():
        return path
    known = sorted(p.stem.removeprefix(f"{name}-") for p in folder.glob(f"{name}-3.*.txt"))
    found = f"{version[0]}.{version[1]}"
    raise SetupError(f"Python {found} has no lock file {path.name}: choose one of {', '.join(known)} with PYTHON=…")


def interpreter(python: str) -> tuple[str, tuple[int, int]]:
    """The real path and the version of an interpreter; :class:`SetupError` where it does not run or is too old.

    The path is asked of the interpreter itself, for what stands in PATH may be a version manager's script.
    """
    command = [python, "-c", "import sys; print(*sys.version_info[:2], getattr(sys, '_base_executable', sys.executable))"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"{python} does not run: install python3 or name another with PYTHON=… ({error})") from error
    major, minor, executable = answer.split(maxsplit=2)
    version = (int(major), int(minor))
    if version < OLDEST:
        raise SetupError(f"Python {major}.{minor} is too old: name 3.11 or newer with PYTHON=…")
    return os.path.realpath(executable.strip()), version


def digest(lock: Path, python: str) -> str:
    """What an environment is named after: its lock file and the interpreter that it was built with."""
    return hashlib.sha256(lock.read_bytes() + python.encode()).hexdigest()[:12]


def environment(locks: Path, name: str, python: str, cache: Path, say: Callable[[str], None]) -> Path:
    """Return the folder of the environment ``name``, building it where it is not there yet.

    :param locks: folder with the lock files
    :param python: the interpreter to build with
    :param say: called with one line for each step that takes time
    :raises SetupError: no lock for this Python, no venv module, or a package that cannot be installed
    """
    python, version = interpreter(python)
    lock = lock_file(locks, name, version)
    folder = cache / f"{name}-{version[0]}.{version[1]}-{digest(lock, python)}"
    if (folder / FINISHED).exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / f"{folder.name}.lock", "w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / FINISHED).exists():
            build(folder, lock, python, say)
    return folder


def build(folder: Path, lock: Path, python: str, say: Callable[[str], None]) -> None:
    """Make the environment anew and mark it finished; its log stays beside it."""
    started = time.monotonic()
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"building the environment {folder.name} ({count} packages)")
    shutil.rmtree(folder, ignore_errors=True)
    log = folder.with_suffix(folder.suffix + ".log")
    run([python, "-m", "venv", str(folder)], log, "the venv module failed: install python3-venv")
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    run([*pip, "--disable-pip-version-check"], log, "pip failed: check the network and run the same command again")
    (folder / FINISHED).touch()
    say(f"built in {time.monotonic() - started:.0f} s")


def run(command: list[str], log: Path, remedy: str) -> None:
    """Run one command with its output in ``log``; a failure names the log and the remedy."""
    with open(log, "ab") as output:
        if subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode:
            raise SetupError(f"{remedy} (log: {log})")


def main() -> int:
    parser = argparse.ArgumentParser(description="Build a Python environment from a lock file.")
    parser.add_argument("--locks", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args()
    try:
        folder = environment(options.locks, options.name, options.python, options.cache, _say)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(folder)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
