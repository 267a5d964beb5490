# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of network services of OSM: made and instantiated, waited for, addressed, terminated and deleted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ...core.errors import ConflictError, FailedError, InputError, UnavailableError
from .session import NotThere, Session

DESCRIPTORS, VIMS = "/nsd/v1/ns_descriptors", "/admin/v1/vim_accounts"
INSTANCES, OPERATIONS, FUNCTIONS = "/nslcm/v1/ns_instances", "/nslcm/v1/ns_lcm_op_occs", "/nslcm/v1/vnf_instances"
ENDED = ("COMPLETED", "PARTIALLY_COMPLETED", "FAILED", "FAILED_TEMP", "ROLLED_BACK")
POLL = 0.5


class NetworkServices:
    """The network services of one project of OSM."""

    def __init__(self, session: Session):
        self._session = session

    def descriptor(self, name: str) -> str:
        """OSM's id of the NSD that has this name or id.

        :raises InputError: there is none, or several
        """
        return _one(self._session.get(DESCRIPTORS), name, "NSD", ("_id", "id", "name"))

    def vim(self, name: str) -> str:
        """The id of the VIM account that has this name or id.

        :raises InputError: there is none, or several
        """
        return _one(self._session.get(VIMS), name, "VIM account", ("_id", "name"))

    def named(self, name: str) -> list[dict[str, Any]]:
        """The instances of this name: OSM allows several."""
        return [one for one in _list(self._session.get(INSTANCES), INSTANCES) if one.get("name") == name]

    def is_instantiated(self, instance: str) -> bool:
        """Whether there is something to terminate, which a failed instantiation leaves too."""
        try:
            found = self._session.get(f"{INSTANCES}/{instance}")
        except NotThere:
            return False
        admin = found.get("_admin") if isinstance(found, Mapping) else None
        return not isinstance(admin, Mapping) or admin.get("nsState") != "NOT_INSTANTIATED"

    def create(self, name: str, descriptor: str, vim: str, description: str) -> str:
        """Make an instance that is not instantiated yet; its id."""
        return _id(self._session.post(INSTANCES, _body(name, descriptor, vim, {"nsDescription": description})), "id")

    def instantiate(self, instance: str, name: str, descriptor: str, vim: str, parameters: Mapping[str, Any]) -> str:
        """Begin to instantiate; the id of the operation.

        :param parameters: as SOL005 and OSM have them, such as ``additionalParamsForNs``
        """
        return _id(self._session.post(f"{INSTANCES}/{instance}/instantiate", _body(name, descriptor, vim, parameters)), "id")

    def terminate(self, instance: str) -> str | None:
        """Begin to terminate; the id of the operation, None where there is nothing to terminate or it is gone."""
        try:
            answer = self._session.post(f"{INSTANCES}/{instance}/terminate", {})
        except NotThere:
            return None
        return answer.get("id") if isinstance(answer, Mapping) else None

    def delete(self, instance: str) -> None:
        """Remove an instance that is terminated or was never instantiated."""
        try:
            self._session.delete(f"{INSTANCES}/{instance}")
        except NotThere:  # somebody was faster
            return

    def await_end(self, operation: str, what: str, seconds: float) -> None:
        """Wait until an operation is COMPLETED.

        :raises FailedError: it ended otherwise, with the reason, or not in time
        """
        deadline = time.monotonic() + seconds
        while (state := self._operation(operation)).get("operationState") not in ENDED:
            if time.monotonic() > deadline:
                raise FailedError(f"{what} is still {state.get('operationState')} after {seconds:g} s: raise timeout")
            time.sleep(POLL)
        if state["operationState"] != "COMPLETED":
            raise FailedError(f"{what} ended in {state['operationState']}: {_reason(state)}")

    def settle(self, instance: str, seconds: float) -> None:
        """Wait until no operation on an instance is under way, however it ends: OSM begins no other meanwhile.

        :raises FailedError: one is not over in time
        """
        deadline = time.monotonic() + seconds
        while under_way := self._under_way(instance):
            if time.monotonic() > deadline:
                raise FailedError(f"operation {under_way} of OSM is still under way after {seconds:g} s: raise timeout")
            time.sleep(POLL)

    def addresses(self, instance: str) -> dict[str, str]:
        """The address of each VNF of an instance, by its member index.

        :raises UnavailableError: the records of OSM are none
        """
        records = _list(self._session.get(FUNCTIONS, **{"nsr-id-ref": instance}), FUNCTIONS)
        own = [one for one in records if one.get("nsr-id-ref") == instance]
        return {str(one.get("member-vnf-index-ref")): address for one in own if (address := _address(one))}

    def _operation(self, operation: str) -> Mapping[str, Any]:
        found = self._session.get(f"{OPERATIONS}/{operation}")
        if not isinstance(found, Mapping) or not isinstance(found.get("operationState"), str):
            raise UnavailableError(f"OSM tells no operationState of operation {operation}")
        return found

    def _under_way(self, instance: str) -> str | None:
        found = _list(self._session.get(OPERATIONS, nsInstanceId=instance), OPERATIONS)
        own = (one for one in found if one.get("nsInstanceId") == instance and one.get("operationState") not in ENDED)
        return next((str(one.get("id") or one.get("_id")) for one in own), None)


def _body(name: str, descriptor: str, vim: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {**more, "nsName": name, "nsdId": descriptor, "vimAccountId": vim}


def _one(found: Any, name: str, what: str, keys: tuple[str, ...]) -> str:
    """An item's id; an id goes before a name that is the same."""
    items = _list(found, what)
    for key in keys:
        matching = [one for one in items if one.get(key) == name]
        if len(matching) > 1:
            raise ConflictError(f"OSM has {len(matching)} of the {what} {name}; give its id")
        if matching:
            return _id(matching[0], "_id")
    there = ", ".join(sorted(str(one.get("name") or one.get("id")) for one in items)[:20]) or "none"
    raise InputError(f"OSM has no {what} {name!r}; it has: {there}")


def _list(found: Any, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise UnavailableError(
            f"OSM gave no list of {what.rsplit('/', 1)[-1]}; check that url leads to its northbound interface"
        )
    return found


def _id(found: Any, key: str) -> str:
    value = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(value, str) or not value:
        raise UnavailableError(f"OSM told no {key} of what it made")
    return value


def _reason(state: Mapping[str, Any]) -> str:
    for key in ("errorMessage", "detailed-status", "detailedStatus", "stage"):
        if state.get(key):
            return " ".join(str(state[key]).split())[:300]
    return "OSM tells no reason"


def _address(record: Mapping[str, Any]) -> str | None:
    """The VNF's own address, which is that of its management; else the first of its VDUs or of their interfaces."""
    units = [one for one in record.get("vdur") or [] if isinstance(one, Mapping)]
    cards = [card for unit in units for card in unit.get("interfaces") or [] if isinstance(card, Mapping)]
    found = (one.get("ip-address") for one in (record, *units, *cards))
    return next((one.split(";")[0] for one in found if isinstance(one, str) and one), None)
