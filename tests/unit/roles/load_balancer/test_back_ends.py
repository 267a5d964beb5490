# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role has a back end for each of the table, and passes all of a description on to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.back_ends import BACK_ENDS
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.load_balancer_options import OPTIONS

ROLE = Path(__file__).parents[4] / "roles/load_balancer"
SAVING = "superfluidity.nfv.netscaler_save_config"


def read(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text("utf-8"))


def kept(back_end: str) -> dict[str, Any]:
    """The task that keeps the load balancers."""
    [task] = [one for one in read(f"tasks/{back_end}.yml") if f"superfluidity.nfv.{back_end}_load_balancer" in one]
    return task


def test_the_back_ends_are_those_of_the_table() -> None:
    options = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert options["load_balancer_backend"]["choices"] == list(BACK_ENDS)


@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_all_of_a_description_is_passed_on(back_end: str) -> None:
    assert set(OPTIONS) <= set(kept(back_end)[f"superfluidity.nfv.{back_end}_load_balancer"])


def test_a_description_with_another_key_is_refused() -> None:
    """A misspelt option that nobody passes on would be lost without a word."""
    taken = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]["load_balancer_balancers"]["options"]
    assert set(taken) == {*OPTIONS, "function"} - {"state"}
    assert taken["name"]["required"]


def test_a_netscaler_is_saved_once_by_a_handler() -> None:
    task, [handler] = kept("netscaler"), read("handlers/main.yml")
    given, saving = task["superfluidity.nfv.netscaler_load_balancer"], handler[SAVING]
    assert given["save_config"] is False
    assert task["notify"] == handler["name"]
    assert saving.items() <= given.items()  # the same appliance and user
