# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter to_kubernetes: a door to the library."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superfluidity.nfv.plugins.filter.to_kubernetes import FilterModule

to_kubernetes = FilterModule().filters()["to_kubernetes"]
SERVICE = """
name: s
functions: [{name: f, vdus: [{name: p, kind: pod, descriptor: p.yaml}]}]
documents:
  p.yaml: |
    {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}
"""


def test_ansibles_values_go_in_and_plain_ones_come_out() -> None:
    objects = to_kubernetes(DataLoader().load(SERVICE), "core-1", role="core", sites=[{"name": "core-1", "role": "core"}])
    assert [one["kind"] for one in objects] == ["Namespace", "Pod"]
    assert objects[1]["metadata"]["name"].__class__ is str
    assert to_kubernetes(DataLoader().load(SERVICE), "core-1", role="core", functions=[]) == []


def test_wrong_input_is_one_sentence() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^service: the key functions is missing$"):
        to_kubernetes({"name": "s"}, {"name": "e", "role": "edge"})
    with pytest.raises(AnsibleFilterError, match=r"^p\.yaml: every object needs an apiVersion and a kind$"):
        to_kubernetes(DataLoader().load(SERVICE.replace("apiVersion: v1, ", "")), "c", role="core")
