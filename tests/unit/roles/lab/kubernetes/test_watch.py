# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches: from now, from a version, with selectors, bookmarks and an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

Body = dict[str, Any]


def events(call: Any, namespace: str, count: int, **query: Any) -> list[tuple[str, str]]:
    """The first events of a watch: type and name."""
    from kubernetes import watch

    watcher, found = watch.Watch(), []
    for event in watcher.stream(call, namespace, timeout_seconds=20, **query):
        found.append((event["type"], event["object"].metadata.name))
        if len(found) == count:
            watcher.stop()
    return found


def test_a_watch_tells_the_changes_since_a_version(core: Any, namespace: str) -> None:
    version = core.list_namespaced_secret(namespace).metadata.resource_version
    core.create_namespaced_secret(namespace, {"metadata": {"name": "a"}})
    core.patch_namespaced_secret("a", namespace, {"metadata": {"labels": {"x": "y"}}})
    core.delete_namespaced_secret("a", namespace)
    found = events(core.list_namespaced_secret, namespace, 3, resource_version=version)
    assert found == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]


def test_a_watch_waits_for_what_comes(core: Any, namespace: str) -> None:
    version = core.list_namespaced_secret(namespace).metadata.resource_version
    found: list[tuple[str, str]] = []

    def follow() -> None:
        found.extend(events(core.list_namespaced_secret, namespace, 1, resource_version=version))

    follower = threading.Thread(target=follow)
    follower.start()
    core.create_namespaced_secret(namespace, {"metadata": {"name": "late"}})
    follower.join(20)
    assert found == [("ADDED", "late")]


def test_an_object_that_leaves_the_selection_looks_deleted(core: Any, namespace: str) -> None:
    version = core.list_namespaced_secret(namespace).metadata.resource_version
    core.create_namespaced_secret(namespace, {"metadata": {"name": "a"}})
    for value in ("yes", "no"):
        core.patch_namespaced_secret("a", namespace, {"metadata": {"labels": {"seen": value}}})
    found = events(core.list_namespaced_secret, namespace, 2, resource_version=version, label_selector="seen=yes")
    assert found == [("ADDED", "a"), ("DELETED", "a")]


def test_a_watch_ends_when_it_should(core: Any, namespace: str) -> None:
    from kubernetes import watch

    began = time.monotonic()
    assert list(watch.Watch().stream(core.list_namespaced_secret, namespace, timeout_seconds=1)) == []
    assert 0.5 < time.monotonic() - began < 5


def test_bookmarks(core: Any, namespace: str) -> None:
    from kubernetes import watch

    stream = watch.Watch().stream(core.list_namespaced_secret, namespace, timeout_seconds=1, allow_watch_bookmarks=True)
    kinds = [(event["type"], bool(event["raw_object"]["metadata"]["resourceVersion"])) for event in stream]
    assert all(kind == ("BOOKMARK", True) for kind in kinds)


@pytest.mark.emulator_only
def test_a_version_of_long_ago_is_gone(fresh_emulator: Any) -> None:
    from kubernetes import client, watch

    fresh_emulator.kill()
    fresh_emulator.start()  # the history starts anew
    core = client.CoreV1Api(fresh_emulator.client())
    with pytest.raises(client.exceptions.ApiException) as caught:
        list(watch.Watch().stream(core.list_namespace, resource_version="2", timeout_seconds=2))
    assert caught.value.status == 410


def test_a_namespace_of_watches_is_checked_before_it_starts(core: Any, namespace: str, refusal: Callable[..., Body]) -> None:
    status = refusal(lambda: events(core.list_namespaced_secret, namespace, 1, label_selector="a b"))
    assert status["code"] == 400
