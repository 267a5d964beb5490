# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as manifests of Kubernetes: for each experiment in a namespace of its own, which is deleted with all in it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...core.errors import FailedError
from ..kubernetes.connection import connected
from ..kubernetes.namespaces import POLL, Namespace
from ..kubernetes.readiness import endpoint
from .deployer import Target
from .interruption import undisturbed
from .reachable import await_port


class KubernetesDeployer:
    """See ``deployer.Deployer``."""

    def __init__(self, name: str):
        self._name = name

    def require(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """The cluster answers, knows all kinds, and the namespace's name is free or ours."""
        kinds = {}
        for wanted in documents:
            kinds.update({(one["apiVersion"], one["kind"]): one for one in wanted["manifests"]})
        with self._namespace(wanted) as namespace:
            namespace.read()
            namespace.kinds(kinds.values())

    def deploy(self, wanted: Mapping[str, Any]) -> Target:
        options = wanted["options"]
        with self._namespace(wanted) as namespace:
            with undisturbed():  # a request that is broken off may have been heard, and nobody would know
                namespace.make()
            namespace.fill(wanted["manifests"])
            namespace.await_ready(wanted["manifests"], options["timeout"])
            address, port = _await_endpoint(namespace, options)
        await_port(address, port, options["ready_timeout"])
        return Target(address, port)

    def usage(self) -> dict[str, float]:
        return {}

    def state(self) -> str | None:
        return None

    def terminate(self, wanted: Mapping[str, Any]) -> bool:
        with self._namespace(wanted) as namespace:
            if namespace.read() is None:
                return False
            namespace.delete()
            namespace.await_gone(wanted["options"]["timeout"])
            return True

    @contextmanager
    def _namespace(self, wanted: Mapping[str, Any]) -> Iterator[Namespace]:
        with connected(wanted["options"]) as api:
            yield Namespace(api, self._name)


def _await_endpoint(namespace: Namespace, options: Mapping[str, Any]) -> tuple[str, int]:
    """A load balancer takes a while to have its address."""
    deadline = time.monotonic() + options["timeout"]
    while True:
        try:
            return endpoint(namespace.service(options["service"]), options["port"], namespace.nodes())
        except FailedError:
            if time.monotonic() > deadline:
                raise
        time.sleep(POLL)
