# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subports of one trunk, attached and detached while others do the same.

Neutron attaches all ports of a call or none. Who comes second with a VLAN gets a conflict; then the trunk is read
again, and what is still missing is tried on other VLANs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...core.errors import FailedError, InputError, NfvError, UnavailableError
from ...model.port_pools import Wanted
from .neutron import Neutron, Refusal
from .pool_reading import read_trunk

ATTEMPTS = 8
PAUSE = 0.2
"""Seconds before the second attempt; each further one waits longer, by chance, so that two controllers part."""

FreeVlans = Callable[[tuple[int, int], frozenset[int], int], tuple[int, ...]]


class PoolTrunk:
    """The trunk of one pool.

    :param taken: the VLANs that are in use
    :param free: the rule by which VLANs are chosen: ``free(limits, taken, number)``
    """

    def __init__(self, neutron: Neutron, wanted: Wanted, taken: frozenset[int], free: FreeVlans):
        self._neutron = neutron
        self._wanted = wanted
        self._free = free
        self._path = f"/trunks/{wanted.key.location}"
        self._on: Mapping[str, int] = {}
        self.taken = taken

    def attach(self, ports: Sequence[str]) -> list[str]:
        """Attach ports; the answer is those that are on the trunk after it.

        Ports that are not there any more are passed over: somebody has removed them.

        :raises NfvError: the trunk cannot take them; :meth:`on` tells which of them it has
        """
        waiting = list(ports)
        for attempt in range(ATTEMPTS):
            vlans = self._free(self._wanted.vlans, self.taken, len(waiting))
            if len(vlans) < len(waiting):
                raise self._full(len(waiting), len(vlans))
            try:
                self._add(dict(zip(waiting, vlans, strict=True)))
                break
            except (Refusal, UnavailableError) as error:
                waiting = self._still_waiting(waiting, set(vlans), error)
            if not waiting:
                break
            time.sleep(random.uniform(0.5, 1.0) * PAUSE * (attempt + 1))
        else:
            raise FailedError(f"trunk {self._wanted.key}: others took the VLANs first, {ATTEMPTS} times in a row: run again")
        return [port for port in ports if port in self._on]

    def reattach(self, subports: Mapping[str, int]) -> None:
        """Detach ``{port: VLAN}`` and attach each again on its VLAN, which wakes a host that has missed it."""
        self.detach(subports)
        self._add(subports)

    def detach(self, ports: Any) -> None:
        """Detach ports, in one call; those that are not on the trunk are passed over."""
        waiting, reason = sorted(ports), ""
        for _attempt in range(ATTEMPTS):
            if not waiting:
                return
            try:
                self._neutron.call("PUT", f"{self._path}/remove_subports", {"sub_ports": [{"port_id": p} for p in waiting]})
                return
            except (Refusal, UnavailableError) as error:
                there = self._read(gone=True)
                if isinstance(error, Refusal) and set(waiting) <= there.keys() and error.status != 409:
                    raise
                waiting, reason = [port for port in waiting if port in there], str(error)
        raise FailedError(f"trunk {self._wanted.key}: {len(waiting)} subports cannot be detached: {reason}")

    def _add(self, subports: Mapping[str, int]) -> None:
        rows = [{"port_id": port, "segmentation_type": "vlan", "segmentation_id": vlan} for port, vlan in subports.items()]
        told = self._neutron.call("PUT", f"{self._path}/add_subports", {"sub_ports": rows})
        self._learn({sub["port_id"]: sub["segmentation_id"] for sub in told["sub_ports"]})

    def _still_waiting(self, ports: list[str], tried: set[int], error: NfvError) -> list[str]:
        """What is left to attach after a refusal that others caused; any other refusal is raised again."""
        there = self._read()
        left = [port for port in ports if port not in there]
        existing = {port["id"] for port in self._neutron.listed("ports", left, fields=["id"])} if left else set()
        others = len(left) < len(ports) or existing < set(left) or bool(tried & self.taken)
        if isinstance(error, Refusal) and not others:
            raise error
        return [port for port in left if port in existing]

    def _read(self, gone: bool = False) -> dict[str, int]:
        try:
            there = read_trunk(self._neutron, self._wanted.key.location)
        except Refusal as error:
            if not (gone and error.status == 404):
                raise
            there = {}
        self._learn(there)
        return there

    def _learn(self, there: dict[str, int]) -> None:
        self._on = there
        self.taken = frozenset(there.values())

    def look(self) -> Mapping[str, int]:
        """``{port: VLAN}`` as the trunk is now."""
        return self._read()

    def on(self) -> Mapping[str, int]:
        """``{port: VLAN}`` as the trunk was last seen."""
        return self._on

    def _full(self, needed: int, free: int) -> InputError:
        low, high = self._wanted.vlans
        return InputError(
            f"trunk {self._wanted.key}: {needed} VLANs are needed and {free} of {low} to {high} are free: widen "
            "segmentation_range or use another trunk"
        )
