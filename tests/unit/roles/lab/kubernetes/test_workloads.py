# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controllers that clients wait for: pods come, change and go as their owners say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Body = dict[str, Any]


def labelled(core: Any, namespace: str, app: str = "web") -> list[Any]:
    pods = core.list_namespaced_pod(namespace, label_selector=f"app={app}").items
    return [pod for pod in pods if not pod.metadata.deletion_timestamp]


def rolled_out(apps: Any, namespace: str, count: int) -> Callable[[], bool]:
    def holds() -> bool:
        found = apps.read_namespaced_deployment("web", namespace)
        status = found.status
        settled = status.observed_generation == found.metadata.generation
        return settled and (status.replicas or 0) == (status.updated_replicas or 0) == (status.available_replicas or 0) == count

    return holds


def test_a_deployment_runs_scales_and_is_removed(core: Any, apps: Any, namespace: str, workload: Any, wait_until: Any) -> None:
    apps.create_namespaced_deployment(namespace, workload(replicas=2))
    wait_until(rolled_out(apps, namespace, 2))
    conditions = {one.type: one.status for one in apps.read_namespaced_deployment("web", namespace).status.conditions}
    assert conditions == {"Available": "True", "Progressing": "True"}
    pods = labelled(core, namespace)
    assert {pod.status.phase for pod in pods} == {"Running"}
    assert all(pod.spec.node_name and pod.status.pod_ip and pod.status.container_statuses[0].ready for pod in pods)
    apps.patch_namespaced_deployment_scale("web", namespace, {"spec": {"replicas": 3}})
    wait_until(rolled_out(apps, namespace, 3))
    scale = apps.read_namespaced_deployment_scale("web", namespace)
    assert (scale.spec.replicas, scale.status.selector) == (3, "app=web")
    apps.delete_namespaced_deployment("web", namespace)
    wait_until(lambda: not labelled(core, namespace) and not apps.list_namespaced_replica_set(namespace).items)


@pytest.mark.parametrize("strategy", ["RollingUpdate", "Recreate"])
def test_a_new_template_replaces_the_pods(
    core: Any, apps: Any, namespace: str, workload: Any, wait_until: Any, strategy: str
) -> None:
    apps.create_namespaced_deployment(namespace, workload(replicas=2, strategy={"type": strategy}))
    wait_until(rolled_out(apps, namespace, 2))
    before = {pod.metadata.name for pod in labelled(core, namespace)}
    template = {"metadata": {"annotations": {"version": "2"}}}
    apps.patch_namespaced_deployment("web", namespace, {"spec": {"template": template}})
    wait_until(rolled_out(apps, namespace, 2))
    wait_until(lambda: len(labelled(core, namespace)) == 2)
    assert not before & {pod.metadata.name for pod in labelled(core, namespace)}
    sets = apps.list_namespaced_replica_set(namespace).items
    revisions = sorted(one.metadata.annotations["deployment.kubernetes.io/revision"] for one in sets)
    assert revisions == ["1", "2"]


def test_a_rollout_that_cannot_end_keeps_the_old_pods(
    core: Any, apps: Any, namespace: str, workload: Any, wait_until: Any
) -> None:
    apps.create_namespaced_deployment(namespace, workload(replicas=4))
    wait_until(rolled_out(apps, namespace, 4))
    patch = {"spec": {"template": {"spec": {"nodeSelector": {"no-such": "node"}}}}}
    apps.patch_namespaced_deployment("web", namespace, patch)
    wait_until(lambda: apps.read_namespaced_deployment("web", namespace).status.updated_replicas == 2)
    assert apps.read_namespaced_deployment("web", namespace).status.available_replicas == 3


def test_a_replica_set_replaces_a_deleted_pod(core: Any, apps: Any, namespace: str, workload: Any, wait_until: Any) -> None:
    apps.create_namespaced_replica_set(namespace, workload(replicas=1))
    first = wait_until(lambda: labelled(core, namespace))[0].metadata.name
    core.delete_namespaced_pod(first, namespace, grace_period_seconds=0)
    wait_until(lambda: [pod for pod in labelled(core, namespace) if pod.metadata.name != first])


def test_a_replication_controller(core: Any, namespace: str, workload: Any, wait_until: Any) -> None:
    body = workload(replicas=2)
    body["spec"]["selector"] = {"app": "web"}
    core.create_namespaced_replication_controller(namespace, body)
    wait_until(lambda: core.read_namespaced_replication_controller("web", namespace).status.ready_replicas == 2)


def test_a_stateful_set_numbers_its_pods(core: Any, apps: Any, namespace: str, workload: Any, wait_until: Any) -> None:
    apps.create_namespaced_stateful_set(namespace, workload(replicas=2, serviceName="web"))

    def ready(count: int) -> bool:
        status = apps.read_namespaced_stateful_set("web", namespace).status
        return status.ready_replicas == status.updated_replicas == count and status.current_revision == status.update_revision

    wait_until(lambda: ready(2))
    assert sorted(pod.metadata.name for pod in labelled(core, namespace)) == ["web-0", "web-1"]
    first = core.read_namespaced_pod("web-0", namespace).metadata.uid
    patch = {
        "spec": {"template": {"metadata": {"annotations": {"version": "2"}}, "spec": {"terminationGracePeriodSeconds": 0}}}
    }
    apps.patch_namespaced_stateful_set("web", namespace, patch)
    wait_until(lambda: ready(2) and core.read_namespaced_pod("web-0", namespace).metadata.uid != first)
    apps.patch_namespaced_stateful_set_scale("web", namespace, {"spec": {"replicas": 1}})
    wait_until(lambda: [pod.metadata.name for pod in labelled(core, namespace)] == ["web-0"])


def test_a_daemon_set_has_a_pod_on_every_node(core: Any, apps: Any, namespace: str, workload: Any, wait_until: Any) -> None:
    body = workload()
    del body["spec"]["replicas"]
    apps.create_namespaced_daemon_set(namespace, body)

    def complete() -> bool:
        status = apps.read_namespaced_daemon_set("web", namespace).status
        return bool(status.desired_number_scheduled) and status.number_ready == status.desired_number_scheduled

    wait_until(complete)
    nodes = [pod.spec.node_name for pod in labelled(core, namespace)]
    assert len(nodes) == len(set(nodes)) > 0


@pytest.mark.emulator_only
def test_a_job_completes(api_client: Any, core: Any, namespace: str, wait_until: Any) -> None:
    """Of the emulator only: there nothing runs, so a job's pods end at once, whatever their image is."""
    from kubernetes import client

    batch = client.BatchV1Api(api_client)
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "work"}]}}
    body = {"metadata": {"name": "sum"}, "spec": {"completions": 3, "parallelism": 2, "template": template}}
    batch.create_namespaced_job(namespace, body)
    status = wait_until(lambda: (found := batch.read_namespaced_job("sum", namespace).status).succeeded == 3 and found)
    assert "Complete" in {one.type for one in status.conditions}
    assert {pod.status.phase for pod in core.list_namespaced_pod(namespace).items} == {"Succeeded"}


def test_a_pod_waits_for_a_node_that_fits(core: Any, namespace: str, pod: Any, wait_until: Any) -> None:
    core.create_namespaced_pod(namespace, pod(nodeSelector={"superfluidity.nfv/test": "yes"}))

    def scheduled() -> str | None:
        conditions = core.read_namespaced_pod("one", namespace).status.conditions or ()
        return next((f"{one.status} {one.reason}" for one in conditions if one.type == "PodScheduled"), None)

    assert wait_until(scheduled) == "False Unschedulable"
    node = core.list_node().items[0].metadata.name
    core.patch_node(node, {"metadata": {"labels": {"superfluidity.nfv/test": "yes"}}})
    try:
        wait_until(lambda: core.read_namespaced_pod("one", namespace).status.phase == "Running")
        assert core.read_namespaced_pod("one", namespace).spec.node_name == node
    finally:
        core.patch_node(node, {"metadata": {"labels": {"superfluidity.nfv/test": None}}})


def test_a_cordoned_node_gets_no_pods(core: Any, namespace: str, pod: Any, wait_until: Any) -> None:
    nodes = [one.metadata.name for one in core.list_node().items]
    for name in nodes:
        core.patch_node(name, {"spec": {"unschedulable": True}})
    try:
        core.create_namespaced_pod(namespace, pod())
        wait_until(lambda: core.read_namespaced_pod("one", namespace).status.conditions)
        assert not core.read_namespaced_pod("one", namespace).spec.node_name
    finally:
        for name in nodes:
            core.patch_node(name, {"spec": {"unschedulable": None}})
    wait_until(lambda: core.read_namespaced_pod("one", namespace).status.phase == "Running")


def test_an_eviction_ends_a_pod(core: Any, namespace: str, pod: Any, wait_until: Any) -> None:
    core.create_namespaced_pod(namespace, pod(terminationGracePeriodSeconds=0))
    wait_until(lambda: core.read_namespaced_pod("one", namespace).spec.node_name)
    core.create_namespaced_pod_eviction("one", namespace, {"metadata": {"name": "one", "namespace": namespace}})
    wait_until(lambda: not core.list_namespaced_pod(namespace).items)


def test_endpoints_follow_the_pods(api_client: Any, core: Any, namespace: str, pod: Any, wait_until: Any) -> None:
    from kubernetes import client

    spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}
    core.create_namespaced_service(namespace, {"metadata": {"name": "web"}, "spec": spec})
    core.create_namespaced_pod(namespace, pod(labels={"app": "web"}))

    def addresses() -> list[str]:
        subsets = core.read_namespaced_endpoints("web", namespace).subsets or ()
        return [address.ip for subset in subsets for address in subset.addresses or () if subset.ports[0].port == 8080]

    wait_until(lambda: core.list_namespaced_endpoints(namespace).items)
    found = wait_until(addresses)
    assert found == [core.read_namespaced_pod("one", namespace).status.pod_ip]
    discovery = client.DiscoveryV1Api(api_client)
    listed = discovery.list_namespaced_endpoint_slice(namespace, label_selector="kubernetes.io/service-name=web").items
    assert [one.addresses for one in listed[0].endpoints] == [found]
    core.delete_namespaced_pod("one", namespace, grace_period_seconds=0)
    wait_until(lambda: not addresses())
    core.delete_namespaced_service("web", namespace)
    wait_until(lambda: not core.list_namespaced_endpoints(namespace).items)
