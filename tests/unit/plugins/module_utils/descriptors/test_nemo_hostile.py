# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is no program in NEMO: one sentence with its place, in bounded time and space."""

from __future__ import annotations

import re
import time
import tracemalloc

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError, NfvError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors import nemo_vnfd
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from hypothesis import given, settings
from hypothesis import strategies as st

from .nemo_programs import LEAF, READ, ROOM, SINGLE, TOSCA, VLC, fetch, program


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("CREATE Node a Type b;", "1: there is no type b"),
        ("CREATE Node a Type hosts;", "1: there is no type hosts.*; is host meant"),
        ("CREATE Node a Type host", "1: the statement of the Node 'a' does not end with a semicolon"),
        ("CREATE Node a Type host;\nCREATE Node a Type host;", "2: the Node a was created in line 1 already; write UPDATE"),
        ("CREATE Node a Type host;\n\nCREATE Nod b;", "3: 'Nod' stands where Node"),
        ('CREATE Node a Type host Property x: "abc\n;', "1: this text in quotes does not end on its line"),
        ("CREATE Node a\x00 Type host;", r"1: the character '\\x00' cannot stand in a program"),
        ("CREATE Node a Type host;\nCREATE Connection", "2: the program ends where a name is expected"),
        ("CREATE Node a.b Type host;", "1: the name a.b of a node holds a dot"),
        ("CREATE Node a Contain b;", "1: the Node 'a' has no Type"),
        ("CREATE Node a Type host Endnodes b;", "1: a Node has no Endnodes"),
        ("CREATE Node a Type host Type fw;", "1: the Node 'a' has two clauses Type"),
        ("CREATE Node a Type host Property b: 1, b: 2;", "1: 'b' stands twice in Property"),
        ("CREATE Node a Type host Property vcpus: many;", "1: the property vcpus is a whole number, not 'many'"),
        ("CREATE Node a Type host Property vcpus: 0;", r"1: functions\[0\]\.vdus\[0\]\.vcpus: 0 is less than 1"),
        ("CREATE Node a Type host; CREATE Connection c Endnodes a, b;", "1: there is no node b in the program"),
        ("CREATE Node a Type host; CREATE Connection c Endnodes a, a;", "1: the connection c has the same end twice"),
        ("CREATE Node a Type host; CREATE Connection c Type p3p Endnodes a;", "1: a connection is p2p.*is p2p meant"),
        ("CREATE Node a Type host; CREATE Connection c;", "1: the connection c has no Endnodes"),
        ("CREATE NodeModel a; Node b Type a;\nCREATE Node c Type a;", "1: the NodeModel a contains itself: a → a"),
        ("CREATE NodeModel a; Node x Type b; CREATE NodeModel b; Node y Type a;\nCREATE Node c Type a;", "1: .*: a → b → a"),
        ("CREATE NodeModel a VNFD ftp://x/y;", "1: 'ftp://x/y' stands where a URI"),
        ("CREATE NodeModel a VNFD file:///no.yaml;\nCREATE Node n Type a;", "1: the VNFD file:///no.yaml is not there"),
        ("CREATE NodeModel a Property text: b;", "1: a property of a NodeModel is one of string, integer, range"),
        ("ConnectionPoint a;", "1: this ConnectionPoint stands outside of a NodeModel"),
        ("UPDATE Node a Type host;", "1: there is no Node a to update"),
        ("DELETE Node a Type host;", "1: a DELETE names what goes"),
        ("CREATE Node c Type chain-group Contain d;\nCREATE Node e Type host;", "1: there is no node d for c"),
        ("CREATE Node a Type host; CREATE Operation o Target f Action deny;", "1: there is no flow f"),
        (
            "CREATE Node a Type host; CREATE Flow f Match colour: red; CREATE Operation o Target f Action deny;",
            "1: packets cannot",
        ),
        (
            LEAF + "CREATE Node a Type vlc; CREATE Node b Type vlc; CREATE Connection c Endnodes a, b;",
            "2: a is connected without",
        ),
        (LEAF + "CREATE Node a Type vlc; CREATE Connection c Endnodes a.inn;", "2: a has no connection point inn.*is in meant"),
        ("# nothing\n", "1: this program is empty"),
        ("CREATE Node " + "a" * 2**20 + " Type host;", "1: the name 'a+'… has more than 128 characters"),
        (
            "CREATE Node a Type host Property image: " + "x" * 2**20 + ";",
            "1: the value of 'image' has more than 8192 characters",
        ),
        ("CREATE Node a Type host Property b: " + "[" * 2**18, r"1: '\['? ?.*stands where"),
        ("CREATE Node a Type host;\n" + "#" * (4 * 2**20), "1: this program has more than 4 MiB"),
        (b"CREATE Node a Type host;\n\xff", "2: this file is no UTF-8 text"),
    ],
)
def test_mistakes_are_one_sentence_with_their_line(text: str | bytes, sentence: str) -> None:
    begun = time.process_time()
    with pytest.raises(InputError, match=rf"(?s)^a\.nemo:{sentence}"):
        program(text)
    assert time.process_time() - begun < 20  # a bound, and no measurement: none takes a second


def test_what_unfolds_without_end_is_refused_in_bounded_space() -> None:
    """Forty levels of two are a million million nodes."""
    inside = "Node one Type m{}; Node two Type m{};"
    text = "CREATE NodeModel m0; Node h Type host; Connection c Endnodes h;\n"
    text += "".join(f"CREATE NodeModel m{level}; {inside.replace('{}', str(level - 1))}\n" for level in range(1, 40))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"^a\.nemo:\d+: the NodeModels unfold into more than 20000 nodes"):
            program(text + "CREATE Node top Type m39;")
        assert tracemalloc.get_traced_memory()[1] < 300 * 2**20
    finally:
        tracemalloc.stop()


def test_one_vnfd_under_many_uris_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nemo_vnfd, "MOST_BYTES", 10 * len(VLC))
    text = "".join(f"CREATE NodeModel m{n} VNFD file:///{n}/vlc.yaml; CREATE Node n{n} Type m{n};\n" for n in range(12))
    with pytest.raises(InputError, match=r"^a\.nemo:11: the VNFDs of this program have more than 0 MiB together"):
        program(text)


def test_what_is_too_deep_is_refused() -> None:
    levels = "".join(f"CREATE NodeModel m{level}; Node n Type m{level - 1};\n" for level in range(1, 2000))
    with pytest.raises(InputError, match=r"^a\.nemo:\d+: NodeModels stand more than 500 deep"):
        program(levels + "CREATE Node top Type m1999;")


KEYWORDS = """
CREATE IMPORT UPDATE DELETE Node NodeModel Nodemodel Connection ConnectionPoint Flow Operation Type Contain
Property Endnodes Match Target Priority Action VNFD at : ; , ( ) [ ] a b c a.b vlc host fw l2-group ext-group
chain-group p2p chain src-ip file:///vlc.yaml data mgmt "x" " 10.0.0.0/8 5 string deny go-through interfaces
vcpus site-role edge # && == ! \u00e9 \x01
"""
WORDS = st.sampled_from([*KEYWORDS.split(), "\n"])


@pytest.mark.one_python
@settings(max_examples=150)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    told_or_read((LEAF + text).encode())


@pytest.mark.one_python
@settings(max_examples=100)
@given(st.data())
def test_no_mutation_of_a_published_program_breaks_the_reader(data: st.DataObject) -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    content = bytearray(ROOM[data.draw(st.sampled_from(sorted(READ)))])
    for _count in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        end = start + data.draw(st.integers(0, 12))
        content[start:end] = data.draw(st.binary(max_size=3) | WORDS.map(str.encode) | st.just(bytes(content[end : end + 40])))
    told_or_read(bytes(content))


@pytest.mark.one_python
@settings(max_examples=60)
@given(st.data())
def test_no_mutation_of_a_vnfd_breaks_the_reader(data: st.DataObject) -> None:
    """Whatever its language; one NodeModel names points of it, another none."""
    content = bytearray(data.draw(st.sampled_from([VLC.encode(), TOSCA.encode(), *SINGLE])))
    for _count in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content) - 1))
        content[start : start + data.draw(st.integers(0, 8))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"[", b"- ", b"{a: 1}"])
        )
    leaf = data.draw(st.sampled_from([LEAF, "CREATE NodeModel vlc VNFD file:///vlc.yaml;\n"]))
    told_or_read((leaf + "CREATE Node n Type vlc; CREATE Node m Type vlc;").encode(), {"vlc.yaml": bytes(content)})


PLACE = re.compile(r"(a\.nemo|vlc\.yaml|vlc_vnf(_2)?\.yaml|dataplaneVNF\d\.yaml):\d+: [^\n]*")


def told_or_read(content: bytes, others: dict[str, bytes] | None = None) -> None:
    """Either there is a valid service, or one sentence with its place."""
    sentence = None
    try:
        assert read({"a.nemo": content, **(others or {})}, "nemo", fetch=fetch).service["functions"]
    except NfvError as error:
        sentence = str(error)
    assert sentence is None or PLACE.fullmatch(sentence), sentence
