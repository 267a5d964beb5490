# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning a specification into a lab: ports and secrets chosen once, every file written below ``etc``."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from supervisor import pids
from supervisor.files import write_if_changed
from supervisor.lab import Lab, read_record, save
from supervisor.launcher import pid_file
from supervisor.parts import port_names, render, secret_kinds
from supervisor.ports import choose_ports
from supervisor.spec import read_spec


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


GENERATORS: dict[str, Callable[[], str]] = {
    "password": lambda: secrets.token_hex(16),
    "fernet": _fernet_key,
}


def configure(spec: Path, root: Path) -> bool:
    """Write the lab's files; returns whether any of them is new or different."""
    wanted = read_spec(spec, root)
    lab = replace(wanted, ports=_ports(wanted), secrets=_secrets(wanted))
    written = [write_if_changed(lab.etc / name, text) for name, text in render(lab).items()]
    # Last: a lab that can be loaded has all its files.
    return save(lab) or any(written)


def _ports(lab: Lab) -> dict[str, int]:
    known = read_record(lab.root / "lab.json").get("ports", {})
    return choose_ports(port_names(lab), known, partial(_is_ours, lab), int(lab.id, 16))


def _is_ours(lab: Lab, port: str) -> bool:
    """Whether the process runs that the port is called after; what follows a dot tells its ports apart."""
    process = port.partition(".")[0]
    return pids.is_running(pids.read_identity(pid_file(lab, process)))


def _secrets(lab: Lab) -> dict[str, str]:
    known = read_record(lab.etc / "secrets.json")
    return {**_generate(secret_kinds(lab).items()), **known}


def _generate(kinds: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {name: GENERATORS[kind]() for name, kind in kinds}
