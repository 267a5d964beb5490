# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between a client and a real API and breaks single calls, as networks and busy servers do."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Fault:
    """What happens to a call that matches, ``times`` times.

    ``kind``: refuse (answer ``status`` without asking the server), reset (close before asking), lost (ask, then
    close), slow (wait ``seconds``, then ask), late (ask when the client has given up), before (call ``act``,
    then ask), rewrite (change the answer with ``act``).
    """

    method: str
    path: str
    kind: str
    times: int = 1
    status: int = 500
    seconds: float = 0.0
    act: Callable | None = None


class FaultyProxy:
    def __init__(self, upstream: str):
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, str]] = []
        self.came_late = threading.Event()
        self.most = self._under_way = 0
        self._lock = threading.Lock()
        self._upstream = urlsplit(upstream)
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_call(self) -> None:
                proxy.handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_one_call

            def log_message(self, *_words: object) -> None:
                """Tests say enough."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextlib.contextmanager
    def running(self) -> Iterator[FaultyProxy]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """``most`` is how many calls were under way at one time: those whose answer the client has not got yet."""
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def handle(self, call: http.server.BaseHTTPRequestHandler) -> None:
        body = call.rfile.read(int(call.headers.get("Content-Length") or 0))
        fault = self._fault(call)
        kind = fault.kind if fault else ""
        if kind == "reset":
            return self._close(call)
        if kind == "refuse":
            return self._answer(call, fault.status, b'{"NeutronError": {"type": "Broken", "message": "broken on purpose"}}', {})
        if kind == "slow":
            with self.counted():
                time.sleep(fault.seconds)
        if kind == "late":
            call.connection.recv(1)  # ends when the client closes its side
        if kind == "before":
            fault.act()
        status, answer, headers = self._ask(call, body)
        if kind == "late":
            self.came_late.set()
        if kind in ("lost", "late"):
            return self._close(call)
        if kind == "rewrite":
            answer = json.dumps(fault.act(json.loads(answer))).encode()
        return self._answer(call, status, answer, headers)

    def _fault(self, call: http.server.BaseHTTPRequestHandler) -> Fault | None:
        with self._lock:
            self.calls.append((call.command, call.path))
            for fault in self.faults:
                if fault.times and call.command == fault.method and fault.path in call.path:
                    fault.times -= 1
                    return fault
        return None

    def _ask(self, call: http.server.BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        upstream = http.client.HTTPConnection(self._upstream.hostname, self._upstream.port, timeout=120)
        headers = {name: value for name, value in call.headers.items() if name.lower() not in ("host", "connection")}
        upstream.request(call.command, call.path, body or None, headers)
        answer = upstream.getresponse()
        kept = {name: value for name, value in answer.getheaders() if name.lower() in ("content-type", "date")}
        return answer.status, answer.read(), kept

    def _answer(self, call: http.server.BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
        call.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(body))}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(body)

    def _close(self, call: http.server.BaseHTTPRequestHandler) -> None:
        call.close_connection = True
        with contextlib.suppress(OSError):
            call.connection.shutdown(socket.SHUT_RDWR)
