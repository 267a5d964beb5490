# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a load balancer is to be, in words of no product: plans for Octavia and others are made from it.

The words for protocols, algorithms, kinds of persistence and of probes are the keys of ``back_ends.WORDS``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNLIMITED = -1
"""A limit that is said to be none; None says nothing of it."""


@dataclass(frozen=True)
class Member:
    """One server behind a listener; a ``backup`` gets traffic when no other can, None says nothing of it."""

    name: str
    address: str
    port: int
    weight: int = 1
    backup: bool | None = None
    enabled: bool = True


@dataclass(frozen=True)
class Monitor:
    """How members are probed. Times in s; the last three are for probes by HTTP alone, and None leaves them open.

    So many probes in a row as ``max_retries`` take a member back, ``max_retries_down`` leave it out.
    """

    type: str
    delay: int = 5
    timeout: int = 3
    max_retries: int = 3
    max_retries_down: int = 3
    http_method: str | None = None
    url_path: str | None = None
    expected_codes: str | None = None


@dataclass(frozen=True)
class Persistence:
    """By what a client stays with its member; ``timeout`` in s of silence, None is the product's own default."""

    type: str
    timeout: int | None = None
    cookie: str | None = None


@dataclass(frozen=True)
class Timeouts:
    """After which silence a connection is cut, in ms; None is the product's own default."""

    client_data: int | None = None
    member_data: int | None = None
    member_connect: int | None = None


@dataclass(frozen=True)
class Listener:
    """One port of the address and the members that serve it.

    ``sources`` are the networks that may come in, none for all. ``connections`` is how many may be open at once, at the
    listener and at each member.
    """

    name: str
    protocol: str
    port: int
    members: tuple[Member, ...] = ()
    algorithm: str = "round_robin"
    persistence: Persistence | None = None
    sources: tuple[str, ...] = ()
    timeouts: Timeouts = field(default_factory=Timeouts)
    monitor: Monitor | None = None
    connections: int | None = None
    member_connections: int | None = None


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
    algorithm: str = "round_robin"
    timeouts: Timeouts = field(default_factory=Timeouts)
    monitor: Monitor | None = None
