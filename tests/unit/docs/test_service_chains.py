# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/service-chains.md and the modules' examples show: tasks that the modules take."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.chaining import port_chains, srv6
from ansible_collections.superfluidity.nfv.plugins.modules import sfc_chain, srv6_chain, srv6_sid

PAGE = (Path(__file__).parents[3] / "docs/service-chains.md").read_text("utf-8")
READ = {
    "sfc_chain": (sfc_chain, port_chains.chain),
    "srv6_chain": (srv6_chain, srv6.chains),
    "srv6_sid": (srv6_sid, srv6.segments),
}
SHOWN = [*re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL), *(module.EXAMPLES for module, _read in READ.values())]
TASKS = [task for text in SHOWN for task in yaml.safe_load(text)]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["name"])
def test_each_task_is_taken(task: dict) -> None:
    [name] = [key for key in task if key.startswith("superfluidity.nfv.")]
    module, read = READ[name.rpartition(".")[2]]
    assert read(module.SPEC.validated(json.loads(json.dumps(task[name]))))


def test_all_are_looked_at() -> None:
    assert len(TASKS) == 14
