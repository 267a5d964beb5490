# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.experiments import (
    SCHEMA,
    measured,
    planned,
    samples,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.sqlite import append, tables
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, InputError


def test_a_campaign_is_written_and_read(tmp_path: Path) -> None:
    path = str(tmp_path / "odd name #1?.sqlite")
    append(path, SCHEMA, {"experiments": planned({"ram": [1, 2]}, 1), "samples": []})
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE experiments SET state = 'finished'")
    connection.close()
    append(path, SCHEMA, {"samples": measured(1, [{"time": 0, "users": 5, "latency": 0.5}], "users")})
    found = tables(path, "store")
    assert list(found) == ["experiments", "samples"]
    rows, unfinished = samples(found, "users", "store")
    assert ([(row["ram"], row["users"], row["latency"]) for row in rows], unfinished) == ([(1, 5.0, 0.5)], 0)


def test_rows_are_added_all_or_none(tmp_path: Path) -> None:
    path = str(tmp_path / "store.sqlite")
    rows = planned({"ram": [1]}, 1)
    with pytest.raises(FailedError, match="cannot be written: UNIQUE"):
        append(path, SCHEMA, {"experiments": [*rows, *rows]})
    assert tables(path, "store")["experiments"] == []
    with pytest.raises(FailedError, match="cannot be written: CHECK"):
        append(path, SCHEMA, {"experiments": [{**rows[0], "state": "odd"}]})
    with pytest.raises(FailedError, match="cannot be written"):
        append(str(tmp_path / "nowhere/store.sqlite"), SCHEMA, {})


def test_reading_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"store: cannot be read: No such file or directory; give a SQLite file"):
        tables(str(tmp_path / "none.sqlite"), "store")
    with pytest.raises(InputError, match="store: is a folder"):
        tables(str(tmp_path), "store")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_text("ram,latency\n" * 100, encoding="utf-8")
    with pytest.raises(InputError, match="store: cannot be read as SQLite: file is not a database"):
        tables(str(path), "store")
    path.write_bytes(b"")
    assert tables(str(path), "store") == {}
