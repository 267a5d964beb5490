# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts, checks and stops one host."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from . import boot, disk, network, processes, ssh
from .command import LabError
from .lab import Host

BOOT_SECONDS = 20


def is_up(host: Host) -> bool:
    """Whether the host's first process runs in the host's namespace and its sshd answers."""
    process = processes.read(host.pid_file)
    return bool(process and process.is_alive() and network.is_connected(host, process.pid) and ssh.answers(host))


def prepare(host: Host) -> None:
    disk.prepare(host)
    ssh.ensure_host_key(host)


def introduce(host: Host) -> None:
    """Tell the host of itself and of the others; all of them are prepared by now."""
    disk.write_names(host)
    ssh.introduce(host, network.HAS_IPV6)


def start(host: Host) -> None:
    """Bring up a host that is down, whatever is left of it."""
    stop(host)
    network.connect(host)
    network.lead_to_locators(host)
    launcher = _boot(host)
    processes.wait_until(
        lambda: launcher.poll() is not None or is_up(host),
        BOOT_SECONDS,
        f"the host {host.name} does not answer (see {host.log})",
    )
    if launcher.poll() is not None:
        raise LabError(f"the host {host.name} ended while it started: {_last_line(host.log)} (see {host.log})")


def _boot(host: Host) -> subprocess.Popen[bytes]:
    """Run process 1 in namespaces of its own. Mounts of the machine come in, none goes out."""
    host.log.parent.mkdir(parents=True, exist_ok=True)
    host.pid_file.parent.mkdir(parents=True, exist_ok=True)
    enter = ["nsenter", f"--net={host.namespace_file}"]
    unshare = ["unshare", "--mount", "--propagation", "slave", "--pid", "--fork", "--uts", "--ipc"]
    process = [sys.executable, "-I", boot.__file__, host.name, str(host.pid_file)]
    with host.log.open("ab") as log:
        return subprocess.Popen(
            [*enter, *unshare, *process],
            cwd=host.disk,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def stop(host: Host) -> None:
    """End every process of the host, then remove its network."""
    first = processes.read(host.pid_file)
    # With the first process the kernel ends all of its PID namespace; the others came in by `ip netns exec`,
    # or belong to a start that was killed before it recorded anything.
    others = (processes.find(pid) for pid in network.pids(host.namespace))
    processes.end(process for process in (first, *others) if process)
    network.disconnect(host)
    host.pid_file.unlink(missing_ok=True)
