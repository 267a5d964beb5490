# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's HTTP: paths to calls of :class:`state.Catalogue`, one at a time."""

from __future__ import annotations

import http.server
import json
import re
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any

from .state import Catalogue, Problem

Call = Callable[[Catalogue, tuple[str, ...], dict[str, Any], dict[str, str]], Any]

ROUTES: tuple[tuple[str, str, int, Call], ...] = (
    ("GET", "/nsd/v1/ns_descriptors", 200, lambda osm, _at, _body, _query: osm.descriptors),
    ("GET", "/admin/v1/vim_accounts", 200, lambda osm, _at, _body, _query: osm.vims),
    ("GET", "/nslcm/v1/ns_instances", 200, lambda osm, _at, _body, _query: list(osm.instances.values())),
    ("POST", "/nslcm/v1/ns_instances", 201, lambda osm, _at, body, _query: osm.create(body)),
    ("GET", "/nslcm/v1/ns_instances/([^/]+)", 200, lambda osm, at, _body, _query: osm.instance(*at)),
    ("DELETE", "/nslcm/v1/ns_instances/([^/]+)", 204, lambda osm, at, _body, _query: osm.delete(*at)),
    ("POST", "/nslcm/v1/ns_instances/([^/]+)/instantiate", 202, lambda osm, at, body, _query: osm.instantiate(*at, body)),
    ("POST", "/nslcm/v1/ns_instances/([^/]+)/terminate", 202, lambda osm, at, _body, _query: osm.terminate(*at)),
    ("GET", "/nslcm/v1/ns_lcm_op_occs", 200, lambda osm, _at, _body, query: osm.operations_of(query.get("nsInstanceId"))),
    ("GET", "/nslcm/v1/ns_lcm_op_occs/([^/]+)", 200, lambda osm, at, _body, _query: osm.operation(*at)),
    ("GET", "/nslcm/v1/vnf_instances", 200, lambda osm, _at, _body, query: osm.functions(query.get("nsr-id-ref"))),
)
"""Method, path below ``/osm``, status where all is well, and what answers."""


def serve(osm: Catalogue, port: int = 0) -> http.server.ThreadingHTTPServer:
    """A server on loopback, bound and not yet serving. ``server.calls`` has the method and path of each request."""
    lock, calls = threading.Lock(), []

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            calls.append((self.command, self.path))
            with lock:
                try:
                    status, found = _called(osm, self.command, self.path, content, self.headers.get("Authorization") or "")
                except Problem as problem:
                    status, found = problem.status, problem.body
                text = b"" if status == 204 else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_DELETE = _answer

        def log_message(self, *_words: Any) -> None:
            """Silence."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.calls = calls  # type: ignore[attr-defined]
    return server


def _called(osm: Catalogue, method: str, target: str, content: bytes, authorization: str) -> tuple[int, Any]:
    parts = urllib.parse.urlsplit(target)
    path, query = parts.path.removeprefix("/osm"), dict(urllib.parse.parse_qsl(parts.query))
    body = _body(content)
    if (method, path) == ("POST", "/admin/v1/tokens"):
        return 200, osm.token(body)
    osm.check(authorization.removeprefix("Bearer "))
    for allowed, pattern, status, call in ROUTES:
        if allowed == method and (found := re.fullmatch(pattern, path)):
            return status, call(osm, found.groups(), body, query)
    raise Problem(404, "NOT_FOUND", f"URL path '{parts.path}' not found or not supported")


def _body(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Problem(400, "BAD_REQUEST", "the body is no JSON object")
    return found
