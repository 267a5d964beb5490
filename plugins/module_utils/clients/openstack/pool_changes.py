# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out the steps of one pool's plan, so that no port that somebody uses is touched.

Whoever wants a port, to use or to remove it, draws a ticket for it (see ``model.port_pools``) and has it or has it
not. So two controllers and any number of claimants can act at once.
"""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ...core.errors import FailedError
from ...model.port_pools import REMOVING, SUSPECT_TAG, TICKET, TICKET_HOLDS, Port, Step, Wanted
from .neutron import Neutron, Refusal
from .pool_creation import PoolCreation
from .pool_trunk import PoolTrunk
from .port_deletion import delete_port

USED = ("device_id", "description", "security_groups")
"""What tells of a port's user: who it is, a ticket, and what the user may have changed."""
LATE = (404, 412)
"""The port is gone, or changed since it was seen."""
LOOKS = 3
"""How often it is looked for free ports, beside once for each claimant."""


class NoneFreeError(FailedError):
    """There is no port for a claimant."""


@dataclass(slots=True)
class Done:
    """Ids of ports by what was done to them; ``claimed`` by claimant."""

    created: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    recycled: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    """Those that are to go; they are only deleted once they are off their trunk."""
    deleted: list[str] = field(default_factory=list)
    suspected: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    claimed: dict[str, str] = field(default_factory=dict)
    shortage: str | None = None

    @property
    def anything(self) -> bool:
        lists = (self.created, self.attached, self.recycled, self.marked, self.suspected, self.released, self.claimed)
        return any(lists)


class PoolChanges:
    """The changes of one pool.

    :param trunk: None for a pool on a host
    :param look: reads anew which ports are free; none where none will be
    :param threads: changes of single ports under way at one time
    """

    def __init__(
        self,
        neutron: Neutron,
        wanted: Wanted,
        creation: PoolCreation,
        trunk: PoolTrunk | None,
        look: Callable[[], Iterable[Port]],
        threads: int,
    ):
        self._neutron = neutron
        self._wanted = wanted
        self._creation = creation
        self._trunk = trunk
        self._look = look
        self._threads = threads
        self.done = Done()

    def carry_out(self, steps: Iterable[Step], enough: Callable[[], bool]) -> None:
        """Take the steps in order.

        :param enough: whether the pool has by now what it is to have, for others may fill it, too
        :raises NfvError: one failed; ``done`` tells what was done before
        """
        for step in steps:
            if step.action == "create":
                self._create(step, enough)
            else:
                getattr(self, f"_{step.action}")(step)

    def _create(self, step: Step, enough: Callable[[], bool]) -> None:
        try:
            self._creation.make(step.number, enough)
        finally:
            self.done.created += self._creation.made
            self.done.shortage = self._creation.shortage

    def _attach(self, step: Step) -> None:
        self.done.attached += self._on_trunk().attach([port.id for port in step.ports])

    def _remove(self, step: Step) -> None:
        """Each port is taken first, as a claimant would; subports are then detached, all in one call."""
        taken = [port for port in self._each(self._taken, ((port,) for port in step.ports)) if port]
        self.done.marked += [port.id for port in taken]
        if subports := [port.id for port in taken if port.trunk is not None]:
            self._on_trunk().detach(subports)
        self._each(self._delete, ((port.id,) for port in taken))

    def _taken(self, port: Port) -> Port | None:
        """The port, so marked that no claimant takes it and whoever finds it removes it; None where it is somebody's now."""
        return port if port.device == REMOVING or self._named(port, REMOVING) else None

    def _delete(self, port: str) -> None:
        try:
            delete_port(self._neutron, port)
        except Refusal as error:
            if error.status != 409 or self._trunk is None:
                raise
            self._trunk.detach([port])  # somebody has attached it again
            delete_port(self._neutron, port)
        self.done.deleted.append(port)

    def _named(self, port: Port, device: str) -> bool:
        """Give a free port its user, unless somebody else was faster."""
        until = time.monotonic() + TICKET_HOLDS
        revision = self._ticket(port)
        while revision is not None and time.monotonic() < until:
            if self._put(port.id, {"device_id": device}, revision) is not None:
                return True
            revision = self._revision(port.id)  # late tickets of others count it up, and take nothing from us
        return False

    def _ticket(self, port: Port) -> int | None:
        """The port's revision after our ticket where that was the first; None where somebody has changed the port since.

        The port that is seen may be in use, where the user forces it, or have a leftover for a user.
        """
        found = self._put_as_seen(port, {"description": f"{TICKET}{uuid.uuid4().hex}"})
        return found[1] if found and found[1] == found[0] + 1 else None

    def _put_as_seen(self, port: Port, body: Mapping[str, Any]) -> tuple[int, int] | None:
        """Change a port that is nobody else's since it was seen: the revisions before and after, or None.

        Revisions are also counted up by what concerns no user, such as the status of a port that is being wired.
        """
        until = time.monotonic() + TICKET_HOLDS
        before: int | None = port.revision
        while before is not None:
            after = self._put(port.id, body, before)
            if after is not None:
                return before, after
            before = self._revision(port.id, as_seen=port) if time.monotonic() < until else None
        return None

    def _put(self, port: str, body: Mapping[str, Any], revision: int | None) -> int | None:
        """Change a port that is still at a revision; the new one, or None where it is not."""
        try:
            told = self._neutron.call("PUT", f"/ports/{port}", {"port": body}, revision=revision)
        except Refusal as error:
            if error.status not in LATE:
                raise
            return None
        return told["port"]["revision_number"]

    def _revision(self, port: str, as_seen: Port | None = None) -> int | None:
        """The port's revision now; None where it is gone, or its user, ticket or groups are not those that were seen."""
        try:
            told = self._neutron.get(f"/ports/{port}", fields=["revision_number", *USED])
        except Refusal as error:
            if error.status not in LATE:
                raise
            return None
        now = told["port"]
        used = (now["device_id"], now["description"] or "", tuple(sorted(now["security_groups"])))
        changed = as_seen is not None and used != (as_seen.device, as_seen.description, as_seen.groups)
        return None if changed else now["revision_number"]

    def _recycle(self, step: Step) -> None:
        self._each(self._free, ((port, self.done.recycled) for port in step.ports))

    def _release(self, step: Step) -> None:
        self._each(self._free, ((port, self.done.released) for port in step.ports))

    def _free(self, port: Port, freed: list[str]) -> None:
        if self._put_as_seen(port, self._fresh(port)):
            freed.append(port.id)

    def _fresh(self, port: Port) -> dict[str, Any]:
        """A port as it is to be when it is free: the groups are given back in the same call that frees it."""
        body: dict[str, Any] = {"device_id": "", "description": f"superfluidity.nfv pool {self._wanted.key.digest}"}
        if port.groups != self._wanted.key.groups:
            body["security_groups"] = list(self._wanted.key.groups)
        if self._wanted.name not in (None, port.name):
            body["name"] = self._wanted.name
        return body

    def _suspect(self, step: Step) -> None:
        self._each(self._mark, ((port.id,) for port in step.ports))
        self.done.suspected += [port.id for port in step.ports]

    def _mark(self, port: str) -> None:
        try:
            self._neutron.call("PUT", f"/ports/{port}/tags/{SUSPECT_TAG}{int(self._neutron.now)}")
        except Refusal as error:
            if error.status != 404:
                raise

    def _reattach(self, step: Step) -> None:
        """A port that has a user cannot be attached, so a ticket must do while it is off the trunk."""
        drawn = self._each(self._ticket, ((port,) for port in step.ports))
        taken = {port.id: port for port, revision in zip(step.ports, drawn, strict=True) if revision is not None}
        subports = {port.id: port.vlan for port in taken.values() if port.vlan is not None}
        if subports:
            self._on_trunk().reattach(subports)
            self._each(self._put, ((port, self._fresh(taken[port]), None) for port in subports))
            self.done.recycled += sorted(subports)

    def _claim(self, step: Step) -> None:
        """Each claimant gets a port; claimants that run at once begin at different ports."""
        ready = _Ready(step.ports, step.claimants, self._look)
        self._each(self._claim_one, ((claimant, ready) for claimant in step.claimants))

    def _claim_one(self, claimant: str, ready: _Ready) -> None:
        for port in ready:
            if self._named(port, claimant):
                self.done.claimed[claimant] = port.id
                return
        raise NoneFreeError(
            f"pool {self._wanted.key}: no free port is left for {claimant}: raise min, or wait until its ports are ACTIVE"
        )

    def _on_trunk(self) -> PoolTrunk:
        if self._trunk is None:
            raise FailedError(f"pool {self._wanted.key}: only pools on trunks attach and detach")
        return self._trunk

    def _each(self, change: Callable[..., Any], rows: Iterable[tuple[Any, ...]]) -> list[Any]:
        """``change(*row)`` for each row, some at a time; the first failure is raised when all have ended."""
        rows = list(rows)
        if len(rows) == 1 or self._threads == 1:
            return [change(*row) for row in rows]
        with ThreadPoolExecutor(self._threads) as pool:
            begun = [pool.submit(change, *row) for row in rows]
        return [one.result() for one in begun]


class _Ready:
    """Free ports that several threads draw from; when they run out, it is looked again until there are none."""

    def __init__(self, ports: Iterable[Port], claimants: Sequence[str], look: Callable[[], Iterable[Port]]):
        self._seed = "\n".join(claimants)
        self._look = look
        self._lock = threading.Lock()
        self._ports = self._shuffled(ports)
        self._looks = len(claimants) + LOOKS

    def _shuffled(self, ports: Iterable[Port]) -> Iterator[Port]:
        def place(port: Port) -> bytes:
            return hashlib.sha256(f"{self._seed}\n{port.id}".encode()).digest()

        return iter(sorted(ports, key=place))

    def __iter__(self) -> Iterator[Port]:
        while (port := self._next()) is not None:
            yield port

    def _next(self) -> Port | None:
        with self._lock:
            port = next(self._ports, None)
            if port is None and self._looks:
                self._looks -= 1
                self._ports = self._shuffled(self._look())
                port = next(self._ports, None)
                self._looks = self._looks if port else 0
            return port
