# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches as SEFL: every frame leaves where a switch that looks at one frame after the other sends it, tagged as there."""

from __future__ import annotations

import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.elements import element
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import (
    Exploration,
    Injection,
    Network,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.layouts import (
    TEMPLATES,
    declare,
    memory,
    packets,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.readable import packet_bytes
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.verification import (
    Policy,
    Verification,
    packets_of,
)

PLAIN = """vlan,mac,port
,02:00:00:00:00:01,a
,02:00:00:00:00:02,b
,02:00:00:00:00:03,c
,01:00:5e:00:00:05,a
,01:00:5e:00:00:05,b
"""
VLANS = """vlan,mac,port
10,02:00:00:00:00:01,a
10,02:00:00:00:00:02,b
20,02:00:00:00:00:02,c
20,02:00:00:00:00:04,a
"""


def verified(text, formulas, template="udp", fields=None, at="sw.a", **options):
    programs = {"sw": element("sw", {"type": "mac", "content": text, **options}, text)}
    packets_ = packets_of({"at": at, "template": template, "fields": fields or {}}, "packets[0]")
    return Verification(programs, [], [packets_], [Policy(str(n), one) for n, one in enumerate(formulas)]).run()


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("eth.dst == 02:00:00:00:00:02 -> AX port == sw.b", "holds"),
        ("eth.dst == 02:00:00:00:00:01 -> AX dropped", "holds"),  # it would go back
        ("eth.dst == 02:00:00:00:00:09 -> EX port == sw.b && EX port == sw.c && AX !(port == sw.a)", "holds"),
        ("eth.dst == ff:ff:ff:ff:ff:ff -> EX port == sw.b && EX port == sw.c", "holds"),
        ("eth.dst == 01:00:5e:00:00:05 -> AX port == sw.b", "holds"),
        ("AG !(port == sw.b)", "violated"),
    ],
)
def test_verdicts_without_vlans(formula, verdict):
    assert verified(PLAIN, [formula])["policies"][0]["verdict"] == verdict


def test_the_trace_names_the_entry():
    formulas = ["eth.dst == 02:00:00:00:00:02 -> AG !(port == sw.b)", "eth.dst == 02:00:00:00:00:99 -> AG !(port == sw.c)"]
    known, unknown = verified(PLAIN, formulas)["policies"]
    assert known["trace"][0]["rule"] == "entry 02:00:00:00:00:02 (line 3)"
    assert unknown["trace"][0]["rule"] == "floods"


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("vlan.id == 10 && eth.dst == 02:00:00:00:00:02 -> AF port == sw.b", "holds"),
        ("vlan.id == 20 && eth.dst == 02:00:00:00:00:02 -> AF port == sw.c", "holds"),
        ("vlan.id == 30 -> AF dropped", "holds"),
        ("vlan.id == 10 && eth.dst == ff:ff:ff:ff:ff:ff -> AF port == sw.b", "holds"),
        ("AG (port == sw.b -> vlan.id == 10 && vlan.priority == initial(vlan.priority) && ip.dst == initial(ip.dst))", "holds"),
    ],
)
def test_verdicts_with_vlans(formula, verdict):
    answer = verified(VLANS, [formula], template="vlan", fields={"ip.ttl": 5})
    assert answer["policies"][0]["verdict"] == verdict
    assert answer["findings"] == []


def test_a_port_without_tags():
    options = {"untagged": {"b": 10, "c": 10}, "vlans": {10: ["a", "b", "c"]}}
    formulas = ["AF (port == sw.b && !(vlan.id in {0-4095}) && eth.type == 0x800 && ip.src == initial(ip.src))"]
    fields = {"vlan.id": 10, "eth.dst": "02:00:00:00:00:02", "ip.ttl": 9}
    assert verified(VLANS, formulas, template="vlan", fields=fields, **options)["holds"]
    fields = {"eth.dst": "02:00:00:00:00:01", "ip.ttl": 9}
    formulas = ["AF (port == sw.a && vlan.id == 10 && vlan.priority == 0 && eth.type == 0x8100 && vlan.etype == 0x800)"]
    assert verified(VLANS, formulas, template="ipv4", fields=fields, at="sw.c", **options)["holds"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"vlans": ["a"]}, "vlans has a key for each VLAN"),
        ({"vlans": {10: "a"}}, "the ports of a VLAN are a list"),
        ({"vlans": {5000: ["a"]}}, "'5000' is no VLAN"),
        ({"untagged": {"a": "x"}}, "'x' is no VLAN"),
        ({"vlan": {}}, "the type mac has no such option; there are content, format, path, type, untagged, vlans"),
    ],
)
def test_refused_options(options, sentence):
    with pytest.raises(InputError) as caught:
        element("sw", {"type": "mac", "content": VLANS, **options}, VLANS)
    assert sentence in str(caught.value)


# A switch for one frame at a time, of bytes.


def switched(frame, port, table, members, native):
    """``{port: frame}``: what a switch sends where."""
    tagged = frame[12:14] == b"\x81\x00"
    vlan = int.from_bytes(frame[14:16], "big") & 0xFFF if tagged else 0
    control = frame[14] & 0xF0 if tagged else 0
    vlan = vlan or native.get(port, 1)
    bare = frame[:12] + frame[16:] if tagged else frame
    if port not in members.get(vlan, ()):
        return {}
    to = table.get((vlan, frame[:6]))
    sent = {}
    for out in members[vlan] if to is None else [to]:
        if out != port:
            tag = b"\x81\x00" + bytes([control | vlan >> 8, vlan & 0xFF])
            sent[out] = bare if native.get(out, 1) == vlan else bare[:12] + tag + bare[12:]
    return sent


@pytest.mark.parametrize("seed", range(6))
def test_random_switches_against_one_that_takes_single_frames(seed):
    chance = random.Random(seed)
    ports, vlans = "abcd", [1, 10, 20]
    members = {vlan: sorted(chance.sample(ports, chance.randrange(2, 5))) for vlan in vlans}
    native = {port: chance.choice(vlans) for port in ports if chance.random() < 0.5}
    table = {
        (vlan, bytes([2, 0, 0, 0, 0, last])): chance.choice(members[vlan])
        for vlan in vlans
        for last in range(4)
        if chance.random() < 0.6
    }
    text = "vlan,mac,port\n" + "".join(f"{vlan},{mac.hex(':')},{port}\n" for (vlan, mac), port in table.items())
    program = element("sw", {"type": "mac", "content": text, "vlans": members, "untagged": native}, text)
    sent = 0
    for _frame in range(25):
        template, port = chance.choice(["vlan", "udp"]), chance.choice(ports)
        if port not in program.ports:
            continue
        sets, layout = PacketSets(1 << 20), TEMPLATES[template][1 if template == "vlan" else 0]
        declare(sets, [layout])
        wanted = {
            "eth.dst": chance.choice([0x020000000000, 0x01005E000000]) + chance.randrange(4),
            "vlan.id": chance.choice([0, *vlans, 5]),
        }
        exact = {name: ((value, value),) for name, value in wanted.items() if name.partition(".")[0] in layout.headers}
        some = packets(sets, layout, exact)
        one = sets.example(some)
        start = memory(sets, layout)
        exploration = Exploration(sets, Network({"sw": program}, [])).run([Injection(f"sw.{port}", start, sets.just(one))])
        found = {
            state.port.partition(".")[2]: packet_bytes(sets, state.memory, one)
            for state in exploration.states
            if exploration.ended(state) == "delivered"
        }
        assert found == switched(packet_bytes(sets, start, one), port, table, members, native)
        assert not any(state.fault for state in exploration.states)
        sent += len(found)
    assert sent > 5


BRIDGE = """\
52:54:00:aa:00:01 dev br0 vlan 10 master br0 permanent
52:54:00:bb:00:01 dev eth1 vlan 10 master br0
"""
CISCO = """\
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  10    5254.00bb.0001    DYNAMIC     Gi0/1
  10    5254.00bb.0002    DYNAMIC     Gi0/2
"""


@pytest.mark.parametrize(
    ("text", "formula", "verdict"),
    [
        (BRIDGE, "eth.dst == 52:54:00:aa:00:01 -> AF (port == sw.br0 && delivered)", "holds"),
        (BRIDGE, "eth.dst == 52:54:00:bb:00:09 -> AG !(port == sw.br0)", "holds"),
        (BRIDGE, "eth.dst == 52:54:00:bb:00:01 -> AF (port == sw.eth1 && delivered)", "holds"),
        (CISCO, "eth.dst == 01:00:0c:cc:cc:cc -> AF (port == sw.CPU && delivered)", "holds"),
        (CISCO, "eth.dst == 52:54:00:bb:00:09 -> AG !(port == sw.CPU)", "holds"),
        (CISCO, "eth.dst == 52:54:00:bb:00:09 -> EF (port == sw.Gi0/2 && delivered)", "holds"),
    ],
)
def test_a_port_that_only_an_entry_names_gets_what_is_for_it_and_no_floods(text, formula, verdict):
    options = {"vlans": {10: ["eth1", "eth2"]}, "untagged": {"eth2": 10}} if text is BRIDGE else {"untagged": {"Gi0/1": 10}}
    answer = verified(text, [formula], at="sw.eth2" if text is BRIDGE else "sw.Gi0/1", **options)
    assert answer["policies"][0]["verdict"] == verdict
