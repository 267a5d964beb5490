# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to ask a process whether it is well; each builder returns a question that answers at once."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Container
from pathlib import Path

SECONDS = 5.0
ANSWERS = range(200, 500)
SOCKETS = Path("/proc/net/unix")
LISTENING = 0x10000
"""The flag ``__SO_ACCEPTCON`` of the kernel's table of sockets."""

# Loopback is never reached through a proxy, whatever the environment says; and whether a server is well does not
# hang on who signed its certificate.
OPENER = urllib.request.build_opener(
    urllib.request.ProxyHandler({}),
    urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),  # noqa: S323
)


def http_answers(url: str, statuses: Container[int] = ANSWERS) -> Callable[[], bool]:
    """An HTTP server answers with one of the statuses; a server error counts as not yet well."""

    def ask() -> bool:
        try:
            with OPENER.open(url, timeout=SECONDS) as answer:
                return answer.status in statuses
        except urllib.error.HTTPError as error:
            return error.code in statuses
        except (OSError, http.client.HTTPException):
            return False

    return ask


def tcp_speaks(port: int, hello: bytes = b"") -> Callable[[], bool]:
    """A server sends something after ``hello``: it does its protocol, not only listen."""

    def ask() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
                connection.sendall(hello)
                return bool(connection.recv(1))
        except OSError:
            return False

    return ask


def socket_listens(path: Path) -> Callable[[], bool]:
    """A Unix socket takes connections, by what the kernel tells: nothing connects.

    Octavia's driver agent reads for ever, with all of a processor, from a connection that was closed without a word.
    """

    def ask() -> bool:
        rows = (line.split(maxsplit=7) for line in SOCKETS.read_text("utf-8", "surrogateescape").splitlines()[1:])
        return any(row[7:] == [str(path)] and int(row[3], 16) & LISTENING for row in rows)

    return ask
