# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module returns when its verb fails: before it has changed anything, and after."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.plan import Plan, difference
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.boundary import run_acting


class Failing:
    """A verb that wants one thing made and fails where it is told to."""

    def __init__(self, options: dict[str, Any]):
        self._fails = options["fails"]

    def read(self) -> dict:
        if self._fails == "read":
            raise FailedError("it cannot be read")
        return {}

    def difference(self, current: dict) -> Plan:
        return difference("thing", current, {"a": {}})

    def apply(self, _plan: Plan) -> None:
        raise (InputError if self._fails == "refused" else FailedError)("it cannot be made")

    def result(self) -> dict:
        return {}


@pytest.mark.parametrize(
    ("fails", "changed", "message"),
    [("read", None, "it cannot be read"), ("refused", False, "it cannot be made"), ("apply", True, "it cannot be made")],
)
def test_a_failure_tells_whether_anything_may_have_changed(
    fails: str, changed: bool | None, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(basic.sys, "stdin", io.StringIO())
    with patch_module_args({"fails": fails}), pytest.raises(SystemExit):
        run_acting(ArgumentSpec({"fails": {"type": "str"}}), Failing)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["failed"], answer["msg"], answer.get("changed")) == (True, message, changed)
