# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A namespace of a Kubernetes cluster with the objects of manifests in it: made, waited for, found by its Service, removed.

The namespace carries the collection's label; one of its name without the label is somebody else's and stays.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...core.errors import ConflictError, FailedError, InputError
from ...core.ownership import label, labels
from .connection import TIMEOUT
from .readiness import WAITED_FOR, is_ready, trouble

POLL = 0.5
Object = Mapping[str, Any]


class Namespace:
    """One namespace by its name; there or not.

    :param api: a client of the cluster, see ``connection.connected``
    """

    def __init__(self, api: Any, name: str):
        from kubernetes import dynamic

        self.name = name
        self._cluster = dynamic.DynamicClient(api)
        self._spaces = self._cluster.resources.get(api_version="v1", kind="Namespace")

    def read(self) -> dict[str, Any] | None:
        """It as the cluster has it; None where it is not there.

        :raises ConflictError: it is not ours
        """
        from kubernetes.dynamic.exceptions import NotFoundError

        try:
            found = self._spaces.get(name=self.name, _request_timeout=TIMEOUT).to_dict()
        except NotFoundError:
            return None
        if (found["metadata"].get("labels") or {}).get(label("service")) != self.name:
            raise ConflictError(f"namespace {self.name} exists and is not ours: take another instance_name or delete it")
        return found

    def kinds(self, manifests: Iterable[Object]) -> list[Any]:
        """What the cluster knows of the kind of each manifest.

        :raises InputError: it does not know one, or one belongs to no namespace and would stay when this one is deleted
        """
        from kubernetes.dynamic.exceptions import ResourceNotFoundError

        found = []
        for one in manifests:
            try:
                found.append(self._cluster.resources.get(api_version=one["apiVersion"], kind=one["kind"]))
            except ResourceNotFoundError as error:
                raise InputError(f"the cluster knows no {one['kind']} of {one['apiVersion']}; see the manifest") from error
            if not found[-1].namespaced:
                message = f"{one['kind']} {one['metadata']['name']} belongs to no namespace and would be left behind"
                raise InputError(f"{message}; make it beforehand and leave it out")
        return found

    def make(self) -> None:
        """Make the namespace."""
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.name, "labels": labels(self.name)}}
        _create(self._spaces, body, None)

    def fill(self, manifests: Sequence[Object]) -> None:
        """Make what manifests say, in their order.

        :raises InputError: the cluster refuses one
        """
        for kind, one in zip(self.kinds(manifests), manifests, strict=True):
            _create(kind, one, self.name)

    def await_ready(self, manifests: Iterable[Object], seconds: float) -> None:
        """Wait until all that runs is ready.

        :raises FailedError: something is not in time, with what its pods say
        """
        deadline = time.monotonic() + seconds
        waiting = [one for one in manifests if one["kind"] in WAITED_FOR]
        for kind, one in zip(self.kinds(waiting), waiting, strict=True):
            while True:
                there = self._get(kind, one["metadata"]["name"])
                if is_ready(there):
                    break
                if time.monotonic() > deadline:
                    why = trouble(self._listed("Pod")) or "its pods say nothing; raise timeout"
                    raise FailedError(f"{one['kind']} {one['metadata']['name']} is not ready after {seconds:g} s: {why}")
                time.sleep(POLL)

    def service(self, name: str) -> dict[str, Any]:
        return self._get(self._cluster.resources.get(api_version="v1", kind="Service"), name)

    def nodes(self) -> list[dict[str, Any]]:
        return self._listed("Node", None)

    def delete(self) -> None:
        """Have it deleted, with all in it; see :meth:`await_gone`."""
        from kubernetes.dynamic.exceptions import ConflictError as Deleting
        from kubernetes.dynamic.exceptions import NotFoundError

        try:
            self._spaces.delete(name=self.name, body={}, _request_timeout=TIMEOUT)
        except (NotFoundError, Deleting):  # gone already, or on its way
            return

    def await_gone(self, seconds: float) -> None:
        """Wait until it is gone.

        :raises FailedError: it is still there after that time, with what the cluster says of it
        """
        deadline = time.monotonic() + seconds
        while (there := self.read()) is not None:
            if time.monotonic() > deadline:
                conditions = (there.get("status") or {}).get("conditions") or []
                held = [one.get("message") or one["type"] for one in conditions if one.get("status") == "True"]
                why = "; ".join(held) or "see its finalizers and what is left in it"
                phase = (there.get("status") or {}).get("phase", "there")
                raise FailedError(f"namespace {self.name} is still {phase} after {seconds:g} s: {why}")
            time.sleep(POLL)

    def _get(self, kind: Any, name: str) -> dict[str, Any]:
        from kubernetes.dynamic.exceptions import NotFoundError

        try:
            return kind.get(name=name, namespace=self.name, _request_timeout=TIMEOUT).to_dict()
        except NotFoundError as error:
            raise FailedError(f"{kind.kind} {name} in namespace {self.name} is gone; somebody has removed it") from error

    def _listed(self, kind: str, namespace: str | None = "") -> list[dict[str, Any]]:
        resource = self._cluster.resources.get(api_version="v1", kind=kind)
        where = {"namespace": self.name} if namespace is not None else {}
        return resource.get(**where, _request_timeout=TIMEOUT).to_dict()["items"]


def _create(kind: Any, body: Object, namespace: str | None) -> None:
    from kubernetes.dynamic.exceptions import DynamicApiError

    try:
        kind.create(body=dict(body), namespace=namespace, _request_timeout=TIMEOUT)
    except DynamicApiError as error:
        if error.status in (401, 403) or error.status >= 500:
            raise
        kind_of = ConflictError if error.status == 409 else InputError
        raise kind_of(f"the cluster refuses {body['kind']} {body['metadata']['name']}: {_message(error)}") from error


def _message(error: Any) -> str:
    """What the cluster says in its Status, on one line; its reason where it says none."""
    try:
        said = json.loads(error.body)["message"]
    except (KeyError, TypeError, ValueError):
        said = error.reason
    return " ".join(str(said).split())[:300]
