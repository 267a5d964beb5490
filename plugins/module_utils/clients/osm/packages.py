# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of one project of OSM: of VNFs and of network services, onboarded, read back, replaced and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...core.errors import ConflictError, InputError, UnavailableError
from .network_services import id_of, list_of
from .session import NotThere, Session


class Shelf(NamedTuple):
    """Where OSM keeps a kind of package."""

    listed: str
    whole: str
    content: str


SHELVES: Mapping[str, Shelf] = {
    "vnf": Shelf("/vnfpkgm/v1/vnf_packages", "/vnfpkgm/v1/vnf_packages_content", "package_content"),
    "ns": Shelf("/nsd/v1/ns_descriptors", "/nsd/v1/ns_descriptors_content", "nsd_content"),
}
REFUSED = "; if it is in use, raise software-version in its VNFD, or remove what uses it first"


class Packages:
    """``kind`` is ``vnf`` or ``ns``; ``name`` is the id of a descriptor, which its author gave it."""

    def __init__(self, session: Session):
        self._session = session

    def listed(self, kind: str) -> list[Mapping[str, Any]]:
        """All descriptors of a kind."""
        return list_of(self._session.get(SHELVES[kind].listed), SHELVES[kind].listed)

    def find(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """OSM's entry of a descriptor, None where there is none.

        :raises ConflictError: several are of this id, which OSM allows when it is forced to
        """
        found = list_of(self._session.get(SHELVES[kind].listed, id=name), SHELVES[kind].listed)
        own = [one for one in found if one.get("id") == name]
        if len(own) > 1:
            raise ConflictError(f"OSM has {len(own)} {kind.upper()}Ds of the id {name}; delete those that are not meant")
        return own[0] if own else None

    def shown(self, kind: str, own_id: str) -> Mapping[str, Any] | None:
        """OSM's entry of a descriptor by OSM's own id, None where there is none any more."""
        try:
            found = self._session.get(f"{SHELVES[kind].listed}/{own_id}")
        except NotThere:
            return None
        if not isinstance(found, Mapping):
            raise UnavailableError(f"OSM tells nothing of the {kind.upper()}D {own_id}; check url")
        return found

    def content(self, kind: str, own_id: str) -> bytes | None:
        """The archive as it was uploaded, None where OSM has the descriptor alone or an upload that was never finished."""
        try:
            return self._session.download(f"{SHELVES[kind].listed}/{own_id}/{SHELVES[kind].content}")
        except NotThere:
            return None
        except (ConflictError, UnavailableError) as error:
            if getattr(error, "status", None) in (406, 409):
                return None
            raise

    def onboard(self, kind: str, name: str, content: bytes) -> str:
        """Have a package that OSM does not know; OSM's own id of it."""
        return id_of(self._session.upload("POST", SHELVES[kind].whole, name, content), "id")

    def replace(self, kind: str, own_id: str, name: str, content: bytes) -> None:
        """Have another package in the place of one.

        :raises InputError: OSM does not take it, as little of a VNFD in use may change
        """
        path = f"{SHELVES[kind].listed}/{own_id}/{SHELVES[kind].content}"
        try:
            self._session.upload("PUT", path, name, content)
        except NotThere:
            raise
        except InputError as error:
            raise InputError(f"{error.message}{REFUSED}", error.place) from error

    def delete(self, kind: str, own_id: str) -> None:
        """
        :raises ConflictError: something uses it
        """
        try:
            self._session.delete(f"{SHELVES[kind].listed}/{own_id}")
        except NotThere:  # somebody was faster
            return
