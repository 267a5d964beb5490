# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Kubernetes client asks of any API server, on plain objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Body = dict[str, Any]


def settings(name: str = "settings", **data: str) -> Body:
    return {"metadata": {"name": name}, "data": data or {"a": "1"}}


def test_discovery(dynamic: Any) -> None:
    found = {
        kind: dynamic.resources.get(api_version=version, kind=kind)
        for version, kind in (
            ("v1", "Pod"),
            ("apps/v1", "Deployment"),
            ("batch/v1", "Job"),
            ("networking.k8s.io/v1", "NetworkPolicy"),
            ("discovery.k8s.io/v1", "EndpointSlice"),
            ("autoscaling/v2", "HorizontalPodAutoscaler"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        )
    }
    assert found["Deployment"].subresources.keys() >= {"scale", "status"}
    assert found["Pod"].short_names == ["po"]
    assert dynamic.version["kubernetes"]["gitVersion"].startswith("v1.")


def test_namespaces_of_a_new_cluster(core: Any) -> None:
    names = {one.metadata.name for one in core.list_namespace().items}
    assert names >= {"default", "kube-system", "kube-public"}


def test_an_object_is_created_read_replaced_and_deleted(core: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    made = core.create_namespaced_config_map(namespace, settings())
    assert made.metadata.uid
    assert made.metadata.creation_timestamp
    made.data = {"a": "2"}
    replaced = core.replace_namespaced_config_map("settings", namespace, made)
    assert int(replaced.metadata.resource_version) > int(made.metadata.resource_version)
    assert core.read_namespaced_config_map("settings", namespace).data == {"a": "2"}
    core.delete_namespaced_config_map("settings", namespace)
    status = refusal(lambda: core.read_namespaced_config_map("settings", namespace))
    assert (status["code"], status["reason"]) == (404, "NotFound")
    assert status["details"]["name"] == "settings"


def test_refusals_have_the_standard_reasons(core: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    made = core.create_namespaced_config_map(namespace, settings())
    again = refusal(lambda: core.create_namespaced_config_map(namespace, settings()))
    assert (again["code"], again["reason"]) == (409, "AlreadyExists")
    core.patch_namespaced_config_map("settings", namespace, {"data": {"b": "2"}})
    stale = refusal(lambda: core.replace_namespaced_config_map("settings", namespace, made))
    assert (stale["code"], stale["reason"]) == (409, "Conflict")
    nowhere = refusal(lambda: core.create_namespaced_config_map("no-such-namespace", settings()))
    assert (nowhere["code"], nowhere["details"]["kind"]) == (404, "namespaces")
    bad_name = refusal(lambda: core.create_namespaced_config_map(namespace, settings("No_Name")))
    assert (bad_name["code"], bad_name["reason"]) == (422, "Invalid")
    assert bad_name["details"]["causes"][0]["field"] == "metadata.name"


def test_an_invalid_object_names_its_fields(dynamic: Any, namespace: str, workload: Any, refusal: Callable[..., Body]) -> None:
    deployments = dynamic.resources.get(api_version="apps/v1", kind="Deployment")
    body = workload()
    body["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    status = refusal(lambda: deployments.create(body=body, namespace=namespace))
    assert (status["code"], status["details"]["causes"][0]["field"]) == (422, "spec.template.metadata.labels")
    wrong_type = {**workload(), "spec": {"replicas": "two"}}
    status = refusal(lambda: deployments.create(body=wrong_type, namespace=namespace))
    assert (status["code"], status["reason"]) == (400, "BadRequest")
    missing = workload()
    missing["spec"]["template"]["spec"]["containers"] = []
    status = refusal(lambda: deployments.create(body=missing, namespace=namespace))
    assert status["details"]["causes"][0]["field"] == "spec.template.spec.containers"


def test_unknown_fields_are_refused_or_dropped(
    api_client: Any, dynamic: Any, namespace: str, pod: Any, refusal: Callable[..., Body]
) -> None:
    path = f"/api/v1/namespaces/{namespace}/pods"

    def create(mode: str) -> Any:
        query = {"query_params": [("fieldValidation", mode)]}
        return dynamic.request("post", path, body={"apiVersion": "v1", "kind": "Pod", **pod(imaginary=True)}, **query)

    status = refusal(lambda: create("Strict"))
    assert status["code"] == 400
    assert 'unknown field "spec.imaginary"' in status["message"]
    made = create("Warn")
    assert "imaginary" not in made.spec.to_dict()


def test_a_selector_cannot_change(apps: Any, namespace: str, workload: Any, refusal: Callable[..., Body]) -> None:
    apps.create_namespaced_deployment(namespace, workload(replicas=0))
    patch = {"spec": {"selector": {"matchLabels": {"more": "x"}}, "template": {"metadata": {"labels": {"more": "x"}}}}}
    assert refusal(lambda: apps.patch_namespaced_deployment("web", namespace, patch))["code"] == 422


def test_generate_name_dry_run_and_generation(core: Any, apps: Any, namespace: str, workload: Any) -> None:
    made = core.create_namespaced_config_map(namespace, {"metadata": {"generateName": "some-"}})
    assert made.metadata.name.startswith("some-")
    core.create_namespaced_config_map(namespace, settings("ghost"), dry_run="All")
    assert "ghost" not in {one.metadata.name for one in core.list_namespaced_config_map(namespace).items}
    first = apps.create_namespaced_deployment(namespace, workload(replicas=0))
    assert first.metadata.generation == 1
    assert first.spec.strategy.rolling_update.max_surge == "25%"
    assert apps.patch_namespaced_deployment("web", namespace, {"metadata": {"labels": {"x": "y"}}}).metadata.generation == 1
    changed = apps.patch_namespaced_deployment("web", namespace, {"spec": {"minReadySeconds": 1}})
    assert changed.metadata.generation == 2


def test_a_change_of_nothing_keeps_the_version(core: Any, namespace: str) -> None:
    made = core.create_namespaced_config_map(namespace, settings())
    same = core.patch_namespaced_config_map("settings", namespace, {"data": {"a": "1"}})
    assert same.metadata.resource_version == made.metadata.resource_version


@pytest.mark.parametrize(
    ("content_type", "patch", "data"),
    [
        ("application/merge-patch+json", {"data": {"a": None, "b": "2"}}, {"b": "2"}),
        ("application/strategic-merge-patch+json", {"data": {"b": "2"}}, {"a": "1", "b": "2"}),
        ("application/json-patch+json", [{"op": "replace", "path": "/data/a", "value": "3"}], {"a": "3"}),
    ],
)
def test_patches(dynamic: Any, namespace: str, content_type: str, patch: Any, data: dict[str, str]) -> None:
    maps = dynamic.resources.get(api_version="v1", kind="ConfigMap")
    maps.create(body=settings(), namespace=namespace)
    changed = maps.patch(body=patch, name="settings", namespace=namespace, content_type=content_type)
    assert changed.data.to_dict() == data


def test_server_side_apply_knows_who_owns_what(dynamic: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    maps = dynamic.resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", **settings(a="1", b="1")}

    def apply(manager: str, data: dict[str, str], force: bool | None = None) -> Any:
        changed = {**body, "data": data}
        return maps.server_side_apply(
            body=changed, name="settings", namespace=namespace, field_manager=manager, force_conflicts=force
        )

    first = apply("one", {"a": "1", "b": "1"})
    assert [entry.manager for entry in first.metadata.managedFields] == ["one"]
    assert apply("one", {"a": "1", "b": "1"}).metadata.resourceVersion == first.metadata.resourceVersion
    assert apply("one", {"a": "1"}).data.to_dict() == {"a": "1"}
    status = refusal(lambda: apply("two", {"a": "2"}))
    assert (status["code"], status["details"]["causes"][0]["reason"]) == (409, "FieldManagerConflict")
    assert apply("two", {"a": "2"}, force=True).data.to_dict() == {"a": "2"}


def test_selectors_and_pages(core: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    for number in range(5):
        labels = {"number": str(number), "kind": "even" if number % 2 == 0 else "odd"}
        core.create_namespaced_secret(namespace, {"metadata": {"name": f"s-{number}", "labels": labels}})

    def names(**query: Any) -> list[str]:
        return [one.metadata.name for one in core.list_namespaced_secret(namespace, **query).items]

    assert names(label_selector="kind=even,number notin (0,4)") == ["s-2"]
    assert names(field_selector="metadata.name=s-3") == ["s-3"]
    assert names(label_selector="kind", field_selector="type!=Opaque") == []
    status = refusal(lambda: names(field_selector="spec.imaginary=1"))
    assert (status["code"], status["reason"]) == (400, "BadRequest")
    first = core.list_namespaced_secret(namespace, label_selector="kind", limit=3)
    rest = core.list_namespaced_secret(namespace, label_selector="kind", limit=3, _continue=first.metadata._continue)
    assert [one.metadata.name for one in (*first.items, *rest.items)] == [f"s-{number}" for number in range(5)]
    assert not rest.metadata._continue
    core.delete_collection_namespaced_secret(namespace, label_selector="kind=odd")
    assert names(label_selector="kind") == ["s-0", "s-2", "s-4"]


def test_finalizers_hold_a_deleted_object(core: Any, namespace: str, wait_until: Any) -> None:
    core.create_namespaced_config_map(namespace, {"metadata": {"name": "held", "finalizers": ["example.com/hold"]}})
    core.delete_namespaced_config_map("held", namespace)
    held = core.read_namespaced_config_map("held", namespace)
    assert held.metadata.deletion_timestamp
    core.patch_namespaced_config_map("held", namespace, {"metadata": {"finalizers": None}})
    wait_until(lambda: "held" not in {one.metadata.name for one in core.list_namespaced_config_map(namespace).items})


def test_preconditions_of_a_deletion(core: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    core.create_namespaced_config_map(namespace, settings())
    body = {"preconditions": {"uid": "00000000-0000-0000-0000-000000000000"}}
    assert refusal(lambda: core.delete_namespaced_config_map("settings", namespace, body=body))["reason"] == "Conflict"


@pytest.mark.parametrize(("policy", "stays"), [("Background", False), ("Foreground", False), ("Orphan", True)])
def test_dependents_follow_their_owner(core: Any, namespace: str, wait_until: Any, policy: str, stays: bool) -> None:
    owner = core.create_namespaced_config_map(namespace, settings("owner"))
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner.metadata.uid}
    core.create_namespaced_config_map(namespace, {"metadata": {"name": "child", "ownerReferences": [reference]}})
    core.delete_namespaced_config_map("owner", namespace, propagation_policy=policy)

    def settled() -> bool:
        found = {one.metadata.name: one for one in core.list_namespaced_config_map(namespace).items}
        child = found.get("child")
        return "owner" not in found and (bool(child) and not child.metadata.owner_references if stays else not child)

    wait_until(settled)


def test_a_namespace_takes_its_contents_with_it(core: Any, wait_until: Any, refusal: Callable[..., Body]) -> None:
    core.create_namespace({"metadata": {"name": "short-lived"}})
    held = {"metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    core.create_namespaced_config_map("short-lived", held)
    core.delete_namespace("short-lived")
    assert core.read_namespace("short-lived").status.phase == "Terminating"
    status = refusal(lambda: core.create_namespaced_config_map("short-lived", settings()))
    assert (status["code"], status["details"]["causes"][0]["reason"]) == (403, "NamespaceTerminating")
    core.patch_namespaced_config_map("held", "short-lived", {"metadata": {"finalizers": None}})
    wait_until(lambda: "short-lived" not in {one.metadata.name for one in core.list_namespace().items})


def test_secrets_encode_their_text(core: Any, namespace: str) -> None:
    made = core.create_namespaced_secret(namespace, {"metadata": {"name": "s"}, "stringData": {"key": "text"}})
    assert made.data == {"key": "dGV4dA=="}


def test_services_get_addresses(core: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    spec = {"selector": {"app": "x"}, "ports": [{"port": 80}]}
    made = core.create_namespaced_service(namespace, {"metadata": {"name": "plain"}, "spec": spec})
    assert made.spec.cluster_ip.count(".") == 3
    assert (made.spec.ports[0].protocol, made.spec.ports[0].target_port) == ("TCP", 80)
    outside = core.create_namespaced_service(namespace, {"metadata": {"name": "outside"}, "spec": {**spec, "type": "NodePort"}})
    assert 30000 <= outside.spec.ports[0].node_port <= 32767
    patch = {"spec": {"clusterIP": "10.96.200.200", "clusterIPs": ["10.96.200.200"]}}
    assert refusal(lambda: core.patch_namespaced_service("plain", namespace, patch))["code"] == 422
