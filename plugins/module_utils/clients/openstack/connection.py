# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to an OpenStack cloud from a module's options, and its errors in one sentence."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...core.errors import ConflictError, DeniedError, FailedError, InputError, NfvError, UnavailableError

if TYPE_CHECKING:
    from openstack.connection import Connection

logging.getLogger("keystoneauth").addHandler(logging.NullHandler())
# Where nobody has set up logging, its warnings would go to stderr, beside the error that says the same.

CONNECT_TIMEOUT = 60
"""Seconds for one answer of an API where nothing else says how long: a hanging endpoint must not hang us."""


def connect(options: Mapping[str, Any]) -> Connection:
    """Open a connection; nothing is sent before the first call.

    :param options: the shared options of ``glue.options.OPENSTACK``
    :raises InputError: no openstacksdk, an unknown cloud, or options that do not go together
    """
    try:
        import openstack
        from keystoneauth1 import exceptions as auth
        from openstack import config
        from openstack import exceptions as failures
    except ImportError as error:
        raise InputError(f"openstacksdk is missing in this Python: install it there ({error})") from error
    if (options.get("api_timeout") or 0) < 0:
        raise InputError(f"api_timeout: {options['api_timeout']} is less than 0")
    settings = _settings(options)
    if isinstance(options.get("cloud"), Mapping):
        settings = {**options["cloud"], **settings}
    else:
        settings["cloud"] = options.get("cloud")
    # Of a cloud that is named, the environment may say where it is written, but not what it is.
    file = options.get("clouds_file") or os.environ.get("OS_CLIENT_CONFIG_FILE")
    files = [file] if file else None
    try:
        loader = config.OpenStackConfig(config_files=files, load_envvars=settings.get("cloud") is None)
        region = loader.get_one(**settings)
    except (failures.ConfigException, auth.ClientException, OSError) as error:
        where = file or "clouds.yaml"
        name = "that is given" if isinstance(options.get("cloud"), Mapping) else repr(options.get("cloud"))
        raise InputError(f"the cloud {name} cannot be used: {one_line(error)} (looked in {where})") from error
    except (AttributeError, TypeError, ValueError) as error:  # how openstacksdk takes a value of another type than it expects
        raise InputError("the cloud or auth that is given cannot be used: a setting in it is not of its type") from error
    region.config["api_timeout"] = region.config.get("api_timeout") or CONNECT_TIMEOUT
    return openstack.connection.Connection(config=region)


def _settings(options: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "auth": "auth",
        "auth_type": "auth_type",
        "region_name": "region_name",
        "validate_certs": "verify",
        "ca_cert": "cacert",
        "client_cert": "cert",
        "client_key": "key",
        "interface": "interface",
        "api_timeout": "api_timeout",
    }
    return {theirs: options[ours] for ours, theirs in names.items() if options.get(ours) is not None}


@contextmanager
def told_as(what: str, cloud: Any) -> Iterator[None]:
    """Turn what openstacksdk raises inside the block into the collection's own errors.

    :param what: what was being done, as the sentence's subject: ``stack video``
    :param cloud: the cloud's name, for the place
    """
    try:
        yield
    except NfvError:
        raise
    except Exception as error:
        translated = _translate(error)
        if translated is None:
            raise
        kind, reason = translated
        name = cloud if isinstance(cloud, str) else "the given cloud"
        raise kind(f"{what} at cloud {name}: {reason}") from error


def _translate(error: Exception) -> tuple[type[NfvError], str] | None:
    """The class and the reason of an error of openstacksdk or keystoneauth; None for any other."""
    from keystoneauth1 import exceptions as auth
    from openstack import exceptions as sdk

    table: tuple[tuple[type[Exception], type[NfvError], str], ...] = (
        (auth.Unauthorized, DeniedError, "the credentials were refused; check user, password and project ({})"),
        (sdk.ServiceDisabledException, UnavailableError, "it offers no such service in this region ({})"),
        (auth.EndpointNotFound, UnavailableError, "it offers no such service in this region ({})"),
        (sdk.EndpointNotFound, UnavailableError, "it offers no such service in this region ({})"),
        (auth.ConnectTimeout, UnavailableError, "no answer in time; raise api_timeout or check the endpoint ({})"),
        (auth.ConnectionError, UnavailableError, "the endpoint cannot be reached; check its address ({})"),
        (auth.DiscoveryFailure, UnavailableError, "the endpoint does not answer as an OpenStack API ({})"),
        (auth.NotFound, UnavailableError, "the endpoint does not answer as an OpenStack API ({})"),
        (sdk.ForbiddenException, DeniedError, "this user may not do it ({})"),
        (sdk.ConflictException, ConflictError, "it conflicts with what is there ({})"),
        (sdk.BadRequestException, InputError, "the request was refused ({})"),
        (sdk.ResourceTimeout, FailedError, "it was not done in time; raise timeout ({})"),
        (sdk.HttpException, UnavailableError, "the API failed ({})"),
        (auth.HttpError, UnavailableError, "the API failed ({})"),
        (auth.ClientException, InputError, "the authentication options do not work ({})"),
        (sdk.SDKException, UnavailableError, "the call failed ({})"),
        (ValueError, UnavailableError, "the answer was no JSON ({})"),
        (OSError, InputError, "a file of the options cannot be used ({})"),
    )
    for theirs, ours, sentence in table:
        if isinstance(error, theirs):
            return ours, sentence.format(one_line(error))
    return None


def one_line(error: object, limit: int = 300) -> str:
    """An error's text on one line, cut where a server answered with a page."""
    text = " ".join(str(error).split())
    return text if len(text) <= limit else f"{text[:limit]}…"
