# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs merge as values."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.options import KUBERNETES, OPENSTACK

ONE = ArgumentSpec({"a": {"type": "str"}}, mutually_exclusive=(("a", "b"),))
TWO = ArgumentSpec({"b": {"type": "int"}, "a": {"type": "int"}}, required_if=(("a", 1, ("b",)),))


def test_a_later_option_wins_and_rules_add_up() -> None:
    merged = ONE.merge(TWO)
    assert merged.argument_spec == {"a": {"type": "int"}, "b": {"type": "int"}}
    assert merged.mutually_exclusive == (("a", "b"),)
    assert merged.required_if == (("a", 1, ("b",)),)
    assert ONE.argument_spec == {"a": {"type": "str"}}


def test_what_ansible_gets_is_its_own_to_write_in() -> None:
    kwargs = ONE.to_kwargs()
    kwargs["argument_spec"]["a"]["type"] = "changed"
    kwargs["mutually_exclusive"][0].append("c")
    assert ONE.to_kwargs()["argument_spec"] == {"a": {"type": "str"}}
    assert ONE.to_kwargs()["mutually_exclusive"] == [["a", "b"]]


def test_what_openstack_and_kubernetes_share_means_the_same() -> None:
    shared = OPENSTACK.argument_spec.keys() & KUBERNETES.argument_spec.keys()
    assert shared == {"validate_certs", "ca_cert"}
    assert all(OPENSTACK.argument_spec[name] == KUBERNETES.argument_spec[name] for name in shared)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"weights": 5}, "weights: 5 is not a mapping; give cost by name"),
        ({"hosts": [{"name": "a"}, 7]}, "hosts[1]: 7 is not a mapping; give name, delay by name"),
        ({"hosts": 7}, "hosts[0]: 7 is not a mapping; give name, delay by name"),
        ({"hosts": [{"delay": [1]}]}, "hosts[0].delay: [1] is not a mapping; give maximum by name"),
    ],
)
def test_a_mapping_that_is_none_is_named(options: dict[str, object], sentence: str) -> None:
    delay = {"type": "dict", "options": {"maximum": {"type": "float"}}}
    host = {"name": {"type": "str"}, "delay": delay}
    spec = ArgumentSpec(
        {
            "weights": {"type": "dict", "options": {"cost": {"type": "float"}}},
            "hosts": {"type": "list", "elements": "dict", "options": host},
        }
    )
    with pytest.raises(InputError) as refused:
        spec.validated(options)
    assert str(refused.value) == sentence


def test_an_option_that_is_not_there_is_named_as_such() -> None:
    with pytest.raises(InputError, match=r"^there is no option colour\. Supported parameters include: size\.?$"):
        ArgumentSpec({"size": {"type": "int"}}).validated({"colour": 1})
