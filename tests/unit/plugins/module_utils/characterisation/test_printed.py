# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CSV of stress tools says, against the csv module of Python that writes it, and what is none."""

from __future__ import annotations

import csv
import io
import math
from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.printed import Columns, columns_of, samples
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from hypothesis import given
from hypothesis import strategies as st

COLUMNS = Columns("users", {"latency": "Mean latency (ms)", "throughput": "Mbit/s"})
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 10**6), NUMBERS, NUMBERS, st.text("ab \"',;\t", max_size=5)), min_size=1, max_size=8
    ),
    order=st.permutations(["users", "Mean latency (ms)", "Mbit/s", "note, of all"]),
    delimiter=st.sampled_from(",;\t"),
    blank=st.booleans(),
)
def test_what_is_written_is_read(rows: list[tuple[Any, ...]], order: list[str], delimiter: str, blank: bool) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(order)
    for row in rows:
        named = dict(zip(["users", "Mean latency (ms)", "Mbit/s", "note, of all"], row, strict=True))
        writer.writerow([named[name] for name in order])
        text.write("\r\n" if blank else "")
    found = list(samples(text.getvalue().split("\n"), COLUMNS, "tool"))
    assert found == [{"users": row[0], "latency": row[1], "throughput": row[2]} for row in rows]


@given(st.text(max_size=200))
def test_what_is_no_csv_ends_in_a_sentence(text: str) -> None:
    found = []
    with suppress(InputError):  # any other exception is one that a user would see as such
        found = list(samples(text.split("\n"), COLUMNS, "tool"))
    assert all(math.isfinite(value) for one in found for value in one.values())


def test_a_sample_is_there_with_its_line() -> None:
    """What is measured meanwhile would else belong to another sample."""
    taken = []

    def lines() -> Any:
        for line in ("users,latency", "1,2", "2,3"):
            taken.append(line)
            yield line

    stream = samples(lines(), Columns("users", {"latency": "latency"}), "tool")
    assert next(stream) == {"users": 1, "latency": 2}
    assert len(taken) == 2


def test_time_begins_with_the_first_sample() -> None:
    text = ["t;users;latency", "1700000000;1;2", "1700000003;2;2"]
    found = samples(text, Columns("users", {"latency": "latency"}, "t"), "tool")
    assert [one["time"] for one in found] == [0, 3]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "tool: has no samples"),
        ("\n \n", "tool: has no samples"),
        ("users,latency", "tool: has no samples; a header with the columns and a line for each sample are expected"),
        ("<html>\n<body>502", "tool:1: there is no column 'users'; there are: <html>"),
        ("users,lat\n1,2", "tool:1: there is no column 'latency'; there are: users, lat"),
        ("users,latency,latency\n1,2,3", "tool:1: the column 'latency' stands twice"),
        ("users,latency\n1,fast", "tool:2: latency: 'fast' is no number"),
        ("users,latency\n1,1\n\n2,", "tool:4: latency: '' is no number"),
        ("users,latency\n1,nan", "tool:2: latency: 'nan' is no number"),
        ("users,latency\n1,1_0", "tool:2: latency: '1_0' is no number"),
        ("users,latency\n-1,1", "tool:2: users: -1 users are less than none"),
        ("users,latency\n1", "tool:2: has 1 cells, while the header has 2"),
        ('users,latency\n1,"2"x', "tool:2: is no CSV"),
        ("users\rlatency", "tool:1: is no CSV"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_column(text: str, wrong: str) -> None:
    with pytest.raises(InputError) as error:
        list(samples(text.split("\n"), Columns("users", {"latency": "latency"}), "tool"))
    assert wrong in str(error.value)


@pytest.mark.parametrize(
    ("metrics", "wrong"),
    [
        ([], "give the metrics as a list of columns"),
        ("latency", "give the metrics as a list of columns"),
        ([1], "give the metrics as a list of columns"),
        ({"latency": 3}, "give the metrics as a list of columns"),
        (["Mean latency"], "'Mean latency' is no name"),
        (["time"], "'time' is the name of another column"),
        (["latency", "latency"], "a metric stands twice"),
        (None, "give the metrics as a list of columns"),
    ],
)
def test_metrics_that_cannot_be(metrics: Any, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        columns_of(metrics, "users", None, {"time"}, "parameters.")
