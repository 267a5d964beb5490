# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools of ready Neutron ports: what a pool is, what is wanted of it, what is seen of it and what is to be done.

A container must not wait for Neutron to make its port, so ports are made in advance. A pool is the set of
free ports that can stand in for each other: same host or trunk, project, network and security groups. All
of its state is in Neutron, so every controller and every run sees the same truth:

=====================  ==========================================================================
a port is              when it is at the pool's location and
=====================  ==========================================================================
free                   its ``device_id`` is empty, its ``description`` is no ticket, its groups are the pool's
being taken            its ``description`` is a :data:`TICKET`; its ``device_id`` will follow at once
in use                 its ``device_id`` names its user, or Kubernetes says that a pod has it
being removed          its ``device_id`` is :data:`REMOVING`; whoever sees it may finish the removal
=====================  ==========================================================================

Why a ticket: Neutron's condition ``If-Match`` holds against changes that are over, not against those under way. Of
two claimants that ask in the same moment both are told yes, and the second overwrites the first. But each change
counts up the port's revision by one and is told the new number. So a claimant first writes a ticket that says
nothing: whose number is the next after the one it read has the port, and only then writes its name.

The key of a pool is that of Kuryr since its Queens release; security groups are sorted, since Neutron gives
them in any order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.ownership import PREFIX

POOL_TAG = f"{PREFIX}:pool="
SUSPECT_TAG = f"{PREFIX}:leak-suspected="
MARK_HOLDS = 60.0
"""Seconds within which the mark of a suspicion is written; a port that changed later than that has been somebody's since."""
REMOVING = f"{PREFIX}:removing"
TICKET = "superfluidity.nfv ticket "
TICKET_LASTS = 15.0
"""Seconds within which whoever has drawn a ticket has written its name; after that, nobody has the port."""
TICKET_HOLDS = 5.0
"""Seconds after which who has drawn a ticket gives up, well before anybody takes it for abandoned."""

OWNER = "compute:kuryr"
SUBPORT_OWNER = "trunk:subport"

NEUTRON, NESTED = "neutron", "nested"


@dataclass(frozen=True, slots=True)
class Port:
    """A port as Neutron tells it; times are seconds since 1970 by Neutron's clock."""

    id: str
    status: str = "DOWN"
    owner: str = OWNER
    device: str = ""
    groups: tuple[str, ...] = ()
    network: str = ""
    project: str = ""
    host: str | None = ""
    """``binding:host_id``; None where the user may not see it."""
    addresses: tuple[str, ...] = ()
    mac: str = ""
    name: str = ""
    description: str = ""
    tags: frozenset[str] = frozenset()
    revision: int = 0
    created: float = 0.0
    updated: float = 0.0
    vif_type: str | None = None
    trunk: str | None = None
    vlan: int | None = None

    @property
    def ticketed(self) -> bool:
        """Whether somebody has drawn a ticket for the port and not written a name yet."""
        return self.description.startswith(TICKET) and not self.device

    @property
    def suspected(self) -> float | None:
        """When an audit took the port for a leak; None where none has, or the port was changed since."""
        times = (tag.removeprefix(SUSPECT_TAG) for tag in self.tags if tag.startswith(SUSPECT_TAG))
        last = max((float(time) for time in times if time.isdecimal()), default=None)
        return None if last is None or self.updated - last > MARK_HOLDS else last

    @property
    def works(self) -> bool:
        """Whether traffic can reach the port: it is ACTIVE, and not only because nobody told it that its trunk is gone.

        OVN takes owner and host from the subports of a trunk that is deleted. ML2/OVS leaves ``trunk:subport`` and the
        host, and ACTIVE where that host is dead.
        """
        left = self.trunk is None and (self.owner == SUBPORT_OWNER or (not self.owner and self.pool is not None))
        return self.status == "ACTIVE" and not left

    @property
    def pool(self) -> str | None:
        """The pool that the port was made for, as :attr:`PoolKey.digest`; None for a port that we did not make."""
        return next((tag.removeprefix(POOL_TAG) for tag in self.tags if tag.startswith(POOL_TAG)), None)


@dataclass(frozen=True, slots=True)
class PoolKey:
    """What the ports of one pool have in common; everything by id, but a host by name."""

    driver: str
    location: str
    """The host of a ``neutron`` pool, the trunk of a ``nested`` one."""
    project: str
    network: str
    groups: tuple[str, ...]
    label: str = field(default="", compare=False)
    """The names that the user gave, for sentences: ``worker-0/pods``."""

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that stand for the key in a tag."""
        parts = (self.driver, self.location, self.project, self.network, *self.groups)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @property
    def tag(self) -> str:
        return f"{POOL_TAG}{self.digest}"

    def __str__(self) -> str:
        return self.label or f"{self.location}/{self.network}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a pool.

    ``minimum`` free ports, made in bunches of at least ``batch``, never more than ``maximum`` (None: no limit);
    or exactly ``count``. ``in_use`` are ids of ports that somebody uses without writing it into Neutron, as
    Kuryr does; None where nobody said. Times in seconds.
    """

    key: PoolKey
    state: str = "present"
    minimum: int = 5
    maximum: int | None = None
    batch: int = 10
    count: int | None = None
    vlans: tuple[int, int] = (1, 4094)
    name: str | None = None
    """What free ports are called; None to leave names alone."""
    tags: frozenset[str] = frozenset()
    in_use: frozenset[str] | None = None
    partial: bool = False
    force: bool = False
    reattach_after: float | None = 90.0
    leak_grace: float = 0.0
    claimants: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    """Of ``released``: ids of ports to give back, beside those of the claimants."""
    missing: str | None = None
    """What is named and not there, as a sentence: a trunk that is gone, or, in a check, what is still to be made."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What Neutron tells of a pool's location at one moment.

    ``ports`` are at the location or were made for it; ``loose`` are candidates for leaks: of the same network
    and project, on no trunk and in no pool of a host. ``vlans`` are all that are taken on the trunk, by whatever.
    """

    ports: tuple[Port, ...] = ()
    loose: tuple[Port, ...] = ()
    vlans: frozenset[int] = frozenset()
    quota: Mapping[str, int] | None = None
    now: float = 0.0

    @property
    def headroom(self) -> int | None:
        """How many more ports the quota allows; None for no limit, or where the user may not ask."""
        if not self.quota or self.quota["limit"] < 0:
            return None
        return max(0, self.quota["limit"] - self.quota["used"] - self.quota["reserved"])


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of action on some ports.

    ==========  ====================================================================================
    remove      take each, detach all at once, delete each
    suspect     mark what looks like a leak, for the next pass
    recycle     give groups and name back, and clear what the last user left
    reattach    detach and attach again what does not come up
    attach      bring ports that were made earlier to the trunk, on ``vlans``
    create      make ``number`` ports and, on a trunk, attach them on ``vlans``
    release     give back what users have
    claim       hand the first that is still free of ``ports`` to each of ``claimants``
    ==========  ====================================================================================
    """

    action: str
    ports: tuple[Port, ...] = ()
    vlans: tuple[int, ...] = ()
    number: int = 0
    claimants: tuple[str, ...] = ()
    reason: str = ""
