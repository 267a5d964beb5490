# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of a SQLite file: all rows out, rows in. What they mean is for others to say."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ...core.errors import FailedError, InputError, Place

PATIENCE = 10.0
"""Seconds to wait for somebody else who writes."""


def tables(path: str, name: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables and views, each by column.

    :param path: where the file is; it is opened for reading only
    :param name: what the user calls it, for errors
    :raises InputError: it is not there, not readable, or no SQLite file
    """
    if not os.path.isfile(path):
        why = "is a folder" if os.path.isdir(path) else "cannot be read: No such file or directory"
        raise InputError(f"{why}; give a SQLite file", Place(name))
    try:
        with _opened(f"{Path(path).resolve().as_uri()}?mode=ro") as connection:
            found = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
            return {table: _rows(connection, table) for (table,) in connection.execute(found).fetchall()}
    except sqlite3.Error as error:
        raise InputError(f"cannot be read as SQLite: {error}", Place(name)) from error


def _rows(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    found = connection.execute(f"SELECT * FROM {quoted(table)}")  # noqa: S608 (a name of the file itself, quoted)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found]


def append(path: str, schema: str, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Add rows, all or none; the file and its tables are made if they are not there.

    :param schema: statements that make the tables where they are missing
    :param rows: by table; all rows of a table have the same columns
    :raises FailedError: the file cannot be written, or a row does not fit its table
    """
    try:
        with _opened(Path(path).resolve().as_uri()) as connection:
            connection.executescript(schema)
            with connection:
                for table, new in rows.items():
                    if new:
                        connection.executemany(_insertion(table, list(new[0])), new)
    except sqlite3.Error as error:
        raise FailedError(f"{path} cannot be written: {error}") from error


def _insertion(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(map(quoted, columns))
    values = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {quoted(table)} ({names}) VALUES ({values})"  # noqa: S608 (names, quoted)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _opened(address: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as connection:
        yield connection
