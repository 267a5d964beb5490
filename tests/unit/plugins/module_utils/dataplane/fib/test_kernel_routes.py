# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Linux kernel as judge: its routes are read back, and it is asked about addresses one by one.

The routes stand in a network namespace that each test makes and removes.
"""

from __future__ import annotations

import ipaddress
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.addresses import WIDTH
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.ip_route import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.partition import partition
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.table import Egress, Hop, Kind, Table

LINKS = 4
OWN = {4: "198.18.{}.{}", 6: "2001:db8:{}::{}"}
MULTICAST = {4: 0xE0000000, 6: 0xFE << 120}
CHECKED = 1500


@dataclass(frozen=True)
class Namespace:
    name: str

    def ip(self, *words: str, text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = ["ip", "-n", self.name, *words]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=check, timeout=60)

    def batch(self, lines: list[str]) -> tuple[str, str]:
        """The output of many commands of ip, whether or not some fail."""
        done = self.ip("-force", "-batch", "-", text="\n".join(lines) + "\n", check=False)
        return done.stdout, done.stderr


@pytest.fixture
def namespace(request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """Interfaces a0 … a3, with an address of each version and a peer that is up."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and the command ip")
    made = Namespace(f"fib-{os.getpid()}-{abs(hash(request.node.name)) % 10000}")
    added = subprocess.run(["ip", "netns", "add", made.name], capture_output=True, text=True, check=False)
    if added.returncode:
        pytest.skip(f"no network namespace can be made here: {added.stderr.strip()}")
    try:
        lines = ["link set lo up"]
        for number in range(LINKS):
            lines += [f"link add a{number} type veth peer name b{number}", f"link set a{number} up", f"link set b{number} up"]
            lines += [
                f"addr add {OWN[4].format(number, 1)}/24 dev a{number}",
                f"addr add {OWN[6].format(number, 1)}/64 dev a{number} nodad",
            ]
        if made.batch(lines)[1]:
            pytest.skip("no veth interfaces can be made here")
        yield made
    finally:
        subprocess.run(["ip", "netns", "del", made.name], check=True, timeout=60)


def random_route(chance: random.Random, version: int, pool: list[int]) -> str:
    """The words of `ip route add`, for a prefix that often lies within an earlier one."""
    width, base = WIDTH[version], chance.choice(pool)
    length = chance.randrange(width // 8, width + 1)
    kept = chance.randrange(0, width // 2)
    value = (base >> width - kept << width - kept) | chance.getrandbits(width - kept)
    value = min(value, MULTICAST[version] - 1) >> width - length << width - length
    pool.append(value)
    make = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    destination = f"{make(value)}/{length} metric {chance.randrange(1, 4)}"
    link = chance.randrange(LINKS)
    gateways = [f"via {OWN[version].format(number, chance.randrange(2, 99))} dev a{number}" for number in range(LINKS)]
    return chance.choice(
        [
            *[f"{destination} {gateways[link]}"] * 4,
            f"{destination} dev a{link}",
            f"{destination} {gateways[link]} onlink",
            f"{destination} nexthop {gateways[link]} weight 2 nexthop {gateways[link - 1]}",
            f"{destination} nhid {link + 1}",
            f"{destination} nhid 9",
            *(f"{kind} {destination}" for kind in ("blackhole", "unreachable", "prohibit", "throw")),
            f"local {destination} dev lo",
            f"{destination} via inet6 fe80::{link + 2} dev a{link}",
        ]
    )


def install(namespace: Namespace, chance: random.Random, version: int) -> None:
    """Next hops with numbers, and 400 routes; what the kernel refuses (the same prefix and metric again) is left out."""
    make = [f"nexthop add id {number + 1} via {OWN[version].format(number, 200)} dev a{number}" for number in range(LINKS)]
    pool = [chance.getrandbits(WIDTH[version]) for _one in range(20)] + [int(ipaddress.ip_address(OWN[version].format(1, 1)))]
    routes = [f"route add {random_route(chance, version, pool)}" for _one in range(400)]
    namespace.batch([*make, "nexthop add id 9 group 1/3", *routes])


def asked(namespace: Namespace, addresses: list[str]) -> dict[str, str]:
    """What `ip route get` says of each address; those without a way are absent."""
    output, _errors = namespace.batch([f"route get {address}" for address in addresses])
    lines = [line.split() for line in output.splitlines() if line[:1].strip()]
    known = set(addresses)
    return {next(word for word in words[:2] if word in known): " ".join(words) for words in lines}


def agrees(egress: Egress, answer: str | None) -> bool:
    if answer is None:
        return egress.kind is Kind.DROP
    if answer.startswith(("local", "broadcast", "anycast")):
        return egress.kind is Kind.LOCAL
    gateway, port = re.search(r" via (?:inet6 )?(\S+)", answer), re.search(r" dev (\S+)", answer)
    return port is not None and Hop(port[1], gateway[1] if gateway else None) in egress.ports


def interesting(table: Table, chance: random.Random) -> list[str]:
    """Addresses at the edges of routes and within them, and others at random; no multicast, not the unspecified."""
    width = WIDTH[table.version]
    points = {chance.getrandbits(width) for _one in range(CHECKED // 3)}
    for route in table.routes:
        end = route.prefix + (1 << width - route.length) - 1
        points |= {route.prefix - 1, route.prefix, chance.randint(route.prefix, end), end, end + 1}
    usable = sorted(point for point in points if 0 < point < MULTICAST[table.version])
    make = ipaddress.IPv4Address if table.version == 4 else ipaddress.IPv6Address
    return [str(make(point)) for point in chance.sample(usable, min(CHECKED, len(usable)))]


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_kernel_sends_packets_where_the_partition_says(namespace: Namespace, version: int, seed: int) -> None:
    chance = random.Random(f"{seed} {version}")
    install(namespace, chance, version)
    text = namespace.ip(f"-{version}", "route", "show", "table", "all").stdout
    table = read(text)
    assert table.version == version
    assert len(table) > 250
    assert {route.kind for route in table.routes} == set(Kind)
    assert table.notes == ()
    parts = partition(table)

    addresses = interesting(table, chance)
    answers = asked(namespace, addresses)
    assert len(answers) > len(addresses) // 4
    wrong = []
    for address in addresses:
        egress, route = parts.decide(int(ipaddress.ip_address(address)))
        if not agrees(egress, answers.get(address)):
            wrong.append((address, str(egress), route and text.splitlines()[route.line - 1], answers.get(address)))
    assert wrong == []


@pytest.mark.parametrize(("version", "prefix"), [(4, "198.18.1.0/24"), (6, "2001:db8:1::/64")])
def test_two_interfaces_in_one_subnet_are_noted(namespace: Namespace, version: int, prefix: str) -> None:
    """The routes of each link and of multicast, which the kernel has for every interface, are not."""
    nodad = ["nodad"] if version == 6 else []
    namespace.ip("addr", "add", f"{OWN[version].format(1, 2)}/{prefix.partition('/')[2]}", "dev", "a2", *nodad)
    text = namespace.ip(f"-{version}", "route", "show", "table", "all").stdout
    assert version == 4 or text.count("fe80::/64 dev a") == LINKS
    [note] = read(text).notes
    first, other = (text.splitlines()[int(number) - 1] for number in re.search(r"in lines (\d+) and (\d+),", note).groups())
    assert note.startswith(f"{prefix} has several routes")
    assert [line.split()[:3] for line in (first, other)] == [[prefix, "dev", "a1"], [prefix, "dev", "a2"]]


@pytest.mark.parametrize("version", [4, 6])
def test_text_and_json_are_the_same_table(namespace: Namespace, version: int) -> None:
    install(namespace, random.Random(f"json {version}"), version)
    for words in (["table", "all"], ["table", "local"], []):
        forms = (["-details"], ["-json"], ["-json", "-pretty"], ["-oneline"], [])
        texts = [namespace.ip(f"-{version}", *form, "route", "show", *words).stdout for form in forms]
        tables = [{(one.prefix, one.length): one.egress for one in read(text).routes} for text in texts]
        assert all(table == tables[0] for table in tables[1:])
        assert tables[0]
