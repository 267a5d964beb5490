# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects, in memory and in a SQLite file, and the recent history that watches are served from.

A change is on the disk before anybody hears of it, so a killed process has lost nothing it acknowledged.
Objects that the store hands out are shared: whoever wants to change one changes a copy.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Object = dict[str, Any]
Place = tuple[str, str, str]  # key of the resource, namespace ("" for none), name
HISTORY = 20_000
SCHEMA = """
    CREATE TABLE IF NOT EXISTS objects (
        key TEXT, namespace TEXT, name TEXT, body TEXT, PRIMARY KEY (key, namespace, name));
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""


@dataclass(frozen=True)
class Event:
    revision: int
    type: str  # ADDED, MODIFIED or DELETED
    place: Place
    object: Object
    before: Object | None = None


class Expired(Exception):
    """The history does not reach back to the revision asked for."""


def place_of(key: str, obj: Object) -> Place:
    return key, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


class Store:
    def __init__(self, path: Path):
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self._objects: dict[str, dict[tuple[str, str], Object]] = defaultdict(dict)
        self._places: dict[str, Place] = {}
        self._dependents: dict[str, set[Place]] = defaultdict(set)
        self._events: deque[Event] = deque(maxlen=HISTORY)
        self._depth = 0
        path.touch(mode=0o600)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(SCHEMA)
        self._load()

    def _load(self) -> None:
        for key, namespace, name, body in self._database.execute("SELECT key, namespace, name, body FROM objects"):
            self._index((key, namespace, name), json.loads(body))
        self.revision = self._start = int(self.fact("revision") or 1)

    def _index(self, place: Place, obj: Object) -> None:
        self._objects[place[0]][place[1:]] = obj
        self._places[obj["metadata"]["uid"]] = place
        for owner in obj["metadata"].get("ownerReferences", ()):
            self._dependents[owner["uid"]].add(place)

    def _unindex(self, place: Place, obj: Object) -> None:
        del self._objects[place[0]][place[1:]]
        self._places.pop(obj["metadata"]["uid"], None)
        for owner in obj["metadata"].get("ownerReferences", ()):
            self._dependents[owner["uid"]].discard(place)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Changes made inside reach the disk together, then wake the watches; transactions nest."""
        with self.lock:
            if not self._depth:
                self._database.execute("BEGIN")
                before = self.revision
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    self._commit(before)

    def _commit(self, before: int) -> None:
        if self.revision != before:
            self.set_fact("revision", str(self.revision))
        self._database.execute("COMMIT")
        if self.revision != before:
            self.changed.notify_all()

    def get(self, key: str, namespace: str, name: str) -> Object | None:
        return self._objects[key].get((namespace, name))

    def list(self, key: str, namespace: str | None = None) -> list[Object]:
        found = sorted(self._objects[key].items())
        return [obj for (where, _name), obj in found if not namespace or where == namespace]

    def place(self, uid: str) -> Place | None:
        return self._places.get(uid)

    def dependents(self, uid: str, key: str | None = None) -> list[tuple[Place, Object]]:
        """The objects that name ``uid`` as an owner."""
        places = sorted(place for place in self._dependents.get(uid, ()) if key in (None, place[0]))
        return [(place, self._objects[place[0]][place[1:]]) for place in places]

    def put(self, key: str, obj: Object) -> Object:
        with self.transaction():
            place = place_of(key, obj)
            before = self.get(*place)
            self.revision += 1
            obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.revision)}}
            if before:
                self._unindex(place, before)
            self._index(place, obj)
            self._database.execute("REPLACE INTO objects VALUES (?, ?, ?, ?)", (*place, json.dumps(obj)))
            self._events.append(Event(self.revision, "MODIFIED" if before else "ADDED", place, obj, before))
            return obj

    def remove(self, key: str, obj: Object) -> Object:
        with self.transaction():
            place = place_of(key, obj)
            before = self._objects[key][place[1:]]
            self.revision += 1
            self._unindex(place, before)
            self._database.execute("DELETE FROM objects WHERE key = ? AND namespace = ? AND name = ?", place)
            gone = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.revision)}}
            self._events.append(Event(self.revision, "DELETED", place, gone, before))
            return gone

    def since(self, revision: int) -> list[Event]:
        """What happened after ``revision``."""
        oldest = self._events[0].revision - 1 if len(self._events) == HISTORY else self._start
        if revision < oldest:
            raise Expired
        found = []
        for event in reversed(self._events):
            if event.revision <= revision:
                break
            found.append(event)
        return found[::-1]

    def fact(self, name: str) -> str | None:
        row = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        self._database.execute("REPLACE INTO facts VALUES (?, ?)", (name, value))
