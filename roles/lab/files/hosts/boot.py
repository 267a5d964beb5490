# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Process 1 of a host: it mounts the host's own folders, runs sshd and reaps orphans.

It is started inside the host's namespaces, as a program of its own, with the host's disk as its
current folder. The disk may lie below a folder that the host replaces by its own (/root, /tmp), so
its folders are named from there: the current folder stays what it was when its path is covered.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

# The host's own folders of the root folder, with their modes.
FOLDERS = {"etc": 0o755, "var": 0o755, "root": 0o700, "home": 0o755, "tmp": 0o1777, "run": 0o755}


def record(pid_file: Path) -> None:
    """Say who this process is to the machine, whose /proc is still the one that is mounted."""
    fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    draft = pid_file.with_suffix(".new")
    draft.write_text(f"{os.readlink('/proc/self')} {fields[19]}\n", encoding="utf-8")
    draft.replace(pid_file)


def mount_all() -> None:
    for name in FOLDERS:
        mount("--bind", name, f"/{name}")
    mount("-t", "proc", "proc", "/proc")
    mount("-t", "sysfs", "sysfs", "/sys")  # shows the host's own interfaces


def mount(*arguments: str) -> None:
    # The given path would be resolved to a full one, which may be covered by now.
    subprocess.run(["mount", "--no-canonicalize", *arguments], check=True)


def empty_run() -> None:
    """What a host keeps in /run does not outlive its boot."""
    for entry in os.scandir("/run"):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry)
        else:
            os.unlink(entry)
    os.mkdir("/run/sshd")  # sshd demands it
    os.mkdir("/run/lock")
    Path("/run/lock").chmod(0o1777)


def serve() -> int:
    """Run sshd and reap every orphan; without its sshd a host is of no use, and ends."""
    sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e"])
    while True:
        pid, status = os.wait()
        if pid == sshd.pid:
            return os.waitstatus_to_exitcode(status)


def main(name: str, pid_file: str) -> int:
    record(Path(pid_file))
    socket.sethostname(name)
    mount_all()
    empty_run()
    os.chdir("/")
    return serve()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
