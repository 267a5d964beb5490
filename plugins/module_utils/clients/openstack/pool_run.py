# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pool in one run: what is wanted, seen, planned, done, and told."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from ...core.errors import FailedError, NfvError
from ...core.plan import Change
from ...model.port_pools import NESTED, TICKET_LASTS, Port, Seen, Step, Wanted
from .neutron import Neutron
from .pool_changes import Done, NoneFreeError, PoolChanges
from .pool_creation import PoolCreation
from .pool_leaks import PoolLeaks
from .pool_reading import read_pool, shown
from .pool_trunk import PoolTrunk

POLL = 0.5
REFILLS = 3
"""How often a run makes ports again because other claimants took those that it had made."""


class Planning(Protocol):
    """The pure part: the functions of ``portpool.planning``."""

    def plan_pool(self, wanted: Wanted, seen: Seen) -> tuple[Step, ...]: ...

    def sort_ports(self, wanted: Wanted, seen: Seen) -> Any: ...

    def changes(self, key: Any, steps: Iterable[Step]) -> Iterator[Change]: ...

    def smallest_free(self, limits: tuple[int, int], taken: frozenset[int], number: int) -> tuple[int, ...]: ...


class PoolRun:
    """What becomes of one pool; an error of it is kept, for other pools go on.

    :param leaks: finds ports that nobody has
    :param wait: seconds to wait for new subports to become ACTIVE
    :param threads: changes of single ports under way at one time
    """

    def __init__(
        self,
        neutron: Neutron,
        wanted: Wanted,
        subnet: str | None,
        planning: Planning,
        leaks: PoolLeaks,
        wait: float,
        threads: int,
    ):
        self._neutron = neutron
        self._leaks = leaks
        self._planning = planning
        self._wait = wait
        self._subnet = subnet
        self._threads = threads
        self.wanted = wanted
        self.seen = Seen()
        self.steps: tuple[Step, ...] = ()
        self.done = Done()
        self.error: NfvError | None = None
        self._aim = 0

    def read(self) -> None:
        """Look what there is; where ports are being taken, look again once it is clear what became of them."""
        with self._kept():
            until = time.monotonic() + TICKET_LASTS + 1
            self.seen = read_pool(self._neutron, self.wanted)
            while self.wanted.state in ("recycled", "absent") and self._taken() and time.monotonic() < until:
                time.sleep(2 * POLL)
                self.seen = read_pool(self._neutron, self.wanted)
            self.seen = replace(self.seen, loose=self._leaks.of(self.wanted))

    def _taken(self) -> bool:
        return bool(self._planning.sort_ports(self.wanted, self.seen).taken)

    def plan(self) -> None:
        if self.error is None:
            with self._kept():
                self.steps = self._planning.plan_pool(self.wanted, self.seen)
                self._aim = self._target()

    def changes(self) -> Iterator[Change]:
        return self._planning.changes(self.wanted.key, self.steps)

    def apply(self) -> None:
        """Take the steps, settle with others that filled the pool at the same time, and look what there is now."""
        if not self.steps:
            return
        with self._kept():
            self._carry_out()
        if self.error is None and self._wait:
            with self._kept():
                self._await_active()
        with self._kept():
            self.seen = replace(read_pool(self._neutron, self.wanted), loose=self.seen.loose)

    def _carry_out(self) -> None:
        trunk = None
        if self.wanted.key.driver == NESTED:
            trunk = PoolTrunk(self._neutron, self.wanted, self.seen.vlans, self._planning.smallest_free)
        creation = PoolCreation(self._neutron, self.wanted, self._subnet, trunk)
        until = time.monotonic() + self._wait
        changes = PoolChanges(self._neutron, self.wanted, creation, trunk, lambda: self._free(until), self._threads)
        self.done = changes.done
        target = self._aim
        if self.wanted.state == "claimed":
            self._hand_out(changes)
            # What is over may be meant for other claimants, who are filling the pool, too.
            target = max(target, self.wanted.batch)
        else:
            changes.carry_out(self.steps, lambda: self._size() >= target)
        if self.done.created:
            changes.carry_out(self._overshoot(target), lambda: True)
        if self.wanted.state == "absent":
            self._see_gone(changes)

    def _hand_out(self, changes: PoolChanges) -> None:
        """Make all that is planned, for each claimant needs a port of its own, and again what others took of it."""
        steps = self.steps
        for left in reversed(range(REFILLS)):
            try:
                changes.carry_out(steps, lambda: False)
                return
            except NoneFreeError:
                steps = self._planning.plan_pool(self.wanted, read_pool(self._neutron, self.wanted))
                if not left or not any(step.action in ("create", "attach") for step in steps):
                    raise

    def _see_gone(self, changes: PoolChanges) -> None:
        """Remove what tickets that came to nothing, or runs that fill the pool, have left over meanwhile.

        :raises ConflictError: somebody has taken a port
        :raises FailedError: there are ports again and again
        """
        until = time.monotonic() + TICKET_LASTS + 1
        while True:
            seen = read_pool(self._neutron, self.wanted)
            steps = self._planning.plan_pool(self.wanted, seen)
            if not steps and not self._planning.sort_ports(self.wanted, seen).taken:
                return
            if time.monotonic() > until:
                raise FailedError(
                    f"pool {self.wanted.key}: others make or take ports of it all the time; stop them, and run again"
                )
            changes.carry_out(steps, lambda: True)
            if not steps:
                time.sleep(POLL)

    def _target(self) -> int:
        """How many free ports this run means the pool to have in the end."""
        found = self._planning.sort_ports(self.wanted, self.seen)
        brought = [port for step in self.steps if step.action in ("recycle", "attach") for port in step.ports]
        ready = {port.id for port in (*found.free, *found.down, *brought)}
        return len(ready) + sum(step.number - len(step.claimants) for step in self.steps)

    def _size(self) -> int:
        query = {"network_id": self.wanted.key.network, "tags": self.wanted.key.tag, "fields": ["id", "device_id"]}
        return sum(1 for port in self._neutron.list("ports", **query) if not port["device_id"])

    def _overshoot(self, target: int) -> tuple[Step, ...]:
        """The removal of what is too much because others filled the pool, too; each run removes of its own only.

        All look at the ports in the same order, so together they remove what is above the target and no more.
        """
        exact = replace(self.wanted, state="present", count=target, maximum=None, minimum=0, partial=True)
        steps = self._planning.plan_pool(exact, read_pool(self._neutron, exact))
        mine = set(self.done.created)
        own = (replace(s, ports=tuple(p for p in s.ports if p.id in mine)) for s in steps if s.action == "remove")
        return tuple(step for step in own if step.ports)

    def _free(self, until: float) -> list[Port]:
        """What is free, or will be soon: a host takes a while to wire new subports."""
        while True:
            found = self._planning.sort_ports(self.wanted, read_pool(self._neutron, self.wanted))
            if found.free or not found.down or time.monotonic() >= until:
                return found.free
            time.sleep(POLL)

    def _await_active(self) -> None:
        """Whoever asks for a port next shall find one that works; on a trunk that is down none ever will."""
        new = [*self.done.created, *self.done.attached] if self.wanted.key.driver == NESTED else []
        until = time.monotonic() + self._wait
        while new and time.monotonic() < until:
            told = self._neutron.listed("ports", new, fields=["id", "status"])
            new = [port["id"] for port in told if port["status"] != "ACTIVE"]
            if new:
                time.sleep(POLL)

    def result(self) -> dict[str, Any]:
        """What there is and what was done, as a module returns it."""
        found = self._planning.sort_ports(self.wanted, self.seen)
        free = [*found.free, *found.down]
        done = self.done
        ports = {port.id: port for port in self.seen.ports}
        return {
            "pool": {
                "key": _shown_key(self.wanted),
                "size": len(free),
                "by_security_groups": _by_groups(free),
                "ports": shown(free),
                "in_use": len(found.in_use),
                "down": len(found.down),
                "recyclable": len(found.recyclable),
            },
            "created": done.created,
            "attached": done.attached,
            "recycled": done.recycled,
            "deleted": done.deleted,
            "released": done.released,
            "leaked": [port.id for port in (*found.suspects, *found.waiting, *found.leaked)],
            "claimed": {name: shown([port])[0] for name, port in self._claims(ports, found)},
            "quota": {**self.seen.quota, "headroom": self.seen.headroom} if self.seen.quota else None,
            "plan": [{"action": c.action, "kind": c.kind, "name": c.name} for c in self.changes()],
            "shortage": done.shortage or self._shortage(),
            **({"failed": True, "msg": str(self.error)} if self.error else {}),
        }

    def _shortage(self) -> str | None:
        """Why the pool stays below its minimum, where that is allowed."""
        wanted = self.wanted
        minimum = wanted.minimum if wanted.count is None else wanted.count
        if wanted.state != "present" or not wanted.partial or self.error or self._aim >= minimum:
            return None
        return (
            f"pool {wanted.key}: the quota of ports, or the VLANs of its trunk, suffice for {self._aim} of {minimum}: raise "
            "the quota of the project, widen segmentation_range, or lower min"
        )

    def _claims(self, ports: Mapping[str, Port], found: Any) -> Iterator[tuple[str, Port]]:
        having = {port.device: port for port in found.in_use}
        for claimant in self.wanted.claimants if self.wanted.state == "claimed" else ():
            port = ports.get(self.done.claimed.get(claimant, "")) or having.get(claimant)
            if port:
                yield claimant, port

    def _kept(self) -> _Kept:
        return _Kept(self)


class _Kept:
    """An error inside the block is this pool's own; only the first is told."""

    def __init__(self, run: PoolRun):
        self._run = run

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> bool:
        if not isinstance(error, NfvError):
            return False
        pool = str(self._run.wanted.key)
        if pool not in str(error):  # a task may have many pools
            error.message = f"pool {pool}: {error.message}"
        self._run.error = self._run.error or error
        return True


def _shown_key(wanted: Wanted) -> dict[str, Any]:
    key = wanted.key
    place = "trunk" if key.driver == NESTED else "host"
    return {
        "pool_driver": key.driver,
        place: key.location,
        "project": key.project,
        "network": key.network,
        "security_groups": list(key.groups),
    }


def _by_groups(ports: Iterable[Port]) -> list[dict[str, Any]]:
    counted: dict[tuple[str, ...], int] = {}
    for port in ports:
        counted[port.groups] = counted.get(port.groups, 0) + 1
    return [{"security_groups": list(groups), "size": size} for groups, size in sorted(counted.items())]
