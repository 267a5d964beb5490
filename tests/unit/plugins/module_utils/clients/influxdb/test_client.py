# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client and servers: a real InfluxDB 1, the emulator of InfluxDB 2, and servers that are none or are not well."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb import connection
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.client import connected
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.line_protocol import Point
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import (
    DeniedError,
    FailedError,
    InputError,
    NfvError,
    UnavailableError,
)

sys.path.append(str(Path(__file__).parent))

import influxdb2_emulator
import servers

POINT = Point("m", {"a": "b"}, {"f": 1.5, "i": 3, "s": "x", "b": True}, 1_700_000_000_123_456_789)
PASSWORD = "s3cret-that-nobody-may-see"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PAUSES", (0.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Influxd]:
    with servers.influxd(tmp_path_factory.mktemp("influxd") / "db") as one:
        yield one


@pytest.fixture
def emulator() -> Iterator[influxdb2_emulator.Emulator]:
    with influxdb2_emulator.emulator() as one:
        yield one


def failure(do: Callable[[], Any]) -> NfvError:
    with pytest.raises(NfvError) as caught:
        do()
    text = str(caught.value)
    assert PASSWORD not in text
    assert influxdb2_emulator.TOKEN not in text
    assert "\n" not in text
    assert "Traceback" not in text
    return caught.value


@pytest.mark.parametrize("kind", ["influxd", "emulator"])
def test_points_come_back_and_a_second_write_makes_no_second_point(kind: str, request: pytest.FixtureRequest) -> None:
    client = connected(request.getfixturevalue(kind).options())
    client.write([POINT])
    client.write([POINT, Point("m", {"a": "other"}, {"f": 2.0}, 5)])
    assert client.points("m", {"a": "b"}) == [POINT]
    assert client.points("nothing", {"a": "b"}) == []
    client.close()


@pytest.mark.parametrize("kind", ["influxd", "emulator"])
def test_what_looks_like_a_query_is_a_value(kind: str, request: pytest.FixtureRequest) -> None:
    values = ["x' OR 'a' = 'a", 'x" or r.a == "a', "${1 + 1}", "C:\\w\\'", "a\\nb", "a", "/.*/", "x'; DROP DATABASE tests --"]
    client = connected(request.getfixturevalue(kind).options())
    client.write(Point('odd" name', {"a": value}, {"f": float(at)}, at) for at, value in enumerate(values))
    for at, value in enumerate(values):
        assert [(one.tags["a"], one.time) for one in client.points('odd" name', {"a": value})] == [(value, at)]
    client.close()


def test_rows_of_influxql_have_the_columns_of_a_csv(influxd: servers.Influxd) -> None:
    client = connected(influxd.options())
    client.write(Point("rows", {"vcpus": str(at % 2)}, {"latency": at + 0.5}, at) for at in range(25_000))
    found = client.rows("SELECT latency, vcpus FROM rows;")
    assert len(found) == 25_000, "more than a chunk, and none is lost"
    assert {"time", "latency", "vcpus"} == set(found[7])
    grouped = client.rows("select mean(latency) as latency from rows group by vcpus")
    assert sorted((row["vcpus"], row["latency"]) for row in grouped) == [("0", 12_499.5), ("1", 12_500.5)]
    client.close()


def test_rows_of_flux_have_the_columns_of_a_csv(emulator: influxdb2_emulator.Emulator) -> None:
    client = connected(emulator.options())
    client.write(
        [Point("rows", {"vcpus": "2"}, {"latency": 1.5, "users": 3}, 1), Point("rows", {"vcpus": "4"}, {"latency": 2.5}, 2)]
    )
    source = f'from(bucket: "{influxdb2_emulator.BUCKET}") |> range(start: 0)'
    pivot = '|> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")'
    first, second = client.rows(f'{source} |> filter(fn: (r) => r._measurement == "rows") {pivot}')
    assert (first["vcpus"], first["latency"], first["users"], first["time"]) == ("2", 1.5, 3, "1970-01-01T00:00:00.000000001Z")
    assert second.get("users") is None


@pytest.mark.parametrize(
    "query",
    [
        "DROP DATABASE tests",
        "SELECT * INTO other FROM m",
        "SELECT * FROM m; DROP DATABASE tests",
        "SELECT * FROM m WHERE a =~ /'/; DROP DATABASE tests --'",
        "SELECT * FROM m --\n; DROP DATABASE tests",
        "",
    ],
)
def test_a_query_that_could_write_is_refused(query: str, influxd: servers.Influxd) -> None:
    assert isinstance(failure(lambda: connected(influxd.options()).rows(query)), InputError)
    assert influxd.ask("SHOW DATABASES")[0]["values"] == [["tests"]]


@pytest.mark.parametrize(
    "query", [" ", 'from(bucket: "b") |> range(start: 0) |> to (bucket: "b")', "experimental.to(bucket: 1)"]
)
def test_flux_that_could_write_is_refused(query: str, emulator: influxdb2_emulator.Emulator) -> None:
    assert isinstance(failure(lambda: connected(emulator.options()).rows(query)), InputError)
    assert emulator.bucket.requests == []


def test_an_answer_that_a_limit_of_the_server_would_cut_is_whole(tmp_path: Path) -> None:
    with servers.influxd(tmp_path / "db", "max-row-limit = 3") as server:
        server.ask("CREATE DATABASE tests")
        client = connected(server.options())
        client.write(Point("m", {"a": "b"}, {"f": 1.0}, at) for at in range(10))
        assert len(client.points("m", {"a": "b"})) == 10


def test_what_is_written_to_version_2_is_read_by_another_server(tmp_path: Path) -> None:
    """VictoriaMetrics takes writes in the way of InfluxDB 2, and keeps the numbers."""
    if shutil.which("victoria-metrics") is None:
        pytest.skip("needs victoria-metrics (Debian: victoria-metrics)")
    [port] = servers.free_ports(1)
    address = f"127.0.0.1:{port}"
    command = ["victoria-metrics", f"-storageDataPath={tmp_path}", f"-httpListenAddr={address}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            options = {**servers.NOTHING, "url": f"http://{address}", "version": 2, "org": "o", "bucket": "b", "token": "t"}
            tags, fields = {"a, b=": 'v,= "ü\\w'}, {"f ,=": 1.5, "i": 7, "b": True, "s": 'quo"te\\'}
            now = time.time_ns() // 10**6 * 10**6
            deadline = time.monotonic() + 30
            while True:
                try:
                    connected(options).write([Point("m x,=", tags, fields, now)])
                    break
                except UnavailableError:
                    assert time.monotonic() < deadline
            urllib.request.urlopen(f"http://{address}/internal/force_flush", timeout=10).close()
            asked = f"http://{address}/api/v1/export?match[]=%7B__name__!=%22%22%7D"
            while not (found := urllib.request.urlopen(asked, timeout=10).read().splitlines()):
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            process.kill()
    series = [json.loads(text) for text in found]
    values = {one["metric"].pop("__name__").removeprefix("m x,=_"): one["values"] for one in series}
    assert {name: values[name] for name in ("f ,=", "i", "b")} == {"f ,=": [1.5], "i": [7], "b": [1]}
    assert [one["metric"] for one in series] == [tags] * len(series)
    assert {time for one in series for time in one["timestamps"]} == {now // 10**6}


def test_what_a_real_influxdb_refuses(influxd: servers.Influxd) -> None:
    client, nowhere = connected(influxd.options()), connected(influxd.options(database="nowhere"))
    client.write([Point("typed", {}, {"f": 1}, 1)])
    assert 'database not found: "nowhere"' in str(failure(lambda: nowhere.write([POINT])))
    error = failure(lambda: nowhere.points("m", {"a": "b"}))
    assert isinstance(error, InputError)
    assert str(error) == f"InfluxDB {influxd.url}: has no database nowhere; make it, or check the name"
    assert "error parsing query: found frm" in str(failure(lambda: client.rows("SELECT * frm m")))
    error = failure(lambda: client.write([Point("typed", {}, {"f": "text"}, 1), Point("typed", {}, {"f": 2}, 2)]))
    assert isinstance(error, FailedError)
    assert "partial write: field type conflict" in str(error)
    influxd.ask("CREATE DATABASE short WITH DURATION 1h")
    old = failure(lambda: connected(influxd.options(database="short")).write([POINT]))
    assert "points beyond retention policy" in str(old)
    influxd.ask("DROP DATABASE short")


def test_what_the_emulator_refuses(emulator: influxdb2_emulator.Emulator) -> None:
    for options, kind, words in (
        (
            {"token": "wr0ng"},
            DeniedError,
            "refuses the credentials; check username and password, or token: unauthorized access",
        ),
        ({"org": "other"}, InputError, 'organization name "other" not found'),
        ({"bucket": "other"}, InputError, '"other"'),
    ):
        client = connected(emulator.options(**options))
        for do in (lambda client=client: client.write([POINT]), lambda client=client: client.points("m", {"a": "b"})):
            error = failure(do)
            assert isinstance(error, kind)
            assert words in str(error)
    client = connected(emulator.options())
    client.write([POINT])
    assert "partial write" in str(failure(lambda: client.write([Point("m", {"a": "b"}, {"f": "x"}, 1)])))
    assert all(influxdb2_emulator.TOKEN not in path for path, _headers in emulator.bucket.requests)


def test_a_user_is_asked_for_a_password_which_no_log_has(tmp_path: Path) -> None:
    with servers.influxd(tmp_path / "db", "auth-enabled = true") as server:
        server.ask(f"CREATE USER nfv WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
        server.ask("CREATE DATABASE tests", user=("nfv", PASSWORD))
        client = connected(server.options(username="nfv", password=PASSWORD))
        client.write([POINT])
        assert client.points("m", {"a": "b"}) == [POINT]
        for options in ({"username": "nfv", "password": PASSWORD + "x"}, {}, {"username": "ü:", "password": PASSWORD}):
            error = failure(lambda options=options: connected(server.options(**options)).points("m", {"a": "b"}))
            assert isinstance(error, DeniedError), error
        server.ask("CREATE USER guest WITH PASSWORD 'guest'", user=("nfv", PASSWORD))
        guest = connected(server.options(username="guest", password="guest"))
        assert isinstance(failure(lambda: guest.write([POINT])), DeniedError)
        assert PASSWORD not in server.log.replace(f"PASSWORD '{PASSWORD}'", "")


def test_certificates_are_checked(tmp_path: Path) -> None:
    servers.require_influxd()
    certificate = tmp_path / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*command, *names, "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")], check=True, capture_output=True
    )
    certificate.write_bytes((tmp_path / "cert").read_bytes() + (tmp_path / "key").read_bytes())
    with servers.influxd(tmp_path / "db", f'https-enabled = true\n  https-certificate = "{certificate}"') as server:
        error = failure(lambda: connected(server.options()).points("m", {"a": "b"}))
        assert isinstance(error, InputError)
        assert "shows no certificate that can be checked" in str(error)
        assert "give ca_cert, or validate_certs: false" in str(error)
        for trusting in ({"ca_cert": str(tmp_path / "cert")}, {"validate_certs": False}):
            error = failure(lambda trusting=trusting: connected(server.options(**trusting)).points("m", {"a": "b"}))
            assert "has no database tests" in str(error), "it was asked"
        error = failure(lambda: connected(server.options(ca_cert=str(tmp_path / "none"))).points("m", {"a": "b"}))
        assert "check url and ca_cert" in str(error)


def test_a_server_that_is_killed_and_comes_back_has_all_that_was_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PAUSES", (0.3, 1.0, 3.0))
    with servers.influxd(tmp_path / "db") as server:
        client = connected(server.options())
        client.write(Point("m", {"a": "b"}, {"f": 1.0}, at) for at in range(7000))
        server.kill(signal.SIGKILL)
        again = threading.Timer(0.1, server.start)
        again.start()
        client.write([POINT])
        again.join()
        assert len(client.points("m", {"a": "b"})) == 7001


@contextmanager
def raw_server(answers: list[bytes], linger: float = 0) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says what it was told, an answer for each connection, whatever it is asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                try:
                    connected_one, _address = listener.accept()
                except OSError:  # the test needs no more of it
                    return
                with connected_one:
                    request = b""
                    while not whole(request):
                        request += connected_one.recv(65536)
                    asked.append(request)
                    connected_one.sendall(answer)
                    if linger:
                        time.sleep(linger)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked


def whole(request: bytes) -> bool:
    head, _separator, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return length is not None and len(body) >= int(length[1])


def said(body: bytes, status: str = "200 OK", kind: str = "application/json", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


CSV = "text/csv"


@pytest.mark.parametrize(
    ("version", "answer", "kind", "words"),
    [
        (1, said(b"<html>Grafana</html>", kind="text/html; charset=utf-8"), InputError, "answers a page for people"),
        (1, said(b"<html>", kind="application/json"), UnavailableError, "no InfluxDB of this version does (application/json)"),
        (1, said(b"[" * 100_000), UnavailableError, "no InfluxDB of this version"),
        (1, said(b"[" * 100_000, "400 Bad Request"), FailedError, "refuses the request"),
        (1, said(b'{"results": [{"series": [{"columns": ["time"], "partial": true}]}]}'), FailedError, "see max-row-limit"),
        (2, said(b'#datatype,string\n"', kind=CSV), UnavailableError, "check url and version"),
        (1, said(b"[]"), UnavailableError, "no InfluxDB of this version"),
        (1, said(b'{"results": [{"series": [{"columns": ["time"], "values": [[1, 2]]}]}]}'), UnavailableError, "no InfluxDB"),
        (1, said(b'{"results": [{"series": [7]}]}'), UnavailableError, "no InfluxDB"),
        (1, said(b"", "302 Found", "text/html", "Location: https://else.example.org/"), InputError, "sends elsewhere, to http"),
        (1, said(b'{"results": [{"error": "query interrupted"}]}'), FailedError, "fails: query interrupted"),
        (1, said(b'{"error": "' + PASSWORD.encode() + b' is wrong"}', "401 Unauthorized"), DeniedError, "*** is wrong"),
        (1, said(b'{"error": "' + b"x" * 5000 + b'"}', "400 Bad Request"), FailedError, "x…"),
        (1, said(b"", "413 Too Large"), FailedError, "max-body-size"),
        (1, said(b"", "418 I'm a teapot"), FailedError, "failed with status 418; look at its log"),
        (2, said(b'{"results": []}'), UnavailableError, "of this version does (application/json); check url and version"),
        (2, said(b"a,b\r\n1,2\r\n", kind=CSV), UnavailableError, "check url and version"),
        (2, said(b"\xff", kind=CSV), UnavailableError, "check url and version"),
        (2, said(b"error,reference\r\nout of memory,897\r\n", kind=CSV), FailedError, "fails: out of memory"),
        (
            2,
            said(b"#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,timed out,8\n", kind=CSV),
            FailedError,
            "fails: timed out",
        ),
    ],
)  # fmt: skip
def test_answers_that_are_none(version: int, answer: bytes, kind: type[NfvError], words: str) -> None:
    query = {1: "SELECT * FROM m", 2: 'from(bucket: "b")'}[version]
    with raw_server([answer] * 4) as (url, _asked):
        options = {**servers.NOTHING, "url": url, "version": version, "database": "d", "org": "o", "bucket": "b"}
        secret = {"token": influxdb2_emulator.TOKEN, "username": "u", "password": PASSWORD}
        error = failure(lambda: connected({**options, **secret}).rows(query))
    assert isinstance(error, kind), error
    assert words in str(error)
    assert len(str(error)) < 600


def test_a_write_that_is_answered_by_something_is_not_trusted() -> None:
    with raw_server([said(b'{"results": []}')]) as (url, _asked):
        options = {**servers.NOTHING, "url": url, "version": 1, "database": "d"}
        assert "does not take all that is written" in str(failure(lambda: connected(options).write([POINT])))


def test_what_may_pass_is_asked_again_and_what_will_not_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(connection.time, "sleep", slept.append)
    busy = said(b"", "503 Service Unavailable", "text/plain", "Retry-After: 3")
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf"
    good = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    with raw_server([busy, broken, b"", good]) as (url, asked):
        connected({**servers.NOTHING, "url": url, "version": 1, "database": "d"}).write([POINT])
    assert len(asked) == 4
    assert slept[0] == 3.0
    with raw_server([busy] * 4) as (url, asked):
        error = failure(lambda: connected({**servers.NOTHING, "url": url, "version": 1, "database": "d"}).write([POINT]))
    assert len(asked) == 4
    assert "fails with status 503, also when asked again" in str(error)
    with raw_server([said(b"", "400 Bad Request"), good]) as (url, asked):
        failure(lambda: connected({**servers.NOTHING, "url": url, "version": 1, "database": "d"}).write([POINT]))
    assert len(asked) == 1


def test_nobody_there_and_nobody_who_answers() -> None:
    [port] = servers.free_ports(1)
    options = {**servers.NOTHING, "version": 1, "database": "d", "timeout": 0.2}
    error = failure(lambda: connected({**options, "url": f"http://127.0.0.1:{port}"}).write([POINT]))
    assert isinstance(error, UnavailableError)
    assert str(error) == (
        f"InfluxDB http://127.0.0.1:{port}: does not answer: Connection refused; see that it runs, and that url is its address"
    )
    with raw_server([b""] * 4, linger=0.5) as (url, _asked):
        error = failure(lambda: connected({**options, "url": url}).points("m", {"a": "b"}))
    assert "does not answer within 0.2 s; look at it, or raise timeout" in str(error)


def test_an_answer_that_drips_or_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LARGEST", 1000)
    options = {**servers.NOTHING, "version": 1, "database": "d"}
    with raw_server([said(b"x" * 100_000)]) as (url, _asked):
        assert "answers more than 0 MiB" in str(failure(lambda: connected({**options, "url": url}).rows("SELECT 1")))
    monkeypatch.setattr(connection, "PATIENCE", -1)
    with raw_server([said(b"x" * 10)]) as (url, _asked):
        assert "is still answering after" in str(failure(lambda: connected({**options, "url": url}).rows("SELECT 1")))


def test_a_password_of_netrc_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with raw_server([said(b'{"results": []}')]) as (url, asked):
        connected({**servers.NOTHING, "url": url, "version": 1, "database": "d"}).rows("SELECT 1")
    assert b"authorization" not in asked[0].lower()


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("localhost:8086", "is no address; write it as https://"),
        ("ftp://h", "is no address"),
        ("http://", "is no address"),
        ("http://h:99999", "is no address"),
        ("http://h:0/", "is no address"),
        ("http://h/?db=x", "is no address"),
        ("http://h\r\nX: y/", "is no address"),
        ("http://[::1", "is no address"),
        (f"http://nfv:{PASSWORD}@h:8086", "has credentials in it, which end up in logs; give username and password"),
    ],
)
def test_addresses_that_are_none(url: str, wrong: str) -> None:
    error = failure(lambda: connected({**servers.NOTHING, "url": url, "version": 1, "database": "d"}))
    assert isinstance(error, InputError)
    assert str(error).startswith("influxdb.url: ")
    assert wrong in str(error)


def test_a_timeout_is_a_time() -> None:
    options = {**servers.NOTHING, "url": "http://h", "version": 1, "database": "d"}
    for wrong in (0, -1, float("nan"), float("inf"), None):
        assert "influxdb.timeout: " in str(failure(lambda wrong=wrong: connected({**options, "timeout": wrong})))
