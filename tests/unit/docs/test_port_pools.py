# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on port pools: its examples fit the modules, its traps have tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.options import PORT_POOL
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import validate
from ansible_collections.superfluidity.nfv.plugins.module_utils.portpool.nodes import expand_pools
from ansible_collections.superfluidity.nfv.plugins.modules import kuryr_port_pool, kuryr_port_pool_info, pool_watch

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/port-pools.md").read_text("utf-8")
MODULES = {"kuryr_port_pool": kuryr_port_pool, "kuryr_port_pool_info": kuryr_port_pool_info, "pool_watch": pool_watch}
SPECS: dict[str, ArgumentSpec] = {f"superfluidity.nfv.{name}": module.SPEC for name, module in MODULES.items()}
NODES = [{"name": "n", "address": "10.0.0.1", "labels": {"pod_vif": kind}} for kind in ("nested-vlan", "neutron-vif")]


def tasks(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The modules that YAML calls, with their options."""
    for item in yaml.safe_load(text):
        yield from ((name, item[name]) for name in SPECS if name in item)
        for source in item.get("sources", ()):
            yield from ((name, {"duration": 0, **source[name]}) for name in SPECS if name in source)


BLOCKS = [block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "superfluidity.nfv." in block]
TASKS = [task for text in [*BLOCKS, *(module.EXAMPLES for module in MODULES.values())] for task in tasks(text)]


@pytest.mark.parametrize(("module", "options"), TASKS)
def test_an_example_fits_its_module(module: str, options: dict[str, Any]) -> None:
    checked = SPECS[module].validated({name: value for name, value in options.items() if name != "keep"})
    if module == "superfluidity.nfv.kuryr_port_pool":
        assert expand_pools(checked, PORT_POOL.argument_spec, NODES)
    for pool in checked.get("pools") or ():
        PORT_POOL.validated({name: value for name, value in pool.items() if value is not None})


def test_the_examples_are_found() -> None:
    assert len(BLOCKS) >= 4
    assert len(TASKS) >= 8


def test_the_vm_with_a_pool_is_of_a_valid_service() -> None:
    (block,) = [block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if block.startswith("vdus:")]
    function = {"name": "cache", **yaml.safe_load(block), "connection_points": [{"name": "users", "vdu": "cache-vm"}]}
    validate({"name": "video", "functions": [function], "links": [{"name": "access", "endpoints": ["cache.users"]}]})


def test_each_trap_of_the_page_has_a_test_of_its_number() -> None:
    rows = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    tested = (TOP / "tests/integration/pools/test_traps.py").read_text("utf-8")
    assert rows == list(range(1, 16))
    assert {int(number) for number in re.findall(r"def test_trap_(\d+)_", tested)} == set(rows)
