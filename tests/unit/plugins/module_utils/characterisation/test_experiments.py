# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.experiments import (
    SCHEMA,
    measured,
    planned,
    samples,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError

EXPERIMENT = {"id": 1, "configuration": '{"ram": 2}', "iteration": 1, "state": "finished"}
SAMPLE = {"experiment": 1, "time": 3.0, "load": 20.0, "metrics": '{"latency": 0.9}'}


def store(experiment: dict[str, Any] | None = None, sample: dict[str, Any] | None = None) -> dict[str, list[Any]]:
    return {"experiments": [{**EXPERIMENT, **(experiment or {})}], "samples": [{**SAMPLE, **(sample or {})}]}


def test_a_plan_has_each_combination_as_often_as_asked() -> None:
    rows = planned({"ram": [2048, 4092], "nic": ["normal", "direct"]}, 3)
    assert len(rows) == 12
    assert len({(row["configuration"], row["iteration"]) for row in rows}) == 12
    assert {row["state"] for row in rows} == {"planned"}
    assert json.loads(rows[0]["configuration"]) == {"ram": 2048, "nic": "normal"}


def test_samples_go_in_and_come_out() -> None:
    rows = measured(1, [{"time": 3.0, "users": 20, "latency": 0.9, "throughput": 5}], "users")
    assert rows == [{"experiment": 1, "time": 3.0, "load": 20, "metrics": '{"latency": 0.9, "throughput": 5}'}]
    found, unfinished = samples({"experiments": [EXPERIMENT], "samples": rows}, "users", "s")
    assert unfinished == 0
    assert found == [
        {"users": 20, "time": 3.0, "load": 20, "ram": 2, "iteration": 1, "experiment": 1, "latency": 0.9, "throughput": 5}
    ]


def test_metrics_may_be_columns_and_a_table_alone_is_flat() -> None:
    tables = store()
    tables["samples"] = [{"experiment": 1, "time": 0, "load": 5, "latency": 0.9}]
    assert samples(tables, "load", "s")[0][0]["latency"] == 0.9
    assert samples({"any": [{"ram": 1, "latency": 2}]}, None, "s") == ([{"ram": 1, "latency": 2}], 0)


def test_only_finished_experiments_count() -> None:
    tables = store()
    tables["experiments"].append({**EXPERIMENT, "id": 2, "state": "failed"})
    tables["samples"].append({**SAMPLE, "experiment": 2})
    found, unfinished = samples(tables, "users", "s")
    assert (len(found), unfinished) == (1, 1)


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({}, "s: has no tables experiments and samples; there are: none"),
        ({"a": [], "b": []}, "there are: a, b"),
        ({"experiments": [], "samples": []}, "s: has no samples of finished experiments"),
        ({"flat": []}, "s: has no samples"),
        (store({"state": "running"}), "s: has no samples of finished experiments"),
        (store({"configuration": "ram=2"}), "s: experiments[1].configuration: 'ram=2' is no JSON object"),
        (store(None, {"metrics": "[1]"}), "s: samples[0].metrics: '[1]' is no JSON object"),
        (store(None, {"experiment": 7}), "s: samples[0]: there is no experiment 7"),
    ],
)
def test_wrong_stores(tables: Any, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        samples(tables, "users", "s")
    assert sentence in str(caught.value)


def test_the_schema_has_the_columns_that_are_written() -> None:
    assert all(column in SCHEMA for column in (*EXPERIMENT, *SAMPLE))
