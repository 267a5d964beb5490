# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page on MEC placement shows is what the modules answer, and so are its tables and its picture."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_model import Weights
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_relocation import RULES
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_suitability import REQUIREMENTS
from ansible_collections.superfluidity.nfv.plugins.modules import mec_placement, mec_relocation

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/mec-placement.md").read_text(encoding="utf-8")
MODULES = {"superfluidity.nfv.mec_placement": mec_placement, "superfluidity.nfv.mec_relocation": mec_relocation}


def tasks(text: str) -> list[tuple[Any, dict[str, Any]]]:
    """The module and the options of each task in a text."""
    return [(MODULES[name], task[name]) for task in yaml.safe_load(text) for name in MODULES if name in task]


SHOWN = [one for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) for one in tasks(block)]


def answer(module: Any, options: dict[str, Any]) -> dict[str, Any]:
    return module.decide(module.SPEC.validated(options), None)


def table(head: str) -> list[list[str]]:
    """The cells of the rows below a head."""
    rows = PAGE.partition(head)[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize("module", MODULES.values(), ids=list(MODULES))
def test_the_module_s_examples_run(module: Any) -> None:
    for of_module, options in tasks(module.EXAMPLES):
        assert answer(of_module, options)


def test_the_first_placement_is_as_told() -> None:
    found = answer(*SHOWN[0])
    told = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])
    assert found["unserved"] == [told]
    assert found["optimal"]
    assert [one["host"] for one in found["placements"] if one["app"] == "cache"] == ["exchange"]


def test_after_the_failure_what_can_stay_stays() -> None:
    module, options = SHOWN[1]
    before = [one for one in answer(*SHOWN[0])["placements"] if one["app"] in {"cache", "alarm"}]
    found = answer(module, {**options, "current": before})
    assert found["moved"] == []
    assert found["stopped"] == [{"app": "alarm", "host": "mast"}]
    assert [one for one in found["placements"] if one["app"] == "cache"] == [one for one in before if one["app"] == "cache"]
    assert [(one["enb"], one["reason"]) for one in found["unserved"]] == [("enb5", "delay")]


def test_the_relocation_is_answered() -> None:
    assert answer(*SHOWN[2])["action"] == "emulated"


def test_the_weights_are_the_module_s() -> None:
    assert {name: float(value) for name, value in table("| weight | default |")} == asdict(Weights())


def test_the_reasons_are_in_the_order_in_which_they_are_tried() -> None:
    reasons = [name for name, _words in table("| `reason` | no host is left that |")]
    assert reasons == [*(one.reason for one in REQUIREMENTS), "licence", "capacity", "cost"]


def test_the_rules_are_the_module_s() -> None:
    rules = [tuple(cells) for cells in table("| rule | `action` | `state` |")]
    assert rules == [(rule.name, rule.action, rule.state) for rule in RULES]


def test_the_picture_is_drawn_from_today_s_answer(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(TOP / "tools/mec_picture.py"), str(tmp_path)], check=True, cwd=TOP)
    [drawn] = tmp_path.iterdir()
    kept = TOP / "docs/images" / drawn.name
    assert kept.read_text(encoding="utf-8") == drawn.read_text(encoding="utf-8"), "run tools/mec_picture.py"
    assert f"](images/{drawn.name})" in PAGE
