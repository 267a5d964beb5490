# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linux as judge of Click's elements where both do the same work: routing, time to live, filters and NAT.

A router in a network namespace and a Click configuration are made of the same table; real packets, sent through the
router, must come out where the model says, and as it says.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, ip_network

import kernel_router as kernel
import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.model import program
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import sefl_text
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import (
    Exploration,
    Injection,
    Network,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.fields import FIELDS
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.layouts import (
    TEMPLATES,
    declare,
    memory,
    packets,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets

pytestmark = pytest.mark.one_python

SOURCE = ip_network("192.0.2.0/24")
"""Where packets come from: nothing leads back there, so that no ICMP errors come out."""
COMPARED = ("ip.dsfield", "ip.id", "ip.frag_offset", "ip.ttl", "ip.proto", "ip.src", "ip.dst")
PORTS = {6: ("tcp.srcport", "tcp.dstport", "tcp.flags"), 17: ("udp.srcport", "udp.dstport")}


class Model:
    """What becomes of all packets of a template, or of those with the given fields, explored once."""

    def __init__(self, template: str, elements: Mapping, links: list, at: str, only: Mapping[str, int] | None = None):
        self._sets, [layout] = PacketSets(1 << 20), TEMPLATES[template]
        declare(self._sets, [layout])
        layout = replace(layout, fixed={**layout.fixed, **{name: ((one, one),) for name, one in (only or {}).items()}})
        self._open = set(self._sets.names) - set(only or {})
        exploration = Exploration(self._sets, Network(elements, links))
        exploration.run([Injection(at, memory(self._sets, layout), packets(self._sets, layout, {}))])
        assert exploration.incomplete is None
        assert not any(state.fault for state in exploration.states)
        self._ends = [state for state in exploration.states if exploration.ended(state) == "delivered"]

    def agrees(self, given: Mapping[str, int], came: list[tuple[int, Mapping[str, int]]]) -> bool:
        """Whether a packet may come out as it did, and whether it does not where it did not."""
        inside = [
            (state, state.packets & self._sets.just({name: given[name] for name in given if name in self._open}))
            for state in self._ends
        ]
        inside = [(state, here) for state, here in inside if here.satisfiable()]
        if not came:
            return not inside
        [(port, fields)] = came
        return any(state.port.endswith(f".p{port}") and self._may(state, here, fields) for state, here in inside)

    def _may(self, state, here, fields: Mapping[str, int]) -> bool:
        for name, value in fields.items():
            vector = state.memory.read(FIELDS[name].target, "").value
            here = here & self._sets.equal(vector, self._sets.constant(value, FIELDS[name].width))
        return bool(here.satisfiable())


def packet(fields: Mapping[str, int], mark: bytes, port: int = 0) -> bytes:
    ends = fields["ip.src"].to_bytes(4, "big") + fields["ip.dst"].to_bytes(4, "big")
    if fields["ip.proto"] == 17:
        body = kernel.udp(ends, fields["udp.srcport"], fields["udp.dstport"], mark)
    else:
        head = fields["tcp.srcport"].to_bytes(2, "big") + fields["tcp.dstport"].to_bytes(2, "big") + b"\0\0\0\1\0\0\0\2"
        head += (5 << 12 | fields["tcp.flags"]).to_bytes(2, "big") + b"\xff\xff"
        size = (20 + len(mark)).to_bytes(4, "big")
        body = head + kernel.checksum(ends, size, b"\0\0\0\6", head, b"\0\0", mark).to_bytes(2, "big") + b"\0\0" + mark
    rest = {"id": fields["ip.id"], "fragment": fields["ip.frag_offset"], "tos": fields["ip.dsfield"]}
    addresses = fields["ip.src"], fields["ip.dst"]
    whole = kernel.ipv4(*addresses, fields["ip.proto"], body, fields["ip.ttl"], **rest)
    return kernel.ethernet(port, 0x0800, whole)


def parsed(frame: bytes) -> dict[str, int]:
    """The fields that are compared."""
    at = {"ip.dsfield": (15, 1), "ip.id": (18, 2), "ip.ttl": (22, 1), "ip.proto": (23, 1), "ip.src": (26, 4), "ip.dst": (30, 4)}
    found = {name: int.from_bytes(frame[low : low + size], "big") for name, (low, size) in at.items()}
    found["ip.frag_offset"] = int.from_bytes(frame[20:22], "big") & 0x1FFF
    names = PORTS[found["ip.proto"]]
    for number, name in enumerate(names):
        low = 34 + 2 * number if number < 2 else 46
        found[name] = int.from_bytes(frame[low : low + 2], "big") & (0xFFF if name == "tcp.flags" else 0xFFFF)
    return found


def random_fields(chance: random.Random, proto: int, targets: list[int]) -> dict[str, int]:
    fields = {
        "ip.dsfield": chance.choice([0, 0x28, 0xB8]), "ip.id": chance.getrandbits(16), "ip.ttl": chance.choice([1, 2, 64]),
        "ip.frag_offset": 0, "ip.proto": proto, "ip.dst": chance.choice(targets),
        "ip.src": int(SOURCE[chance.randrange(1, 255)]),
    }  # fmt: skip
    known = [22, 53, 80, 443, 1023, 1024, 5000]
    return fields | {name: chance.choice(known) for name in PORTS[proto][:2]} | ({"tcp.flags": 0x02} if proto == 6 else {})


def complete(fields: Mapping[str, int]) -> dict[str, int]:
    """The values that the model needs besides; lengths are right, the rest does not matter here."""
    return {**fields, "ip.len": 60, "ip.flags": 0}


def compared(router: kernel.Router, model: Mapping[int, Model], given: list[dict[str, int]]) -> int:
    """Sends all packets; the number of those that came out."""
    marked = [(fields, b"mk" + number.to_bytes(6, "big")) for number, fields in enumerate(given)]
    came = router.sent([(0, packet(fields, mark)) for fields, mark in marked])
    out = 0
    for fields, mark in marked:
        real = [(port, parsed(frame)) for port, frame in came[mark]]
        assert model[fields["ip.proto"]].agrees(complete(fields), real), (list(fields.items()), real)
        out += len(real)
    return out


BEGIN = "FromDevice(p0) -> Strip(14) -> CheckIPHeader"
LEAVE = "EtherEncap(0x0800, {near}, {far}) -> ToDevice(p{port})"


def leaving(port: int) -> str:
    return LEAVE.format(near=kernel.mac(port), far=kernel.mac(port, far=True), port=port)


APART = [SOURCE, *map(ip_network, ("10.0.0.0/8", "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"))]
BLACKHOLE = 4


def random_routes(chance: random.Random) -> dict:
    """Ports by prefix, which often lies within an earlier one."""
    routes: dict = {}
    while len(routes) < 60:
        near = routes and chance.random() < 0.6
        base = int(chance.choice(list(routes))[0]) + chance.getrandbits(12) if near else chance.getrandbits(32)
        network = ip_network((base, chance.randrange(6, 33)), strict=False)
        if not any(network.overlaps(other) for other in APART):
            routes[network] = chance.randrange(1, BLACKHOLE + 1)
    return routes


@pytest.mark.parametrize("lookup", ["LookupIPRoute", "RadixIPLookup"])
def test_routes_and_time_to_live(linux, lookup: str) -> None:
    router, chance = linux(4), random.Random(lookup)
    routes = random_routes(chance)
    add = [f"route add blackhole {net}" if port == 4 else f"route add {net} via 10.0.{port}.2" for net, port in routes.items()]
    router.ip(*add)
    table = ", ".join(f"{net} {'-' if port == BLACKHOLE else f'10.0.{port}.2'} {port}" for net, port in routes.items())
    text = f"{BEGIN} -> rt :: {lookup}({table}); rt[{BLACKHOLE}] -> Discard;"
    text += "".join(f"rt[{port}] -> DecIPTTL -> {leaving(port)};" for port in (1, 2, 3))
    elements = {"c": program(text, "c.click", {})}
    model = {17: Model("udp", elements, [], "c.p0")}
    targets = [int(net[chance.randrange(min(net.num_addresses, 1 << 16))]) for net in routes for _one in range(3)]
    targets += [int(address) + step for net in routes for address, step in ((net[0], -1), (net[-1], 1))]
    targets = [one for one in targets if not any(IPv4Address(one) in net for net in APART)]
    out = compared(router, model, [random_fields(chance, 17, targets) for _one in range(400)])
    assert 80 < out < 350


def netfilter(router: kernel.Router, chain: str, rules: list[str]) -> None:
    if not shutil.which("nft"):
        pytest.skip("the command nft is not here")
    lines = ["add table ip t", f"add chain ip t c {{ {chain} }}", *(f"add rule ip t c {rule}" for rule in rules)]
    router.run("nft", "-f", "-", text="\n".join(lines) + "\n")


# Filters: one primitive in the words of both. Fragments stay out: Click looks for ports in the first one alone, as its
# documentation says, nftables of this kernel (6.18) at the same bytes of the others too.


def random_primitives(chance: random.Random) -> list[tuple[str, str]]:
    """Some primitives that can stand together; nft refuses two protocols in one rule."""
    net = ip_network((int(SOURCE[chance.randrange(256)]), chance.choice([25, 26, 28])), strict=False)
    target = ip_network((int(IPv4Address("198.51.100.0")) + chance.randrange(256), chance.choice([25, 27, 32])), strict=False)
    protocol, port = chance.choice(["tcp", "udp"]), chance.choice([22, 53, 80, 443, 1023])
    end, side = chance.choice([("sport", "src"), ("dport", "dst")])
    transport = [
        (f"ip protocol {protocol}", f"ip proto {protocol}"),
        (f"{protocol} {end} {port}", f"{side} {protocol} port {port}"),
        (f"{protocol} {end} > {port}", f"{side} {protocol} port > {port}"),
    ]
    others = [
        (f"ip saddr {net}", f"src net {net}"),
        (f"ip saddr != {net}", f"not src net {net}"),
        (f"ip daddr {target}", f"dst net {target}"),
        ("ip ttl > 2", "ip ttl > 2"),
        ("ip dscp 10", "ip dscp 10"),
    ]
    return [*chance.sample(others, chance.randrange(1, 3)), chance.choice([*transport, *others])]


@pytest.mark.parametrize("seed", range(3))
def test_filters(linux, seed: int) -> None:
    router, chance = linux(2), random.Random(f"filter {seed}")
    router.ip("route add 198.51.100.0/24 via 10.0.1.2")
    lines, patterns = [], []
    for _rule in range(14):
        parts = random_primitives(chance)
        accept = chance.random() < 0.6
        lines.append(f"{' '.join(one for one, _click in parts)} {'accept' if accept else 'drop'}")
        patterns.append(f"{'allow' if accept else 'deny'} {' && '.join(click for _one, click in parts)}")
    netfilter(router, "type filter hook forward priority 0; policy drop;", lines)
    text = f"{BEGIN} -> IPFilter({', '.join(patterns)}) -> DecIPTTL -> {leaving(1)};"
    elements = {"c": program(text, "c.click", {})}
    model = {17: Model("udp", elements, [], "c.p0"), 6: Model("tcp", elements, [], "c.p0")}
    targets = [int(IPv4Address("198.51.100.0")) + number for number in range(1, 255)]
    given = [random_fields(chance, chance.choice([6, 17]), targets) for _one in range(400)]
    out = compared(router, model, given)
    assert 5 < out < 395


MIRROR = """port p1 {
  Assign(other, ip.src) Assign(ip.src, ip.dst) Assign(ip.dst, other)
  Assign(port, PROTO.srcport) Assign(PROTO.srcport, PROTO.dstport) Assign(PROTO.dstport, port)
  Assign(ip.ttl, 64) Forward(p1)
}"""


@pytest.mark.parametrize("proto", [17, 6])
def test_a_source_address_translated_and_its_answers(linux, proto: int) -> None:
    """A masquerading Linux keeps a port where it can; IPRewriter may take any of its range."""
    router, chance = linux(2), random.Random(proto)
    router.ip("route add 198.51.100.0/24 via 10.0.1.2", f"route add {SOURCE} via 10.0.0.2")
    netfilter(router, "type nat hook postrouting priority 100;", ['oifname "p1" masquerade'])
    text = f"{BEGIN} -> rw :: IPRewriter(pattern 10.0.1.1 1-65535 - - 0 1, drop); rw[0] -> DecIPTTL -> {leaving(1)};"
    text += f"FromDevice(p1) -> Strip(14) -> CheckIPHeader -> [1] rw; rw[1] -> DecIPTTL -> {leaving(0)};"
    name = {17: "udp", 6: "tcp"}[proto]
    elements = {"c": program(text, "c.click", {})}
    both = {**elements, "m": sefl_text.read(MIRROR.replace("PROTO", name))}
    targets = [int(IPv4Address("198.51.100.0")) + number for number in range(1, 255)]
    given = [random_fields(chance, proto, targets) | {"ip.ttl": chance.choice([3, 64])} for _one in range(25)]
    marked = {b"nt" + number.to_bytes(6, "big"): fields for number, fields in enumerate(given)}
    came = router.sent([(0, packet(fields, mark)) for mark, fields in marked.items()])
    answers = {}
    for mark, fields in marked.items():
        [(port, frame)] = came[mark]
        out = parsed(frame)
        assert out["ip.src"] == int(IPv4Address("10.0.1.1"))
        assert Model(name, elements, [], "c.p0", complete(fields)).agrees(complete(fields), [(port, out)]), (fields, out)
        answers[mark] = _answer(out, name)
    returned = router.sent([(1, packet(fields, mark, port=1)) for mark, fields in answers.items()])
    for mark, fields in marked.items():
        [(port, frame)] = returned[mark]
        found = parsed(frame)
        found.pop("tcp.flags", None)
        back = Model(name, both, [["c.p1", "m.p1"]], "c.p0", complete(fields))
        assert back.agrees(complete(fields), [(port, found)]), (fields, found)
        assert (found["ip.dst"], found[f"{name}.dstport"]) == (fields["ip.src"], fields[f"{name}.srcport"])


def _answer(out: Mapping[str, int], name: str) -> dict[str, int]:
    turned = {"ip.src": out["ip.dst"], "ip.dst": out["ip.src"], "ip.ttl": 64}
    ports = {f"{name}.srcport": out[f"{name}.dstport"], f"{name}.dstport": out[f"{name}.srcport"]}
    return {**out, **turned, **ports, **({"tcp.flags": 0x12} if name == "tcp" else {})}
