# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The store of a campaign: a SQLite file with its experiments and their samples.

An experiment is finished in one transaction: a campaign that is killed has all of its samples or none. The tables
``experiments`` and ``samples`` are what ``template_optimise`` reads.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...core.errors import FailedError, InputError, Place
from .keeping import metrics, told

SCHEMA = """
CREATE TABLE IF NOT EXISTS campaign (identity TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    experiment INTEGER NOT NULL REFERENCES experiments (id),
    begun REAL NOT NULL,
    seconds REAL NOT NULL,
    message TEXT
);
"""
"""What the store has besides experiments and samples; ``runs`` has each attempt, with what went wrong."""
PATIENCE = 10.0
"""Seconds to wait for somebody else who writes."""


class Store:
    """One campaign's file, which is made where it is not there; see ``keeping.CampaignStore``.

    :param schema: the tables ``experiments`` and ``samples``, see ``characterisation.experiments``
    :raises InputError: it cannot be written, or is no SQLite file
    """

    def __init__(self, path: str, schema: str):
        self._path = path
        folder = Path(path).resolve().parent
        if not folder.is_dir() or os.path.isdir(path):
            raise InputError(
                f"cannot be written: {'is a folder' if folder.is_dir() else 'its folder is not there'}", Place(path)
            )
        with self._errors():
            self._connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level="IMMEDIATE")
            self._connection.executescript(schema + SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def identity(self) -> dict[str, Any] | None:
        with self._errors():
            row = self._connection.execute("SELECT identity FROM campaign").fetchone()
        return json.loads(row[0]) if row else None

    def plan(self, identity: Mapping[str, Any], experiments: Iterable[tuple[str, int]]) -> None:
        with self._errors(), self._connection:
            if self._connection.execute("SELECT count(*) FROM campaign").fetchone()[0] == 0:
                self._connection.execute("INSERT INTO campaign VALUES (?)", (json.dumps(identity, sort_keys=True),))
            self._connection.executemany(
                "INSERT OR IGNORE INTO experiments (configuration, iteration) VALUES (?, ?)", list(experiments)
            )

    def numbers(self) -> dict[tuple[str, int], tuple[int, str]]:
        with self._errors():
            rows = self._connection.execute("SELECT configuration, iteration, id, state FROM experiments").fetchall()
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}

    def begin(self, experiment: int) -> None:
        with self._errors(), self._connection:
            self._connection.execute("UPDATE experiments SET state = 'running' WHERE id = ?", (experiment,))

    def finish(self, experiment: int, begun: float, seconds: float, samples: Sequence[Mapping[str, float]]) -> None:
        rows = [
            (
                experiment,
                sample["time"],
                sample["users"],
                json.dumps(metrics(sample), sort_keys=True),
            )
            for sample in samples
        ]
        with self._errors(), self._connection:
            self._connection.execute("DELETE FROM samples WHERE experiment = ?", (experiment,))
            self._connection.executemany("INSERT INTO samples VALUES (?, ?, ?, ?)", rows)
            self._connection.execute("INSERT INTO runs VALUES (?, ?, ?, NULL)", (experiment, begun, seconds))
            self._connection.execute("UPDATE experiments SET state = 'finished' WHERE id = ?", (experiment,))

    def fail(self, experiment: int, begun: float, seconds: float, message: str) -> None:
        with self._errors(), self._connection:
            self._connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (experiment, begun, seconds, told(message)))
            self._connection.execute("UPDATE experiments SET state = 'failed' WHERE id = ?", (experiment,))

    def durations(self) -> list[float]:
        with self._errors():
            return [row[0] for row in self._connection.execute("SELECT seconds FROM runs WHERE message IS NULL")]

    def samples(self) -> list[dict[str, Any]]:
        query = (
            "SELECT experiment, load, metrics FROM samples JOIN experiments ON experiments.id = experiment"
            " WHERE state = 'finished' ORDER BY experiment, time"
        )
        with self._errors():
            return [{"experiment": row[0], "users": row[1], **json.loads(row[2])} for row in self._connection.execute(query)]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                kind: type[InputError | FailedError] = FailedError if hasattr(self, "_connection") else InputError
                raise kind(f"cannot be written: {error}", Place(self._path)) from error
            raise InputError(f"is no store of a campaign: {error}", Place(self._path)) from error
