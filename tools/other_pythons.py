# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the unit tests on the other Pythons, 3.11 or newer, that the machine has and a lock file names.

Looked for in PATH and where version managers keep them. Their environments come from the cache. The closing
lines of all runs are summed into one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import setup  # the neighbour; it also puts the environment builder on the path

TOP = Path(__file__).resolve().parent.parent
WORDS = ("passed", "failed", "error", "skipped")
# What a version manager puts in PATH is a script that runs only where a version was chosen.
MANAGED = (".pyenv/versions/{version}.*/bin/{name}", ".local/share/uv/python/cpython-{version}*/bin/{name}")


def others() -> list[str]:
    """Interpreters that run, are not this one's version, and have a lock file; one of each version."""
    found = []
    for lock in sorted((TOP / "requirements").glob("develop-3.*.txt")):
        version = lock.stem.removeprefix("develop-")
        if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
            continue
        python = next(filter(runs, candidates(version)), None)
        if python:
            found.append(python)
        else:
            print(f"SKIPPED python{version} is not on this machine")
    return found


def candidates(version: str) -> Iterator[str]:
    name = f"python{version}"
    yield name
    for pattern in MANAGED:
        yield from map(str, sorted(Path.home().glob(pattern.format(version=version, name=name))))


def runs(python: str) -> bool:
    try:
        setup.cached.interpreter(python)
    except setup.cached.SetupError:
        return False
    return True


def run(python: str) -> dict[str, int]:
    """Run the unit tests on one interpreter; the counts by word."""
    name = Path(python).name
    venv = TOP / f"tests/output/venv-{name}"
    setup.set_up(python, venv, setup.cached.default_cache())
    command = [str(venv / "bin/python"), "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    command += ["-m", "not one_python", "tests/unit/plugins"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    print(f"--- {name}\n{done.stdout}{done.stderr}")
    closing = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error|skipped)", closing)}
    return counts if counts.get("passed") else {**counts, "error": counts.get("error", 0) + 1}


def main() -> int:
    total = dict.fromkeys(WORDS, 0)
    names = others()
    for name in names:
        for word, number in run(name).items():
            total[word] += number
    if not names:
        total["skipped"] += 1
    print(", ".join(f"{number} {word}" for word, number in total.items() if number), "in 0.0s")
    return int(total["failed"] + total["error"] > 0)


if __name__ == "__main__":
    sys.exit(main())
