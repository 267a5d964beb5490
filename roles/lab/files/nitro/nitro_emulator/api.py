# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NITRO's calls: which method does what to which resource, one by one and in bulk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import members, objects, queries
from .errors import NitroError
from .schema import TYPES
from .sessions import Sessions
from .state import Object, State

Answer = tuple[int, dict[str, Any]]
DONE = {"errorcode": 0, "message": "Done", "severity": "NONE"}
ACTIONS: dict[str, Callable[[State, str, Object], None]] = {
    "enable": lambda state, resource, given: objects.switch(state, resource, given, "ENABLED"),
    "disable": lambda state, resource, given: objects.switch(state, resource, given, "DISABLED"),
    "unset": objects.unset,
    "rename": objects.rename,
}


class Api:
    """One appliance; calls are carried out one after the other."""

    def __init__(self, state: State, sessions: Sessions):
        self.state, self.sessions = state, sessions

    def config(self, method: str, resource: str, name: str | None, query: dict[str, str], body: Any, onerror: str) -> Answer:
        with self.state.lock:
            if method == "GET":
                return self._told(resource, queries.get(self.state, resource, name, query))
            if method == "DELETE":
                self._remove(resource, name, query)
                return self._done(200, query)
            given = body.get(resource) if isinstance(body, dict) else None
            if not isinstance(given, dict | list):
                raise NitroError(1233)
            if resource == "nsconfig":
                return self._whole(query)
            if resource == "reboot":
                self.state.reboot()
                return 201, dict(DONE)
            operation, status = self._operation(method, resource, query)
            if isinstance(given, list):
                return self._bulk(operation, given, onerror, status, query)
            before = self.state.snapshot()
            self._one(operation, given, before)
            return self._done(status, query)

    def stat(self, resource: str, name: str | None) -> Answer:
        with self.state.lock:
            return self._told(resource, queries.stat(self.state, resource, name))

    def _told(self, resource: str, rows: list[Object]) -> Answer:
        """Where there is nothing to tell, the key is left out."""
        return 200, {**DONE, **({resource: rows} if rows else {})}

    def _done(self, status: int, query: dict[str, str]) -> Answer:
        self.state.write()
        if self.state.role == "Secondary" and query.get("warning") == "yes":
            return 209, {**NitroError(1028).body, "severity": "WARNING"}
        return status, dict(DONE)

    def _operation(self, method: str, resource: str, query: dict[str, str]) -> tuple[Callable[[Object], None], int]:
        state, action = self.state, query.get("action", "")
        if resource in members.BOUND and method in ("PUT", "POST") and not action:
            return (lambda given: members.bind(state, resource, given)), 201 if method == "POST" else 200
        if resource not in TYPES:
            raise NitroError(1232)
        if method == "PUT":
            return (lambda given: objects.update(state, resource, given)), 200
        if method != "POST":
            raise NitroError(1237)
        if not action:
            return (lambda given: self._added(resource, given, query)), 201
        if action not in TYPES[resource].actions:
            raise NitroError(1240, action[:40])
        return (lambda given: ACTIONS[action](state, resource, given)), 200

    def _added(self, resource: str, given: Object, query: dict[str, str]) -> None:
        if query.get("idempotent") == "yes" and str(given.get(TYPES[resource].key)) in self.state.objects(resource):
            objects.update(self.state, resource, {key: value for key, value in given.items() if key != "ip"})
            return
        objects.add(self.state, resource, given)

    def _one(self, operation: Callable[[Object], None], given: Any, before: str) -> None:
        """One operation, wholly or not at all."""
        try:
            if not isinstance(given, dict):
                raise NitroError(1233)
            operation(given)
        except NitroError:
            self.state.restore(before)
            raise

    def _bulk(
        self, operation: Callable[[Object], None], items: list[Any], onerror: str, status: int, query: dict[str, str]
    ) -> Answer:
        """A list: what an error does to the others is for the caller to say; without a word it ends the list."""
        start = self.state.snapshot()
        answers: list[dict[str, Any]] = []
        failed = False
        for item in items:
            before = self.state.snapshot() if onerror == "continue" else start
            try:
                if not isinstance(item, dict):
                    raise NitroError(1233)
                operation(item)
                answers.append(dict(DONE))
            except NitroError as error:
                failed = True
                if onerror == "continue":
                    self.state.restore(before)
                answers.append(error.body)
                if onerror != "continue":
                    answers = [error.body]
                    break
        if failed and onerror == "rollback":
            self.state.restore(start)
        answer = self._done(status, query)
        return (207, {**NitroError(1243).body, "response": answers}) if failed else answer

    def _remove(self, resource: str, name: str | None, query: dict[str, str]) -> None:
        args = _arguments(query)
        if name is None:
            raise NitroError(1095, "name")
        if resource in members.BOUND:
            members.unbind(self.state, resource, name, args)
        elif resource in TYPES:
            objects.remove(self.state, resource, name, args)
        else:
            raise NitroError(1232)

    def _whole(self, query: dict[str, str]) -> Answer:
        action = query.get("action")
        if action == "save":
            self.state.save()
        elif action == "clear":
            self.state.running = {"objects": {}, "bindings": {}}
            self.state.write()
        else:
            raise NitroError(1240, str(action)[:40])
        return 200, dict(DONE)


def _arguments(query: dict[str, str]) -> dict[str, str]:
    from urllib.parse import unquote

    return {key: unquote(value) for key, _sign, value in (part.partition(":") for part in query.get("args", "").split(","))}
