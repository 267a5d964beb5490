# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that was made to hurt: refused in a sentence, in bounded time and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors import parse
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.parse_xml import parse_xml
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from hypothesis import given
from hypothesis import strategies as st

MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 12))
ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]><a>&k;</a>"
)
HOSTILE = {
    "merges.yaml": MERGES,
    "aliases.yaml": ALIASES,
    "flow.yaml": "[" * 1_000_000,
    "dashes.yaml": "- " * 1_000_000,
    "question.yaml": "? " * 1_000_000,
    "many.yaml": "- a\n" * 1_000_000,
    "sexagesimal.yaml": "a: " + ":".join(["1"] * 500_000),
    "digits.yaml": "a: " + "1" * 2_000_000,
    "token.yaml": "a: " + "x" * 3_000_000,
    "key.yaml": "x" * 3_000_000 + ": 1",
    "long.yaml": "a: " + "x" * 5_000_000,
    "deep.json": "[" * 1_000_000,
    "number.json": '{"a": ' + "1" * 2_000_000 + "}",
    "laughs.xml": LAUGHS,
    "deep.xml": "<a>" * 100_000,
    "wide.xml": "<a>" + "<b/>" * 300_000 + "</a>",
    "attributes.xml": "<a " + " ".join(f'b{n}="1"' for n in range(100_000)) + "/>",
    "text.xml": "<a>" + "x" * 3_000_000 + "</a>",
}
SECONDS, BYTES = 60, 2 * 2**30
"""What one process may take for all of the above together, each of which would take all there is if it could."""
PROGRAM = """
import json, sys
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
for name, text in json.load(sys.stdin).items():
    try:
        read({name: text.encode()})
    except InputError as refused:
        print(str(refused)[:200])
"""


@pytest.mark.one_python
def test_hostile_text_is_refused_within_limits() -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))

    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, input=json.dumps(HOSTILE), capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode == 0, done.stderr[-2000:]
    sentences = done.stdout.splitlines()
    assert len(sentences) == len(HOSTILE)
    assert all(sentence.startswith(name) or name in sentence for sentence, name in zip(sentences, HOSTILE, strict=True))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<a", "no XML: unclosed token"),
        ("<!DOCTYPE a><a/>", "document type or entities"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type or entities"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type or entities"),
        ("<a>&x;</a>", "no XML: undefined entity"),
        ('<?xml version="1.0" encoding="latin-9000"?><a/>', "no XML that can be read: unknown encoding"),
        ("<a></b>", r"a\.xml:1: this is no XML: mismatched tag"),
    ],
)
def test_xml_that_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        parse_xml(text.encode(), "a.xml")


def test_xml_becomes_mappings_with_lines() -> None:
    document = parse_xml(b'<n:a xmlns:n="urn:x" b="1">\n <c>x</c>\n <c/>\n <d><e> 1\n </e></d>\n</n:a>', "a.xml")
    assert document.data == {"a": {"c": ["x", None], "d": {"e": "1"}}}
    assert [document.lines[path] for path in ("a", "a.c", "a.c[1]", "a.d.e", "a.d.e[0]")] == [1, 2, 3, 4, 4]


NAMES = st.text("abcxyz", min_size=1, max_size=3)
TREES = st.recursive(
    st.text("abc ", min_size=1, max_size=5),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=3))
def test_every_path_has_the_line_that_stands_there(data: dict) -> None:
    """The text is written so that each key and item has a line of its own; the oracle reads the lines backwards."""
    text = json.dumps(data, indent=0)
    lines = parse.positions(text)
    for path, line in lines.items():
        key = path.rpartition(".")[2] if not path.endswith("]") else None
        if key and path:
            assert f'"{key}"' in text.splitlines()[line - 1]


def test_what_is_absent_stands_where_it_is_missed() -> None:
    text = "a:\n  b:\n    - c: 1\n    - d: 2\n"
    known = {"a.b[1].d": 4, "a.b[1].x": 4, "a.b[7]": 2, "a.x.y": 1, "z": 1, "": 1}
    assert {path: parse.line_of(text, path) for path in known} == known
    assert parse.line_of("x:vnfd-catalog: {x:vnfd:\n 1}\n", "vnfd-catalog.vnfd") == 1
    assert parse.line_of("[", "a") is None


def test_no_other_file_parses_xml() -> None:
    """XML has traps that one file knows."""
    library = Path(parse.__file__).parent
    users = [
        path.name
        for path in library.rglob("*.py")
        if "expat" in path.read_text("utf-8") or "ElementTree" in path.read_text("utf-8")
    ]
    assert users == ["parse_xml.py"]


def test_files_of_other_encodings_are_refused() -> None:
    for name in ("a.yaml", "a.json", "a.txt"):
        with pytest.raises(InputError, match=f"{name[:2]}.*no UTF-8 text"):
            read({name: "vnfd: é".encode("latin-1")})


DTD = b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'


def test_xml_that_nobody_asks_for_may_be_anything() -> None:
    """A file beside a service, such as the definition of a domain, is not the reader's business."""
    model = b"name: a\nfunctions: [{name: f, vdus: [{name: v, kind: vm}]}]\n"
    assert read({"a.yaml": model, "domain.xml": DTD}).format == "model"
    with pytest.raises(InputError, match="document type or entities"):
        read({"domain.xml": DTD})
    with pytest.raises(InputError, match="document type or entities"):
        read({"content": DTD})


def test_lists_that_no_descriptor_has_are_refused() -> None:
    vnfd = {"id": "a", "df": [{"id": "d"}], "vdu": [{"id": f"v{number}"} for number in range(2001)]}
    with pytest.raises(InputError, match=r"vnfd\.vdu: this list has more than 2000 entries"):
        read({"a.json": json.dumps({"vnfd": vnfd}).encode()})


def test_warnings_without_end_are_cut_short() -> None:
    vdus = [{"id": f"v{number}", **{f"k{number}-{other}": 1 for other in range(20)}} for number in range(100)]
    warnings = read({"a.json": json.dumps({"vnfd": {"id": "a", "df": [{"id": "d"}], "vdu": vdus}}).encode()}).warnings
    assert len(warnings) == 501
    assert warnings[-1]["message"] == "more could be said of this than can be read; only the first is"
