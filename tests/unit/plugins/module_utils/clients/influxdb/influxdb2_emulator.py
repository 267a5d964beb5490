# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator of InfluxDB 2: as much of its API as is asked of it, made from its documentation. It is not InfluxDB.

``POST /api/v2/write`` takes line protocol for one organisation, bucket and token. ``POST /api/v2/query`` understands Flux
of the form ``from |> range |> filter |> pivot``, with equalities in the filter, and answers annotated CSV: a table for each
series.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import lines

ORG, BUCKET, TOKEN = "lab", "tests ü", "t0ken-that-nobody-may-see=="
TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
TIMES = ("_time", "_start", "_stop")
STRING = r'"((?:[^"\\]|\\.)*)"'
FROM = re.compile(rf"\s*from\(bucket:\s*{STRING}\)")
RANGE = re.compile(r"\s*\|>\s*range\(start:\s*([^,)]+)(?:,\s*stop:\s*([^)]+))?\)")
FILTER = re.compile(r"\s*\|>\s*filter\(fn:\s*\(r\)\s*=>\s*(.*?)\)(?=\s*(?:\|>|\Z))", re.DOTALL)
EQUAL = re.compile(rf"\s*r(?:\.(\w+)|\[{STRING}\])\s*==\s*{STRING}\s*\Z")
PIVOT = re.compile(r'\s*\|>\s*pivot\(rowKey:\s*\["_time"\],\s*columnKey:\s*\["_field"\],\s*valueColumn:\s*"_value"\)')


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str):
        self.status, self.document = status, {"code": code, "message": message}


class Bucket:
    """Points by series and time; a field keeps the type that it had first."""

    def __init__(self) -> None:
        self.points: dict[tuple[str, tuple[tuple[str, str], ...], int], dict[str, Any]] = {}
        self.types: dict[tuple[str, str], type] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.failures: list[tuple[int, dict[str, str]]] = []

    def write(self, text: str) -> None:
        try:
            found = lines.read(text)
        except ValueError as error:
            raise Refusal(400, "invalid", f"unable to parse: {error}") from error
        dropped = []
        for measurement, tags, fields, time in found:
            for key, value in fields.items():
                known = self.types.setdefault((measurement, key), type(value))
                if known is not type(value):
                    dropped.append(f'input field "{key}" on measurement "{measurement}" is type {type(value)}')
                    break
            else:
                self.points.setdefault((measurement, tuple(sorted(tags.items())), time or 0), {}).update(fields)
        if dropped:
            raise Refusal(
                422,
                "unprocessable entity",
                f"failure writing points to database: partial write: field type conflict: {dropped[0]} dropped={len(dropped)}",
            )

    def query(self, flux: str) -> str:
        wanted, stop, pivoted = _understood(flux)
        series: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for (measurement, tags, time), fields in sorted(self.points.items()):
            for name, value in sorted(fields.items()):
                span = {"_start": 0, "_stop": min(stop, 2**63 - 1)}
                record = {**span, **dict(tags), "_measurement": measurement, "_field": name}
                if time < stop and all(record.get(key) == one for key, one in wanted.items()):
                    series.setdefault((measurement, name, tags), []).append({"_time": time, "_value": value, **record})
        return _csv(_pivot(series) if pivoted else list(series.values()))


def _understood(flux: str) -> tuple[dict[str, str], int, bool]:
    at, wanted, stop = 0, {}, 2**63
    source = FROM.match(flux)
    if not source:
        raise Refusal(400, "invalid", "compilation failed: expected from(bucket: …)")
    if _text(source[1]) != BUCKET:
        raise Refusal(404, "not found", f'failed to initialize execute state: could not find bucket "{_text(source[1])}"')
    at = source.end()
    span = RANGE.match(flux, at)
    if not span:
        raise Refusal(400, "invalid", "error in building plan: cannot submit unbounded read")
    if span[2]:
        stop = round(datetime.fromisoformat(span[2]).timestamp()) * 10**9
    at = span.end()
    while one := FILTER.match(flux, at):
        at = one.end()
        for part in one[1].split(" and "):
            equal = EQUAL.match(part)
            if not equal:
                raise Refusal(400, "invalid", f"compilation failed: {part!r} is not understood")
            wanted[equal[1] or _text(equal[2])] = _text(equal[3])
    pivot = PIVOT.match(flux, at)
    at = pivot.end() if pivot else at
    if flux[at:].strip():
        raise Refusal(400, "invalid", f"compilation failed: {flux[at:]!r} is not understood")
    return wanted, stop, pivot is not None


def _text(literal: str) -> str:
    if "${" in literal.replace("\\${", ""):
        raise Refusal(400, "invalid", "the emulator has no interpolation")
    known = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(r"\\(.)", lambda one: known.get(one[1], one[1]), literal)


def _pivot(series: dict[tuple[Any, ...], list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """A table for each set of tags, a record for each time."""
    tables: dict[tuple[Any, ...], dict[int, dict[str, Any]]] = {}
    for (measurement, name, tags), records in series.items():
        for record in records:
            row = tables.setdefault((measurement, tags), {}).setdefault(
                record["_time"], {key: one for key, one in record.items() if key not in ("_field", "_value")}
            )
            row[name] = record["_value"]
    return [[rows[time] for time in sorted(rows)] for rows in tables.values()]


def _csv(tables: list[list[dict[str, Any]]]) -> str:
    """Annotated CSV; annotations stand again where the columns differ."""
    text, before = io.StringIO(newline=""), None
    out = csv.writer(text, lineterminator="\r\n")
    for number, records in enumerate(tables):
        columns = list(dict.fromkeys(name for record in records for name in record))
        kinds = [next(TYPES[type(one[name])] for one in records if name in one) for name in columns]
        kinds = ["dateTime:RFC3339" if name in TIMES else kind for name, kind in zip(columns, kinds, strict=True)]
        if (columns, kinds) != before:
            if before:
                text.write("\r\n")
            groups = ["false" if name in ("_time", "_value") else "true" for name in columns]
            out.writerow(["#datatype", "string", "long", *kinds])
            out.writerow(["#group", "false", "false", *groups])
            out.writerow(["#default", "_result", "", *[""] * len(columns)])
            out.writerow(["", "result", "table", *columns])
            before = (columns, kinds)
        for record in records:
            out.writerow(["", "", number, *(_cell(name, record.get(name)) for name in columns)])
    text.write("\r\n")
    return text.getvalue()


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in TIMES:
        seconds, rest = divmod(value, 10**9)
        whole = datetime.fromisoformat("1970-01-01T00:00:00") + timedelta(seconds=seconds)
        fraction = f"{rest:09}".rstrip("0")
        return f"{whole.isoformat()}{'.' + fraction if fraction else ''}Z"
    return str(value).lower() if isinstance(value, bool) else str(value)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one packet; two would wait for each other

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parts = urlsplit(self.path)
        bucket: Bucket = self.server.bucket
        bucket.requests.append((self.path, dict(self.headers)))
        try:
            if bucket.failures:
                status, headers = bucket.failures.pop(0)
                self._answer(
                    status, json.dumps({"code": "unavailable", "message": "soon"}).encode(), "application/json", headers
                )
                return
            kind, answer = self._asked(parts.path, dict(parse_qsl(parts.query)), body)
            self._answer(200 if answer else 204, answer, kind)
        except Refusal as refusal:
            self._answer(refusal.status, json.dumps(refusal.document).encode(), "application/json; charset=utf-8")

    def _asked(self, path: str, parameters: dict[str, str], body: bytes) -> tuple[str, bytes]:
        if self.headers.get("Authorization") != f"Token {TOKEN}":
            raise Refusal(401, "unauthorized", "unauthorized access")
        if parameters.get("org") != ORG:
            raise Refusal(404, "not found", f'organization name "{parameters.get("org")}" not found')
        bucket: Bucket = self.server.bucket
        if path == "/api/v2/write":
            if parameters.get("bucket") != BUCKET:
                raise Refusal(404, "not found", f'bucket "{parameters.get("bucket")}" not found')
            if parameters.get("precision") != "ns":
                raise Refusal(400, "invalid", "the emulator knows nanoseconds only")
            bucket.write(body.decode())
            return "", b""
        if path == "/api/v2/query":
            document = json.loads(body)
            if set(document["dialect"]["annotations"]) != {"datatype", "group", "default"}:
                raise Refusal(400, "invalid", "the emulator knows all three annotations only")
            return "text/csv; charset=utf-8", bucket.query(document["query"]).encode()
        raise Refusal(404, "not found", "path not found")

    def _answer(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        pass


class Emulator:
    def __init__(self, server: ThreadingHTTPServer):
        self.bucket: Bucket = server.bucket
        self.url = f"http://127.0.0.1:{server.server_address[1]}"

    def options(self, **more: Any) -> dict[str, Any]:
        from servers import NOTHING

        return {**NOTHING, "url": self.url, "version": 2, "org": ORG, "bucket": BUCKET, "token": TOKEN, **more}


@contextmanager
def emulator() -> Iterator[Emulator]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.bucket = Bucket()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield Emulator(server)
        finally:
            server.shutdown()
            thread.join()
