# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a relocation as data: processes A and B of deliverable D6.1, B4.2.5, and what carries their outcome out.

The names of steps are the deliverable's numbers. It ends where an instance has asked for a tunnel or a relocation; what follows
has names of its own, and is done by those whom 4.2.4 and B4.2.2 name: the orchestrator (MEO), the VIM and the hosts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Who does what."""

    actor: str
    verb: str
    what: str


STEPS = {
    "A1": Step("ue", "hands over", "to an eNB that another ME host serves"),
    "A2": Step("target host", "delivers", "the UE's traffic to the instance of the app there, by the app's traffic rules"),
    "A3": Step("target instance", "asks", "its ME host whether state for the new IP address is on another host"),
    "A4": Step("target host", "asks", "neighbouring ME hosts about state for the IP address and the app's id"),
    "A5": Step("anchor host", "notifies", "the instance there, by the app's id, of the need for relocation"),
    "A6a": Step("anchor instance", "requests", "a tunnel from its ME host to the target host"),
    "A6b": Step("anchor instance", "requests", "the address of the target instance from its ME host, to relocate the state"),
    "A7a": Step("target host", "changes", "its traffic rules, so that the UE's traffic goes through the tunnel to the anchor"),
    "A7b": Step("anchor instance", "transfers", "the UE's state to the target instance, which goes on with the service"),
    "B1": Step("ue", "hands over", "to an eNB that another ME host serves"),
    "B2": Step("target host", "detects", "a new IP address or TEID in its data plane"),
    "B3": Step("target host", "asks", "neighbouring ME hosts about apps of the UE with that IP address"),
    "B4": Step("anchor host", "notifies", "the UE's instance there of the UE's mobility"),
    "B5a": Step("anchor instance", "requests", "a tunnel from its ME host to the target host"),
    "B5b": Step("anchor instance", "requests", "its relocation to the target host"),
    "reserve": Step("meo", "reserves", "resources at the target host, through its platform manager and its VIM"),
    "start": Step("meo", "starts", "a new instance at the target host"),
    "migrate": Step("vim", "migrates", "the instance live from the anchor host to the target host"),
    "transfer": Step("anchor instance", "transfers", "the UE's state to the new instance"),
    "redirect": Step("target host", "changes", "its traffic rules, so that the UE's traffic goes to the instance there"),
    "tunnel": Step(
        "target host", "changes", "its traffic rules, so that the UE's traffic goes through the tunnel to the anchor"
    ),
    "stop": Step("meo", "stops", "the instance at the anchor host"),
    "release": Step("meo", "releases", "the resources at the anchor host"),
    "pass": Step("target host", "passes", "the UE's traffic on to the core: the app is not at the edge here"),
    "refuse": Step("meo", "tells", "the UE, through the user app LCM proxy, that the app cannot go on"),
}

DETECTED_A = ("A1", "A2", "A3", "A4", "A5")
DETECTED_WITHOUT_INSTANCE = ("A1", "B2", "A4", "A5")
"""Without an instance at the target only the data plane can see the UE (B4.2.3)."""
DETECTED_B = ("B1", "B2", "B3", "B4")

PLANS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "nothing": (None, ()),
    "generic served": ("A", ("A1", "A2")),
    "generic not at the edge": ("A", ("A1", "pass")),
    "generic state": ("A", (*DETECTED_A, "A6b", "A7b")),
    "generic anchor": ("A", (*DETECTED_A, "A6a", "A7a")),
    "generic anchor without instance": ("A", (*DETECTED_WITHOUT_INSTANCE, "A6a", "A7a")),
    "generic emulated": ("A", (*DETECTED_WITHOUT_INSTANCE, "reserve", "start", "A6b", "A7b", "redirect")),
    "ue anchor": ("B", (*DETECTED_B, "B5a", "tunnel")),
    "ue live": ("B", (*DETECTED_B, "B5b", "reserve", "migrate", "redirect", "release")),
    "ue emulated": ("B", (*DETECTED_B, "B5b", "reserve", "start", "redirect", "stop", "release")),
    "ue emulated with state": ("B", (*DETECTED_B, "B5b", "reserve", "start", "transfer", "redirect", "stop", "release")),
    "ue reject": ("B", (*DETECTED_B, "refuse", "stop", "release")),
}
"""Each plan's process and its steps in order. An instance of a generic app is not stopped: it serves other UEs."""
