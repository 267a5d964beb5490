# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API says about itself: its version, groups and resources, plain and aggregated, and OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .resources import Resource
from .schemas import VERSION

Body = dict[str, Any]
VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
SUBRESOURCE_VERBS = {
    "status": ["get", "patch", "update"],
    "scale": ["get", "patch", "update"],
    "log": ["get"],
    "eviction": ["create"],
    "binding": ["create"],
    "exec": ["create", "get"],
    "attach": ["create", "get"],
    "portforward": ["create", "get"],
}
SUBRESOURCE_KINDS = {
    "scale": ("autoscaling", "v1", "Scale"),
    "eviction": ("policy", "v1", "Eviction"),
    "binding": ("", "v1", "Binding"),
    "exec": ("", "v1", "PodExecOptions"),
    "attach": ("", "v1", "PodAttachOptions"),
    "portforward": ("", "v1", "PodPortForwardOptions"),
}
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def version() -> Body:
    major, minor = VERSION.split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{VERSION}.0+superfluidity.emulator",
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": "none",
        "platform": "emulator",
    }


def verbs(resource: Resource) -> list[str]:
    return [verb for verb in VERBS if resource.key != "/namespaces" or verb != "deletecollection"]


def core_versions() -> Body:
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def _groups(resources: Iterable[Resource]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for one in resources:
        versions = groups.setdefault(one.group, [])
        if one.version not in versions:
            versions.append(one.version)
    return groups


def _group(name: str, versions: list[str]) -> Body:
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def group(name: str, resources: Iterable[Resource]) -> Body | None:
    versions = _groups(resources).get(name)
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)} if versions else None


def groups(resources: Iterable[Resource]) -> Body:
    named = {name: versions for name, versions in _groups(resources).items() if name}
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(*one) for one in named.items()]}


def resource_list(group_name: str, version: str, resources: Iterable[Resource]) -> Body | None:
    mine = [one for one in resources if (one.group, one.version) == (group_name, version)]
    listed = [entry for one in mine for entry in (_entry(one), *_subresources(one))]
    api_version = f"{group_name}/{version}" if group_name else version
    body = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version, "resources": listed}
    return body if listed else None


def _entry(one: Resource) -> Body:
    entry = {
        "name": one.plural,
        "singularName": one.kind.lower(),
        "namespaced": one.namespaced,
        "kind": one.kind,
        "verbs": verbs(one),
        "shortNames": list(one.short),
        "categories": list(one.categories),
    }
    return {key: value for key, value in entry.items() if value not in ([], None)}


def _subresource_kind(one: Resource, name: str) -> tuple[str, str, str]:
    return SUBRESOURCE_KINDS.get(name, (one.group, one.version, one.kind))


def _subresources(one: Resource) -> list[Body]:
    found = []
    for name in one.subresources:
        group_name, version, kind = _subresource_kind(one, name)
        entry = {
            "name": f"{one.plural}/{name}",
            "singularName": "",
            "namespaced": one.namespaced,
            "kind": kind,
            "verbs": SUBRESOURCE_VERBS[name],
        }
        if name in SUBRESOURCE_KINDS:
            entry |= {"group": group_name, "version": version}
        found.append(entry)
    return found


def aggregated(resources: Iterable[Resource], core: bool) -> Body:
    """All groups with all resources in one answer, as kubectl asks for."""
    resources = list(resources)
    items = []
    for name, versions in _groups(resources).items():
        if core is (name == ""):
            listed = [
                {"version": version, "freshness": "Current", "resources": _aggregated(name, version, resources)}
                for version in versions
            ]
            items.append({"metadata": {"name": name} if name else {}, "versions": listed})
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _aggregated(group_name: str, version: str, resources: list[Resource]) -> list[Body]:
    return [_aggregated_entry(one) for one in resources if (one.group, one.version) == (group_name, version)]


def _aggregated_entry(one: Resource) -> Body:
    entry = {
        "resource": one.plural,
        "responseKind": _response_kind(one.group, one.version, one.kind),
        "scope": "Namespaced" if one.namespaced else "Cluster",
        "singularResource": one.kind.lower(),
        "verbs": verbs(one),
        "shortNames": list(one.short),
        "categories": list(one.categories),
    }
    entry["subresources"] = [
        {"subresource": name, "responseKind": _response_kind(*_subresource_kind(one, name)), "verbs": SUBRESOURCE_VERBS[name]}
        for name in one.subresources
    ]
    return {key: value for key, value in entry.items() if value not in ([], None)}


def _response_kind(group_name: str, version: str, kind: str) -> Body:
    return {"group": group_name, "version": version, "kind": kind}


def openapi_index(resources: Iterable[Resource]) -> Body:
    paths = {}
    for name, versions in _groups(resources).items():
        for version in versions:
            path = f"apis/{name}/{version}" if name else f"api/{version}"
            paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}"}
    return {"paths": paths}


def openapi(group_name: str, version: str, resources: Iterable[Resource]) -> Body:
    """Just enough for kubectl to see that the server validates fields itself."""
    paths = {}
    for one in resources:
        if (one.group, one.version) == (group_name, version):
            root = f"/apis/{group_name}/{version}" if group_name else f"/api/{version}"
            scope = "/namespaces/{namespace}" if one.namespaced else ""
            parameters = [
                {"name": name, "in": "query", "schema": {"type": "string"}}
                for name in ("fieldValidation", "dryRun", "fieldManager")
            ]
            patch = {
                "parameters": parameters,
                "responses": {},
                "x-kubernetes-group-version-kind": _response_kind(one.group, one.version, one.kind),
            }
            paths[f"{root}{scope}/{one.plural}/{{name}}"] = {"patch": patch}
    info = {"title": "Kubernetes emulator", "version": f"v{VERSION}"}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": {}}}
