# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces: a default service account while they live, and nothing left in them when they go."""

from __future__ import annotations

from typing import Any

from ..cluster import Cluster, is_deleting

Object = dict[str, Any]


def reconcile(cluster: Cluster, namespace: Object) -> None:
    name = namespace["metadata"]["name"]
    if not is_deleting(namespace):
        if not cluster.get("/serviceaccounts", name, "default"):
            cluster.create("/serviceaccounts", {"metadata": {"name": "default", "namespace": name}})
        return
    keys = sorted({one.key for one in cluster.resources.all() if one.namespaced})
    for key in keys:
        for obj in cluster.list(key, name):
            cluster.delete(key, obj)
    if not any(cluster.list(key, name) for key in keys):
        cluster.change("/namespaces", namespace, spec={"finalizers": []})
