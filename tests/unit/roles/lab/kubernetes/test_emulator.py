# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only the emulator has: its token, its files, its death and life, its nodes."""

from __future__ import annotations

import json
import signal
import socket
import stat
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.emulator_only


def test_without_the_token_nothing_is_told(emulator: Any) -> None:
    from kubernetes import client

    stranger = emulator.client()
    stranger.configuration.api_key = {}
    with pytest.raises(client.exceptions.ApiException) as caught:
        client.CoreV1Api(stranger).list_namespace()
    assert caught.value.status == 401
    assert client.VersionApi(stranger).get_code().git_version.startswith("v1.34.")


def test_the_kubeconfig_is_private_and_stays_the_same(fresh_emulator: Any) -> None:
    before = yaml.safe_load(fresh_emulator.kubeconfig.read_text())
    assert stat.S_IMODE(fresh_emulator.kubeconfig.stat().st_mode) == 0o600
    assert before["current-context"] == "edge-1"
    assert fresh_emulator.kill(signal.SIGTERM) < 1
    assert fresh_emulator.start() < 5
    assert yaml.safe_load(fresh_emulator.kubeconfig.read_text()) == before


def test_a_kill_loses_no_acknowledged_write(fresh_emulator: Any) -> None:
    from kubernetes import client

    core = client.CoreV1Api(fresh_emulator.client())
    written: list[str] = []

    def write() -> None:
        for number in range(10_000):
            name = f"c-{number}"
            try:
                core.create_namespaced_config_map("default", {"metadata": {"name": name}})
            except Exception:
                return
            written.append(name)
            if len(written) == 50:
                enough.set()

    enough = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    assert enough.wait(20)
    fresh_emulator.kill()
    writer.join(20)
    fresh_emulator.start()
    core = client.CoreV1Api(fresh_emulator.client())
    kept = {one.metadata.name for one in core.list_namespaced_config_map("default").items}
    assert set(written) <= kept <= {*written, f"c-{len(written)}"}  # the last one may have lost only its answer
    assert int(core.create_namespaced_config_map("default", {"metadata": {"name": "next"}}).metadata.resource_version) > 50


def test_work_that_a_kill_cut_short_goes_on(fresh_emulator: Any, workload: Any, wait_until: Any) -> None:
    from kubernetes import client

    apps = client.AppsV1Api(fresh_emulator.client())
    apps.create_namespaced_deployment("default", workload(replicas=20))
    fresh_emulator.kill()
    fresh_emulator.start()
    apps = client.AppsV1Api(fresh_emulator.client())
    wait_until(lambda: apps.read_namespaced_deployment("web", "default").status.available_replicas == 20)


def test_nothing_runs_in_a_pod(core: Any, namespace: str, pod: Any, refusal: Any) -> None:
    core.create_namespaced_pod(namespace, pod())
    assert "Nothing runs" in core.read_namespaced_pod_log("one", namespace)
    status = refusal(lambda: core.connect_post_namespaced_pod_exec("one", namespace, command=["ls"]))
    assert (status["code"], status["reason"]) == (501, "NotImplemented")


def test_no_object_is_too_strange_to_be_refused(dynamic: Any, namespace: str) -> None:
    from kubernetes.client.exceptions import ApiException
    from kubernetes_emulator.resources import TABLE

    codes = set()
    for resource in TABLE.values():
        place = f"namespaces/{namespace}/" if resource.namespaced else ""
        root = f"apis/{resource.group}" if resource.group else "api"
        for body in (
            {},
            {"metadata": {"name": "x"}},
            {"metadata": {"name": "x"}, "spec": None},
            [],
            {"metadata": 1},
            {"metadata": {"name": "x"}, "spec": {"selector": {}, "template": {}, "type": None}},
        ):
            path, query = f"{root}/{resource.version}/{place}{resource.plural}", [("dryRun", "All")]
            try:
                dynamic.request("post", path, body=body, query_params=query)
            except ApiException as error:
                codes.add(error.status)
    assert codes == {400, 422}


def server(name: str, status: str = "ACTIVE", **metadata: str) -> SimpleNamespace:
    return SimpleNamespace(name=name, status=status, metadata={f"superfluidity.nfv:{k}": v for k, v in metadata.items()})


def test_servers_that_say_so_become_nodes() -> None:
    from kubernetes_emulator.controllers import nova

    servers = [
        server("Cache_VM", **{"kubernetes-node": "true", "service": "video / hd"}),
        server("booting", "BUILD", **{"kubernetes-node": "true"}),
        server("plain", service="video"),
    ]
    assert nova.wanted(servers) == {
        "cache-vm": {
            "superfluidity.nfv/kubernetes-node": "true",
            "superfluidity.nfv/service": "video---hd",
            "kubernetes.io/hostname": "Cache_VM",
        }
    }


def test_a_node_that_goes_takes_its_pods_and_their_owner_replaces_them(tmp_path: Path, workload: Any) -> None:
    from kubernetes_emulator import controllers
    from kubernetes_emulator.cluster import Cluster
    from kubernetes_emulator.controllers import nodes
    from kubernetes_emulator.resources import TABLE
    from kubernetes_emulator.store import Store
    from kubernetes_emulator.validation import normalise

    cluster, marks = Cluster(Store(tmp_path / "state")), {"superfluidity.nfv/service": "video"}

    def settle(revision: int = -1) -> dict[str, str | None]:
        while revision != cluster.store.revision:
            revision = cluster.store.revision
            for resource in list(TABLE):
                for obj in cluster.list(resource):
                    controllers.look(cluster, (resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))
        return {one["metadata"]["name"]: one["spec"].get("nodeName") for one in cluster.list("/pods")}

    nodes.keep(cluster, "cloud:edge-1", {"vm-1": marks})
    body = {"apiVersion": "apps/v1", "kind": "ReplicaSet", **workload(replicas=2)}
    body["metadata"]["namespace"] = "default"
    body["spec"]["template"]["spec"]["nodeSelector"] = marks
    cluster.create("apps/replicasets", normalise(body, TABLE["apps/replicasets"])[0])
    first = settle()
    assert set(first.values()) == {"vm-1"}
    nodes.keep(cluster, "cloud:edge-1", {})
    pending = settle()
    assert set(pending.values()) == {None}
    assert not first.keys() & pending.keys()
    nodes.keep(cluster, "cloud:edge-1", {"vm-2": marks})
    assert set(settle().values()) == {"vm-2"}


def test_a_cloud_that_does_not_answer_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kubernetes_emulator.cluster import Cluster
    from kubernetes_emulator.controllers import nova
    from kubernetes_emulator.store import Store

    cluster, stop, answers = Cluster(Store(tmp_path / "state")), threading.Event(), iter(["down", "up"])

    def lister(clouds_file: str, cloud: str) -> Any:
        if next(answers) == "down":
            raise OSError("connection refused")
        stop.set()
        return lambda: [server("vm", **{"kubernetes-node": "true"})]

    monkeypatch.setattr(nova, "lister", lister)
    monkeypatch.setattr(nova, "SECONDS", 0.01)
    nova.follow(cluster, "clouds.yaml", "edge-1", stop)
    assert [one["metadata"]["name"] for one in cluster.list("/nodes")] == ["vm"]


def test_a_cloud_that_takes_a_question_and_never_answers_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from keystoneauth1.exceptions import DiscoveryFailure
    from kubernetes_emulator.controllers import nova

    clouds = tmp_path / "clouds.yaml"
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the kernel takes the connection, nobody reads it
        auth = {
            "auth_url": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "username": "u",
            "password": "p",
            "project_name": "p",
        }
        domains = {"user_domain_id": "default", "project_domain_id": "default"}
        cloud = {"auth": {**auth, **domains}, "identity_api_version": "3", "region_name": "edge-1"}
        clouds.write_text(json.dumps({"clouds": {"edge-1": cloud}}))
        monkeypatch.setattr(nova, "ANSWER", 0.2)
        with pytest.raises(DiscoveryFailure, match="timed out"):
            nova.lister(str(clouds), "edge-1")()
