# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.samples import Gathering, Samples, Wanted
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.tables import PIECE, read
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from hypothesis import given
from hypothesis import strategies as st

WANTED = Wanted(("ram", "nic"), ("latency",), "users")
HEAD = "ram,nic,users,latency\n"
FIRST = '{"ram": 2048, "nic": "direct", "users": 10, "latency": 0.9}'
SECOND = '{"latency": "1.5", "users": 20.0, "nic": "normal", "ram": "4092"}'
GOOD = f"{HEAD}2048,direct,10,0.9\n4092,normal,20,1.5\n"


def gathered(*texts: str, wanted: Wanted = WANTED) -> Gathering:
    into = Gathering(wanted)
    for number, text in enumerate(texts):
        read(text, f"{number}.csv", into)
    return into


def rows(samples: Samples) -> list[tuple[Any, ...]]:
    own = [samples.trials[one] for one in samples.trial]
    return sorted((one.configuration, one.name, *cells) for one, *cells in zip(own, *samples.columns.values(), strict=True))


EXPECTED = [((2048, "direct"), (), 0.9, 10.0), ((4092, "normal"), (), 1.5, 20.0)]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace(",", " , "),
        GOOD.rstrip("\n"),
        "\n" + GOOD.replace("\n", "\n\n"),
        GOOD.replace("direct", '"direct"').replace("2048", '"2048.0"'),
        GOOD.replace("2048", "2.048e3"),
        "note,latency,users,nic,ram\n\"a, 'b'\nc\",0.9,10,direct,2048\n,1.5,20,normal,4092.0\n",
        f"[{FIRST}, {SECOND}]",
        f"{FIRST}\n\n{SECOND}\n",
    ],
)
def test_one_table_in_many_spellings(text: str) -> None:
    assert rows(gathered(text).samples()) == EXPECTED


def test_rows_of_many_pieces_and_files_in_any_order() -> None:
    lines = [f"{2048 + number % 3},direct,{number},{number / 7}\n" for number in range(3 * PIECE + 7)]
    whole = rows(gathered(HEAD + "".join(lines)).samples())
    assert len(whole) == len(lines)
    cut = PIECE + 1
    turned = "latency,users,nic,ram\n" + "".join(",".join(reversed(line.strip().split(","))) + "\n" for line in lines[:cut])
    assert rows(gathered(HEAD + "".join(reversed(lines[cut:])), turned).samples()) == whole


def test_trials_are_told_apart_by_their_usual_columns_or_those_named() -> None:
    text = "ram,nic,users,latency,iteration,day\n" + "".join(f"1,x,5,1,{number // 2},{number}\n" for number in range(4))
    assert len(gathered(text).samples().trials) == 2
    assert len(gathered(text, wanted=Wanted(("ram", "nic"), ("latency",), "users", ("day",))).samples().trials) == 4
    assert len(gathered(text, wanted=Wanted(("ram", "nic"), ("latency",), "users", ())).samples().trials) == 1
    assert len(gathered(text, wanted=Wanted(("ram", "iteration"), ("latency",), "users")).samples().trials) == 2


def test_rows_with_other_fixed_values_are_left_out() -> None:
    text = "ram,nic,users,latency,policy,hz\n1,x,5,1,shared,5\n1,x,6,1,dedicated,5.0\n1,x,7,1,dedicated,6\n"
    into = gathered(
        text, wanted=Wanted(("ram", "nic"), ("latency",), "users", None, {"policy": "dedicated", "hz": "5", "no": 1})
    )
    assert (into.read, into.left_out) == (3, 2)
    assert rows(into.samples()) == [((1, "x"), (), 1.0, 6.0)]


ROW = "1,x,5,1\n"
LONG = HEAD + ROW * (PIECE + 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "0.csv: is empty; give a header and samples"),
        ("\n \n", "0.csv: is empty"),
        (HEAD, "0.csv: has no samples"),
        ("[]", "0.csv: has no samples"),
        ("ram,nic,users\n1,x,5\n", "0.csv: there is no column 'latency'; there are: ram, nic, users"),
        (
            ",".join(map(str, range(23))) + "\n",
            f"0.csv: there is no column 'ram'; there are: {', '.join(map(str, range(20)))} and 3 more",
        ),
        ("ram,nic,users,latency,nic\n1,x,5,1,y\n", "0.csv:1: the column 'nic' stands twice"),
        (f"{HEAD}1,x,5,fast\n", "0.csv:2: latency: 'fast' is not a number"),
        (f"{HEAD}1,x,many,1\n", "0.csv:2: users: 'many' is not a number"),
        (f"{HEAD}{ROW}1,x,5,\n", "0.csv:3: latency: is empty; give a number"),
        (f"{HEAD}{ROW}1,x,5,nan\n", "0.csv:3: latency: 'nan' is not a finite number"),
        (f"{HEAD}{ROW}1,x,5,inf\n", "0.csv:3: latency: 'inf' is not a finite number"),
        (f"{HEAD}{ROW}1,x,5,1_0\n", "0.csv:3: latency: '1_0' is not a finite number"),
        (f"{HEAD}{ROW}1,x,-5,1\n", "0.csv:3: users: the load is less than 0"),
        (f"{HEAD}{ROW},x,5,1\n", "0.csv:3: ram: is empty; give a value"),
        (f"{HEAD}{ROW}NaN,x,5,1\n", "0.csv:3: ram: nan is not a finite number"),
        (f"{HEAD}{ROW}1,x,5\n", "0.csv:3: has 3 cells, while the header has 4"),
        (f"{HEAD}{ROW}1,x,5,1,7\n", "0.csv:3: has 5 cells, while the header has 4"),
        (f"{HEAD.replace(',', ';')}1;x;5;0,9\n", "0.csv:2: latency: '0,9' is not a number; write 0.9"),
        (f'{HEAD}1,"x,5,1\n{ROW}', "0.csv:3: is no CSV: unexpected end of data"),
        (f'{HEAD}1,"x"y,5,1\n', "0.csv:2: is no CSV: ',' expected after '\"'"),
        (f"{LONG}1,x,5,slow\n", f"0.csv:{PIECE + 5}: latency: 'slow' is not a number"),
        (f"{LONG}\n\n1,x,5\n", f"0.csv:{PIECE + 7}: has 3 cells"),
        ('note,ram,nic,users,latency\n"a\nb",1,x,5,1\n,1,x,5,?\n', "0.csv:4: latency: '?' is not a number"),
        ("r\0a\0m\0", "0.csv: is no text in UTF-8"),
        ("[1]", "0.csv: [0]: is no object"),
        ('[{"ram": 1}', "0.csv:1: is no JSON: "),
        ('{"ram": 1}\n{"ram": }', "0.csv:2: is no JSON: "),
        ('[{"ram": 1, "nic": "x", "users": 5, "latency": NaN}]', "0.csv: is no JSON of samples: NaN is not a finite number"),
        ('[{"ram": 1, "nic": "x", "users": 5, "latency": 1, "ram": 2}]', "0.csv: is no JSON of samples: 'ram' stands twice"),
        ('[{"ram": 1, "nic": "x", "users": 5, "latency": true}]', "0.csv: [0].latency: True is not a finite number"),
        ('[{"ram": 1, "nic": "x", "users": 5, "latency": null}]', "0.csv: [0].latency: is empty; give a number"),
        ('[{"ram": 1, "nic": "x", "users": 5, "latency": [1]}]', "0.csv: [0].latency: [1] is not a number"),
        ('[{"ram": [1], "nic": "x", "users": 5, "latency": 1}]', "0.csv: [0].ram: [1] is neither a number nor a word"),
        ('[{"ram": 1, "nic": "x", "users": 5, "latency": 1}, {"ram": 1}]', "0.csv: [1]: has no 'nic'"),
        ('[{"ram": 1, "nic": "x", "users": 5, "latency": 1e999}]', "0.csv: [0].latency: inf is not a finite number"),
        (f'[{{"ram": 1, "nic": "x", "users": 5, "latency": 1{"0" * 400}}}]', "0.csv: [0].latency: 1000"),
        ("[" * 100_000, "0.csv: is no JSON"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        gathered(text)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, HEAD + text, HEAD + ROW + text):
        with suppress(InputError):
            gathered(given_text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.sampled_from(["ram", "nic", "users", "latency"]), s),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused(content: Any) -> None:
    with suppress(InputError):
        gathered(json.dumps([content]))
