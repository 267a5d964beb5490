# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on radio networks: its examples run, its table of blocks is the data, its picture is the answer's."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.cran_blocks import BLOCKS
from ansible_collections.superfluidity.nfv.plugins.modules import energy_placement, rfb_placement

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/rfb-placement.md").read_text("utf-8")
MODULES = {"superfluidity.nfv.rfb_placement": rfb_placement, "superfluidity.nfv.energy_placement": energy_placement}
TASKS = [task for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) for task in yaml.safe_load(block)]


def answer(task: dict[str, Any]) -> dict[str, Any]:
    ((name, module),) = [(name, module) for name, module in MODULES.items() if name in task]
    return module.decide(module.SPEC.validated(task[name]), None)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["name"])
def test_an_example_is_answered(task: dict[str, Any]) -> None:
    assert answer(task)["status"] == "optimal"


def test_the_examples_are_found() -> None:
    assert len(TASKS) == 3
    assert answer(TASKS[1])["economics"]["break_even_fee"] > 0


def test_the_table_of_blocks_is_the_data() -> None:
    rows = re.findall(r"^\| ((?:PHY|MAC|RLC|PDCP|RRC|NAS)[^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)
    said = [
        (row.name, ", ".join(row.locations), f"{row.deadline} ms" if row.deadline else "—", row.scaling)
        for row in BLOCKS.values()
    ]
    assert rows == said


def test_the_picture_is_drawn_from_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOP / "tools"))
    spec = importlib.util.spec_from_file_location("rfb_picture", TOP / "tools/rfb_picture.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "rfb_picture", module)
    spec.loader.exec_module(module)
    assert (TOP / "docs/images/rfb.svg").read_text("utf-8") == module.drawn()
