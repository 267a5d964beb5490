# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CustomResourceDefinitions: kinds that appear, check their objects and go."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Body = dict[str, Any]
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["vcpus"],
            "properties": {
                "vcpus": {"type": "integer", "minimum": 1},
                "flavour": {"type": "string", "enum": ["small", "large"], "default": "small"},
                "replicas": {"type": "integer"},
                "anything": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            },
        },
        "status": {"type": "object", "properties": {"replicas": {"type": "integer"}, "phase": {"type": "string"}}},
    },
}


@pytest.fixture
def kind(api_client: Any, dynamic: Any, wait_until: Any) -> Iterator[Any]:
    """A new kind, ready to be used."""
    from kubernetes import client

    extensions = client.ApiextensionsV1Api(api_client)
    group = f"g{uuid.uuid4().hex[:8]}.superfluidity.nfv"
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": SCHEMA},
        "subresources": {"status": {}, "scale": scale},
    }
    names = {"plural": "functions", "singular": "function", "kind": "NetworkFunction", "shortNames": ["nf"]}
    name = f"functions.{group}"
    extensions.create_custom_resource_definition(
        {"metadata": {"name": name}, "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}}
    )

    def established() -> bool:
        conditions = extensions.read_custom_resource_definition(name).status.conditions or ()
        return any((one.type, one.status) == ("Established", "True") for one in conditions)

    wait_until(established)
    yield wait_until(lambda: dynamic.resources.search(api_version=f"{group}/v1", kind="NetworkFunction"))[0]
    extensions.delete_custom_resource_definition(name)
    wait_until(lambda: name not in {one.metadata.name for one in extensions.list_custom_resource_definition().items})


def function(kind: Any, **spec: Any) -> Body:
    return {"apiVersion": kind.group_version, "kind": kind.kind, "metadata": {"name": "fw"}, "spec": {"vcpus": 2, **spec}}


def test_objects_get_defaults_and_lose_unknown_fields(kind: Any, namespace: str) -> None:
    made = kind.create(body=function(kind, unknown=1, anything={"x": [1]}), namespace=namespace)
    assert made.spec.to_dict() == {"vcpus": 2, "flavour": "small", "anything": {"x": [1]}}
    assert made.metadata.generation == 1


@pytest.mark.parametrize(
    ("spec", "field"), [({"vcpus": 0}, "spec.vcpus"), ({"flavour": "huge"}, "spec.flavour"), ({"vcpus": "two"}, "spec.vcpus")]
)
def test_the_schema_is_kept(kind: Any, namespace: str, refusal: Callable[..., Body], spec: Body, field: str) -> None:
    status = refusal(lambda: kind.create(body=function(kind, **spec), namespace=namespace))
    assert (status["code"], status["reason"]) == (422, "Invalid")
    assert [one["field"] for one in status["details"]["causes"]] == [field]


def test_status_and_scale_are_apart(kind: Any, namespace: str) -> None:
    body = {**function(kind, replicas=1), "status": {"phase": "early"}}
    assert kind.create(body=body, namespace=namespace).status is None
    merge = {"name": "fw", "namespace": namespace, "content_type": "application/merge-patch+json"}
    changed = kind.status.patch(body={"spec": {"vcpus": 9}, "status": {"replicas": 1}}, **merge)
    assert (changed.spec.vcpus, changed.status.replicas, changed.metadata.generation) == (2, 1, 1)
    scale = kind.scale.patch(body={"spec": {"replicas": 5}}, **merge)
    assert (scale.kind, scale.spec.replicas) == ("Scale", 5)
    assert kind.get(name="fw", namespace=namespace).spec.replicas == 5


def test_strategic_patches_are_for_built_in_kinds(kind: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    kind.create(body=function(kind), namespace=namespace)
    status = refusal(lambda: kind.patch(body={"spec": {"vcpus": 3}}, name="fw", namespace=namespace))
    assert (status["code"], status["reason"]) == (415, "UnsupportedMediaType")


def test_objects_go_with_their_definition(kind: Any, namespace: str) -> None:
    """The fixture deletes the definition while this object and its finalizer-free life go on."""
    kind.create(body=function(kind), namespace=namespace)
    assert [one.metadata.name for one in kind.get(namespace=namespace).items] == ["fw"]
