# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of this process, with and without what Linux tells."""

from __future__ import annotations

import subprocess
import sys

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import memory

TAKING = f"""
from {memory.__name__} import in_use
before = in_use()
taken = b"1" * (64 << 20)
print(in_use() - before)
"""


def test_what_is_taken_is_in_use():
    """In a process of its own: one that has freed memory before takes that first."""
    told = subprocess.run([sys.executable, "-c", TAKING], capture_output=True, text=True, check=True).stdout
    assert 60 < float(told) < 80


def test_where_the_system_does_not_tell_it_is_the_most(monkeypatch, tmp_path):
    now = memory.in_use()
    monkeypatch.setattr(memory, "STATM", tmp_path / "none")
    assert memory.in_use() >= now * 0.9
