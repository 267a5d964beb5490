# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a URI names: from the task, the disk, or a server, each within its bounds; the servers are on the loopback."""

from __future__ import annotations

import contextlib
import http.server
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.fetcher import Fetcher
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError, UnavailableError


class Pages(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        self.send_response(200)
        if self.path == "/drip":  # a header now and then, for ever
            self.flush_headers()
            with contextlib.suppress(OSError):
                for number in range(30):
                    self.wfile.write(f"X-{number}: y\r\n".encode())
                    time.sleep(0.1)
            return
        self.end_headers()
        self.wfile.write(b"x" * 5000 if self.path == "/large" else b"vnf: {}")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    pages = type("Asked", (Pages,), {"asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), pages) as running:
        running.daemon_threads = True
        running.block_on_close = False
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_the_task_comes_before_the_disk_and_the_network(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("disk", encoding="utf-8")
    given = {"http://example.org/b.yaml": "by uri", "a.yaml": "by name", "c.yaml": {"vnf": {}}}
    fetch = Fetcher(given, str(tmp_path))
    assert fetch("http://example.org/b.yaml") == b"by uri"
    assert fetch(f"file://{tmp_path}/a.yaml") == b"by name"
    assert fetch("https://example.org/x/c.yaml") == b'{"vnf": {}}'


def test_a_file_where_its_uri_says_or_else_beside_the_descriptor(tmp_path: Path) -> None:
    (tmp_path / "a b.yaml").write_text("here", encoding="utf-8")
    assert Fetcher()(f"file://{tmp_path}/a%20b.yaml") == b"here"
    assert Fetcher()(f"file://localhost{tmp_path}/a%20b.yaml") == b"here"
    assert Fetcher(folder=str(tmp_path))("file:///home/somebody/a%20b.yaml") == b"here"
    with pytest.raises(InputError, match=r"^is not at /home/somebody/c\.yaml nor at .*c\.yaml; give it in vnfds$"):
        Fetcher(folder=str(tmp_path))("file:///home/somebody/c.yaml")


def test_what_is_no_regular_file_or_too_large_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * 2000)
    for uri in (f"file://{tmp_path}/pipe", "file:///dev/zero", f"file://{tmp_path}", "file:///a%00b"):
        with pytest.raises(InputError, match=r"is not at|cannot be read"):
            Fetcher()(uri)
    with pytest.raises(InputError, match=r"has more than"):
        Fetcher(largest=1000)(f"file://{tmp_path}/large")
    with pytest.raises(InputError, match=r"has more than"):
        Fetcher({"large": "x" * 2000}, largest=1000)("file:///large")


def test_the_network_is_asked_only_where_that_is_allowed(server: str) -> None:
    with pytest.raises(
        InputError, match=r"^is in the network, which is asked only with allow_network: true; or give it in vnfds$"
    ):
        Fetcher()(f"{server}/a.yaml")
    assert Fetcher(allow_network=True)(f"{server}/a.yaml") == b"vnf: {}"
    assert Fetcher(allow_network=True)(f"{server}/to//a.yaml") == b"vnf: {}"


def test_servers_that_fail_are_told(server: str, tmp_path: Path) -> None:
    fetch = Fetcher(allow_network=True, largest=1000)
    with pytest.raises(UnavailableError, match="the server says 404"):
        fetch(f"{server}/missing")
    with pytest.raises(InputError, match=r"has more than"):
        fetch(f"{server}/large")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    with pytest.raises(UnavailableError):
        fetch(f"{server}/to/file://{tmp_path}/secret")
    with pytest.raises(InputError, match=r"is no URI"):
        fetch("http://[::1")
    for uri in ("http://127.0.0.1:1/a", "http:///a", "https://127.0.0.1:1/a"):
        with pytest.raises(UnavailableError, match="cannot be had"):
            Fetcher(allow_network=True)(uri)


def test_a_server_that_never_ends_has_its_seconds_and_no_more(server: str) -> None:
    fetch = Fetcher(allow_network=True, seconds=0.5)
    with pytest.raises(UnavailableError, match="did not come in time"):
        fetch(f"{server}/drip")
    with pytest.raises(UnavailableError, match="did not come in time"):
        fetch(f"{server}/a.yaml")  # nothing is left of the time of all
