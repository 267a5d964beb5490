# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers: every packet by itself there, mirrored, and back; and what policies say of the way back."""

from __future__ import annotations

import copy
import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import layouts
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import Exploration, Injection, Network
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.merging import merged
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.replies import MARK, replies
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.report import sentence
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.sefl_text import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.verification import Policy, Verification, packets_of
from oracle_interpreter import Interpreter
from seeds import seeds

# The oracle: one packet of plain numbers; where its fields stand is written down here once more.

ETH_DST, ETH_SRC, TTL, SRC, DST = 0, 48, 112 + 64, 112 + 96, 112 + 128
SRCPORT, DSTPORT, SEQ, ACK, FLAGS = 272, 272 + 16, 272 + 32, 272 + 64, 272 + 100
COMPARED = {"eth.src": ETH_SRC, "ip.ttl": TTL, "ip.src": SRC, "ip.dst": DST, "tcp.srcport": SRCPORT, "tcp.dstport": DSTPORT}
COMPARED |= {"tcp.seq": SEQ, "tcp.ack": ACK, "tcp.flags": FLAGS}


def mirrored(packet):
    """The answer, or None for none."""
    headers = packet["headers"]
    if packet["metadata"]["", "(reply)"][-1][1] or headers[FLAGS][-1][1] & 4:
        return None
    packet = copy.deepcopy(packet)
    headers = packet["headers"]
    for one, other in ((ETH_DST, ETH_SRC), (SRC, DST), (SRCPORT, DSTPORT), (SEQ, ACK)):
        headers[one][-1][1], headers[other][-1][1] = headers[other][-1][1], headers[one][-1][1]
    headers[TTL][-1][1] = 64
    headers[FLAGS][-1][1] |= 16
    packet["metadata"]["", "(reply)"][-1][1] = 1
    return packet


def concrete(elements, links, port, packet):
    """How, where and as what the packet and its answers end."""
    peers = {**dict(links), **{right: left for left, right in links}}
    inputs = {f"{name}.{entry}" for name, one in elements.items() for entry in one.ports}
    found, waiting = set(), [(port, packet)]
    while waiting:
        port, packet = waiting.pop()
        name, entry = port.split(".")
        for ending, bound, after in Interpreter(name, None).run(elements[name].ports[entry], packet):
            out = f"{name}.{bound}"
            if ending == "out" and out in peers:
                waiting.append((peers[out], after))
                continue
            found.add(("delivered" if ending == "out" else ending, out if ending == "out" else port, *told(after)))
            if ending == "out" and out in inputs and (answer := mirrored(after)):
                waiting.append((out, answer))
    return found


def told(packet):
    return packet["metadata"]["", "(reply)"][-1][1], *(packet["headers"][at][-1][1] for at in COMPARED.values())


THERE = (
    "Assign(@seen, 1w1)",
    "Assign(@old, ip.src) Assign(ip.src, 192.0.2.1)",
    "Assign(@port, tcp.srcport) Assign(tcp.srcport, tcp.srcport + 7)",
    "If (tcp.dstport < 512) { Drop }",
    "Constrain(ip.ttl > 1) Assign(ip.ttl, ip.ttl - 1)",
    "If (ip.dst == 10.0.0.2) { Forward(other) }",
    "Assign(tcp.flags, 2)",
)
BACK = (
    "If (present(@old)) { Assign(ip.dst, @old) }",
    "If (present(@port)) { Assign(tcp.dstport, @port) }",
    "If (!present(@seen)) { Drop }",
    "If (tcp.dstport == 22) { Drop }",
    'If (!mask(tcp.flags, 0x10, 0x10)) { Fail("no answer") }',
    "Constrain(tcp.srcport in {80, 443} || ip.ttl == 64)",
    "Assign(ip.ttl, ip.ttl - 1)",
)
POOLS = {
    "eth.src": [1, 2],
    "ip.ttl": [1, 2, 64],
    "ip.src": [0x0A000001, 0x0A000002, 0xC0000201],
    "ip.dst": [0x0A000001, 0x0A000002, 0xC0000201],
    "tcp.srcport": [22, 80, 1000],
    "tcp.dstport": [22, 80, 1000],
    "tcp.seq": [0, 5],
    "tcp.flags": [2, 4, 16, 18],
}


def program(chance: random.Random):
    there = " ".join(chance.sample(THERE, chance.randrange(4)))
    back = " ".join(chance.sample(BACK, chance.randrange(4)))
    return read(f"port inside {{ Forward(outside) {there} }} port outside {{ Forward(inside) {back} }}")


def packet_of(headers, values):
    stacks = {at: [[stack[-1].width, values[at]]] for at, stack in headers.items()}
    return {"headers": stacks, "metadata": {("", "(reply)"): [[1, 0]]}, "tags": {"eth": 0, "ip": 112, "tcp": 272}, "drawn": {}}


@pytest.mark.one_python
def test_every_packet_and_its_answer_end_as_one_by_itself_does() -> None:
    ways = []
    for seed in seeds(0, 10):
        chance = random.Random(seed)
        elements, links = {name: program(chance) for name in "ab"}, [("a.outside", "b.inside")]
        port = chance.choice(["a.inside", "b.outside"])
        sets, memory, everything = universe()
        network = Network(elements, links)
        exploration = Exploration(sets, network, replies=replies(network, {})).run([Injection(port, memory, everything)])
        for _packet in range(12):
            values = {**sets.example(everything), **{name: chance.choice(pool) for name, pool in POOLS.items()}}
            numbers = {at: sets.number(stack[-1].value, values) for at, stack in memory.headers.items()}
            expected = concrete(elements, links, port, packet_of(memory.headers, numbers))
            assert symbolic(sets, exploration, values) == expected, seed
            ways += [(how, reply) for how, _port, reply, *_fields in expected]
    assert {("delivered", 0), ("dropped", 0), ("delivered", 1), ("dropped", 1)} <= set(ways)


def universe():
    sets = PacketSets(1 << 20)
    [layout] = layouts.TEMPLATES["tcp"]
    layouts.declare(sets, [layout])
    memory = layouts.memory(sets, layout).assign(MARK, sets.constant(0, 1), 1, "")
    return sets, memory, layouts.packets(sets, layout, {})


def symbolic(sets, exploration, values):
    return {
        (exploration.ended(state), state.port, *(sets.number(cell.value, values) for cell in cells(state.memory)))
        for state in exploration.states
        if exploration.ended(state) and sets.contains(state.packets, values)
    }


def cells(memory):
    return memory.read(MARK, ""), *(memory.headers[at][-1] for at in COMPARED.values())


# What policies say.

FIREWALL = """
port inside { Assign(@asked, ip.dst) Forward(outside) }
port outside { If (present(@asked) && ip.src == @asked) { Forward(inside) } Else { Drop } }
"""
NAT = """
port in { Assign(@from, ip.src) Assign(ip.src, 192.0.2.1) Forward(out) }
port out { Assign(ip.dst, @from) Forward(in) }
"""
LINKS = [["nat.out", "fw.inside"]]
ASKED = {"at": "nat.in", "template": "tcp", "fields": {"ip.src": "10.0.0.0/8", "tcp.flags": 2}, "reply": True}
COMES_BACK = "AG (delivered && !reply -> AF (reply && delivered && port == nat.in && ip.dst == initial(ip.src)))"


def verified(*formulas, elements=None, links=None, packets=None, reply_at=None, answered_elsewhere=False):
    programs = {name: read(text, f"{name}.sefl") for name, text in (elements or {"nat": NAT, "fw": FIREWALL}).items()}
    policies = [Policy(f"p{number}", formula) for number, formula in enumerate(formulas)]
    given = packets if isinstance(packets, list) else [packets or ASKED]
    injected = [packets_of(one, f"packets[{number}]") for number, one in enumerate(given)]
    links = LINKS if links is None else links
    return Verification(programs, links, injected, policies, reply_at, answered_elsewhere).run()


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (COMES_BACK, "holds"),
        ("AF (reply && delivered)", "holds"),
        ("AG (port == fw.outside && reply -> ip.dst == 192.0.2.1 && ip.src == initial(ip.dst))", "holds"),
        ("AG (reply -> tcp.srcport == initial(tcp.dstport) && tcp.dstport == initial(tcp.srcport))", "holds"),
        ("AG (reply -> tcp.flags == 0x12)", "holds"),
        ("AG (reply -> ip.dst == initial(ip.src))", "violated"),
        ("AG (reply -> AG reply)", "holds"),
        ("AG (delivered -> !reply)", "violated"),
        ("EF (reply && dropped)", "violated"),
        ("AF delivered && AG !failed", "holds"),
    ],
)
def test_policies_speak_of_the_way_back(formula, verdict):
    [policy] = verified(formula)["policies"]
    assert policy["verdict"] == verdict


def test_a_lost_answer_is_explained_both_ways():
    forgetful = FIREWALL.replace("ip.src == @asked", "tcp.dstport < 1024")
    answer = verified(COMES_BACK, elements={"nat": NAT, "fw": forgetful})
    assert sentence(answer) == (
        "p0 is violated. For p0: packet tcp from 10.0.0.0 port 49152 to 198.51.100.1 port 0, "
        "through nat.in → nat.out → fw.inside → fw.outside → answered: fw.outside (Drop (line 3)) → dropped"
    )
    [policy] = answer["policies"]
    assert policy["packets"] == [
        "at nat.in eth/ip/tcp: ip.src in {10.0.0.0/8} and tcp.srcport in {1024-65535} and tcp.flags == 0x2"
    ]
    assert [step["reply"] for step in policy["trace"]] == [False] * 4 + [True] * 2


def test_without_a_mapping_the_answer_is_to_nobody():
    plain = {"nat": "port in { Assign(ip.src, 192.0.2.1) Forward(out) } port out { Forward(in) }", "fw": FIREWALL}
    [lost, back] = verified(COMES_BACK, "AF (reply && delivered && ip.dst == 192.0.2.1)", elements=plain)["policies"]
    assert (lost["verdict"], back["verdict"]) == ("violated", "holds")


@pytest.mark.parametrize(
    ("packets", "formula"),
    [
        ({"template": "tcp", "fields": {"tcp.flags": "4-7"}}, "AG !reply && AF delivered"),
        ({"template": "arp", "fields": {}}, "AG !reply && AF delivered"),
        ({"template": "icmp", "fields": {"icmp.type": [0, "9-255"]}}, "AG !reply && AF delivered"),
        ({"template": "icmp", "fields": {"icmp.type": 8}}, "AF (reply && icmp.type == 0 && icmp.ident == initial(icmp.ident))"),
        ({"template": "icmpv6", "fields": {"icmpv6.type": 128}}, "AF (reply && icmpv6.type == 129 && ipv6.hlim == 64)"),
        (
            {"template": "udp6", "fields": {}},
            "AF (reply && ipv6.src == initial(ipv6.dst) && udp.dstport == initial(udp.srcport))",
        ),
        (
            {"template": "vlan", "fields": {"ip.proto": 17}},
            "AF (reply && vlan.id == initial(vlan.id) && eth.dst == initial(eth.src))",
        ),
    ],
)
def test_who_is_answered_and_how(packets, formula):
    wire = {"x": "port a { Forward(b) } port b { Forward(a) }"}
    [policy] = verified(formula, elements=wire, links=[], packets={"at": "x.a", "reply": True, **packets})["policies"]
    assert policy["verdict"] == "holds"


ONE_WAY = {"x": "port in { Forward(out) } port back { Forward(home) }"}


def test_answers_enter_where_it_is_said():
    packets = {"at": "x.in", "template": "udp", "reply": True}
    [policy] = verified(
        "AF (reply && port == x.home)", elements=ONE_WAY, links=[], packets=packets, reply_at={"x.out": "x.back"}
    )["policies"]
    assert policy["verdict"] == "holds"


def test_a_port_that_takes_no_answers_is_a_finding():
    packets = {"at": "x.in", "template": "udp", "reply": True}
    answer = verified("AF reply", elements=ONE_WAY, links=[], packets=packets)
    assert answer["policies"][0]["verdict"] == "violated"
    [finding] = answer["findings"]
    assert (finding["kind"], finding["at"], finding["packet"]["port"]) == ("reply", "x.out", "x.in")
    assert finding["message"] == (
        "answers cannot enter at x.out, where no element takes packets: name another port in reply_at"
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"packets": {**ASKED, "reply": False}}, "packets: the policy p0 speaks of answers, and no packets are answered"),
        (
            {"reply_at": {"nat.out": "nat.in"}},
            "reply_at: no packets leave the network at nat.out; they may at fw.outside, nat.in",
        ),
        ({"reply_at": {"fw.out": "nat.in"}}, "reply_at: no packets leave the network at fw.out; they may at"),
        (
            {"reply_at": {"fw.outside": "fw.side"}},
            "reply_at.fw.outside: no element takes packets at fw.side; some do at fw.inside",
        ),
    ],
)
def test_mistakes_are_one_sentence(change, sentence):
    with pytest.raises(InputError) as caught:
        verified(COMES_BACK, **change)
    assert sentence in str(caught.value)


def test_answers_that_nobody_gives_need_no_port():
    with pytest.raises(InputError, match="packets: reply_at is about answers, and no packets are answered"):
        verified("AF delivered", packets={**ASKED, "reply": False}, reply_at={"fw.outside": "fw.outside"})


STRANGER = {"at": "fw.outside", "template": "tcp"}


@pytest.mark.parametrize(
    "formula",
    [
        *(COMES_BACK, "AG !reply", "EF reply", "AG (delivered -> reply)", "reply -> AF dropped", "AF (dropped && !reply)"),
        *("AG (port == fw.outside && !reply -> EX dropped)", "EF (reply && delivered && port == nat.in)"),
    ],
)
def test_a_share_without_answers_is_told_what_the_whole_is_told(formula):
    """The oracle is the whole: a policy on every packet holds of it where it holds of each share, one on some where of any."""
    [whole] = verified(formula, packets=[ASKED, STRANGER], reply_at={"fw.outside": "fw.outside"})["policies"]
    how = {"reply_at": {"fw.outside": "fw.outside"}, "answered_elsewhere": True}
    shares = [verified(formula, packets=one, **how) for one in (ASKED, STRANGER)]
    assert [answer["findings"] for answer in shares] == [[], []]
    [policy] = merged(shares)["policies"]
    told = ("verdict", "quantifier", "packets")
    assert [policy[key] for key in told] == [whole[key] for key in told]


def test_a_share_refuses_mistakes_about_answers_as_the_whole_does():
    with pytest.raises(InputError, match=r"reply_at: no packets leave the network at fw\.out;"):
        verified(COMES_BACK, packets=STRANGER, reply_at={"fw.out": "nat.in"}, answered_elsewhere=True)
