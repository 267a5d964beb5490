# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instance of a network service that bears our mark: found, made, scaled, changed, healed and removed.

OSM lets several instances have one name, and two runs may act at once. So each looks again after it has made one: all agree
on the one that was made first, and who has made another removes it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from ...core.errors import ConflictError, DeniedError, FailedError, InputError, UnavailableError
from ...core.ownership import marks_of_tags, owner, tag, tags
from . import network_services
from .network_services import NetworkServices, reason_of, state_of
from .session import NotThere

GRACE = 3.0
"""Seconds that who has made an instance gets to instantiate it, before another run does."""
PARAMETERS = "parameters"
"""The mark with the fingerprint of what an instance is made with."""
ILL = ("ERROR", "VIM_ERROR", "DELETED", "BROKEN", "FAILED")
MOST_STEPS = 1000
MOST_LOOKS = 10
"""How often an instance is looked at that others instantiate and terminate meanwhile."""
MISSED = 3
"""Steps that may have led nowhere before it is said that they do not."""


class Instance:
    """The network service of a name. ``seconds`` is how long an operation may take."""

    def __init__(self, services: NetworkServices, name: str, seconds: float):
        self._services, self._name, self._seconds = services, name, seconds
        self.operations: list[dict[str, str]] = []
        """What this run has had done."""

    def ours(self) -> list[Mapping[str, Any]]:
        """The instances of the name, the one that counts before those that were made beside it.

        :raises ConflictError: one of them is somebody else's, or several run
        """
        found = self._services.named(self._name)
        strange = [one for one in found if owner(_words(one)) != self._name]
        if strange:
            whose = f"OSM has a network service {self._name} that is not ours (id {strange[0].get('_id')})"
            raise ConflictError(f"{whose}: take another name or delete it")
        running = [one for one in found if state_of(one) != "NOT_INSTANTIATED"]
        if len(running) > 1:
            ids = ", ".join(str(one.get("_id")) for one in running)
            raise ConflictError(f"OSM runs {len(running)} network services {self._name} ({ids}); terminate all but one")
        return sorted(found, key=lambda one: (state_of(one) == "NOT_INSTANTIATED", _made(one), str(one.get("_id"))))

    def settled(self) -> tuple[Mapping[str, Any] | None, list[str]]:
        """The instance once no operation on it is under way, and the ids of those beside it that were never instantiated."""
        found = self.ours()
        if not found:
            return None, []
        self._services.settle(found[0]["_id"], self._seconds)
        return self._services.instance(found[0]["_id"]), [one["_id"] for one in found[1:]]

    def condition(self, instance: str) -> tuple[str, str | None]:
        """``running``, ``created`` (never instantiated), ``terminated``, or ``failed`` and why, of the instance of an id.

        What another run has begun is waited for: before its end it has not failed.

        :raises ConflictError: other runs begin one thing after another
        """
        there, told = self._at_rest(instance)
        if there is None:
            return "terminated", None
        if state_of(there) == "NOT_INSTANTIATED":
            return ("terminated" if told else "created"), None
        if not told or (told[-1]["lcmOperationType"], told[-1].get("operationState")) == ("instantiate", "COMPLETED"):
            return "running", None
        return "failed", f"{told[-1]['lcmOperationType']} ended in {told[-1].get('operationState')}: {reason_of(told[-1])}"

    def _at_rest(self, instance: str) -> tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]:
        """The instance and what began or ended its life, both of one moment, though OSM tells each by itself.

        An instance of before an operation, beside the operations of after it, would look like one that was terminated.
        """
        told = self._lives(instance)
        for _look in range(MOST_LOOKS):
            there, now = self._services.instance(instance), self._lives(instance)
            if now == told and all(one.get("operationState") in network_services.ENDED for one in now):
                return there, now
            self._services.settle(instance, self._seconds)
            told = self._lives(instance)
        raise ConflictError(f"others instantiate and terminate {self._name} again and again; run again later")

    def _lives(self, instance: str) -> list[Mapping[str, Any]]:
        return [
            one for one in self._services.operations(instance) if one.get("lcmOperationType") in ("instantiate", "terminate")
        ]

    def make(self, nsd: str, vim: str, parameters: Mapping[str, Any], fingerprint: str) -> None:
        """Have it made and instantiated, or join another run that has it done.

        :raises NfvError: OSM cannot, or another run makes it otherwise
        """
        found, mine = self.ours(), None
        if not found:
            description = " ".join([*tags(self._name), tag(PARAMETERS, fingerprint)])
            mine = self._services.create(self._name, nsd, vim, description, parameters)
            found = self.ours()
        if not found:
            raise ConflictError(f"the network service {self._name} was removed by somebody else while it was made; run again")
        chosen = found[0]
        if mine is not None and chosen["_id"] != mine:
            self._services.delete(mine)
        if fingerprint_of(chosen) != fingerprint:
            raise ConflictError(f"another run makes the network service {self._name} with other parameters; run again")
        if chosen["_id"] != mine:
            self._watch(chosen["_id"])
        self._begin(chosen["_id"], "instantiate", lambda one: self._instantiate(one, one == mine, nsd, vim, parameters))
        state, reason = self.condition(chosen["_id"])
        if state != "running":
            raise FailedError(f"the network service {self._name} is {state}{f' ({reason})' if reason else ''}; run again")

    def _instantiate(self, instance: str, own: bool, nsd: str, vim: str, parameters: Mapping[str, Any]) -> str:
        """Begin to; where OSM refuses it as it is, nothing is left of what this run has made."""
        try:
            return self._services.instantiate(instance, self._name, nsd, vim, parameters)
        except (InputError, DeniedError):
            if own:
                self._services.delete(instance)
            raise

    def remove(self, instance: str, force: bool) -> str | None:
        """Have it terminated and deleted; what is left at the VIM where it was forced.

        :raises NfvError: OSM cannot
        """
        left = None
        self._services.settle(instance, self._seconds)
        if self._services.is_instantiated(instance):
            try:
                self._begin(instance, "terminate", lambda one: self._services.terminate(one, self._seconds))
            except NotThere:  # another run has removed it, and with it what was known of the operation
                return None
            except FailedError as error:
                if not force:
                    raise FailedError(
                        f"{error.message}, or give force: true to have OSM forget it with what it has at the VIM"
                    ) from error
                left = f"{error.message}; what it has at the VIM stays there"
        self._services.delete(instance, force)
        return left

    def scale(self, instance: str, member: str, vdu: str, aspect: str, steps: Callable[[int], int]) -> None:
        """Step after step until ``steps``, of the number of instances, is zero.

        :raises FailedError: OSM cannot, or says that it has and has not
        """
        missed = 0
        for _step in range(MOST_STEPS):
            self._services.settle(instance, self._seconds)
            now = self.counts(instance, member).get(vdu, 0)
            left = steps(now)
            if not left:
                return
            step = {"member-vnf-index": member, "scaling-group-descriptor": aspect}
            direction = "SCALE_OUT" if left > 0 else "SCALE_IN"
            body = {"scaleType": "SCALE_VNF", "scaleVnfData": {"scaleVnfType": direction, "scaleByStepData": step}}
            if self._services.under_way(instance) or not self._stepped(
                instance, vdu, body, lambda: self._left(instance, member, vdu, steps), left
            ):
                continue  # another run scales too, and has changed the number
            if abs(self._left(instance, member, vdu, steps)) >= abs(left):
                missed += 1
                time.sleep(random.uniform(0, GRACE))  # both should not go back and forth
            if missed > MISSED:
                break
        raise FailedError(
            f"OSM has scaled {member} of {self._name} again and again and there are {now} of {vdu}; look at {aspect}"
        )

    def _left(self, instance: str, member: str, vdu: str, steps: Callable[[int], int]) -> int:
        return steps(self.counts(instance, member).get(vdu, 0))

    def _stepped(self, instance: str, vdu: str, body: Mapping[str, Any], left: Callable[[], int], before: int) -> bool:
        """Have one step done; whether it was. One that failed as others were faster is none."""
        try:
            return self._begin(instance, f"scale {vdu} of", lambda one: self._services.begin(one, "scale", body), settle=False)
        except FailedError as error:
            if getattr(error, "state", None) != "FAILED" or left() == before:
                raise
            return False

    def upgrade(self, instance: str, record: str, vnfd: str) -> None:
        """Have a VNF run with the package that OSM has by now."""
        data = {"updateType": "CHANGE_VNFPKG", "changeVnfPackageData": {"vnfInstanceId": record, "vnfdId": vnfd}}
        self._surely(instance, "update", data)

    def heal(self, instance: str, record: str, ill: list[Mapping[str, Any]]) -> None:
        """Have VDUs built anew."""
        units = [{"vdu-id": one["vdu"], "count-index": one["index"], "run-day1": False} for one in ill]
        more = {"run-day1": False, "vdu": units}
        self._surely(
            instance, "heal", {"healVnfData": [{"vnfInstanceId": record, "cause": "manual", "additionalParams": more}]}
        )

    def counts(self, instance: str, member: str) -> dict[str, int]:
        """How many instances of each VDU a VNF has."""
        found: dict[str, int] = {}
        for record in self._services.records(instance):
            if str(record.get("member-vnf-index-ref")) == member:
                for unit in units_of(record):
                    found[unit["vdu"]] = found.get(unit["vdu"], 0) + 1
        return found

    def _surely(self, instance: str, kind: str, body: Mapping[str, Any]) -> None:
        for _attempt in range(3):
            if self._begin(instance, kind, lambda one: self._services.begin(one, kind, body)):
                return
        raise ConflictError(f"OSM does something else with {self._name} again and again; run again later")

    def _begin(self, instance: str, what: str, begin: Callable[[str], str | None], settle: bool = True) -> bool:
        """Have an operation done; whether it was, or another run's was waited for."""
        if settle:
            self._services.settle(instance, self._seconds)
        try:
            operation = begin(instance)
        except ConflictError:
            self._services.settle(instance, self._seconds)
            if what not in ("instantiate", "terminate") and not self._services.is_instantiated(instance):
                raise
            return False
        if operation is not None:
            self.operations.append({"id": operation, "kind": what.partition(" ")[0]})
            self._services.await_end(operation, f"{what} {self._name}", self._seconds)
        return True

    def _watch(self, instance: str) -> None:
        """Let another run, which has made it, instantiate it; or find that this run is the only one left."""
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and not self._services.operations(instance):
            time.sleep(network_services.POLL)


def fingerprint_of(instance: Mapping[str, Any]) -> str | None:
    """The fingerprint that an instance was made with."""
    return marks_of_tags(_words(instance)).get(PARAMETERS)


def units_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The VDUs of a VNF's record: ``vdu``, ``index``, ``status`` and, where OSM tells one, ``address``."""
    found = record.get("vdur")
    if found is not None and not isinstance(found, list):
        raise UnavailableError("OSM tells no list of VDUs of a VNF; check that url leads to its northbound interface")
    units = [one for one in found or [] if isinstance(one, Mapping)]
    names = [{"vdu": str(one.get("vdu-id-ref")), "index": one.get("count-index", 0)} for one in units]
    return [{**name, "status": _status(one), "address": one.get("ip-address")} for name, one in zip(names, units, strict=True)]


def is_ill(unit: Mapping[str, Any]) -> bool:
    return unit["status"] in ILL


def _status(unit: Mapping[str, Any]) -> str | None:
    """What the VIM says goes before what OSM does, where it is ill."""
    vims = unit.get("vim_info")
    told = [one.get("vim_status") for one in vims.values() if isinstance(one, Mapping)] if isinstance(vims, Mapping) else []
    return next((one for one in (*told, unit.get("status")) if one in ILL), unit.get("status"))


def _words(instance: Mapping[str, Any]) -> list[str]:
    return str(instance.get("description") or "").split()


def _made(instance: Mapping[str, Any]) -> float:
    made = instance.get("create-time")
    return float(made) if isinstance(made, int | float) else 0.0
