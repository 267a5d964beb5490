# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that the emulator itself keeps: those it was started with and those that a site's servers are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..admission import short_hash
from ..cluster import Cluster
from ..ownership import now
from ..schemas import VERSION
from . import pods

Object = dict[str, Any]
SOURCE = "superfluidity.nfv/node-source"
CAPACITY = {"cpu": "64", "memory": "256Gi", "pods": "1000", "ephemeral-storage": "1Ti"}


def keep(cluster: Cluster, source: str, wanted: Mapping[str, Mapping[str, str]]) -> None:
    """Makes the nodes of one source those of ``wanted`` (labels by name); other nodes are left alone."""
    for node in cluster.list("/nodes"):
        mine = node["metadata"].get("annotations", {}).get(SOURCE) == source
        if mine and node["metadata"]["name"] not in wanted:
            cluster.delete("/nodes", node)
    for name, labels in wanted.items():
        node = cluster.get("/nodes", "", name)
        if node is None:
            cluster.create("/nodes", _node(name, labels, source))
        elif node["metadata"].get("annotations", {}).get(SOURCE) == source:
            merged = {**node["metadata"].get("labels", {}), **labels}
            cluster.change("/nodes", node, metadata={**node["metadata"], "labels": merged})


def _node(name: str, labels: Mapping[str, str], source: str) -> Object:
    known = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    address = "192.0.2." + str(1 + int(short_hash(name), 16) % 254)  # of the documentation range: nobody answers
    ready = pods.with_condition([], "Ready", "True", "KubeletReady", "emulated: nothing runs here", lastHeartbeatTime=now())
    return {
        "metadata": {"name": name, "labels": {**known, **labels}, "annotations": {SOURCE: source}},
        "spec": {},
        "status": {
            "conditions": ready,
            "capacity": CAPACITY,
            "allocatable": CAPACITY,
            "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
            "nodeInfo": _info(),
        },
    }


def _info() -> dict[str, str]:
    unknown = dict.fromkeys(("machineID", "systemUUID", "bootID", "kernelVersion", "osImage"), "emulated")
    return {
        **unknown,
        "containerRuntimeVersion": "none://0",
        "kubeletVersion": f"v{VERSION}.0",
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }
