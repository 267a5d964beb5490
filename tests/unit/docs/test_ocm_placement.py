# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page on placing service chains shows is what the module answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.switching import COMBINED, profiles, server_cost
from ansible_collections.superfluidity.nfv.plugins.modules import ocm_placement

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/ocm-placement.md").read_text(encoding="utf-8")
MODULE = "superfluidity.nfv.ocm_placement"
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
SHOWN = [task[MODULE] for block in BLOCKS if isinstance(block, list) for task in block]
EXAMPLES = [task[MODULE] for task in yaml.safe_load(ocm_placement.EXAMPLES)]


def answer(task: dict[str, Any]) -> dict[str, Any]:
    return ocm_placement.decide(ocm_placement.SPEC.validated(task), Files())


def row(start: str) -> list[str]:
    """The cells of the table's row that starts like this."""
    [line] = [line for line in PAGE.splitlines() if line.startswith(f"| {start} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def numbers(cell: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", cell.replace("−", "-"))]


def test_the_first_answer_is_as_shown() -> None:
    [shown] = [block for block in BLOCKS if isinstance(block, dict)]
    assert answer(SHOWN[0])["placements"] == [shown]
    assert SHOWN[0] == EXAMPLES[0]


@pytest.mark.parametrize("task", [*SHOWN, *EXAMPLES])
def test_every_task_shown_is_carried_out(task: dict[str, Any]) -> None:
    found = answer(task)
    assert found["totals"]["rejected"] == 0
    assert found["warnings"] == []


def test_the_sentence_of_a_rejection_is_the_modules() -> None:
    small = {**SHOWN[0], "servers": [{"name": "s1", "cpu": 2}]}
    small["chains"] = [{"name": "web", "pps": 500000, "functions": [{"name": "fw", "cpu": 1}, {"name": "cache", "cpu": 3}]}]
    assert f"*{answer(small)['placements'][0]['reason']}*" in " ".join(PAGE.split())


@pytest.mark.parametrize("name", profiles())
def test_the_profiles_are_as_shown(name: str) -> None:
    one = profiles()[name]
    assert [numbers(cell)[0] for cell in row(f"`{name}`")[2:]] == [one.alpha, one.beta, one.gamma, round(one.cost(10, 1e6), 2)]


@pytest.mark.parametrize("normalisation", COMBINED)
def test_the_normalisations_are_as_shown(normalisation: str) -> None:
    kernel = profiles()["kernel-100"]
    *_words, copies, beside = row(f"`{normalisation}`")
    told = [server_cost(kernel, normalisation, [(4, 1e6)] * number) for number in range(1, 5)]
    assert numbers(copies) == [round(one, 2) for one in told]
    told = [server_cost(kernel, normalisation, parts) for parts in ([(8, 1e6)], [(8, 1e6), (1, 1e4)])]
    assert numbers(beside) == [round(one, 2) for one in told]
