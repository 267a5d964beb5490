# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter with_templates: a door to the library."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superfluidity.nfv.plugins.filter.with_templates import FilterModule

with_templates = FilterModule().filters()["with_templates"]
SERVICE = "name: s\nfunctions: [{name: f, vdus: [{name: v, kind: vm, vcpus: 1}]}]\n"


def test_ansibles_values_go_in_and_plain_ones_come_out() -> None:
    loader = DataLoader()
    given = with_templates(loader.load(SERVICE), loader.load("{f: {templates: {gold: {vcpus: 2}}}}"), "gold")
    assert given["sla"] == {"class": "gold", "templates": {"f": {"gold": {"vcpus": 2}}}}
    assert given["sla"]["class"].__class__ is str


def test_nothing_given_changes_nothing() -> None:
    service = DataLoader().load(SERVICE)
    assert with_templates(service, {}, "") == service


def test_wrong_input_is_one_sentence() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^templates\.f: templates by class are expected here"):
        with_templates(DataLoader().load(SERVICE), {"f": []}, "gold")
