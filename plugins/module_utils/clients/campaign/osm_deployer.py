# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as an instance of a network service of Open Source MANO: one for each experiment, made of an NSD of its catalogue.

Instances are told apart by their name, which is the campaign's, and by their description, which carries the collection's tag;
one of this name without it is somebody else's and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...core.errors import ConflictError, FailedError
from ...core.ownership import tags
from ..osm.network_services import NetworkServices
from ..osm.session import Session
from .deployer import Target
from .interruption import undisturbed
from .reachable import await_port


class OsmDeployer:
    """See ``deployer.Deployer``."""

    def __init__(self, name: str):
        self._name = name
        self._mark = tags(name)[0]
        self._services: NetworkServices | None = None

    def require(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """OSM answers, has the NSDs and the VIM account, and the instance's name is free or ours."""
        names = {}
        for wanted in documents:
            names[wanted["descriptor"]] = None
        services = self._of(wanted)
        for name in names:
            services.descriptor(name)
        services.vim(wanted["options"]["vim_account"])
        self._left(services)

    def deploy(self, wanted: Mapping[str, Any]) -> Target:
        services, options = self._of(wanted), wanted["options"]
        descriptor, vim = services.descriptor(wanted["descriptor"]), services.vim(options["vim_account"])
        with undisturbed():  # a request that is broken off may have been heard, and nobody would know
            instance = services.create(self._name, descriptor, vim, self._mark, wanted["parameters"])
            operation = services.instantiate(instance, self._name, descriptor, vim, wanted["parameters"])
        services.await_end(operation, f"instantiate {wanted['descriptor']}", options["timeout"])
        address = _address(services.addresses(instance), options["vnf"], wanted["descriptor"])
        await_port(address, options["port"], options["ready_timeout"])
        return Target(address, options["port"])

    def usage(self) -> dict[str, float]:
        return {}

    def state(self) -> str | None:
        return None

    def terminate(self, wanted: Mapping[str, Any]) -> bool:
        services, seconds = self._of(wanted), wanted["options"]["timeout"]
        left = self._left(services)
        for one in left:
            services.settle(one["_id"], seconds)
            operation = services.terminate(one["_id"]) if services.is_instantiated(one["_id"]) else None
            if operation:
                services.await_end(operation, f"terminate {self._name}", seconds)
            services.delete(one["_id"])
        return bool(left)

    def _of(self, wanted: Mapping[str, Any]) -> NetworkServices:
        if self._services is None:  # one session, and so one token, for the campaign
            self._services = NetworkServices(Session(wanted["options"]))
        return self._services

    def _left(self, services: NetworkServices) -> list[dict[str, Any]]:
        found = services.named(self._name)
        if any(self._mark not in str(one.get("description")) for one in found):
            raise ConflictError(f"OSM has an instance {self._name} that is not ours: take another instance_name or delete it")
        return found


def _address(found: Mapping[str, str], vnf: str | None, descriptor: str) -> str:
    """That of the VNF of a member index, or of the only one.

    :raises FailedError: there is none, or it is not said which
    """
    if vnf is None and len(found) == 1:
        return next(iter(found.values()))
    if vnf is None or vnf not in found:
        there = ", ".join(sorted(found)) or "none"
        wanted = "say which VNF tells the address, in vnf" if vnf is None and found else f"VNF {vnf or '1'} tells no address"
        raise FailedError(f"{descriptor}: {wanted}; VNFs with addresses, by member index: {there}")
    return found[vnf]
