# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on load balancing: its table is that of the modules, its examples are taken."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.filter.firewall_balancers import EXAMPLES as FIREWALLS
from ansible_collections.superfluidity.nfv.plugins.filter.firewall_balancers import firewall_balancers
from ansible_collections.superfluidity.nfv.plugins.filter.to_nitro import EXAMPLES as NITRO
from ansible_collections.superfluidity.nfv.plugins.filter.to_nitro import to_nitro
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import load_balancer_options as options
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import validate
from ansible_collections.superfluidity.nfv.plugins.modules import (
    haproxy_load_balancer,
    netscaler_load_balancer,
    octavia_load_balancer,
)

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/load-balancing.md").read_text("utf-8")
ROLE, APPLIANCE, FILTERED, GATE, SERVICE = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
MODULES = {"haproxy": haproxy_load_balancer, "octavia": octavia_load_balancer, "netscaler": netscaler_load_balancer}
TASKS = [(back_end, task) for back_end, module in MODULES.items() for task in yaml.safe_load(module.EXAMPLES)]


def test_the_table_is_that_of_the_modules() -> None:
    made = runpy.run_path(str(TOP / "tools/load_balancer_table.py"))
    assert made["with_table"](PAGE) == PAGE, "run tools/load_balancer_table.py"
    assert PAGE.count("| `least_connections` | `leastconn` | `LEAST_CONNECTIONS` | `LEASTCONNECTION` |") == 1


@pytest.mark.parametrize(("back_end", "task"), TASKS, ids=lambda one: one if isinstance(one, str) else one["name"])
def test_examples_of_modules_are_taken(back_end: str, task: dict[str, Any]) -> None:
    taken = MODULES[back_end].SPEC.validated(task[f"superfluidity.nfv.{back_end}_load_balancer"])
    if taken["state"] == "present":
        assert options.describe(taken, back_end).listeners[0].members


def test_the_example_of_the_role_is_taken_and_octavia_refuses_what_the_page_says() -> None:
    [role] = ROLE[0]["roles"]
    [described] = role["vars"]["load_balancer_balancers"]
    spec = ArgumentSpec(options.OPTIONS)
    assert options.describe(spec.validated(described), "haproxy").name == "web"
    with pytest.raises(options.InputError, match=r"octavia has no such option: leave limits\.member_connections out"):
        options.describe(spec.validated(described), "octavia")
    with pytest.raises(options.InputError, match=r"netscaler has no such option: leave timeouts\.connect out"):
        options.describe(spec.validated(described), "netscaler")
    del described["limits"]["member_connections"]
    assert options.describe(spec.validated(described), "octavia").name == "web"


def test_the_example_at_a_netscaler_is_taken_and_its_names_are_those_of_the_page() -> None:
    [role] = APPLIANCE[0]["roles"]
    [described] = role["vars"]["load_balancer_balancers"]
    names = {one["name"]: one["attributes"] for one in to_nitro(described)}
    assert "web.http@superfluidity.nfv" in names
    assert f"`{names['web']['comment']}`" in PAGE
    defaults = yaml.safe_load((TOP / "roles/load_balancer/defaults/main.yml").read_text("utf-8"))
    assert set(role["vars"]) <= set(defaults)


def test_the_examples_of_filters_are_taken() -> None:
    for text in (FILTERED, yaml.safe_load(NITRO)):
        assert to_nitro(text[0]["vars"]["web"])[-1]["resource"] == "lbvserver_servicegroup_binding"
    for described in (GATE[0]["vars"]["gate"], yaml.safe_load(FIREWALLS)[0]["vars"]["firewalls"]):
        assert [len(side["members"]) for side in firewall_balancers(described).values()] == [2, 2]


def test_the_service_is_one() -> None:
    validate(SERVICE)
