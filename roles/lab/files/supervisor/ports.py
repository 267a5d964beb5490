# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing free loopback ports that stay the same from one run to the next."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping

from supervisor.errors import LabError

# Below the kernel's ephemeral range (from 32768), so that no outgoing connection takes a chosen port.
FIRST, LAST = 20000, 32000


def is_free(port: int) -> bool:
    """Whether a server could listen on the loopback port now."""
    with socket.socket() as probe:
        # As servers do: a connection of the past in TIME_WAIT does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_ports(
    names: Iterable[str],
    known: Mapping[str, int],
    ours: Callable[[str], bool],
    seed: int,
    free: Callable[[int], bool] = is_free,
) -> dict[str, int]:
    """A port for each name: the known one while it is free or ``ours``, else the next free one.

    The search begins at a place given by ``seed``, the lab's id, so that two labs which choose at the
    same time look at different ports. Ports of names no longer asked for are given up.
    """
    names = list(names)
    kept = {name: known[name] for name in names if name in known and (ours(name) or free(known[name]))}
    taken = set(kept.values())
    chosen = {}
    candidates = _candidates(seed)
    for name in names:
        chosen[name] = kept.get(name) or _next_free(candidates, taken, free)
    return chosen


def _candidates(seed: int) -> Iterable[int]:
    count = LAST - FIRST
    return iter(FIRST + (seed + step) % count for step in range(count))


def _next_free(candidates: Iterable[int], taken: set[int], free: Callable[[int], bool]) -> int:
    for port in candidates:
        if port not in taken and free(port):
            return port
    raise LabError(f"no loopback port between {FIRST} and {LAST} is free: end what listens there")
