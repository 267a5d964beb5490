# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``pool_watch``, in process: it says what happens while it happens."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.clients.openstack.pool_watch import NUMBERS
from ..module_utils.core.errors import NfvError
from ..modules.pool_watch import SPEC
from ..plugin_utils.plain import plain
from ..plugin_utils.pool_watching import watch_of


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        totals: Counter[str] = Counter(dict.fromkeys((*NUMBERS, "failures"), 0))
        smallest: dict[str, int] = {}
        rounds = 0
        try:
            options = SPEC.validated(plain(self._task.args))
            for event in watch_of(options, act=not self._task.check_mode).events(options["duration"]):
                rounds += event["pool"] is None
                if event["pool"] is not None:
                    Display().display(told(event))
                    count(event, totals, smallest)
        except NfvError as error:
            return {**result, "failed": True, "msg": str(error)}
        changed = not self._task.check_mode and any(totals[name] for name in NUMBERS if name != "leaked")
        return {**result, "changed": changed, "rounds": rounds, "totals": dict(totals), "smallest": smallest}


def count(event: dict[str, Any], totals: Counter[str], smallest: dict[str, int]) -> None:
    """Add an event to what the task returns."""
    totals["failures"] += "msg" in event
    for name in NUMBERS:
        totals[name] += event.get(name, 0)
    if "size" in event:
        smallest[event["pool"]] = min(event["size"], smallest.get(event["pool"], event["size"]))


def told(event: dict[str, Any]) -> str:
    """An event as a line: ``worker-0/pods: 10 free, 3 in use; 10 created``."""
    if "size" not in event:
        return f"{event['pool']}: {event['msg']}"
    done = ", ".join(f"{event[name]} {name}" for name in NUMBERS if event[name])
    line = f"{event['pool']}: {event['size']} free, {event['in_use']} in use"
    return "; ".join(part for part in (line, done, event.get("msg", "")) if part)
