# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter to_network: a door to the library that also warns."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible_collections.superfluidity.nfv.plugins.filter.to_network import FilterModule

to_network = FilterModule().filters()["to_network"]
SERVICE = """
name: s
functions:
  - name: f
    vdus: [{name: v, kind: vm}]
    connection_points: [{name: a, vdu: v}, {name: b, vdu: v}]
links: [{name: x, endpoints: [f.a]}, {name: y, endpoints: [f.b]}]
access_points: [{name: outside, link: x}]
policies: [{name: arrives, formula: AF delivered}]
"""


def test_ansibles_values_go_in_and_plain_ones_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _display, sentence: said.append(sentence))
    answer = to_network(DataLoader().load(SERVICE))
    assert answer["network"]["links"] == [["f.a", "outside.link"]]
    assert answer["policies"][0]["name"].__class__ is str
    assert said == answer["warnings"]
    assert len(said) == 1


def test_wrong_input_is_one_sentence() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^service: the key functions is missing$"):
        to_network({"name": "s"})
