# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the words of Juniper's ``show route forwarding-table`` mean, and the reading of one of its lines.

A line holds, where present: how the route came there and how many refer to it (``user 0``), the next
hop's address, its type with two counters, and the interface. Source: the tables "Output Fields" and
"Next-Hop Types" of the command's page in the Junos OS CLI reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import addresses
from .lines import shown
from .table import DROP, LOCAL, Egress, Hop, forward

# How a route came into the table -> whether packets follow it. Those of an interface that is down stay
# listed and are not used.
ROUTE_TYPES = {
    "user": True,  # by the routing protocols or the configuration
    "intf": True,  # by an interface's configuration
    "dest": True,  # a neighbour, reached directly
    "perm": True,  # by the kernel, at its start
    "clon": True,  # a copy of a route for one destination
    "ifdn": False,
    "iddn": False,
    "ifcl": False,
    "ignr": False,
}

# Types of next hops that are lists: what they stand for follows on the next lines.
LISTS = ("indr", "ulst")

# Types by which a packet leaves through the interface of the line. `rslv` has to find the neighbour
# first, `hold` is finding it.
LEAVES = ("ucst", "rslv", "hold")

# Types without a way out. A unicast table sends no multicast on (`mcst`, `mcrt`, `mgrp`): that is the
# business of the router's own multicast table. `bcst` is a subnet's broadcast address: a router keeps it.
STAYS = {
    "locl": LOCAL,
    "recv": LOCAL,
    "bcst": LOCAL,
    "mcst": LOCAL,
    "mcrt": LOCAL,
    "mgrp": LOCAL,
    "dscd": DROP,
    "rjct": DROP,
    "mdsc": DROP,
    "deny": DROP,
}
NEXT_HOP_TYPES = (*LISTS, *LEAVES, *STAYS)

# A neighbour by its link-layer address, as `0:0:5a:73:78:d5`.
LINK_ADDRESS = re.compile(r"[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}")


@dataclass(frozen=True)
class Words:
    """One line without its destination; what is absent is None."""

    route_type: str | None = None
    gateway: str | None = None
    next_hop_type: str | None = None
    interface: str | None = None


def parse(text: str) -> Words:
    """The words of a line after its destination; O(length).

    :raises ValueError: with a sentence, when the line has no such form
    """
    words = text.split()
    route_type = gateway = next_hop_type = interface = None
    if words and words[0] in ROUTE_TYPES:
        route_type, *words = words
        _counters(words, 1)
    if words and words[0] not in NEXT_HOP_TYPES:
        gateway = words.pop(0)
    if words:
        next_hop_type = words.pop(0)
        if next_hop_type not in NEXT_HOP_TYPES:
            tried = " ".join(word for word in (gateway, next_hop_type) if word)
            raise ValueError(f"{shown(tried)} has no type of next hop that can be read: {', '.join(NEXT_HOP_TYPES)}")
        _counters(words, 2)
    if words:
        interface = words.pop(0)
    if words or not (route_type or gateway or next_hop_type):
        raise ValueError(f"{shown(text.strip())} is no line of a forwarding table")
    return Words(route_type, gateway, next_hop_type, interface)


def _counters(words: list[str], count: int) -> None:
    """Takes `count` numbers off the words; they say how often something is referred to."""
    taken = [words.pop(0) for _word in words[:count]]
    if len(taken) < count or not all(word.isascii() and word.isdecimal() for word in taken):
        raise ValueError(f"{count} counters are expected after the type, not {shown(' '.join(taken))}")


@dataclass
class NextHops:
    """What the lines of one entry say together, line by line.

    The type of the route comes first. A list (`indr`, `ulst`) stands for the next hops after it; without
    one there is a single next hop. A neighbour's address may stand on the line before its type.
    """

    route_type: str | None = None
    lists: int = 0
    leaves: list[Words] = field(default_factory=list)
    gateway: str | None = None  # read, its type still to come

    def take(self, words: Words) -> None:
        """:raises ValueError: with a sentence, when the line does not fit those before it"""
        if bool(words.route_type) == bool(self.route_type):
            raise ValueError(
                "a second type of route stands here" if words.route_type else "a next hop stands before a type of route"
            )
        if self.gateway and words.gateway:
            raise ValueError(f"the next hop {shown(self.gateway)} before this line has no type")
        self.route_type = self.route_type or words.route_type
        gateway = self.gateway or words.gateway
        if words.next_hop_type in LISTS:
            self.lists += 1
        elif words.next_hop_type:
            self.leaves.append(Words(None, gateway, words.next_hop_type, words.interface))
        self.gateway = None if words.next_hop_type else gateway

    def used(self) -> bool:
        """:raises ValueError: when the entry ended too early"""
        if not self.route_type or self.gateway or not (self.leaves or self.lists):
            raise ValueError("the entry ends before its next hop is complete")
        return ROUTE_TYPES[self.route_type]

    def egress(self) -> Egress:
        """The way out: where next hops differ, those that leave count before those that stay.

        :raises ValueError: when the next hops are too few or too many, or one cannot be used
        """
        if not self.leaves or (len(self.leaves) > 1 and not self.lists):
            raise ValueError(
                f"the entry has {len(self.leaves)} next hops; one is expected, or {' or '.join(LISTS)} before several"
            )
        ways = [_egress(words, self.route_type == "user") for words in self.leaves]
        hops = [hop for way in ways for hop in way.ports]
        return forward(hops) if hops else LOCAL if LOCAL in ways else DROP


def _egress(words: Words, through_gateway: bool) -> Egress:
    """Where one next hop leads; other routes than those of routing protocols have no gateway."""
    stays = STAYS.get(words.next_hop_type or "")
    if stays:
        return stays
    if words.interface:
        return forward([Hop(words.interface, _gateway(words.gateway) if through_gateway else None)])
    if words.next_hop_type == "rslv":
        return LOCAL  # multicast that the routing engine is yet to see
    raise ValueError(f"a next hop of the type {words.next_hop_type} needs an interface")


def _gateway(text: str | None) -> str | None:
    """The neighbour: its IP address in the shortest form, or its link-layer address as it is written."""
    if text is None or LINK_ADDRESS.fullmatch(text):
        return text
    return addresses.canonical(text)
