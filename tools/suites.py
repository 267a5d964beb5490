# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the suites of tests and closes with one line that sums them all.

    suites.py [NAME ...]

``NAME`` is a suite or one of the sets ``day`` (the default), ``long`` and ``lint``. Each suite is a row of
:data:`SUITES`: a command and how its output is counted. They run in lanes side by side. Output goes to
``tests/output/<suite>.log`` and, on a failure, its end to the screen. A suite that selected no test fails. What failed is told
once more at the very end, by its name and with its reason: the end is what one sees first.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
OUTPUT = TOP / "tests/output"
LAB = TOP / ".lab-test"
BIN = TOP / ".venv/bin"
TAIL = 60
WIDTH = 300
FAILURE = re.compile(r"(FAILED|ERROR) \S*(test_|::)|scenario \S+ failed|FATAL: ")
"""How a line begins that names what failed: of pytest, of tools/molecule.py, of ansible-test."""
LAB_PROFILES = {"edge-1": ["octavia", "sfc"]}
"""What the tests of every day need beyond the lab's own services."""
STARTED = time.monotonic()


@dataclass(frozen=True)
class Count:
    """How many tests a suite ran, by outcome, and what its output says of those that failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: tuple[str, ...] = ()

    def __add__(self, other: Count) -> Count:
        sums = (self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)
        return Count(*sums, self.failures + other.failures)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


Counter = Callable[[str, int], Count]
DAY, LINT, LONG = frozenset({"day"}), frozenset({"day", "lint"}), frozenset({"long"})


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

    ``sets`` says to which sets of suites it belongs. A suite that needs the lab of the tests names in ``lab`` the lane in which
    it uses it: those of one lane run one after the other, and no two lanes touch the same service.
    """

    name: str
    command: Sequence[str]
    count: Counter
    sets: frozenset[str] = DAY
    lab: str | None = None


def pytest(folder: str, *more: str) -> tuple[str, ...]:
    return (str(BIN / "python"), "-m", "pytest", "-q", "-rsfE", "-p", "no:cacheprovider", folder, *more)


def tool(name: str, *more: str) -> tuple[str, ...]:
    return (str(BIN / "python"), f"tools/{name}", *more)


ROLE_TESTED = r"^Running \S+ integration test role"
LINT_DOCS = (str(BIN / "antsibull-docs"), "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".")

RANDOM = [f"tests/unit/plugins/module_utils/{name}" for name in ("symbolic", "placement")]
RANDOM_CASES = pytest(*RANDOM, "-n", "2", "-m", "one_python or campaign")
POOLS = "tests/integration/pools"
POOL_CAMPAIGNS = pytest(f"{POOLS}/test_kills.py", f"{POOLS}/test_faults.py")
BALANCER = tool("ansible_test.py", "integration", "kuryr_load_balancer")

SUITES: tuple[Suite, ...] = (
    Suite("ruff", (str(BIN / "ruff"), "check", "."), count_one, LINT),
    Suite("ruff-format", (str(BIN / "ruff"), "format", "--check", "."), count_one, LINT),
    Suite("yamllint", (str(BIN / "yamllint"), "--strict", "."), count_one, LINT),
    Suite("ansible-lint", (str(BIN / "ansible-lint"), "--offline", "--profile", "production"), count_one, LINT),
    Suite("changelog", (str(BIN / "antsibull-changelog"), "lint"), count_one, LINT),
    Suite("docs", tool("exported.py", *LINT_DOCS), count_one),
    Suite("pages", tool("docs.py"), count_one),
    Suite("build", tool("exported.py", str(BIN / "ansible-galaxy"), "collection", "build", "--force"), count_one),
    Suite("units", pytest("tests/unit", "-n", "2"), count_pytest),
    Suite("other-pythons", tool("other_pythons.py"), count_pytest),
    Suite("sanity", tool("ansible_test.py", "sanity"), count_lines(r"^Running sanity test")),
    Suite("playbooks", pytest("tests/integration/playbooks", "--durations=12"), count_pytest, lab="playbooks"),
    Suite("pools", pytest(POOLS, "--durations=8"), count_pytest, lab="pools"),
    Suite("integration", tool("ansible_test.py", "integration"), count_lines(ROLE_TESTED), lab="roles"),
    Suite("molecule", tool("molecule.py"), count_lines(r"^scenario \S+ passed"), lab="roles"),
    Suite("unit-campaigns", ("env", "NFV_CASES=6", *RANDOM_CASES), count_pytest, LONG),
    Suite("campaigns", pytest("tests/integration/campaigns"), count_pytest, LONG, lab="playbooks"),
    Suite("role-campaigns", ("env", "NFV_KILLS=10", *BALANCER), count_lines(ROLE_TESTED), LONG, lab="roles"),
    Suite("pool-campaigns", ("env", "NFV_KILLS=10", *POOL_CAMPAIGNS), count_pytest, LONG, lab="roles"),
)


def lab(state: str) -> bool:
    """Bring the lab of the tests up or down; True where it went well."""
    started = time.monotonic()
    say(f"lab {state:10} begins")
    command = [str(BIN / "ansible-playbook"), "superfluidity.nfv.lab", "-i", "localhost,"]
    command += ["-e", json.dumps({"lab_state_dir": str(LAB), "lab_state": state, "lab_profiles": LAB_PROFILES})]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    said = "ok" if done.returncode == 0 else f"failed\n{done.stdout}"
    say(f"lab {state:10} {said}  ({time.monotonic() - started:.0f} s)")
    return done.returncode == 0


@contextlib.contextmanager
def the_lab(wanted: bool) -> Iterator[bool]:
    """Whether the lab of the tests is there, where it is wanted; it is removed at the end, but for its logs."""
    try:
        yield wanted and lab("started")
    finally:
        if wanted:
            shutil.rmtree(OUTPUT / "lab-logs", ignore_errors=True)
            with contextlib.suppress(OSError):
                shutil.copytree(LAB / "logs", OUTPUT / "lab-logs")
            lab("absent")


def run(suite: Suite) -> Count:
    """Run one suite, say how it went, and return its count."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    log = OUTPUT / f"{suite.name}.log"
    started = time.monotonic()
    say(f"{suite.name:14} begins")
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NFV_LAB": str(LAB), "ANSIBLE_FORCE_COLOR": "0", "NO_COLOR": "1"}
    with open(log, "w", encoding="utf-8") as stream:
        process = subprocess.Popen(suite.command, cwd=TOP, stdout=stream, stderr=subprocess.STDOUT, env=environment)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    output = log.read_text(encoding="utf-8", errors="replace")
    count = suite.count(output, process.returncode)
    if count == Count():
        count = Count(0, 1, count.skipped)
        output += "\nthis suite selected no test\n"
    lines = output.splitlines()
    if count.failed:
        named = tuple(line[:WIDTH] for line in lines if FAILURE.match(line)) or (f"see {log}",)
        count = replace(count, failures=tuple(f"{suite.name}: {line}" for line in named))
    say(
        f"{suite.name:14} {count}  ({time.monotonic() - started:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processor)",
        *([*lines[-TAIL:], f"(all of it: {log})", ""] if count.failed else []),
        *(f"{'':14}{line}" for line in lines if line.startswith("SKIPPED")),
    )
    return count


def say(first: str, *more: str) -> None:
    """Print lines that nothing of another thread comes between, the first with the seconds since the start."""
    sys.stdout.write("".join(f"{line}\n" for line in (f"[{time.monotonic() - STARTED:5.0f} s] {first}", *more)))
    sys.stdout.flush()


def run_all(suites: Sequence[Suite]) -> Count:
    """Each lane in a thread: the suites without a lab at once, the others when it runs. All stop together."""
    stopped = threading.Event()

    def lane(name: str | None, ready: bool = True) -> Count:
        own = (suite for suite in suites if suite.lab == name and not stopped.is_set())
        return sum((run(suite) if ready else Count(failed=1) for suite in own), Count())

    names = sorted({suite.lab for suite in suites if suite.lab})
    with ThreadPoolExecutor() as pool, contextlib.ExitStack() as stack:
        stack.callback(stopped.set)
        lanes = [pool.submit(lane, None)]
        ready = stack.enter_context(the_lab(bool(names)))
        lanes += [pool.submit(lane, name, ready) for name in names]
        return sum((one.result() for one in lanes), Count())


def main() -> int:
    names = sorted({name for suite in SUITES for name in (suite.name, *suite.sets)})
    parser = argparse.ArgumentParser(description="Run suites of tests.", epilog=f"There are {', '.join(names)}.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these suites, or sets of suites")
    options = parser.parse_args()
    chosen = set(options.names or ["day"])
    if unknown := sorted(chosen.difference(names)):
        parser.error(f"there is no suite {unknown[0]}: choose of {', '.join(names)}")
    total = run_all([suite for suite in SUITES if chosen & {suite.name, *suite.sets}])
    if total.failures:
        print("what failed:", *total.failures, sep="\n  ")
    print(f"in {(time.monotonic() - STARTED) / 60:.1f} minutes")
    print(total)
    return int(total.failed > 0 or total.passed == 0)


if __name__ == "__main__":
    sys.exit(main())
