# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said to a master of HAProxy; what it does is tested with the module."""

from __future__ import annotations

import signal
import subprocess

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import haproxy


@pytest.mark.parametrize(("minds", "code"), [("trap 'exit 7' USR2", 7), ("trap '' USR2", 0), ("", 0)])
def test_a_signal_ends_no_process_that_does_not_mind_it_yet(minds: str, code: int) -> None:
    process = subprocess.Popen(["sh", "-c", f"{minds or ':'}; echo up; read line; exit 0"], stdin=-1, stdout=-1)
    assert process.stdout.readline() == b"up\n"
    assert haproxy._tell(process.pid, signal.SIGUSR2) is bool(minds)
    process.communicate(b"\n")
    assert process.returncode == code


def test_nobody_is_told_where_nobody_is() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert haproxy._tell(gone.pid, signal.SIGUSR2) is False
