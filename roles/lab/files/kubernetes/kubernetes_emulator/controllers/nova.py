# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kubelet stand-in: servers of a cloud that say so become nodes, and stop being nodes when they go.

It stands for what the agent in a booted virtual machine does. A server says so by its metadata
``superfluidity.nfv:kubernetes-node: "true"``; every metadata key of that prefix becomes a label of the node, with
the slash that Nova does not take in a key.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..cluster import Cluster
from . import nodes

LOG = logging.getLogger(__name__)
PREFIX = "superfluidity.nfv:"
LABEL = "superfluidity.nfv/"
MARK = f"{PREFIX}kubernetes-node"
SECONDS = 2.0
ANSWER = 20.0
"""Seconds within which the cloud has to answer: who waits for ever for one lost answer never sees a node again."""


def label_value(text: str) -> str:
    """The nearest valid label value: its letters, its length, and an alphanumeric at both ends."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", text)[:63].strip("-_.")


def node_name(text: str) -> str:
    return re.sub(r"[^a-z0-9.-]", "-", text.lower())[:253].strip("-.")


def wanted(servers: Iterable[Any]) -> dict[str, Mapping[str, str]]:
    """The nodes that a list of servers means: labels by name."""
    found = {}
    for server in servers:
        if server.status == "ACTIVE" and str(server.metadata.get(MARK)).lower() == "true":
            ours = {key: value for key, value in server.metadata.items() if key.startswith(PREFIX)}
            marks = {LABEL + key.removeprefix(PREFIX): label_value(value) for key, value in ours.items()}
            found[node_name(server.name)] = {**marks, "kubernetes.io/hostname": label_value(server.name)}
    return found


def lister(clouds_file: str, cloud: str) -> Callable[[], list[Any]]:
    """Lists the servers of all projects; openstacksdk is read here, since it takes a second."""
    import openstack
    from openstack.config import OpenStackConfig

    region = OpenStackConfig(config_files=[clouds_file]).get_one(cloud, api_timeout=ANSWER)
    connection = openstack.connection.Connection(config=region)
    return lambda: list(connection.compute.servers(details=True, all_projects=True))


def follow(cluster: Cluster, clouds_file: str, cloud: str, stop: threading.Event) -> None:
    """Polls until told to stop; while the cloud does not answer, the nodes stay as they are."""
    listed: Callable[[], list[Any]] | None = None
    failing, known = False, set[str]()
    while not stop.is_set():
        try:
            listed = listed or lister(clouds_file, cloud)
            found = wanted(listed())
            with cluster.store.transaction():
                nodes.keep(cluster, f"cloud:{cloud}", found)
            if known != set(found):
                LOG.info("nodes of cloud %s: %s", cloud, ", ".join(sorted(found)) or "none")
            failing, known = False, set(found)
        except Exception as error:
            listed = None  # the next try reads the file and logs in anew
            (LOG.debug if failing else LOG.warning)("cloud %s does not list its servers: %s", cloud, error)
            failing = True
        stop.wait(SECONDS)
