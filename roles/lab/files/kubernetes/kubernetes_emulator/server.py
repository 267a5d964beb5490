# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP side: who asks, what for, in which form; each connection has a thread of its own."""

from __future__ import annotations

import json
import logging
import select
import ssl
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from . import discovery, tables
from .api import Api
from .errors import StatusError
from .request import Request
from .resources import Resource

LOG = logging.getLogger(__name__)
OPEN_PATHS = ("/version", "/readyz", "/livez", "/healthz")
NOTHING_RUNS = "Nothing runs in the pods of this emulator"
Answer = tuple[int, Any]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], api: Api, token: str, pem: Path):
        self.api, self.token = api, token
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(pem)
        super().__init__(address, Handler)

    def get_request(self) -> tuple[Any, Any]:
        """The handshake is left to the connection's thread: a slow client must not hold up the others."""
        connection, address = super().get_request()
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *about: Any) -> None:
        LOG.debug("connection of %s ended", about[1], exc_info=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def log_message(self, *parts: Any) -> None:
        LOG.debug("%s %s", self.command, parts[0] % parts[1:])

    def _answer(self) -> None:
        address = urlsplit(self.path)
        self.route = [unquote(part) for part in address.path.split("/") if part]
        self.query = dict(parse_qsl(address.query, keep_blank_values=True))
        self.warnings: list[str] = []
        try:
            body = self._body()
            self._authenticate(address.path)
            code, content = self._dispatch(body)
        except StatusError as error:
            code, content = error.code, error.body
        except Exception as error:
            LOG.exception("%s %s failed", self.command, self.path)
            code, content = 500, StatusError(500, f"Internal error occurred: {error!r}").body
        if code:
            self._send(code, content)

    def _authenticate(self, path: str) -> None:
        known = self.headers.get("Authorization") == f"Bearer {self.server.token}"
        if not known and not path.startswith(OPEN_PATHS):
            raise StatusError(401, "Unauthorized")

    def _body(self) -> Any:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not text.strip():
            return None
        kind = self._content_type()
        try:
            if "yaml" in kind:
                return yaml.safe_load(text)
            if kind in ("", "*/*") or kind.endswith("json"):
                return json.loads(text)
        except (ValueError, yaml.YAMLError) as error:
            raise StatusError(400, f"the body is not {kind or 'JSON'}: {error}") from error
        raise StatusError(415, f"the body is {kind}; the emulator reads application/json and application/yaml")

    def _content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip()

    def _send(self, code: int, content: Any) -> None:
        text = isinstance(content, str)
        body = content.encode() if text else json.dumps(content).encode() + b"\n"
        self.send_response(code)
        self.send_header("Content-Type", "text/plain" if text else self._json_type(content))
        self.send_header("Content-Length", str(len(body)))
        for warning in self.warnings:
            self.send_header("Warning", f'299 - "{warning.replace(chr(34), chr(92) + chr(34))}"')
        self._headers_buffer.append(b"\r\n" + body)
        self.flush_headers()

    @staticmethod
    def _json_type(content: Any) -> str:
        is_aggregated = isinstance(content, dict) and content.get("kind") == "APIGroupDiscoveryList"
        return discovery.AGGREGATED if is_aggregated else "application/json"

    def _dispatch(self, body: Any) -> Answer:
        match self.route:
            case ["api" | "apis" as root, *rest] if len(rest) > (1 if root == "api" else 2):
                group, version, *path = rest if root == "apis" else ["", *rest]
                return self._on_resource(group, version, path, body)
            case _ if self.command != "GET":
                raise StatusError(405, "the server does not allow this method on the requested resource")
            case _:
                return 200, self._about()

    def _about(self) -> Any:
        """What the server says of itself."""
        resources = self.server.api.cluster.resources.all()
        wants_all = "as=APIGroupDiscoveryList" in self.headers.get("Accept", "")
        match self.route:
            case ["version"]:
                found: Any = discovery.version()
            case ["readyz" | "livez" | "healthz", *_]:
                found = "ok"
            case ["api" | "apis" as root] if wants_all:
                found = discovery.aggregated(resources, core=root == "api")
            case ["api"]:
                found = discovery.core_versions()
            case ["apis"]:
                found = discovery.groups(resources)
            case ["apis", name]:
                found = discovery.group(name, resources)
            case ["api", version] | ["apis", _, version]:
                found = discovery.resource_list(self._group(), version, resources)
            case ["openapi", "v3"]:
                found = discovery.openapi_index(resources)
            case ["openapi", "v3", "api", version] | ["openapi", "v3", "apis", _, version]:
                found = discovery.openapi(self.route[3] if self.route[2] == "apis" else "", version, resources)
            case _:
                found = None
        if found is None:
            raise StatusError(404, "the server could not find the requested resource")
        return found

    def _group(self) -> str:
        return self.route[1] if self.route[0] == "apis" else ""

    def _on_resource(self, group: str, version: str, path: list[str], body: Any) -> Answer:
        resource, namespace, rest = self._locate(group, version, path)
        name, subresource = (*rest, "", "")[:2]
        if subresource and subresource not in resource.subresources:
            raise StatusError(404, "the server could not find the requested resource")
        manager = self.query.get("fieldManager") or self.headers.get("User-Agent", "unknown").partition("/")[0]
        request = Request(
            resource, namespace, name, subresource, self.query, body, self._content_type(), manager, self.warnings
        )
        verb = self._verb(request)
        if verb is None:
            raise StatusError(405, "the server does not allow this method on the requested resource")
        code, content = verb(request)
        return (code, self._formed(request, content)) if code else (0, None)

    def _locate(self, group: str, version: str, path: list[str]) -> tuple[Resource, str, list[str]]:
        """The resource, namespace and rest of a path below an API version."""
        find = self.server.api.cluster.resources.find
        namespace = ""
        if len(path) > 2 and path[0] == "namespaces" and (resource := find(group, version, path[2])):
            namespace, path = path[1], path[2:]
        resource = find(group, version, path[0])
        if resource is None or bool(namespace) > resource.namespaced:
            raise StatusError(404, "the server could not find the requested resource")
        if resource.namespaced and not namespace and (len(path) > 1 or self.command == "POST"):
            raise StatusError(405, "the server does not allow this method on the requested resource")
        return resource, namespace, path[1:]

    def _verb(self, request: Request) -> Callable[[Request], Answer] | None:
        api = self.server.api
        if request.subresource in POD_VERBS:
            return POD_VERBS[request.subresource](api).get(self.command)
        if request.name:
            return {
                "GET": self._watch if request.asks("watch") else _ok(api.get),
                "PUT": _ok(api.update),
                "PATCH": _ok(api.patch),
                "DELETE": None if request.subresource else _ok(api.delete),
            }.get(self.command)
        return {
            "GET": self._watch if request.asks("watch") else _ok(api.list),
            "POST": lambda one: (201, api.create(one)),
            "DELETE": None if request.resource.key == "/namespaces" else _ok(api.delete_collection),
        }.get(self.command)

    def _formed(self, request: Request, content: Any) -> Any:
        """The answer as a table where the client prefers one."""
        if self.command == "GET" and "as=Table" in self.headers.get("Accept", "") and isinstance(content, dict):
            return tables.table(request.resource, content)
        return content

    def _watch(self, request: Request) -> Answer:
        lines = self.server.api.watch(request, self._alive)  # refuses before the headers are sent
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._chunks(request, lines)
        except OSError:
            self.close_connection = True
        return 0, None

    def _chunks(self, request: Request, lines: Iterable[Any]) -> None:
        for line in lines:
            if line is not None:
                self._chunk(json.dumps(self._line(request, line)).encode() + b"\n")
        self.wfile.write(b"0\r\n\r\n")

    def _line(self, request: Request, line: dict[str, Any]) -> dict[str, Any]:
        if line["type"] == "BOOKMARK":
            resource = request.resource
            return {**line, "object": {"kind": resource.kind, "apiVersion": resource.api_version, **line["object"]}}
        return line if line["type"] == "ERROR" else {**line, "object": self._formed(request, line["object"])}

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _alive(self) -> bool:
        """Whether the client of a watch is still there: one that left has made its end readable."""
        return not select.select([self.connection], [], [], 0)[0]


def _ok(verb: Callable[[Request], Any]) -> Callable[[Request], Answer]:
    return lambda request: (200, verb(request))


def _nothing_runs(request: Request) -> Answer:
    raise StatusError(501, f"{NOTHING_RUNS}: {request.subresource} has nothing to reach.")


def _log(api: Api) -> Callable[[Request], Answer]:
    return lambda request: (200, f"{NOTHING_RUNS}.\n" if api.get(request) else "")


POD_VERBS: dict[str, Callable[[Api], dict[str, Callable[[Request], Answer]]]] = {
    "log": lambda api: {"GET": _log(api)},
    "eviction": lambda api: {"POST": lambda request: (201, api.evict(request))},
    "binding": lambda api: {"POST": lambda request: (201, api.bind(request))},
    **dict.fromkeys(("exec", "attach", "portforward"), lambda _: {"GET": _nothing_runs, "POST": _nothing_runs}),
}
