# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the page and of the module are tasks that the module takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import kuryr_options
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.kubernetes_service import describe
from ansible_collections.superfluidity.nfv.plugins.modules import kuryr_load_balancer as module

PAGE = (Path(__file__).parents[3] / "docs/kuryr-load-balancer.md").read_text(encoding="utf-8")
SHOWN = yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])[0]["tasks"]
TASKS = [*SHOWN, *yaml.safe_load(module.EXAMPLES)]


def options(task: dict[str, Any]) -> dict[str, Any]:
    """The task's options as the module gets them."""
    answer = ArgumentSpecValidator(**module.SPEC.to_kwargs()).validate(task["superfluidity.nfv.kuryr_load_balancer"])
    assert answer.error_messages == []
    return answer.validated_parameters


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.get("name", "page"))
def test_its_options_are_taken(task: dict[str, Any]) -> None:
    assert options(task)["namespace"]


def test_the_service_that_is_given_is_described() -> None:
    [given] = [found for found in map(options, TASKS) if found["service"]]
    balancer = describe(*kuryr_options.given(given), kuryr_options.settings(given))
    assert [member.name for one in balancer.listeners for member in one.members] == ["default/web-0:8080"]
