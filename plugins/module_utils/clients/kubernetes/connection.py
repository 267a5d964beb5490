# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to a Kubernetes cluster from a module's options, and its errors in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...core.errors import DeniedError, InputError, UnavailableError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

TIMEOUT = 30
"""Seconds for one answer where nothing else says how long."""


@contextmanager
def connected(options: Mapping[str, Any]) -> Iterator[ApiClient]:
    """A client of the cluster; what it raises inside the block becomes the collection's own errors.

    :param options: the shared options of ``glue.options.KUBERNETES``, each absent for the client's default
    :raises NfvError: no kubernetes package, options that do not work, a cluster that does not answer or refuses
    """
    try:
        import urllib3
        from kubernetes import client, config
        from kubernetes.dynamic.exceptions import DynamicApiError
    except ImportError as error:
        raise InputError(f"the kubernetes client is missing in this Python: install it there ({error})") from error
    cluster = f"the cluster {options.get('context') or options.get('host') or 'of the default context'}"
    try:
        settings = _settings(options, client, config)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{cluster} cannot be used: kubeconfig or host is not written as one; check it") from error
    except (config.ConfigException, OSError) as error:
        raise InputError(f"{cluster} cannot be used: {error}; check kubeconfig and context") from error
    try:
        yield client.ApiClient(settings)
    except (config.ConfigException, OSError) as error:
        raise InputError(f"{cluster} cannot be used: {error}; check kubeconfig and context") from error
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise UnavailableError(f"{cluster} does not answer: {error}; check its address") from error
    except (DynamicApiError, client.ApiException) as error:
        if error.status in (401, 403):
            raise DeniedError(f"{cluster} refused the credentials: {error.reason}") from error
        raise UnavailableError(f"{cluster} failed: {error.status} {error.reason}") from error


def _settings(options: Mapping[str, Any], client: Any, config: Any) -> Any:
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
    return settings
