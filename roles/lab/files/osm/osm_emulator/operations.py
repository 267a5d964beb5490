# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of the life cycle in the emulated OSM: begun when they are asked for, and done when their time has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from .items import Item, conflict, new_id

STAGES = {"instantiate": "Stage 2/5: deployment of KDUs, VMs and execution environments.", "terminate": "Stage 3/3 delete all."}
Effect = Callable[[], str | None]
"""What an operation does at its end; a text is the reason why it could not."""


class Operations:
    """``queue`` says whether an operation waits for the one before it, as in OSM, or is refused, as SOL005 allows.

    ``outcomes`` has for a kind of operation how the next of them end: a state and a reason each.
    """

    def __init__(self, seconds: float, queue: bool):
        self.seconds, self.queue = seconds, queue
        self.items: dict[str, Item] = {}
        self.outcomes: dict[str, list[tuple[str, str]]] = {}

    def begin(self, instance: str, kind: str, body: Mapping[str, Any], fail: Any, effect: Effect, broken: Effect) -> Item:
        under_way = [one for one in self.items.values() if one["nsInstanceId"] == instance and _runs(one)]
        if under_way and not self.queue:
            raise conflict(f"ns_instance {instance} has an operation under way")
        begins = max([time.monotonic(), *(one["_ends"] for one in under_way)])
        outcome = self.outcomes[kind].pop(0) if self.outcomes.get(kind) else ("FAILED", str(fail)) if fail else None
        name, now = new_id(), time.time()
        self.items[name] = {
            "_id": name,
            "id": name,
            "nsInstanceId": instance,
            "lcmOperationType": kind,
            "operationState": "PROCESSING",
            "operationParams": dict(body),
            "startTime": now,
            "statusEnteredTime": now,
            "isAutomaticInvocation": False,
            "isCancelPending": False,
            "queuePosition": len(under_way),
            "stage": STAGES.get(kind, "Stage 1/1."),
            "errorMessage": None,
            "detailedStatus": None,
            "detailed-status": "",
            "_ends": begins + self.seconds,
            "_outcome": outcome,
            "_effect": effect,
            "_broken": broken,
        }
        return {"id": name}

    def advance(self) -> None:
        """End the operations whose time has come, in their order."""
        for one in sorted(self.items.values(), key=lambda item: item["_ends"]):
            if _runs(one) and time.monotonic() >= one["_ends"]:
                self._end(one)

    def shown(self, instance: str | None) -> list[Item]:
        return [shown(one) for one in self.items.values() if instance in (None, one["nsInstanceId"])]

    def forget(self, instance: str) -> None:
        for name in [name for name, one in self.items.items() if one["nsInstanceId"] == instance]:
            del self.items[name]

    def _end(self, one: Item) -> None:
        state, reason = one["_outcome"] or ("COMPLETED", "")
        if state in ("COMPLETED", "PARTIALLY_COMPLETED") and (wrong := one["_effect"]()):
            state, reason = "FAILED", wrong
        elif state != "COMPLETED":
            one["_broken"]()
        one.update({"operationState": state, "statusEnteredTime": time.time(), "detailed-status": reason or "Done"})
        one.update({"detailedStatus": reason or "Done", "errorMessage": reason or None})


def shown(operation: Item) -> Item:
    return {key: value for key, value in operation.items() if key == "_id" or not key.startswith("_")}


def _runs(operation: Item) -> bool:
    return operation["operationState"] in ("PROCESSING", "ROLLING_BACK")
