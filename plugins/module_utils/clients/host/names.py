# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of hosts, looked up as the server that this runs on does it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from ...core.errors import InputError, Place

HOST = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)


def with_addresses(members: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Members whose ``address`` is an address, each name looked up; of several addresses the first that is IPv4, or the first.

    A member without a name gets that of its host, which stays when the address changes. What is no name is left as it is.

    :raises InputError: nobody knows a name
    """
    return [_with_address(member, f"members[{index}].address") for index, member in enumerate(members)]


def _with_address(member: Mapping[str, Any], place: str) -> dict[str, Any]:
    text = member["address"]
    if _is_address(text) or not HOST.fullmatch(text):
        return dict(member)
    name = member["name"] if member["name"] is not None else f"{text}:{member['port']}"
    return {**member, "name": name, "address": _looked_up(text, place)}


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _looked_up(name: str, place: str) -> str:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError as error:
        text = f"this server knows no host {name}: give an address, or a name that it knows"
        raise InputError(text, Place(path=place)) from error
    addresses = [str(info[4][0]) for info in found]
    return min(addresses, key=lambda address: ":" in address)
