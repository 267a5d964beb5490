# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kubernetes objects in a nested descriptor, checked for what the translation relies on."""

from __future__ import annotations

import typing as t

from ..core.errors import InputError, Place
from .parse import parse_json, parse_yaml

POD_TEMPLATES: dict[str, tuple[str, ...]] = {
    "Pod": (),
    "ReplicationController": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""Kind → where its pods are described: a mapping with metadata and spec."""

SELECTORS: dict[str, tuple[str, ...]] = {
    "ReplicationController": ("spec", "selector"),
    "ReplicaSet": ("spec", "selector", "matchLabels"),
    "Deployment": ("spec", "selector", "matchLabels"),
    "StatefulSet": ("spec", "selector", "matchLabels"),
    "DaemonSet": ("spec", "selector", "matchLabels"),
    "Service": ("spec", "selector"),
}
"""Kind → where it says which pods are its own."""

SCALABLE = ("ReplicationController", "ReplicaSet", "Deployment", "StatefulSet")

CLUSTER_SCOPED = {
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "StorageClass",
}
"""Kinds that belong to no service: the end of the namespace would not remove them."""


def read_objects(text: str, file: str) -> list[dict]:
    """The objects in ``text``; the items of a List count one by one."""
    documents = [parse_json(text, file)] if file.lower().endswith(".json") else parse_yaml(text, file)
    objects = [item for document in documents for item in _items(document, file)]
    if not objects:
        raise InputError("the file holds no Kubernetes object", Place(file))
    for thing in objects:
        _check(thing, file)
    return objects


def _items(document: t.Any, file: str) -> list:
    if isinstance(document, dict) and document.get("kind") == "List":
        items = document.get("items")
        if not isinstance(items, list):
            raise InputError("a List needs items", Place(file, None, "items"))
        return items
    return [document]


def _check(thing: t.Any, file: str) -> None:
    if not isinstance(thing, dict) or not all(isinstance(thing.get(key), str) for key in ("apiVersion", "kind")):
        raise InputError("every object needs an apiVersion and a kind", Place(file))
    if thing["kind"] in CLUSTER_SCOPED:
        raise InputError(f"a {thing['kind']} belongs to the cluster, not to a service; remove it", Place(file))
    metadata = thing.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        raise InputError(f"the {thing['kind']} needs a metadata.name", Place(file))
    for path in (POD_TEMPLATES.get(thing["kind"]), SELECTORS.get(thing["kind"])):
        _check_path(thing, path or (), file)
    if thing["kind"] in POD_TEMPLATES and not isinstance(pod_template(thing).get("spec"), dict):
        raise InputError(f"the pods of {thing['kind']} {metadata['name']} need a spec", Place(file))
    if thing["kind"] in POD_TEMPLATES and not isinstance(pod_template(thing)["spec"].get("nodeSelector") or {}, dict):
        raise InputError(f"the nodeSelector of {thing['kind']} {metadata['name']} is no mapping", Place(file))
    _check_labels(thing, file)


def _check_path(thing: dict, path: tuple[str, ...], file: str) -> None:
    """Mappings all the way; a selector may be absent, its owner may not."""
    at: t.Any = thing
    for position, key in enumerate(path):
        at = at.get(key)
        if at is None and key in ("selector", "matchLabels"):
            return
        if not isinstance(at, dict):
            where = ".".join(path[: position + 1])
            raise InputError(f"the {thing['kind']} {thing['metadata']['name']} needs a mapping here", Place(file, None, where))


def _check_labels(thing: dict, file: str) -> None:
    owners = [thing, pod_template(thing)] if thing["kind"] in POD_TEMPLATES else [thing]
    for owner in owners:
        metadata = owner.get("metadata", {})
        if not isinstance(metadata, dict) or not isinstance(metadata.get("labels") or {}, dict):
            raise InputError(f"the labels of {thing['kind']} {thing['metadata']['name']} are no mapping", Place(file))


def pod_template(thing: dict) -> dict:
    """The part of a workload that describes its pods."""
    for key in POD_TEMPLATES[thing["kind"]]:
        thing = thing[key]
    return thing
