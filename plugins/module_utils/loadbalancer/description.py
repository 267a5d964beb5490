# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a load balancer is to be, in words of no product: plans for Octavia and others are made from it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Member:
    """One server behind a listener."""

    name: str
    address: str
    port: int
    weight: int = 1


@dataclass(frozen=True)
class Monitor:
    """How members are probed. Times in s; the last three are for probes by HTTP alone, and None leaves them open."""

    type: str
    delay: int = 5
    timeout: int = 3
    max_retries: int = 3
    max_retries_down: int = 3
    http_method: str | None = None
    url_path: str | None = None
    expected_codes: str | None = None


@dataclass(frozen=True)
class Timeouts:
    """After which silence a connection is cut, in ms; None is the product's own default."""

    client_data: int | None = None
    member_data: int | None = None
    member_connect: int | None = None


@dataclass(frozen=True)
class Listener:
    """One port of the address and the members that serve it.

    ``protocol`` is TCP, UDP or SCTP. ``affinity`` is for how many s a client stays with its member, None for not at all.
    ``sources`` are the networks that may come in, none for all.
    """

    name: str
    protocol: str
    port: int
    members: tuple[Member, ...] = ()
    algorithm: str = "ROUND_ROBIN"
    affinity: int | None = None
    sources: tuple[str, ...] = ()
    timeouts: Timeouts = field(default_factory=Timeouts)
    monitor: Monitor | None = None


@dataclass(frozen=True)
class LoadBalancer:
    """One address with its listeners; ``public`` asks for a public address too, of any value or ``public_address``."""

    name: str
    address: str
    listeners: tuple[Listener, ...] = ()
    public: bool = False
    public_address: str | None = None


@dataclass(frozen=True)
class Settings:
    """What the user chooses for all listeners; ``prefix`` goes before every name."""

    prefix: str = ""
    algorithm: str = "ROUND_ROBIN"
    timeouts: Timeouts = field(default_factory=Timeouts)
    monitor: Monitor | None = None
