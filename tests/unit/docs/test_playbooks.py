# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the playbooks lists the variables that they take, all of them and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/playbooks.md").read_text(encoding="utf-8")
ROLES = [folder.name for folder in (TOP / "roles").iterdir()]
MAGIC = re.compile(r"ansible_\w+|nfv_\w+|groups|hostvars|lookup|playbook_dir|range")
OF_ROLES = {"service_report_found_in", "service_report_placement"}
"""What one role hands on to another, and nobody sets."""
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \|", re.MULTILINE)


def described(playbook: str) -> dict[str, str]:
    """The variables in the table of a playbook, with their defaults."""
    section = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    return dict(ROW.findall(next(text for text in section if text.startswith(f"{playbook}\n"))))


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth; the items of a list have the key of the list."""
    for key, child in value.items() if isinstance(value, dict) else ():
        for item in child if isinstance(child, list) else [child]:
            yield key, item
            yield from walk(item)


def entries(playbook: str) -> list[tuple[str, Any]]:
    return list(walk({"plays": yaml.safe_load((TOP / f"playbooks/{playbook}.yml").read_text(encoding="utf-8"))}))


def given(playbook: str) -> set[str]:
    """What the playbook itself sets, for its roles or for its own templates."""
    found = entries(playbook)
    return {"item", "omit", *(name for key, value in found if key == "vars" for name in value)} | {
        name for key, name in found if key in {"loop_var", "register"}
    }


def used(playbook: str) -> set[str]:
    """What its templates take from outside: neither Ansible nor the playbook nor one of the roles sets it."""
    texts = [(key, value) for key, value in entries(playbook) if isinstance(value, str)]
    templates = [f"{{{{ {value} }}}}" if key == "when" else value for key, value in texts if key == "when" or "{{" in value]
    parse = jinja2.Environment(autoescape=False).parse
    names = {node.name for text in templates for node in parse(text).find_all(jinja2.nodes.Name) if node.ctx == "load"}
    names -= {node.name for text in templates for node in parse(text).find_all(jinja2.nodes.Name) if node.ctx == "store"}
    by_roles = tuple(f"{role}_" for role in ROLES)
    return {name for name in names - given(playbook) if not MAGIC.fullmatch(name) and not name.startswith(by_roles)}


def options(playbook: str) -> dict[str, dict[str, Any]]:
    """The options of the playbook's roles that it leaves open, but for those of which a role alone makes use."""
    roles = {str(value).removeprefix("superfluidity.nfv.") for key, value in entries(playbook) if key in ("name", "role")}
    specs = [
        yaml.safe_load((TOP / f"roles/{role}/meta/argument_specs.yml").read_text(encoding="utf-8")) for role in roles & {*ROLES}
    ]
    found = {name: option for spec in specs for name, option in spec["argument_specs"]["main"]["options"].items()}
    return {name: option for name, option in found.items() if name not in given(playbook) | OF_ROLES}


@pytest.mark.parametrize("playbook", ["deploy", "terminate", "service_info", "verify", "characterise", "lab"])
def test_the_table_has_what_the_playbook_takes(playbook: str) -> None:
    assert set(described(playbook)) == used(playbook) | set(options(playbook))


@pytest.mark.parametrize("playbook", ["deploy", "terminate", "service_info", "verify", "lab"])
def test_the_defaults_are_those_of_the_roles(playbook: str) -> None:
    """An empty default has a meaning, which the page gives in its place."""
    shown = described(playbook)
    for name, option in options(playbook).items():
        if "default" in option and option["default"] != "":
            assert shown[name] == f"`{option['default']}`".replace("True", "true").replace("False", "false"), name


def test_every_playbook_has_a_section() -> None:
    playbooks = {path.stem for path in (TOP / "playbooks").glob("*.yml")} - {"require_sites"}
    assert playbooks == set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE))
