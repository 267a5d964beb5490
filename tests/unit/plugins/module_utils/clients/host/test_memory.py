# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of this process, with and without what Linux tells."""

from __future__ import annotations

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import memory


def test_what_is_taken_is_in_use():
    before = memory.in_use()
    taken = b"1" * (64 << 20)
    assert 60 < memory.in_use() - before < 80
    del taken


def test_where_the_system_does_not_tell_it_is_the_most(monkeypatch, tmp_path):
    now = memory.in_use()
    monkeypatch.setattr(memory, "STATM", tmp_path / "none")
    assert memory.in_use() >= now * 0.9
