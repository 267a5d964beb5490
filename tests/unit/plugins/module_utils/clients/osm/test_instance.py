# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What state an instance is in, whatever another run has just begun; all else is tested with the modules, at the emulator."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm.instance import Instance

THERE = {"_id": "i", "_admin": {"nsState": "INSTANTIATED"}}
NOT_THERE = {"_id": "i", "_admin": {"nsState": "NOT_INSTANTIATED"}}


class Services:
    """A service on which an operation is under way until somebody waits for its end."""

    def __init__(self, kind: str, state: str, after: dict[str, Any] | None):
        self._operation = {"lcmOperationType": kind, "operationState": "PROCESSING", "detailed-status": "full"}
        self._state, self._after = state, after

    def operations(self, _instance: str) -> list[dict[str, Any]]:
        return [self._operation]

    def settle(self, _instance: str, _seconds: float) -> None:
        self._operation["operationState"] = self._state

    def instance(self, _instance: str) -> dict[str, Any] | None:
        return self._after


@pytest.mark.parametrize(
    ("kind", "state", "after", "condition"),
    [
        ("instantiate", "COMPLETED", THERE, ("running", None)),
        ("instantiate", "FAILED", THERE, ("failed", "instantiate ended in FAILED: full")),
        ("terminate", "COMPLETED", NOT_THERE, ("terminated", None)),
        ("terminate", "COMPLETED", None, ("terminated", None)),
    ],
)
def test_what_is_under_way_is_waited_for(kind: str, state: str, after: dict[str, Any] | None, condition: tuple) -> None:
    assert Instance(Services(kind, state, after), "video", 1).condition("i") == condition  # type: ignore[arg-type]


class Changing(Services):
    """Another run does something, from its beginning to its end, between two looks."""

    def __init__(self, kind: str, before: dict[str, Any], after: dict[str, Any], at: int):
        super().__init__(kind, "COMPLETED", after)
        self.settle("i", 0)
        self._before, self._at, self._looks = before, at, 0

    def _done(self) -> bool:
        self._looks += 1
        return self._looks > self._at

    def operations(self, instance: str) -> list[dict[str, Any]]:
        return super().operations(instance) if self._done() else []

    def instance(self, instance: str) -> dict[str, Any] | None:
        return super().instance(instance) if self._done() else self._before


@pytest.mark.parametrize("at", range(4))
def test_the_instance_and_its_operations_are_of_one_moment(at: int) -> None:
    """One that was not instantiated when it was looked at, and has been since, was not terminated: it would be made anew."""
    found = Instance(Changing("instantiate", NOT_THERE, THERE, at), "video", 1).condition("i")  # type: ignore[arg-type]
    assert found == (("running", None) if at < 3 else ("created", None))
