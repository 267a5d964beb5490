# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``osm_package``, in process: the schema of the service model is read on the controller."""

from __future__ import annotations

import os
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils.core.errors import NfvError
from ..modules.osm_package import SPEC, Packages
from ..plugin_utils.plain import plain


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        plan = None
        try:
            options = SPEC.validated(plain(self._task.args))
            acting = Packages({**options, "dest": os.path.join(os.environ.get("PWD", os.getcwd()), options["dest"])})
            plan = acting.difference(acting.read())
            if plan and not self._task.check_mode:
                acting.apply(plan)
        except NfvError as error:
            return {**result, "failed": True, "msg": str(error), "changed": bool(plan) and not self._task.check_mode}
        return {**result, "changed": bool(plan), "diff": plan.diff(), "plan": plan.to_list(), **acting.result()}
