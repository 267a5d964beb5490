# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service definitions of orchestrators in one configuration, and those that cannot be deployed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.orchestrated import (
    manifests_of,
    network_service_of,
    stack_of,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError

TEMPLATE = {
    "heat_template_version": "2018-08-31",
    "parameters": {
        "flavor": {"type": "string"},
        "nics": {"type": "json", "default": {}},
        "image": {"type": "string", "default": "x"},
    },
    "resources": {
        "vm": {"type": "OS::Nova::Server", "properties": {"flavor": {"get_param": "flavor"}, "n": {"get_param": ["nics", 0]}}}
    },
    "outputs": {"address": {"value": {"get_attr": ["vm", "first_address"]}}},
}
HEAT = {"output": "address", "port": 80, "cloud": "edge-1"}


def test_a_stack_has_the_configuration_as_its_parameters_and_its_own_functions_stay() -> None:
    found = stack_of(TEMPLATE, {"flavor": "small", "nics": 2}, HEAT)
    assert found == {"template": TEMPLATE, "parameters": {"flavor": "small", "nics": 2}, "options": HEAT}


@pytest.mark.parametrize(
    ("changes", "values", "wrong"),
    [
        (
            {},
            {"flavor": "a", "ram": 1},
            "deployment_parameters.ram: the template declares no such parameter; it has: flavor, nics",
        ),
        ({}, {"nics": 1}, "the template has the parameter flavor without a default; give it a value"),
        ({}, {"flavor": "a", "image": "b"}, "deployment_parameters.image: the service definition does not use it"),
        ({"outputs": {"ip": {}}}, {"flavor": "a"}, "heat.output: the template has no output 'address' that tells the address"),
        ({"outputs": []}, {"flavor": "a"}, "heat.output: the template has no output 'address'"),
        ({"outputs": [1]}, {"flavor": "a"}, "service_id.outputs: a mapping is expected"),
        ({"parameters": "flavor"}, {"flavor": "a"}, "service_id.parameters: a mapping is expected"),
        ({"heat_template_version": None, "resources": None}, {}, "a template of Heat is expected"),
        ({"resources": {"a": {"type": "nested.yaml"}}}, {}, "resources.a.type: nested.yaml beside the template is not sent"),
        ({"resources": {"a": [{"get_file": "x.sh"}]}}, {}, "service_id.resources.a.0: files beside the template are not sent"),
    ],
)
def test_templates_that_do_not_fit(changes: dict[str, Any], values: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InputError) as error:
        stack_of({**TEMPLATE, **changes}, values, HEAT)
    assert wrong in str(error.value)


@pytest.mark.parametrize(
    "document", [None, [], "text", 3, {}, {"resources": {"a": 1}}, {"AWSTemplateFormatVersion": 1, "resources": [1]}]
)
def test_what_is_no_template(document: Any) -> None:
    with pytest.raises(InputError, match="heat_template_version"):
        stack_of(document, {}, HEAT)


SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"cpu": {"get_param": "cpu"}}}
KUBERNETES = {"service": "web", "port": None}


def test_functions_of_manifests_are_carried_out_and_the_document_stays() -> None:
    before = copy.deepcopy([SERVICE, POD])
    found = manifests_of([SERVICE, None, POD], {"cpu": 2}, KUBERNETES)
    assert found["manifests"] == [SERVICE, {**POD, "spec": {"cpu": 2}}]
    assert before == [SERVICE, POD]


@pytest.mark.parametrize(
    ("document", "values", "wrong"),
    [
        ([], {}, "has no manifests"),
        ([None], {}, "has no manifests"),
        ([SERVICE], {"cpu": 1}, "deployment_parameters.cpu: the service definition does not use it"),
        ([SERVICE, POD], {"ram": 1}, "there is no parameter 'cpu'; the campaign has: ram"),
        ([{**SERVICE, "kind": None}], {}, "service_id[0]: is no manifest"),
        ([SERVICE, "text"], {}, "service_id[1]: is no manifest"),
        ([{**SERVICE, "metadata": {}}], {}, "the Service has no metadata.name"),
        ([{**SERVICE, "metadata": {"name": "web", "namespace": "default"}}], {}, "Service web names a namespace"),
        ([{**SERVICE, "kind": "Namespace"}], {}, "Namespace web names a namespace"),
        ([{**SERVICE, "metadata": {"name": "api"}}], {}, "kubernetes.service: the manifests have no Service 'web'"),
    ],
)
def test_manifests_that_do_not_fit(document: Any, values: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InputError) as error:
        manifests_of(document, values, KUBERNETES)
    assert wrong in str(error.value)


def test_a_name_of_the_catalogue_is_told_the_configuration_and_a_mapping_says_more() -> None:
    assert network_service_of("origin_ns", {"ram": 2}, {"url": "u"}) == {
        "descriptor": "origin_ns", "parameters": {"additionalParamsForNs": {"ram": 2}}, "options": {"url": "u"},
    }  # fmt: skip
    document = {"nsd": "origin_ns", "instantiate": {"vnf": [{"member-vnf-index": "1", "vdu": [{"ram": {"get_param": "ram"}}]}]}}
    found = network_service_of(document, {"ram": 2}, {})
    assert found["parameters"] == {"vnf": [{"member-vnf-index": "1", "vdu": [{"ram": 2}]}]}


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        (None, "give an NSD of OSM's catalogue by name"),
        ("  ", "give an NSD of OSM's catalogue by name"),
        ({"nsd": "a", "ram": {"get_param": "ram"}}, "service_id.ram: is unknown"),
        ({"nsd": 1, "instantiate": {"get_param": "ram"}}, "service_id.nsd: give the name"),
        ({"nsd": "a", "instantiate": {"get_param": "ram"}}, "service_id.instantiate: give what OSM is told"),
        ({"nsd": "a", "instantiate": {"nsName": {"get_param": "ram"}}}, "nsName: is given by the deployer"),
    ],
)
def test_network_services_that_do_not_fit(document: Any, wrong: str) -> None:
    with pytest.raises(InputError) as error:
        network_service_of(document, {"ram": 1}, {})
    assert wrong in str(error.value)
