# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter to_campaign_report: a door to the library."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superfluidity.nfv.plugins.filter.to_campaign_report import FilterModule

to_campaign_report = FilterModule().filters()["to_campaign_report"]
ANSWER = "importance: {ram: 1.0}\nfindings: [{kind: gap, message: '3 samples fit no class'}]\n"


def test_ansibles_values_go_in() -> None:
    loader = DataLoader()
    html = to_campaign_report(loader.load(ANSWER), loader.load("cache"), loader.load("{seconds: 61}"), units=None)
    assert "3 samples fit no class" in html
    assert "<b>61</b>" in html
    assert html.__class__ is str


def test_nothing_given_is_an_empty_page() -> None:
    assert "<h1>x" in to_campaign_report({}, "x", [], [])


@pytest.mark.parametrize("given", [([], "x"), ({}, "x", [1]), ({}, "x", {}, "ms")])
def test_what_is_no_mapping_is_told(given: tuple[object, ...]) -> None:
    with pytest.raises(AnsibleFilterError, match=r"is no mapping; give what the module answered$"):
        to_campaign_report(*given)


@pytest.mark.parametrize(
    "answer",
    [
        {"configurations": 5},
        {"configurations": [{"class": "gold"}]},
        {"tree": {"class": "gold"}},
        {"rules": [1]},
        {"importance": {"ram": "much"}},
        {"counts": {"configurations": "many"}},
    ],
)
def test_what_no_module_answers_is_told(answer: dict[str, object]) -> None:
    with pytest.raises(AnsibleFilterError, match=r"is not what the modules answer .*; give it as it was registered$"):
        to_campaign_report(answer, "x")
