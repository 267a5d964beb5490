# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter to_service_model: text or data in, the model out, and what it cannot hold as warnings."""

from __future__ import annotations

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible_collections.superfluidity.nfv.plugins.filter.to_nemo import to_nemo
from ansible_collections.superfluidity.nfv.plugins.filter.to_service_model import FilterModule

to_service_model = FilterModule().filters()["to_service_model"]
SERVICE = "{name: s, functions: [{name: f, site: {role: core}, vdus: [{name: v, kind: vm}]}]}"


def test_text_and_data_are_the_same_and_warnings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _display, sentence: said.append(sentence))
    data = DataLoader().load(SERVICE)
    service = to_service_model(data)
    assert to_service_model(yaml.safe_dump(service)) == service == to_service_model(to_nemo(service))
    assert said == []
    vnf = {"vnf": {"name": "old", "colour": "red", "VNFC": [{"name": "vm", "vcpus": 1}]}}
    site = {"role": "edge"}
    assert to_service_model(vnf, format="openmano", default_site=site)["functions"][0]["site"] == site
    assert said == ["content: vnf.colour: of a VNF, colour is not used: the service model has no place for it"]


@pytest.mark.parametrize("wrong", ["", "a: b", [], {}, 5, None, "name: s", {"name": "s", "functions": []}, "\0", "CREATE Node"])
def test_what_is_none_is_one_sentence(wrong: object) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        to_service_model(wrong)
    assert "\n" not in str(refused.value)
