# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Kubernetes cluster has: its nodes and their capacity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.errors import InputError, UnavailableError


def site_facts(options: Mapping[str, Any], timeout: float) -> dict[str, Any]:
    """``{nodes: [{name, labels, ready, capacity, allocatable}]}``, amounts as Kubernetes writes them.

    :param options: ``kubeconfig`` and ``context``, each or both absent for the client's defaults
    :param timeout: seconds to wait for the answer
    :raises NfvError: the cluster does not answer, or refuses the credentials
    """
    try:
        import urllib3
        from kubernetes import client, config
    except ImportError as error:
        raise InputError(f"the kubernetes client is missing in this Python: install it there ({error})") from error
    context = options.get("context")
    where = f"cluster {context or 'of the current context'}"
    try:
        connection = config.new_client_from_config(options.get("kubeconfig"), context)
        connection.configuration.retries = False
        nodes = client.CoreV1Api(connection).list_node(_request_timeout=timeout).items
    except (config.ConfigException, OSError) as error:
        raise InputError(f"the {where} cannot be used: {error}; check kubeconfig and context") from error
    except client.ApiException as error:
        raise UnavailableError(f"the {where} refused or failed: {error.status} {error.reason}") from error
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise UnavailableError(f"the {where} does not answer: {error}") from error
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
