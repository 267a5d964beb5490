# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of orchestrators: OSM and Kubernetes by the emulators of the lab, Heat by a stand-in of its client.

The real Heat is in tests/integration/playbooks/test_characterise.py.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign import heat_deployer
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import Target
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.heat_deployer import HeatDeployer
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.interruption import Interrupted, interruptible
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.kubernetes_deployer import (
    KubernetesDeployer,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.osm_deployer import OsmDeployer
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.reachable import await_port
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.kubernetes import namespaces
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack import stacks
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm import network_services
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import (
    ConflictError,
    DeniedError,
    FailedError,
    InputError,
    NfvError,
    UnavailableError,
)

NAME = "nfvc-12345678"
EMULATOR = Path(__file__).parents[6] / "roles/lab/files/kubernetes"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (network_services, namespaces, stacks):
        monkeypatch.setattr(module, "POLL", 0.01)


def wanted(options: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    return {"descriptor": "origin_ns", "parameters": {"additionalParamsForNs": parameters}, "options": options}


def test_osm_instantiates_tells_the_address_and_leaves_nothing(osm: Callable[..., Any]) -> None:
    state, server, options = osm(address="192.0.2.9")
    deployer = OsmDeployer(NAME)
    one = wanted(options, ram=2)
    deployer.require([one])
    assert not state.instances
    assert deployer.deploy(one) == Target("192.0.2.9", 80)
    assert state.told[-1]["additionalParamsForNs"] == {"ram": 2}
    assert state.told[-1]["nsdId"] == state.descriptors[0]["_id"]
    assert (deployer.usage(), deployer.state()) == ({}, None)
    assert deployer.terminate(one) is True
    assert not state.instances
    assert deployer.terminate(one) is False
    assert sum("tokens" in path for _method, path in server.calls) == 1


@pytest.mark.parametrize("when", ["created", "instantiating", "instantiated", "failed", "terminating", "terminated"])
def test_what_a_killed_run_left_at_osm_is_removed_by_the_next(osm: Callable[..., Any], when: str) -> None:
    state, _server, options = osm(seconds=0.05)
    stranger = state.create({"nsName": "stranger", "nsdId": state.descriptors[0]["_id"], "vimAccountId": state.vims[0]["_id"]})
    killed = OsmDeployer(NAME)
    services = killed._of(wanted(options))
    descriptor, vim = state.descriptors[0]["_id"], state.vims[0]["_id"]
    instance = services.create(NAME, descriptor, vim, killed._mark, {})
    if when != "created":
        told = {"additionalParamsForNs": {"fail": "no host" if when == "failed" else None}}
        operation = services.instantiate(instance, NAME, descriptor, vim, told)
        if when != "instantiating":
            services.settle(instance, 5)
        if when.startswith("terminat"):
            operation = services.terminate(instance)
            if when == "terminated":
                services.await_end(operation, "terminate", 5)
    assert OsmDeployer(NAME).terminate(wanted(options)) is True
    assert list(state.instances) == [stranger["id"]]


@pytest.mark.parametrize(
    ("changes", "kind", "wrong"),
    [
        ({"password": "x"}, DeniedError, "401"),
        ({"vim_account": "moon"}, InputError, "OSM has no VIM account 'moon'; it has: lab"),
        ({"url": "http://127.0.0.1:1/osm"}, UnavailableError, "check url"),
    ],
)
def test_what_is_wrong_with_osm_is_told_beforehand(
    osm: Callable[..., Any], changes: dict[str, Any], kind: type[NfvError], wrong: str
) -> None:
    _state, _server, options = osm()
    with pytest.raises(kind, match=wrong):
        OsmDeployer(NAME).require([wanted({**options, **changes})])


def test_an_instance_of_somebody_else_stays(osm: Callable[..., Any]) -> None:
    state, _server, options = osm()
    state.create({"nsName": NAME, "nsdId": state.descriptors[0]["_id"], "vimAccountId": state.vims[0]["_id"]})
    for call in (lambda deployer: deployer.require([wanted(options)]), lambda deployer: deployer.terminate(wanted(options))):
        with pytest.raises(ConflictError, match=f"OSM has an instance {NAME} that is not ours"):
            call(OsmDeployer(NAME))
    assert len(state.instances) == 1


def test_an_instantiation_that_fails_tells_why(osm: Callable[..., Any]) -> None:
    _state, _server, options = osm()
    deployer = OsmDeployer(NAME)
    with pytest.raises(FailedError, match="instantiate origin_ns ended in FAILED: no host left"):
        deployer.deploy(wanted(options, fail="no host left"))
    assert deployer.terminate(wanted(options)) is True
    with pytest.raises(FailedError, match="VNF 7 tells no address; VNFs with addresses, by member index: 1"):
        deployer.deploy(wanted({**options, "vnf": "7"}))
    assert deployer.terminate(wanted(options)) is True


# Kubernetes


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """That of an emulator of one node, started for this file."""
    for needed in ("kubernetes", "kubernetes_validate", "jsonpatch", "jsonschema", "cryptography"):
        pytest.importorskip(needed, reason=f"the emulator of Kubernetes needs the Python package {needed}")
    folder = tmp_path_factory.mktemp("cluster")
    command = [sys.executable, str(EMULATOR), "--port", "0", "--state", str(folder / "state"), "--node", "node-1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--kubeconfig", str(folder / "kubeconfig"), "--context", "edge-1"], stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 60
        while "listening on https" not in (folder / "log").read_text():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield str(folder / "kubeconfig")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


SERVICE = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
    "spec": {"type": "NodePort", "selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "nodePort": 30080}]},
}  # fmt: skip
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
NOWHERE = {**TEMPLATE, "spec": {**TEMPLATE["spec"], "nodeSelector": {"no-node": "has-it"}}}
DEPLOYMENT = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
}  # fmt: skip


def manifests(kubeconfig: str, /, *given: Any, **changes: Any) -> dict[str, Any]:
    options = {"kubeconfig": kubeconfig, "context": "edge-1", "service": "web", "port": None, "timeout": 20, "ready_timeout": 0}
    return {"manifests": list(given) or [SERVICE, DEPLOYMENT], "options": {**options, **changes}}


def core(kubeconfig: str) -> Any:
    from kubernetes import client, config

    return client.CoreV1Api(config.new_client_from_config(kubeconfig, context="edge-1"))


def test_manifests_become_a_namespace_that_is_ready_and_then_gone(kubeconfig: str) -> None:
    deployer, one = KubernetesDeployer(NAME), manifests(kubeconfig, port="http")
    deployer.require([one])
    target = deployer.deploy(one)
    assert target.port == 30080
    assert target.address
    namespace = core(kubeconfig).read_namespace(NAME)
    assert namespace.metadata.labels["superfluidity.nfv/service"] == NAME
    pods = core(kubeconfig).list_namespaced_pod(NAME).items
    assert [pod.status.phase for pod in pods] == ["Running", "Running"]
    assert KubernetesDeployer(NAME).terminate(one) is True, "a later run knows the name only"
    assert NAME not in [space.metadata.name for space in core(kubeconfig).list_namespace().items]
    assert deployer.terminate(one) is False


def test_a_namespace_of_somebody_else_stays(kubeconfig: str) -> None:
    core(kubeconfig).create_namespace({"metadata": {"name": "nfvc-theirs"}})
    one = manifests(kubeconfig)
    deployer = KubernetesDeployer("nfvc-theirs")
    for call in (lambda: deployer.require([one]), lambda: deployer.deploy(one), lambda: deployer.terminate(one)):
        with pytest.raises(ConflictError, match="nfvc-theirs"):
            call()
    assert core(kubeconfig).read_namespace("nfvc-theirs").status.phase == "Active"


@pytest.mark.parametrize(
    ("given", "changes", "kind", "wrong"),
    [
        ([SERVICE, {**DEPLOYMENT, "kind": "Deploiment"}], {}, InputError, "the cluster knows no Deploiment of apps/v1"),
        (
            [SERVICE, {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "disk"}}],
            {}, InputError, "PersistentVolume disk belongs to no namespace and would be left behind",
        ),
        ([SERVICE], {"context": "moon"}, InputError, "the cluster moon cannot be used"),
        ([SERVICE], {"kubeconfig": "/nowhere"}, InputError, "cannot be used"),
        ([SERVICE], {"host": "https://127.0.0.1:1", "api_key": "x"}, UnavailableError, "does not answer"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_cluster_is_told_beforehand(
    kubeconfig: str, given: Any, changes: dict[str, Any], kind: type[NfvError], wrong: str
) -> None:
    with pytest.raises(kind, match=wrong):
        KubernetesDeployer(NAME).require([manifests(kubeconfig, *given, **changes)])


@pytest.mark.parametrize(
    ("change", "options", "kind", "wrong"),
    [
        ({"spec": {**DEPLOYMENT["spec"], "replicas": "two"}}, {}, InputError, "the cluster refuses Deployment web: "),
        (
            {"spec": {**DEPLOYMENT["spec"], "template": NOWHERE}},
            {"timeout": 0.3}, FailedError, "Deployment web is not ready after 0.3 s: pod web-.*",
        ),
        ({}, {"port": "https", "timeout": 0.3}, FailedError, "Service web has no port 'https'; it has: http"),
    ],
)  # fmt: skip
def test_what_does_not_become_ready_is_told_and_removed(
    kubeconfig: str, change: dict[str, Any], options: dict[str, Any], kind: type[NfvError], wrong: str
) -> None:
    deployer = KubernetesDeployer(NAME)
    with pytest.raises(kind, match=wrong):
        deployer.deploy(manifests(kubeconfig, SERVICE, {**DEPLOYMENT, **change}, **options))
    assert deployer.terminate(manifests(kubeconfig)) is True


def test_a_namespace_that_does_not_end_is_told_after_its_time(kubeconfig: str) -> None:
    """An object whose finalizer nobody removes holds it."""
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "finalizers": ["example.com/never"]}}
    deployer, one = KubernetesDeployer(NAME), manifests(kubeconfig, SERVICE, held)
    deployer.deploy(one)
    try:
        with pytest.raises(FailedError, match=f"namespace {NAME} is still Terminating after 0.5 s: "):
            deployer.terminate(manifests(kubeconfig, timeout=0.5))
    finally:
        core(kubeconfig).patch_namespaced_config_map("held", NAME, {"metadata": {"finalizers": None}})
    deployer.terminate(one)
    assert deployer.terminate(one) is False


# Heat


class Cloud:
    """A stand-in of openstacksdk's connection: Heat with one project's stacks, each operation over after some looks at it."""

    def __init__(self, looks: int = 2, fails: str | None = None, value: Any = "192.0.2.5"):
        self.stacks: dict[str, SimpleNamespace] = {}
        self.looks, self.fails, self.value = looks, fails, value
        self.signal: int | None = None
        self.held = 0
        """How often Heat will say that the name is taken though there is no stack of it."""
        self.told: list[str] = []

    @property
    def orchestration(self) -> Cloud:
        return self

    def find_stack(self, name: str, ignore_missing: bool) -> Any:
        found = self.stacks.get(name)
        if found is None:
            return None
        if found.status.endswith("IN_PROGRESS"):
            found.left -= 1
            if found.left < 0:
                if found.status == "DELETE_IN_PROGRESS":
                    return self.stacks.pop(name) and None
                found.status = "CREATE_FAILED" if self.fails else "CREATE_COMPLETE"
        return found

    def create_stack(self, name: str, **body: Any) -> Any:
        if self.held:
            self.held -= 1
            from openstack.exceptions import ConflictException

            raise ConflictException("The Stack already exists")
        self.told.append(f"create {body['parameters']}")
        outputs = [{"output_key": "address", "output_value": self.value}]
        self.stacks[name] = SimpleNamespace(
            name=name, id=name, status="CREATE_IN_PROGRESS", tags=body["tags"].split(","), parameters=body["parameters"],
            outputs=outputs, left=self.looks, status_reason="",
        )  # fmt: skip
        if self.signal:  # as a user's, in the middle of the request
            os.kill(os.getpid(), self.signal)
        return self.stacks[name]

    def delete_stack(self, stack: Any, ignore_missing: bool) -> None:
        self.told.append(f"delete {stack.status}")
        stack.status, stack.left = "DELETE_IN_PROGRESS", self.looks

    def resources(self, stack: Any) -> list[Any]:
        if not self.fails:
            return []
        return [
            SimpleNamespace(
                name="vm", status="CREATE_FAILED", status_reason=self.fails, resource_type="x", physical_resource_id=None
            )
        ]

    def get(self, path: str) -> Any:
        return SimpleNamespace(json=dict, status_code=200)


@pytest.fixture
def heat(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Cloud]:
    def made(**changes: Any) -> Cloud:
        cloud = Cloud(**changes)
        monkeypatch.setattr(stacks, "connect", lambda options: cloud)
        monkeypatch.setattr("openstack.exceptions.raise_from_response", lambda answer: None)
        return cloud

    return made


def stack(**changes: Any) -> dict[str, Any]:
    options = {"cloud": "edge-1", "output": "address", "port": 8080, "timeout": 60, "ready_timeout": 0}
    return {"template": {"resources": {}}, "parameters": {"ram": 2}, "options": {**options, **changes}}


def test_a_stack_is_made_and_told_and_removed(heat: Callable[..., Cloud]) -> None:
    cloud, deployer = heat(), HeatDeployer(NAME)
    deployer.require([stack()])
    assert deployer.deploy(stack()) == Target("192.0.2.5", 8080)
    assert cloud.stacks[NAME].tags == [f"superfluidity.nfv:service={NAME}"]
    assert deployer.terminate(stack()) is True
    assert (cloud.stacks, deployer.terminate(stack())) == ({}, False)
    assert cloud.told == ["create {'ram': 2}", "delete CREATE_COMPLETE"]


def test_a_name_that_heat_still_holds_after_a_deletion_is_waited_for(
    heat: Callable[..., Cloud], monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud, deployer = heat(), HeatDeployer(NAME)
    cloud.held = 3
    assert deployer.deploy(stack()).address == "192.0.2.5"
    assert deployer.terminate(stack()) is True
    monkeypatch.setattr(stacks, "NAME_HELD", 0.0)
    cloud.held = 100
    with pytest.raises(ConflictError, match="it conflicts with what is there"):
        deployer.deploy(stack())


def test_a_signal_in_the_middle_of_a_request_is_taken_after_it(heat: Callable[..., Cloud]) -> None:
    """A request that is broken off may have been heard: then its stack must be known."""
    cloud, deployer = heat(), HeatDeployer(NAME)
    cloud.signal = signal.SIGTERM
    with interruptible():
        with pytest.raises(Interrupted):
            deployer.deploy(stack())
        assert list(cloud.stacks) == [NAME]
        assert deployer.terminate(stack()) is True
    assert not cloud.stacks


def test_a_stack_that_fails_tells_why_and_is_removed(heat: Callable[..., Cloud]) -> None:
    cloud, deployer = heat(fails="No valid host was found"), HeatDeployer(NAME)
    with pytest.raises(FailedError, match=f"create stack {NAME} ended in CREATE_FAILED: vm: No valid host was found"):
        deployer.deploy(stack())
    assert deployer.terminate(stack()) is True
    assert not cloud.stacks


def test_a_stack_that_hangs_in_its_making_is_deleted_without_waiting_for_it(heat: Callable[..., Cloud]) -> None:
    """As one that a killed run has left, or whose resource waits for a signal that does not come."""
    cloud, deployer = heat(looks=3), HeatDeployer(NAME)
    with pytest.raises(FailedError, match=f"stack {NAME} is still CREATE_IN_PROGRESS after 0 s: raise timeout"):
        deployer.deploy(stack(timeout=0))
    assert deployer.terminate(stack()) is True
    assert cloud.told[-1] == "delete CREATE_IN_PROGRESS"
    assert not cloud.stacks


@pytest.mark.parametrize("value", [None, "", [], ["a", "b"], {"ip": 1}, 5])
def test_an_output_that_is_no_address(heat: Callable[..., Cloud], value: Any) -> None:
    heat(value=value)
    with pytest.raises(FailedError, match=r"the output address of stack \S+ is .* and no address; see the template"):
        HeatDeployer(NAME).deploy(stack())


def test_a_stack_of_somebody_else_stays(heat: Callable[..., Cloud]) -> None:
    cloud = heat()
    cloud.stacks[NAME] = SimpleNamespace(name=NAME, id="x", status="CREATE_COMPLETE", tags=[], parameters={}, outputs=[])
    deployer = HeatDeployer(NAME)
    for call in (lambda: deployer.require([stack()]), lambda: deployer.deploy(stack()), lambda: deployer.terminate(stack())):
        with pytest.raises(ConflictError, match=f"stack {NAME} exists and is not ours"):
            call()
    assert cloud.told == []


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"cloud": "moon", "clouds_file": "/nowhere.yaml"}, "the cloud 'moon' cannot be used"),
        (
            {
                "cloud": None,
                "auth": {"auth_url": "http://127.0.0.1:1/v3", "username": "a", "password": "b", "project_name": "c"},
            },
            "the endpoint cannot be reached",
        ),
    ],
)
def test_a_cloud_that_is_not_there_is_told_beforehand(options: dict[str, Any], wrong: str) -> None:
    pytest.importorskip("openstack")
    with pytest.raises(NfvError, match=wrong):
        HeatDeployer(NAME).require([stack(**options)])


def test_a_port_that_answers_and_one_that_does_not() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        with pytest.raises(FailedError, match=f"127.0.0.1 port {port} does not answer after 0.3 s .*give ready_timeout: 0"):
            await_port("127.0.0.1", port, 0.3)
        await_port("127.0.0.1", port, 0)
        listener.listen()
        await_port("127.0.0.1", port, 5)
    assert heat_deployer.await_port is await_port
