# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service chains with network service headers: rules as text, and what becomes of packets on their way."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.elements import element
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.nsh.rules import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.model import nsh
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

CLASSIFIER = "encap users path 7 index 255 to sff   # all of them\n"
FORWARDER = """
forward path 7 index 255 to fw
forward path 7 index 254 to lb
decap path 7 index 253 to servers
"""
FUNCTION = "serve in to in\n"
CHAIN = {"c": CLASSIFIER, "sff": FORWARDER, "fw": FUNCTION, "lb": FUNCTION}
LINKS = (("c.sff", "sff.in"), ("sff.fw", "fw.in"), ("sff.lb", "lb.in"))


def verified(formulas, elements=None, links=LINKS, at="c.users", template="tcp", fields=None):
    texts = CHAIN if elements is None else elements
    programs = {name: element(name, {"type": "nsh", "content": text}, text) for name, text in texts.items()}
    injected = [packets_of({"at": at, "template": template, "fields": fields or {}}, "packets[0]")]
    policies = [Policy(str(number), formula) for number, formula in enumerate(formulas)]
    return Verification(programs, links, injected, policies).run()


def verdicts(*formulas, **given):
    return [one["verdict"] for one in verified(formulas, **given)["policies"]]


@pytest.mark.parametrize(
    "formula",
    [
        "AF (port == fw.in)",
        "AG (port == fw.in -> AF (port == lb.in))",
        "AF (port == sff.servers && delivered)",
        "AG (port == sff.servers -> ip.dst == initial(ip.dst) && tcp.dstport == initial(tcp.dstport))",
        "AG (port == sff.servers -> eth.dst == initial(eth.dst) && eth.type == 0x800 && !(nsh.spi in {0-0xffffff}))",
        "AX (port == c.sff && eth.type == 0x894f && nsh.spi == 7 && nsh.si == 255 && nsh.ttl == 63 && nsh.length == 6)",
        "AX nsh.nextproto == 3",
        "AF (port == sff.fw && nsh.ttl == 62)",
        "AF (port == sff.lb && nsh.si == 254 && nsh.ttl == 61)",
    ],
)
def test_a_chain_of_two_functions(formula):
    answer = verified([formula])
    assert answer["holds"]
    assert answer["findings"] == []


def test_the_trace_names_the_rules():
    answer = verified(["AG !(port == sff.servers)"], fields={"ip.src": "10.0.0.1"})
    [policy] = answer["policies"]
    assert policy["verdict"] == "violated"
    assert [step["port"] for step in policy["trace"]][-1] == "sff.servers"
    assert policy["trace"][0]["rule"] == "encap path 7 index 255 to sff (line 1)"
    assert "decap path 7 index 253 to servers (line 4)" in [step["rule"] for step in policy["trace"]]


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("nsh.spi == 8 -> AF dropped", "holds"),
        ("nsh.spi == 7 && nsh.si == 255 && nsh.ttl != 1 -> AX port == sff.fw", "holds"),
        ("nsh.ttl == 1 -> AF dropped", "holds"),
        ("nsh.spi == 7 && nsh.si == 255 && nsh.ttl == 0 -> AX (port == sff.fw && nsh.ttl == 63)", "holds"),
        ("nsh.spi == 7 && nsh.si == 253 && nsh.ttl > 1 -> AX (port == sff.servers && !(nsh.si in {0-255}))", "holds"),
        ("AG (port == sff.servers && ip.ttl in {0-255} -> eth.type == 0x800)", "holds"),
        ("AG (port == sff.servers && ipv6.hlim in {0-255} -> eth.type == 0x86dd)", "holds"),
        ("AG (port == sff.servers -> eth.dst == initial(eth.dst))", "holds"),
        ("nsh.spi == 7 && nsh.si == 254 && nsh.ttl > 1 -> AX port == sff.fw", "violated"),
    ],
)
def test_a_forwarder_alone(formula, verdict):
    answer = verified([formula], {"sff": FORWARDER}, [], at="sff.in", template="nsh")
    assert answer["policies"][0]["verdict"] == verdict
    assert answer["findings"] == []


def test_a_function_lowers_the_index_and_cannot_below_zero():
    formulas = ["nsh.si == 9 -> AX nsh.si == 8", "nsh.si == 0 -> AF dropped", "AG (nsh.ttl == initial(nsh.ttl))"]
    assert verdicts(*formulas, elements={"fw": FUNCTION}, links=[], at="fw.in", template="nsh") == ["holds"] * 3


def test_a_proxy_takes_the_header_off_for_a_function_that_knows_none():
    proxy = "decap path 7 index 255 to old\nencap old path 7 index 254 to sff md 2\n"
    elements = {"c": CLASSIFIER, "proxy": proxy}
    formulas = ["AF (port == proxy.old && eth.dst == initial(eth.dst))"]
    assert verdicts(*formulas, elements=elements, links=[["c.sff", "proxy.in"]]) == ["holds"]
    formulas = ["AX (port == proxy.sff && nsh.si == 254 && nsh.length == 2 && nsh.mdtype == 2)"]
    assert verdicts(*formulas, elements={"proxy": proxy}, links=[], at="proxy.old") == ["holds"]


def test_a_vlan_tag_inside_keeps_its_name_for_later():
    formulas = ["AF (port == sff.servers && vlan.id == initial(vlan.id) && eth.type == 0x8100)"]
    assert verdicts(*formulas, template="vlan", fields={"ip.ttl": 9}) == ["holds"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("encup a", "'encup' is no rule; they begin with encap, forward, decap, serve"),
        ("forward path 1 to a", "this is no rule of forward; write forward path PATH index INDEX to TO"),
        ("encap a path 1 index 2 to b md", "this is no rule of encap; write encap PORT path PATH index INDEX to TO"),
        ("forward path 1 index 256 to a", "'256' is no index; it is a number from 0 to 255"),
        ("encap a path 1 index 2 to b ttl 0", "'0' is no ttl; it is a number from 1 to 63"),
        ("serve", "this is no rule of serve; write serve PORT to TO"),
        ("forward path 1 index 2 to a\ndecap path 1 index 2 to b", "has a rule already, in line 1"),
        ("serve a to b\nencap a path 1 index 2 to b", "has a rule already, in line 1"),
    ],
)
def test_mistakes(text, sentence):
    with pytest.raises(InputError, match=r"c\.nsh:\d") as caught:
        read(text, "c.nsh")
    assert sentence in str(caught.value)


def walked(text: str, at: str, layout, fields: dict[str, int]) -> tuple[nsh.Header, list[nsh.Header]]:
    """A packet with these fields, and what an element makes of it where it delivers it, as the codec reads their bytes."""
    sets = PacketSets(1 << 20)
    declare(sets, [layout])
    start = memory(sets, layout)
    some = packets(sets, layout, {name: ((value, value),) for name, value in fields.items()})
    assert some.satisfiable()
    program = element("e", {"type": "nsh", "content": text}, text)
    run = Exploration(sets, Network({"e": program}, [])).run([Injection(at, start, some)])
    given = packet_bytes(sets, start, sets.example(some))
    ends = [state for state in run.states if run.ended(state) == "delivered"]
    made = [packet_bytes(sets, state.memory, sets.example(state.packets)) for state in ends]
    return nsh.decode(given[14:])[0] if at == "e.in" else None, [nsh.decode(one[14:])[0] for one in made]


@pytest.mark.parametrize("layout", [TEMPLATES["nsh"][0], TEMPLATES["nsh"][-1]], ids=["MD type 1", "MD type 2"])
@pytest.mark.parametrize(("ttl", "index"), [(63, 255), (0, 255), (1, 255), (2, 255), (63, 0), (9, 1), (63, 254)])
def test_the_models_do_with_bytes_what_the_codec_does(layout, ttl: int, index: int) -> None:
    fields = {"nsh.spi": 7, "nsh.si": index, "nsh.ttl": ttl, "nsh.reservedbits": 5, "nsh.Obit": 0}
    header, made = walked("serve in to out\n", "e.in", layout, fields)
    assert (header.path, header.index, header.ttl, header.unassigned & 15) == (7, index, ttl, 5)
    assert made == [one for one in [nsh.served(header)] if one]
    header, made = walked(f"forward path 7 index {index} to out\n", "e.in", layout, fields)
    assert made == [one for one in [nsh.forwarded(header)] if one]


@pytest.mark.parametrize("words", ["", " md 2", " ttl 9", " md 2 ttl 1"])
def test_a_classifier_writes_what_the_codec_writes(words: str) -> None:
    _none, [made] = walked(f"encap users path 7 index 200 to sff{words}\n", "e.users", TEMPLATES["tcp"][0], {})
    ttl = int(words.partition("ttl")[2] or nsh.DEFAULT_TTL)
    expected = nsh.Header(7, 200, ttl=ttl, context=None if "md 2" in words else bytes(16))
    assert made == expected
