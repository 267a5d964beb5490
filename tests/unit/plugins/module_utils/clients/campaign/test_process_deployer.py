# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real service under real limits: control groups, namespaces and links of this machine, and nothing that is left of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign import links, programs
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.control_groups import Group
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import mark
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.neighbours import Neighbours, check
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.process_deployer import ProcessDeployer
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.telemetry import COLUMNS, Telemetry
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, InputError, UnavailableError


def why_not() -> str | None:
    """Why this machine cannot run a service under limits; None where it can."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [name for name in ("ip", "tc", "nsenter", "taskset") if shutil.which(name) is None]
    if missing:
        return f"needs {', '.join(missing)} (Debian: iproute2 util-linux)"
    name = f"nfvc-{uuid.uuid4().hex[:8]}"
    try:
        Group(name).make(cpus=0.5, memory=64)
        links.Link(name).make(rate=10)
    except (FailedError, UnavailableError) as error:
        return str(error)
    finally:
        Group(name).remove()
        links.Link(name).remove()
    return None


WHY_NOT = why_not()
pytestmark = [
    pytest.mark.one_python,
    pytest.mark.skipif(WHY_NOT is not None, reason=f"no service can run under limits here: {WHY_NOT}"),
]


@pytest.fixture
def name() -> Iterator[str]:
    name = mark(f"test-{uuid.uuid4().hex}")
    yield name
    assert left_of(name) == []


def left_of(name: str) -> list[str]:
    """All that this machine still has of a campaign."""
    spaces = [path.name for path in Path("/run/netns").glob(f"{name}*")]
    groups = [str(path) for path in Path("/sys/fs/cgroup").glob(f"**/{name}*")]
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return spaces + groups + [line for line in listed.splitlines() if name in line]


def wanted(**changes: Any) -> dict[str, Any]:
    return {
        "command": [sys.executable, "-m", "http.server", "8080"],
        "programs": [sys.executable],
        "files": {"www/index.html": "hello"},
        "ready": {"port": 8080, "timeout": 20},
        "limits": {"cpus": 0.5, "memory": 200, "rate": 40, "cpu_set": "0"},
        **changes,
    }


def test_the_service_answers_its_client_and_has_its_limits(name: str, tmp_path: Path) -> None:
    deployer = ProcessDeployer(name, tmp_path / "run")
    try:
        target = deployer.deploy(wanted())
        fetch = f"import urllib.request as u; print(u.urlopen('http://{target.address}:{target.port}/www/index.html').read())"
        assert programs.run([*target.enter, sys.executable, "-c", fetch]).strip() == "b'hello'"
        group = Group(f"{name}-service")
        [pid] = group.members()
        allowed = next(
            line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Cpus_allowed_list")
        )
        assert allowed.split()[1] == "0"
        assert limits_of(group) == (0.5, 200 * 2**20)
        for end in ("service", "client"):
            shaped = programs.run(["tc", "-n", f"{name}-{end}", "class", "show", "dev", "eth0"])
            assert "class htb 1:1 root" in shaped
            assert "rate 40Mbit" in shaped
        assert deployer.state() is None
        row = Telemetry(deployer.usage).row()
        assert set(row) == {one for one in COLUMNS if not one.startswith("controller_")}, "the service is on this machine"
        assert row["service_memory"] > 1
    finally:
        assert deployer.terminate({})
    assert not deployer.terminate({})
    assert list((tmp_path / "run").iterdir()) == []


def limits_of(group: Group) -> tuple[float, int]:
    """Shares of processors and bytes, as the kernel has them."""
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").exists():
        quota, period = (root / group.name / "cpu.max").read_text().split()
        return int(quota) / int(period), int((root / group.name / "memory.max").read_text())
    cpu = root / "cpu" / group.name
    quota, period = (int((cpu / f"cpu.cfs_{one}_us").read_text()) for one in ("quota", "period"))
    return quota / period, int((root / "memory" / group.name / "memory.limit_in_bytes").read_text())


def test_without_limits_the_link_is_direct(name: str, tmp_path: Path) -> None:
    deployer = ProcessDeployer(name, tmp_path)
    try:
        deployer.deploy(wanted(limits={"cpus": None, "memory": None, "rate": None, "cpu_set": None}))
        assert programs.run(["tc", "-n", f"{name}-service", "class", "show", "dev", "eth0"]) == ""
    finally:
        deployer.terminate({})


GREEDY = "import time; kept = bytearray(100 << 20); time.sleep(60)"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"command": ["sh", "-c", "echo no such film >&2; exit 3"]}, "the service ended with 3: no such film"),
        ({"command": ["sh", "-c", "exit 0"]}, "the service ended with 0: it said nothing"),
        ({"command": ["sleep", "60"], "ready": {"port": 8080, "timeout": 0.3}}, "nothing listens on port 8080 after"),
        (
            {"command": [sys.executable, "-c", GREEDY], "limits": {"cpus": None, "memory": 30, "rate": None, "cpu_set": None}},
            "the service had not enough memory, and the kernel ended a part of it",
        ),
    ],
)
def test_a_deployment_that_fails_half_way_is_told_and_cleaned_up(
    name: str, tmp_path: Path, changes: dict[str, Any], wrong: str
) -> None:
    deployer = ProcessDeployer(name, tmp_path)
    with pytest.raises(FailedError, match=wrong):
        deployer.deploy(wanted(**changes))
    assert left_of(name)
    assert deployer.terminate({})


def test_another_process_finds_and_removes_what_was_left(name: str, tmp_path: Path) -> None:
    ProcessDeployer(name, tmp_path).deploy(wanted())
    later = ProcessDeployer(name, tmp_path)
    assert later.terminate({})
    assert not later.terminate({})


def test_half_made_links_are_removed_too(name: str) -> None:
    programs.run(["ip", "netns", "add", f"{name}-service"])
    with pytest.raises(FailedError, match="File exists"):
        links.Link(name).make()
    assert links.Link(name).remove()


def test_programs_and_processors_that_are_not_there() -> None:
    deployer = ProcessDeployer("nfvc-none")
    with pytest.raises(UnavailableError, match=r"not installed on the controller: nginq$"):
        deployer.require([wanted(programs=["nginq"])])
    for cpu_set in ("4096", "a", "1-2-3", "0-9999", f"0-{10**15}", ""):
        with pytest.raises(InputError, match="is no list of processors that are here"):
            deployer.require([wanted(limits={**wanted()["limits"], "cpu_set": cpu_set})])


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        ([("cpu", 65, 1)], "65 workers are too many for 2 processors; take 64 at the most, all neighbours together"),
        ([("cpu", 40, 1), ("network", 10**9, 1)], "1000000040 workers are too many"),
        ([("memory", 3, 500), ("memory", 1, 500)], "they take 2000 MiB, and this machine has 2000; take fewer workers"),
        ([("cpu", 32, 9000), ("network", 32, 9000)], None),
        ([("memory", 3, 666)], None),
    ],
)
def test_more_neighbours_than_the_machine_bears_are_refused(wanted: list[tuple[str, int, int]], wrong: str | None) -> None:
    kinds = [{"type": kind, "workers": workers, "load": 100, "memory": memory} for kind, workers, memory in wanted]
    with pytest.raises(InputError, match=f"noisy_neighbours: {wrong}") if wrong else nullcontext():
        check(kinds, 2, 2000.0)


def test_neighbours_run_and_are_ended(name: str) -> None:
    if shutil.which("stress-ng") is None:
        pytest.skip("needs stress-ng (Debian: stress-ng)")
    kinds = [{"type": kind, "workers": 1, "load": 20, "memory": 8} for kind in ("cpu", "memory", "network")]
    neighbours = Neighbours(name, kinds)
    neighbours.start()
    assert neighbours.state() is None
    assert len(Group(f"{name}-neighbours").members()) >= 6
    assert Neighbours(name, kinds).stop(), "a later run finds them"
    assert "the noisy neighbour cpu ended with -9" in str(neighbours.state())
    assert not neighbours.stop()
