# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of segment routing as a Linux host has them: what ``ip`` prints, and the lines that it takes.

A route is known by its version of IP, its table, its prefix and its metric; no two have the same. Which routes are ours is
told by their protocol, a number that the kernel keeps with each route and that names who made it.

Source: ip-route(8), and iproute2 6.1 on Linux 6.18, which the tests ask.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import UnavailableError
from ..model.kernel_routes import tunnel_apart

PROTOCOL = 118
"""The protocol number of our routes, unless another is asked for; iproute2 and the routing daemons give it no meaning."""
MAIN, LOCAL = 254, 255
ENCAPSULATION, ENDPOINT = "seg6", "seg6local"
APPENDED = ("inline", "End.B6")
"""Where the kernel keeps the packet's own destination as a last segment, which ``ip`` prints as ``::``."""
_ARGUMENTS = ("nh6", "nh4", "oif", "table", "vrftable")
"""What an action takes besides segments."""


@dataclass(frozen=True, order=True)
class Key:
    """Of what there is one route in a host."""

    version: int
    table: int
    prefix: str
    metric: int

    @property
    def place(self) -> tuple[int, int, str]:
        """The packets that it is for, whatever its rank among rivals."""
        return self.version, self.table, self.prefix

    def __str__(self) -> str:
        return self.prefix if self.table == MAIN else f"{self.prefix} in table {self.table}"


@dataclass(frozen=True)
class Route:
    """``state`` says what the route does; of routes that are not of segment routing it is not read, and empty."""

    key: Key
    state: Mapping[str, Any]
    protocol: int = PROTOCOL

    @property
    def kind(self) -> str | None:
        """``seg6``, ``seg6local`` or None."""
        if not self.state:
            return None
        return ENDPOINT if "action" in self.state else ENCAPSULATION


def read(text: str, version: int) -> list[Route]:
    """The routes in the answer of ``ip -json -N -d route show table all``.

    :raises UnavailableError: it is no such answer
    """
    try:
        return [_route(entry, version) for entry in json.loads(text or "[]", object_pairs_hook=tunnel_apart)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnavailableError(
            f"the answer of `ip -json route` is not understood ({error!r}); iproute2 5.1 or later is needed"
        ) from error


def _route(entry: Mapping[str, Any], version: int) -> Route:
    whole = {4: ("0.0.0.0/0", 32), 6: ("::/0", 128)}[version]
    prefix = whole[0] if entry["dst"] == "default" else entry["dst"]
    prefix = prefix if "/" in prefix else f"{prefix}/{whole[1]}"
    key = Key(version, int(entry.get("table", MAIN)), prefix, int(entry.get("metric", 0)))
    tunnel = entry.get("tunnel", {})
    known = tunnel.get("encap") in (ENCAPSULATION, ENDPOINT)
    hop = {
        "device": entry.get("dev"),
        "gateway": entry.get("gateway") or entry.get("via", {}).get("host"),
        "preferred_source": entry.get("prefsrc"),
    }
    return Route(key, {**_tunnel(tunnel), **hop} if known else {}, int(entry.get("protocol", 0)))


def _tunnel(said: Mapping[str, Any]) -> dict[str, Any]:
    segments = list(said.get("segs", ()))
    what = {"mode": said["mode"]} if said["encap"] == ENCAPSULATION else {"action": said["action"]}
    if segments and segments[-1] == "::" and set(what.values()) & set(APPENDED):
        del segments[-1]
    more = {name: str(said[name]) for name in _ARGUMENTS if name in said}
    # What is not ours to ask for makes a route another one, too.
    strange = {name: value for name, value in said.items() if name not in (*_ARGUMENTS, "encap", "mode", "action", "segs")}
    return {**what, **more, **({"segments": segments} if segments else {}), **({"more": strange} if strange else {})}


def line(verb: str, route: Route) -> str:
    """The line of ``ip -batch`` that adds, replaces or deletes a route."""
    key = route.key
    where = f"table {key.table} metric {key.metric} proto {route.protocol}"
    what = "" if verb == "delete" else f"{_encap(route.state)} {_hop(key, route.state)} "
    return f"route {verb} {key.prefix} {what}{where}"


def _encap(state: Mapping[str, Any]) -> str:
    segments = ",".join(state.get("segments", ()))
    if "mode" in state:
        return f"encap seg6 mode {state['mode']} segs {segments}"
    words = [f"{name} {state[name]}" for name in _ARGUMENTS if name in state]
    words += [f"srh segs {segments}"] if segments else []
    return " ".join(["encap seg6local action", state["action"], *words])


def _hop(key: Key, state: Mapping[str, Any]) -> str:
    gateway, source = state.get("gateway"), state.get("preferred_source")
    family = "inet6 " if key.version == 4 and gateway and ":" in gateway else ""
    via = f"via {family}{gateway} " if gateway else ""
    return f"{via}dev {state['device']}{f' src {source}' if source else ''}"
