# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What verification costs: large forwarding tables, long rule lists, the Stanford backbone, branches in a row.

Times are processor seconds of this process, memory is its peak so far.
"""

from __future__ import annotations

import ipaddress
import itertools
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.elements import element
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib import model as fib
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.read import read as read_table
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.hsa import model as hsa
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.hsa import transfer
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.topology import joined
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import layouts, netctl, netctl_text, sefl, sefl_text
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.checking import Checker
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.deciding import drive_until_decided
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.execution import Execution
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import Exploration, Injection, Network
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.incremental import IncrementalExploration
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets

SHARED = Path(__file__).parents[3] / "shared/data"
STANFORD, INTERNET2 = SHARED / "stanford/tf", SHARED / "internet2"
LOWERING = "port in { If (ip.ttl <= 1) { Drop } Else { Assign(ip.ttl, ip.ttl - 1) Forward(out) } }"


def timed(what: str, body: Callable[[], object]) -> object:
    started = time.process_time()
    answer = body()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:58} {time.process_time() - started:8.2f} s {memory:6} MiB", flush=True)
    return answer


def crossed(network: Network, port: str, template: str, sets: PacketSets, execution: Execution | None = None) -> Exploration:
    """All packets of a template through a network."""
    [layout] = layouts.TEMPLATES[template]
    if not sets.names:
        layouts.declare(sets, [layout])
    exploration = Exploration(sets, network, execution=execution)
    return exploration.run([Injection(port, layouts.memory(sets, layout), layouts.packets(sets, layout, {}))])


def table(prefixes: int) -> str:
    """A forwarding table in the form of ``ip route`` with prefix lengths much as the Internet has them, over 16 ports."""
    chance = random.Random(1)
    routes = {}
    while len(routes) < prefixes:
        length = chance.choice([24] * 11 + [22, 23, 21, 20, 19, 18, 17, 16])
        routes[chance.randrange(1 << 24, 223 << 24) >> (32 - length) << (32 - length), length] = chance.randrange(16)
    return "".join(f"{ipaddress.IPv4Address(start)}/{length} dev p{port}\n" for (start, length), port in routes.items())


def rules(count: int) -> sefl.Program:
    """A first-match list of 5-tuple rules."""
    chance = random.Random(2)
    chain = sefl.Block((sefl.Drop(),))
    bodies = (sefl.Block((sefl.Forward("out"),)), sefl.Block((sefl.Drop(),)))
    for _rule in range(count):
        parts = [_prefix(chance, offset) for offset in (96, 128)] + [_ports(chance, offset) for offset in (0, 16)]
        condition = sefl.All(tuple(part for part in parts if part))
        chain = sefl.Block((sefl.If(condition, chance.choice(bodies), chain),))
    return sefl.Program({"in": chain})


def _prefix(chance: random.Random, offset: int) -> sefl.Condition | None:
    length = chance.choice([0, 8, 16, 24, 32])
    low = chance.getrandbits(32) >> (32 - length) << (32 - length)
    field = sefl.Read(sefl.Header("ip", offset))
    return sefl.Within(field, ((low, low + (1 << (32 - length)) - 1),)) if length else None


def _ports(chance: random.Random, offset: int) -> sefl.Condition | None:
    field = sefl.Read(sefl.Header("tcp", offset))
    kind = chance.choice(["any", "one", "one", "range"])
    if kind == "any":
        return None
    low = chance.choice([22, 53, 80, 443, chance.randrange(65536)])
    return sefl.Within(field, ((low, low if kind == "one" else chance.randrange(low, 65536)),))


def diamonds(count: int) -> Network:
    """Branches in a row that meet again."""
    code = "port in { If (ip.dsfield == %d) { Assign(way, 1w1) } Else { Assign(way, 1w0) } Deallocate(way) Forward(out) }"
    elements = {f"d{number}": sefl_text.read(code % (number % 256)) for number in range(count)}
    return Network(elements, [(f"d{number}.out", f"d{number + 1}.in") for number in range(count - 1)])


def nat(sessions: int, neighbours: int) -> tuple[dict[str, sefl.Program], list[tuple[str, str]]]:
    """A NAT as P4 programs have it, table by table: interface, translation, routes, neighbours; unknown sessions go to the CPU.

    The shape is that of the example of Superfluidity's deliverable 6.1, section 5.1.2 (a NAT in P4).
    """
    entries = [
        f"If (ip.src == 10.0.0.{one} && tcp.srcport == {5000 + one}) "
        f"{{ Assign(ip.src, 192.0.2.1) Assign(tcp.srcport, {6000 + one}) Forward(out) }} Else "
        for one in range(1, sessions + 1)
    ]
    routes = [
        f"If (ip.dst in {{{16 + one}.0.0.0/8}}) {{ Assign(hop, 8w{one}) Forward(out) }} Else " for one in range(neighbours)
    ]
    macs = [f"If (hop == {one}) {{ Assign(eth.dst, 0x02000000000{one:x}) Forward(out) }} Else " for one in range(neighbours)]
    text = {
        "interface": "port in { If (ip.ttl <= 1) { Drop } Else { Forward(out) } }",
        "nat": f"port in {{ {''.join(entries)} {{ Forward(miss) }} }}",
        "routes": f"port in {{ {''.join(routes)} {{ Drop }} }}",
        "neighbours": f"port in {{ {''.join(macs)} {{ Drop }} }}",
        "egress": "port in { Assign(ip.ttl, ip.ttl - 1) Assign(eth.src, 02:00:00:00:00:01) Deallocate(hop) Forward(ext) }",
        "copy": "port in { Forward(cpu) }",
    }
    row = ["interface", "nat", "routes", "neighbours", "egress"]
    links = [(f"{left}.out", f"{right}.in") for left, right in itertools.pairwise(row)]
    return {name: sefl_text.read(code) for name, code in text.items()}, [*links, ("nat.miss", "copy.in")]


ASKED = {
    "all comes to the CPU (violated)": "AF (port == copy.cpu)",
    "all is dropped (violated)": "AG !(port == copy.cpu || port == egress.ext)",
    "some session is translated (holds)": "EF (port == nat.out && ip.src == 192.0.2.1)",
    "nothing private leaves (holds)": "AG (port == egress.ext -> !(ip.src == 10.0.0.0/8))",
}


def stopping() -> None:
    """What verdicts on a NAT cost when all is explored first, and when checking stops it as soon as they are known."""
    print("a NAT of 60 sessions and 12 neighbours: states and time to the verdict, of all and until it is decided")
    network = Network(*nat(60, 12))
    for what, text in ASKED.items():
        formula = netctl_text.read(text, network.ports, what).formula
        rows = [decided(network, formula, stop) for stop in (False, True)]
        (whole, all_states), (spent, states) = rows
        ratio = f"{all_states / states:5.1f} times the states, {whole / spent:5.1f} times the time"
        print(f"  {what:40} {all_states:6} {whole * 1000:6.0f} ms {states:6} {spent * 1000:6.0f} ms   {ratio}")


def decided(network: Network, formula: netctl.Formula, stop: bool) -> tuple[float, int]:
    """Seconds to the verdict, and how many states were found for it."""
    sets, [layout] = PacketSets(), layouts.TEMPLATES["tcp"]
    layouts.declare(sets, [layout])
    started = time.process_time()
    exploration = Exploration(sets, network)
    exploration.inject([Injection("interface.in", layouts.memory(sets, layout), layouts.packets(sets, layout, {}))])
    if stop:
        drive_until_decided(sets, exploration, [formula])
    exploration.drive()
    Checker(sets, exploration).check(formula)
    return time.process_time() - started, len(exploration.states)


def stanford() -> None:
    found = [rule for file in sorted(STANFORD.glob("*.tf")) for rule in transfer.read(file.read_text(), file.name)]
    sets = PacketSets()
    execution = Execution(sets)
    network = timed(f"Stanford backbone: {len(found)} rules read and modelled", lambda: Network({"x": hsa.program(found)}, []))
    lines = (STANFORD / "port_map.txt").read_text().splitlines()
    ports = [f"x.{line.split(':')[1].strip()}" for line in lines if ":" in line]
    taken = [port for port in ports if port in network.inputs]
    spent = []

    def each() -> None:
        for port in taken:
            started = time.process_time()
            crossed(network, port, "hsa", sets, execution)
            spent.append(time.process_time() - started)

    timed(f"  exact sets from all {len(ports)} ports ({len(taken)} take packets)", each)
    print(f"{'  one of these, in the median':58} {statistics.median(spent) * 1000:8.0f} ms")
    changing(found, network, [port for port in taken if port.endswith("0003")][:10])


def changing(found: list[transfer.Rule], network: Network, ports: list[str]) -> None:
    """One rule of the backbone drops what it sent on, all that is seen from ten ports brought up to date, and back."""
    sets, [layout] = PacketSets(), layouts.TEMPLATES["hsa"]
    layouts.declare(sets, [layout])
    kept = IncrementalExploration(sets, network)
    injections = [Injection(port, layouts.memory(sets, layout), sets.full) for port in ports]
    timed(f"  all packets from {len(ports)} ports at once", lambda: kept.run(injections))
    passed = sorted({state.port.partition(".")[2] for state in kept.states if state.place == "in"})
    chance, spent = random.Random(4), []
    for _change in range(100):
        port = chance.choice(passed)
        own = [rule for rule in found if port in rule.inputs]
        rule = chance.choice(own)
        changed = [replace(rule, outputs=()) if one is rule else one for one in own]
        code = hsa.program([replace(one, inputs=(port,)) for one in changed]).ports[port]
        program = network.elements["x"]
        started = time.process_time()
        kept.change("x", replace(program, ports={**program.ports, port: code}))
        spent.append(time.process_time() - started)
        kept.change("x", program)
    print(f"{'  one rule changed: from all of them again, in the median':58} {statistics.median(spent) * 1000:8.0f} ms", end="")
    print(f", at most {max(spent) * 1000:.0f} ms")


def internet2() -> None:
    """All packets from one port of the backbone of Internet2: nine forwarding tables, and the links between them."""
    suffix = "-show_route_forwarding-table_table_default.xml.gz"
    tables = {path.name.removesuffix(suffix): path for path in INTERNET2.glob(f"*{suffix}")}
    given = {name: {"type": "fib", "path": str(path)} for name, path in tables.items()}
    files = Files()

    def read() -> Network:
        own = {name: element(name, one, files.given(one, name)) for name, one in given.items()}
        return Network(*joined([{"type": "juniper", "path": str(INTERNET2 / "show_interfaces.xml.gz")}], own, files.given))

    network = timed(f"Internet2: {len(tables)} tables read and modelled", read)
    timed("  all packets from one port", lambda: crossed(network, "seat.in", "udp", PacketSets()))


def task() -> None:
    """A task of its own on a network of 20 elements: Ansible, the module and its libraries from their start to their end."""
    chain = {f"e{number}": {"type": "sefl", "content": LOWERING} for number in range(20)}
    links = [[f"e{number}.out", f"e{number + 1}.in"] for number in range(19)]
    policies = [{"name": "through", "formula": "ip.ttl > 20 -> AF (delivered && port == e19.out)"}]
    asked = {"network": {"elements": chain, "links": links}, "packets": [{"at": "e0.in"}], "policies": policies}
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": [{"superfluidity.nfv.sefl_verify": asked}]}]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as book:
        json.dump(play, book)
        book.flush()
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", book.name]
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        print(f"{'ansible-playbook with a network of 20 elements, by the clock':58} {time.perf_counter() - started:8.2f} s")


def main() -> None:
    task()
    text = table(188_500)
    router = timed("188,500 prefixes: read and modelled", lambda: Network({"r": fib.program(read_table(text))}, []))
    timed("  crossed by all packets, with the sets of 16 ports", lambda: crossed(router, "r.in", "udp", PacketSets()))
    for count in (500, 2000):
        network = Network({"f": rules(count)}, [])
        timed(f"{count} rules of 5-tuples to exact sets", lambda network=network: crossed(network, "f.in", "tcp", PacketSets()))
    for count in (100, 200, 400):
        network = diamonds(count)
        timed(f"{count} branches in a row", lambda network=network: crossed(network, "d0.in", "udp", PacketSets()))
    stopping()
    if INTERNET2.exists():
        internet2()
    else:
        print("the tables of Internet2 are not here (../shared/data/internet2)")
    if STANFORD.exists():
        stanford()
    else:
        print("the Stanford backbone is not here (../shared/data/stanford)")


if __name__ == "__main__":
    main()
