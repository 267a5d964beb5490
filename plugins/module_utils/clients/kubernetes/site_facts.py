# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Kubernetes cluster has: its nodes and their capacity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .connection import TIMEOUT, connected


def site_facts(options: Mapping[str, Any]) -> dict[str, Any]:
    """``{nodes: [{name, labels, ready, capacity, allocatable}]}``, amounts as Kubernetes writes them.

    :param options: the shared options of ``glue.options.KUBERNETES``, and ``api_timeout`` (s), each absent for its default
    :raises NfvError: the cluster does not answer, or refuses the credentials
    """
    with connected(options) as cluster:
        from kubernetes.client import CoreV1Api

        nodes = CoreV1Api(cluster).list_node(_request_timeout=options.get("api_timeout") or TIMEOUT).items
    return {"nodes": [_node(node) for node in nodes]}


def _node(node: Any) -> dict[str, Any]:
    conditions = {condition.type: condition.status for condition in node.status.conditions or []}
    return {
        "name": node.metadata.name,
        "labels": dict(node.metadata.labels or {}),
        "ready": conditions.get("Ready") == "True",
        "capacity": dict(node.status.capacity or {}),
        "allocatable": dict(node.status.allocatable or {}),
    }
