# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An InfluxDB of version 1 or 2 with one face: points are written, points are read, and queries of the user's own asked.

The two versions differ in their addresses, in how one says who one is, and in the language of queries.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from ...core.errors import FailedError, InputError, Place, UnavailableError
from . import flux, influxql
from .connection import Connection, shown
from .line_protocol import Point, batches

Read = TypeVar("Read")
NEEDED: Mapping[int, tuple[str, ...]] = {1: ("database",), 2: ("org", "bucket", "token")}
"""The options that a version cannot do without; Ansible sees to it that they are there, but null is there too."""


class Client(Protocol):
    """A database or bucket. ``name`` is what messages call it."""

    name: str

    def write(self, points: Iterable[Point]) -> None:
        """Keep points. What is written again is the same point.

        :raises NfvError: a point cannot be written, or the server does not take all of them
        """

    def points(self, measurement: str, tags: Mapping[str, str]) -> list[Point]:
        """All points of a measurement that have these tags. Numbers that are whole may come as integers.

        :raises NfvError: the server does not answer, or refuses
        """

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The answer to a query that reads, as rows of a table.

        :raises NfvError: it might write, or the server does not answer, or refuses
        """

    def close(self) -> None: ...


def connected(options: Mapping[str, Any]) -> Client:
    """The database or bucket of validated options, those of ``glue.options.INFLUXDB``; nothing is asked of it yet.

    :raises InputError: the address is none, or what is needed is null or empty
    """
    for name in ("url", "timeout", *NEEDED.get(options["version"], ())):
        if options[name] in (None, ""):
            raise InputError("is missing", Place(path=f"influxdb.{name}"))
    return {1: Version1, 2: Version2}[options["version"]](options)


class Version1:
    """See :class:`Client`. The password goes by basic authentication."""

    def __init__(self, options: Mapping[str, Any]):
        user, password = options.get("username"), options.get("password")
        header = None
        if user is not None:
            header = "Basic " + base64.b64encode(f"{user}:{password or ''}".encode()).decode()
        self._connection = Connection(options, header, (password, header))
        self._database = options["database"]
        self.name = f"{self._connection.name}, database {self._database}"

    def close(self) -> None:
        self._connection.close()

    def write(self, points: Iterable[Point]) -> None:
        for batch in batches(points):
            _kind, said = self._connection.request("/write", {"db": self._database, "precision": "ns"}, data=batch)
            _require_silence(self._connection, said)

    def points(self, measurement: str, tags: Mapping[str, str]) -> list[Point]:
        return self._asked(influxql.selection(measurement, tags), influxql.points)

    def rows(self, query: str) -> list[dict[str, Any]]:
        influxql.require_reading(query)
        return self._asked(query, influxql.rows)

    def _asked(self, query: str, read: Callable[[bytes], Read]) -> Read:
        parameters = {"db": self._database, "epoch": "ns", "chunked": "true"}
        kind, content = self._connection.request("/query", parameters, data={"q": query})
        try:
            return _read(self._connection, kind, content, read)
        except influxql.AnswerError as error:
            missing = str(error).startswith("database not found")
            raise self._connection.error(
                InputError if missing else FailedError,
                f"has no database {self._database}; make it, or check the name" if missing else f"fails: {shown(str(error))}",
            ) from error


class Version2:
    """See :class:`Client`. The token goes in the header that InfluxDB 2 has for it."""

    def __init__(self, options: Mapping[str, Any]):
        header = f"Token {options['token']}"
        self._connection = Connection(options, header, (options["token"],))
        self._org, self._bucket = options["org"], options["bucket"]
        self.name = f"{self._connection.name}, bucket {self._bucket}"

    def close(self) -> None:
        self._connection.close()

    def write(self, points: Iterable[Point]) -> None:
        parameters = {"org": self._org, "bucket": self._bucket, "precision": "ns"}
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        for batch in batches(points):
            _kind, said = self._connection.request("/api/v2/write", parameters, data=batch, headers=headers)
            _require_silence(self._connection, said)

    def points(self, measurement: str, tags: Mapping[str, str]) -> list[Point]:
        return self._asked(flux.selection(self._bucket, measurement, tags), flux.points)

    def rows(self, query: str) -> list[dict[str, Any]]:
        flux.require_reading(query)
        return self._asked(query, flux.rows)

    def _asked(self, query: str, read: Callable[[bytes], Read]) -> Read:
        document = {"query": query, "type": "flux", "dialect": flux.DIALECT}
        headers = {"Accept": "application/csv"}
        kind, content = self._connection.request("/api/v2/query", {"org": self._org}, json=document, headers=headers)
        try:
            return _read(self._connection, kind, content, read)
        except influxql.AnswerError as error:
            raise self._connection.error(FailedError, f"fails: {shown(str(error))}") from error


def _require_silence(connection: Connection, said: bytes) -> None:
    """A write that went well is answered by nothing at all."""
    if said.strip():
        raise connection.error(FailedError, f"does not take all that is written: {shown(said.decode(errors='replace'))}")


def _read(connection: Connection, kind: str, content: bytes, read: Callable[[bytes], Read]) -> Read:
    try:
        return read(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"answers what no InfluxDB of this version does ({kind or 'of no type'}); check url and version"
        raise connection.error(UnavailableError, message) from error
