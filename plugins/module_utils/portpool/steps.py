# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a plan tells the steps to be taken: change by change, for ``--diff`` and a module's result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..core.plan import Change
from ..model.port_pools import NESTED, PoolKey, Port, Step
from .sorting import age


def changes(key: PoolKey, steps: Sequence[Step]) -> Iterator[Change]:
    """The steps as single changes, for ``--diff`` and a module's result."""
    for step in steps:
        if step.action == "create":
            yield from _creations(key, step)
        elif step.action == "claim":
            yield from (_claim(key, step, index) for index in range(len(step.claimants)))
        else:
            yield from (_change(key, step, index) for index in range(len(step.ports)))


def _creations(key: PoolKey, step: Step) -> Iterator[Change]:
    after: dict[str, Any] = {"pool": str(key), "security_groups": list(key.groups)}
    for index in range(step.number):
        if key.driver == NESTED:
            vlan = step.vlans[index]
            yield Change("port", f"{key}: VLAN {vlan}", None, {**after, "segmentation_id": vlan})
        else:
            yield Change("port", f"{key}: {index + 1} of {step.number}", None, after)


def _claim(key: PoolKey, step: Step, index: int) -> Change:
    claimant = step.claimants[index]
    ready = step.ports[index].id if index < len(step.ports) else f"{key}: one just made"
    return Change("port", ready, {"device_id": ""}, {"device_id": claimant})


def _change(key: PoolKey, step: Step, index: int) -> Change:
    port = step.ports[index]
    before = _shown(port)
    if step.action == "remove":
        return Change("port", port.id, {**before, "reason": step.reason}, None)
    if step.action in ("recycle", "release"):
        before = {"device_id": port.device, "security_groups": list(port.groups), "name": port.name}
        after = {"device_id": "", "security_groups": list(key.groups)}
        return Change("port", port.id, {item: before[item] for item in after}, after)
    if step.action == "suspect":
        return Change("port", port.id, {**before, "suspected": False}, {**before, "suspected": True})
    if step.action == "attach":
        return Change("port", port.id, {"trunk": None}, {"trunk": key.location, "segmentation_id": step.vlans[index]})
    return Change("port", port.id, {"status": port.status}, {"status": "ACTIVE"})


def _shown(port: Port) -> dict[str, Any]:
    shown = {"addresses": list(port.addresses), "status": port.status, "segmentation_id": port.vlan}
    return {name: value for name, value in shown.items() if value not in (None, [])}


def newest(ports: Sequence[Port], number: int) -> tuple[Port, ...]:
    """The ports to do without: what does not work first, then the newest; the order is the same for all who look."""
    backwards = sorted(ports, key=age, reverse=True)
    return tuple(sorted(backwards, key=lambda port: port.status == "ACTIVE")[:number])
