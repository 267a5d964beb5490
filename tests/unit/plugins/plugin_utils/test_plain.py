# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's tagged values become Python's own."""

from __future__ import annotations

import datetime

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.plain import plain

YAML = "a: [1, 2.5, yes, null, {b: text}]\nc: 2020-01-02\n"


def types(value: object) -> set[type]:
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return {type(value)}.union(*(types(item) for item in inner))


def test_what_a_file_of_ansible_holds() -> None:
    loaded = DataLoader().load(YAML)
    assert types(loaded) - {dict, list, str, int, float, bool, type(None)}
    value = plain(loaded)
    assert value == {"a": [1, 2.5, True, None, {"b": "text"}], "c": "2020-01-02"}
    assert types(value) == {dict, list, str, int, float, bool, type(None)}


def test_what_a_template_answers() -> None:
    templar = Templar(DataLoader(), variables={"x": {"y": [trust_as_template("{{ 1 + 1 }}")]}})
    value = plain(templar.template(trust_as_template("{{ x }}")))
    assert value == {"y": [2]}
    assert types(value) == {dict, list, str, int}


@pytest.mark.parametrize(
    ("value", "expected"),
    [((1, 2), [1, 2]), ({"b", "a"}, ["a", "b"]), (datetime.datetime(2020, 1, 2, 3), "2020-01-02T03:00:00"), (True, True)],
)
def test_other_builtin_values(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_what_is_no_data() -> None:
    with pytest.raises(AnsibleError, match="a value of the type object cannot be used here"):
        plain({"a": object()})
