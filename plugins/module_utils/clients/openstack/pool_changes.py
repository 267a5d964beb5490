# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out the steps of one pool's plan, so that no port that somebody uses is touched.

Every change of a port names the revision that the plan saw (``If-Match``). Who is late is refused and goes without.
Neutron knows no such condition for the detaching of subports; so a subport is first taken, as a claimant would,
with a mark for a name, and only then detached. Two controllers and any number of claimants can thus act at once.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ...core.errors import FailedError
from ...model.port_pools import REATTACHING, REMOVING, SUSPECT_TAG, Port, Step, Wanted
from .neutron import Neutron, Refusal
from .pool_creation import PoolCreation
from .pool_trunk import PoolTrunk

LATE = (404, 412)
"""The port is gone, or changed since it was seen."""


@dataclass(slots=True)
class Done:
    """Ids of ports by what was done to them; ``claimed`` by claimant."""

    created: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    recycled: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    suspected: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    claimed: dict[str, str] = field(default_factory=dict)
    shortage: str | None = None


class PoolChanges:
    """The changes of one pool.

    :param trunk: None for a pool on a host
    :param look: reads anew which ports are free
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
        """Ports on a trunk are taken, detached in one call and deleted; any other goes if it is as it was."""
        subports = [port for port in step.ports if port.trunk is not None]
        taken = [port.id for port in self._each(self._taken, ((port, REMOVING) for port in subports)) if port]
        if taken:
            self._on_trunk().detach(taken)
        others = [port for port in step.ports if port.trunk is None]
        gone = self._each(self._delete, [*((port, None) for port in taken), *((p.id, p.revision) for p in others)])
        self.done.deleted += [port for port in gone if port]

    def _delete(self, port: str, revision: int | None) -> str | None:
        """The id of the port once it is gone; None where somebody has changed it since."""
        try:
            self._neutron.call("DELETE", f"/ports/{port}", revision=revision)
        except Refusal as error:
            if error.status == 412:
                return None
            if error.status == 409 and self._trunk is not None:
                self._trunk.detach([port])
                self._neutron.call("DELETE", f"/ports/{port}")
            elif error.status != 404:
                raise
        return port

    def _taken(self, port: Port, mark: str) -> Port | None:
        """The port, marked; None where somebody was faster."""
        return port if port.device == mark else self._put(port, {"device_id": mark})

    def _put(self, port: Port, body: Mapping[str, Any]) -> Port | None:
        """Change a port that is still as it was seen; None where it is not.

        An answer may get lost and the change be sent twice: then the second is late behind the first.
        """
        try:
            self._neutron.call("PUT", f"/ports/{port.id}", {"port": body}, revision=port.revision)
        except Refusal as error:
            if error.status not in LATE:
                raise
            return port if error.status == 412 and self._is(port.id, body) else None
        return port

    def _is(self, port: str, body: Mapping[str, Any]) -> bool:
        try:
            told = self._neutron.get(f"/ports/{port}", fields=list(body))["port"]
        except Refusal:
            return False
        return bool(body.get("device_id")) and told["device_id"] == body["device_id"]

    def _recycle(self, step: Step) -> None:
        ready = self._each(self._put, ((port, self._fresh(port)) for port in step.ports))
        self.done.recycled += [port.id for port in ready if port]

    def _release(self, step: Step) -> None:
        ready = self._each(self._put, ((port, self._fresh(port)) for port in step.ports))
        self.done.released += [port.id for port in ready if port]

    def _fresh(self, port: Port) -> dict[str, Any]:
        """A port as it is to be when it is free: the groups are given back in the same call that frees it."""
        body: dict[str, Any] = {"device_id": ""}
        if port.groups != self._wanted.key.groups:
            body["security_groups"] = list(self._wanted.key.groups)
        if self._wanted.name not in (None, port.name):
            body["name"] = self._wanted.name
        return body

    def _suspect(self, step: Step) -> None:
        mark = f"{SUSPECT_TAG}{int(self._neutron.now)}"
        self._each(self._tag, ((port.id, mark) for port in step.ports))
        self.done.suspected += [port.id for port in step.ports]

    def _tag(self, port: str, tag: str) -> None:
        try:
            self._neutron.call("PUT", f"/ports/{port}/tags/{tag}")
        except Refusal as error:
            if error.status != 404:
                raise

    def _reattach(self, step: Step) -> None:
        taken = [port for port in self._each(self._taken, ((port, REATTACHING) for port in step.ports)) if port]
        subports = {port.id: port.vlan for port in taken if port.vlan is not None}
        if subports:
            self._on_trunk().reattach(subports)
            self._each(self._clear, ((port,) for port in subports))
            self.done.recycled += sorted(subports)

    def _clear(self, port: str) -> None:
        self._neutron.call("PUT", f"/ports/{port}", {"port": {"device_id": ""}})

    def _claim(self, step: Step) -> None:
        """Each claimant gets a port; claimants that run at once begin at different ports."""
        ready = _Ready(step.ports, step.claimants, self._look)
        pairs = self._each(self._claim_one, ((claimant, ready) for claimant in step.claimants))
        self.done.claimed.update(pairs)

    def _claim_one(self, claimant: str, ready: _Ready) -> tuple[str, str]:
        for port in ready:
            if self._put(port, {"device_id": claimant}):
                return claimant, port.id
        raise FailedError(
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
    """Free ports that several threads draw from; when they run out, it is looked once more."""

    def __init__(self, ports: Iterable[Port], claimants: Iterable[str], look: Callable[[], Iterable[Port]]):
        self._seed = "\n".join(claimants)
        self._look = look
        self._lock = threading.Lock()
        self._ports = self._shuffled(ports)
        self._looked = False

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
            if port is None and not self._looked:
                self._looked = True
                self._ports = self._shuffled(self._look())
                port = next(self._ports, None)
            return port
