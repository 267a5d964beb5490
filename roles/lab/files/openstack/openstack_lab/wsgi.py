# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve one WSGI application on loopback: ``python wsgi.py PORT MODULE[:serial] [ARGUMENT ...]``.

The services ship applications, not servers. This one uses threads of one process, keeps connections
open between requests and gives the application ``ARGUMENT ...`` as its command line. ``:serial`` admits
one request at a time, which SQLite needs: it locks whole files.
"""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from cheroot import wsgi

THREADS = 4
MAX_THREADS = 32
# Clients that keep a connection hold a thread; an idle one gives it back after this time.
IDLE_SECONDS = 10

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def serialise(application: Application) -> Application:
    """The same application, one whole request after the other."""
    lock = Lock()

    def one_by_one(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        with lock:
            answer = application(environ, start_response)
            try:
                return [b"".join(answer)]
            finally:
                if hasattr(answer, "close"):
                    answer.close()

    return one_by_one


def main() -> None:
    """Load the application named on the command line and serve it until TERM."""
    port, target, *arguments = sys.argv[1:]
    module, _colon, mode = target.partition(":")
    sys.argv = [module, *arguments]
    application = importlib.import_module(module).application
    # Applications install handlers that wait for workers which do not exist here.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    server = wsgi.Server(
        ("127.0.0.1", int(port)),
        serialise(application) if mode == "serial" else application,
        numthreads=THREADS,
        max=MAX_THREADS,
        timeout=IDLE_SECONDS,
    )
    server.start()


if __name__ == "__main__":
    # The folder of this file would shadow modules of the services that bear the same names.
    del sys.path[0]
    main()
