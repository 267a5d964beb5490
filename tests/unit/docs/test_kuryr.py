# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on Kuryr says what the role's tables say, and names variables that it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/kuryr.md").read_text(encoding="utf-8")
ROLE = TOP / "roles/kuryr"
TITLES = {"default": "", "amphora": "Amphora", "ovn": "OVN"}
BACKENDS = yaml.safe_load((ROLE / "vars/main/backends.yml").read_text())["kuryr_backends"]
OPTIONS = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
KNOWN = {name for path in ROLE.glob("vars/main/*.yml") for name in yaml.safe_load(path.read_text())} | {"kuryr_manifests"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_table_of_back_ends_is_the_roles(backend):
    (row,) = re.findall(rf"^\| `{backend}`.*", PAGE, re.MULTILINE)
    trunks, owner, octavia, upstream = (cell.strip() for cell in row.split("|")[2:-1])
    of_role = BACKENDS[backend]
    providers = ", ".join(filter(None, (TITLES[provider] for provider in of_role["octavia"])))
    assert (trunks == "yes", owner.strip("`"), octavia, upstream) == (
        of_role["trunks"],
        of_role["subport_owner"],
        providers,
        of_role["upstream"],
    )


def test_variables_of_the_page_are_the_roles():
    named = set(re.findall(r"\b(kuryr_[a-z_]+)\b", PAGE)) - {"kuryr_port_pool"}
    assert named <= set(OPTIONS) | KNOWN
    assert len(named) > 20


def test_examples_say_choices_that_are_there():
    examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    for example in examples:
        given = example[0]["roles"][0] if isinstance(example, list) else example
        for name, value in given.items():
            assert name == "role" or value in OPTIONS[name].get("choices", [value])


def test_files_of_the_page_are_those_that_are_rendered():
    files = yaml.safe_load((ROLE / "vars/main/manifests.yml").read_text())["kuryr_files"]
    assert re.findall(r"^\| `([\w-]+\.yaml)`", PAGE, re.MULTILINE) == [one["name"] for one in files]
