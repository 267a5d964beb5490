# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the suites of tests one after the other and closes with one line that sums them all.

    suites.py [--long] [NAME ...]

Each suite is a row of :data:`SUITES`: a command and how its output is counted. Output goes to
``tests/output/<suite>.log`` and, on a failure, its end to the screen. A suite that selected no test fails.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
OUTPUT = TOP / "tests/output"
LAB = TOP / ".lab-test"
BIN = TOP / ".venv/bin"
TAIL = 60


@dataclass(frozen=True)
class Count:
    """How many tests a suite ran, by outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


Counter = Callable[[str, int], Count]
DAY, LONG = frozenset({"day"}), frozenset({"long"})


def count_pytest(output: str, code: int) -> Count:
    """The closing line of pytest: ``3 failed, 41 passed, 2 skipped in 0.5s``."""
    closing = next((line for line in reversed(output.splitlines()) if re.search(r" in [\d.]+s", line)), "")
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?)", closing)}
    failed = found.get("failed", 0) + found.get("error", 0) + found.get("errors", 0)
    return Count(found.get("passed", 0), failed or int(code != 0), found.get("skipped", 0))


def count_lines(pattern: str) -> Counter:
    """One test for each line that matches; a failure of the command is one failed test."""

    def count(output: str, code: int) -> Count:
        return Count(len(re.findall(pattern, output, re.MULTILINE)), int(code != 0))

    return count


def count_one(_output: str, code: int) -> Count:
    """The command is one test."""
    return Count(int(code == 0), int(code != 0))


@dataclass(frozen=True)
class Suite:
    """A command with a name.

    ``when`` says whether it belongs to every day's run, the long one or both; ``lab`` that it needs the lab of the tests.
    """

    name: str
    command: Sequence[str]
    count: Counter
    when: frozenset[str] = DAY
    lab: bool = False


def pytest(folder: str, *more: str) -> tuple[str, ...]:
    return (str(BIN / "python"), "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", folder, *more)


def tool(name: str, *more: str) -> tuple[str, ...]:
    return (str(BIN / "python"), f"tools/{name}", *more)


LINT_DOCS = (str(BIN / "antsibull-docs"), "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".")

SUITES: tuple[Suite, ...] = (
    Suite("ruff", (str(BIN / "ruff"), "check", "."), count_one),
    Suite("ruff-format", (str(BIN / "ruff"), "format", "--check", "."), count_one),
    Suite("yamllint", (str(BIN / "yamllint"), "--strict", "."), count_one),
    Suite("ansible-lint", (str(BIN / "ansible-lint"), "--offline", "--profile", "production"), count_one),
    Suite("changelog", (str(BIN / "antsibull-changelog"), "lint"), count_one),
    Suite("docs", tool("exported.py", *LINT_DOCS), count_one),
    Suite("build", tool("exported.py", str(BIN / "ansible-galaxy"), "collection", "build", "--force"), count_one),
    Suite("units", pytest("tests/unit", "-n", "2"), count_pytest),
    Suite("other-pythons", tool("other_pythons.py"), count_pytest),
    Suite("sanity", tool("ansible_test.py", "sanity"), count_lines(r"^Running sanity test")),
    Suite("playbooks", pytest("tests/integration/playbooks", "--durations=8"), count_pytest, lab=True),
    Suite("integration", tool("ansible_test.py", "integration"), count_lines(r"^Running \S+ integration test role"), lab=True),
    Suite("molecule", tool("molecule.py"), count_lines(r"^scenario \S+ passed"), lab=True),
    Suite("campaigns", pytest("tests/integration/campaigns"), count_pytest, LONG, lab=True),
)


def lab(state: str) -> bool:
    """Bring the lab of the tests up or down; True where it went well."""
    print(f"lab {state:10}", end="", flush=True)
    started = time.monotonic()
    command = [str(BIN / "ansible-playbook"), "superfluidity.nfv.lab", "-e", f"lab_state_dir={LAB}", "-e", f"lab_state={state}"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    print(f"{'ok' if done.returncode == 0 else done.stdout}  ({time.monotonic() - started:.0f} s)", flush=True)
    return done.returncode == 0


@contextlib.contextmanager
def the_lab() -> Iterator[Callable[[], bool]]:
    """Gives a function that starts the lab when it is first asked; what it started is removed at the end."""
    started = functools.cache(lambda: lab("started"))
    try:
        yield started
    finally:
        if started.cache_info().currsize:
            lab("absent")


def run(suite: Suite) -> Count:
    """Run one suite, say how it went, and return its count."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    log = OUTPUT / f"{suite.name}.log"
    print(f"{suite.name:14}", end="", flush=True)
    started = time.monotonic()
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NFV_LAB": str(LAB), "ANSIBLE_FORCE_COLOR": "0", "NO_COLOR": "1"}
    with open(log, "w", encoding="utf-8") as stream:
        done = subprocess.run(suite.command, cwd=TOP, stdout=stream, stderr=subprocess.STDOUT, check=False, env=environment)
    output = log.read_text(encoding="utf-8", errors="replace")
    count = suite.count(output, done.returncode)
    if count == Count():
        count = Count(0, 1, count.skipped)
        output += "\nthis suite selected no test\n"
    print(f"{count}  ({time.monotonic() - started:.0f} s)", flush=True)
    if count.failed:
        print("\n".join(output.splitlines()[-TAIL:]), f"\n(all of it: {log})\n", flush=True)
    for line in (line for line in output.splitlines() if line.startswith("SKIPPED")):
        print(f"{'':14}{line}", flush=True)
    return count


def main() -> int:
    parser = argparse.ArgumentParser(description="Run suites of tests.")
    parser.add_argument("--long", action="store_true", help="the slow campaigns instead")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these suites")
    options = parser.parse_args()
    when = "long" if options.long else "day"
    chosen = [s for s in SUITES if (s.name in options.names if options.names else when in s.when)]
    started = time.monotonic()
    total = Count()
    with the_lab() as ready:
        for suite in chosen:
            total += run(suite) if not suite.lab or ready() else Count(failed=1)
    print(f"in {(time.monotonic() - started) / 60:.1f} minutes")
    print(total)
    return int(total.failed > 0 or total.passed == 0)


if __name__ == "__main__":
    sys.exit(main())
