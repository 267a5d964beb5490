# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Campaigns and service definitions: what is understood, and one sentence for everything that is wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import campaign, definition
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError

SECTIONS: dict[str, Any] = {
    "service_definition": {
        "service_id": "nginx.yml",
        "deployer": "process",
        "deployment_parameters": {"vm_ram": [2048, 4092], "vnic": ["normal", "direct"], "cpu_policy": "dedicated"},
    },
    "experiment": {"instance_name": "origin", "use_case": {"name": "wrk"}, "noisy_neighbours": [], "warm_up": 0},
    "methodology": {
        "iterations": 3, "design": "full", "experiments": None, "seed": 0, "max_failures": 3, "action": {},
    },
}  # fmt: skip


def made(**changes: Any) -> campaign.Campaign:
    """The campaign with entries changed, each by its section and name: ``methodology__seed=3``."""
    sections = copy.deepcopy(SECTIONS)
    for path, value in changes.items():
        section, _separator, name = path.partition("__")
        sections[section][name] = value
    return campaign.campaign_of(sections, {"path": "/"}, [])


def test_lists_vary_and_what_is_no_list_is_fixed() -> None:
    found = made()
    assert found.varied == {"vm_ram": (2048, 4092), "vnic": ("normal", "direct")}
    assert found.fixed == {"cpu_policy": "dedicated"}


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("service_definition__deployment_parameters", {}, "no parameter has a list of values"),
        ("service_definition__deployment_parameters", {"a": 1}, "no parameter has a list of values"),
        ("service_definition__deployment_parameters", {"a": []}, "deployment_parameters.a: has no values"),
        ("service_definition__deployment_parameters", {"a": [1, 2, 1.0]}, r"a\[2\]: 1.0 stands twice"),
        ("service_definition__deployment_parameters", {"a": [1, "1"]}, "'1' stands twice"),
        ("service_definition__deployment_parameters", {"a": [True, "true"]}, "'true' stands twice"),
        ("service_definition__deployment_parameters", {"a": [float("nan"), 1]}, "nan is no value"),
        ("service_definition__deployment_parameters", {"a": [float("inf"), 1]}, "inf is no value"),
        ("service_definition__deployment_parameters", {"a": [None, 1]}, "None is no value"),
        ("service_definition__deployment_parameters", {"a": ["", 1]}, "'' is no value"),
        ("service_definition__deployment_parameters", {"a": [[1], 1]}, r"\[1\] is no value"),
        ("service_definition__deployment_parameters", {"a": {"b": 1}, "c": [1]}, "is no value"),
        ("service_definition__deployment_parameters", {"a b": [1]}, "is no name of a parameter"),
        ("service_definition__deployment_parameters", {1: [1]}, "is no name of a parameter"),
        ("experiment__instance_name", "", "is no name"),
        ("experiment__instance_name", "../etc", "is no name"),
        ("experiment__warm_up", -1, "warm_up: give seconds from 0 to 86400"),
        ("experiment__warm_up", 1e300, "warm_up: give seconds from 0 to 86400"),
        ("experiment__warm_up", float("inf"), "warm_up: give seconds from 0 to 86400"),
        ("experiment__warm_up", float("nan"), "warm_up: give seconds from 0 to 86400"),
        ("methodology__iterations", 0, "iterations: 0 is less than 1"),
        ("methodology__max_failures", 0, "max_failures: 0 is less than 1"),
        ("methodology__experiments", 3, "experiments: contradicts design: full"),
        ("methodology__design", "latin_hypercube", "experiments: is missing; say how many"),
    ],
)
def test_campaigns_that_are_none(path: str, value: Any, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        made(**{path: value})


def test_the_deliverable_s_document_stands_without_names_of_sections() -> None:
    flat = {"service_id": "a.yml", "deployment_parameters": {"a": [1]}, "instance_name": "x", "use_case": {"name": "wrk"},
            "iterations": 3, "action": {"type": "template_optimization"}}  # fmt: skip
    found = campaign.sectioned(flat)
    assert found["service_definition"] == {"service_id": "a.yml", "deployment_parameters": {"a": [1]}}
    assert found["experiment"] == {"instance_name": "x", "use_case": {"name": "wrk"}}
    assert found == campaign.sectioned(found)


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        (None, "is a mapping"),
        ([], "is a mapping"),
        ({"servce": {}}, "servce: is unknown"),
        ({"experiment": 3}, "experiment: a mapping is expected"),
    ],
)
def test_documents_that_are_no_campaign(document: Any, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        campaign.sectioned(document)


def test_another_campaign_is_told_by_what_differs() -> None:
    stored = made().identity({"command": ["nginx"]})
    campaign.require_same(stored, made(methodology__iterations=9, methodology__action={"type": "kpi_mapping"}).identity(
        {"command": ["nginx"]}), "s")  # fmt: skip
    parameters = {"vm_ram": [2048, 4096], "vnic": ["normal", "direct"], "cpu_policy": "dedicated"}
    with pytest.raises(ConflictError) as caught:
        campaign.require_same(
            stored, made(service_definition__deployment_parameters=parameters).identity({"command": ["x"]}), "s"
        )
    assert str(caught.value) == (
        "s: holds another campaign: varied.vm_ram is [2048, 4092] there and [2048, 4096] here; definition.command is "
        '["nginx"] there and ["x"] here. Take another store, or the campaign as it was'
    )


@pytest.mark.parametrize(
    ("deployer", "document", "changes", "same"),
    [
        ("command", {"deploy": ["up"], "timeout": 5}, {"timeout": 9, "ready_timeout": 0}, True),
        ("command", {"deploy": ["up"]}, {"deploy": ["down"]}, False),
        ("process", {"command": ["up"], "ready": {"port": 80}}, {"ready": {"port": 80, "timeout": 60}}, True),
        ("process", {"command": ["up"], "ready": {"port": 80}}, {"ready": {"port": 81}}, False),
        ("process", "no mapping", None, True),
        ("heat", {"timeout": 5}, {"timeout": 6}, False),
    ],
)
def test_how_long_a_service_may_take_to_be_ready_can_change(deployer: str, document: Any, changes: Any, same: bool) -> None:
    one = made(service_definition__deployer=deployer)
    other = {**document, **changes} if changes else document
    assert (one.identity(document) == one.identity(other)) is same


DOCUMENT = {
    "command": ["nginx", "-g", {"str_replace": {"template": "w N; NN", "params": {"N": {"get_param": "w"}, "NN": "x"}}}],
    "ready": {"port": 80},
    "limits": {"cpus": {"get_param": "w"}, "rate": {"choose": {"nic": {"normal": 200, "direct": None}}}},
    "files": {"on": {"get_param": "flag"}},
}
VALUES = {"w": 2, "nic": "normal", "flag": True}


def test_functions_of_a_service_definition() -> None:
    found = definition.process_of(DOCUMENT, VALUES)
    assert found["command"] == ["nginx", "-g", "w 2; x"]
    assert found["limits"] == {"cpus": 2, "memory": None, "rate": 200, "cpu_set": None}
    assert found["files"] == {"on": "true"}
    assert definition.process_of(DOCUMENT, {**VALUES, "nic": "direct"})["limits"]["rate"] is None


def test_a_parameter_that_only_another_configuration_uses_is_used() -> None:
    document = {"command": ["a", {"choose": {"nic": {"normal": "n", "direct": {"get_param": "w"}}}}], "ready": {"port": 1}}
    assert definition.process_of(document, {"w": 2, "nic": "normal"})["command"] == ["a", "n"]


def changed(path: list[Any], value: Any) -> Any:
    document = copy.deepcopy(DOCUMENT)
    at: Any = document
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "values", "wrong"),
    [
        (DOCUMENT, {**VALUES, "ram": 1}, "deployment_parameters.ram: the service definition does not use it"),
        (DOCUMENT, {"w": 2, "nic": "normal"}, "files.on.get_param: there is no parameter 'flag'; the campaign has: nic, w"),
        (DOCUMENT, {**VALUES, "nic": "fast"}, "limits.rate.choose.nic: there is no row for 'fast'; there are: normal, direct"),
        (changed(["limits", "cpu"], 1), VALUES, "limits.cpu: is unknown; there are: cpu_set, cpus, memory, rate"),
        (changed(["limits", "memory"], -1), VALUES, "limits.memory: -1 is no number above 0"),
        (changed(["limits", "memory"], "64M"), VALUES, "limits.memory: '64M' is no number above 0"),
        (changed(["limits", "memory"], True), VALUES, "limits.memory: True is no number above 0"),
        (changed(["limits"], [{"get_param": "w"}, {"get_param": "nic"}]), VALUES, "limits: a mapping with"),
        (changed(["command"], "nginx"), VALUES, "command: give the program and its arguments as a list"),
        (changed(["command"], []), VALUES, "command: give the program and its arguments as a list"),
        (changed(["ready"], {}), VALUES, "ready.port: give the TCP port"),
        (changed(["ready", "port"], 70000), VALUES, "ready.port: give the TCP port"),
        (changed(["ready", "timeout"], 0), VALUES, "ready.timeout: 0 is no number above 0"),
        (changed(["files", "../x"], ""), VALUES, "files.../x: must be a relative path"),
        (changed(["files", "/x"], ""), VALUES, "files./x: must be a relative path"),
        (
            changed(["files", "x"], {"str_replace": {"template": "a"}}),
            VALUES,
            "files.x.str_replace: give a template and its params",
        ),
        (
            changed(["files", "x"], {"str_replace": {"template": "a", "params": {}}}),
            VALUES,
            "params: give the words to replace",
        ),
        (changed(["files", "x"], {"choose": {}}), VALUES, "choose: give one parameter"),
        (changed(["files", "x"], {"choose": {"w": 1}}), VALUES, "choose.w: give what each value means"),
        (changed(["files", "x"], {"get_param": ["w"]}), VALUES, "there is no parameter"),
        ("nginx", VALUES, "service_id: the service definition must be a mapping"),
        ({"heat_template_version": "2018-08-31", "resources": {}}, VALUES, "heat_template_version; it needs deployer: heat"),
        ({"apiVersion": "v1", "kind": "Pod"}, VALUES, "service_id: has apiVersion; it needs deployer: kubernetes"),
    ],
)
def test_definitions_that_are_none(document: Any, values: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InputError, match=wrong.replace("[", r"\[")):
        definition.process_of(document, values)


def test_a_service_of_commands() -> None:
    document = {"deploy": ["up", {"get_param": "size"}], "terminate": ["down"], "port": 80, "address": "192.0.2.1"}
    found = definition.commands_of(document, {"size": 3})
    assert (found["deploy"], found["address"], found["timeout"]) == (["up", "3"], "192.0.2.1", 600)
    assert found["ready_timeout"] == 60
    assert definition.commands_of({**document, "ready_timeout": 0}, {"size": 3})["ready_timeout"] == 0
    for name, wrong in (("ready_timeout", -1), ("ready_timeout", False), ("ready_timeout", "soon"), ("timeout", 0),
                        ("timeout", 1e300),
                        ("address", "http://192.0.2.1"), ("address", ""), ("address", 7), ("port", 0)):  # fmt: skip
        with pytest.raises(InputError, match=f"^{name}: "):
            definition.commands_of({**document, name: wrong}, {"size": 3})
    with pytest.raises(InputError, match="terminate: give the program"):
        definition.commands_of({"deploy": ["up", {"get_param": "size"}], "port": 80}, {"size": 3})
