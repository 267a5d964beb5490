# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measured templates size the machines of a service that asks for their class."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.flavors import choose_flavor
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import SCHEMA, validate
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service_costs import check_costs
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service_templates import (
    PROPERTY_OF,
    sized,
    unused,
    with_templates,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.service_placement import place_service
from ansible_collections.superfluidity.nfv.plugins.modules.template_optimise import SPEC, decide
from hypothesis import given, settings
from hypothesis import strategies as st

EDGE = {"name": "edge-1", "role": "edge"}
A = {"vm_ram": 2048, "vm_vcpus": 2, "vnic_type": "direct", "memory_page_size": "large", "cpu_policy": "dedicated"}
B = {"vm_ram": 2048, "vm_vcpus": 4, "vnic_type": "normal", "memory_page_size": "small", "cpu_policy": "shared"}
TEMPLATES = {"cache": {"class_A": A, "class_B": B}}
FLAVORS = [
    {"name": "small", "vcpus": 1, "ram": 1024, "disk": 1},
    {
        "name": "pinned",
        "vcpus": 2,
        "ram": 4096,
        "disk": 1,
        "extra_specs": {"hw:cpu_policy": "dedicated", "hw:mem_page_size": "large"},
    },
    {"name": "huge", "vcpus": 2, "ram": 2048, "disk": 1, "extra_specs": {"hw:mem_page_size": "large"}},
    {"name": "medium", "vcpus": 4, "ram": 4096, "disk": 1},
    {"name": "odd", "vcpus": 4, "ram": 4096, "disk": 1, "extra_specs": {"hw_rng:allowed": "true"}},
]
MACHINE: dict[str, Any] = {"name": "vm", "kind": "vm", "vcpus": 1, "memory": 512, "flavor": "small", "interfaces": ["eth0"]}


def service(**sla: Any) -> dict[str, Any]:
    vdus = [copy.deepcopy(MACHINE), {"name": "pod", "kind": "pod", "parent": "vm", "descriptor": "pod.yaml"}]
    point = {"name": "users", "vdu": "vm", "interface": "eth0"}
    return {
        "name": "video",
        "functions": [{"name": "cache", "site": {"role": "edge"}, "vdus": vdus, "connection_points": [point]}],
        "links": [{"name": "users", "kind": "lan", "endpoints": ["cache.users"], "cidr": "10.1.0.0/24"}],
        "documents": {"pod.yaml": "kind: Pod"},
        **({"sla": sla} if sla else {}),
    }


def asked(sla_class: str) -> dict[str, Any]:
    return with_templates(service(), TEMPLATES, sla_class)


@pytest.mark.parametrize(("sla_class", "flavor", "vnic"), [("class_A", "pinned", "direct"), ("class_B", "medium", "normal")])
def test_the_class_decides_flavor_and_ports(sla_class: str, flavor: str, vnic: str) -> None:
    template = to_heat(asked(sla_class), EDGE, flavors=FLAVORS)
    assert template["parameters"]["flavor_cache.vm"]["default"] == flavor
    assert template["resources"]["port_cache.users"]["properties"]["binding:vnic_type"] == vnic


def test_without_a_class_all_is_as_written() -> None:
    assert sized(service()) == service()
    assert to_heat(service(), EDGE, flavors=FLAVORS)["parameters"]["flavor_cache.vm"]["default"] == "small"


def test_a_flavor_that_is_made_has_the_extra_specs() -> None:
    wanted = asked("class_A")
    wanted["functions"][0]["vdus"][0]["create_flavor"] = True
    made = to_heat(wanted, EDGE)["resources"]["flavor_cache.vm"]["properties"]
    assert made == {
        "name": "video-cache-vm",
        "vcpus": 2,
        "ram": 2048,
        "disk": 0,
        "extra_specs": {"hw:cpu_policy": "dedicated", "hw:mem_page_size": "large"},
    }


def test_a_pod_and_other_functions_are_left_alone() -> None:
    wanted = service(**{"class": "class_A", "templates": {"cache.vm": {"class_A": A}}})
    wanted["functions"].append({"name": "fw", "site": {"role": "edge"}, "vdus": [copy.deepcopy(MACHINE)]})
    validate(wanted)
    done = sized(wanted)
    assert done["functions"][0]["vdus"][1] == wanted["functions"][0]["vdus"][1]
    assert done["functions"][1] == wanted["functions"][1]
    assert done["functions"][0]["vdus"][0] == {
        **{key: value for key, value in MACHINE.items() if key != "flavor"},
        "vcpus": 2,
        "memory": 2048,
        "vnic_type": "direct",
        "memory_page_size": "large",
        "cpu_policy": "dedicated",
    }


def test_a_flavor_of_the_template_is_taken_and_one_of_the_descriptor_is_not() -> None:
    named = with_templates(service(), {"cache": {"class_A": {**A, "vm_flavor": "gold"}}}, "class_A")
    assert to_heat(named, EDGE, flavors=FLAVORS)["parameters"]["flavor_cache.vm"]["default"] == "gold"
    only_ports = with_templates(service(), {"cache": {"class_A": {"vnic_type": "direct"}}}, "class_A")
    assert to_heat(only_ports, EDGE, flavors=FLAVORS)["parameters"]["flavor_cache.vm"]["default"] == "small"


@settings(max_examples=100)
@given(
    template=st.fixed_dictionaries({}, optional={name: st.integers(1, 8) for name in ("vcpus", "vm_ram", "disk", "instances")})
)
def test_sizing_twice_is_sizing_once_and_keeps_the_service_valid(template: dict[str, int]) -> None:
    wanted = with_templates(
        service(), {"cache": {"class_A": {key: float(value) for key, value in template.items()}}}, "class_A"
    )
    validate(wanted)
    once = sized(wanted)
    validate(once)
    assert sized(once) == once
    assert all(isinstance(once["functions"][0]["vdus"][0][PROPERTY_OF[name]], int) for name in template)


def test_the_schema_has_the_names_of_all_properties() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    assert schema["template"]["properties"].keys() == PROPERTY_OF.keys()
    assert set(PROPERTY_OF.values()) <= schema["vdu"]["properties"].keys()
    for name, key in PROPERTY_OF.items():
        assert schema["template"]["properties"][name] == schema["vdu"]["properties"][key]


def test_what_no_machine_has_is_told() -> None:
    told = with_templates(service(), {"cache": {"class_A": {**A, "file_cache": "large", "workers": 4}}}, "class_A")
    sentence = "file_cache, workers of the template class_A is no property of a machine: see that cache.vm is configured so"
    assert list(unused(told)) == [sentence]
    assert list(unused(asked("class_A"))) == []
    site = {"role": "edge", "openstack": {"cloud": "edge-1"}, "kubernetes": {"context": "edge-1"}}
    answer = place_service(told, {"edge-1": site}, {}, {})
    assert sentence in answer["findings"]
    assert answer["service"]["functions"][0]["vdus"][0]["vcpus"] == 2


def test_the_answer_of_the_optimisation_flows_into_the_stack(tmp_path: Path) -> None:
    measured = {(2, "normal"): 1.4, (2, "direct"): 0.5, (4, "normal"): 0.9, (4, "direct"): 0.4}
    rows = [f"{vcpus},{vnic},10,{latency}" for (vcpus, vnic), latency in measured.items() for _repetition in range(8)]
    samples = tmp_path / "samples.csv"
    samples.write_text("\n".join(["vm_vcpus,vnic_type,users,latency", *rows]), encoding="utf-8")
    options = {
        "samples": [str(samples)],
        "parameters": ["vm_vcpus", "vnic_type"],
        "load": "users",
        "sla_classes": {"gold": {"latency": ["{} < 0.6"]}, "silver": {"latency": ["{} >= 0.6", "{} < 1"]}},
        "costs": {"vm_vcpus": {2: 1, 4: 2}, "vnic_type": {"normal": 1, "direct": 10}},
        "fixed": {"cpu_policy": "dedicated", "memory_page_size": "large"},
    }
    answer = decide(SPEC.validated(options), Files())
    assert answer["templates"]["gold"] == {"vm_vcpus": 2, "vnic_type": "direct", **options["fixed"]}
    template = to_heat(with_templates(service(), {"cache": answer}, "gold"), EDGE, flavors=FLAVORS)
    assert template["parameters"]["flavor_cache.vm"]["default"] == "pinned"
    assert template["resources"]["port_cache.users"]["properties"]["binding:vnic_type"] == "direct"


@pytest.mark.parametrize(
    ("sla", "sentence"),
    [
        (
            {"class": "gold", "templates": TEMPLATES},
            "sla.templates.cache: there is no template for gold; there are templates for class_A, class_B",
        ),
        ({"class": "class_A", "templates": {"lb": {"class_A": A}}}, "sla.templates.lb: there is no function lb"),
        (
            {"class": "class_A", "templates": {"cache.pod": {"class_A": A}}},
            "sla.templates.cache.pod: there is no VM pod in cache",
        ),
        ({"class": "class_A", "templates": {"cache": {"class_A": {"vcpus": 0.5}}}}, "vcpus: 0.5 is not of the type integer"),
        ({"class": "class_A", "templates": {"cache": {"class_A": {"vnic_type": "fast"}}}}, "'fast' is none of normal, direct"),
        (
            {"class": "class_A", "templates": {"cache": {"class_A": {"vcpus": 1, "vm_vcpus": 2}}}},
            "vcpus and vm_vcpus are both the vcpus",
        ),
    ],
)
def test_what_templates_must_mean(sla: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence.replace(".", r"\.")):
        validate(service(**sla))


def test_two_machines_need_a_name_each() -> None:
    wanted = service(**{"class": "class_A", "templates": TEMPLATES})
    wanted["functions"][0]["vdus"].append({**MACHINE, "name": "second", "interfaces": []})
    with pytest.raises(InputError, match=r"cache has 2 VMs; name one as cache\.vm or cache\.second"):
        validate(wanted)


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        ((None, {}), "service: a mapping is expected here"),
        ((service(), ["cache"]), "templates: a mapping is expected here"),
        ((service(), {"cache": [A]}), "templates.cache: templates by class are expected here"),
        ((service(), {"cache": A}), "templates.cache: templates by class are expected here"),
        ((service(), TEMPLATES), "sla: video asks for no class of service level"),
    ],
)
def test_templates_of_another_form_are_refused(given_: tuple[Any, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence.replace(".", r"\.")):
        with_templates(*given_)


def test_no_flavor_for_a_template_is_told_with_what_it_lacks() -> None:
    with pytest.raises(InputError, match=r"no flavor of the site holds vm \(3 vcpus, hw:cpu_policy=dedicated\)"):
        choose_flavor({"name": "vm", "vcpus": 3, "cpu_policy": "dedicated"}, FLAVORS)


@pytest.mark.parametrize(
    ("vdu", "flavor"),
    [
        ({"cpu_policy": "dedicated"}, "pinned"),
        ({"memory_page_size": "large"}, "huge"),
        ({"memory_page_size": "small", "vcpus": 2}, "medium"),
        ({"cpu_policy": "shared"}, "small"),
        ({"vcpus": 3}, "medium"),
    ],
)
def test_extra_specs_choose_a_flavor(vdu: dict[str, Any], flavor: str) -> None:
    assert choose_flavor({"name": "vm", **vdu}, FLAVORS) == flavor


def test_templates_that_cost_more_than_they_may_are_refused() -> None:
    answer = {"templates": {"class_A": A, "class_B": B}, "costs": {"class_A": 13, "class_B": 5}}
    bounded = {**service(**{"class": "class_A"}), "cost": {"maximum": 20}}
    bounded["functions"][0]["cost"] = {"maximum": 13}

    def priced(of: dict[str, Any], sla_class: str | None = None, name: str = "cache") -> None:
        check_costs(with_templates(bounded, {name: of}, sla_class), {name: of})

    priced(answer)
    bounded["functions"][0]["cost"]["maximum"] = 12
    sentence = r"functions\[0\].cost.maximum: with these templates the machines of cache cost 13, which is more than 12"
    with pytest.raises(InputError, match=sentence):
        priced(answer)
    priced(answer, "class_B")
    priced(answer["templates"])
    priced({**answer, "costs": {"class_A": "many"}})
    del bounded["functions"][0]["cost"]
    bounded["functions"][0]["vdus"][0]["instances"] = 2
    with pytest.raises(InputError, match=r"^cost.maximum: .* of video cost 26, which is more than 20"):
        priced(answer, name="cache.vm")
    bounded["cost"] = {"maximum": "much"}
    with pytest.raises(InputError, match=r"^cost.maximum: 'much' is not of the type number"):
        priced(answer)
