# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An appliance in a thread of this process, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .api import Api
from .certificate import certificate
from .server import Server
from .sessions import Sessions
from .state import State


@contextmanager
def appliance(password: str, *, user: str = "nsroot", pem: Path | None = None, **sessions: Any) -> Iterator[Server]:
    """A server on a free port of this machine; ``pem`` makes it speak https."""
    api = Api(State(), Sessions({user: password}, **sessions))
    server = Server(("127.0.0.1", 0), api, pem=certificate(pem, "127.0.0.1") if pem else None)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
