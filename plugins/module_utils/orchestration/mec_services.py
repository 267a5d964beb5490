# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MEC services that an application gets where it is to run, and how it is told of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..core.errors import InputError


class Bound(NamedTuple):
    """``used`` are the services that there are, with their addresses, ``missing`` the optional ones that there are not."""

    used: dict[str, str]
    missing: list[str]


def bound(asked: Mapping[str, Any] | None, offered: Sequence[Mapping[str, Any]]) -> Bound:
    """What an application that asks for services gets of those that are offered.

    :param asked: ``mandatory`` and ``optional``, lists of names
    :param offered: each with ``name`` and perhaps ``address``
    :raises InputError: a mandatory one is not offered
    """
    there = {one["name"]: one.get("address") or "" for one in offered}
    mandatory, optional = ((asked or {}).get(key) or [] for key in ("mandatory", "optional"))
    lacking = [name for name in mandatory if name not in there]
    if lacking:
        raise InputError(
            f"services.mandatory: {', '.join(lacking)} is not offered there; it has: {', '.join(sorted(there)) or 'none'}. "
            "Take another host, or have the service started"
        )
    wanted = list(dict.fromkeys([*mandatory, *optional]))
    return Bound({name: there[name] for name in wanted if name in there}, [name for name in wanted if name not in there])


def parameters(
    given: Mapping[str, Any], member: str, settings: Mapping[str, str], services: Mapping[str, str]
) -> dict[str, Any]:
    """The parameters of an instantiation, with what the application is told; what the user says of the VNF goes before.

    ``mec_services`` has the addresses by name, as far as a name can be one of Jinja2: ``{{ mec_services.rnis }}``.
    """
    more: dict[str, Any] = dict(settings)
    if services:
        more["mec_services"] = {re.sub(r"\W", "_", name): address for name, address in services.items()}
    listed = given.get("additionalParamsForVnf") or []
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise InputError("parameters.additionalParamsForVnf: give a list of mappings, as OSM has it")
    own = [one for one in listed if one.get("member-vnf-index") == member]
    others = [one for one in listed if one.get("member-vnf-index") != member]
    told = {**more, **(own[0].get("additionalParams") or {} if own else {})}
    if not told:
        return dict(given)
    mine = {**(own[0] if own else {}), "member-vnf-index": member, "additionalParams": told}
    return {**given, "additionalParamsForVnf": [mine, *others]}
