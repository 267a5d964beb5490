# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what a plan needs to know of a NetScaler: objects one by one where they are few, whole tables where they are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...model.netscaler.resources import RESOURCES
from ...model.netscaler.steps import Found, Id, State, Wanted
from ...model.netscaler.table import Binding, Resource, Users
from .session import Session

FEW = 8
"""Up to so many objects are read by name."""
ENCRYPTED = ("SSL", "TLS", "QUIC", "DOT", "DOH")


class Reader:
    """Reads the objects that are wanted, with the bindings that are spoken of."""

    def __init__(self, session: Session):
        self._session = session

    def read(self, wanted: Iterable[Wanted]) -> dict[Id, Found]:
        """What is there of what is wanted; what is not there is left out."""
        kinds: dict[str, list[Wanted]] = {}
        for item in wanted:
            kinds.setdefault(item.kind, []).append(item)
        found: dict[Id, Found] = {}
        for kind, items in kinds.items():
            found |= self._of_kind(RESOURCES[kind], items)
        return found

    def objects(self, resource: str, key: str, names: list[str]) -> dict[str, State]:
        """``{name: attributes}`` of those of the names that are there."""
        if len(names) <= FEW:
            rows = [row for name in names for row in self._session.get(resource, name)[:1]]
        else:
            rows = self._session.get(resource)
        there = {str(row.get(key)): row for row in rows}
        return {name: there[name] for name in names if name in there}

    def members(self, binding: str, parent: str, names: list[str]) -> dict[str, tuple[State, ...]]:
        """``{name: members}`` of one binding."""
        if len(names) <= FEW:
            return {name: tuple(self._session.get(binding, name)) for name in names}
        rows: dict[str, list[State]] = {name: [] for name in names}
        for row in self._session.get(binding, bulkbindings="yes"):
            if str(row.get(parent)) in rows:
                rows[str(row[parent])].append(row)
        return {name: tuple(items) for name, items in rows.items()}

    def _of_kind(self, resource: Resource, wanted: list[Wanted]) -> dict[Id, Found]:
        there = self.objects(resource.name, resource.key, [item.name for item in wanted])
        present = [item for item in wanted if item.name in there and item.present]
        bindings: dict[str, Mapping[str, tuple[State, ...]]] = {}
        for binding in resource.bindings:
            names = [item.name for item in present if binding.name in item.bindings or item.recreate]
            bindings[binding.name] = self.members(binding.name, binding.parent, names)
        return {
            item.id: self._found(
                resource, item, there[item.name], {key: rows.get(item.name, ()) for key, rows in bindings.items()}
            )
            for item in wanted
            if item.name in there
        }

    def _found(self, resource: Resource, wanted: Wanted, row: State, bindings: Mapping[str, tuple[State, ...]]) -> Found:
        down = wanted.disabled is False and self._host_down(resource, row)
        if not (wanted.recreate and wanted.present):
            return Found(row, bindings, host_down=down)
        users = {key: rows for item in resource.users for key, rows in self._users(item, wanted.name, row)}
        return Found(row, bindings, users, self._foreign(resource, wanted.name), down)

    def _host_down(self, resource: Resource, row: State) -> bool:
        """Whether something looks disabled that does not say so of itself, and its server is."""
        shows = resource.switch.shows if resource.switch else {}
        looks = any(str(row.get(key, "")).upper() in values for key, values in shows.items())
        if not looks or row.get("state") or "servername" not in row:
            return False
        return any(str(item.get("state")).upper() == "DISABLED" for item in self._session.get("server", str(row["servername"])))

    def _users(self, users: Users, name: str, row: State) -> list[tuple[str, tuple[State, ...]]]:
        if users.encrypted and not any(word in str(row.get("servicetype", "")).upper() for word in ENCRYPTED):
            return []
        rows = self._session.get(users.resource, name)
        if not users.binding:
            nested = [item.get(users.field) for item in rows if users.field in item] if users.resource != users.field else rows
            return [(users.field, tuple(_flat(nested)))]
        parents = [str(item[users.field]) for item in rows if item.get(users.field)]
        bound = [item for parent in parents for item in self._session.get(users.binding, parent)]
        return [(users.binding, tuple(item for item in bound if item.get(users.member) == name))]

    def _foreign(self, resource: Resource, name: str) -> tuple[str, ...]:
        known = {item.name for item in resource.bindings} | {item.field for item in resource.users}
        rows = self._session.get(f"{resource.name}_binding", name)
        return tuple(sorted({key for row in rows for key, value in row.items() if isinstance(value, list) and value} - known))


def _flat(items: Iterable[Any]) -> list[State]:
    return [row for item in items for row in (item if isinstance(item, list) else [item])]


def keys_of(binding: Binding, member: State) -> list[tuple[str, ...]]:
    """What a member is known by, one key for each way to name it."""
    named = [names for names in binding.identity if all(member.get(name) not in (None, "") for name in names)]
    return [tuple(str(member[name]) for name in names) for names in named]
