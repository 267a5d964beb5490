# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that nobody seems to have: made and never attached, or left behind by a trunk that is gone.

They are of no pool that is worked on, so they are looked for in the whole network, once for all pools of a run.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from ...model.port_pools import NESTED, OWNER, SUBPORT_OWNER, PoolKey, Port, Wanted
from .neutron import Neutron
from .pool_reading import FIELDS, read_trunks, to_port

YOUNG = 60.0
"""Seconds within which a port that we made for another pool may still be on its way to its trunk."""
AUDITING = ("recycled", "absent")


@dataclass(frozen=True, slots=True)
class _Network:
    """The ports of a network and project on no trunk, and the ids of the trunks that there are."""

    ports: tuple[Port, ...]
    trunks: frozenset[str]
    now: float


class PoolLeaks:
    """Candidates for leaks; safe for several threads."""

    def __init__(self, neutron: Neutron):
        self._neutron = neutron
        self._lock = threading.Lock()
        self._read: dict[tuple[str, str], _Network] = {}

    def of(self, wanted: Wanted) -> tuple[Port, ...]:
        """What a run with this pool may take for leaks.

        One that recycles looks for all; one that removes its pool looks for what trunks have left that are gone.
        """
        if wanted.state not in AUDITING or (wanted.state == "absent" and wanted.key.driver != NESTED):
            return ()
        key = (wanted.key.network, wanted.key.project)
        with self._lock:
            if key not in self._read:
                self._read[key] = self._look(*key)
            found = self._read[key]
        return tuple(port for port in found.ports if _is_candidate(wanted, port, found))

    def _look(self, network: str, project: str) -> _Network:
        """Trunks are read after the ports, so that what is attached meanwhile is seen on one; trunks of other projects, too."""
        query = {"network_id": network, "project_id": project}
        told = self._neutron.list("ports", device_owner=OWNER, status="DOWN", fields=FIELDS, **query)
        others = self._neutron.list("ports", device_owner=[SUBPORT_OWNER, ""], fields=["id"], **query)
        trunks = read_trunks(self._neutron, "id", "sub_ports") if told or others else []
        attached = {sub["port_id"] for trunk in trunks for sub in trunk["sub_ports"]}
        loose = {port["id"] for port in others} - attached
        told += self._neutron.listed("ports", loose, fields=FIELDS)
        ports = tuple(to_port(port) for port in told if port["id"] not in attached)
        return _Network(ports, frozenset(trunk["id"] for trunk in trunks), self._neutron.now)


def _is_candidate(wanted: Wanted, port: Port, found: _Network) -> bool:
    ours = port.pool is not None
    if port.works or port.pool == wanted.key.digest or not wanted.tags <= port.tags:
        return False
    left = ours or (wanted.tags and port.owner == SUBPORT_OWNER)
    if wanted.state == "absent" and (port.pool in _living(port, found.trunks) or not left):
        return False
    return _is_homeless(port, bool(wanted.tags)) and not (ours and found.now - port.created < YOUNG)


def _is_homeless(port: Port, tagged: bool) -> bool:
    """Whether a port that is on no trunk is on no host either, and nobody's who is about to use it.

    One without an owner that we did not make is taken for a leak only where the pool has tags of its own.
    """
    ours = port.pool is not None
    if port.owner == SUBPORT_OWNER:
        return ours or tagged or port.status != "ACTIVE"
    if not port.owner:
        return ours or (tagged and not port.host)
    return port.host == "" or (port.host is None and ours)


def _living(port: Port, trunks: frozenset[str]) -> Iterator[str]:
    """The pools of trunks that are there of which the port may be: whoever fills them brings it to its trunk."""
    return (PoolKey(NESTED, trunk, port.project, port.network, port.groups).digest for trunk in trunks)
