# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of subports in the database of the lab's Neutron: copies of one that Neutron has made, row by row."""

from __future__ import annotations

import contextlib
import ipaddress
import random
import subprocess
import uuid
from collections.abc import Iterator

from tests.integration.pools.conftest import Place

Row = dict[str, str]
BY_PORT = ("ml2_port_bindings", "ml2_port_binding_levels", "securitygroupportbindings", "portsecuritybindings")


@contextlib.contextmanager
def many_ports(place: Place, number: int) -> Iterator[None]:
    """``number`` ports more on the trunks of a place, as if Neutron had made them; they are gone at the end."""
    copies = []
    for index, trunk in enumerate(place.trunks):
        (model,) = place.subports(index)
        copies += [_Copy(place, model, trunk.id, each) for each in range(2, number // len(place.trunks) + 1)]
    statements = [statement for copy in copies for statement in copy.statements()]
    _sql(place, "\n".join(["SET foreign_key_checks = 0;", "START TRANSACTION;", *statements, "COMMIT;"]))
    try:
        yield
    finally:
        ids = ", ".join(f"'{copy.id}'" for copy in copies)
        stale = f"SELECT standard_attr_id FROM ports WHERE id IN ({ids})"
        _sql(place, f"DELETE FROM subports WHERE port_id IN ({ids});\nDELETE FROM standardattributes WHERE id IN ({stale});")


class _Copy:
    """One more port like ``model``: a new id, MAC, address and VLAN, everything else the same."""

    _rows: dict[tuple[str, str], list[Row]] = {}  # noqa: RUF012 (what was read of the models, for all copies)
    _first = _attribute = random.SystemRandom().randrange(10**7, 10**9)

    def __init__(self, place: Place, model: str, trunk: str, vlan: int):
        self.id = str(uuid.uuid4())
        self._place, self._model, self._trunk, self._vlan = place, model, trunk, vlan
        _Copy._attribute += 1
        self._standard = str(_Copy._attribute)
        self._number = _Copy._attribute - _Copy._first

    def statements(self) -> Iterator[str]:
        (port,) = self._read("ports", "id", self._model)
        (attribute,) = self._read("standardattributes", "id", port["standard_attr_id"])
        yield _insert("standardattributes", {**attribute, "id": self._standard})
        mac = "fa:17:" + self._number.to_bytes(4, "big").hex(":")
        yield _insert("ports", {**port, "id": self.id, "standard_attr_id": self._standard, "mac_address": mac})
        for table in BY_PORT:
            for row in self._read(table, "port_id", self._model):
                yield _insert(table, {**row, "port_id": self.id})
        for row in self._read("tags", "standard_attr_id", port["standard_attr_id"]):
            yield _insert("tags", {**row, "standard_attr_id": self._standard})
        for row in self._read("ipallocations", "port_id", self._model):
            address = ipaddress.ip_address("10.200.0.0") + self._number
            yield _insert("ipallocations", {**row, "port_id": self.id, "ip_address": str(address)})
        yield _insert(
            "subports",
            {"port_id": self.id, "trunk_id": self._trunk, "segmentation_type": "vlan", "segmentation_id": str(self._vlan + 1)},
        )

    def _read(self, table: str, column: str, value: str) -> list[Row]:
        key = (table, value)
        if key not in self._rows:
            told = _sql(self._place, f"SELECT * FROM {table} WHERE {column} = '{value}';", "--batch")
            head, *rows = [line.split("\t") for line in told.splitlines()] or [[]]
            self._rows[key] = [dict(zip(head, row, strict=True)) for row in rows]
        return self._rows[key]


def _insert(table: str, row: Row) -> str:
    values = ", ".join("NULL" if value == "NULL" else "'" + value.replace("'", "''") + "'" for value in row.values())
    return f"INSERT INTO {table} ({', '.join(f'`{name}`' for name in row)}) VALUES ({values});"


def _sql(place: Place, statements: str, *words: str) -> str:
    client = ["mariadb", f"--defaults-file={place.site.lab}/etc/mariadb/client.cnf", *words, "edge_1_neutron"]
    done = subprocess.run(client, input=statements, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout
