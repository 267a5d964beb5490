# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter to_heat: a door to the library."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.superfluidity.nfv.plugins.filter.to_heat import FilterModule

to_heat = FilterModule().filters()["to_heat"]
SERVICE = "name: s\nfunctions: [{name: f, site: {role: edge}, vdus: [{name: v, kind: vm, vcpus: 1}]}]\n"


def test_ansibles_values_go_in_and_plain_ones_come_out() -> None:
    service = DataLoader().load(SERVICE)
    flavors = DataLoader().load("[{name: tiny, vcpus: 1, ram: 1, disk: 1}]")
    template = to_heat(service, {"name": "edge-1", "role": "edge"}, flavors=flavors, sites=[{"name": "edge-1", "role": "edge"}])
    assert template["parameters"]["flavor_f.v"]["default"] == "tiny"
    assert template["resources"]["server_f.v"]["properties"]["metadata"]["superfluidity.nfv:vdu"].__class__ is str


def test_a_site_may_be_a_name_beside_a_role() -> None:
    service = DataLoader().load(SERVICE)
    assert list(to_heat(service, "edge-1", role="edge")["resources"]) == ["server_f.v"]
    assert to_heat(service, "edge-1", role="edge", functions=[])["resources"] == {}


@pytest.mark.parametrize(
    ("service", "site", "sentence"),
    [
        ({"name": "s"}, {"name": "e", "role": "edge"}, "^service: the key functions is missing$"),
        (None, {"name": "e", "role": "edge"}, "^service: None is not of the type object$"),
        ({}, "e", "^the site e needs a role, one of core, edge, cran$"),
    ],
)
def test_wrong_input_is_one_sentence(service: object, site: object, sentence: str) -> None:
    with pytest.raises(AnsibleFilterError, match=sentence):
        to_heat(service, site)


def test_wrong_sites_are_one_sentence() -> None:
    with pytest.raises(AnsibleFilterError, match="needs a role"):
        to_heat({}, {"name": "e", "role": "edge"}, sites=["e"])
