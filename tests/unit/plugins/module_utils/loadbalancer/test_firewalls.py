# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both directions of every flow pass the same firewall, seen by a simulation that knows nothing of the module's tables."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import load_balancer_options as options
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import netscaler
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.firewalls import pair

GATE: dict[str, Any] = {
    "name": "gate",
    "outside": {"virtual_ip": "192.0.2.1", "port": 443},
    "inside": {"virtual_ip": "198.51.100.1", "port": 443},
    "firewalls": [
        {"name": f"fw-{number}", "outside": f"192.0.2.{10 + number}", "inside": f"198.51.100.{10 + number}"}
        for number in range(5)
    ],
}


@dataclass(frozen=True)
class Packet:
    source: str
    source_port: int
    destination: str
    destination_port: int

    def back(self) -> Packet:
        return Packet(self.destination, self.destination_port, self.source, self.source_port)


LOOKS_AT = {
    "source_ip": lambda packet: packet.source,
    "destination_ip": lambda packet: packet.destination,
    "source_destination_ip": lambda packet: f"{packet.source} {packet.destination}",
    "source_ip_port": lambda packet: f"{packet.source} {packet.source_port}",
}


class Simulated:
    """A balancer that hashes what its algorithm looks at onto its members by rendezvous, as an ideal one would."""

    def __init__(self, balancer: dict[str, Any]):
        self._looks_at = LOOKS_AT[balancer["algorithm"]]
        self._names = [member["name"] for member in balancer["members"]]

    def choose(self, packet: Packet) -> str:
        seen = self._looks_at(packet)
        return max(self._names, key=lambda name: hashlib.md5(f"{seen} {name}".encode(), usedforsecurity=False).digest())


def flows(number: int) -> list[Packet]:
    """Begun from outside and from inside alike; seeded."""
    chance = random.Random(3)

    def host(net: str) -> str:
        return f"{net}.{chance.randrange(256)}.{chance.randrange(256)}"

    found = []
    for _number in range(number):
        outer, inner = host("203.0"), host("10.1")
        ends = [(outer, chance.randrange(1024, 65536)), (inner, chance.choice([80, 443, 5060]))]
        chance.shuffle(ends)
        found.append(Packet(*ends[0], *ends[1]))
    return found


def split(described: dict[str, dict[str, Any]], packets: list[Packet]) -> int:
    """How many flows have directions that pass different firewalls."""
    outside, inside = Simulated(described["outside"]), Simulated(described["inside"])
    wrong = 0
    for packet in packets:
        inward = packet if packet.source.startswith("203.") else packet.back()
        wrong += outside.choose(inward) != inside.choose(inward.back())
    return wrong


def test_both_directions_pass_the_same_firewall() -> None:
    assert split(pair(GATE), flows(2000)) == 0


def test_all_flows_of_a_host_outside_stay_with_their_firewall_and_all_firewalls_have_some() -> None:
    outside = Simulated(pair(GATE)["outside"])
    chosen = {(packet.source, outside.choose(packet)) for packet in flows(2000) if packet.source.startswith("203.")}
    hosts = Counter(source for source, _firewall in chosen)
    assert set(hosts.values()) == {1}
    assert len({firewall for _source, firewall in chosen}) == 5


@pytest.mark.parametrize(("outer", "inner"), [(one, one) for one in LOOKS_AT if one != "destination_ip"])
def test_the_simulation_sees_what_splits_flows(outer: str, inner: str) -> None:
    described = pair(GATE)
    described["outside"]["algorithm"], described["inside"]["algorithm"] = outer, inner
    assert split(described, flows(500)) > 100


@pytest.mark.parametrize("back_end", ["haproxy", "netscaler"])
def test_who_can_takes_both(back_end: str) -> None:
    for balancer in pair(GATE).values():
        whole = options.describe(ArgumentSpec(options.OPTIONS).validated(balancer), back_end)
        assert len(whole.listeners[0].members) == 5


def test_octavia_cannot() -> None:
    inside = ArgumentSpec(options.OPTIONS).validated(pair(GATE)["inside"])
    with pytest.raises(InputError, match="octavia has no algorithm destination_ip; haproxy and netscaler have"):
        options.describe(inside, "octavia")


def test_netscaler_passes_all_packets_on_as_they_are() -> None:
    whole = {**GATE, "protocol": "any", "outside": {"virtual_ip": "0.0.0.0", "port": 0}}
    outside = options.describe(ArgumentSpec(options.OPTIONS).validated(pair(whole)["outside"]), "netscaler")
    made = {one.kind: one.attributes for one in netscaler.resources(outside)}
    assert (made["lbvserver"]["m"], made["lbvserver"]["port"], made["lbvserver"]["servicetype"]) == ("MAC", 65535, "ANY")
    assert (made["servicegroup"]["usip"], made["servicegroup"]["useproxyport"]) == ("YES", "NO")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"firewalls": []}, "firewalls: is missing: list the firewalls"),
        ({"firewalls": ["fw"]}, "firewalls[0]: is no mapping of keys to values"),
        ({"firewalls": [{"name": "fw", "outside": "192.0.2.1"}]}, "firewalls[0]: the key inside is missing"),
        ({"outside": None}, "outside: is no mapping of keys to values"),
        ({"inside": {"port": 1}}, "inside: the key virtual_ip is missing"),
        ({"algorithm": "random"}, "algorithm: is not known here; known are firewalls, "),
        ({"inside": {"virtual_ip": "192.0.2.1", "prot": 1}}, "inside.prot: is not known here; known are port, virtual_ip"),
        ({"firewalls": [{"name": "fw", "wieght": 2}]}, "firewalls[0].wieght: is not known here; known are enabled, "),
        ({"name": None}, "firewalls: the key name is missing"),
    ],
)
def test_what_is_wrong_is_told(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as told:
        pair({**GATE, **changed})
    assert str(told.value).startswith(sentence)
