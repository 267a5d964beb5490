# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of network services of OSM: made and instantiated, waited for, addressed, terminated and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ...core.errors import ConflictError, FailedError, InputError, UnavailableError
from .session import NotThere, Session

T = TypeVar("T")
DESCRIPTORS, VIMS = "/nsd/v1/ns_descriptors", "/admin/v1/vim_accounts"
INSTANCES, OPERATIONS, FUNCTIONS = "/nslcm/v1/ns_instances", "/nslcm/v1/ns_lcm_op_occs", "/nslcm/v1/vnf_instances"
ENDED = ("COMPLETED", "PARTIALLY_COMPLETED", "FAILED", "FAILED_TEMP", "ROLLED_BACK")
POLL = 0.5
SLOWEST = 10.0
SLOWER = 1.3
"""Seconds between two looks at an operation: at first, at most, and by which factor they grow."""
MISSED = 5
"""Looks at an operation that may go unanswered one after the other: an OSM may be started anew while it works."""


class NetworkServices:
    """The network services of one project of OSM."""

    def __init__(self, session: Session):
        self._session = session

    def descriptor(self, name: str) -> str:
        """OSM's id of the NSD that has this name or id.

        :raises InputError: there is none, or several
        """
        return one_of(self._session.get(DESCRIPTORS), name, "NSD", ("_id", "id", "name"))

    def vim(self, name: str) -> str:
        """The id of the VIM account that has this name or id.

        :raises InputError: there is none, or several
        """
        return one_of(self._session.get(VIMS), name, "VIM account", ("_id", "name"))

    def named(self, name: str) -> list[Mapping[str, Any]]:
        """The instances of this name: OSM allows several."""
        return [one for one in self.instances() if one.get("name") == name]

    def is_instantiated(self, instance: str) -> bool:
        """Whether there is something to terminate, which a failed instantiation leaves too."""
        try:
            found = self._session.get(f"{INSTANCES}/{instance}")
        except NotThere:
            return False
        return not isinstance(found, Mapping) or state_of(found) != "NOT_INSTANTIATED"

    def create(self, name: str, descriptor: str, vim: str, description: str, parameters: Mapping[str, Any]) -> str:
        """Make an instance that is not instantiated yet; its id.

        :param parameters: those of ``instantiate``: what the VNFs are configured with, OSM takes from here
        """
        more = {**parameters, "nsDescription": description}
        return id_of(self._session.post(INSTANCES, _body(name, descriptor, vim, more)), "id")

    def instantiate(self, instance: str, name: str, descriptor: str, vim: str, parameters: Mapping[str, Any]) -> str:
        """Begin to instantiate; the id of the operation.

        :param parameters: as SOL005 and OSM have them, such as ``additionalParamsForNs``
        """
        return id_of(self._session.post(f"{INSTANCES}/{instance}/instantiate", _body(name, descriptor, vim, parameters)), "id")

    def terminate(self, instance: str, seconds: float | None = None) -> str | None:
        """Begin to terminate; the id of the operation, None where there is nothing to terminate or it is gone.

        :param seconds: how long OSM may take
        """
        limit = {} if seconds is None else {"timeout_ns_terminate": max(1, int(seconds))}
        try:
            answer = self._session.post(f"{INSTANCES}/{instance}/terminate", limit)
        except NotThere:
            return None
        return answer.get("id") if isinstance(answer, Mapping) else None

    def begin(self, instance: str, kind: str, body: Mapping[str, Any]) -> str:
        """Begin to ``scale``, ``update`` or ``heal``; the id of the operation."""
        return id_of(self._session.post(f"{INSTANCES}/{instance}/{kind}", body), "id")

    def delete(self, instance: str, force: bool = False) -> None:
        """Remove an instance that is terminated or was never instantiated.

        :param force: another too, of which OSM then forgets what it has at the VIM
        """
        try:
            self._session.delete(f"{INSTANCES}/{instance}{'?FORCE=True' if force else ''}")
        except NotThere:  # somebody was faster
            return

    def instance(self, name: str) -> Mapping[str, Any] | None:
        """OSM's record of the instance of an id, None where there is none."""
        try:
            found = self._session.get(f"{INSTANCES}/{name}")
        except NotThere:
            return None
        if not isinstance(found, Mapping) or not isinstance(found.get("_id"), str):
            raise UnavailableError(f"OSM tells nothing of instance {name}; check that url leads to its northbound interface")
        return found

    def instances(self) -> list[Mapping[str, Any]]:
        return list_of(self._session.get(INSTANCES), INSTANCES)

    def records(self, instance: str) -> list[Mapping[str, Any]]:
        """OSM's records of the VNFs of an instance."""
        found = list_of(self._session.get(FUNCTIONS, **{"nsr-id-ref": instance}), FUNCTIONS)
        return [one for one in found if one.get("nsr-id-ref") == instance]

    def vim_accounts(self) -> list[Mapping[str, Any]]:
        return list_of(self._session.get(VIMS), VIMS)

    def operations(self, instance: str) -> list[Mapping[str, Any]]:
        """All operations on an instance, the oldest first."""
        found = list_of(self._session.get(OPERATIONS, nsInstanceId=instance), OPERATIONS)
        own = [one for one in found if one.get("nsInstanceId") == instance]
        return sorted(own, key=lambda one: one["startTime"] if isinstance(one.get("startTime"), int | float) else 0.0)

    def await_end(self, operation: str, what: str, seconds: float) -> None:
        """Wait until an operation is COMPLETED.

        :raises FailedError: it ended otherwise, with the reason, or not in time
        """
        state = self._awaited(lambda: self._operation(operation), lambda one: one.get("operationState") in ENDED, seconds)
        if state.get("operationState") not in ENDED:
            raise FailedError(f"{what} is still {state.get('operationState')} after {seconds:g} s: raise timeout")
        if state["operationState"] != "COMPLETED":
            place = f"operation {operation} of OSM" + (f", {_words(state['stage'])}" if state.get("stage") else "")
            remedy = "mend what it names and run again"
            error = FailedError(f"{what} ended in {state['operationState']}: {reason_of(state)} ({place}); {remedy}")
            error.state = state["operationState"]  # type: ignore[attr-defined]
            raise error

    def settle(self, instance: str, seconds: float) -> None:
        """Wait until no operation on an instance is under way, however it ends: OSM begins no other meanwhile.

        :raises FailedError: one is not over in time
        """
        under_way = self._awaited(lambda: self.under_way(instance), lambda one: one is None, seconds)
        if under_way is not None:
            raise FailedError(f"operation {under_way} of OSM is still under way after {seconds:g} s: raise timeout")

    def addresses(self, instance: str) -> dict[str, str]:
        """The address of each VNF of an instance, by its member index.

        :raises UnavailableError: the records of OSM are none
        """
        own = self.records(instance)
        return {str(one.get("member-vnf-index-ref")): address for one in own if (address := address_of(one))}

    @staticmethod
    def _awaited(look: Callable[[], T], over: Callable[[T], bool], seconds: float) -> T:
        """What ``look`` sees in the end, or when the time is over; some looks may go unanswered."""
        deadline, pause, missed = time.monotonic() + seconds, POLL, 0
        while True:
            try:
                seen, missed = look(), 0
                if over(seen) or time.monotonic() > deadline:
                    return seen
            except UnavailableError:
                missed += 1
                if missed > MISSED or time.monotonic() > deadline:
                    raise
            time.sleep(min(pause, max(deadline - time.monotonic(), 0.0) + 0.01))
            pause = min(pause * SLOWER, max(SLOWEST, POLL))

    def _operation(self, operation: str) -> Mapping[str, Any]:
        found = self._session.get(f"{OPERATIONS}/{operation}")
        if not isinstance(found, Mapping) or not isinstance(found.get("operationState"), str):
            raise UnavailableError(f"OSM tells no operationState of operation {operation}")
        return found

    def under_way(self, instance: str) -> str | None:
        """The id of an operation on an instance that is not over, None where there is none."""
        running = (one for one in self.operations(instance) if one.get("operationState") not in ENDED)
        return next((str(one.get("id") or one.get("_id")) for one in running), None)


def state_of(instance: Mapping[str, Any]) -> str | None:
    """``INSTANTIATED`` or ``NOT_INSTANTIATED``; a failed instantiation counts among the former."""
    return part(instance, "_admin").get("nsState")


def _body(name: str, descriptor: str, vim: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {**more, "nsName": name, "nsdId": descriptor, "vimAccountId": vim}


def one_of(found: Any, name: str, what: str, keys: tuple[str, ...]) -> str:
    """An item's id; an id goes before a name that is the same."""
    items = list_of(found, what)
    for key in keys:
        matching = [one for one in items if one.get(key) == name]
        if len(matching) > 1:
            raise ConflictError(f"OSM has {len(matching)} of the {what} {name}; give its id")
        if matching:
            return id_of(matching[0], "_id")
    there = ", ".join(sorted(str(one.get("name") or one.get("id")) for one in items)[:20]) or "none"
    raise InputError(f"OSM has no {what} {name!r}; it has: {there}")


def list_of(found: Any, what: str) -> list[Mapping[str, Any]]:
    """A list of items that have OSM's id; of every other answer a sentence."""
    listed = found if isinstance(found, list) else [None]
    if not all(isinstance(one, Mapping) and isinstance(one.get("_id"), str) for one in listed):
        raise UnavailableError(
            f"OSM gave no list of {what.rsplit('/', 1)[-1]}; check that url leads to its northbound interface"
        )
    return listed


def part(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping at a key; an empty one where there is something else."""
    found = item.get(key)
    return found if isinstance(found, Mapping) else {}


def parts(item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The mappings in the list at a key."""
    found = item.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def id_of(found: Any, key: str) -> str:
    value = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(value, str) or not value:
        raise UnavailableError(f"OSM told no {key} of what it made")
    return value


def reason_of(state: Mapping[str, Any]) -> str:
    """Why an operation did not end well, as OSM tells it."""
    for key in ("errorMessage", "detailed-status", "detailedStatus", "stage"):
        if state.get(key):
            return _words(state[key])
    return "OSM tells no reason"


def _words(text: Any) -> str:
    return " ".join(str(text).split())[:300]


def address_of(record: Mapping[str, Any]) -> str | None:
    """The VNF's own address, which is that of its management; else the first of its VDUs or of their interfaces."""
    units = parts(record, "vdur")
    cards = [card for unit in units for card in parts(unit, "interfaces")]
    found = (one.get("ip-address") for one in (record, *units, *cards))
    return next((one.split(";")[0] for one in found if isinstance(one, str) and one), None)
