# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SEFL as text: what is printed is read back as it was, and every mistake is a sentence with its line."""

from __future__ import annotations

import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import sefl, sefl_print
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.sefl_text import read
from hypothesis import given
from hypothesis import strategies as st
from random_networks import Maker, plain

EXAMPLE = """
port in {
  If (ip.src in {10.0.0.0/8, 192.0.2.1} && tcp.dstport == 22) { Forward(out) }
  Else If (mask(tcp.flags, 0x2, 0x12)) { Assign(ip.ttl, ip.ttl - 1); Fork(a/1, "b c") }
  Else { Fail("not \\"here\\"") }   # a comment
}
"""


def test_an_example_means_what_it_says() -> None:
    ttl = sefl.Header("ip", 64)
    addresses = ((0x0A000000, 0x0AFFFFFF), (0xC0000201, 0xC0000201))
    first = sefl.All(
        (
            sefl.Within(sefl.Read(sefl.Header("ip", 96)), addresses),
            sefl.Compare("==", sefl.Read(sefl.Header("tcp", 16)), sefl.Number(22)),
        )
    )
    lower = sefl.Assign(ttl, sefl.Difference(sefl.Read(ttl), sefl.Number(1)))
    second = sefl.If(
        sefl.Masked(sefl.Read(sefl.Header("tcp", 100)), 0x2, 0x12),
        sefl.Block((lower, sefl.Fork(("a/1", "b c")))),
        sefl.Block((sefl.Fail('not "here"'),)),
    )
    chain = sefl.If(first, sefl.Block((sefl.Forward("out"),)), sefl.Block((second,)))
    assert read(EXAMPLE) == sefl.Program({"in": sefl.Block((chain,))})
    assert read(EXAMPLE, "fw.sefl").ports["in"].instructions[0].origin == sefl.Origin("If", "fw.sefl", 3)


def test_conditions_may_have_glyphs() -> None:
    signs = "port in { If (!(ip.ttl <= 1) && ip.src != ip.dst || false || ip.ttl in {7} && ip.ttl >= 2 && true) { Drop } }"
    glyphs = "port in { If (¬(ip.ttl ≤ 1) ∧ ip.src ≠ ip.dst ∨ ⊥ ∨ ip.ttl ∈ {7} ∧ ip.ttl ≥ 2 ∧ ⊤) { Drop } }"
    assert read(glyphs) == read(signs)


def test_what_is_printed_is_read_back() -> None:
    taken = 0
    for seed in range(300):
        program = sefl.Program({port: plain(code) for port, code in Maker(random.Random(seed)).program().ports.items()})
        text = sefl_print.program(program)
        try:
            assert read(text) == program, text
            taken += 1
        except InputError as error:  # what can never fit is refused when it is read, not when it runs
            assert "does not fit" in error.message  # noqa: PT017
    assert taken > 200


def test_a_chain_as_long_as_a_table_is_read() -> None:
    rules = " Else ".join(f"If (tcp.dstport == {port}) {{ Forward(p{port % 3}) }}" for port in range(5000))
    program = read(f"port in {{ {rules} }}")
    assert sefl_print.program(program).count("If") == 5000


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("port in {\n Forward(}", 2, "column 10"),
        ("port in {\n  Forwrd(out) }", 2, "'Forwrd' in column 3 is not expected here; is Forward meant?"),
        ("port in { Constrain(ip.src in {10.0.0.1/8}) }", 1, "bits set beyond its length; write 10.0.0.0/8, or 10.0.0.1 for"),
        ("port in { Constrain(ipv6.src in {fc00::1/8}) }", 1, "bits set beyond its length; write fc00::/8"),
        ("port in {\n\n", 3, "ends too early"),
        ("port a {}\nport a {}", 2, "port a has code already"),
        ("port a { Constrain(tcp.dport == 1) }", 1, "tcp.dport is no field; there are tcp.srcport"),
        ("port a { Constrain(ip.addr == 1) }", 1, "either of two fields"),
        ("port a { Constrain(ip.ttl in {300}) }", 1, "300 does not fit into the 8 bits"),
        ("port a { Assign(ip.ttl, 300) }", 1, "300 does not fit into the 8 bits"),
        ("port a { If (70000 == tcp.dstport) {} }", 1, "70000 does not fit into the 16 bits"),
        ("port a { Constrain(ip.src == 10.0.0.0/8) }", 1, "is a range"),
        ("port a { Constrain(ip.src in {10.0.0.9-10.0.0.1}) }", 1, "ends before it begins"),
        ("port a { Constrain(ip.src == 10.0.0.300) }", 1, "is no value"),
        ("port a { Assign(tcp.flags.syn, 1) }", 1, "part of a field"),
        ("port a { Assign(m, initial(ip.src)) }", 1, "belongs into policies"),
        ("port a { " + "{" * 300, 1, "more than 200 brackets"),
        ("port a { If (" + "!" * 50_000 + "true) { Drop } }", 1, "operators stand more than 200 deep inside one another"),
        ("port a { Assign(ip.ttl, ip.ttl" + " + 1" * 5_000 + ") }", 1, "operators stand more than 200 deep"),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, "fw.sefl")
    assert str(caught.value).startswith(f"fw.sefl:{line}: ")
    assert sentence in str(caught.value)


@given(st.text(alphabet='port in{}()[],;:"=!<>&|+-0123456789abwx.@#/ \\n', max_size=80))
def test_hostile_text_ends_in_a_sentence(text: str) -> None:
    try:
        read(text)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017
