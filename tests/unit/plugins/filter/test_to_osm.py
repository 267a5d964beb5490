# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``to_osm``: plain data in and out, and one sentence for what is wrong."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.superfluidity.nfv.plugins.filter.to_osm import FilterModule, to_osm

SERVICE = {"name": "a", "functions": [{"name": "f", "vdus": [{"name": "v", "kind": "vm"}]}]}


def test_it_is_known_by_its_name() -> None:
    assert FilterModule().filters() == {"to_osm": to_osm}


def test_it_answers_descriptors_of_either_style() -> None:
    assert to_osm(SERVICE)["vnfds"]["f"]["vnfd"]["id"] == "f"
    assert to_osm(SERVICE, "r2", provider="us")["nsd"]["nsd:nsd-catalog"]["nsd"][0]["vendor"] == "us"


@pytest.mark.parametrize(
    ("service", "style", "sentence"),
    [(SERVICE, "r3", "the style r3 is none of sol006, r2"), ({"name": "a"}, "r2", "the key functions is missing")],
)
def test_what_is_wrong_is_one_sentence(service: dict, style: str, sentence: str) -> None:
    with pytest.raises(AnsibleFilterError, match=sentence):
        to_osm(service, style)
