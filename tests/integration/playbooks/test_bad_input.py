# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user gets wrong, and what goes wrong outside: one sentence with place and remedy, nothing made."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

SMALL = str(Path(__file__).parent / "small.yml")
RESULT = re.compile(r'"msg": "(.*?[^\\])"')


@contextmanager
def endpoint(answer: bytes | None) -> Iterator[int]:
    """A server on loopback that says the same to everybody, or, for None, hangs."""
    stop = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            if answer is None:
                stop.wait(60)
            else:
                self.request.sendall(answer)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            stop.set()
            server.shutdown()


def page(status: str, kind: str, body: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (head + body).encode()


def sites_with(lab: Path, folder: Path, **cloud: object) -> Path:
    """The lab's sites, with the core's cloud changed."""
    clouds = yaml.safe_load((lab / "clouds.yaml").read_text("utf-8"))
    auth = {**clouds["clouds"]["core-1"]["auth"], **cloud.pop("auth", {})}
    clouds["clouds"]["core-1"] = {**clouds["clouds"]["core-1"], **cloud, "auth": auth}
    (folder / "clouds.yaml").write_text(yaml.safe_dump(clouds), encoding="utf-8")
    sites = yaml.safe_load((lab / "lab.sites.yml").read_text("utf-8"))
    sites["sites"]["core-1"]["openstack"]["clouds_file"] = str(folder / "clouds.yaml")
    path = folder / "bad.sites.yml"
    path.write_text(yaml.safe_dump(sites), encoding="utf-8")
    return path


def refused(run: object) -> str:
    """The playbook failed without a traceback; all that it said."""
    assert run.code != 0, run.output
    assert "Traceback" not in run.output
    return " ".join(run.output.split())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (page("500 Internal Server Error", "text/plain", "oops"), "at cloud core-1"),
        (page("200 OK", "text/html", "<html><body>Welcome to nginx</body></html>"), "at cloud core-1"),
        (None, "no answer in time; raise api_timeout or check the endpoint"),
    ],
    ids=["500", "html", "hangs"],
)
def test_an_endpoint_that_misbehaves(play: Callable, lab: Path, tmp_path: Path, answer: bytes | None, sentence: str) -> None:
    with endpoint(answer) as port:
        inventory = sites_with(lab, tmp_path, auth={"auth_url": f"http://127.0.0.1:{port}/v3"}, api_timeout=3)
        said = refused(play("deploy", inventory=inventory, service_descriptor=SMALL))
    assert sentence in said


def test_an_endpoint_that_refuses(play: Callable, lab: Path, tmp_path: Path) -> None:
    inventory = sites_with(lab, tmp_path, auth={"auth_url": "http://127.0.0.1:9/v3"})
    said = refused(play("deploy", inventory=inventory, service_descriptor=SMALL))
    assert "at cloud core-1" in said
    assert "check its address" in said or "does not answer" in said


def test_wrong_credentials(play: Callable, lab: Path, tmp_path: Path) -> None:
    inventory = sites_with(lab, tmp_path, auth={"password": "wrong"})
    said = refused(play("deploy", inventory=inventory, service_descriptor=SMALL))
    assert "the credentials were refused; check user, password and project" in said


def test_no_heat_at_a_site(play: Callable, lab: Path, tmp_path: Path) -> None:
    inventory = sites_with(lab, tmp_path, orchestration_api_version="1", orchestration_service_type="no-such-type")
    said = refused(play("deploy", inventory=inventory, service_descriptor=SMALL))
    assert "it offers no such service in this region" in said
    assert "small is not whole" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sites: {a: {role: egde, servers: {x: {}}}}", "sites.a.role: 'egde' is none of core, edge, cran"),
        ("sites: {a: {role: edge}}", "sites.a: a site needs at least one of"),
        ("sites:\n  a: {role: edge, servers: {x: {}}}\n  a: {role: core, servers: {y: {}}}", "sites.a: is given twice"),
    ],
    ids=["unknown role", "missing VIM", "duplicate site"],
)
def test_a_bad_sites_file(play: Callable, tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "bad.sites.yml"
    path.write_text(f"plugin: superfluidity.nfv.sites\n{text}\n", encoding="utf-8")
    said = refused(play("deploy", inventory=path, service_descriptor=SMALL))
    assert re.search(rf"\[ERROR\]: Task failed: Action failed: {re.escape(str(path))}[:0-9]* {re.escape(sentence)}", said)


def test_a_service_that_finds_no_site_makes_nothing(play: Callable, cloud: Callable, tmp_path: Path) -> None:
    model = yaml.safe_load(Path(SMALL).read_text("utf-8"))
    model["functions"][1]["site"] = {"name": "mars-1"}
    (tmp_path / "service.yml").write_text(yaml.safe_dump(model), encoding="utf-8")
    said = refused(play("deploy", service_descriptor=str(tmp_path / "service.yml")))
    assert "function probe has no site: the inventory has none with name mars-1" in said
    assert "small-core-1" not in {stack.name for stack in cloud("core-1").orchestration.stacks()}


def test_a_vm_that_no_flavor_holds_makes_nothing(play: Callable, cloud: Callable, tmp_path: Path) -> None:
    model = yaml.safe_load(Path(SMALL).read_text("utf-8"))
    model["functions"][0]["vdus"][0]["vcpus"] = 200
    (tmp_path / "service.yml").write_text(yaml.safe_dump(model), encoding="utf-8")
    said = refused(play("deploy", service_descriptor=str(tmp_path / "service.yml")))
    assert "no flavor of the site holds vm (200 vcpus, 512 ram, 1 disk); add one or name it as flavor" in said
    assert "small-core-1" not in {stack.name for stack in cloud("core-1").orchestration.stacks()}


def test_a_service_that_violates_its_policies_makes_nothing(play: Callable, cloud: Callable, tmp_path: Path) -> None:
    model = yaml.safe_load(Path(SMALL).read_text("utf-8"))
    model["access_points"] = [{"name": "internet", "link": "inside"}]
    model["policies"] = [{"name": "no-ssh", "formula": "AG (tcp.dstport == 22 -> !(port == web.inside))"}]
    (tmp_path / "service.yml").write_text(yaml.safe_dump(model), encoding="utf-8")
    said = refused(play("deploy", service_descriptor=str(tmp_path / "service.yml")))
    assert "no-ssh is violated. For no-ssh: packet tcp from 192.0.2.1 port 49152 to 198.51.100.1 port 22, through" in said
    assert "small-core-1" not in {stack.name for stack in cloud("core-1").orchestration.stacks()}


@pytest.mark.parametrize("playbook", ["terminate", "service_info"])
def test_the_name_of_no_service(play: Callable, playbook: str) -> None:
    assert "Name the service with -e service_name=NAME" in refused(play(playbook))
    told = play(playbook, service_name="vdeo")
    assert (told.code, told.changed) == (0, 0)
    assert "nothing at these sites bears the marks of the service vdeo" in told.output
