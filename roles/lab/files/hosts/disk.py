# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's own folders, below the lab's state: they outlive the host as a disk outlives a reboot.

Plain copies do what overlay mounts would, on every file system and wherever the state lies: the
whole of a fresh disk is a few megabytes. Programs and libraries (/usr) are the machine's.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .boot import FOLDERS
from .command import run
from .lab import Host, write

# Every copied password gives way to one that nothing matches: a key is the only way in. It must not
# begin with "!", as root's does on many machines: sshd takes such an account for locked.
NO_PASSWORD = re.compile(r"^([^:\n]+):[^:\n]*:", re.MULTILINE)
VAR = ("cache", "lib", "local", "log", "mail", "opt", "spool")
VAR_LINKS = {"run": "/run", "lock": "/run/lock"}


def prepare(host: Host) -> None:
    """Make what is missing of the host's folders."""
    for name, mode in FOLDERS.items():
        if not (host.disk / name).exists():
            draft = host.disk / f".{name}.new"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            FILL.get(name, _leave_empty)(draft)
            draft.chmod(mode)
            draft.rename(host.disk / name)


def _leave_empty(folder: Path) -> None:
    """A fresh machine has nothing in its other folders."""


def _fill_etc(folder: Path) -> None:
    run("cp", "--archive", "/etc/.", str(folder))
    shutil.rmtree(folder / "ssh", ignore_errors=True)
    for name in ("shadow", "shadow-", "gshadow", "gshadow-"):
        file = folder / name
        if file.exists():
            file.write_text(NO_PASSWORD.sub(r"\1:*:", file.read_text(encoding="utf-8")), encoding="utf-8")


def _fill_var(folder: Path) -> None:
    for name in VAR:
        (folder / name).mkdir()
    (folder / "tmp").mkdir()
    (folder / "tmp").chmod(0o1777)
    for name, target in VAR_LINKS.items():
        (folder / name).symlink_to(target)


def _fill_root(folder: Path) -> None:
    run("cp", "--archive", "/etc/skel/.", str(folder))


FILL = {"etc": _fill_etc, "var": _fill_var, "root": _fill_root}


def write_names(host: Host) -> None:
    """Tell the host its own name, and the names of all hosts of the lab."""
    lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
    for other in host.lab.hosts():
        lines += [f"{other.address} {other.name}", f"{other.address6} {other.name}"]
    write(host.disk / "etc" / "hosts", "\n".join(lines) + "\n")
    write(host.disk / "etc" / "hostname", f"{host.name}\n")
