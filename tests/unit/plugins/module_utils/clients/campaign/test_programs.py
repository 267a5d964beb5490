# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that are missing, fail or do not end; the counters of a host; two campaigns at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign import programs
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.interruption import (
    Interrupted,
    alone,
    interruptible,
    undisturbed,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.telemetry import Telemetry
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, FailedError, UnavailableError


def test_all_programs_that_are_missing_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError) as caught:
        programs.require(["wrk", "ip", "tc", "own-program"])
    assert str(caught.value) == (
        "not installed on the controller: wrk, ip, tc, own-program; on Debian: apt-get install wrk iproute2"
    )


def test_programs_that_fail() -> None:
    assert programs.run(["sh", "-c", "cat; echo b"], given="a") == "ab\n"
    with pytest.raises(FailedError, match="failed with 3: why"):
        programs.run(["sh", "-c", "echo out; echo why >&2; exit 3"])
    with pytest.raises(FailedError, match=r"failed with 4: it said nothing$"):
        programs.run(["sh", "-c", "exit 4"])
    with pytest.raises(FailedError, match="sleep did not end within 0 s"):
        programs.run(["sleep", "10"], timeout=0.1)
    with pytest.raises(FailedError, match="/none/there cannot be started: No such file"):
        programs.run(["/none/there"])


def test_what_a_program_leaves_in_the_background_is_not_waited_for_and_what_is_broken_off_is_ended(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    assert programs.run(["sh", "-c", f"sleep 30 & echo $! > {pid}; echo up"], timeout=10) == "up\n"
    os.kill(int(pid.read_text()), signal.SIGKILL)  # it is there
    with pytest.raises(FailedError, match="sh did not end within 0 s"):
        programs.run(["sh", "-c", f"sleep 30 & echo $! > {pid}; wait"], timeout=0.3)
    status = Path(f"/proc/{int(pid.read_text())}/stat")
    for _attempt in range(100):
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.02)
    raise AssertionError("what the program had started goes on")


PROC = {
    "stat": "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3\nctxt 1000\n",
    "vmstat": "pgfault 10\npgmajfault 1\n",
    "meminfo": "MemTotal: 4096 kB\nMemFree: 1024 kB\nMemAvailable: 2048 kB\n",
}


def test_rows_of_telemetry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in PROC.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    clock, used = [10.0], {"cpu": 1.0, "sent_bytes": 0.0, "memory": 7.0}
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    telemetry = Telemetry(lambda: dict(used), tmp_path)
    ticks = os.sysconf("SC_CLK_TCK")
    (tmp_path / "stat").write_text(f"cpu  {100 + 3 * ticks} 0 50 900 60 0 0 0 0 0\nctxt 1100\n", encoding="ascii")
    clock[0], used["cpu"], used["sent_bytes"], used["memory"] = 12.0, 1.5, 1e6, 5.0
    assert telemetry.row() == pytest.approx(
        {"host_cpu": 1.5, "host_memory": 2.0, "host_faults": 0, "host_major_faults": 0, "host_switches": 50,
         "service_cpu": 0.25, "service_memory": 5.0, "service_sent": 4.0}
    )  # fmt: skip


def test_one_campaign_of_a_name_at_a_time() -> None:
    name = uuid.uuid4().hex
    with alone(name), pytest.raises(ConflictError, match="runs on this machine already"), alone(name):
        pass
    with alone(name), alone(f"{name}2"):
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_an_exception_inside_and_what_it_was_outside(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    cleaned = []

    def interrupted() -> None:
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)  # a second one does not disturb the cleaning
            cleaned.append(True)

    with pytest.raises(Interrupted), interruptible():
        interrupted()
    assert cleaned == [True]
    assert signal.getsignal(number) is before


def test_a_signal_while_a_process_starts_waits_until_it_is_known() -> None:
    known = []

    def started() -> None:
        with undisturbed():
            os.kill(os.getpid(), signal.SIGTERM)
            known.append(True)

    with pytest.raises(Interrupted), interruptible():
        started()
    assert known == [True]
    with interruptible(), undisturbed():
        pass


CHILD = """
import os, sys, time
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.interruption import Interrupted, interruptible
if os.fork() == 0:
    try:
        with interruptible():
            print("ready", flush=True)
            time.sleep(30)
    except Interrupted:
        print("interrupted", flush=True)
    os._exit(0)
time.sleep(30)
"""


def test_the_end_of_the_parent_interrupts() -> None:
    """As when ansible-playbook is killed: its worker shall not go on alone."""
    with subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.kill()
        assert process.stdout.readline() == "interrupted\n"
