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
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.deployment import deployment
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import validate
from ansible_collections.superfluidity.nfv.plugins.modules import sfc_chain, srv6_chain, srv6_sid

PAGE = (Path(__file__).parents[3] / "docs/service-chains.md").read_text("utf-8")
READ = {
    "sfc_chain": (sfc_chain, port_chains.chain),
    "srv6_chain": (srv6_chain, srv6.chains),
    "srv6_sid": (srv6_sid, srv6.segments),
}
SHOWN = [*re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL), *(module.EXAMPLES for module, _read in READ.values())]
LOADED = [yaml.safe_load(text) for text in SHOWN]
TASKS = [task for tasks in LOADED if isinstance(tasks, list) for task in tasks]
SITES = {
    "edge-1": {
        "role": "edge",
        "servers": ["client", "fw", "lb"],
        "srv6": {
            name: {"locator": f"fc00:{number}::/64", "device": "eth0"} for number, name in enumerate(("client", "fw", "lb"))
        },
    }
}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["name"])
def test_each_task_is_taken(task: dict) -> None:
    [name] = [key for key in task if key.startswith("superfluidity.nfv.")]
    module, read = READ[name.rpartition(".")[2]]
    assert read(module.SPEC.validated(json.loads(json.dumps(task[name]))))


def test_the_chain_of_a_service_is_led_with_the_segments_that_the_page_names() -> None:
    [described] = [one for one in LOADED if isinstance(one, dict)]
    functions = [
        {"name": name, "site": {"role": "edge"}, "vdus": [{"name": name, "kind": "process", "host": host, "command": ["true"]}]}
        for name, host in (("firewall", "fw"), ("balancer", "lb"))
    ]
    service = {"name": "video", "functions": functions, **described}
    validate(service)
    [stage] = deployment(service, SITES)
    assert stage["sites"]["edge-1"]["steering"]["client"]["chains"][0]["segments"] == ["fc00:1::1", "fc00:2::d4"]


def test_all_are_looked_at() -> None:
    assert len(TASKS) == 14
    assert len(LOADED) == len(SHOWN) == 6
