# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a route of segment routing does to a packet, as ``ip -6 route`` tells it in words or keys.

::

    encap seg6 mode encap segs 2 [ fc00::a fc00::b ]        a packet gets an outer header with this list
    encap seg6local action End.X nh6 fc00::2                the destination is a segment of this node

Source: ip-route(8); RFC 8986.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...symbolic.fields import SEGMENTS
from ..fib import addresses
from ..fib.kernel_tables import MAIN_TABLE, NUMBERED
from ..fib.lines import shown

MODES = ("encap", "encap.red")
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "End": (),
    "End.X": ("nh6",),
    "End.T": ("table",),
    "End.DX4": ("nh4",),
    "End.DX6": ("nh6",),
    "End.DT4": ("table",),
    "End.DT6": ("table",),
    "End.DT46": ("table",),
    "End.B6.Encaps": ("segs",),
}
"""The actions that are modelled, and what each needs."""
IGNORED = frozenset({"encap", "action", "mode", "count", "dev"})


@dataclass(frozen=True)
class Encapsulation:
    """The segments in the order of the way; ``reduced`` leaves the first one out of the header."""

    segments: tuple[int, ...]
    reduced: bool = False

    def __str__(self) -> str:
        return f"encap to {len(self.segments)} segments"


@dataclass(frozen=True)
class Endpoint:
    """An action of :data:`ARGUMENTS`, with the neighbour, the table or the new segments that it needs."""

    action: str
    neighbour: str | None = None
    table: str = MAIN_TABLE
    segments: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.action


Tunnel: TypeAlias = "Encapsulation | Endpoint"


def tunnel(said: Mapping[str, Any]) -> Tunnel:
    """The tunnel of a route.

    :param said: its words or keys with their values, segments as a list
    :raises ValueError: with a sentence, when it is not modelled
    """
    if said["encap"] == "seg6":
        if said.get("mode") not in MODES:
            raise ValueError(f"the mode {shown(str(said.get('mode')))} is not modelled; there are {', '.join(MODES)}")
        _only(said, ("segs",))
        return Encapsulation(_segments(said.get("segs")), said["mode"] == "encap.red")
    if said["encap"] != "seg6local":
        raise ValueError(f"the tunnel {shown(str(said['encap']))} is not of segment routing over IPv6")
    action = str(said.get("action"))
    if action not in ARGUMENTS:
        raise ValueError(f"the action {shown(action)} is not modelled; there are {', '.join(ARGUMENTS)}")
    said = {("table" if key == "vrftable" else key): value for key, value in said.items()}
    _only(said, ARGUMENTS[action])
    neighbour = said.get("nh6") or said.get("nh4")
    table = str(said.get("table", MAIN_TABLE))
    segments = _segments(said.get("segs")) if "segs" in said else ()
    return Endpoint(action, addresses.canonical(str(neighbour)) if neighbour else None, NUMBERED.get(table, table), segments)


def _only(said: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
    """What else a tunnel says would change what it does."""
    if strange := sorted(set(said) - IGNORED - set(wanted)):
        raise ValueError(f"{shown(strange[0])} is not modelled here")
    if missing := [word for word in wanted if word not in said]:
        raise ValueError(f"{missing[0]} is missing")


def _segments(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= SEGMENTS:
        raise ValueError(f"a list has from 1 to {SEGMENTS} segments")
    return tuple(addresses.ipv6(str(segment)) for segment in value)
