# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on descriptors: its blocks say the same, and its mistake is told as shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import LANGUAGES, read

PAGE = (Path(__file__).parents[3] / "docs" / "descriptors.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## One service in every language")[2].partition("## What each language can say")[0]
BLOCKS = re.findall(r"### `(\w+)`|```(yaml|json|xml|text)\n(.*?)```", SECTION, re.DOTALL)


def blocks() -> list[tuple[str, str, str]]:
    """(language, syntax, text) of each block of the section."""
    found, language = [], ""
    for heading, syntax, text in BLOCKS:
        language = heading or language
        if text:
            found.append((language, syntax, text))
    return found


def core(service: dict) -> dict:
    """What the service of the page consists of; names of interfaces and the like are more in some languages."""
    (function,) = service["functions"]
    (vdu,) = function["vdus"]
    return {
        "name": service["name"],
        "function": function["name"],
        "vdu": {key: vdu[key] for key in ("name", "kind", "image", "vcpus", "memory")},
        "points": sorted(point["name"] for point in function["connection_points"]),
        "links": sorted((link["name"], link["kind"], *link["endpoints"]) for link in service["links"]),
    }


@pytest.mark.parametrize(("language", "syntax", "text"), blocks(), ids=[f"{one[0]} {one[1]}" for one in blocks()])
def test_every_block_is_the_same_service(language: str, syntax: str, text: str) -> None:
    reading = read({f"portal.{syntax}": text.encode()})
    assert reading.format == language
    assert core(reading.service) == {
        "name": "portal",
        "function": "portal",
        "vdu": {"name": "vm", "kind": "vm", "image": "ubuntu", "vcpus": 1, "memory": 1024},
        "points": ["mgmt", "users"],
        "links": [("mgmt", "lan", "portal.mgmt"), ("users", "lan", "portal.users")],
    }


def test_every_language_has_a_block() -> None:
    assert {language for language, _syntax, _text in blocks()} == set(LANGUAGES)


def test_the_mistake_is_told_as_shown() -> None:
    text = "vnfd:\n  id: a\n  df: []\n  vdu:\n    - id: v\n\n\n      virtual-compute-desc: large\n"
    with pytest.raises(InputError) as refused:
        read({"vnfd.yaml": text.encode()})
    assert f"```text\n{refused.value}\n```" in PAGE
