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
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .faults import Faults
from .items import Problem, bad
from .state import Catalogue


class Request(NamedTuple):
    content: bytes
    headers: Mapping[str, str]
    query: dict[str, str]

    @property
    def body(self) -> dict[str, Any]:
        try:
            found = json.loads(self.content or b"{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise bad("the body is no JSON object")
        return found


Call = Callable[[Catalogue, tuple[str, ...], Request], Any]
INSTANCE = "/nslcm/v1/ns_instances/([^/]+)"
VNFD, NSD = "/vnfpkgm/v1/vnf_packages/([^/]+)", "/nsd/v1/ns_descriptors/([^/]+)"

ROUTES: tuple[tuple[str, str, int, Call], ...] = (
    ("GET", "/vnfpkgm/v1/vnf_packages", 200, lambda osm, _at, asked: osm.vnfds.listed(asked.query)),
    ("POST", "/vnfpkgm/v1/vnf_packages_content", 201, lambda osm, _at, asked: osm.vnfds.onboard(asked.content, asked.headers)),
    ("GET", VNFD, 200, lambda osm, at, _asked: osm.vnfds.shown(*at)),
    ("GET", f"{VNFD}/package_content", 200, lambda osm, at, asked: osm.vnfds.content(*at, asked.headers.get("Accept", ""))),
    ("PUT", f"{VNFD}/package_content", 204, lambda osm, at, asked: osm.vnfds.replace(*at, asked.content, asked.headers)),
    ("DELETE", VNFD, 204, lambda osm, at, _asked: osm.vnfds.delete(*at)),
    ("GET", "/nsd/v1/ns_descriptors", 200, lambda osm, _at, asked: osm.nsds.listed(asked.query)),
    ("POST", "/nsd/v1/ns_descriptors_content", 201, lambda osm, _at, asked: osm.nsds.onboard(asked.content, asked.headers)),
    ("GET", NSD, 200, lambda osm, at, _asked: osm.nsds.shown(*at)),
    ("GET", f"{NSD}/nsd_content", 200, lambda osm, at, asked: osm.nsds.content(*at, asked.headers.get("Accept", ""))),
    ("PUT", f"{NSD}/nsd_content", 204, lambda osm, at, asked: osm.nsds.replace(*at, asked.content, asked.headers)),
    ("DELETE", NSD, 204, lambda osm, at, _asked: osm.nsds.delete(*at)),
    ("GET", "/admin/v1/vim_accounts", 200, lambda osm, _at, _asked: osm.vims),
    ("GET", "/nslcm/v1/ns_instances", 200, lambda osm, _at, asked: osm.listed_instances(asked.query)),
    ("POST", "/nslcm/v1/ns_instances", 201, lambda osm, _at, asked: osm.create(asked.body)),
    ("GET", INSTANCE, 200, lambda osm, at, _asked: osm.instance(*at)),
    ("DELETE", INSTANCE, 204, lambda osm, at, asked: osm.delete(*at, asked.query.get("FORCE", "").lower() == "true")),
    ("POST", f"{INSTANCE}/instantiate", 202, lambda osm, at, asked: osm.instantiate(*at, asked.body)),
    ("POST", f"{INSTANCE}/terminate", 202, lambda osm, at, asked: osm.terminate(*at, asked.body)),
    ("POST", f"{INSTANCE}/scale", 202, lambda osm, at, asked: osm.scale(*at, asked.body)),
    ("POST", f"{INSTANCE}/update", 202, lambda osm, at, asked: osm.update(*at, asked.body)),
    ("POST", f"{INSTANCE}/heal", 202, lambda osm, at, asked: osm.heal(*at, asked.body)),
    ("GET", "/nslcm/v1/ns_lcm_op_occs", 200, lambda osm, _at, asked: osm.operations_of(asked.query.get("nsInstanceId"))),
    ("GET", "/nslcm/v1/ns_lcm_op_occs/([^/]+)", 200, lambda osm, at, _asked: osm.operation(*at)),
    ("GET", "/nslcm/v1/vnf_instances", 200, lambda osm, _at, asked: osm.functions(asked.query.get("nsr-id-ref"))),
)
"""Method, path below ``/osm``, status where all is well, and what answers."""


def serve(osm: Catalogue, port: int = 0) -> http.server.ThreadingHTTPServer:
    """A server on loopback, bound and not yet serving.

    ``server.calls`` has the method and path of each request, ``server.faults`` what is to go wrong.
    """
    lock, calls, faults = threading.Lock(), [], Faults()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            calls.append((self.command, self.path))
            fault = faults.of(self.command, self.path)
            if fault == "reset":
                self.close_connection = True
                return
            with lock:
                try:
                    if fault and fault.isdigit():
                        raise Problem(int(fault), "INJECTED", "a fault that was asked for")
                    status, found = _called(osm, self.command, self.path, content, dict(self.headers.items()))
                except Problem as problem:
                    status, found = problem.status, problem.body
                except (AttributeError, LookupError, TypeError, ValueError) as error:  # a body whose parts are of other kinds
                    status, found = 500, {"code": "INTERNAL_SERVER_ERROR", "status": 500, "detail": f"{error!r}"}
                text = found if isinstance(found, bytes) else b"" if status == 204 else json.dumps(found).encode()
            if fault == "lost":
                self.close_connection = True
                return
            self._send(status, b"<html>It works!</html>" if fault == "html" else text, fault == "half")

        def _send(self, status: int, text: bytes, half: bool) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text[: len(text) // 2] if half else text)
            self.close_connection = self.close_connection or half

        do_GET = do_POST = do_PUT = do_DELETE = _answer

        def log_message(self, *_words: Any) -> None:
            """Silence."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.calls, server.faults = calls, faults  # type: ignore[attr-defined]
    return server


def _called(osm: Catalogue, method: str, target: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
    parts = urllib.parse.urlsplit(target)
    path, query = parts.path.removeprefix("/osm"), dict(urllib.parse.parse_qsl(parts.query))
    request = Request(content, headers, query)
    if (method, path) == ("POST", "/admin/v1/tokens"):
        return 200, osm.token(request.body)
    osm.check(headers.get("Authorization", "").removeprefix("Bearer "))
    for allowed, pattern, status, call in ROUTES:
        if allowed == method and (found := re.fullmatch(pattern, path)):
            return status, call(osm, found.groups(), request)
    raise Problem(404, "NOT_FOUND", f"URL path '{parts.path}' not found or not supported")
