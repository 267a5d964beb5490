# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a NetScaler in one state: read, plan, apply, and take back what a failure leaves half-made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...core.errors import ConflictError, DeniedError, FailedError, InputError, NfvError, UnavailableError
from ...core.plan import Plan
from ...model.netscaler.resources import RESOURCES
from ...model.netscaler.steps import Call, Found, Id, Step, Wanted
from .reading import Reader
from .refusals import AlreadyThere, NoRollback, RollbackFailed
from .saving import save
from .sending import Part, Sender, in_groups
from .session import Session, Sessions
from .wire import SECRETS

Planner = Callable[[Mapping[Id, Found], Iterable[Wanted]], Plan]
LOOKS = 10
"""How often a run plans again because somebody else made what it was about to make: more than a load balancer has steps."""
SHOWN = 3
"""Steps that an error names; of the others it tells the number."""


class Configuration:
    """Objects of an appliance in the states that are wanted; an acting verb (see ``glue.boundary.Acting``).

    :param planner: ``loadbalancer.netscaler_plan.plan``
    :param save: whether to save what a run changed
    """

    def __init__(self, session: Session, wanted: Sequence[Wanted], planner: Planner, *, save: bool = True, many: bool = True):
        self._session = session
        self._wanted = tuple(wanted)
        self._planner = planner
        self._save = save
        self._many = many
        self._reader = Reader(session)
        self._sender = Sender(session, self._reader)
        self._current: Mapping[Id, Found] = {}
        self._warnings: list[str] = []

    @classmethod
    def of_task(
        cls, sessions: Sessions, options: Mapping[str, Any], wanted: Sequence[Wanted], planner: Planner
    ) -> Configuration:
        """The verb of a module that keeps one object, or several with ``bulk``."""
        many = options["bulk"] is not None
        return cls(sessions.session(options), wanted, planner, save=options["save_config"], many=many)

    def read(self) -> Mapping[Id, Found]:
        self._current = self._reader.read(self._wanted)
        return self._current

    def difference(self, current: Mapping[Id, Found]) -> Plan:
        return self._planner(current, self._wanted)

    def apply(self, plan: Plan) -> None:
        """Carry the plan out, all of it or none as far as that can be had, then save.

        :raises NfvError: with what was taken back and what was left
        """
        self._refuse_secondary()
        self._carry_out([step for step in plan if isinstance(step, Step)])
        if self._save:
            self._saved()
        self._look_again()

    def result(self) -> dict[str, Any]:
        shown = [_shown(item, self._current.get(item.id)) for item in self._wanted]
        down = [item.name for item in self._wanted if (found := self._current.get(item.id)) and found.host_down]
        warnings = [f"{name} stays out of service, for its server is disabled: enable that one" for name in down]
        told = [*self._warnings, *warnings, *self._session.warnings]
        return {"objects": shown, "object": None if self._many else shown[0], "warnings": told}

    def _carry_out(self, steps: Sequence[Step]) -> None:
        """Group by group; where the appliance makes no whole of a group, one by one."""
        done: list[Step] = []
        groups, looks = deque(in_groups(steps)), LOOKS
        while groups:
            group = groups.popleft()
            try:
                unsure = {id(call) for call in self._sender.send([call for _step, call in group])}
            except NfvError as error:
                if isinstance(error, NoRollback) and len(group) > 1:
                    groups.extendleft([part] for part in reversed(group))
                    continue
                rest = self._planned_again(steps, group, groups) if isinstance(error, AlreadyThere) and looks else None
                if rest is not None:
                    groups, looks = deque(in_groups(rest)), looks - 1
                    continue
                unknown = group if isinstance(error, UnavailableError) else []
                account = self._account(steps, [*done, *self._left_of(group, error)], [step for step, _call in unknown])
                kind = FailedError if unknown else type(error)
                raise kind(f"{error.message}{account}") from error
            for step, call in group:
                known = replace(step, undo=()) if id(call) in unsure else step
                if not done or (done[-1].kind, done[-1].name, done[-1].action) != (step.kind, step.name, step.action):
                    done.append(known)

    def _planned_again(
        self, steps: Sequence[Step], group: Sequence[Part], groups: Iterable[Sequence[Part]]
    ) -> list[Step] | None:
        """What is left to do where somebody else, or a run that was killed, made some of it meanwhile.

        None where a look shows that all of it is still to be done, and where the run makes something anew.
        """
        gone = {(step.kind, step.name) for step in steps if step.action == "delete"}
        if any(step.action == "create" and (step.kind, step.name) in gone for step in steps):
            return None
        try:
            rest = [step for step in self.difference(self._reader.read(self._wanted)) if isinstance(step, Step)]
        except NfvError:
            return None
        before = {(step.kind, step.name, step.action) for part in (group, *groups) for step, _call in part}
        return rest if {(step.kind, step.name, step.action) for step in rest} != before else None

    def _left_of(self, group: Sequence[tuple[Step, Call]], error: NfvError) -> list[Step]:
        """What is left of a list that was not rolled back; whose it is nobody knows, so it is told and not removed."""
        if not isinstance(error, RollbackFailed):
            return []
        try:
            there = self._sender.there([call for _step, call in group])
        except NfvError:
            return []
        return [replace(step, undo=()) for (step, _call), made in zip(group, there, strict=True) if made]

    def _account(self, steps: Sequence[Step], done: Sequence[Step], unknown: Sequence[Step]) -> str:
        """Take back what was done, the last first, and say how that went.

        :param unknown: steps of which nobody knows whether they were carried out
        """
        undone, kept = self._take_back(done)
        parts = [f"taken back: {_listed(undone)}"] if undone else []
        if unknown:
            parts.append(f"nobody knows whether it did {_listed(unknown)}")
        if kept:
            parts.append(f"left as it was made, and not saved: {_listed(kept)}")
        if len(steps) > 1 or kept or unknown:
            parts.append("run again to complete it" if kept or unknown else "nothing is left of this run")
        return f" ({'; '.join(parts)})" if parts else ""

    def _take_back(self, done: Sequence[Step]) -> tuple[list[Step], list[Step]]:
        """The steps that were taken back and those that were not, each in order; an appliance that is gone is asked once."""
        gone: set[Id] = set()
        undone: list[Step] = []
        kept: list[Step] = []
        reachable = True
        for step in reversed(done):
            if step.belongs_to in gone:
                undone.append(step)
                continue
            try:
                came_back = bool(step.undo) and reachable and self._undo(step)
            except UnavailableError:
                came_back = reachable = False
            (undone if came_back else kept).append(step)
            if came_back and step.before is None and step.kind in RESOURCES:
                gone.add((step.kind, step.name))
        return undone[::-1], kept[::-1]

    def _undo(self, step: Step) -> bool:
        """Whether all of it came back; that one part is refused keeps no other from coming back."""
        refused = False
        for call in step.undo:
            try:
                self._sender.send([call])
            except UnavailableError:
                raise
            except NfvError:
                refused = True
        return not refused

    def _refuse_secondary(self) -> None:
        """What a secondary node is told is lost: the primary overwrites it."""
        try:
            nodes = self._session.get("hanode", "0")
        except (DeniedError, InputError):
            return  # a user who may not see it, or an appliance without pairs
        if any(str(node.get("state", "")).lower() == "secondary" for node in nodes):
            raise ConflictError(
                f"{self._session.place} is the secondary node of a pair, which keeps no changes: "
                "give the address of the primary"
            )

    def _saved(self) -> None:
        try:
            save(self._session)
        except NfvError as error:
            raise FailedError(
                f"all changes were made, but not saved: {error.message}; save them with netscaler_save_config"
            ) from error

    def _look_again(self) -> None:
        """Read what has become of it, and warn of what an appliance shows otherwise than it was told."""
        try:
            left = self._planner(self.read(), self._wanted)
        except NfvError as error:
            self._warnings.append(f"all changes were made, and cannot be read again: {error}")
            return
        if left:
            names = ", ".join(f"{step} ({', '.join(sorted(step.after or step.before or ()))})" for step in list(left)[:SHOWN])
            self._warnings.append(f"the appliance took all changes and shows something else, so a next run would {names}")


def _listed(steps: Sequence[Step]) -> str:
    more = f" and {len(steps) - SHOWN} more" if len(steps) > SHOWN else ""
    return ", ".join(str(step) for step in steps[:SHOWN]) + more


def _shown(wanted: Wanted, found: Found | None) -> dict[str, Any] | None:
    if found is None:
        return None
    attributes = {key: value for key, value in found.attributes.items() if key not in SECRETS}
    bindings = {key: list(rows) for key, rows in found.bindings.items() if key in wanted.bindings}
    return {"resource": wanted.kind, "name": wanted.name, "attributes": attributes, "bindings": bindings}
