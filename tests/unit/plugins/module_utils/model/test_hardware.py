# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hardware in the words of Nova, and the flavors that have it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model import hardware as words
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.flavors import choose_flavor
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.hardware import hardware_of, hardware_specs, joined
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import SCHEMA
from hypothesis import given, settings
from hypothesis import strategies as st

ALL = {
    "numa_nodes": 2,
    "cpu_thread_policy": "isolate",
    "traits": ["HW_CPU_X86_AVX2", "CUSTOM_FAST"],
    "resources": {"VGPU": 1, "CUSTOM_CARD": 3},
    "devices": [{"alias": "gpu", "count": 2}, {"alias": "fpga"}],
}
SPECS = {
    "hw:numa_nodes": "2",
    "hw:cpu_thread_policy": "isolate",
    "trait:HW_CPU_X86_AVX2": "required",
    "trait:CUSTOM_FAST": "required",
    "resources:VGPU": "1",
    "resources:CUSTOM_CARD": "3",
    "pci_passthrough:alias": "gpu:2,fpga:1",
}
HARDWARE = st.fixed_dictionaries(
    {},
    optional={
        "numa_nodes": st.integers(1, 8),
        "cpu_thread_policy": st.sampled_from(words.THREAD_POLICIES),
        "traits": st.lists(st.sampled_from(["HW_CPU_X86_AVX2", "CUSTOM_A", "COMPUTE_NODE"]), min_size=1, unique=True),
        "resources": st.dictionaries(st.sampled_from(["VGPU", "FPGA", "CUSTOM_B"]), st.integers(1, 9), min_size=1),
        "devices": st.lists(
            st.fixed_dictionaries({"alias": st.sampled_from(["gpu", "a_1", "x.y-z"]), "count": st.integers(1, 4)}),
            min_size=1,
            unique_by=lambda one: one["alias"],
        ),
    },
)


def test_nova_is_told_in_its_own_words() -> None:
    assert hardware_specs(ALL) == SPECS
    assert hardware_specs({}) == {}


@settings(max_examples=50)
@given(HARDWARE)
def test_extra_specs_say_the_same_hardware(hardware: dict[str, Any]) -> None:
    parts = [hardware_of(spec, value) for spec, value in hardware_specs(hardware).items()]
    assert joined([part for part in parts if part is not None]) == hardware


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("hw:numa_nodes", "0"),
        ("hw:numa_nodes", "two"),
        ("hw:cpu_thread_policy", "avoid"),
        ("trait:HW_CPU_X86_AVX2", "forbidden"),
        ("trait:AVX2", "required"),
        ("resources:VCPU", "4"),
        ("resources:VGPU", "all"),
        ("pci_passthrough:alias", "gpu"),
        ("pci_passthrough:alias", "gpu:1;fpga:1"),
        ("hw:watchdog_action", "reset"),
    ],
)
def test_what_is_no_hardware_of_the_model_is_not_taken_for_it(spec: str, value: str) -> None:
    assert hardware_of(spec, value) is None


def test_the_schema_has_the_names_that_are_read() -> None:
    keys = json.loads(SCHEMA.read_text("utf-8"))["$defs"]["hardware"]["properties"]
    assert keys["traits"]["items"]["pattern"] == f"^{words.TRAIT_NAME.pattern}$"
    assert keys["resources"]["propertyNames"]["pattern"] == f"^({words.RESOURCE_NAME.pattern})$"
    assert tuple(keys["cpu_thread_policy"]["enum"]) == words.THREAD_POLICIES
    assert re.compile(keys["devices"]["items"]["properties"]["alias"]["pattern"])


def flavor(name: str, vcpus: int = 1, **specs: str) -> dict[str, Any]:
    return {"name": name, "vcpus": vcpus, "ram": 1024, "disk": 1, "extra_specs": specs}


FLAVORS = [
    flavor("plain"),
    flavor("one", 2, **{"resources:VGPU": "1", "pci_passthrough:alias": "gpu:1"}),
    flavor("two", 4, **{"resources:VGPU": "2", "pci_passthrough:alias": "fpga:1,gpu:3"}),
    flavor("broken", 3, **{"resources:VGPU": "many", "pci_passthrough:alias": "gpu"}),
    flavor("numa", 8, **{"hw:numa_nodes": "2", "trait:HW_CPU_X86_AVX2": "required"}),
    flavor("shunned", 7, **{"trait:HW_CPU_X86_AVX2": "forbidden"}),
]
CHOICES: list[tuple[dict[str, Any], str | None]] = [
    ({"resources": {"VGPU": 1}}, "one"),
    ({"resources": {"VGPU": 2}}, "two"),
    ({"devices": [{"alias": "gpu", "count": 2}]}, "two"),
    ({"devices": [{"alias": "gpu"}, {"alias": "fpga"}]}, "two"),
    ({"traits": ["HW_CPU_X86_AVX2"]}, "numa"),
    ({"numa_nodes": 2}, "numa"),
    ({"numa_nodes": 1}, None),
    ({"resources": {"VGPU": 3}}, None),
    ({"traits": ["HW_CPU_X86_AVX2"], "resources": {"VGPU": 1}}, None),
]


@pytest.mark.parametrize(("hardware", "name"), CHOICES)
def test_a_flavor_has_the_hardware_that_is_asked_for(hardware: dict[str, Any], name: str | None) -> None:
    vdu = {"name": "vm", "vcpus": 1, "hardware": hardware}
    if name is not None:
        assert choose_flavor(vdu, FLAVORS) == name
        return
    with pytest.raises(InputError, match="no flavor of the site holds vm"):
        choose_flavor(vdu, FLAVORS)


@pytest.mark.parametrize("nodes", [1, 2])
@pytest.mark.parametrize("specs", [{"hw:cpu_policy": "dedicated"}, {"hw:cpu_policy": "dedicated", "hw:numa_nodes": "2"}, {}])
def test_processors_of_its_own_are_on_one_node_where_the_flavor_does_not_say(specs: dict[str, str], nodes: int) -> None:
    flavor = {"name": "pinned", "vcpus": 2, "ram": 2048, "disk": 1, "extra_specs": specs}
    vdu = {"name": "vm", "vcpus": 2, "hardware": {"numa_nodes": nodes}, **({"cpu_policy": "dedicated"} if specs else {})}
    if nodes == int(specs.get("hw:numa_nodes", 1 if specs else 0)):
        assert choose_flavor(vdu, [flavor]) == "pinned"
        return
    with pytest.raises(InputError, match="no flavor of the site holds vm"):
        choose_flavor(vdu, [flavor])
