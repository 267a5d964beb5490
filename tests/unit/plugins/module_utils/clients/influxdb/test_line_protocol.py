# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines, read again by a reader of the tests' own and by InfluxDB itself."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb import line_protocol
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.client import connected
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.influxdb.line_protocol import Point, batches, line
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent))

import lines
import servers

LETTERS = st.sampled_from("ab,= \\\"'#ü€\U0001f600.-_/:${}")
TEXTS = st.text(LETTERS, min_size=1, max_size=8).filter(lambda text: not line_protocol.REFUSED.search(text))
MEASUREMENTS = TEXTS.filter(lambda text: not text.startswith("#"))
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.sampled_from('ab,= \\"ü\t'), max_size=8),
)
POINTS = st.builds(
    Point,
    MEASUREMENTS,
    st.dictionaries(TEXTS, TEXTS, max_size=3),
    st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3),
    st.integers(-(2**62), 2**62),
)


def same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Equal, and of one type."""
    return left == right and {key: type(one) for key, one in left.items()} == {key: type(one) for key, one in right.items()}


@pytest.mark.one_python
@settings(max_examples=120, deadline=None)
@given(POINTS)
def test_what_is_written_is_what_is_read(point: Point) -> None:
    [(measurement, tags, fields, time)] = lines.read(line(point))
    assert (measurement, tags, time) == (point.measurement, dict(point.tags), point.time)
    assert same(fields, dict(point.fields))


@pytest.mark.one_python
def test_influxdb_itself_reads_what_is_written(tmp_path: Path) -> None:
    """Some hundred points in one batch, each in a measurement of its own, so that no two fields of one name differ in type."""
    collected: list[Point] = []

    @settings(max_examples=150, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(POINTS)
    def collect(point: Point) -> None:
        clean = {key: one for key, one in point.tags.items() if key not in point.fields}
        collected.append(Point(f"{len(collected)} {point.measurement}", clean, point.fields, point.time))

    collect()
    with servers.influxd(tmp_path / "db") as server:
        client = connected(server.options())
        client.write(collected)
        for point in collected:
            quoted = '"' + point.measurement.replace("\\", "\\\\").replace('"', '\\"') + '"'
            [found] = server.ask(f"SELECT *::field FROM {quoted} GROUP BY *")
            assert found["name"] == point.measurement
            assert {key: one for key, one in found.get("tags", {}).items() if one} == point.tags
            [values] = found["values"]
            cells = dict(zip(found["columns"], values, strict=True))
            assert cells.pop("time") == point.time
            assert set(cells) == set(point.fields), (line(point), cells)
            whole = {key: float(one) if isinstance(point.fields[key], float) else one for key, one in cells.items()}
            assert same(whole, dict(point.fields)), "in JSON a whole float is an integer"
            if point.tags:
                [again] = client.points(point.measurement, point.tags)
                assert (again.tags, again.fields, again.time) == (point.tags, cells, point.time)
        client.close()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"measurement": ""}, "'' cannot be a measurement of InfluxDB"),
        ({"measurement": "#m"}, "'#m' cannot be a measurement: it would be a comment"),
        ({"measurement": "m\\"}, "cannot be a measurement"),
        ({"tags": {"a": ""}}, "'' cannot be the tag a of InfluxDB"),
        ({"tags": {"": "a"}}, "'' cannot be a tag"),
        ({"tags": {"a": "b\nm f=1"}}, "cannot be the tag a"),
        ({"tags": {"a": "b\\,c"}}, "cannot be the tag a"),
        ({"tags": {"a": "\ud800"}}, "cannot be the tag a"),
        ({"tags": {"time": "b"}}, "'time' cannot be a tag or a field of InfluxDB, which has a column of that name"),
        ({"fields": {}}, "a point of 'm' has no fields"),
        ({"fields": {"_field": 1}}, "'_field' cannot be a tag or a field"),
        ({"fields": {"f\\": 1.0}}, "cannot be a field"),
        ({"fields": {"f": math.nan}}, "f is nan, and InfluxDB keeps finite numbers only"),
        ({"fields": {"f": -math.inf}}, "f is -inf"),
        ({"fields": {"f": 2**63}}, "f is 9223372036854775808, which is no integer of 64 bits"),
        ({"fields": {"f": "a\nm f=1"}}, "f is a text with ends of lines"),
        ({"fields": {"f": "\udfff"}}, "f is a text with ends of lines or what is no Unicode"),
        ({"fields": {"f": "ü" * 32_768}}, "f is a text of more than 65535 bytes"),
        ({"time": 2**63 - 1}, "9223372036854775807 ns cannot be a time"),
    ],
)  # fmt: skip
def test_what_influxdb_could_not_keep_is_refused(change: dict[str, Any], wrong: str) -> None:
    whole = {"measurement": "m", "tags": {"a": "b"}, "fields": {"f": 1.0}, "time": 1}
    line(Point(**whole))
    with pytest.raises(InputError) as caught:
        line(Point(**{**whole, **change}))
    assert wrong in str(caught.value)


def test_batches_have_all_points_in_order_and_are_not_too_large() -> None:
    points = [Point("m", {}, {"f": number, "text": "x" * (number % 1000)}, number) for number in range(7_000)]
    found = list(batches(points))
    assert [int(text.rsplit(b" ")[-1]) for batch in found for text in batch.split(b"\n")] == list(range(7_000))
    assert all(len(batch) <= line_protocol.BYTES and batch.count(b"\n") < line_protocol.LINES for batch in found)
    assert len(found) >= 3
    assert list(batches([])) == []
