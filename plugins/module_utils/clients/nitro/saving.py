# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saves the running configuration of a NetScaler, so that it outlives a restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.plan import Change, Plan
from ...model.netscaler.steps import Call
from .session import Session, Sessions


def save(session: Session, *, everywhere: bool = False) -> None:
    """Write the running configuration to where the appliance starts from; of all partitions where ``everywhere``."""
    session.make(Call("POST", "nsconfig", {"all": True} if everywhere else {}, action="save"))


class SavedConfiguration:
    """A configuration that is saved; an acting verb (see ``glue.boundary.Acting``).

    An appliance that does not tell whether there is something to save is told to save.
    """

    def __init__(self, sessions: Sessions, options: Mapping[str, Any]):
        self._session = sessions.session(options)
        self._everywhere: bool = options["all_partitions"]
        self._force: bool = options["force"]
        self._current: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        rows = self._session.get("nsconfig")
        self._current = rows[0] if rows else {}
        return self._current

    def difference(self, current: Mapping[str, Any]) -> Plan:
        unsaved = str(current.get("configchanged", True)).lower() != "false"
        if not (unsaved or self._force):
            return Plan()
        return Plan((Change("configuration", "running", {"saved": not unsaved}, {"saved": True}),))

    def apply(self, _plan: Plan) -> None:
        save(self._session, everywhere=self._everywhere)
        self.read()

    def result(self) -> dict[str, Any]:
        return {"last_saved": self._current.get("lastconfigsavetime"), "warnings": self._session.warnings}
