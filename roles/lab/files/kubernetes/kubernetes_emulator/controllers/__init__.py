# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controllers: who looks at what, and the loop that wakes them.

Every event of the store names the objects that some controller has to look at again; each look is one
transaction, sees the objects as they are then, and leaves them alone where nothing is to be done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from ..cluster import Cluster
from ..resources import CRDS
from ..store import Event, Expired, Place
from . import (
    daemonsets,
    definitions,
    deployments,
    endpoints,
    garbage,
    jobs,
    kubelet,
    namespaces,
    replicas,
    scheduling,
    statefulsets,
)

LOG = logging.getLogger(__name__)
RETRY = 1.0
Object = dict[str, Any]
Reconcile = Callable[[Cluster, Object], None]

# In this order: kind that is looked at, by whom.
LOOKS: tuple[tuple[str, Reconcile], ...] = (
    (CRDS, definitions.reconcile),
    ("/namespaces", namespaces.reconcile),
    ("apps/deployments", deployments.reconcile),
    ("apps/replicasets", replicas.reconcile),
    ("/replicationcontrollers", replicas.reconcile),
    ("apps/statefulsets", statefulsets.reconcile),
    ("apps/daemonsets", daemonsets.reconcile),
    ("batch/jobs", jobs.reconcile),
    ("/pods", scheduling.reconcile),
    ("/pods", kubelet.reconcile),
    ("/services", endpoints.reconcile),
)
BY_KEY: dict[str, list[Reconcile]] = {}
for _key, _look in LOOKS:
    BY_KEY.setdefault(_key, []).append(_look)


def touched(cluster: Cluster, event: Event) -> Iterator[Place]:
    """The objects that have to be looked at after an event: the object itself and those that depend on it."""
    key, namespace, _name = event.place
    yield event.place
    for owner in event.object["metadata"].get("ownerReferences", ()):
        if place := cluster.store.place(owner["uid"]):
            yield place
    if event.type == "DELETED":
        yield from (place for place, _object in cluster.store.dependents(event.object["metadata"]["uid"]))
        yield "/namespaces", "", namespace
        yield CRDS, "", _definition_of(key)
    if key in ON_EVENT:
        yield from ON_EVENT[key](cluster, event)


def _definition_of(key: str) -> str:
    group, _slash, plural = key.rpartition("/")
    return f"{plural}.{group}"


def _places(cluster: Cluster, key: str, namespace: str | None = None) -> Iterator[Place]:
    for obj in cluster.list(key, namespace):
        yield key, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _on_pod(cluster: Cluster, event: Event) -> Iterator[Place]:
    """Services may select it; a set may adopt it where nobody controls it."""
    yield from _places(cluster, "/services", event.place[1])
    if not event.object["metadata"].get("ownerReferences") and event.type != "DELETED":
        yield from _places(cluster, "apps/replicasets", event.place[1])
        yield from _places(cluster, "/replicationcontrollers", event.place[1])


def _on_node(cluster: Cluster, _event: Event) -> Iterator[Place]:
    yield from _places(cluster, "/pods")
    yield from _places(cluster, "apps/daemonsets")


ON_EVENT: dict[str, Callable[[Cluster, Event], Iterator[Place]]] = {"/pods": _on_pod, "/nodes": _on_node}


def look(cluster: Cluster, place: Place) -> None:
    """Lets every controller of its kind look at one object, as long as it is there."""
    for reconcile in (*BY_KEY.get(place[0], ()), _garbage(place[0])):
        with cluster.store.transaction():
            obj = cluster.get(*place)
            if obj is not None:
                reconcile(cluster, obj)


def _garbage(key: str) -> Reconcile:
    return lambda cluster, obj: garbage.reconcile(cluster, obj, key)


def run(cluster: Cluster, stop: threading.Event) -> None:
    """Looks at everything once, then at what changes."""
    waiting: dict[Place, None] = {}  # in order, each place once
    failed: dict[Place, None] = {}
    revision = -1
    while not stop.is_set():
        revision = _collect(cluster, revision, waiting, failed)
        if waiting:
            place = next(iter(waiting))
            del waiting[place]
            try:
                look(cluster, place)
            except Exception:
                LOG.exception("a controller failed on %s; it is tried again", place)
                failed[place] = None


def _collect(cluster: Cluster, revision: int, waiting: dict[Place, None], failed: dict[Place, None]) -> int:
    """Adds what the events since ``revision`` touch; waits for events where nothing else is to be done."""
    store = cluster.store
    with store.changed:
        if not waiting and store.revision == revision:
            store.changed.wait(RETRY if failed else None)
            waiting.update(failed)
            failed.clear()
        try:
            events = store.since(revision)
        except Expired:
            keys = {one.key for one in cluster.resources.all()}
            waiting.update(dict.fromkeys(place for key in sorted(keys) for place in _places(cluster, key)))
            return store.revision
        for event in events:
            waiting.update(dict.fromkeys(touched(cluster, event)))
        return store.revision
