# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role tells NetScaler's manager, heard by a stand-in that was written after the API's public reference."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAY = {
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "tasks": [{"ansible.builtin.include_role": {"name": "superfluidity.nfv.load_balancer", "tasks_from": "register"}}],
}


class Manager:
    """Keeps what it is told, by resource."""

    def __init__(self) -> None:
        self.known: dict[str, list[dict[str, Any]]] = {}
        self.asked: list[str] = []
        self.users: set[str | None] = set()
        self.refusal: dict[str, Any] = {}

    def answer(self, method: str, path: str, user: str | None, body: bytes) -> dict[str, Any]:
        resource = path.removeprefix("/nitro/v1/config/")
        self.users.add(user)
        self.asked.append(f"{method} {resource}")
        if method == "POST":
            self.known.setdefault(resource, []).append(json.loads(body)[resource])
        if self.refusal:
            return self.refusal
        found = self.known.get(resource)
        return {"errorcode": 0, "message": "Done", **({resource: found} if found else {})}


@pytest.fixture
def manager() -> Iterator[tuple[Manager, str]]:
    made = Manager()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            text = json.dumps(made.answer(self.command, self.path, self.headers.get("X-NITRO-USER"), body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = answer

        def log_message(self, *_told: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def register(url: str, folder: Path, *more: str, code: int = 0) -> str:
    variables = {
        "load_balancer_manager_url": url,
        "load_balancer_manager_user": "nsroot",
        "load_balancer_manager_password": "secret-word",
        "load_balancer_keystone_url": "https://keystone.example.com:5000/v3",
        "load_balancer_projects": ["one", "two"],
        "ansible_python_interpreter": sys.executable,
    }
    book = folder / "register.yml"
    book.write_text(yaml.safe_dump([{**PLAY, "vars": variables}]), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-v", "-i", "localhost,", str(book), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "secret-word" not in done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.one_python
def test_what_it_does_not_know_yet_it_is_told(manager: tuple[Manager, str], tmp_path: Path) -> None:
    made, url = manager
    made.known["tenant"] = [{"openstack_tenant_id": "one"}]
    assert "changed=1" in register(url, tmp_path, "--check")
    assert made.asked == ["GET keystone_server", "GET tenant"]
    register(url, tmp_path)
    assert made.known == {
        "tenant": [{"openstack_tenant_id": "one"}, {"openstack_tenant_id": "two"}],
        "keystone_server": [{"name": "openstack", "keystone_uri": "https://keystone.example.com:5000/v3"}],
    }
    assert "changed=0" in register(url, tmp_path)
    assert made.asked.count("POST tenant") == made.asked.count("POST keystone_server") == 1
    assert made.users == {"nsroot"}


@pytest.mark.one_python
def test_a_refusal_in_an_answer_with_status_200_is_one(manager: tuple[Manager, str], tmp_path: Path) -> None:
    made, url = manager
    made.refusal = {"errorcode": 354, "message": "Invalid username or password", "severity": "ERROR"}
    said = register(url, tmp_path, code=2)
    assert f"{url} answers Invalid username or password: check load_balancer_manager_url" in said
    assert "POST" not in " ".join(made.asked)
