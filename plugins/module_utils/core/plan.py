# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be changed, computed before anything is: the heart of every acting verb.

A verb reads what is there, takes the :func:`difference` to what is wanted and carries the plan out.
The plan is what ``--diff`` shows and what a check run returns, so neither can say anything else than
what a real run would do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import NfvError

State = Mapping[str, Any]
NAMED = 20
"""How many changes an error names."""


@dataclass(frozen=True)
class Change:
    """One step: ``before`` is None for a creation, ``after`` is None for a deletion."""

    kind: str
    name: str
    before: State | None
    after: State | None

    @property
    def action(self) -> str:
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "update"

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.name}"


@dataclass(frozen=True)
class Plan:
    """Changes in the order in which they are to be made; an empty plan is false."""

    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __add__(self, other: Plan) -> Plan:
        return Plan(self.changes + other.changes)

    def to_list(self) -> list[dict[str, str]]:
        """The plan as plain data, for a module's result."""
        return [{"action": change.action, "kind": change.kind, "name": change.name} for change in self.changes]

    def diff(self) -> dict[str, dict[str, Any]]:
        """``{before, after}`` as Ansible's ``--diff`` shows them: only what changes."""
        return {
            "before": {f"{c.kind} {c.name}": dict(c.before) for c in self.changes if c.before is not None},
            "after": {f"{c.kind} {c.name}": dict(c.after) for c in self.changes if c.after is not None},
        }


def difference(kind: str, current: Mapping[str, State], desired: Mapping[str, State], *, prune: bool = True) -> Plan:
    """The plan that turns ``current`` into ``desired``, both ``{name: state}`` of one kind of thing.

    Only keys that the desired state names are compared: what a system adds of its own is no change.
    Deletions come first, so that what they free is there for the creations; each group in order of name.

    >>> difference("port", {"a": {"mtu": 1}, "b": {}}, {"a": {"mtu": 2}}).to_list()
    [{'action': 'delete', 'kind': 'port', 'name': 'b'}, {'action': 'update', 'kind': 'port', 'name': 'a'}]
    """
    gone = sorted(current.keys() - desired.keys()) if prune else []
    changes = [Change(kind, name, current[name], None) for name in gone]
    for name, wanted in sorted(desired.items()):
        if name not in current:
            changes.append(Change(kind, name, None, wanted))
        elif differing := {key for key in wanted if current[name].get(key) != wanted[key]}:
            before = {key: current[name].get(key) for key in sorted(differing)}
            changes.append(Change(kind, name, before, {key: wanted[key] for key in sorted(differing)}))
    return Plan(tuple(changes))


def carry_out(plan: Plan, execute: Callable[[Change], None]) -> None:
    """Make the changes one by one; an error says which were made and which are left for the next run.

    :raises NfvError: of the same class as the error of the change that failed
    """
    for index, change in enumerate(plan.changes):
        try:
            execute(change)
        except NfvError as error:
            raise type(error)(f"{error.message}{_account(plan, index)}", error.place) from error


def _account(plan: Plan, failed: int) -> str:
    done, left = _listed(plan.changes[:failed]), _listed(plan.changes[failed:])
    return f" (made: {done or 'nothing'}; left for the next run: {left})" if len(plan.changes) > 1 else ""


def _listed(changes: tuple[Change, ...]) -> str:
    """The changes by name; of very many some, and how many more."""
    named = ", ".join(str(change) for change in changes[:NAMED])
    return f"{named} and {len(changes) - NAMED} more" if len(changes) > NAMED else named
