# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on templates: its examples run and give what it says, its pictures are those that are drawn."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.modules.template_optimise import EXAMPLES, SPEC, decide

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/templates.md").read_text("utf-8")
NAME = "superfluidity.nfv.template_optimise"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
TASKS = [task[NAME] for text in (*BLOCKS, EXAMPLES) for task in yaml.safe_load(text) if NAME in task]
IN_INFLUXDB = [options for options in TASKS if "influxdb" in options]
"""These run in ``test_influxdb.py``, where there are servers for them."""

sys.path.append(str(TOP / "tests/unit/plugins/module_utils/characterisation"))

import figures  # noqa: E402


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the page tells to make."""
    path = tmp_path_factory.mktemp("page") / "campaign.csv"
    [script] = re.findall(r"python3 (\S+figures\.py) campaign\.csv", PAGE)
    subprocess.run([sys.executable, str(TOP / script), str(path)], check=True)
    return path


@pytest.mark.parametrize("options", [one for one in TASKS if one not in IN_INFLUXDB])
def test_an_example_runs_and_gives_the_deliverables_templates(options: dict[str, Any], campaign: Path) -> None:
    answer = decide(SPEC.validated(options), Files(lambda name: str(campaign.parent / name)))
    cheapest = {name: (cost, {**table, **options.get("fixed", {})}) for name, (cost, table) in figures.EXPECTED.items()}
    for name, (cost, template) in cheapest.items():
        assert answer["costs"][name] == cost
        assert answer["templates"][name].items() <= template.items()


def test_the_page_shows_the_answer(campaign: Path) -> None:
    answer = decide(SPEC.validated(TASKS[0]), Files(lambda name: str(campaign.parent / name)))
    templates, rules = answer["templates"], {one["class"]: " and ".join(one["conditions"]) for one in answer["rules"]}
    rows = {"": [f"`{name}`" for name in templates], "cost": answer["costs"].values()}
    rows |= {f"`{key}`": [one[key] for one in templates.values()] for key in templates["class_A"]}
    rows["by the rule"] = [f"`{rules[name]}`" for name in templates]
    assert len(rules) == len(answer["rules"]) == len(templates) == 3
    for name, cells in rows.items():
        assert f"| {' | '.join([name, *map(str, cells)])} |".replace("|  |", "| |") in PAGE


def test_the_tasks_are_found() -> None:
    assert (len(TASKS), len(IN_INFLUXDB)) == (6, 3)


def test_the_pictures_are_those_that_are_drawn(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(TOP / "tools/template_pictures.py"), str(tmp_path)], check=True)
    drawn = sorted(tmp_path.iterdir())
    names = [f"{page}-{what}.svg" for page in ("characterisation", "templates") for what in ("campaign", "tree")]
    assert [path.name for path in drawn] == names
    for path in drawn:
        assert path.read_text("utf-8") == (TOP / "docs/images" / path.name).read_text("utf-8")
        ElementTree.parse(path)
        page = TOP / "docs" / f"{path.stem.partition('-')[0]}.md"
        assert f"images/{path.name}" in page.read_text("utf-8")
