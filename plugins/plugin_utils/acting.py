# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the actions that act in process on the controller: what they read and write there, or what they need, is there.

Their module file of the same name documents them and holds their spec and their verb, which is made with the options and the
reader of files (see ``glue.boundary.Acting``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ..module_utils.clients.files.reader import Files
from ..module_utils.core.errors import NfvError
from ..module_utils.core.plan import Plan
from ..module_utils.glue.boundary import Acting, is_halfway
from .deciding import DecidingAction
from .plain import plain


class ActingAction(DecidingAction):
    """A subclass names its ``spec`` and its ``verb``."""

    verb: ClassVar[Callable[[dict[str, Any], Files], Acting]]
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super(DecidingAction, self).run(tmp, task_vars)
        plan, begun = Plan(), False
        try:
            acting = type(self).verb(self.spec.validated(plain(self._task.args)), Files(self._locate))
            plan = acting.difference(acting.read())
            begun = bool(plan) and not self._task.check_mode
            if begun:
                acting.apply(plan)
            answer = acting.result()
        except NfvError as error:
            changed = begun and is_halfway(error, plan)
            return {**result, "failed": True, "msg": str(error), "changed": changed, "plan": plan.to_list()}
        return {**result, "changed": bool(plan), "diff": plan.diff(), "plan": plan.to_list(), **answer}
