# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heat stacks: read, plan, apply.

A stack is compared by what the user gave: the template, the parameters, the tags. What Heat adds
(pseudo parameters, defaults, the times of its events) is no change. What somebody has removed behind
its back is one: Heat is told so, and makes it again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...core.errors import ConflictError, FailedError
from ...core.plan import Change, Plan, carry_out, difference
from .connection import connect, one_line, told_as
from .stack_resources import is_missing, listed

if TYPE_CHECKING:
    from openstack.orchestration.v1.stack import Stack as HeatStack

HIDDEN = "******"
POLL = 0.5
NAME_HELD = 10.0
"""Seconds for which the name of a deleted stack may still be taken."""


class Stack:
    """One stack in one state; an acting verb (see ``glue.boundary.Acting``).

    With the option ``settle`` false only a deletion under way is waited for: who deletes need not wait for more.
    """

    def __init__(self, options: Mapping[str, Any]):
        self._options = options
        self._name: str = options["name"]
        self._cloud = options.get("cloud")
        self._deadline = time.monotonic() + options["timeout"]
        self._connection = connect(options)
        self._heat: Any = None
        self._stack: HeatStack | None = None

    def read(self) -> dict[str, dict[str, Any]]:
        """``{name: state}`` of the stack, empty where there is none; an operation under way is waited for."""
        with told_as(f"stack {self._name}", self._cloud):
            self._heat = self._connection.orchestration
            self._stack = self._settled("" if self._options.get("settle", True) else "DELETE")
            return {self._name: self._state(self._stack)} if self._stack else {}

    def difference(self, current: Mapping[str, Mapping[str, Any]]) -> Plan:
        """Refuses a stack that carries none of our tags: its owner is somebody else."""
        options = self._options
        present = current.get(self._name)
        if present and options["tags"] and not set(options["tags"]) & set(present["tags"]):
            raise ConflictError(f"stack {self._name} exists and is not ours: give another name or delete it")
        if options["state"] == "absent":
            return difference("stack", current, {})
        wanted = {
            "template": options["template"],
            "parameters": {key: _text(value) for key, value in options["parameters"].items()},
            "tags": sorted(options["tags"]),
            "status": "COMPLETE",
            "missing": [],
        }
        if present:
            shown = _comparable(present, wanted["parameters"])
            return difference("stack", {self._name: shown}, {self._name: wanted})
        return difference("stack", {}, {self._name: wanted})

    def apply(self, plan: Plan) -> None:
        carry_out(plan, self._execute)

    def await_end(self, what: str) -> None:
        """Wait for the end of what was begun with ``wait`` false.

        :raises FailedError: it failed, with the reason, or was not done in time
        """
        with told_as(what, self._cloud):
            self._stack = self._finished(what)

    def result(self) -> dict[str, Any]:
        if self._stack is None:
            return {"stack": None}
        outputs = {item["output_key"]: item.get("output_value") for item in self._stack.outputs or []}
        return {"stack": {"id": self._stack.id, "name": self._name, "status": self._stack.status, "outputs": outputs}}

    def _execute(self, change: Change) -> None:
        with told_as(str(change), self._cloud):
            if change.action == "delete":
                self._heat.delete_stack(self._stack, ignore_missing=True)
            elif change.action == "create":
                self._stack = self._create()
            else:
                self._report_missing((change.before or {}).get("missing", ()))
                self._update()
            if self._options["wait"]:
                self._stack = self._finished(change)

    def _create(self) -> HeatStack:
        """Heat holds a stack's name for a moment after it has said that the stack is deleted."""
        from openstack.exceptions import ConflictException

        deadline = time.monotonic() + NAME_HELD
        while True:
            try:
                return self._heat.create_stack(name=self._name, **self._body())
            except ConflictException:
                if time.monotonic() > deadline or self._find():
                    raise
            time.sleep(POLL)

    def _update(self) -> None:
        """Parameters that are not given keep the values that somebody gave them, as those do that say how many there are."""
        from openstack.exceptions import raise_from_response

        body = self._body()
        body["disable_rollback"] = body.pop("is_rollback_disabled")
        raise_from_response(self._heat.patch(self._path(), json=body))

    def _report_missing(self, names: Iterable[str]) -> None:
        """An update makes anew only what Heat holds for unhealthy."""
        from openstack.exceptions import raise_from_response

        for name in names:
            body = {"mark_unhealthy": True, "resource_status_reason": "it is not there any more"}
            raise_from_response(self._heat.patch(f"{self._path()}/resources/{name}", json=body))

    def _path(self) -> str:
        return f"/stacks/{self._stack.name}/{self._stack.id}"

    def _body(self) -> dict[str, Any]:
        options = self._options
        body = {"template": options["template"], "parameters": options["parameters"]}
        minutes = max(1, options["timeout"] // 60)
        return {**body, "tags": ",".join(sorted(options["tags"])), "timeout_mins": minutes, "is_rollback_disabled": True}

    def _find(self) -> HeatStack | None:
        return self._heat.find_stack(self._name, ignore_missing=True)

    def _settled(self, action: str = "") -> HeatStack | None:
        """The stack once no operation is under way (or none of this action): an earlier run may have been killed in one."""
        stack = self._find()
        while stack and stack.status.startswith(action) and stack.status.endswith("IN_PROGRESS"):
            self._wait(stack)
            stack = self._find()
        return stack

    def _finished(self, change: Change | str) -> HeatStack | None:
        stack = self._settled()
        if isinstance(change, Change) and change.action == "delete":
            while stack and not stack.status.startswith("DELETE"):  # Heat has not begun yet
                self._wait(stack)
                stack = self._settled()
        if stack and not stack.status.endswith("_COMPLETE"):
            raise FailedError(f"{change} ended in {stack.status}: {self._reason(stack)}")
        return stack

    def _wait(self, stack: HeatStack) -> None:
        if time.monotonic() > self._deadline:
            raise FailedError(f"stack {self._name} is still {stack.status} after {self._options['timeout']} s: raise timeout")
        time.sleep(POLL)

    def _reason(self, stack: HeatStack) -> str:
        """The first failed resource says more than the stack does."""
        failed = [item for item in self._heat.resources(stack) if item.status.endswith("FAILED")]
        if failed:
            return f"{failed[0].name}: {one_line(failed[0].status_reason)}"
        return one_line(stack.status_reason)

    def _state(self, stack: HeatStack) -> dict[str, Any]:
        return {
            "template": self._template(),
            "parameters": dict(stack.parameters or {}),
            "tags": sorted(stack.tags or []),
            "status": "COMPLETE" if stack.status.endswith("_COMPLETE") else stack.status,
            "missing": self._missing(stack),
        }

    def _missing(self, stack: HeatStack) -> list[str]:
        resources = list(self._heat.resources(stack))
        there = listed(self._connection, {item.resource_type for item in resources})
        return sorted(item.name for item in resources if is_missing(item, there))

    def _template(self) -> dict[str, Any]:
        """The template as it was given: the client's own resource would drop the keys it does not know."""
        from openstack.exceptions import raise_from_response

        answer = self._heat.get(f"{self._path()}/template")
        raise_from_response(answer)
        return answer.json()


def _comparable(present: Mapping[str, Any], wanted: Mapping[str, str]) -> dict[str, Any]:
    """What is there, with only the parameters that are wanted; a hidden one cannot be compared and counts as equal."""
    there = present["parameters"]
    shown = {key: wanted[key] if there.get(key) == HIDDEN else _text(there.get(key)) for key in wanted}
    return {**present, "parameters": shown}


def _text(value: Any) -> str | None:
    """Heat gives every parameter back as text."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if value is None else str(value)
