# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hypervisors of an OpenStack region and how full they are."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openstack.connection import Connection

VERSION = "2.53"
"""Of Nova's API: it tells sizes beside names, which from 2.88 on it does not."""
KEYS = {
    "name": "hypervisor_hostname",
    "vcpus": "vcpus",
    "vcpus_used": "vcpus_used",
    "memory": "memory_mb",
    "memory_used": "memory_mb_used",
}


def hypervisors(connection: Connection) -> list[dict[str, Any]] | None:
    """By name, each ``{name, host, available, vcpus, vcpus_used, memory, memory_used}`` (MiB).

    :return: None for a user who may not see them: by default Nova tells administrators only
    """
    from openstack import exceptions

    answer = connection.compute.get("/os-hypervisors/detail", microversion=VERSION)
    if answer.status_code == 403:
        return None
    exceptions.raise_from_response(answer)
    return sorted(map(_hypervisor, answer.json()["hypervisors"]), key=itemgetter("name"))


def _hypervisor(told: dict[str, Any]) -> dict[str, Any]:
    available = told["state"] == "up" and told["status"] == "enabled"
    return {**{key: told[theirs] for key, theirs in KEYS.items()}, "host": told["service"]["host"], "available": available}
