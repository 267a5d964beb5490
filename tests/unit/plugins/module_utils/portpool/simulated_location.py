# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trunk or a host as a small model of its own: it does what steps say and knows nothing of how they are planned."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.superfluidity.nfv.plugins.module_utils.model.port_pools import (
    NESTED,
    SUSPECT_TAG,
    PoolKey,
    Port,
    Seen,
    Step,
)

MINUTE = 60.0


class SimulatedLocation:
    """Ports by id; each step is one of the rules of Neutron, and breaking one fails the test."""

    def __init__(self, key: PoolKey, ports: tuple[Port, ...], limit: int = -1, vlans: tuple[int, ...] = ()):
        self.key = key
        self.ports = {port.id: port for port in ports}
        self.limit = limit
        self.foreign_vlans = set(vlans)
        self.touched: set[str] = set()
        self.now = 1000 * MINUTE
        self._made = 0

    def seen(self) -> Seen:
        loose = tuple(port for port in self.ports.values() if port.device == "" and port.name == "loose")
        own = tuple(port for port in self.ports.values() if port not in loose)
        quota = {"limit": self.limit, "used": len(self.ports), "reserved": 0}
        return Seen(own, loose, frozenset(self.vlans()), quota, self.now)

    def vlans(self) -> list[int]:
        return [*self.foreign_vlans, *(port.vlan for port in self.ports.values() if port.vlan is not None)]

    def take(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            getattr(self, f"_{step.action}")(step)
            self.touched |= {port.id for port in step.ports if step.action != "claim"}
        vlans = self.vlans()
        assert len(vlans) == len(set(vlans)), "a VLAN twice on one trunk"
        assert self.limit < 0 or len(self.ports) <= self.limit, "over the quota"

    def _create(self, step: Step) -> None:
        assert self.key.driver != NESTED or len(step.vlans) == step.number
        for index in range(step.number):
            self._made += 1
            vlan = step.vlans[index] if self.key.driver == NESTED else None
            port = Port(f"new-{self._made}", groups=self.key.groups, tags=frozenset({self.key.tag}), created=self.now)
            self.ports[port.id] = replace(port, **self._on(vlan))

    def _on(self, vlan: int | None) -> dict[str, object]:
        return {} if vlan is None else {"vlan": vlan, "trunk": self.key.location, "status": "ACTIVE"}

    def _attach(self, step: Step) -> None:
        for port, vlan in zip(step.ports, step.vlans, strict=True):
            assert self.ports[port.id].trunk is None
            self.ports[port.id] = replace(self.ports[port.id], **self._on(vlan))

    def _remove(self, step: Step) -> None:
        for port in step.ports:
            del self.ports[port.id]

    def _recycle(self, step: Step) -> None:
        for port in step.ports:
            self.ports[port.id] = replace(self.ports[port.id], device="", description="", groups=self.key.groups)

    _release = _recycle

    def _reattach(self, step: Step) -> None:
        for port in step.ports:
            self.ports[port.id] = replace(self.ports[port.id], status="ACTIVE")

    def _suspect(self, step: Step) -> None:
        for port in step.ports:
            tag = f"{SUSPECT_TAG}{int(self.now)}"
            self.ports[port.id] = replace(self.ports[port.id], tags=self.ports[port.id].tags | {tag})

    def _claim(self, step: Step) -> None:
        free = [port.id for port in self.ports.values() if not port.device and port.groups == self.key.groups]
        for claimant, port in zip(step.claimants, free, strict=False):
            self.ports[port] = replace(self.ports[port], device=claimant)
