# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on NEMO shows a program, and what becomes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.nemo_statements import SPELLINGS
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.nemo_words import LINK_KINDS, ROLES, SITE_WORDS
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read

PAGE = (Path(__file__).parents[3] / "docs" / "nemo.md").read_text(encoding="utf-8")
[PROGRAM, MISTAKE] = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
[VNFD, _TASK, MODEL] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_program_becomes_the_model_that_is_shown() -> None:
    reading = read({"shop.nemo": PROGRAM.encode(), "vm.yaml": VNFD.encode()})
    assert reading.service == yaml.safe_load(MODEL)
    assert reading.format == "nemo"
    assert [one["message"] for one in reading.warnings] == ["no link ends in store.right, so it gets no port"]


def test_the_mistake_is_told_as_shown() -> None:
    with pytest.raises(InputError) as refused:
        read({"shop.nemo": PROGRAM.replace("VNFD: eth0", "VNFD: eth7").encode(), "vm.yaml": VNFD.encode()})
    assert f"{refused.value}\n" == MISTAKE


def test_every_type_and_spelling_is_named() -> None:
    words = {*ROLES, *LINK_KINDS, *SITE_WORDS, *SPELLINGS} - {"Connectionpoint", "TemplateInstance", "Actions", "Conditions"}
    assert {word for word in words - {"site-names"} if not re.search(rf"(`|Type ){word}(`| )", PAGE)} == set()
