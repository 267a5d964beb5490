# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real InfluxDB 1 for tests: a private influxd on the loopback, with folders and ports of its own."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CONFIGURATION = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[monitor]
  store-enabled = false
[continuous_queries]
  enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = {log}
  {http}
"""


def require_influxd() -> None:
    if shutil.which("influxd") is None:
        pytest.skip("needs influxd of version 1 (Debian: influxdb)")


def free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _one in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Influxd:
    """An influxd with the database ``tests``; it can be killed and started again."""

    def __init__(self, folder: Path, http: str = ""):
        self.folder, self._http = folder, http
        self.port, self._rpc = free_ports(2)
        self.url = f"http{'s' if 'https-enabled' in http else ''}://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        text = CONFIGURATION.format(folder=self.folder, port=self.port, rpc=self._rpc, http=self._http, log="true")
        (self.folder / "influxdb.conf").write_text(text)
        with open(self.folder / "log", "ab") as log:
            command = ["influxd", "-config", str(self.folder / "influxdb.conf")]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "GOMAXPROCS": "1"})
        deadline = time.monotonic() + 30
        while not self._open():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def _open(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def ask(self, query: str, database: str = "tests", user: tuple[str, str] | None = None) -> list[dict[str, Any]]:
        """The series of an answer, by code that is not the collection's."""
        data = urllib.parse.urlencode({"q": query, "db": database, "epoch": "ns"}).encode()
        request = urllib.request.Request(f"{self.url}/query", data)
        if user:
            request.add_header("Authorization", "Basic " + base64.b64encode(":".join(user).encode()).decode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            [result] = json.load(answer)["results"]
        assert "error" not in result, result
        return result.get("series", [])

    def options(self, **more: Any) -> dict[str, Any]:
        """Options of the collection for this server, complete."""
        return {**NOTHING, "url": self.url, "version": 1, "database": "tests", **more}


NOTHING: dict[str, Any] = {
    **dict.fromkeys(("database", "username", "password", "org", "bucket", "token", "campaign", "ca_cert", "query")),
    "measurement_prefix": "nfv_",
    "validate_certs": True,
    "timeout": 10.0,
}


@contextmanager
def influxd(folder: Path, http: str = "") -> Iterator[Influxd]:
    require_influxd()
    one = Influxd(folder, http)
    try:
        one.start()
        if not http:
            one.ask("CREATE DATABASE tests")
        yield one
    finally:
        one.kill()
