# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NetCTL as text: what it means, and every mistake as a sentence."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import netctl, sefl
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.netctl_text import read
from hypothesis import given
from hypothesis import strategies as st

PORTS = ("fw.eth0", "lb.out", "web-1.eth0", "sw.ge-0/0/1.7")
DELIVERED = netctl.Ended("delivered")
SSH = netctl.Holds(sefl.Compare("==", sefl.Read(sefl.Header("tcp", 16)), sefl.Number(22)))
SOURCE = sefl.Read(sefl.Header("ip", 96))


def formula(text: str) -> netctl.Formula:
    return read(text, PORTS).formula


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("delivered", DELIVERED),
        ("not delivered", netctl.Not(DELIVERED)),
        ("!nothing == 1", netctl.Not(netctl.Holds(sefl.Compare("==", sefl.Read(sefl.Meta("nothing")), sefl.Number(1))))),
        ("true && !false", netctl.And((netctl.TRUE, netctl.Not(netctl.FALSE)))),
        ("port == lb.out", netctl.At("lb.out")),
        ('"sw.ge-0/0/1.7" == port', netctl.At("sw.ge-0/0/1.7")),
        ("port == sw.ge-0/0/1.7", netctl.At("sw.ge-0/0/1.7")),
        ("port != web-1.eth0", netctl.Not(netctl.At("web-1.eth0"))),
        ("tcp.dstport == 22", SSH),
        ("22 == tcp.dstport", SSH),
        (
            "AG (tcp.dstport == 22 -> !(port == lb.out))",
            netctl.Always(True, netctl.implies(SSH, netctl.Not(netctl.At("lb.out")))),
        ),
        (
            "∀G ¬delivered ∨ ∃X dropped",
            netctl.Or((netctl.Always(True, netctl.Not(DELIVERED)), netctl.Next(False, netctl.Ended("dropped")))),
        ),
        ("A [true U delivered]", netctl.Until(True, netctl.TRUE, DELIVERED)),
        ("EF delivered", netctl.Until(False, netctl.TRUE, DELIVERED)),
        ("AX EX delivered", netctl.Next(True, netctl.Next(False, DELIVERED))),
        ("ip.src == 10.0.0.0/8", netctl.Holds(sefl.Within(SOURCE, ((0x0A000000, 0x0AFFFFFF),)))),
        ("tcp.dstport in {1-3, 7, 2-5}", netctl.Holds(sefl.Within(sefl.Read(sefl.Header("tcp", 16)), ((1, 5), (7, 7))))),
        ("300 > mark", netctl.Holds(sefl.Compare("<", sefl.Read(sefl.Meta("mark")), sefl.Number(300)))),
        ("ip.src == initial(ip.src)", netctl.Holds(sefl.Compare("==", SOURCE, sefl.Read(sefl.Meta("initial(ip.src)"))))),
    ],
)
def test_meaning(text: str, meaning: netctl.Formula) -> None:
    assert formula(text) == meaning


def test_either_of_two_fields() -> None:
    found = formula("ip.addr == 10.0.0.1")
    assert [atom.left.target.offset for atom in found.condition.conditions] == [96, 128]


def test_an_implication_binds_weakest_and_to_the_right() -> None:
    assert formula("delivered -> dropped -> failed") == netctl.implies(
        DELIVERED, netctl.implies(netctl.Ended("dropped"), netctl.Ended("failed"))
    )
    assert formula("delivered->dropped") == formula("delivered -> dropped")
    assert formula("delivered || dropped && failed") == netctl.Or(
        (DELIVERED, netctl.And((netctl.Ended("dropped"), netctl.Ended("failed"))))
    )


def test_what_is_asked_of_the_injection_is_told() -> None:
    assert read("AG(ip.src == initial(ip.src) && ip.ttl < initial(ip.ttl))", PORTS).initials == {"ip.src", "ip.ttl"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("AG (", "web:1: the NetCTL text ends too early"),
        ("AG\n(tcp.dstport = 1)", "web:2: '=' in column 14 is not expected here"),
        ("port == lb.in", "there is no port lb.in; there are lb.out"),
        ("port == nowhere.in", "there is no port nowhere.in; there are fw.eth0, lb.out"),
        ("port < lb.out", "a port can be compared with == and != only"),
        ("port ≤ lb.out", "a port can be compared with == and != only, not with <="),
        ("∀G\n(tcp.dstport ≢ 1)", "web:2: '≢' in column 14 is not expected here"),
        ("tcp.dport == 1", "tcp.dport is no field; there are tcp.srcport"),
        ("tcp.dstport == 70000", "70000 does not fit into the 16 bits"),
        ("ip.src < 10.0.0.0/8", "10.0.0.0/8 is a range; compare with < only single values"),
        ("ip.src == 10.0.0.256", "'10.0.0.256' is no value"),
        ('tcp.dstport == "ssh"', "is text; only a port is compared with text"),
        ("1 == 1", "a field or a name of metadata is expected here, not 1"),
        ("mark == initial(mark)", "initial() takes a header field, not mark"),
        ("(" * 300 + "delivered", "more than 200 brackets"),
        ("!" * 20_000 + "delivered", "operators stand more than 200 deep inside one another"),
        ("AX " * 3_000 + "delivered", "operators stand more than 200 deep inside one another"),
        ("true -> " * 5_000 + "delivered", "operators stand more than 200 deep inside one another"),
    ],
)
def test_mistakes(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, PORTS, "web")
    assert str(caught.value).startswith("policy web")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


# What is written by signs and words, and by glyphs.
ATOMS = [("delivered", "delivered"), ("true", "⊤"), ("false", "⊥"), ("port != lb.out", "port≠lb.out")]
ATOMS += [(f"tcp.dstport {sign} 22", f"tcp.dstport{glyph}22") for sign, glyph in (("!=", "≠"), ("<=", "≤"), (">=", "≥"))]
ATOMS += [("22 <= tcp.dstport", "22 ≤ tcp.dstport"), ("ip.src in {10.0.0.0/8}", "ip.src∈{10.0.0.0/8}")]
ATOMS += [("tcp.flags & 2 != 2", "tcp.flags & 2 ≠ 2")]
UNARY = [("! ({})", "¬({})"), ("not ({})", "¬ ({})"), ("AG ({})", "∀G({})"), ("EF ({})", "∃F ({})"), ("EX ({})", "∃ X({})")]
BINARY = [("({}) && ({})", "({})∧({})"), ("({}) or ({})", "({}) ∨ ({})"), ("({}) -> ({})", "({})→({})")]
BINARY += [("({}) -> ({})", "({}) ⇒ ({})"), ("A [{} U {}]", "∀[{} U {}]"), ("E[{} U {}]", "∃ [{} U {}]")]


def compounds(parts):
    many = st.tuples(st.sampled_from(UNARY), parts) | st.tuples(st.sampled_from(BINARY), parts, parts)
    return many.map(lambda found: tuple(found[0][way].format(*(part[way] for part in found[1:])) for way in (0, 1)))


@given(st.recursive(st.sampled_from(ATOMS), compounds, max_leaves=8))
def test_glyphs_mean_what_signs_mean(spellings: tuple[str, str]) -> None:
    signs, glyphs = spellings
    assert signs.isascii()
    assert formula(signs) == formula(glyphs)


@given(st.text(alphabet="AEGFXU[](){}!&|->=<delivportfb.ws0123456789 ∀∃∧∨¬→⇒≠≤≥∈⊤⊥/:\"'", max_size=60))
def test_hostile_text_ends_in_a_sentence(text: str) -> None:
    try:
        formula(text)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017
