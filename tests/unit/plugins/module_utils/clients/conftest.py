# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OSM to test against: the emulator of the lab, in this process."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[5] / "roles/lab/files/osm"))
WHO = {"username": "admin", "password": "secret", "project_id": "admin"}


@pytest.fixture
def osm() -> Iterator[Callable[..., tuple[Any, Any, dict[str, Any]]]]:
    """Starts an emulator: its state, its server, and the options that lead to it."""
    from osm_emulator.server import serve
    from osm_emulator.state import Catalogue

    servers = []

    def started(**changes: Any) -> tuple[Any, Any, dict[str, Any]]:
        state = Catalogue(WHO, ["origin_ns", "other_ns"], ["lab"], **changes)
        server = serve(state)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        who = {"user": "admin", "password": "secret", "project": "admin"}
        waiting = {"api_timeout": 5, "timeout": 10, "ready_timeout": 0}
        options = {"url": f"http://127.0.0.1:{server.server_address[1]}/osm", "vim_account": "lab", "vnf": None, "port": 80}
        return state, server, {**options, **who, **waiting, "validate_certs": True}

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()
