# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer functions: every packet reaches what the rules say, on small ones and on those of the Stanford backbone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.hsa import model, transfer
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import layouts
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import (
    Exploration,
    Injection,
    Network,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets

STANFORD = Path(__file__).parents[7] / "shared/data/stanford/tf"
ANY = ",".join(["xxxxxxxx"] * 16)


def bits(**bytes_at: str) -> str:
    """A header in which some bytes, by their place from the left, are not wildcards."""
    return ",".join(bytes_at.get(f"b{at}", "xxxxxxxx") for at in range(16))


def line(action: str, inputs: str, match: str, outputs: str, mask: str = "None", rewrite: str = "None") -> str:
    return "$".join([action, inputs, match, mask, rewrite, "None", "None", outputs, "#", "#", "", "", "x", ""])


KEEP_ALL_BUT_VLAN = ",".join(["11111111"] * 14 + ["00000000"] * 2)
VLAN_7 = ",".join(["00000000"] * 15 + ["00000111"])
SMALL = "\n".join(
    [
        "32$small$3$0$0$",
        "#",
        line("fwd", "[1]", bits(b6="00001010"), "[2, 3]"),  # 10.0.0.0/8
        line("rw", "[1]", bits(b15="00000101"), "[4]", KEEP_ALL_BUT_VLAN, VLAN_7),
        line("fwd", "[1]", bits(b6="11111111"), "[]"),
        line("link", "[4]", "None", "[5]"),
        line("link", "[4]", "None", "[6]"),
    ]
)


def explored(rules, port):
    sets = PacketSets(1 << 24)
    [layout] = layouts.TEMPLATES["hsa"]
    layouts.declare(sets, [layout])
    exploration = Exploration(sets, Network({"x": model.program(rules)}, []))
    exploration.run([Injection(f"x.{port}", layouts.memory(sets, layout), sets.full)])
    return sets, exploration


def reached(sets, exploration):
    """The input packets that leave at each port."""
    found = {}
    for state in exploration.states:
        if exploration.ended(state) == "delivered":
            port = state.port.partition(".")[2]
            found[port] = found.get(port, sets.empty) | state.packets
    return found


def values_of(header: int) -> dict[str, int]:
    return {name: value for name, _width, value in model._parts(header)}


def simulated(rules, port, header):
    """The ports at which one header leaves, by applying the rules to it one by one."""
    waiting, seen, out = [(port, header)], set(), set()
    taking = {one for rule in rules for one in rule.inputs}
    while waiting:
        at, now = waiting.pop()
        if (at, now) in seen:
            continue
        seen.add((at, now))
        if at not in taking:
            out.add(at)
            continue
        matching = [rule for rule in rules if at in rule.inputs and now & rule.care == rule.match]
        for rule in [one for one in matching if one.is_link] or matching[:1]:  # packets take all links of a port
            after = now if rule.keep is None else now & rule.keep | rule.write
            waiting += [(other, after) for other in rule.outputs]
    return out


def test_a_small_one():
    rules = transfer.read(SMALL)
    assert [rule.outputs for rule in rules] == [("2", "3"), ("4",), (), ("5",), ("6",)]
    sets, exploration = explored(rules, "1")
    found = reached(sets, exploration)
    assert set(found) == {"2", "3", "5", "6"}
    assert found["5"] == found["6"]
    assert found["2"] == found["3"] == sets.within(sets.vector("ip.dst"), [(0x0A000000, 0x0AFFFFFF)])
    low = sets.masked(sets.vector("vlan.id"), 5, 0xFF)
    assert found["5"] == low & ~found["2"]
    [end] = [state for state in exploration.states if state.port == "x.5"]
    assert end.memory.read(layouts.FIELDS["vlan.id"].target, "x").value == sets.constant(7, 12)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no rule in this file"),
        ("fwd$[1]$xx", "this is no rule of a transfer function"),
        (line("fwd", "1", ANY, "[2]"), "'1' is no list of ports"),
        (line("fwd", "[1]", "xxxx", "[2]"), "'xxxx' is no header of 16 bytes"),
        (line("rw", "[1]", ANY, "[2]", ANY, VLAN_7), "a mask or a rewrite has no wildcards"),
    ],
)
def test_mistakes(text, sentence):
    with pytest.raises(InputError, match=r"one\.tf") as caught:
        transfer.read(text, "one.tf")
    assert sentence in str(caught.value)


def test_half_of_a_field_cannot_be_rewritten():
    half = ",".join(["11111111"] * 6 + ["00000000"] + ["11111111"] * 9)
    with pytest.raises(InputError, match=r"rewrites some bits of ip\.dst"):
        model.program(transfer.read(line("rw", "[1]", ANY, "[2]", half, VLAN_7)))


@pytest.mark.skipif(not STANFORD.exists(), reason="the folder ../shared with the Stanford backbone is not here")
@pytest.mark.one_python
def test_random_packets_of_the_stanford_backbone():
    rules = [rule for file in sorted(STANFORD.glob("*.tf")) for rule in transfer.read(file.read_text(), file.name)]
    assert len(rules) == 8873
    ports = sorted({port for rule in rules for port in rule.inputs if port.endswith("0003") and len(port) == 6})
    chance = random.Random(3)
    compared = 0
    for port in chance.sample(ports, 2):
        sets, exploration = explored(rules, port)
        found = reached(sets, exploration)
        entering = [rule for rule in rules if port in rule.inputs and rule.outputs]
        forwarding = [rule for rule in rules if rule.inputs == (entering[0].outputs[0],) and rule.outputs]
        for _packet in range(60):
            header = chance.getrandbits(128) & ~(0xFF << 120)
            for some in (forwarding, entering):  # what a route speaks of, in a VLAN that the port takes
                rule = chance.choice(some)
                header = header & ~rule.care | rule.match
            leaves = {out for out, packets in found.items() if sets.contains(packets, values_of(header))}
            assert leaves == simulated(rules, port, header)
            compared += bool(leaves)
    assert compared > 20
