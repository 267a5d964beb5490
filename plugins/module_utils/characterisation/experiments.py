# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiments of a measuring campaign and where they are kept: the schema of the store, what to measure, and its samples.

An experiment is one trial of one configuration. The store is a SQLite file; reading and writing it is a client's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

from ..core.errors import InputError, Place

Row: TypeAlias = "Mapping[str, Any]"
PLANNED, RUNNING, FINISHED, FAILED = STATES = ("planned", "running", "finished", "failed")

SCHEMA = """
CREATE TABLE IF NOT EXISTS experiments (
    id INTEGER PRIMARY KEY,
    configuration TEXT NOT NULL,  -- a JSON object: parameter, value; the keys sorted
    iteration INTEGER NOT NULL,   -- from 1
    state TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'running', 'finished', 'failed')),
    UNIQUE (configuration, iteration)
);
CREATE TABLE IF NOT EXISTS samples (
    experiment INTEGER NOT NULL REFERENCES experiments (id),
    time REAL NOT NULL,           -- seconds since the experiment's begin
    load REAL,                    -- in the campaign's own unit, as users
    metrics TEXT NOT NULL         -- a JSON object: metric, number
);
CREATE INDEX IF NOT EXISTS samples_of ON samples (experiment, time);
"""


def planned(parameters: Mapping[str, Sequence[Any]], iterations: int) -> list[dict[str, Any]]:
    """The rows of all experiments: each combination of values, each as many times as there are iterations."""
    rows = []
    for values in product(*parameters.values()):
        text = json.dumps(dict(zip(parameters, values, strict=True)), sort_keys=True)
        rows += [{"configuration": text, "iteration": number, "state": PLANNED} for number in range(1, iterations + 1)]
    return rows


def measured(experiment: int, samples: Iterable[Row], load: str, time: str = "time") -> list[dict[str, Any]]:
    """The rows of an experiment's samples, whose metrics are all columns but ``load`` and ``time``."""
    rows = []
    for sample in samples:
        metrics = {name: one for name, one in sample.items() if name not in {load, time}}
        text = json.dumps(metrics, sort_keys=True, allow_nan=False)
        rows.append({"experiment": experiment, "time": sample[time], "load": sample[load], "metrics": text})
    return rows


def samples(tables: Mapping[str, Sequence[Row]], load: str | None, file: str) -> tuple[list[dict[str, Any]], int]:
    """The samples of finished experiments, flat: configuration, experiment, iteration, time, load, metrics.

    A file with one table alone is taken for a table of samples as it would stand in CSV. In a store, metrics may also be
    columns of ``samples``.

    :param tables: all rows of the file, by table
    :param load: the column that takes the load, where that is not a metric
    :returns: the samples, and how many experiments are not finished
    :raises InputError: there are none, or a row is not of the schema
    """
    if {"experiments", "samples"} <= tables.keys():
        found, unfinished = _joined(tables, load, file)
    elif len(tables) == 1:
        found, unfinished = [dict(row) for row in next(iter(tables.values()))], 0
    else:
        there = ", ".join(tables) or "none"
        raise InputError(f"has no tables experiments and samples; there are: {there}", Place(file))
    if not found:
        raise InputError("has no samples of finished experiments", Place(file))
    return found, unfinished


def _joined(tables: Mapping[str, Sequence[Row]], load: str | None, file: str) -> tuple[list[dict[str, Any]], int]:
    known, unfinished = {}, set()
    for row in tables["experiments"]:
        if row.get("state", FINISHED) in {PLANNED, RUNNING, FAILED}:
            unfinished.add(row.get("id"))
        else:
            configuration = _object(row.get("configuration"), Place(file, path=f"experiments[{row.get('id')}].configuration"))
            known[row.get("id")] = {**configuration, "iteration": row.get("iteration", 1), "experiment": row.get("id")}
    found = []
    for number, row in enumerate(tables["samples"]):
        owner = row.get("experiment", row.get("experiment_id"))
        if owner in known:
            found.append(_flat(row, known[owner], load, Place(file, path=f"samples[{number}].metrics")))
        elif owner not in unfinished:
            raise InputError(f"there is no experiment {owner!r}", Place(file, path=f"samples[{number}]"))
    return found, len(unfinished)


def _flat(row: Row, experiment: Row, load: str | None, place: Place) -> dict[str, Any]:
    own = {name: one for name, one in row.items() if name not in {"metrics", "experiment", "experiment_id"}}
    metrics = _object(row["metrics"], place) if "metrics" in row else {}
    flat = {**own, **experiment, **metrics}
    return {load: row["load"], **flat} if load and "load" in row else flat


def _object(text: Any, place: Place) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise InputError(f"{text!r} is no JSON object", place)
    return found
