# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the Molecule scenarios of the roles, one after the other.

    molecule.py [SCENARIO ...]

All but ``lab`` need a running lab: NFV_LAB names its state folder, ``.lab-test`` of the checkout where it is not set.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import setup  # the neighbour; it also puts the environment builder on the path

TOP = Path(__file__).resolve().parent.parent
BIN = TOP / ".venv/bin"
SCENARIOS = tuple(sorted(path.parent.name for path in TOP.glob("extensions/molecule/*/molecule.yml")))


def ephemeral(scenario: str) -> Path:
    """Where Molecule writes: outside the checkout, its own for each, the same in each run.

    A later run so finds what a killed one left, and its cleanup step ends it.
    """
    checkout = hashlib.sha256(str(TOP).encode()).hexdigest()[:8]
    return setup.cached.default_cache() / f"molecule-{checkout}" / scenario


def environment(scenario: str) -> dict[str, str]:
    return {
        "NFV_LAB": str(TOP / ".lab-test"),
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "MOLECULE_EPHEMERAL_DIRECTORY": str(ephemeral(scenario)),
    }


def run(scenario: str) -> str | None:
    """Run one scenario, say how it went, and return what broke it: the last task that failed, None where all is well.

    Molecule finds the scenarios and their common settings from the top.
    """
    started = time.monotonic()
    # A killed run leaves word that all is prepared; in the lab of another run nothing is.
    (ephemeral(scenario) / "state.yml").unlink(missing_ok=True)
    command = [str(BIN / "molecule"), "test", "--no-command-borders", "--scenario-name", scenario]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    broke, task, process = "without a task", "", subprocess.Popen(command, cwd=TOP, env=environment(scenario), **pipes)
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if line.startswith("TASK ["):
            task = line.rstrip(" *\n")
        elif line.startswith("fatal: "):
            broke = f"{task} {line.strip()}"
    if process.wait() == 0:
        print(f"scenario {scenario} passed ({time.monotonic() - started:.0f} s)", flush=True)
        return None
    return broke


def main() -> int:
    parser = argparse.ArgumentParser(description="Run Molecule scenarios.")
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    names = parser.parse_args().names or SCENARIOS
    if unknown := sorted(set(names) - set(SCENARIOS)):
        parser.error(f"there is no scenario {unknown[0]}; there are {', '.join(SCENARIOS)}")
    failed = {name: broke for name in names if (broke := run(name)) is not None}
    for name, broke in failed.items():
        print(f"scenario {name} failed: {broke}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
