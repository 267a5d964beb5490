# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NetScaler tells of itself: its objects, what is bound to them, how they fare, and its own state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.errors import DeniedError
from ...model.netscaler.resources import RESOURCES
from .reading import Reader
from .session import Session, Sessions
from .wire import SECRETS

COUNTED = frozenset({"lbvserver", "service", "servicegroup"})
"""The resources that have statistics by their name."""


def facts(sessions: Sessions, options: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ``netscaler_info``."""
    session = sessions.session(options)
    kinds = options["resources"] or list(RESOURCES)
    told: dict[str, Any] = {kind: _objects(session, kind, options) for kind in kinds}
    counted = [kind for kind in kinds if kind in COUNTED] if options["statistics"] else []
    numbers = {kind: _statistics(session, kind, options["names"]) for kind in counted}
    return {"resources": told, "statistics": numbers, "node": _node(session), "warnings": session.warnings}


def _objects(session: Session, kind: str, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    resource, reader, names = RESOURCES[kind], Reader(session), options["names"]
    rows = list(reader.objects(kind, resource.key, names).values()) if names else session.get(kind)
    found = [{key: value for key, value in row.items() if key not in SECRETS} for row in rows]
    if options["bindings"]:
        keys = [str(row.get(resource.key)) for row in found]
        for binding in resource.bindings:
            members = reader.members(binding.name, binding.parent, keys)
            for row, key in zip(found, keys, strict=True):
                row[binding.name] = list(members.get(key, ()))
    return found


def _statistics(session: Session, kind: str, names: list[str] | None) -> list[dict[str, Any]]:
    key = RESOURCES[kind].key
    return [row for row in session.get(kind, stat=True) if not names or str(row.get(key)) in names]


def _node(session: Session) -> dict[str, Any]:
    """What the user may see of it; what is denied stays null."""
    nodes, config, version = (_first(session, *place) for place in (("hanode", "0"), ("nsconfig",), ("nsversion",)))
    return {"role": nodes.get("state"), "unsaved": config.get("configchanged"), "version": version.get("version")}


def _first(session: Session, *place: str) -> dict[str, Any]:
    try:
        rows = session.get(*place)
    except DeniedError:
        rows = []
    return rows[0] if rows else {}
