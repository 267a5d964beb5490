# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter to_nemo: a door to the library that also warns."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible_collections.superfluidity.nfv.plugins.filter.to_nemo import FilterModule

to_nemo = FilterModule().filters()["to_nemo"]
SERVICE = "{name: s, version: '1', functions: [{name: f, vdus: [{name: v, kind: vm}]}]}"


def test_ansibles_values_go_in_and_text_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _display, sentence: said.append(sentence))
    assert to_nemo(DataLoader().load(SERVICE)).splitlines()[:2] == ["CREATE NodeModel f-vnf;", "  Node v Type host;"]
    assert said == ["NEMO has no words for version; it is left out"]


def test_wrong_input_is_one_sentence() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^service: the key functions is missing$"):
        to_nemo({"name": "s"})
