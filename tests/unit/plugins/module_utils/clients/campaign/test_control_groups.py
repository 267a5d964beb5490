# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control groups of both versions, in folders that look like the kernel's: which files are written, and what is read.

The real version 2 is there on every machine that may mount it, though without the controllers that version 1 holds.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.control_groups import Group
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.process_deployer import ProcessDeployer
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import UnavailableError


def written(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_limits_of_version_2(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu memory\n")
    Group("g", tmp_path).make(cpus=0.5, memory=64)
    assert written(tmp_path) == {
        "cgroup.controllers": "cpu memory\n",
        "cgroup.subtree_control": "+cpu +memory",
        "g/cpu.max": "5000 10000",
        "g/memory.max": "67108864",
    }


def test_limits_of_version_1(tmp_path: Path) -> None:
    for tree in ("cpu", "cpuacct", "memory", "freezer"):
        (tmp_path / tree).mkdir()
    Group("g", tmp_path).make(cpus=0.05, memory=1.5)
    assert written(tmp_path) == {
        "cpu/g/cpu.cfs_period_us": "100000",
        "cpu/g/cpu.cfs_quota_us": "5000",
        "memory/g/memory.limit_in_bytes": "1572864",
    }
    command = Group("g", tmp_path).entered(["nginx", "-x"])
    assert command[-2:] == ["nginx", "-x"]
    assert command[4:-3] == [str(tmp_path / tree / "g") for tree in ("cpu", "cpuacct", "memory")]


def test_without_limits_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("")
    Group("g", tmp_path).make()
    assert list((tmp_path / "g").iterdir()) == []


def test_usage_of_version_2(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("")
    (tmp_path / "g").mkdir()
    for name, text in {
        "cpu.stat": "usage_usec 1500000\nthrottled_usec 250000\n",
        "memory.stat": "anon 12\npgfault 70\npgmajfault 3\n",
        "memory.current": "2097152\n",
        "memory.events": "low 0\noom 1\noom_kill 1\n",
    }.items():
        (tmp_path / "g" / name).write_text(text)
    group = Group("g", tmp_path)
    assert group.usage() == {"cpu": 1.5, "throttled": 0.25, "memory": 2.0, "faults": 70, "major_faults": 3}
    assert group.out_of_memory()
    (tmp_path / "g/memory.events").write_text("oom_kill 0\n")
    assert not group.out_of_memory()


def test_a_machine_without_control_groups(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there are no control groups under"):
        Group("g", tmp_path).make()
    assert Group("g", tmp_path).remove() is False


def test_who_is_not_root_is_told_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(UnavailableError, match="run the playbook as root"):
        ProcessDeployer("nfvc-none").require([])


@pytest.fixture
def version_2(tmp_path: Path) -> Iterator[Path]:
    """The kernel's own tree of version 2, mounted for one test."""
    if subprocess.run(["mount", "-t", "cgroup2", "none", str(tmp_path)], capture_output=True, check=False).returncode:
        pytest.skip("control groups of version 2 cannot be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_the_kernels_own_version_2(version_2: Path) -> None:
    group = Group(f"nfv-test-{os.getpid()}", version_2)
    there = (version_2 / "cgroup.controllers").read_text().split()
    group.make(0.2 if "cpu" in there else None, 64 if "memory" in there else None)
    busy = subprocess.Popen(group.entered(["sh", "-c", "while :; do :; done"]))
    try:
        begun = time.monotonic()
        while group.usage()["cpu"] < 0.05:
            assert time.monotonic() < begun + 30
            time.sleep(0.01)
        assert group.members() == {busy.pid}
        assert ("memory" in group.usage()) == ("memory" in there)
        assert group.usage().get("throttled", 0) > 0 or "cpu" not in there
    finally:
        assert group.remove()
    assert busy.wait(10) == -9
    assert not group.remove()


def test_a_controller_that_nobody_gave_is_named(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu hugetlb\n")
    with pytest.raises(UnavailableError, match=r"controller memory is not in .*/cgroup\.controllers"):
        Group("g", tmp_path).make(cpus=1, memory=64)
    assert not (tmp_path / "g").exists()
