# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the service model says what the schema says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import SCHEMA, validate

PAGE = (Path(__file__).parents[3] / "docs" / "service-model.md").read_text(encoding="utf-8")
DEFINITIONS = json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_the_example_is_valid() -> None:
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    services = [block for block in blocks if isinstance(block, dict)]
    assert len(services) == 1
    validate(services[0])


@pytest.mark.parametrize("of", [None, "function", "vdu", "connection_point", "link"])
def test_every_key_is_explained(of: str | None) -> None:
    known = (DEFINITIONS["$defs"][of] if of else DEFINITIONS)["properties"]
    rows = " ".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `"))
    assert {key for key in known if f"`{key}`" not in rows} == set()
