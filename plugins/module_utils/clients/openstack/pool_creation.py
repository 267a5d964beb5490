# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New ports of one pool: made in bunches, each with one call, and whole or not at all.

A call whose answer gets lost may have been carried out. Each bunch therefore has a description of its own, by
which it is found again: then it is used, or removed, but never left behind.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from ...core.errors import FailedError, NfvError, UnavailableError
from ...model.port_pools import NESTED, OWNER, Wanted
from .neutron import Neutron, Refusal
from .pool_trunk import PoolTrunk
from .port_deletion import delete_port

EXHAUSTED = {
    "OverQuota": "the quota of ports is used up: raise it or lower min",
    "IpAddressGenerationFailure": "the subnet has no address left: widen its allocation pool or lower min",
    "IpAddressGenerationFailureNoMatchingSubnet": "the network has no subnet that can give an address: make one",
}
TAGS_AT_ONCE = "tag-ports-during-bulk-creation"
"""The extension without which Neutron passes over the tags of new ports in silence."""
ATTEMPTS = 3
LOST_FOR = 5.0
"""Seconds without news after which a bunch whose answer got lost counts as not made."""
POLL = 0.5


class PoolCreation:
    """Makes ports.

    :param subnet: the id of the subnet to take addresses from; None for any of the network
    :param trunk: where to attach them; None for a pool on hosts
    """

    def __init__(self, neutron: Neutron, wanted: Wanted, subnet: str | None, trunk: PoolTrunk | None):
        self._neutron = neutron
        self._wanted = wanted
        self._subnet = subnet
        self._trunk = trunk
        self._given_up: list[str] = []
        self.made: list[str] = []
        self.shortage: str | None = None

    def make(self, number: int, enough: Callable[[], bool]) -> None:
        """Make up to ``number`` ports, in bunches; before each but the first, ``enough`` may say that others made them.

        :raises NfvError: a bunch could not be made; those before it stay, and it leaves nothing behind
        """
        try:
            while number > 0 and self.shortage is None and not (self.made and enough()):
                bunch = self._bunch(min(number, self._wanted.batch))
                number -= len(bunch)
                self.made += self._placed(bunch)
        finally:
            self._remove_late()

    def _placed(self, bunch: list[str]) -> list[str]:
        """The bunch where it belongs: on its trunk, or bound to its host; on a failure it is removed again."""
        try:
            if self._trunk is not None and bunch:
                return self._trunk.attach(bunch)
            self._check_binding(bunch)
            return bunch
        except NfvError:
            self._remove([port for port in bunch if self._trunk is None or port not in self._trunk.on()])
            raise

    def _check_binding(self, bunch: Sequence[str]) -> None:
        """A bulk creation tells ``unbound``, whatever comes of it; so the ports are read once more."""
        told = self._neutron.listed("ports", bunch, fields=["id", "binding:vif_type"])
        failed = [port["id"] for port in told if port.get("binding:vif_type") == "binding_failed"]
        if failed:
            raise FailedError(
                f"pool {self._wanted.key}: {len(failed)} of {len(bunch)} ports cannot be bound to this host: check its name "
                "and that its network agent is alive"
            )

    def _bunch(self, number: int) -> list[str]:
        mark = self._new_mark()
        lost: NfvError | None = None
        for _attempt in range(ATTEMPTS):
            try:
                return self._post(number, mark)
            except UnavailableError as error:
                lost = error
                made = self._made_after_all(number, mark)
                if len(made) == number:
                    return self._tagged(made)
                self._remove(made)
                mark = self._another_mark(mark)
            except Refusal as error:
                if error.kind not in EXHAUSTED:
                    raise
                return self._fewer(number, error)
        raise lost or FailedError("no port could be made")

    def _new_mark(self) -> str:
        return f"superfluidity.nfv pool {self._wanted.key.digest} bunch {uuid.uuid4().hex[:12]}"

    def _another_mark(self, given_up: str) -> str:
        """Of a bunch that counts as not made, so that it is told from the next where it comes late."""
        self._given_up.append(given_up)
        return self._new_mark()

    def _remove_late(self) -> None:
        """Neutron may have gone on with what nobody waited for; what comes later still, the next run finds.

        Ports on a host are in their pool as soon as they are there, and so are those that another run has attached.
        """
        if self._trunk is None or not self._given_up:
            return
        with contextlib.suppress(NfvError):
            late = [port for mark in self._given_up for port in self._marked(mark)]
            there = self._trunk.look()
            self._remove([port for port in late if port not in there])

    def _marked(self, mark: str) -> list[str]:
        return [port["id"] for port in self._neutron.list("ports", description=mark, fields=["id"])]

    def _post(self, number: int, mark: str) -> list[str]:
        told = self._neutron.call("POST", "/ports", {"ports": [self._body(mark)] * number})
        return self._tagged([port["id"] for port in told["ports"]])

    def _body(self, mark: str) -> dict[str, Any]:
        wanted, key = self._wanted, self._wanted.key
        body: dict[str, Any] = {
            "network_id": key.network,
            "project_id": key.project,
            "device_owner": OWNER,
            "security_groups": list(key.groups),
            "name": wanted.name or "",
            "description": mark,
        }
        if self._subnet:
            body["fixed_ips"] = [{"subnet_id": self._subnet}]
        if key.driver != NESTED:
            body["binding:host_id"] = key.location
        return {**body, "tags": self._tags()} if self._neutron.has(TAGS_AT_ONCE) else body

    def _tags(self) -> list[str]:
        return sorted({self._wanted.key.tag, *self._wanted.tags})

    def _tagged(self, ports: list[str]) -> list[str]:
        if not self._neutron.has(TAGS_AT_ONCE):
            for port in ports:
                self._neutron.call("PUT", f"/ports/{port}/tags", {"tags": self._tags()})
        return ports

    def _fewer(self, number: int, error: Refusal) -> list[str]:
        """One address too few fails a whole bunch: where part of it will do, it is halved."""
        reason = f"pool {self._wanted.key}: {EXHAUSTED[error.kind]}"
        if not self._wanted.partial:
            raise FailedError(reason) from error
        if number == 1:
            self.shortage = reason
            return []
        return self._bunch(number // 2)

    def _made_after_all(self, number: int, mark: str) -> list[str]:
        """The ports of a bunch whose answer got lost, once all are there or no more come."""
        known: list[str] = []
        quiet = time.monotonic() + LOST_FOR
        while len(known) < number and time.monotonic() < quiet:
            found = self._marked(mark)
            if len(found) > len(known):
                quiet = time.monotonic() + LOST_FOR
            known = found
            if len(known) < number:
                time.sleep(POLL)
        return known

    def _remove(self, ports: Sequence[str]) -> None:
        for port in ports:
            delete_port(self._neutron, port)
