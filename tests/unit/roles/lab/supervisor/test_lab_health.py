# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
from pathlib import Path

import pytest
from supervisor.health import socket_listens


def test_a_socket_that_listens_is_found_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a socket"
    asked = socket_listens(path)
    assert not asked()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        assert not asked()
        server.listen()
        assert asked()
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not asked()  # the file is still there
