# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Prometheus as source of telemetry: the real server from Debian, and servers that are none."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.prometheus import Prometheus
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.telemetry import Telemetry
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import NfvError
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.campaign_options import PROMETHEUS

OPTIONS: dict[str, Any] = {name: one.get("default") for name, one in PROMETHEUS.items()}


def asking(url: str, **changes: Any) -> Prometheus:
    return Prometheus({**OPTIONS, "url": url, "queries": {"answer": "vector(42)"}, **changes})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Server:
    """Gives each request the status and the body that ``answer`` returns, and keeps who asked."""

    def __init__(self, answer: Callable[[], tuple[int, str]]):
        self.asked_by: list[str | None] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked_by.append(self.headers.get("Authorization"))
                status, text = answer()
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_GET

            def log_message(self, *_words: Any) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def served() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def serve(answer: Callable[[], tuple[int, str]]) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield serve
    for one in servers:
        one.close()


@pytest.fixture
def real(tmp_path: Path, served: Callable[..., Server]) -> Iterator[str]:
    """A private Prometheus that scrapes an exporter of two series four times a second."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("needs prometheus (Debian: prometheus)")
    counted = iter(range(10**6))
    exporter = served(lambda: (200, f'load{{core="0"}} 3\nload{{core="1"}} 4\nworked_total {10 * next(counted)}\n'))
    scraped = {"job_name": "test", "static_configs": [{"targets": [exporter.url.removeprefix("http://")]}]}
    quick = {"scrape_interval": "250ms", "scrape_timeout": "200ms"}
    configuration, port = tmp_path / "prometheus.yml", free_port()
    configuration.write_text(json.dumps({"global": quick, "scrape_configs": [scraped]}), encoding="utf-8")
    where = (f"--config.file={configuration}", f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}")
    process = subprocess.Popen([program, *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while not _scraped(url) and time.monotonic() < end:
            time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


def _scraped(url: str) -> bool:
    try:
        return asking(url, queries={"series": "count(load)"}).values() == {"series": 2}
    except NfvError:
        return False


def test_a_real_server_tells_numbers(real: str) -> None:
    queries = {"all": "sum(load)", "busiest": "max(load)", "scalar": "scalar(sum(load)) * 2", "scrapes": "max(worked_total)"}
    source = asking(real, queries=queries)
    source.require()
    first = source.values()
    assert {name: first[name] for name in ("all", "busiest", "scalar")} == {"all": 7, "busiest": 4, "scalar": 14}
    end = time.monotonic() + 30
    while source.values()["scrapes"] <= first["scrapes"]:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_what_a_real_server_gives_that_is_no_number(real: str) -> None:
    for query, sentence in (
        ("load", "one gives 2 series; make one of them, as by sum()"),
        ("nothing_of_this_name", "one gives no series; is it scraped?"),
        ("load[1m]", "one gives a matrix; ask for a number"),
        ("sum(load) / 0", "one gives inf, which is no number to compare"),
        ("sum(", "parse error"),
    ):
        with pytest.raises(NfvError, match=re.escape(sentence)):
            asking(real, queries={"one": query}).values()
    with pytest.raises(NfvError, match="parse error"):
        asking(real, queries={"one": "sum("}).require()
    asking(real, queries={"one": "nothing_of_this_name"}).require()  # the service is not deployed yet


def test_its_columns_stand_beside_those_of_the_machine(served: Callable[..., Server]) -> None:
    told = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "42"]}]}})
    row = Telemetry(dict, more=asking(served(lambda: (200, told)).url).values).row()
    assert row["answer"] == 42
    assert "host_cpu" in row


VECTOR = '{{"status": "success", "data": {{"resultType": "vector", "result": [{{"value": {}}}]}}}}'


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((200, "<html>welcome</html>"), "answers 200 with what is no answer of Prometheus; check the url"),
        ((404, "not here"), "answers 404 with what is no answer"),
        ((500, "{}"), "answers 500 with what is no answer"),
        ((200, "[]"), "answers 200 with what is no answer"),
        ((200, VECTOR.format("1")), "its answer is none of Prometheus"),
        ((200, VECTOR.format('[1, "x"]')), "its answer is none of Prometheus"),
        ((401, "who?"), "refuses the credentials (401)"),
        ((503, '{"status": "error", "errorType": "unavailable", "error": "overloaded"}'), "answer: overloaded"),
    ],
)
def test_servers_that_are_none_or_will_not(served: Callable[..., Server], answer: tuple[int, str], sentence: str) -> None:
    with pytest.raises(NfvError, match=re.escape(sentence)):
        asking(served(lambda: answer).url).values()


def test_nobody_there_and_nobody_who_answers() -> None:
    with pytest.raises(NfvError, match="cannot be reached; see that it runs"):
        asking(f"http://127.0.0.1:{free_port()}").values()
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NfvError, match=r"does not answer within 0\.2 s"):
        asking(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2).values()


def test_credentials_go_along_and_into_no_message(served: Callable[..., Server]) -> None:
    server = served(lambda: (403, "no"))
    for secret in ({"token": "sesame-open"}, {"username": "me", "password": "sesame-open"}):
        with pytest.raises(NfvError) as caught:
            asking(server.url, **secret).values()
        assert "sesame" not in str(caught.value)
    assert server.asked_by[0] == "Bearer sesame-open"
    assert str(server.asked_by[1]).startswith("Basic ")
