# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service consists of in one Kubernetes cluster now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...core.errors import DeniedError, InputError, UnavailableError
from ...core.ownership import label

Part = dict[str, Any]

KINDS: tuple[tuple[str, str], ...] = (
    ("v1", "Namespace"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("v1", "ReplicationController"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "Pod"),
)
"""The kinds that descriptors hold and that say something of a running service, owners first."""

TIMEOUT = 30
"""Seconds for one answer."""


def parts(options: Mapping[str, Any], service: str | None) -> list[Part]:
    """The parts of ``service`` (of every service for None), each ``{service, kind, name, id, status, …}``."""
    selector = f"{label('service')}={service}" if service else label("service")
    context = options.get("context") or options.get("host") or "the default context"

    def body(cluster: Any) -> list[Part]:
        return [part for version, kind in KINDS for part in _list(cluster, version, kind, selector)]

    return _asked(options, context, body)


def _asked(options: Mapping[str, Any], context: str, body: Callable[[Any], list[Part]]) -> list[Part]:
    try:
        import urllib3
        from kubernetes import client, config, dynamic
        from kubernetes.dynamic.exceptions import DynamicApiError
    except ImportError as error:
        raise InputError(f"the kubernetes client is missing in this Python: install it there ({error})") from error
    try:
        return body(dynamic.DynamicClient(_client(options, client, config)))
    except (config.ConfigException, OSError) as error:
        raise InputError(f"the cluster {context} cannot be used: {error}; check kubeconfig and context") from error
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise UnavailableError(f"the cluster {context} does not answer: {error}; check its address") from error
    except (DynamicApiError, client.ApiException) as error:
        if error.status in (401, 403):
            raise DeniedError(f"the cluster {context} refused the credentials: {error.reason}") from error
        raise UnavailableError(f"the cluster {context} failed: {error.status} {error.reason}") from error


def _client(options: Mapping[str, Any], client: Any, config: Any) -> Any:
    settings = client.Configuration()
    if options.get("host"):
        settings.host = options["host"]
        settings.api_key = {"authorization": f"Bearer {options.get('api_key') or ''}"}
    else:
        given = options.get("kubeconfig")
        load = config.load_kube_config_from_dict if isinstance(given, Mapping) else config.load_kube_config
        load(given, context=options.get("context"), client_configuration=settings)
    if options.get("validate_certs") is not None:
        settings.verify_ssl = options["validate_certs"]
    if options.get("ca_cert"):
        settings.ssl_ca_cert = options["ca_cert"]
    settings.retries = False
    return client.ApiClient(settings)


def _list(cluster: Any, version: str, kind: str, selector: str) -> Iterator[Part]:
    resource = cluster.resources.get(api_version=version, kind=kind)
    for item in resource.get(label_selector=selector, _request_timeout=TIMEOUT).to_dict()["items"]:
        labels = item["metadata"].get("labels", {})
        yield {
            "service": labels.get(label("service")),
            "api_version": version,
            "kind": kind,
            "owned": bool(item["metadata"].get("ownerReferences")),
            "name": item["metadata"]["name"],
            "namespace": item["metadata"].get("namespace"),
            "id": item["metadata"]["uid"],
            "status": _status(item),
            "function": labels.get(label("function")),
            "vdu": labels.get(label("vdu")),
            **_where(item),
        }


def _status(item: Mapping[str, Any]) -> str:
    """A phase where the kind has one, ``ready/wanted`` where it has replicas, else that it is there."""
    status, spec = item.get("status") or {}, item.get("spec") or {}
    if "replicas" in spec:
        return f"{status.get('readyReplicas', 0)}/{spec['replicas']} ready"
    return str(status.get("phase", "present"))


def _where(item: Mapping[str, Any]) -> Part:
    status, spec = item.get("status") or {}, item.get("spec") or {}
    address = status.get("podIP") or spec.get("clusterIP")
    place = {"node": spec["nodeName"]} if spec.get("nodeName") else {}
    return {**place, "addresses": [address] if address and address != "None" else []}
