# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster to test against: the emulator, or the real one that KUBECONFIG_REAL names.

Tests marked ``emulator_only`` speak of what no real cluster does; they are skipped against one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[5] / "roles/lab/files/kubernetes"
sys.path.insert(0, str(PROGRAM))
REAL = os.environ.get("KUBECONFIG_REAL")
for needed in ("kubernetes", "kubernetes_validate", "jsonpatch", "jsonschema", "cryptography", "hypothesis"):
    pytest.importorskip(needed, reason=f"the tests of the Kubernetes emulator need the Python package {needed}")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "emulator_only: speaks of what no real cluster does")


@pytest.fixture(autouse=True)
def _emulator_only(request: pytest.FixtureRequest) -> None:
    if REAL and request.node.get_closest_marker("emulator_only"):
        pytest.skip("this test is about the emulator, and KUBECONFIG_REAL names a real cluster")


@dataclass
class Emulator:
    """A started emulator; ``kill`` and ``start`` again keep its folder and port."""

    folder: Path
    arguments: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    def start(self) -> float:
        """Starts the process and returns how many seconds it took to be ready."""
        began = time.monotonic()
        command = [
            sys.executable,
            str(PROGRAM),
            "--port",
            str(self.port),
            "--state",
            str(self.folder / "state.sqlite"),
            "--kubeconfig",
            str(self.kubeconfig),
            "--context",
            "edge-1",
            *self.arguments,
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until(self._listens, seconds=20)
        return time.monotonic() - began

    def _listens(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError((self.folder / "log").read_text())
        last = (self.folder / "log").read_text().rpartition("listening on https://127.0.0.1:")[2].strip()
        self.port = int(last) if last.isdecimal() else self.port
        return last.isdecimal() and self._answers()

    def _answers(self) -> bool:
        from kubernetes import client

        try:
            return client.VersionApi(self.client()).get_code(_request_timeout=1).major == "1"
        except Exception:
            return False

    def kill(self, number: int = signal.SIGKILL) -> float:
        began = time.monotonic()
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(10)
        (self.folder / "log").write_text("")
        return time.monotonic() - began

    def client(self) -> Any:
        from kubernetes import config

        return config.new_client_from_config(str(self.kubeconfig), context="edge-1")


def until(holds: Callable[[], Any], seconds: float = 60 if REAL else 10) -> Any:
    """Waits for a true answer and returns it."""
    deadline = time.monotonic() + seconds
    while not (answer := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {seconds} s")
        time.sleep(0.02)
    return answer


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., Any]:
    return until


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator | None]:
    if REAL:
        yield None
        return
    started = Emulator(tmp_path_factory.mktemp("kubernetes"), ("--node", "node-1", "--node", "node-2"))
    started.start()
    yield started
    started.kill(signal.SIGTERM)


@pytest.fixture
def fresh_emulator(tmp_path: Path) -> Iterator[Emulator]:
    """An emulator of one test's own, to be killed and started."""
    started = Emulator(tmp_path, ("--node", "node-1"))
    started.start()
    yield started
    started.kill()


@pytest.fixture(scope="session")
def api_client(emulator: Emulator | None) -> Any:
    from kubernetes import config

    return emulator.client() if emulator else config.new_client_from_config(REAL)


@pytest.fixture(scope="session")
def dynamic(api_client: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from kubernetes.dynamic import DynamicClient

    return DynamicClient(api_client, cache_file=str(tmp_path_factory.mktemp("discovery") / "cache"))


@pytest.fixture(scope="session")
def core(api_client: Any) -> Any:
    from kubernetes import client

    return client.CoreV1Api(api_client)


@pytest.fixture(scope="session")
def apps(api_client: Any) -> Any:
    from kubernetes import client

    return client.AppsV1Api(api_client)


@pytest.fixture
def namespace(core: Any) -> Iterator[str]:
    """A namespace of the test's own with its default service account."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    core.create_namespace({"metadata": {"name": name}})
    until(lambda: core.list_namespaced_service_account(name).items)
    yield name
    core.delete_namespace(name)


@pytest.fixture(scope="session")
def workload() -> Callable[..., dict[str, Any]]:
    def build(name: str = "web", replicas: int = 2, image: str = "registry.k8s.io/pause:3.9", **spec: Any) -> dict[str, Any]:
        """The body of a Deployment or the like."""
        container = {"name": "main", "image": image, "ports": [{"containerPort": 8080, "name": "http"}]}
        template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
        selector = {"matchLabels": {"app": name}}
        return {"metadata": {"name": name}, "spec": {"replicas": replicas, "selector": selector, "template": template, **spec}}

    return build


@pytest.fixture(scope="session")
def pod() -> Callable[..., dict[str, Any]]:
    def build(name: str = "one", labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
        container = {"name": "main", "image": "registry.k8s.io/pause:3.9"}
        return {"metadata": {"name": name, "labels": labels or {}}, "spec": {"containers": [container], **spec}}

    return build


@pytest.fixture(scope="session")
def refusal() -> Callable[..., dict[str, Any]]:
    def of(call: Callable[[], Any]) -> dict[str, Any]:
        """The Status body of the error that a call raises."""
        import json

        from kubernetes.client.exceptions import ApiException

        with pytest.raises(ApiException) as caught:
            call()
        return json.loads(caught.value.body)

    return of
