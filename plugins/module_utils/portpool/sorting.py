# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which port of a pool's location is free, in use, to be recycled, or nobody's."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model.port_pools import NESTED, REMOVING, TICKET_LASTS, Port, Seen, Wanted


@dataclass(slots=True)
class Sorted:
    """The ports of one pool; each is in one list only.

    ``down`` are free subports that do not work (yet); ``detached`` were made for this pool and never got to its
    trunk; ``recyclable`` are free but for what their last user left; ``removing`` are being removed;
    ``taken`` are about to be somebody's, and ``abandoned`` were and never became it;
    ``suspects`` look like leaks for the first time and ``leaked`` for the second; ``waiting`` did so too lately.
    """

    free: list[Port] = field(default_factory=list)
    down: list[Port] = field(default_factory=list)
    detached: list[Port] = field(default_factory=list)
    recyclable: list[Port] = field(default_factory=list)
    in_use: list[Port] = field(default_factory=list)
    taken: list[Port] = field(default_factory=list)
    abandoned: list[Port] = field(default_factory=list)
    removing: list[Port] = field(default_factory=list)
    waiting: list[Port] = field(default_factory=list)
    suspects: list[Port] = field(default_factory=list)
    leaked: list[Port] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many ports the pool has to give, now or in a moment."""
        return len(self.free) + len(self.down)


def sort_ports(wanted: Wanted, seen: Seen) -> Sorted:
    """The ports of ``wanted``'s pool, each list oldest first."""
    found = Sorted()
    for port in sorted(seen.ports, key=age):
        if belongs(wanted, port):
            getattr(found, _class(wanted, port, seen.now)).append(port)
    for port in sorted(seen.loose, key=age):
        if at_once(wanted) or not _used(wanted, port):
            getattr(found, _suspicion(wanted, port, seen.now)).append(port)
    return found


def age(port: Port) -> tuple[float, str]:
    """Oldest first, and the same order for every controller that looks."""
    return (port.created, port.id)


def belongs(wanted: Wanted, port: Port) -> bool:
    """Whether a port at the location is of this pool.

    One that we made is of the pool that it was made for, whatever its last user did to it. One that somebody
    else made, such as Kuryr or a Heat template, is of the pool whose security groups it has; a run that
    recycles takes it over with other groups, too, and so does whoever lists it as used.
    """
    if not wanted.tags <= port.tags:
        return False
    if port.pool is not None:
        return port.pool == wanted.key.digest
    return port.groups == wanted.key.groups or wanted.state == "recycled"


def at_once(wanted: Wanted) -> bool:
    """Whether what trunks left goes without a second look, whoever had it: tags say whose it is, and force that it may."""
    return wanted.state == "absent" and wanted.force and bool(wanted.tags)


def _suspicion(wanted: Wanted, port: Port, now: float) -> str:
    """Two passes of an audit must find a leak: in between, a port just made would have been attached."""
    if at_once(wanted):
        return "leaked"
    if port.suspected is None:
        return "suspects"
    return "leaked" if now - port.suspected >= wanted.leak_grace else "waiting"


def _class(wanted: Wanted, port: Port, now: float) -> str:
    """The first rule that holds says what a port is."""
    nested = wanted.key.driver == NESTED
    rules = (
        ("removing", port.device == REMOVING),
        ("in_use", _used(wanted, port)),
        ("taken", port.ticketed and now - port.updated < TICKET_LASTS),
        ("detached", nested and port.trunk is None),
        ("abandoned", port.ticketed),
        ("recyclable", not is_clean(wanted, port)),
        ("down", nested and port.status != "ACTIVE"),
        ("free", True),
    )
    return next(name for name, holds in rules if holds)


def is_clean(wanted: Wanted, port: Port) -> bool:
    """Whether nothing of its last user is left on the port."""
    renamed = wanted.state == "recycled" and wanted.name not in (None, port.name)
    return not port.device and not port.ticketed and port.groups == wanted.key.groups and not renamed


def _used(wanted: Wanted, port: Port) -> bool:
    """Whether somebody has the port; only a run that recycles takes ``device_id`` for a leftover of the past."""
    if wanted.in_use is not None and port.id in wanted.in_use:
        return True
    leftover = wanted.in_use is not None and wanted.state == "recycled"
    return bool(port.device) and port.device != REMOVING and not leftover
