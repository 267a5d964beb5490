# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, killing, repairing and ending a lab of one toy server."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from supervisor import pids, runner
from supervisor.errors import LabError
from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.launcher import pid_file, recorded
from supervisor.parts import erase
from supervisor.ports import choose_ports
from supervisor.process import Process, Stage, Task


@pytest.fixture
def lab(tmp_path):
    ports = choose_ports(["toy"], {}, lambda name: False, seed=os.getpid())
    made = Lab(tmp_path, "full", (Site("core-1"),), tmp_path / "cache", ports)
    yield made
    runner.stop(made, [])
    erase(made)


def toy(lab: Lab, **changes) -> Process:
    argv = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(lab.ports["toy"]))
    fields = {"name": "toy", "argv": argv, "health": http_answers(lab.url("toy")), "port": lab.ports["toy"]}
    return Process(**{**fields, **changes})


def stages(lab: Lab, **changes) -> list[Stage]:
    return [Stage("one", (toy(lab, **changes),))]


def pid_of(lab: Lab) -> int:
    return pids.read_identity(pid_file(lab, "toy")).pid


def test_start_twice_changes_nothing(lab):
    first = runner.start(lab, stages(lab))
    second = runner.start(lab, stages(lab))
    assert (first["changed"], first["started"]) == (True, ["toy"])
    assert (second["changed"], second["started"]) == (False, [])
    assert runner.status(lab, stages(lab))[0]["running"]


def test_a_killed_process_is_started_again(lab):
    runner.start(lab, stages(lab))
    before = pid_of(lab)
    os.kill(before, signal.SIGKILL)
    assert runner.start(lab, stages(lab))["started"] == ["toy"]
    assert pid_of(lab) != before


def test_a_changed_environment_restarts(lab):
    runner.start(lab, stages(lab))
    assert runner.start(lab, stages(lab, env={"NEW": "1"}))["started"] == ["toy"]


def test_a_changed_file_restarts(lab, tmp_path):
    config = tmp_path / "toy.conf"
    config.write_text("a")
    runner.start(lab, stages(lab, files=(config,)))
    config.write_text("b")
    assert runner.start(lab, stages(lab, files=(config,)))["started"] == ["toy"]


def test_stop_ends_and_is_safe_to_repeat(lab):
    runner.start(lab, stages(lab))
    assert runner.stop(lab, stages(lab))["stopped"] == ["toy"]
    assert runner.stop(lab, stages(lab)) == {"changed": False, "stopped": [], "seconds": 0.0}
    assert runner.status(lab, stages(lab)) == [{"name": "toy", "pid": None, "port": lab.ports["toy"], "running": False}]


def test_stop_ends_what_is_no_longer_listed(lab):
    runner.start(lab, stages(lab))
    assert runner.stop(lab, [])["stopped"] == ["toy"]


def test_a_process_that_dies_is_reported_at_once(lab):
    program = "import sys; print('noise'); sys.exit('ERROR: the port is taken')"
    begun = time.monotonic()
    with pytest.raises(LabError, match=r"toy ended with code 1 .* ERROR: the port is taken .*toy\.log"):
        runner.start(lab, stages(lab, argv=(sys.executable, "-c", program)))
    assert time.monotonic() - begun < 10


def test_a_program_that_is_missing_is_named(lab):
    with pytest.raises(LabError, match="toy cannot be started: /no/such/program"):
        runner.start(lab, stages(lab, argv=("/no/such/program",)))


def test_a_process_that_never_gets_healthy_is_reported(lab):
    with pytest.raises(LabError, match="toy is not healthy after 0 s"):
        runner.start(lab, stages(lab, argv=("sleep", "60"), timeout=0.3))


def test_tasks_run_in_the_order_of_their_dependencies(lab):
    done: list[str] = []

    def task(name: str, *depends: str) -> Task:
        return Task(name, lambda: done.append(name) is None, depends)

    answer = runner.start(lab, [Stage("one", (task("c", "b"), task("b", "a"), task("a")))])
    assert done == answer["done"] == ["a", "b", "c"]


def test_a_failed_task_stops_what_depends_on_it(lab):
    def fail() -> bool:
        raise LabError("no")

    with pytest.raises(LabError, match="no"):
        runner.start(lab, [Stage("one", (Task("task", fail), toy(lab, depends=("task",))))])
    assert not pid_file(lab, "toy").exists()


@pytest.mark.parametrize("depth", [0, 100], ids=["inside", "outside"])
def test_erasing_leaves_nothing_outside_the_state_folder(tmp_path, depth):
    lab = Lab(tmp_path / ("x" * depth), "full", (), tmp_path)
    runner.start(lab, [])
    erase(lab)
    assert lab.sockets.exists() == (lab.sockets == lab.run)


def test_an_unknown_stage_is_refused(lab):
    with pytest.raises(LabError, match="no stage 'two', only one"):
        runner.select(stages(lab), "two")


def test_the_second_command_waits_for_the_first(tmp_path):
    order: list[str] = []

    def second() -> None:
        with runner.exclusive(tmp_path):
            order.append("second")

    with runner.exclusive(tmp_path):
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.1)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_a_started_process_outlives_the_supervisor(lab):
    files = Path(runner.__file__).resolve().parent.parent
    program = (
        f"import sys; sys.path += [{str(files)!r}]\n"
        "from pathlib import Path\n"
        "from supervisor import runner\n"
        "from supervisor.lab import Lab, Site\n"
        "from supervisor.process import Process, Stage\n"
        f"lab = Lab(Path({str(lab.root)!r}), 'full', (Site('core-1'),), Path('/tmp'), {{}})\n"
        "runner.start(lab, [Stage('one', (Process('toy', ('sleep', '60'), lambda: True),))])\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    identity = recorded(lab, "toy")
    assert pids.is_running(identity)
    assert os.getsid(identity.pid) == identity.pid
    assert json.loads(pid_file(lab, "toy").read_text())["pid"] == identity.pid


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_who_starts_may_be_killed_at_any_time_and_nothing_is_lost(lab, moment):
    """Whatever runs is known: after a kill, stop finds it, or the next start does."""
    starter = os.fork()
    if not starter:
        try:
            runner.start(lab, stages(lab))
        finally:
            os._exit(0)
    time.sleep(moment)  # the moment of the kill is what is tried out here
    os.kill(starter, signal.SIGKILL)
    os.waitpid(starter, 0)
    assert runner.start(lab, stages(lab))["changed"] in (True, False)
    assert len(listening(lab)) == 1
    runner.stop(lab, stages(lab))
    assert listening(lab) == []


def listening(lab: Lab) -> list[int]:
    """The processes whose command names the toy's port."""
    port = str(lab.ports["toy"]).encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if port in words and words[0] == sys.executable.encode():
                found.append(int(path.parent.name))
    return found
