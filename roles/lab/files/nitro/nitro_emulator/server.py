# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP side: decodes a call, lets the faults have their way, and answers; each connection has a thread of its own.

``/emulator/…`` is the emulator's own: ``calls`` tells and forgets the calls so far, ``faults`` takes faults, ``expire`` ends
all sessions, ``role`` makes the node Primary or Secondary. An appliance has none of it.
"""

from __future__ import annotations

import json
import logging
import socket
import ssl
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .api import DONE, Api
from .errors import NitroError
from .faults import Faults

LOG = logging.getLogger(__name__)
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
RESET = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], api: Api, faults: Faults | None = None, pem: Path | None = None):
        self.api, self.faults = api, faults or Faults()
        self.calls: list[str] = []
        self._tls = None
        if pem:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(pem)
        super().__init__(address, Handler)

    @property
    def address(self) -> str:
        return "{}:{}".format(*self.server_address[:2])

    def get_request(self) -> tuple[Any, Any]:
        """The handshake is left to the connection's thread."""
        connection, address = super().get_request()
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, *about: Any) -> None:
        LOG.debug("the connection of %s ended", about[1], exc_info=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *parts: Any) -> None:
        """Addresses alone; bodies hold passwords."""
        LOG.debug("%s %s", self.command, parts[0] % parts[1:])

    def _answer(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if address.path.startswith("/emulator/"):
            self._own(address.path.removeprefix("/emulator/"), body)
            return
        self.server.calls.append(f"{self.command} {self.path.removeprefix('/nitro/v1')}")
        fault = self.server.faults.of(self.command, self.path)
        if fault and self._hit(fault):
            return
        status, content, cookie = self._carried_out(address.path, _query(address.query), body)
        if fault and fault["kind"] == "lost":
            self._break_off()
            return
        self._send(status, content, cookie)

    def _hit(self, fault: dict[str, Any]) -> bool:
        """Whether the fault takes the place of the answer."""
        match fault["kind"]:
            case "reset":
                self._break_off()
            case "slow":
                time.sleep(fault.get("seconds", 1))
                return False
            case "status":
                self._page(fault.get("status", 500), "Service unavailable")
            case "html":
                self._page(200, "Please log in")
            case "refuse":
                error = NitroError(int(fault["code"]), str(fault.get("detail", "")))
                self._send(error.status, error.body)
            case _:
                return False
        return True

    def _carried_out(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any], str]:
        try:
            return self._routed(path, query, body)
        except NitroError as error:
            return error.status, error.body, ""
        except Exception as error:
            LOG.exception("%s %s failed", self.command, path)
            return 500, {"errorcode": 1, "message": f"the emulator failed: {type(error).__name__}", "severity": "ERROR"}, ""

    def _routed(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any], str]:
        parts = path.split("/")
        if (
            parts[:3] != ["", "nitro", "v1"]
            or len(parts) not in (5, 6)
            or parts[3] not in ("config", "stat")
            or "%2f" in path.lower()
        ):
            return 404, {"errorcode": 1232, "message": "Invalid object name", "severity": "ERROR"}, ""
        resource, name = unquote(parts[4]), unquote(unquote(parts[5])) if len(parts) == 6 else None
        given = _json(body)
        sessions = self.server.api.sessions
        if resource == "login" and self.command == "POST":
            token = sessions.log_in(given.get("login") or {} if isinstance(given, dict) else {})
            return 201, {**DONE, "sessionid": token}, token
        token = self._token()
        sessions.check(token, self.headers.get("X-NITRO-USER"), self.headers.get("X-NITRO-PASS"))
        if resource == "logout":
            sessions.log_out(token)
            return 201, dict(DONE), ""
        if parts[3] == "stat":
            return (*self.server.api.stat(resource, name), "")
        onerror = self.headers.get("X-NITRO-ONERROR", "exit").lower()
        return (*self.server.api.config(self.command, resource, name, query, given, onerror), "")

    def _token(self) -> str:
        _before, _name, rest = self.headers.get("Cookie", "").partition("NITRO_AUTH_TOKEN=")
        return unquote(rest.partition(";")[0].strip())

    def _own(self, part: str, body: bytes) -> None:
        server, content = self.server, _json(body)
        if part == "calls":
            answer: Any = list(server.calls)
            if self.command == "DELETE":
                server.calls.clear()
        elif part == "faults" and self.command == "POST":
            server.faults.set(content)
            answer = "set"
        elif part == "expire":
            server.api.sessions.expire()
            answer = "all sessions ended"
        elif part == "role" and self.command == "POST":
            server.api.state.role = str(content)
            answer = server.api.state.role
        else:
            self._page(404, "Not found")
            return
        self._send(200, answer)

    def _break_off(self) -> None:
        """End the connection so that the client sees a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.connection.close()

    def _page(self, status: int, title: str) -> None:
        self._raw(status, PAGE.format(title).encode(), "text/html; charset=utf-8", "")

    def _send(self, status: int, content: Any, cookie: str = "") -> None:
        self._raw(status, json.dumps(content).encode(), "application/json; charset=utf-8", cookie)

    def _raw(self, status: int, body: bytes, kind: str, cookie: str) -> None:
        reason = {207: "Multi Status", 209: "X-NITRO-WARNING", 599: "Netscaler specific error"}.get(status)
        self.send_response(status, reason)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if cookie:
            self.send_header("Set-Cookie", f"NITRO_AUTH_TOKEN={cookie.replace('#', '%23')};path=/nitro/v1;HttpOnly")
        self.end_headers()
        self.wfile.write(body)


def _query(text: str) -> dict[str, str]:
    """The values stay encoded once more where a client did so, as NITRO takes ``args``."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return {unquote(key): value if key == "args" else unquote(value) for key, _sign, value in pairs}


def _json(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise NitroError(1233) from None
