# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session with OSM: tokens that end, servers that break, and answers that are none."""

from __future__ import annotations

import http.server
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm import session as session_module
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm.network_services import (
    INSTANCES,
    NetworkServices,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm.session import NotThere, Session
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import (
    ConflictError,
    DeniedError,
    FailedError,
    InputError,
    NfvError,
    UnavailableError,
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "PAUSE", 0.01)
    monkeypatch.setattr(session_module, "EARLY", 0.0)


def calls_of(server: Any, path: str) -> int:
    return sum(one[1].endswith(path) for one in server.calls)


def test_one_token_serves_many_calls_and_a_new_one_is_fetched_when_it_ends(osm: Callable[..., Any]) -> None:
    state, server, options = osm()
    session = Session(options)
    for _call in range(3):
        session.get(INSTANCES)
    assert calls_of(server, "/admin/v1/tokens") == 1
    state.tokens.clear()  # OSM has been started anew
    assert session.post(INSTANCES, {"nsName": "a", "nsdId": state.descriptors[0]["_id"], "vimAccountId": state.vims[0]["_id"]})
    assert calls_of(server, "/admin/v1/tokens") == 2
    assert len(state.instances) == 1
    session._ends = 0.0
    session.get(INSTANCES)
    assert calls_of(server, "/admin/v1/tokens") == 3


def test_a_wrong_password_is_told_once(osm: Callable[..., Any]) -> None:
    _state, server, options = osm()
    with pytest.raises(DeniedError, match=r"POST /admin/v1/tokens: 401 Access denied.*; check user, password and project"):
        Session({**options, "password": "guess"}).get(INSTANCES)
    assert calls_of(server, "/tokens") == 1
    with pytest.raises(DeniedError) as error:
        Session({**options, "password": "a-secret-guess"}).get(INSTANCES)
    assert "a-secret-guess" not in str(error.value)


class Broken:
    """A server that answers each request with the next of some answers, the last one for ever."""

    def __init__(self, *answers: tuple[int, bytes]):
        self.asked: list[str] = []
        outer, left = self, list(answers)

        class Handler(http.server.BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append(f"{self.command} {self.path}")
                status, content = left.pop(0) if len(left) > 1 else left[0]
                if status == 0:  # the connection ends without a word
                    self.close_connection = True
                    return
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", content.decode())
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = _answer

            def log_message(self, *_words: Any) -> None:
                """Silence."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def options(self) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.server.server_address[1]}/osm/"
        return {"url": url, "user": "a", "password": "b", "project": "c", "api_timeout": 2}


@pytest.fixture
def broken() -> Iterator[Callable[..., Broken]]:
    made: list[Broken] = []

    def start(*answers: tuple[int, bytes]) -> Broken:
        made.append(Broken(*answers))
        return made[-1]

    yield start
    for one in made:
        one.server.shutdown()
        one.server.server_close()


TOKEN = (200, b'{"id": "t", "expires": 9999999999}')
HTML = b"<html><body><h1>It works!</h1></body></html>"


@pytest.mark.parametrize(
    ("answers", "kind", "wrong"),
    [
        ([(200, HTML)], UnavailableError, "the answer is no JSON but '<html><body>"),
        ([(200, b'{"token": 1}')], UnavailableError, "gave no token; check that url leads to its northbound interface"),
        ([(302, b"http://127.0.0.1:1/elsewhere")], UnavailableError, "302"),
        ([TOKEN, (404, HTML)], NotThere, "there is no such thing \\(Not Found\\)"),
        ([TOKEN, (500, HTML)], UnavailableError, "GET /nslcm/v1/ns_instances: 500 Internal Server Error"),
        ([TOKEN, (500, b'{"detail": "database\\n is   down"}')], UnavailableError, "500 database is down"),
        ([TOKEN, (403, b'{"detail": "no role"}')], DeniedError, "403 no role"),
        ([TOKEN, (400, b"[1]")], InputError, "400 Bad Request"),
        ([TOKEN, (409, b"")], ConflictError, "409 Conflict"),
        ([TOKEN, (503, b"")], UnavailableError, "503 Service Unavailable; try again later"),
        ([TOKEN, (0, b"")], UnavailableError, "no answer"),
        ([TOKEN, (200, b"[" * 100_000)], UnavailableError, "the answer is no JSON"),
    ],
)  # fmt: skip
def test_answers_that_are_none(broken: Callable[..., Broken], answers: Any, kind: type[NfvError], wrong: str) -> None:
    with pytest.raises(kind, match=wrong) as error:
        Session(broken(*answers).options()).get(INSTANCES)
    assert str(error.value).startswith("OSM at http://127.0.0.1:")
    assert "\n" not in str(error.value)


def test_reading_is_tried_again_and_what_changes_something_is_sent_once(broken: Callable[..., Broken]) -> None:
    gone = broken(TOKEN, (503, b""), (0, b""), (200, b"[]"))
    assert Session(gone.options()).get(INSTANCES) == []
    assert len(gone.asked) == 4
    for answer in ((503, b""), (0, b"")):
        lost = broken(TOKEN, answer)
        session = Session(lost.options())
        with pytest.raises(UnavailableError):
            session.post(INSTANCES, {})
        with pytest.raises(UnavailableError):
            session.delete(f"{INSTANCES}/x")
        assert [one.split()[0] for one in lost.asked] == ["POST", "POST", "DELETE"], "the token, and each once"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that nobody has signed, and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("the program openssl is not here, which makes a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    subprocess.run([*command, *name, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_the_certificate_is_checked_unless_that_is_refused(osm: Callable[..., Any], certificate: Path) -> None:
    _state, server, options = osm()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    secure = {**options, "url": options["url"].replace("http:", "HTTPS:")}
    for changes in ({}, {"validate_certs": None}):
        with pytest.raises(UnavailableError, match=r"its certificate is not trusted \(.*\); see ca_cert and validate_certs"):
            Session({**secure, **changes}).get(INSTANCES)
    assert server.calls == [], "no password has gone there"
    assert Session({**secure, "ca_cert": f"{certificate}.crt"}).get(INSTANCES) == []
    assert Session({**secure, "validate_certs": False}).get(INSTANCES) == []


def test_an_osm_that_is_not_there_or_not_meant(broken: Callable[..., Broken], osm: Callable[..., Any]) -> None:
    here = {"user": "a", "password": "b", "project": "c", "api_timeout": 2}
    with pytest.raises(UnavailableError, match=r"no answer \(.*refused.*\); check url"):
        Session({**here, "url": "http://127.0.0.1:1/osm"}).get(INSTANCES)
    plain = broken(TOKEN).options()["url"].replace("http:", "https:")
    with pytest.raises(UnavailableError, match="no answer"):
        Session({**here, "url": plain}).get(INSTANCES)
    for url in ("osm.example.com", "ftp://x/osm", "http:///osm", "http://h:port/osm", "http://a:b@h/osm", "http://h/osm?x", ""):
        with pytest.raises(InputError, match=r"is no address of OSM; write it as https://osm\.example\.com:9999/osm"):
            Session({**here, "url": url})
    with pytest.raises(InputError, match="ca_cert: /nowhere cannot be used"):
        Session({**here, "url": "https://127.0.0.1:1/osm", "ca_cert": "/nowhere"})


def test_names_that_are_not_in_the_catalogue(osm: Callable[..., Any]) -> None:
    state, _server, options = osm()
    services = NetworkServices(Session(options))
    assert services.descriptor("origin_ns") == services.descriptor(state.descriptors[0]["_id"]) == state.descriptors[0]["_id"]
    with pytest.raises(InputError, match="OSM has no NSD 'origin'; it has: origin_ns, other_ns"):
        services.descriptor("origin")
    with pytest.raises(InputError, match="OSM has no VIM account 'edge'; it has: lab"):
        services.vim("edge")
    state.vims.append({**state.vims[0], "_id": "another"})
    with pytest.raises(ConflictError, match="OSM has 2 of the VIM account lab; give its id"):
        services.vim("lab")


def test_an_operation_that_fails_or_lasts(osm: Callable[..., Any]) -> None:
    state, _server, options = osm()
    services = NetworkServices(Session(options))
    descriptor, vim = state.descriptors[0]["_id"], state.vims[0]["_id"]
    one = services.create("a", descriptor, vim, "ours", {})
    told = services.instantiate(one, "a", descriptor, vim, {"additionalParamsForNs": {"fail": "no quota left"}})
    with pytest.raises(FailedError, match="instantiate a ended in FAILED: no quota left"):
        services.await_end(told, "instantiate a", 5)
    state.seconds = 60
    services.terminate(one)
    with pytest.raises(FailedError, match="is still under way after 0 s: raise timeout"):
        services.settle(one, 0)
    with pytest.raises(NotThere):
        services.await_end("none", "nothing", 1)
