# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The declared table against the published map of NITRO's resources and its list of errors, which lie beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro import refusals
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.netscaler_values import FORMS
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.netscaler.balancing import METHODS, PERSISTENCE
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.netscaler.resources import BINDINGS, RESOURCES
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.netscaler.table import Attribute, Resource

DATA = Path(__file__).parents[6] / "shared/data/nitro"
WITH_DATA = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: the facts of NITRO lie beside the checkout")
WORDS = {"yes_no": {"YES", "NO"}, "on_off": {"ON", "OFF"}, "switch": {"ENABLED", "DISABLED"}}
ATTRIBUTES = [(resource, item) for resource in RESOURCES.values() for item in resource.attributes if not item.means]
MAPPED = [(resource, item) for resource, item in ATTRIBUTES if resource.name != "vxlan"]
"""The map that is kept leaves VXLANs out."""


def known(name: str) -> Any:
    return json.loads((DATA / name).read_text("utf-8"))


def ids(item: object) -> str:
    return getattr(item, "name", "")


@WITH_DATA
@pytest.mark.parametrize(("resource", "item"), MAPPED, ids=ids)
def test_an_attribute_is_one_of_nitro(resource: Resource, item: Attribute) -> None:
    facts = known("nitro_resources_subset.json")[resource.name]
    fact = facts["readwrite_arguments"].get(item.key_added)
    assert fact is not None
    assert item.key_added in facts["add_payload_keys"] or item.name in ("hostname",)
    choices = set(fact.get("choices") or ())
    assert set(item.choices) <= choices
    assert item.form not in WORDS or choices == WORDS[item.form]
    kind = {"number": "int", "codes": "list"}.get(item.form, "str")
    assert fact["type"] == kind or item.form == "codes" or item.name in ("snmpthreshold",)
    if item.fixed and item.name not in ("type",):
        assert item.key_added in facts["immutable_keys"] or item.key not in facts["update_payload_keys"]
    else:
        assert item.key in facts["update_payload_keys"] or item.name in ("type", "hostname")


@WITH_DATA
def test_nothing_that_is_fixed_is_sent_in_an_update() -> None:
    facts = known("nitro_resources_subset.json")
    for resource, item in MAPPED:
        assert item.fixed or item.key_added not in facts[resource.name]["immutable_keys"], (resource.name, item.name)


@WITH_DATA
def test_all_methods_and_persistence_types_are_there() -> None:
    facts = known("nitro_resources_subset.json")["lbvserver"]["readwrite_arguments"]
    assert set(METHODS) == set(facts["lbmethod"]["choices"])
    assert set(PERSISTENCE) == set(facts["persistencetype"]["choices"])
    assert (len(METHODS), len(PERSISTENCE)) == (19, 14)


@WITH_DATA
@pytest.mark.parametrize("name", [name for name in BINDINGS if not name.startswith("vxlan")])
def test_a_binding_is_one_of_nitro(name: str) -> None:
    facts, (resource, binding) = known("nitro_resources_subset.json")[name], BINDINGS[name]
    keys = {item.key for item in binding.attributes if not item.means}
    assert keys <= set(facts["add_payload_keys"])
    assert binding.parent in facts["add_payload_keys"]
    assert {key for names in binding.identity for key in names} <= set(facts["delete_arg_keys"])
    parent = set(known("nitro_resources_subset.json")[resource.name]["update_payload_keys"])
    assert set(binding.update.values()) <= parent


@WITH_DATA
def test_error_codes_are_those_of_nitro() -> None:
    codes = known("nitro_error_codes.json")
    told = {*refusals.SESSION_OVER, *refusals.MISSING, refusals.BULK_FAILED, refusals.NO_ROLLBACK, *refusals.REMEDIES}
    assert {code for code in told if str(code) not in codes} == set()
    words = {code: codes[str(code)]["cells"][2].lower() for code in refusals.MISSING}
    missing = ("no such", "does not exist", "no service", "not bound", "not exist")
    assert {code for code, text in words.items() if not any(word in text for word in missing)} == set()


@WITH_DATA
def test_the_emulator_speaks_in_the_words_of_nitro() -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[5] / "roles/lab/files/nitro"))
    from nitro_emulator.errors import MESSAGES

    codes = known("nitro_error_codes.json")
    spoken = {code: words for code, words in MESSAGES.items() if code}
    assert {code: codes[str(code)]["cells"][2] for code in spoken} == spoken


def test_the_table_is_sound() -> None:
    """What the code relies on when it reads the table."""
    for resource, item in ATTRIBUTES:
        assert item.form in FORMS, (resource.name, item.name)
        assert not item.unit or resource.attribute(item.unit), (resource.name, item.name)
    for resource, binding in BINDINGS.values():
        keys = {item.key for item in binding.attributes}
        assert {key for names in binding.identity for key in names} <= keys, binding.name
        assert not binding.switch or set(binding.switch.shows) <= keys, binding.name
        assert all(item.binding in BINDINGS or not item.binding for item in resource.users)
    names = [[item.name for item in resource.attributes] for resource in RESOURCES.values()]
    assert all(len(set(items)) == len(items) for items in names)
